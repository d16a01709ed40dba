"""登记: every errand that changed a register, who entered it and why."""

from __future__ import annotations

from ..ledger.records import RegisterKind
from ..registers.entries import Entry
from ..registers.state import State as Registers
from ..registers.state import register_name
from .sheets import Cell, Column, Row, Sheet, Table, row_of
from .words import State, Words

_SUBJECTS_SHOWN = 6
_KINDS = frozenset(RegisterKind)


def entries_sheet(registers: Registers, words: Words) -> Sheet:
    """The newest first."""
    _ = words.translate
    entries = sorted(registers.all(Entry).values(), key=lambda entry: (entry.at, entry.number), reverse=True)
    return Sheet(
        name="entries",
        title=_("Entries"),
        lead=_("Each errand is one entry. One that was wrong is undone by another; nothing is ever removed."),
        empty=_("Nothing has been entered yet. Each errand that is run leaves one entry here."),
        figure=words.translate.plural("{n} entry", "{n} entries", len(entries)),
        tables=(
            Table(
                key="all",
                title=_("All entries"),
                columns=(
                    Column(title=_("Entry")),
                    Column(title=_("When")),
                    Column(title=_("Who")),
                    Column(title=_("What")),
                    Column(title=_("Why")),
                    Column(title=_("About"), names_asset=True),
                ),
                rows=tuple(_row(entry, words) for entry in entries),
            ),
        ),
    )


def _row(entry: Entry, words: Words) -> Row:
    _ = words.translate
    note = None
    if entry.undone_by is not None:
        note = _("undone by entry {number}", number=entry.undone_by)
    elif entry.undoes is not None:
        note = _("undoes entry {number}", number=entry.undoes)
    # An undoing also changes the entry that it takes back: the note has said so.
    about = tuple(dict.fromkeys(subject for subject in entry.subjects if not subject.startswith("entry:")))
    more = len(about) - _SUBJECTS_SHOWN
    return row_of(
        entry,
        Cell(text=entry.number),
        Cell(text=words.moment(entry.at)),
        Cell(text=entry.actor),
        Cell(text=words.errand(entry.errand), badge=State.SILENT if entry.undone_by else None, note=note),
        Cell(text=entry.reason),
        Cell(
            subjects=tuple((_name(subject, words), subject) for subject in about[:_SUBJECTS_SHOWN]),
            note=_("and {n} more", n=more) if more > 0 else None,
        ),
        assets=tuple(subject.removeprefix("asset:") for subject in about if subject.startswith("asset:")),
    )


def _name(subject: str, words: Words) -> str:
    """``loan:2026-0001`` with the name of its register; an asset is its number."""
    kind, _, number = subject.partition(":")
    if kind not in _KINDS:
        return number
    return f"{register_name(RegisterKind(kind)).render(words.language)} {number}"
