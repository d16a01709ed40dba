"""维修: a fault from its report to its end (duties 1.5, 4.2, 5.4, 12.5): opened, diagnosed, decided, closed.

The record says who sat there, so that damage can be traced. ``repair_decision`` and ``repair_closing`` hold the
later steps, ``repair_reports`` what is counted and what the next facts must agree with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from ..i18n import Message, UserError
from ..ledger.records import Asset, AssetStatus, ComponentKind, Machine
from .nouns import RegisterKind
from .state import Change, Paper, Plan, State, day, not_before_purchase, not_in_future, optional, required
from .stock import StockMove

REPAIRABLE = frozenset({AssetStatus.IN_USE, AssetStatus.IDLE, AssetStatus.SEALED, AssetStatus.REPAIR})
_UNDER_REPAIR = frozenset({AssetStatus.REPAIR, AssetStatus.TO_SCRAP})
_WHY_NOT = {
    AssetStatus.ON_LOAN: "it is on loan; enter its return first",
    AssetStatus.TO_SCRAP: "it is to be scrapped; take that back first",
    AssetStatus.SCRAPPED: "it was scrapped",
}
_CONFIRMERS = 2
_NAME = 100


class FaultCause(StrEnum):
    WEAR = "wear"  # 自然损耗
    DAMAGE = "damage"  # 人为损坏
    UNKNOWN = "unknown"  # 原因不明


class RepairRoute(StrEnum):
    """What is done about it."""

    WARRANTY = "warranty"  # 保修，厂家上门
    STOCK = "stock"  # 领用备件自修
    PURCHASE = "purchase"  # 采购配件或送修
    NO_PARTS = "no_parts"  # 自行修复，不用配件
    SCRAP = "scrap"  # 不修，报废


class RepairStage(StrEnum):
    OPEN = "open"  # 待检测
    DIAGNOSED = "diagnosed"  # 待决定
    DECIDED = "decided"  # 维修中
    CLOSED = "closed"  # 已结案


_COMES_FIRST = {
    RepairStage.OPEN: "Repair {number} is not diagnosed yet. Run diagnose_repair first.",
    RepairStage.DIAGNOSED: "Repair {number} is not decided yet. Run decide_repair first.",
    RepairStage.DECIDED: "Repair {number} is decided already. To decide otherwise, undo that entry first.",
    RepairStage.CLOSED: "Repair {number} is closed. For a new fault, open a new repair.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    broken_part: str
    cause: FaultCause
    confirmers: tuple[str, ...]
    diagnosed_on: date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairDecision:
    """``vendor_reference`` is the number that the vendor gave to the call."""

    route: RepairRoute
    decided_on: date
    approved_by: str | None = None
    purchase_request: str | None = None
    scrap_request: str | None = None
    vendor_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartUsed:
    """A movement of the store that belongs to the repair."""

    item_number: str
    quantity: int
    move_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """What was built in, as its label says."""

    component: ComponentKind
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairClosing:
    """``cost`` is CNY; ``downtime_hours`` is what a person counted, where days are too coarse."""

    closed_on: date
    result: str
    cost: Decimal
    accepted_by: str
    downtime_hours: int | None = None
    new_parts: tuple[NewPart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """``room`` and ``seat`` are where it stood, ``sat_there`` who used it last. ``finding`` is the number of the
    finding that showed the fault. ``status_before`` is the asset's, to be given back to it."""

    kind: ClassVar[RegisterKind] = RegisterKind.REPAIR

    number: str
    asset_number: str
    fault: str
    reported_by: str
    opened_on: date
    status_before: AssetStatus
    room: str | None = None
    seat: str | None = None
    sat_there: str | None = None
    finding: int | None = None
    diagnosis: Diagnosis | None = None
    decision: RepairDecision | None = None
    parts: tuple[PartUsed, ...] = ()
    closing: RepairClosing | None = None

    @property
    def stage(self) -> RepairStage:
        if self.closing is not None:
            return RepairStage.CLOSED
        if self.decision is not None:
            return RepairStage.DECIDED
        return RepairStage.OPEN if self.diagnosis is None else RepairStage.DIAGNOSED

    @property
    def is_open(self) -> bool:
        return self.closing is None

    @property
    def downtime_days(self) -> int | None:
        """From the day of the report to the day of the end; None while it is open."""
        return None if self.closing is None else (self.closing.closed_on - self.opened_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRequest:
    """As a person gave it: texts may be empty, the date is ``2026-09-01``. ``room``, ``seat`` and ``sat_there`` are
    taken from the book and from the machine where they are not given."""

    asset: str | None
    fault: str | None
    reported_by: str | None
    on: str | date | None = None
    room: str | None = None
    seat: str | None = None
    sat_there: str | None = None
    finding: str | int | None = None


def open_repair_of(state: State, asset_number: str) -> Repair | None:
    return next(
        (each for each in state.all(Repair).values() if each.is_open and each.asset_number == asset_number),
        None,
    )


def open_repairs(state: State) -> list[Repair]:
    """The longest open first."""
    found = (repair for repair in state.all(Repair).values() if repair.is_open)
    return sorted(found, key=lambda repair: (repair.opened_on, repair.number))


def machine_of(state: State, asset: Asset) -> Machine | None:
    """The newest machine that is this asset, for a state that was read with machines."""
    machines = [machine for machine in state.machines if machine.asset_id == asset.id]
    return max(machines, key=lambda machine: machine.last_seen_at, default=None)


def who_sat_there(machine: Machine | None) -> str | None:
    """The account of the newest session in its facts. What a PC says of its users is bounded, never trusted."""
    sessions = None if machine is None else machine.state.get("sessions")
    if not isinstance(sessions, (list, tuple)):
        return None
    known = [
        (str(each.get("since") or ""), each["user"])
        for each in sessions
        if isinstance(each, dict) and isinstance(each.get("user"), str) and each["user"].strip()
    ]
    if not known:
        return None
    user = max(known)[1]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in user).split())[:_NAME] or None


def open_repair(state: State, request: RepairRequest) -> Plan:
    """Enter a fault. Raises UserError where the asset cannot be repaired now."""
    asset = state.asset(request.asset)
    already = open_repair_of(state, asset.asset_number)
    if already is not None:
        raise UserError(
            "repairs",
            "{asset} is already being repaired since {since}: repair {number} ({fault}). Close that one first, or "
            "add to its diagnosis.",
            asset=asset.asset_number,
            since=already.opened_on,
            number=already.number,
            fault=already.fault,
        )
    if asset.status not in REPAIRABLE:
        raise UserError(
            "repairs",
            "{asset} cannot be repaired: {why}.",
            asset=asset.asset_number,
            why=Message("repairs", _WHY_NOT[asset.status]),
        )
    on = day(request.on, Message("repairs", "The day of the fault"), state.today)
    not_in_future(on, state.today)
    not_before_purchase(on, asset)
    repair = Repair(
        number=state.next_number(Repair),
        asset_number=asset.asset_number,
        fault=required(request.fault, Message("repairs", "The fault")),
        reported_by=required(request.reported_by, Message("repairs", "The person who reports the fault")),
        opened_on=on,
        status_before=asset.status,
        room=optional(request.room) or asset.room,
        seat=optional(request.seat) or asset.seat,
        sat_there=optional(request.sat_there) or who_sat_there(machine_of(state, asset)),
        finding=_finding(state, request.finding),
    )
    return Plan(
        errand="open_repair",
        changes=(
            Change("repair.opened", None, repair),
            *status_change("asset.in_repair", asset, AssetStatus.REPAIR),
        ),
        message=Message(
            "repairs",
            "{asset} ({name}) is entered for repair: repair {number}. Diagnose it next.",
            {"asset": asset.asset_number, "name": asset.name, "number": repair.number},
        ),
        papers=(Paper("repair_record", repair.number),),
    )


def status_change(action: str, asset: Asset, status: AssetStatus) -> tuple[Change, ...]:
    """Nothing where the asset has that status already."""
    return () if asset.status is status else (Change(action, asset, replace(asset, status=status)),)


def _finding(state: State, given: str | int | None) -> int | None:
    words = str(given if given is not None else "").strip()
    if not words:
        return None
    known = {str(finding.id): finding.id for finding in state.findings}
    if words not in known:
        raise UserError(
            "repairs", "There is no finding {number}. The site lists all of them.", number=words[:40]
        )
    return known[words]


def in_stage(state: State, number: str | None, *stages: RepairStage) -> Repair:
    """The repair of that number. Raises UserError where it is not at one of ``stages``: it says what comes first."""
    repair = state.one(Repair, number)
    if repair.stage in stages:
        return repair
    raise UserError("repairs", _COMES_FIRST[repair.stage], number=repair.number)


def not_before(when: date, earlier: date) -> None:
    """Raises UserError where a step would lie before the one that it follows."""
    if when < earlier:
        raise UserError(
            "repairs",
            "{when} lies before the step of the repair that came first ({earlier}). Check the date.",
            when=when,
            earlier=earlier,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisRequest:
    """As a person gave it. ``confirmers`` are the people who looked at the fault and confirm it."""

    repair: str | None
    broken_part: str | None
    cause: FaultCause
    confirmers: Sequence[str] = ()
    note: str | None = None
    on: str | date | None = None


def diagnose(state: State, request: DiagnosisRequest) -> Plan:
    """Enter what is broken, and why; once more to correct it before the decision. Raises UserError."""
    repair = in_stage(state, request.repair, RepairStage.OPEN, RepairStage.DIAGNOSED)
    on = day(request.on, Message("repairs", "The day of the diagnosis"), state.today)
    not_in_future(on, state.today)
    not_before(on, repair.opened_on)
    diagnosis = Diagnosis(
        broken_part=required(request.broken_part, Message("repairs", "The broken part")),
        cause=request.cause,
        confirmers=_confirmers(request.confirmers),
        diagnosed_on=on,
        note=optional(request.note),
    )
    return Plan(
        errand="diagnose_repair",
        changes=(Change("repair.diagnosed", repair, replace(repair, diagnosis=diagnosis)),),
        message=Message(
            "repairs",
            "Repair {number} of {asset} is diagnosed: {part}. Decide next what is done.",
            {"number": repair.number, "asset": repair.asset_number, "part": diagnosis.broken_part},
        ),
        papers=(Paper("repair_record", repair.number),),
    )


def _confirmers(given: Sequence[str]) -> tuple[str, ...]:
    names = tuple(name for each in given if (name := optional(each)) is not None)
    if len(set(names)) < len(names):
        raise UserError(
            "repairs",
            "The two confirmers must be two different people, {names} is one. Name somebody else for the second.",
            names=tuple(dict.fromkeys(names)),
        )
    if len(names) > _CONFIRMERS:
        raise UserError(
            "repairs", "A fault has two confirmers, {n} are given. Name two of them.", n=len(names)
        )
    return names


def contradictions(state: State) -> Iterator[Message]:
    """An asset has at most one open repair and is in repair meanwhile; what a repair names is there."""
    seen: set[str] = set()
    moves = state.all(StockMove)
    for repair in state.all(Repair).values():
        fields = {"asset": repair.asset_number, "number": repair.number}
        if repair.is_open:
            asset = state.assets.get(repair.asset_number)
            if repair.asset_number in seen:
                yield Message("repairs", "{asset} would be repaired twice at once (repair {number}).", fields)
            if asset is None or asset.status not in _UNDER_REPAIR:
                yield Message(
                    "repairs", "{asset} would be in repair ({number}) and not in repair at once.", fields
                )
            seen.add(repair.asset_number)
        if any(part.move_number not in moves for part in repair.parts):
            yield Message("repairs", "Parts of repair {number} would not have left the store.", fields)
        for register, linked in links(repair):
            if linked not in state.registers.get(register, {}):
                yield Message(
                    "repairs",
                    "Repair {number} would name request {request}, which is not there.",
                    {**fields, "request": linked},
                )


def links(repair: Repair) -> Iterator[tuple[RegisterKind, str]]:
    """The requests that its decision names."""
    if repair.decision is None:
        return
    if repair.decision.purchase_request is not None:
        yield RegisterKind.PURCHASE_REQUEST, repair.decision.purchase_request
    if repair.decision.scrap_request is not None:
        yield RegisterKind.SCRAP_REQUEST, repair.decision.scrap_request
