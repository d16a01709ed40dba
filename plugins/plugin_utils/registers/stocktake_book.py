"""The finance book beside a stocktake: the file that is given, or the book as it was last imported."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..ledger.book.columns import map_columns
from ..ledger.book.entries import read_entries
from ..ledger.book.issues import BookError
from ..ledger.book.options import ImportOptions
from ..ledger.book.reading import Sheet, read_book
from ..ledger.models import EventRow
from .nouns import asset_from
from .stocktakes import BookLine

# What an import writes (``ledger.book.apply``); errands of the registers name their changes otherwise.
_IMPORTED = ("asset.created", "asset.updated")


def read_lines(path: Path | str, options: ImportOptions) -> tuple[str, tuple[BookLine, ...]]:
    """The file's name and its assets. Raises UserError where it cannot be read, with every error of its rows."""
    sheet = read_book(path, sheet=options.sheet, limits=options.limits)
    return sheet.file, lines_of(sheet, options)


def lines_of(sheet: Sheet, options: ImportOptions) -> tuple[BookLine, ...]:
    """Pure. Rows as the import reads them; rows without a number cannot be compared and are left out."""
    columns = map_columns(
        sheet, mapping=options.mapping, header_row=options.header_row, required=("asset_number", "name")
    )
    entries = read_entries(sheet, columns, options)
    if entries.errors.count:
        raise BookError(sheet.file, entries.errors)
    return tuple(
        BookLine(
            asset_number=entry.values["asset_number"],
            name=entry.values.get("name") or "",
            quantity=entry.values.get("quantity"),
            value=entry.values.get("original_value"),
            room=entry.values.get("room"),
            seat=entry.values.get("seat"),
        )
        for entry in entries.items
        if entry.values.get("asset_number")
    )


def imported_lines(session: Session) -> tuple[str | None, tuple[BookLine, ...]]:
    """The name of the book that was imported last, and each asset as an import last wrote it."""
    statement = select(EventRow).where(EventRow.action.in_(_IMPORTED)).order_by(EventRow.number)
    lines: dict[str, BookLine] = {}
    for event in map(EventRow.to_record, session.scalars(statement)):
        asset = asset_from(dict(event.after or {}), 0)
        lines[event.subject] = BookLine(
            asset_number=asset.asset_number,
            name=asset.name,
            quantity=asset.quantity,
            value=asset.original_value,
            room=asset.room,
            seat=asset.seat,
        )
    imports = select(EventRow).where(EventRow.action == "import.committed")
    last = session.scalar(imports.order_by(EventRow.number.desc()).limit(1))
    about = None if last is None else last.to_record().after
    return (None if about is None else str(about["file"])), tuple(lines.values())
