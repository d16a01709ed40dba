"""钥匙: who has which copy, what hangs in the cabinet, what was lost."""

from __future__ import annotations

from ..registers.keys import Key, KeyIssue, issues_of, issues_out
from ..registers.state import State as Registers
from .sheets import Cell, Column, Row, Sheet, Table, row_of
from .words import State, Words


def keys_sheet(registers: Registers, words: Words) -> Sheet:
    """What is out with the longest first, what was lost or came back, and all keys by room."""
    _ = words.translate
    out = issues_out(registers)
    ended = sorted(
        (issue for issue in registers.all(KeyIssue).values() if not issue.is_out),
        key=lambda issue: (not issue.is_lost, issue.number),
    )
    lost = sum(issue.is_lost for issue in ended)
    head = (
        Column(title=_("Issue")),
        Column(title=_("Key")),
        Column(title=_("Copy"), numeric=True),
        Column(title=_("Holder")),
        Column(title=_("Since")),
    )
    keys = sorted(registers.all(Key).values(), key=lambda key: (key.room, key.number))
    return Sheet(
        name="keys",
        title=_("Keys"),
        lead=_(
            "Every copy has one holder who signed for it. A key is not lent on; its loss is reported at once."
        ),
        empty=_("No key is entered yet. The errand add_key enters one, issue_key gives a copy out."),
        figure=_("{n} out, {lost} lost", n=len(out), lost=lost),
        urgent=bool(lost),
        tables=(
            Table(
                key="out",
                title=_("With a holder"),
                columns=head,
                rows=tuple(_issue_row(registers, issue) for issue in out),
                empty=_("All keys hang in the cabinet."),
            ),
            Table(
                key="ended",
                title=_("Lost and returned"),
                columns=(*head, Column(title=_("State"))),
                rows=tuple(_ended_row(registers, issue, words) for issue in ended),
            ),
            Table(
                key="keys",
                title=_("Keys"),
                columns=(
                    Column(title=_("Key")),
                    Column(title=_("Room")),
                    Column(title=_("Copies"), numeric=True),
                    Column(title=_("In the cabinet"), numeric=True),
                    Column(title=_("Notes")),
                ),
                rows=tuple(_key_row(registers, key) for key in keys),
            ),
        ),
    )


def _issue_cells(registers: Registers, issue: KeyIssue) -> tuple[Cell, ...]:
    key = registers.all(Key).get(issue.key_number)
    return (
        Cell(text=issue.number),
        Cell(text=issue.key_number, subject=f"key:{issue.key_number}", note=key.room if key else None),
        Cell(text=str(issue.copy)),
        Cell(text=issue.holder, note=issue.purpose),
        Cell(text=issue.issued_on.isoformat()),
    )


def _issue_row(registers: Registers, issue: KeyIssue) -> Row:
    return row_of(issue, *_issue_cells(registers, issue))


def _ended_row(registers: Registers, issue: KeyIssue, words: Words) -> Row:
    _ = words.translate
    if issue.is_lost:
        state = Cell(
            text=_("Lost on {day}", day=issue.lost_on), badge=State.MISSING, note=issue.circumstances
        )
    else:
        state = Cell(text=_("Returned on {day}", day=issue.returned_on), note=issue.received_by)
    return row_of(issue, *_issue_cells(registers, issue), state)


def _key_row(registers: Registers, key: Key) -> Row:
    away = sum(issue.returned_on is None for issue in issues_of(registers, key.number))
    return row_of(
        key,
        Cell(text=key.number),
        Cell(text=key.room),
        Cell(text=str(key.copies)),
        Cell(text=str(key.copies - away)),
        Cell(text=key.notes or "—"),
    )
