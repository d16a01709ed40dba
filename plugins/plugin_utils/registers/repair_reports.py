"""What is counted over repairs, and what the next facts must agree with. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ..ledger.records import Asset, Component, Machine
from ..ledger.vocabulary import serial_key
from ..school_time import school_day
from .repairs import NewPart, Repair, machine_of
from .state import State
from .terms import Term, term_of


class Doubt(StrEnum):
    """Why a new part is not confirmed."""

    AWAITED = "awaited"  # the machine was not seen since
    UNREADABLE = "unreadable"  # it was seen, but told no serial of such a part
    DIFFERENT = "different"  # it told others


@dataclass(frozen=True, slots=True, kw_only=True)
class UnconfirmedPart:
    """``seen`` are the serials of such parts that the machine told instead."""

    repair: Repair
    part: NewPart
    doubt: Doubt
    seen: tuple[str, ...] = ()


def unconfirmed_parts(repair: Repair, machine: Machine | None) -> list[UnconfirmedPart]:
    """The new parts of a closed repair that facts have not shown since its last day.

    An observation of that very day confirms a part but does not deny it: it may be older than the repair. A part
    that was seen and taken out again later is confirmed; that it went is a finding of its own.
    """
    if repair.closing is None:
        return []
    closed_on = repair.closing.closed_on
    doubts = []
    for part in repair.closing.new_parts:
        same = [
            each
            for each in (machine.components if machine is not None else ())
            if each.kind is part.component
        ]
        since = [each for each in same if school_day(each.last_seen_at) >= closed_on]
        if any(serial_key(each.serial) == serial_key(part.serial) for each in since):
            continue
        doubts.append(_doubt(repair, part, machine, [each for each in since if each.removed_at is None]))
    return doubts


def _doubt(repair: Repair, part: NewPart, machine: Machine | None, there: list[Component]) -> UnconfirmedPart:
    closing = repair.closing
    assert closing is not None  # noqa: S101 - the caller has seen it
    later = [each for each in there if school_day(each.last_seen_at) > closing.closed_on]
    if machine is None or school_day(machine.last_seen_at) <= closing.closed_on:
        return UnconfirmedPart(repair=repair, part=part, doubt=Doubt.AWAITED)
    seen = tuple(sorted({each.serial for each in later if each.serial and serial_key(each.serial)}))
    return UnconfirmedPart(
        repair=repair, part=part, doubt=Doubt.DIFFERENT if seen else Doubt.UNREADABLE, seen=seen
    )


def parts_to_confirm(state: State) -> list[UnconfirmedPart]:
    """Of all closed repairs, for a state that was read with machines; the oldest repair first."""
    found: list[UnconfirmedPart] = []
    for repair in state.all(Repair).values():
        asset = state.assets.get(repair.asset_number)
        if repair.closing is not None and repair.closing.new_parts:
            found += unconfirmed_parts(repair, None if asset is None else machine_of(state, asset))
    return sorted(found, key=lambda each: each.repair.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairTotal:
    """``cost`` is CNY and, like ``downtime_days``, of the closed ones."""

    term: Term
    model: str
    room: str
    repairs: int
    still_open: int
    damages: int
    cost: Decimal
    downtime_days: int


def totals(repairs: Iterable[Repair], assets: Mapping[str, Asset]) -> list[RepairTotal]:
    """Per term of the report, model (brand and model, else the name) and room where it stood; the newest term first."""
    groups: defaultdict[tuple[Term, str, str], list[Repair]] = defaultdict(list)
    for repair in repairs:
        asset = assets.get(repair.asset_number)
        groups[term_of(repair.opened_on), _model(asset, repair), repair.room or ""].append(repair)
    found = [_total(term, model, room, group) for (term, model, room), group in groups.items()]
    return sorted(found, key=lambda each: (-each.term.year, -each.term.half, each.model, each.room))


def _model(asset: Asset | None, repair: Repair) -> str:
    if asset is None:
        return repair.asset_number
    return " ".join(filter(None, (asset.brand, asset.model))) or asset.name


def _total(term: Term, model: str, room: str, group: list[Repair]) -> RepairTotal:
    closed = [repair.closing for repair in group if repair.closing is not None]
    return RepairTotal(
        term=term,
        model=model,
        room=room,
        repairs=len(group),
        still_open=len(group) - len(closed),
        damages=sum(repair.diagnosis is not None and repair.diagnosis.cause == "damage" for repair in group),
        cost=sum((closing.cost for closing in closed), Decimal(0)),
        downtime_days=sum(repair.downtime_days or 0 for repair in group),
    )


def days_open(repair: Repair, today: date) -> int:
    """Until it was closed, or until today."""
    return repair.downtime_days if repair.downtime_days is not None else (today - repair.opened_on).days
