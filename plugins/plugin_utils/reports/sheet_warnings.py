"""警告单: which slips were issued, to whom and for what."""

from __future__ import annotations

from ..registers.state import State as Registers
from ..registers.warning_slips import WarningSlip
from .sheets import Cell, Column, Row, Sheet, Table, row_of
from .words import Words

_ATTEMPTS_SHOWN = 6


def warnings_sheet(registers: Registers, words: Words) -> Sheet:
    """The newest first."""
    _ = words.translate
    slips = sorted(
        registers.all(WarningSlip).values(), key=lambda slip: (slip.issued_on, slip.number), reverse=True
    )
    return Sheet(
        name="warnings",
        title=_("Warning slips"),
        lead=_("What a pupil, the class teacher and the administrator signed after a USB attempt."),
        empty=_("No warning slip was issued yet. The errand print_warning makes one of a USB attempt."),
        figure=_("{n} issued", n=len(slips)),
        tables=(
            Table(
                key="slips",
                title=_("Issued"),
                columns=(
                    Column(title=_("Slip")),
                    Column(title=_("Pupil")),
                    Column(title=_("Issued on")),
                    Column(title=_("Place")),
                    Column(title=_("Attempts")),
                    Column(title=_("Rule broken")),
                ),
                rows=tuple(_row(slip, words) for slip in slips),
            ),
        ),
    )


def _row(slip: WarningSlip, words: Words) -> Row:
    shown = slip.incidents[:_ATTEMPTS_SHOWN]
    return row_of(
        slip,
        Cell(text=slip.number),
        Cell(text=slip.pupil, note=slip.pupil_class),
        Cell(text=slip.issued_on.isoformat()),
        Cell(text=words.place(slip.room, slip.seat), note=slip.host),
        Cell(subjects=tuple((str(one.attempt), f"attempt:{one.attempt}") for one in shown)),
        Cell(text=slip.rule, note=slip.measure),
    )
