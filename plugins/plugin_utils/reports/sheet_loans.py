"""外借: what is out, what is overdue, what came back."""

from __future__ import annotations

from ..registers.loans import Loan, ReturnCondition, overdue
from ..registers.state import State as Registers
from .sheets import Cell, Column, Row, Sheet, Table, Task, asset_cell, row_of
from .words import State, Words

RETURN_CONDITIONS = {
    ReturnCondition.INTACT: "Intact",
    ReturnCondition.INCOMPLETE: "Incomplete",
    ReturnCondition.DAMAGED: "Damaged",
}


def loans_sheet(registers: Registers, words: Words) -> Sheet:
    """Open loans with the longest overdue first, then those that came back, newest first."""
    _ = words.translate
    loans = registers.all(Loan).values()
    late = overdue(registers)
    out = sorted((loan for loan in loans if loan.is_open), key=lambda loan: (loan.due_on, loan.number))
    back = sorted(
        (loan for loan in loans if not loan.is_open),
        key=lambda loan: (loan.returned_on, loan.number),
        reverse=True,
    )
    head = (
        Column(title=_("Loan")),
        Column(title=_("Asset"), names_asset=True),
        Column(title=_("Borrower")),
        Column(title=_("Purpose")),
        Column(title=_("Signed by")),
        Column(title=_("Lent on")),
    )
    return Sheet(
        name="loans",
        title=_("Loans"),
        lead=_("What has left the school's rooms, who has it, and when it is due back."),
        empty=_(
            "Nothing has been lent yet. The errand lend_asset prints the slip to be signed and enters the loan here."
        ),
        figure=_("{n} out, {late} overdue", n=len(out), late=len(late)),
        urgent=bool(late),
        tables=(
            Table(
                key="open",
                title=_("Out"),
                columns=(*head, Column(title=_("Due on")), Column(title=_("State"))),
                rows=tuple(_open_row(registers, loan, words) for loan in out),
                empty=_("Nothing is out: everything that was lent came back."),
            ),
            Table(
                key="closed",
                title=_("Came back"),
                columns=(*head, Column(title=_("Back on")), Column(title=_("Condition"))),
                rows=tuple(_closed_row(registers, loan, words) for loan in back),
            ),
        ),
        tasks=tuple(_task(registers, loan, words) for loan in late),
    )


def _head(registers: Registers, loan: Loan) -> tuple[Cell, ...]:
    return (
        Cell(text=loan.number),
        asset_cell(registers, loan.asset_number),
        Cell(text=loan.borrower, note=loan.contact),
        Cell(text=loan.purpose, note=loan.accessories),
        Cell(text=loan.principal, note=loan.leader),
        Cell(text=loan.lent_on.isoformat()),
    )


def _open_row(registers: Registers, loan: Loan, words: Words) -> Row:
    _ = words.translate
    if loan.is_overdue(registers.today):
        state = Cell(text=_days_late(registers, loan, words), badge=State.MISSING)
    else:
        state = Cell(text=_("Out"), badge=State.UNCHECKED)
    return row_of(
        loan, *_head(registers, loan), Cell(text=loan.due_on.isoformat()), state, assets=(loan.asset_number,)
    )


def _closed_row(registers: Registers, loan: Loan, words: Words) -> Row:
    condition = words.translate(RETURN_CONDITIONS[loan.condition]) if loan.condition else ""
    fine = loan.condition in (None, ReturnCondition.INTACT)
    return row_of(
        loan,
        *_head(registers, loan),
        Cell(text=words.value(loan.returned_on), note=loan.received_by),
        Cell(text=condition, badge=None if fine else State.FINDING, note=loan.condition_note),
        assets=(loan.asset_number,),
    )


def _days_late(registers: Registers, loan: Loan, words: Words) -> str:
    days = (registers.today - loan.due_on).days
    return words.translate.plural("{n} day overdue", "{n} days overdue", days)


def _task(registers: Registers, loan: Loan, words: Words) -> Task:
    asset = registers.assets.get(loan.asset_number)
    return Task(
        subject=f"loan:{loan.number}",
        badge=State.MISSING,
        kind=words.translate("Overdue loan"),
        text=" ".join((loan.asset_number, asset.name if asset else "")).strip(),
        note=words.translate(
            "{borrower}, due on {due}: {late}",
            borrower=loan.borrower,
            due=loan.due_on,
            late=_days_late(registers, loan, words),
        ),
    )
