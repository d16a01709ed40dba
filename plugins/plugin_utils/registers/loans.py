"""外借: nothing leaves without the names of 校长, 分管领导 and 借方 (duty 8.7), and each loan has a day of return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar

from ..i18n import Message, UserError
from ..ledger.records import AssetStatus
from .nouns import RegisterKind
from .state import Change, Paper, Plan, State, day, not_before_purchase, not_in_future, optional, required

LENDABLE = frozenset({AssetStatus.IN_USE, AssetStatus.IDLE, AssetStatus.SEALED})
_WHY_NOT = {
    AssetStatus.REPAIR: "it is being repaired",
    AssetStatus.ON_LOAN: "the property book says that it is on loan",
    AssetStatus.TO_SCRAP: "it is to be scrapped",
    AssetStatus.SCRAPPED: "it was scrapped",
}


class ReturnCondition(StrEnum):
    INTACT = "intact"  # 完好
    INCOMPLETE = "incomplete"  # 附件不全
    DAMAGED = "damaged"  # 损坏


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """``status_before`` is the asset's while it was lent out, to be given back to it. An open loan has no
    ``returned_on``."""

    kind: ClassVar[RegisterKind] = RegisterKind.LOAN

    number: str
    asset_number: str
    borrower: str
    principal: str
    leader: str
    purpose: str
    lent_on: date
    due_on: date
    status_before: AssetStatus
    contact: str | None = None
    accessories: str | None = None
    returned_on: date | None = None
    condition: ReturnCondition | None = None
    condition_note: str | None = None
    received_by: str | None = None

    @property
    def is_open(self) -> bool:
        return self.returned_on is None

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on < today


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRequest:
    """As a person gave it: texts may be empty, dates are ``2026-09-01``."""

    asset: str | None
    borrower: str | None
    principal: str | None
    leader: str | None
    purpose: str | None
    due_on: str | date | None
    lent_on: str | date | None = None
    contact: str | None = None
    accessories: str | None = None


def open_loan(state: State, asset_number: str) -> Loan | None:
    return next(
        (loan for loan in state.all(Loan).values() if loan.is_open and loan.asset_number == asset_number),
        None,
    )


def overdue(state: State) -> list[Loan]:
    """The longest overdue first."""
    late = (loan for loan in state.all(Loan).values() if loan.is_overdue(state.today))
    return sorted(late, key=lambda loan: (loan.due_on, loan.number))


def lend(state: State, request: LoanRequest) -> Plan:
    """Lend an asset. Raises UserError where it may not leave."""
    asset = state.asset(request.asset)
    lent = open_loan(state, asset.asset_number)
    if lent is not None:
        raise UserError(
            "registers",
            "{asset} is already on loan to {borrower} since {since} (loan {number}, due on {due}). "
            "Enter its return first.",
            asset=asset.asset_number,
            borrower=lent.borrower,
            since=lent.lent_on,
            number=lent.number,
            due=lent.due_on,
        )
    if asset.status not in LENDABLE:
        raise UserError(
            "registers",
            "{asset} cannot be lent: {why}. Choose another one, or settle that first.",
            asset=asset.asset_number,
            why=Message("registers", _WHY_NOT[asset.status]),
        )
    borrower = required(request.borrower, Message("registers", "The borrower"))
    principal = required(request.principal, Message("registers", "The principal who signs"))
    leader = required(request.leader, Message("registers", "The leader in charge who signs"))
    if len({borrower, principal, leader}) < 3:
        raise UserError(
            "registers",
            "The principal, the leader in charge and the borrower are three people: {people}. A loan needs three "
            "signatures. Name somebody else for the one who signs twice.",
            people=(principal, leader, borrower),
        )
    lent_on = day(request.lent_on, Message("registers", "The day of the loan"), state.today)
    not_in_future(lent_on, state.today)
    not_before_purchase(lent_on, asset)
    if request.due_on in (None, ""):
        raise UserError("registers", "The day of return is missing. Give it as 2026-09-01.")
    due_on = day(request.due_on, Message("registers", "The day of return"), lent_on)
    if due_on < lent_on:
        raise UserError(
            "registers",
            "The day of return {due} lies before the day of the loan {lent}. Check both dates.",
            due=due_on,
            lent=lent_on,
        )
    loan = Loan(
        number=state.next_number(Loan),
        asset_number=asset.asset_number,
        borrower=borrower,
        principal=principal,
        leader=leader,
        purpose=required(request.purpose, Message("registers", "The purpose")),
        lent_on=lent_on,
        due_on=due_on,
        status_before=asset.status,
        contact=optional(request.contact),
        accessories=optional(request.accessories),
    )
    return Plan(
        errand="lend_asset",
        changes=(
            Change("loan.opened", None, loan),
            Change("asset.lent", asset, replace(asset, status=AssetStatus.ON_LOAN)),
        ),
        message=Message(
            "registers",
            "{asset} ({name}) is lent to {borrower} until {due}: loan {number}. Have the slip signed before it leaves.",
            {
                "asset": asset.asset_number,
                "name": asset.name,
                "borrower": loan.borrower,
                "due": due_on,
                "number": loan.number,
            },
        ),
        papers=(Paper("loan_slip", loan.number),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRequest:
    """As a person gave it: texts may be empty, the date is ``2026-09-01``."""

    asset: str | None
    condition: ReturnCondition
    received_by: str | None
    note: str | None = None
    returned_on: str | date | None = None


def give_back(state: State, request: ReturnRequest) -> Plan:
    """Enter the return of an asset. Raises UserError where it is not on loan."""
    asset = state.asset(request.asset)
    loan = open_loan(state, asset.asset_number)
    if loan is None:
        raise UserError(
            "registers",
            "{asset} is not on loan, so it cannot be returned. Check the number on the label and on the slip.",
            asset=asset.asset_number,
        )
    back_on = day(request.returned_on, Message("registers", "The day of return"), state.today)
    not_in_future(back_on, state.today)
    if back_on < loan.lent_on:
        raise UserError(
            "registers",
            "{asset} was lent on {lent}: it cannot come back on {back}. Check the date.",
            asset=asset.asset_number,
            lent=loan.lent_on,
            back=back_on,
        )
    words = optional(request.note)
    if request.condition is not ReturnCondition.INTACT and words is None:
        raise UserError(
            "registers",
            "What is missing or damaged is not said. Describe it in loan_condition_note, so that it can be claimed.",
        )
    closed = replace(
        loan,
        returned_on=back_on,
        condition=request.condition,
        condition_note=words,
        received_by=required(request.received_by, Message("registers", "The person who takes it back")),
    )
    status = AssetStatus.REPAIR if request.condition is ReturnCondition.DAMAGED else loan.status_before
    return Plan(
        errand="return_asset",
        changes=(
            Change("loan.closed", loan, closed),
            Change("asset.returned", asset, replace(asset, status=status)),
        ),
        message=Message(
            "registers",
            "{asset} ({name}) is back from {borrower}: loan {number} is closed.",
            {
                "asset": asset.asset_number,
                "name": asset.name,
                "borrower": loan.borrower,
                "number": loan.number,
            },
        ),
        papers=(Paper("loan_slip", loan.number),),
    )


def contradictions(state: State) -> Iterator[Message]:
    """An asset has at most one open loan and is on loan exactly then; the book alone may say so without a slip."""
    seen: set[str] = set()
    for loan in state.all(Loan).values():
        if not loan.is_open:
            continue
        fields = {"asset": loan.asset_number, "number": loan.number}
        asset = state.assets.get(loan.asset_number)
        if loan.asset_number in seen:
            yield Message("registers", "{asset} would be on loan twice (loan {number}).", fields)
        if asset is None or asset.status is not AssetStatus.ON_LOAN:
            yield Message("registers", "{asset} would be on loan ({number}) and not on loan at once.", fields)
        seen.add(loan.asset_number)
