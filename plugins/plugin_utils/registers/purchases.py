"""采购申请: what is asked for and why, approved, and received."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from ..i18n import Message, UserError
from .nouns import RegisterKind
from .state import Change, Paper, Plan, State, day, not_in_future, optional, required
from .wanted import day_after, money

LINES_LIMIT = 200
QUANTITY_LIMIT = 100_000


class PurchaseBasis(StrEnum):
    """Why something is wanted."""

    OVER_LIFE = "over_life"  # 超过使用年限
    FAULT = "fault"  # 故障
    SHORTAGE = "shortage"  # 盘亏
    LOW_STOCK = "low_stock"  # 库存不足
    NEED = "need"  # 工作需要


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseLine:
    """``unit_price`` is estimated, in CNY. ``assets`` are the numbers of those that it replaces."""

    item: str
    quantity: int
    basis: PurchaseBasis
    unit: str | None = None
    reason: str | None = None
    specification: str | None = None
    unit_price: Decimal | None = None
    budget_source: str | None = None
    assets: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal | None:
        return None if self.unit_price is None else self.unit_price * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseRequest:
    kind: ClassVar[RegisterKind] = RegisterKind.PURCHASE_REQUEST

    number: str
    lines: tuple[PurchaseLine, ...]
    reason: str
    applicant: str
    requested_on: date
    department: str | None = None
    approved_on: date | None = None
    approved_by: str | None = None
    received_on: date | None = None
    received_by: str | None = None
    delivery_note: str | None = None

    @property
    def is_approved(self) -> bool:
        return self.approved_on is not None

    @property
    def is_received(self) -> bool:
        return self.received_on is not None

    @property
    def total(self) -> Decimal | None:
        """Estimated, in CNY; None where a line has no price."""
        amounts = [line.amount for line in self.lines]
        return (
            sum((each for each in amounts if each is not None), Decimal(0)) if None not in amounts else None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPurchase:
    """As a person gave it: ``lines`` are mappings of ``PurchaseLine``'s names, ``suggested`` lines that the ledger
    gave (``suggestions.suggest``). ``specification`` and ``unit_price`` are those of suggested lines for assets,
    ``budget_source`` of every line that says none."""

    lines: Sequence[Mapping[str, Any]]
    reason: str | None
    applicant: str | None
    department: str | None = None
    requested_on: str | date | None = None
    suggested: Sequence[PurchaseLine] = ()
    specification: str | None = None
    unit_price: str | float | Decimal | None = None
    budget_source: str | None = None


def ask(state: State, request: NewPurchase) -> Plan:
    """Ask for a purchase. Raises UserError where a line is not understood or there is none."""
    if len(request.lines) + len(request.suggested) > LINES_LIMIT:
        raise UserError(
            "requests",
            "{n} lines are too many for one request; it takes {limit}. Make several.",
            n=len(request.lines) + len(request.suggested),
            limit=LINES_LIMIT,
        )
    given = [_line(state, number, line) for number, line in enumerate(request.lines, start=1)]
    budget = optional(request.budget_source)
    lines = [
        replace(line, budget_source=line.budget_source or budget) for line in (*given, *_suggested(request))
    ]
    if not lines:
        raise UserError(
            "requests",
            "There is nothing to ask for: no line is given, and the ledger suggests none. Give purchase_lines, "
            "or widen purchase_prefill.",
        )
    requested_on = day(request.requested_on, Message("requests", "The day of the request"), state.today)
    not_in_future(requested_on, state.today)
    made = PurchaseRequest(
        number=state.next_number(PurchaseRequest),
        lines=tuple(lines),
        reason=required(request.reason, Message("requests", "The reason for the purchase")),
        applicant=required(request.applicant, Message("requests", "The applicant")),
        department=optional(request.department),
        requested_on=requested_on,
    )
    return Plan(
        errand="request_purchase",
        changes=(Change("purchase_request.made", None, made),),
        message=Message(
            "requests",
            "Purchase request {number} with {count} lines is made. Print it, let it be signed, then approve it.",
            {"number": made.number, "count": len(lines)},
        ),
        papers=(Paper("purchase_request", made.number),),
    )


_FIELDS = frozenset(
    {"item", "quantity", "basis", "unit", "reason", "specification", "unit_price", "budget_source", "assets"}
)


def _line(state: State, number: int, given: Mapping[str, Any]) -> PurchaseLine:
    """One line as a person gave it. Raises UserError with its place."""
    place = Message("requests", "Line {number}", {"number": number})
    if not isinstance(given, Mapping):
        raise UserError(
            "requests",
            "{place} is no list of names and values. Write it as {example}.",
            place=place,
            example="{item: …, quantity: 2}",
        )
    unknown = [str(name)[:40] for name in given if name not in _FIELDS]
    if unknown:
        raise UserError(
            "requests",
            "{place} has {names}, which is not known. Known are {known}.",
            place=place,
            names=tuple(unknown[:5]),
            known=tuple(sorted(_FIELDS)),
        )
    assets = given.get("assets") or ()
    if isinstance(assets, str):
        assets = assets.split()
    return PurchaseLine(
        item=required(_text(given, "item"), place),
        quantity=_quantity(given.get("quantity"), place),
        basis=_basis(given.get("basis"), place),
        unit=optional(_text(given, "unit")),
        reason=optional(_text(given, "reason")),
        specification=optional(_text(given, "specification")),
        unit_price=money(given.get("unit_price"), place),
        budget_source=optional(_text(given, "budget_source")),
        assets=tuple(dict.fromkeys(state.asset(str(each)).asset_number for each in assets)),
    )


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    return None if value is None else str(value)


def _quantity(given: object, place: Message) -> int:
    text = str(given if given is not None else "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 6 and 0 < int(text) <= QUANTITY_LIMIT:
        return int(text)
    raise UserError(
        "requests",
        "{place}: the quantity {text} is no whole number from 1 to {limit}.",
        place=place,
        text=text[:40] or "—",
        limit=QUANTITY_LIMIT,
    )


def _basis(given: object, place: Message) -> PurchaseBasis:
    try:
        return PurchaseBasis(str(given or PurchaseBasis.NEED))
    except ValueError as error:
        raise UserError(
            "requests",
            "{place}: the basis {text} is not known. Known are {known}.",
            place=place,
            text=str(given)[:40],
            known=tuple(each.value for each in PurchaseBasis),
        ) from error


def _suggested(request: NewPurchase) -> Iterator[PurchaseLine]:
    """What replaces assets as the person wants it; what is bought for the stock has a specification of its own."""
    specification = optional(request.specification)
    price = money(request.unit_price, Message("requests", "The estimated price"))
    for line in request.suggested:
        yield replace(line, specification=specification, unit_price=price) if line.assets else line


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseApproval:
    number: str | None
    approved_by: str | None
    approved_on: str | date | None = None


def approve(state: State, request: PurchaseApproval) -> Plan:
    """Enter the approval. Raises UserError."""
    asked = state.one(PurchaseRequest, request.number)
    if asked.is_approved:
        raise UserError(
            "requests",
            "Purchase request {number} was already approved on {day} by {who}.",
            number=asked.number,
            day=asked.approved_on,
            who=asked.approved_by,
        )
    approved_by = required(request.approved_by, Message("requests", "Who approved it"))
    if approved_by == asked.applicant:
        raise UserError(
            "requests",
            "{who} asked for purchase {number} and cannot approve it. Name who signed as the approver.",
            who=approved_by,
            number=asked.number,
        )
    what = Message("requests", "The day of approval")
    approved = replace(
        asked,
        approved_on=day_after(request.approved_on, what, asked.requested_on, state.today),
        approved_by=approved_by,
    )
    return Plan(
        errand="approve_purchase",
        changes=(Change("purchase_request.approved", asked, approved),),
        message=Message("requests", "Purchase request {number} is approved.", {"number": asked.number}),
        papers=(Paper("purchase_request", asked.number),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseReceipt:
    """``delivery_note`` is the supplier's number (送货单号)."""

    number: str | None
    received_by: str | None
    received_on: str | date | None = None
    delivery_note: str | None = None


def receive(state: State, request: PurchaseReceipt) -> Plan:
    """Enter that what was approved has arrived. Raises UserError."""
    asked = state.one(PurchaseRequest, request.number)
    if asked.is_received:
        raise UserError(
            "requests",
            "Purchase request {number} was already received on {day} by {who}.",
            number=asked.number,
            day=asked.received_on,
            who=asked.received_by,
        )
    if asked.approved_on is None:
        raise UserError(
            "requests",
            "Purchase request {number} is not approved yet: nothing of it can be received. Enter its approval first.",
            number=asked.number,
        )
    what = Message("requests", "The day of receipt")
    received = replace(
        asked,
        received_on=day_after(request.received_on, what, asked.approved_on, state.today),
        received_by=required(request.received_by, Message("requests", "Who received it")),
        delivery_note=optional(request.delivery_note),
    )
    return Plan(
        errand="receive_purchase",
        changes=(Change("purchase_request.received", asked, received),),
        message=Message(
            "requests",
            "What purchase request {number} asked for has arrived. Enter the new assets in the property book.",
            {"number": asked.number},
        ),
        papers=(Paper("purchase_request", asked.number),),
    )


def contradictions(state: State) -> Iterator[Message]:
    """The steps come one after another."""
    for request in state.all(PurchaseRequest).values():
        if request.is_received and not request.is_approved:
            yield Message(
                "requests",
                "Purchase request {number} would be received and not approved.",
                {"number": request.number},
            )
