"""The end of a stocktake: closing signs what was counted, and only the approval after it changes the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..i18n import Message, UserError
from ..ledger.book.numbering import Numbers, parse_rule
from ..ledger.records import Asset
from .state import Change, Paper, Plan, State, day, not_in_future, optional, required
from .stocktake_adjusting import FITTING, adjusted, created
from .stocktake_result import Line, Verdict, result, totals
from .stocktakes import Choice, Stocktake, Uncounted, counts_of, listed, progress

EVERY = "all"
_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRequest:
    """The four who sign: 盘点人, 监盘人, 管理员, 部门负责人; the last two may sign on paper only."""

    stocktake: str | None
    counted_by: str | None
    supervised_by: str | None
    custodian: str | None = None
    head: str | None = None
    closed_on: str | date | None = None
    uncounted: Uncounted = Uncounted.REFUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRequest:
    """``choices``: a line's key (``Line.key``), or ``all`` for every line, with one choice or several, as a list or as
    ``move+quantity``. A line's own
    choices replace those of ``all``. ``numbering`` is the rule for the numbers of surplus things."""

    stocktake: str | None
    approved_by: str | None
    approved_on: str | date | None = None
    choices: Mapping[str, str | Sequence[str]] | None = None
    numbering: str | None = None
    numbering_values: Mapping[str, str] | None = None


def close(state: State, request: CloseRequest) -> Plan:
    """Raises UserError where it is closed already, nothing was counted, one person signs as both counter and
    supervisor, or assets are uncounted and it is not said what that means."""
    stocktake = state.one(Stocktake, request.stocktake)
    if not stocktake.is_open:
        raise UserError(
            "stocktakes",
            "The stocktake {number} was already closed on {on}. Print its sheets again, or undo its closing first.",
            number=stocktake.number,
            on=stocktake.closed_on,
        )
    counter = required(request.counted_by, Message("stocktakes", "The person who counts"))
    supervisor = required(request.supervised_by, Message("stocktakes", "The person who supervises the count"))
    if counter == supervisor:
        raise UserError(
            "stocktakes",
            "{name} cannot count and supervise the count. Name somebody else as stocktake_supervised_by.",
            name=counter,
        )
    counts = counts_of(state, stocktake)
    on = day(request.closed_on, Message("stocktakes", "The day of closing"), state.today)
    not_in_future(on, state.today)
    first = max([stocktake.started_on, *(count.counted_on for count in counts)])
    if on < first:
        raise UserError(
            "stocktakes",
            "The day of closing {on} lies before {first}, when the stocktake {number} was started or last counted. "
            "Check the date.",
            on=on,
            first=first,
            number=stocktake.number,
        )
    if not counts:
        raise UserError(
            "stocktakes",
            "Nothing was counted for the stocktake {number}. Count first, or undo its start.",
            number=stocktake.number,
        )
    _uncounted_is_settled(state, stocktake, request.uncounted)
    closed = replace(
        stocktake,
        closed_on=on,
        counted_by=counter,
        supervised_by=supervisor,
        custodian=optional(request.custodian),
        head=optional(request.head),
        uncounted=request.uncounted,
        counts=tuple(count.number for count in counts),
    )
    sums = totals(closed, result(closed, counts))
    return Plan(
        errand="close_stocktake",
        changes=(Change("stocktake.closed", stocktake, closed),),
        message=Message(
            "stocktakes",
            "The stocktake {number} is closed: {booked} on the books, {counted} counted, {surplus} surplus, {shortage} "
            "missing, {mismatch} lines that differ, {uncounted} uncounted. The ledger changes with its approval.",
            {
                "number": closed.number,
                "booked": sums.booked,
                "counted": sums.counted,
                "surplus": sums.surplus,
                "shortage": sums.shortage,
                "mismatch": sums.lines[Verdict.MISMATCH],
                "uncounted": sums.lines[Verdict.UNCOUNTED],
            },
        ),
        papers=(Paper("stocktake_sheet", closed.number), Paper("stocktake_differences", closed.number)),
    )


def _uncounted_is_settled(state: State, stocktake: Stocktake, uncounted: Uncounted) -> None:
    done = progress(state, stocktake)
    if uncounted is not Uncounted.REFUSE or done.counted == done.total:
        return
    lines = result(stocktake, counts_of(state, stocktake))
    open_lines = [line.key for line in lines if line.verdict is Verdict.UNCOUNTED]
    raise UserError(
        "stocktakes",
        "{n} of {total} assets of the stocktake {number} are not counted: {assets}. Count them; or set "
        "stocktake_uncounted to shortage (searched for and not found) or to leave (they stay uncounted).",
        n=done.total - done.counted,
        total=done.total,
        number=stocktake.number,
        assets=(*open_lines[:_SHOWN], *(["…"] if len(open_lines) > _SHOWN else [])),
    )


def approve(state: State, request: ApproveRequest) -> Plan:
    """Adjust the ledger as approved. Raises UserError before the closing, for a second approval, for a choice that
    does not fit its line, and for an asset that was changed since it was frozen."""
    stocktake = state.one(Stocktake, request.stocktake)
    if stocktake.closed_on is None:
        raise UserError(
            "stocktakes",
            "The stocktake {number} is still open. Close it first, and have its sheets signed.",
            number=stocktake.number,
        )
    if stocktake.approved_on is not None:
        raise UserError(
            "stocktakes",
            "The stocktake {number} was already approved by {name} on {on}. Undo that approval first.",
            number=stocktake.number,
            name=stocktake.approved_by,
            on=stocktake.approved_on,
        )
    approver = required(request.approved_by, Message("stocktakes", "The person who approves"))
    if approver == stocktake.counted_by:
        raise UserError(
            "stocktakes",
            "{name} has counted and cannot approve as well. Name somebody else as stocktake_approved_by.",
            name=approver,
        )
    on = day(request.approved_on, Message("stocktakes", "The day of approval"), state.today)
    not_in_future(on, state.today)
    if on < stocktake.closed_on:
        raise UserError(
            "stocktakes",
            "The day of approval {on} lies before the closing of the stocktake {number} ({closed}). Check the date.",
            on=on,
            number=stocktake.number,
            closed=stocktake.closed_on,
        )
    lines = result(stocktake, counts_of(state, stocktake))
    chosen = _chosen(lines, request.choices or {})
    approved = replace(
        stocktake,
        approved_on=on,
        approved_by=approver,
        choices=tuple((key, each) for key, each in chosen.items()),
    )
    changes = _adjustments(state, lines, approved, _numbers(state, request))
    return Plan(
        errand="approve_stocktake",
        changes=(Change("stocktake.approved", stocktake, approved), *changes),
        message=Message(
            "stocktakes",
            "The stocktake {number} is approved by {name}: {n} assets are adjusted.",
            {"number": approved.number, "name": approver, "n": len(changes)},
        ),
        papers=(Paper("stocktake_approval", approved.number),),
    )


def _numbers(state: State, request: ApproveRequest) -> Numbers | None:
    rule = optional(request.numbering)
    if rule is None:
        return None
    values = request.numbering_values or {}
    return Numbers(parse_rule(rule, values), state.once_given_assets(), values)


def _chosen(lines: Sequence[Line], raw: Mapping[str, str | Sequence[str]]) -> dict[str, tuple[Choice, ...]]:
    """What is done with each line, without those that are left as they are."""
    given = {str(key).strip(): _choices(str(key), value) for key, value in raw.items()}
    every = given.pop(EVERY, ())
    unknown = sorted(given.keys() - {line.key for line in lines})
    if unknown:
        raise UserError(
            "stocktakes",
            "The stocktake has no line {keys}. Take the keys of stocktake_choices from the sheet of differences.",
            keys=tuple(key[:64] for key in unknown[:_SHOWN]),
        )
    chosen: dict[str, tuple[Choice, ...]] = {}
    for line in lines:
        own = given.get(line.key)
        for choice in own or ():
            if choice is not Choice.LEAVE and not FITTING[choice](line):
                raise UserError(
                    "stocktakes",
                    "{choice} does not fit the line {key} of the stocktake. Choose what its difference asks for, or "
                    "leave.",
                    choice=choice.value,
                    key=line.key,
                )
        wanted = own if own is not None else every
        done = tuple(
            each for each in Choice if each in wanted and each is not Choice.LEAVE and FITTING[each](line)
        )
        if done and Choice.LEAVE not in wanted:
            chosen[line.key] = done
    return chosen


def _choices(key: str, value: str | Sequence[str]) -> tuple[Choice, ...]:
    words = [str(each) for each in value] if isinstance(value, list | tuple) else str(value).split("+")
    try:
        return tuple(Choice(word.strip()) for word in words)
    except ValueError as error:
        raise UserError(
            "stocktakes",
            "The choice {choice} for {key} does not exist. Use one of: {known}.",
            choice=", ".join(word[:30] for word in words[:_SHOWN]),
            key=key[:64],
            known=tuple(each.value for each in Choice),
        ) from error


def _adjustments(
    state: State, lines: Sequence[Line], approved: Stocktake, numbers: Numbers | None
) -> list[Change]:
    chosen = dict(approved.choices)
    changes = []
    for line in lines:
        if line.key not in chosen:
            continue
        if line.listed is None:
            changes.append(Change("asset.entered", None, created(line, approved, numbers)))
            continue
        asset = state.asset(line.key)
        if _is_done(asset, line, chosen[line.key], approved):
            continue
        _is_as_listed(asset, line)
        changes.append(Change("asset.adjusted", asset, adjusted(asset, line, chosen[line.key], approved)))
    return changes


def _is_done(asset: Asset, line: Line, choices: tuple[Choice, ...], approved: Stocktake) -> bool:
    """Whether it already is what the line asks for: the stocktake of the other room may have moved it."""
    assert line.listed is not None  # noqa: S101 - told by the caller
    frozen = replace(
        asset,
        quantity=line.listed.quantity,
        original_value=line.listed.value,
        room=line.listed.room,
        seat=line.listed.seat,
        status=line.listed.status,
    )
    return listed(adjusted(frozen, line, choices, approved)) == listed(asset)


def _is_as_listed(asset: Asset, line: Line) -> None:
    """Raises UserError where it was lent, moved or changed otherwise since it was frozen or counted."""
    if listed(asset) != line.listed:
        raise UserError(
            "stocktakes",
            "{asset} was changed since the stocktake listed it, so its line cannot be adjusted. Choose leave for it, "
            "and correct the asset itself with correct_asset.",
            asset=asset.asset_number,
        )
