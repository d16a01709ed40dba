"""Which row of a sheet is the header, and which column fills which field of the asset card. Pure.

Headers are recognised by ``columns.json``; close spellings are only suggested in the error, never taken. A
mapping that a person gives comes before anything recognised.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ...i18n import Message, UserError
from .fields import FIELDS
from .reading import Cell, Fault, Row, Sheet

IGNORE = "ignore"
SCANNED_ROWS = 50  # titles, remarks and the date of a book stand above its header, not more than this
SHOWN_HEADERS = 40
_STANDARD = re.compile(
    r"(?<![A-Za-z])(GB(?:/?T)?) ?(\d{3,6}(?:\.\d{1,2})?) ?[-—–] ?((?:19|20)\d{2})(?!\d)", re.IGNORECASE
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")


@dataclass(frozen=True, slots=True)
class Column:
    """``index`` from 0. ``factor``: yuan per unit of a money column (10000 for 万元). ``standard``: the class
    standard that the header names, such as ``GB/T 14885-2022``."""

    index: int
    header: str
    field: str
    factor: int = 1
    standard: str | None = None

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(frozen=True, slots=True)
class Columns:
    """``header_row`` and ``first_row`` (of data) are row numbers; ``unused`` are headers that fill
    nothing.
    """

    header_row: int
    first_row: int
    by_field: Mapping[str, Column]
    unused: tuple[str, ...]

    @property
    def mapping(self) -> dict[str, str]:
        """Header → field, as an explicit mapping would say it."""
        return {column.header: column.field for column in self.by_field.values()}


class _Known(NamedTuple):
    field: str
    rank: int


def column_letter(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def header_key(text: str) -> str:
    """A header without blanks, line breaks, width, case, punctuation and marks such as * for required."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if unicodedata.category(character)[0] in "LN")


def _keys(text: str) -> tuple[str, str]:
    """The key of the whole header, and of it without brackets (原值(元) → 原值)."""
    folded = unicodedata.normalize("NFKC", text)
    return header_key(folded), header_key(_BRACKETS.sub("", folded))


@cache
def _synonyms() -> Mapping[str, _Known]:
    content = json.loads(Path(__file__).with_name("columns.json").read_text(encoding="utf-8"))
    known = {header_key(header): _Known(IGNORE, 0) for header in content["ignored"]}
    for field, ranks in content["fields"].items():
        for rank, headers in enumerate(ranks):
            known |= {header_key(header): _Known(field, rank) for header in headers}
    return known


def suggest(header: str) -> str | None:
    """The field that a header probably means: for a person to confirm."""
    for key in _keys(header):
        if close := difflib.get_close_matches(key, _synonyms(), n=1, cutoff=0.7):
            field = _synonyms()[close[0]].field
            return None if field == IGNORE else field
    return None


def recognise(header: str) -> str | None:
    """The field that a header stands for, ``ignore`` for one that is known and not needed, or None."""
    known = _lookup(header)
    return known.field if known else None


def _lookup(header: str) -> _Known | None:
    for key in _keys(header):
        if key in _synonyms():
            return _synonyms()[key]
    if _STANDARD.search(unicodedata.normalize("NFKC", header)):
        key = header_key(_STANDARD.sub("", unicodedata.normalize("NFKC", header)))
        return _synonyms().get(key)
    return None


def class_standard(text: str) -> str | None:
    """A national standard with its year in a text, in the usual spelling: GB/T 14885-2022."""
    match = _STANDARD.search(unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    return f"{'GB/T' if 'T' in match[1].upper() else 'GB'} {match[2]}-{match[3]}"


def header_text(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Fault) else " ".join(str(cell).split())[:80]


def _headers(sheet: Sheet, row: Row) -> tuple[list[str], int]:
    """The headers of a row, and the last row of the header block.

    A header merged over two rows belongs to both: its text fills the blank cell of the lower one. One that
    is merged over several columns names the group of those below it.
    """
    texts = [header_text(cell) for cell in row.cells]
    last = row.number
    rows = {candidate.number: candidate for candidate in sheet.rows[: SCANNED_ROWS * 2]}
    for place in sheet.merged:
        column, top = place.first_column, rows.get(place.first_row)
        above = header_text(top.cells[column]) if top is not None and column < len(top.cells) else ""
        if place.first_row < place.last_row and place.first_row <= row.number <= place.last_row:
            last = max(last, place.last_row)
            if place.first_row < row.number and above:
                texts += [""] * (column + 1 - len(texts))
                texts[column] = above
        elif place.last_row == row.number - 1 and column < place.last_column:
            for index in range(column, min(place.last_column + 1, len(texts))):
                texts[index] = _in_group(above, texts[index])
    return texts, last


def _in_group(group: str, text: str) -> str:
    """代码 below 资产分类 is 资产分类代码, where that is a known header."""
    return group + text if text and recognise(group + text) else text


def _with_second_line(sheet: Sheet, header: Row, texts: list[str], last: int) -> tuple[list[str], int]:
    """Headers and last row where the header has a second line: 价值 over 单价 and 金额.

    Merged cells tell that it has one. A text file has lost them: there it is a line of mostly known headers
    that says nothing of number and name.
    """
    lines = sheet.rows[: SCANNED_ROWS + 1]
    below = next((row for row in lines if row.number == header.number + 1), None)
    words = {index: header_text(cell) for index, cell in enumerate(below.cells if below else ()) if cell}
    if below is None or not words:
        return texts, last
    joined = texts + [""] * (max(words) + 1 - len(texts))
    group, known = "", 0
    for index, own in enumerate(joined):
        group = own or group
        word = _in_group(group, words.get(index, ""))
        known += bool(recognise(word))
        if word and (recognise(word) or not own):
            joined[index] = word
    if below.number > last:
        named = {index for index, text in enumerate(texts) if recognise(text) in {"asset_number", "name"}}
        is_text = all(isinstance(below.cells[index], str) for index in words)
        if not named or named & words.keys() or not is_text or known < max(2, len(words) / 2):
            return texts, last
    return joined, max(last, below.number)


def _find_header(sheet: Sheet, wanted: int | None, mapped: set[str]) -> tuple[list[str], Row, int]:
    best: tuple[list[str], Row, int] | None = None
    best_score = 1  # one known word alone may stand in a title
    for row in sheet.rows[:SCANNED_ROWS]:
        if wanted is not None and row.number != wanted:
            continue
        texts, last = _with_second_line(sheet, row, *_headers(sheet, row))
        known = {recognise(text) for text in texts if text} - {None}
        score = len(known) + sum(header_key(text) in mapped for text in texts if text)
        if wanted is not None or score > best_score:
            best, best_score = (texts, row, last), score
    if best is None:
        raise UserError(
            "import",
            "No header row was found in the first {limit} rows of {sheet}. Its sheets: {sheets}. Choose the "
            "right sheet, give the number of the header row, or map the columns.",
            limit=SCANNED_ROWS,
            sheet=sheet.name or sheet.file,
            sheets=", ".join(sheet.sheets) or "-",
        )
    return best


def _explicit(mapping: Mapping[str, str], headers: Sequence[str]) -> dict[int, str]:
    """Column index → field, from header texts or column letters."""
    chosen: dict[int, str] = {}
    for name, field in mapping.items():
        if field not in FIELDS and field != IGNORE:
            raise UserError(
                "import",
                "The column mapping names the field “{field}”, which does not exist. Fields: {fields}.",
                field=str(field)[:40],
                fields=", ".join((*FIELDS, IGNORE)),
            )
        places = [
            index for index, header in enumerate(headers) if header and header_key(header) == header_key(name)
        ]
        if not places and re.fullmatch(r"[A-Z]{1,2}", name):
            places = [index for index in range(len(headers)) if column_letter(index) == name]
        if len(places) != 1:
            raise UserError(
                "import",
                "The column mapping names the header “{header}”, which the book has {times} times. Headers "
                "seen: {headers}. Correct the mapping, or name the column by its letter.",
                header=str(name)[:40],
                times=len(places),
                headers=_seen(headers),
            )
        chosen[places[0]] = field
    return chosen


def _seen(headers: Sequence[str]) -> str:
    shown = [f"{column_letter(index)} {header[:30]}" for index, header in enumerate(headers) if header]
    return "、".join(shown[:SHOWN_HEADERS]) + (" …" if len(shown) > SHOWN_HEADERS else "")


def _ambiguous(field: str, columns: Sequence[int], headers: Sequence[str]) -> UserError:
    return UserError(
        "import",
        "Several columns can be the {field}: {columns}. Say in the column mapping which one is meant, and "
        "map the others to “ignore”.",
        field=FIELDS[field].message,
        columns="、".join(f"{column_letter(index)} {headers[index][:30]}" for index in columns),
    )


def _assign(headers: Sequence[str], explicit: Mapping[int, str]) -> dict[str, int]:
    """Field → column index: what is explicit first, then the recognised header of the best rank."""
    assigned: dict[str, int] = {}
    times = Counter(field for field in explicit.values() if field != IGNORE)
    for index, field in explicit.items():
        if times[field] > 1:
            raise _ambiguous(field, [place for place, other in explicit.items() if other == field], headers)
        if field != IGNORE:
            assigned[field] = index
    candidates: dict[str, list[tuple[int, int]]] = {}
    for index, header in enumerate(headers):
        known = _lookup(header) if header and index not in explicit else None
        if known is not None and known.field != IGNORE and known.field not in assigned:
            candidates.setdefault(known.field, []).append((known.rank, index))
    for field, places in candidates.items():
        best = [index for rank, index in places if rank == min(places)[0]]
        if len(best) > 1:
            raise _ambiguous(field, best, headers)
        assigned[field] = best[0]
    return assigned


def map_columns(
    sheet: Sheet,
    *,
    mapping: Mapping[str, str] | None = None,
    header_row: int | None = None,
    required: Sequence[str] = ("asset_number", "name"),
) -> Columns:
    """The columns of a sheet. ``mapping``: header text or column letter → field name, or ``ignore``.

    Raises UserError when there is no header row, a required field has no column, or two columns claim a
    field.
    """
    mapping = mapping or {}
    headers, row, last = _find_header(sheet, header_row, {header_key(name) for name in mapping})
    assigned = _assign(headers, _explicit(mapping, headers))
    taken = set(assigned.values())
    unused = [(index, header) for index, header in enumerate(headers) if header and index not in taken]
    missing = [field for field in required if field not in assigned]
    if missing:
        guesses = [(header, suggest(header)) for _, header in unused]
        raise UserError(
            "import",
            "In row {row} no column was found for: {fields}. Headers seen: {headers}. Possible: {guesses}. "
            "Map the columns, or correct the headers.",
            row=row.number,
            fields=tuple(FIELDS[field].message for field in missing),
            headers=_seen(headers),
            guesses="、".join(f"{header[:30]} → {guess}" for header, guess in guesses if guess) or "-",
        )
    by_field = {}
    for field, index in sorted(assigned.items(), key=lambda item: item[1]):
        header = headers[index]
        by_field[field] = Column(
            index,
            header,
            field,
            factor=10_000 if "万元" in unicodedata.normalize("NFKC", header) else 1,
            standard=class_standard(header),
        )
    return Columns(row.number, last + 1, by_field, tuple(header for _, header in unused))


def describe(columns: Columns) -> list[Message]:
    """One line per column: what fills what."""
    return [
        Message(
            "import",
            "column {column} “{header}” → {field}",
            {"column": column.letter, "header": column.header, "field": FIELDS[column.field].message},
        )
        for column in columns.by_field.values()
    ]
