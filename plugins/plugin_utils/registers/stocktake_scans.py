"""The file that a phone gives after walking round: one scanned code per line, as text or as a table.

A label's code is the address of the asset's page, ``https://…/find.html#<number, percent-encoded>``; a barcode is the
bare number. The file is read by the book's reader, in a child process with limits, whatever its encoding.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from ..i18n import UserError
from ..ledger.book.reading import Cell, Limits, Row, read_book
from ..ledger.book.values import MAX_QUANTITY, folded, read_code, read_seat, read_text

LIMITS = Limits(
    file_bytes=2 << 20,
    unpacked_bytes=32 << 20,
    parts=1_000,
    rows=20_000,
    columns=32,
    cell_chars=2_000,
    output_bytes=16 << 20,
)
_NUMBER_LENGTH = 64
_ADDRESS = re.compile(r"https?://\S*?/find\.html#(\S+)", re.IGNORECASE)
_ERRORS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """``line`` is the row of the file, from 1. ``quantity`` is None where the line gives none."""

    line: int
    code: str
    quantity: int | None = None
    room: str | None = None
    seat: str | None = None
    note: str | None = None


@cache
def _headers() -> Mapping[str, str]:
    """Folded header word, of scanning apps and of a school's own tables, to what stands below it."""
    groups = json.loads(Path(__file__).with_name("scan_headers.json").read_text(encoding="utf-8"))
    return {word: name for name, words in groups.items() for word in words}


def read_scan_file(path: Path | str, limits: Limits = LIMITS) -> tuple[str, tuple[Scan, ...]]:
    """The file's name and its scans. Raises UserError where it is no such file, or a line is not understood."""
    if not str(path):
        raise UserError("stocktakes", "No scan file was named. Give stocktake_file=/path/to/scans.csv.")
    sheet = read_book(path, limits=limits)
    return sheet.file, scans_from(sheet.rows, sheet.file)


def scans_from(rows: Sequence[Row], file: str) -> tuple[Scan, ...]:
    """Pure. Without a header the first column is the code and a whole number behind it the count.

    Raises UserError that lists every line that is not understood.
    """
    columns = _header(rows[0]) if rows else None
    body = rows[1:] if columns else rows
    scans, wrong = [], []
    for row in body:
        try:
            scan = _scan(row, columns or {"code": 0, "quantity": 1})
        except UserError as error:
            wrong.append((row.number, error.message))
            continue
        if scan is not None:
            scans.append(scan)
    if wrong:
        raise UserError(
            "stocktakes",
            "{file}: {n} lines are not understood, so nothing of it was entered. Lines {lines}; the first: {reason}",
            file=file,
            n=len(wrong),
            lines=tuple(str(number) for number, _ in wrong[:_ERRORS_SHOWN]),
            reason=wrong[0][1],
        )
    return tuple(scans)


def code_of(cell: Cell) -> str | None:
    """The number in a scanned code; None for an empty cell."""
    if isinstance(cell, str) and (match := _ADDRESS.search(cell)):
        cell = unquote(match[1], errors="replace")
    return read_code(cell, _NUMBER_LENGTH)


def _header(row: Row) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        name = _headers().get(folded(cell)) if isinstance(cell, str) else None
        if name is not None:
            found.setdefault(name, index)
    return found if "code" in found else None


def _scan(row: Row, columns: Mapping[str, int]) -> Scan | None:
    cells = {name: row.cells[index] if index < len(row.cells) else None for name, index in columns.items()}
    address = next((cell for cell in row.cells if isinstance(cell, str) and _ADDRESS.search(cell)), None)
    code = code_of(address if address is not None else cells["code"])
    if code is None:
        return None
    return Scan(
        line=row.number,
        code=code,
        quantity=_count(cells.get("quantity"), code),
        room=read_text(cells.get("room"), 100),
        seat=read_seat(cells.get("seat"), 20),
        note=read_text(cells.get("note"), 500),
    )


def _count(cell: Cell, code: str) -> int | None:
    text = read_code(cell, 20)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > MAX_QUANTITY:
        raise UserError(
            "stocktakes",
            "“{text}” behind {code} is no count: write a whole number from 0 to {limit}.",
            text=text,
            code=code,
            limit=MAX_QUANTITY,
        )
    return int(text)
