"""What is done about a fault: in warranty the vendor is called, out of warranty two people confirm it and the
person in charge approves (duty 12.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..i18n import Message, UserError
from ..ledger.records import Asset
from .nouns import RegisterKind
from .repairs import (
    Diagnosis,
    FaultCause,
    PartUsed,
    Repair,
    RepairDecision,
    RepairRoute,
    RepairStage,
    in_stage,
    not_before,
)
from .scrap import ScrapRequest
from .state import Change, Paper, Plan, State, day, not_in_future, optional, required
from .stock import StockMove
from .stock_moves import IssueLine, Slip, take

_CONFIRMERS = 2
_DONE = {
    RepairRoute.WARRANTY: "Repair {number} of {asset} is a warranty call. Send the vendor call sheet.",
    RepairRoute.STOCK: "Repair {number} of {asset} takes its parts from the store. Have the slip signed.",
    RepairRoute.PURCHASE: "Repair {number} of {asset} waits for purchase request {purchase}.",
    RepairRoute.NO_PARTS: "Repair {number} of {asset} needs no parts.",
    RepairRoute.SCRAP: "{asset} is not repaired. Close repair {number}, then ask with request_scrap to scrap it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRequest:
    """As a person gave it: texts may be empty, the date is ``2026-09-01``. ``receiver`` signs for ``parts``."""

    repair: str | None
    route: RepairRoute | None
    approved_by: str | None = None
    purchase_request: str | None = None
    scrap_request: str | None = None
    vendor_reference: str | None = None
    parts: Sequence[IssueLine] = ()
    receiver: str | None = None
    on: str | date | None = None


def scrap_request_of(state: State, repair: Repair) -> str | None:
    """The request that a decision to scrap names, or the first one made for the asset since: what is in repair
    cannot be asked to be scrapped before the repair is closed."""
    decision = repair.decision
    if decision is None or decision.route is not RepairRoute.SCRAP:
        return None
    since = (
        request.number
        for request in state.all(ScrapRequest).values()
        if repair.asset_number in request.asset_numbers and request.requested_on >= decision.decided_on
    )
    return decision.scrap_request or next(since, None)


def in_warranty(asset: Asset, repair: Repair) -> bool:
    """On the day of the fault. A warranty that the book does not know is none."""
    return asset.warranty_until is not None and asset.warranty_until >= repair.opened_on


def decide(state: State, request: DecisionRequest) -> Plan:
    """Decide on a diagnosed repair. Raises UserError where that way is not open to it."""
    repair = in_stage(state, request.repair, RepairStage.DIAGNOSED)
    diagnosis = repair.diagnosis
    assert diagnosis is not None  # noqa: S101 - the stage says so
    asset = state.asset(repair.asset_number)
    on = day(request.on, Message("repairs", "The day of the decision"), state.today)
    not_in_future(on, state.today)
    not_before(on, diagnosis.diagnosed_on)
    route = request.route
    if route is None:
        raise UserError("repairs", "What is done about it is missing. Choose a repair_route.")
    _refuse_way(asset, repair, diagnosis, route)
    needs_approval = route is not RepairRoute.WARRANTY and not (
        route is RepairRoute.NO_PARTS and in_warranty(asset, repair)
    )
    if needs_approval and len(diagnosis.confirmers) < _CONFIRMERS:
        raise UserError(
            "repairs",
            "Repair {number} needs two different confirmers, {n} are named. Run diagnose_repair again with both.",
            number=repair.number,
            n=len(diagnosis.confirmers),
        )
    decision = RepairDecision(
        route=route,
        decided_on=on,
        approved_by=required(request.approved_by, Message("repairs", "The person in charge who approves"))
        if needs_approval
        else optional(request.approved_by),
        purchase_request=_linked(state, RegisterKind.PURCHASE_REQUEST, request.purchase_request)
        if route is RepairRoute.PURCHASE
        else None,
        scrap_request=_linked(state, RegisterKind.SCRAP_REQUEST, request.scrap_request)
        if route is RepairRoute.SCRAP and optional(request.scrap_request)
        else None,
        vendor_reference=optional(request.vendor_reference),
    )
    if request.parts and route is not RepairRoute.STOCK:
        raise UserError(
            "repairs",
            "Parts are taken from the store with repair_route=stock. Choose that, or give no parts.",
        )
    moves = (
        take_parts(state, repair, request.parts, request.receiver, on) if route is RepairRoute.STOCK else ()
    )
    decided = with_parts(replace(repair, decision=decision), moves)
    papers = [Paper("repair_record", repair.number)]
    if route is RepairRoute.WARRANTY:
        papers.append(Paper("vendor_call", repair.number))
    if moves:
        papers.append(Paper("stock_slip", moves[0].number))
    return Plan(
        errand="decide_repair",
        changes=(
            Change("repair.decided", repair, decided),
            *(Change("stock_move.issued", None, move) for move in moves),
        ),
        message=Message(
            "repairs",
            _DONE[route],
            {
                "number": repair.number,
                "asset": asset.asset_number,
                "purchase": decision.purchase_request,
            },
        ),
        papers=tuple(papers),
    )


def _refuse_way(asset: Asset, repair: Repair, diagnosis: Diagnosis, route: RepairRoute) -> None:
    covered = in_warranty(asset, repair)
    if route is RepairRoute.WARRANTY and not covered:
        if asset.warranty_until is None:
            raise UserError(
                "repairs",
                "The ledger does not know until when {asset} is in warranty. Enter it in the property book and "
                "import that, or choose another way.",
                asset=asset.asset_number,
            )
        raise UserError(
            "repairs",
            "{asset} is out of warranty since {until}; the fault is of {day}. Choose parts from the store, "
            "a purchase, or scrapping.",
            asset=asset.asset_number,
            until=asset.warranty_until,
            day=repair.opened_on,
        )
    paid = route in (RepairRoute.STOCK, RepairRoute.PURCHASE)
    # A vendor does not answer for what somebody broke.
    if paid and covered and diagnosis.cause is not FaultCause.DAMAGE:
        raise UserError(
            "repairs",
            "{asset} is in warranty until {until}: call the vendor (repair_route=warranty) before the school pays.",
            asset=asset.asset_number,
            until=asset.warranty_until,
        )


def _linked(state: State, register: RegisterKind, number: str | None) -> str:
    """The number of a request that is there. Raises UserError."""
    purchase = register is RegisterKind.PURCHASE_REQUEST
    what = (
        Message("repairs", "The number of the purchase request")
        if purchase
        else Message("repairs", "The number of the scrap request")
    )
    wanted = required(number, what)
    if wanted not in state.registers.get(register, {}):
        raise UserError(
            "repairs",
            "{what}: there is no request {number}. Make the request first, then decide.",
            what=what,
            number=wanted[:40],
        )
    return wanted


def take_parts(
    state: State, repair: Repair, parts: Sequence[IssueLine], receiver: str | None, on: date
) -> tuple[StockMove, ...]:
    """The movements that give the parts out. Raises UserError where none are named or one is not in stock."""
    if not parts:
        raise UserError(
            "repairs", "Which parts it takes is missing. Give repair_parts, each with item and quantity."
        )
    return take(
        state,
        parts,
        Slip(
            receiver=receiver,
            on=on,
            purpose=repair.fault,
            asset_number=repair.asset_number,
            repair_number=repair.number,
        ),
    )


def with_parts(repair: Repair, moves: Sequence[StockMove]) -> Repair:
    used = (
        PartUsed(item_number=move.item_number, quantity=-move.quantity, move_number=move.number)
        for move in moves
    )
    return replace(repair, parts=(*repair.parts, *used))
