"""The end of a repair: what it cost, how long the asset was missing, what was built in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ..i18n import Message, UserError
from ..ledger.records import AssetStatus, ComponentKind
from ..ledger.vocabulary import serial_key
from .amounts import money, quantity
from .repair_decision import take_parts, with_parts
from .repairs import (
    NewPart,
    Repair,
    RepairClosing,
    RepairRoute,
    RepairStage,
    in_stage,
    not_before,
    status_change,
)
from .state import Change, Paper, Plan, State, day, not_in_future, required
from .stock_moves import IssueLine

_NEW_PARTS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPartRequest:
    """As a person gave it: the serial on the label of what was built in."""

    component: ComponentKind
    serial: str | None


def new_parts_of(texts: Sequence[str]) -> list[NewPartRequest]:
    """New parts as a person writes them, ``memory=M378A1K43``. Raises UserError where the kind is none."""
    found = []
    for text in texts:
        kind, _, serial = text.partition("=")
        try:
            component = ComponentKind(kind.strip().lower())
        except ValueError as error:
            raise UserError(
                "repairs",
                "{kind} is no kind of part. Write for example memory=serial; there are: {kinds}.",
                kind=kind[:40] or "—",
                kinds=tuple(ComponentKind),
            ) from error
        found.append(NewPartRequest(component=component, serial=serial))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRequest:
    """As a person gave it: texts may be empty, the date is ``2026-09-01``, the cost yuan (0 where there was none).
    ``parts`` are those that came into the store meanwhile; ``receiver`` signs for them."""

    repair: str | None
    result: str | None
    cost: str | float | Decimal | None
    accepted_by: str | None
    downtime_hours: str | int | None = None
    new_parts: Sequence[NewPartRequest] = ()
    parts: Sequence[IssueLine] = ()
    receiver: str | None = None
    on: str | date | None = None


def close(state: State, request: ClosingRequest) -> Plan:
    """Close a decided repair. Raises UserError where nothing was decided yet."""
    repair = in_stage(state, request.repair, RepairStage.DECIDED)
    decision = repair.decision
    assert decision is not None  # noqa: S101 - the stage says so
    asset = state.asset(repair.asset_number)
    on = day(request.on, Message("repairs", "The day of the end"), state.today)
    not_in_future(on, state.today)
    not_before(on, decision.decided_on)
    what = Message("repairs", "The cost")
    cost = money(request.cost, what)
    if cost is None:
        raise UserError("repairs", "The cost is missing. Give yuan in repair_cost, 0 where it cost nothing.")
    closing = RepairClosing(
        closed_on=on,
        result=required(request.result, Message("repairs", "The result")),
        cost=cost,
        accepted_by=required(request.accepted_by, Message("repairs", "The person who accepts the repair")),
        downtime_hours=_hours(request.downtime_hours, repair, on),
        new_parts=_new_parts(request.new_parts),
    )
    moves = take_parts(state, repair, request.parts, request.receiver, on) if request.parts else ()
    closed = with_parts(replace(repair, closing=closing), moves)
    papers = [Paper("repair_record", repair.number)]
    if moves:
        papers.append(Paper("stock_slip", moves[0].number))
    return Plan(
        errand="close_repair",
        changes=(
            Change("repair.closed", repair, closed),
            *(Change("stock_move.issued", None, move) for move in moves),
            *(
                status_change("asset.repaired", asset, _status_after(repair))
                if asset.status is AssetStatus.REPAIR
                else ()
            ),
        ),
        message=Message(
            "repairs",
            "Repair {number} of {asset} is closed after {days} days, at a cost of {cost} yuan.",
            {
                "number": repair.number,
                "asset": asset.asset_number,
                "days": closed.downtime_days,
                "cost": cost,
            },
        ),
        papers=tuple(papers),
    )


def _status_after(repair: Repair) -> AssetStatus:
    """What it was before; an asset that came back damaged from a loan, or that the book had in repair, is in use."""
    if repair.decision is not None and repair.decision.route is RepairRoute.SCRAP:
        return AssetStatus.TO_SCRAP
    return AssetStatus.IN_USE if repair.status_before is AssetStatus.REPAIR else repair.status_before


def _hours(given: str | int | None, repair: Repair, on: date) -> int | None:
    """Raises UserError where it is longer than the days from the report to the end, both counted."""
    if given in (None, ""):
        return None
    hours = quantity(given, Message("repairs", "The hours of downtime"), least=0)
    most = ((on - repair.opened_on).days + 1) * 24
    if hours > most:
        raise UserError(
            "repairs",
            "{hours} hours of downtime are more than there are from {opened} to {closed} ({most}). "
            "Check hours and dates.",
            hours=hours,
            opened=repair.opened_on,
            closed=on,
            most=most,
        )
    return hours


def _new_parts(given: Sequence[NewPartRequest]) -> tuple[NewPart, ...]:
    """Raises UserError where a serial is missing, says nothing, or is given twice."""
    if len(given) > _NEW_PARTS:
        raise UserError(
            "repairs",
            "{n} new parts are given, a repair takes {limit}. Split it.",
            n=len(given),
            limit=_NEW_PARTS,
        )
    parts: list[NewPart] = []
    seen: set[tuple[ComponentKind, str]] = set()
    for each in given:
        serial = required(each.serial, Message("repairs", "The serial of a new part"))
        key = serial_key(serial)
        if key is None:
            raise UserError(
                "repairs",
                "{serial} is no serial that facts could agree with. Read the label of the part again.",
                serial=serial[:40],
            )
        if (each.component, key) in seen:
            raise UserError(
                "repairs", "The serial {serial} is given twice. Give each new part once.", serial=serial[:40]
            )
        seen.add((each.component, key))
        parts.append(NewPart(component=each.component, serial=serial))
    return tuple(parts)
