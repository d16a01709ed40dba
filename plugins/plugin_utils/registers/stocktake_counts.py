"""Counting: what was scanned with a phone or found by a person, entered as one batch each. What facts saw is counted
in ``stocktake_facts``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from ..i18n import Message, UserError
from ..ledger.book.values import MAX_QUANTITY, read_seat
from ..ledger.records import Asset
from .state import Change, Plan, State, day, not_in_future, optional, required
from .stocktake_scans import Scan
from .stocktakes import (
    Condition,
    CountLine,
    Method,
    Stocktake,
    StocktakeCount,
    listed,
    progress,
)

_SEAT_LENGTH = 20
_UNKNOWN_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HandItem:
    """As a person gave it. ``asset`` is empty for a surplus thing without a number: it has a ``name`` then. An empty
    ``quantity`` is all of it, 0 says that it was searched for and not found."""

    asset: str | None = None
    quantity: int | str | None = None
    room: str | None = None
    seat: str | None = None
    condition: Condition | str | None = None
    note: str | None = None
    name: str | None = None
    model: str | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRequest:
    """What every batch says. ``counted_on`` is today where it is empty."""

    stocktake: str | None
    counted_by: str | None
    counted_on: str | date | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """An open stocktake and who counts it when. ``listed`` are the asset numbers of its frozen list."""

    stocktake: Stocktake
    counted_by: str
    counted_on: date
    listed: frozenset[str]


def count_by_hand(state: State, request: CountRequest, items: Sequence[HandItem]) -> Plan:
    """Raises UserError for an unknown asset, a quantity that is none, or a surplus thing without a name."""
    batch = batch_of(state, request)
    if not items:
        raise UserError(
            "stocktakes", "Nothing was counted. Give stocktake_asset, or stocktake_name for a surplus thing."
        )
    lines = [_hand_line(state, batch, item) for item in items]
    return plan_of(state, batch, Method.HAND, lines)


def count_scans(
    state: State, request: CountRequest, scans: Sequence[Scan], source: str, *, surplus: bool = False
) -> Plan:
    """Enter what a phone scanned (``stocktake_scans``). A code that is no asset's is refused with its line, and the
    whole file with it; with ``surplus`` it is counted as a surplus thing.

    Raises UserError for such codes, and for a lot whose line does not say how many pieces were counted.
    """
    batch = batch_of(state, request)
    if not scans:
        raise UserError(
            "stocktakes", "{file} holds no scanned code. Check that it is the right file.", file=source
        )
    by_folded = {number.casefold(): number for number in state.assets}
    unknown = [scan for scan in scans if scan.code.casefold() not in by_folded]
    if unknown and not surplus:
        shown = [
            Message("stocktakes", "line {line}: {code}", {"line": scan.line, "code": scan.code})
            for scan in unknown[:_UNKNOWN_SHOWN]
        ]
        raise UserError(
            "stocktakes",
            "{file}: {n} codes belong to no asset, so nothing of it was entered: {codes}. Correct them, or set "
            "stocktake_surplus=true to count them as surplus.",
            file=source,
            n=len(unknown),
            codes=(*shown, *(["…"] if len(unknown) > _UNKNOWN_SHOWN else [])),
        )
    lines: dict[str, CountLine] = {}
    for scan in scans:
        number = by_folded.get(scan.code.casefold())
        if number is not None:
            lines[number] = _scan_line(state.assets[number], batch, scan, lines.get(number), source)
        else:
            lines.setdefault(f"\0{scan.code.casefold()}", _surplus_scan(batch.stocktake, scan))
    return plan_of(state, batch, Method.FILE, list(lines.values()), source)


def batch_of(state: State, request: CountRequest) -> Batch:
    """Raises UserError where there is no such stocktake, it is closed, or the day lies before its start."""
    stocktake = state.one(Stocktake, request.stocktake)
    if not stocktake.is_open:
        raise UserError(
            "stocktakes",
            "The stocktake {number} was closed on {on}: nothing can be counted any more. Undo its closing, or start "
            "a new one.",
            number=stocktake.number,
            on=stocktake.closed_on,
        )
    by = required(request.counted_by, Message("stocktakes", "The person who counts"))
    on = day(request.counted_on, Message("stocktakes", "The day of counting"), state.today)
    not_in_future(on, state.today)
    if on < stocktake.started_on:
        raise UserError(
            "stocktakes",
            "The day of counting {day} lies before the start of the stocktake {number} ({start}). Check the date.",
            day=on,
            number=stocktake.number,
            start=stocktake.started_on,
        )
    return Batch(stocktake, by, on, frozenset(each.asset_number for each in stocktake.listed))


def _scan_line(asset: Asset, batch: Batch, scan: Scan, earlier: CountLine | None, source: str) -> CountLine:
    """The same code again is the same thing scanned twice."""
    if scan.quantity is None and asset.quantity > 1 and earlier is None:
        raise UserError(
            "stocktakes",
            "{file}, line {line}: {asset} is a lot of {n} pieces. Write after the code how many were counted.",
            file=source,
            line=scan.line,
            asset=asset.asset_number,
            n=asset.quantity,
        )
    if earlier is not None and scan.quantity is None:
        return earlier
    line = line_of(asset, batch, quantity=1 if scan.quantity is None else scan.quantity)
    return replace(
        line, room=scan.room or line.room, seat=scan.seat, note=scan.note, line=scan.line, code=scan.code
    )


def _surplus_scan(stocktake: Stocktake, scan: Scan) -> CountLine:
    return CountLine(
        asset_number=None,
        quantity=scan.quantity or 1,
        room=scan.room or stocktake.room,
        seat=scan.seat,
        note=scan.note,
        code=scan.code,
        line=scan.line,
    )


def _hand_line(state: State, batch: Batch, item: HandItem) -> CountLine:
    quantity = _quantity(item.quantity)
    note = optional(item.note)
    room = optional(item.room) or batch.stocktake.room
    seat = read_seat(optional(item.seat), _SEAT_LENGTH)
    condition = _condition(item.condition)
    if condition is Condition.DAMAGED and note is None:
        raise UserError(
            "stocktakes",
            "What is damaged is not said. Describe it in stocktake_note, so that it can be repaired.",
        )
    if optional(item.asset) is not None:
        asset = state.asset(item.asset)
        line = line_of(asset, batch, quantity=asset.quantity if quantity is None else quantity)
        return replace(line, room=room, seat=seat, condition=condition, note=note)
    if quantity == 0:
        raise UserError(
            "stocktakes", "A surplus of 0 pieces is none. Give stocktake_asset for what was not found."
        )
    serial = optional(item.serial)
    known = next(
        (
            each
            for each in state.assets.values()
            if serial and (each.serial or "").casefold() == serial.casefold()
        ),
        None,
    )
    if known is not None:
        raise UserError(
            "stocktakes",
            "The serial number {serial} is that of the asset {asset}. Count it under its own number.",
            serial=serial,
            asset=known.asset_number,
        )
    return CountLine(
        asset_number=None,
        quantity=1 if quantity is None else quantity,
        room=room,
        seat=seat,
        condition=condition,
        note=note,
        name=required(item.name, Message("stocktakes", "The name of the surplus thing")),
        model=optional(item.model),
        serial=serial,
    )


def _condition(given: Condition | str | None) -> Condition | None:
    if not given:
        return None
    try:
        return Condition(given)
    except ValueError as error:
        raise UserError(
            "stocktakes",
            "The condition {given} does not exist. Use one of: {known}.",
            given=str(given)[:30],
            known=tuple(each.value for each in Condition),
        ) from error


def hand_items(raw: Sequence[object]) -> tuple[HandItem, ...]:
    """A list of what was found, each with the names of ``HandItem``'s fields. Raises UserError for other names."""
    names = [each.name for each in fields(HandItem)]
    items = []
    for place, given in enumerate(raw, 1):
        if not isinstance(given, Mapping) or not set(given) <= set(names):
            raise UserError(
                "stocktakes",
                "stocktake_items, item {place}, is not understood. Each item has some of: {names}.",
                place=place,
                names=", ".join(names),
            )
        items.append(
            HandItem(**{name: None if value is None else str(value) for name, value in given.items()})
        )
    return tuple(items)


def _quantity(given: int | str | None) -> int | None:
    text = str(given if given is not None else "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > MAX_QUANTITY:
        raise UserError(
            "stocktakes",
            "{text} is no count: give a whole number from 0 to {limit}.",
            text=text[:20],
            limit=MAX_QUANTITY,
        )
    return int(text)


def line_of(asset: Asset, batch: Batch, *, quantity: int) -> CountLine:
    """So many of an asset, in the room of the stocktake."""
    return CountLine(
        asset_number=asset.asset_number,
        quantity=quantity,
        room=batch.stocktake.room,
        listed=None if asset.asset_number in batch.listed else listed(asset),
    )


def plan_of(
    state: State, batch: Batch, method: Method, lines: Sequence[CountLine], source: str | None = None
) -> Plan:
    """What another open stocktake has on its list is counted there as well: it was found, though elsewhere."""
    of_others = [
        (other, _shared(other, lines)) for other in state.all(Stocktake).values() if other != batch.stocktake
    ]
    changes: tuple[Change, ...] = ()
    for stocktake, share in ((batch.stocktake, tuple(lines)), *of_others):
        if not share or not stocktake.is_open:
            continue
        count = StocktakeCount(
            number=state.after(changes).next_number(StocktakeCount),
            stocktake=stocktake.number,
            method=method,
            counted_on=batch.counted_on,
            counted_by=batch.counted_by,
            lines=share,
            source=source,
        )
        changes += (Change("stocktake.counted", None, count),)
    after = progress(state.after(changes), batch.stocktake)
    first = changes[0].thing
    return Plan(
        errand="count_stocktake",
        changes=changes,
        message=Message(
            "stocktakes",
            "Count {count} entered: {n} lines. Of the stocktake {number}, {counted} of {total} assets are counted.",
            {
                "count": first.number if isinstance(first, StocktakeCount) else "",
                "n": len(lines),
                "number": batch.stocktake.number,
                "counted": after.counted,
                "total": after.total,
            },
        ),
    )


def _shared(other: Stocktake, lines: Iterable[CountLine]) -> tuple[CountLine, ...]:
    theirs = {each.asset_number for each in other.listed} if other.is_open else set()
    return tuple(
        replace(line, listed=None)
        for line in lines
        if line.listed is not None and line.asset_number in theirs
    )
