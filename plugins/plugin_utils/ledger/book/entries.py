"""Rows of a sheet → what they say of assets. Pure.

Rows that are no asset are skipped with a note: totals, signatures, remarks, headings, repeated headers and
titles, rows that only carry a running number. A cell merged over several rows holds for each of them, unless
it must be one asset's own (number, serial, quantity, original value, seat).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial
from typing import Any

from ...i18n import Message, UserError
from . import values
from .columns import Column, Columns, header_key
from .fields import ASSET_FIELDS, FIELDS, Kind
from .issues import Issue, Issues, shown
from .options import ImportOptions
from .reading import Cell, Merged, Row, Sheet

# A size in a specification: 8G, 16GB, 512 GB, 1T.
_SIZE = re.compile(r"(?<![A-Za-z0-9])\d{1,4}(?:\.\d)?\s?[GT]B?(?![A-Za-z0-9])", re.IGNORECASE)
_CLASS_CODE = re.compile(r"([A-Z]?\d{2,20})(?:[-_:|/(]?[^\x00-\x7f].*)?", re.IGNORECASE)
_HEADING_WIDTH = 3
# What a row's only cell can be that no name is, and that no number is: a sentence; also a heading without a digit,
# a numbered one (2.盘亏须说明原因) or one with a class code ([A02010105]台式计算机). In folded text.
_SENTENCE = re.compile(r"[。;:!?]")
_NO_NUMBER = re.compile(r"[。;:!?,、]|^\D+$|^\(?\d{1,2}[.)][一-鿿]|^[\[(【][^\])】]*[\])】].*[一-鿿]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``values`` has a key for every asset field that the book has a column for; None: left
    empty.
    """

    row: int
    values: Mapping[str, Any]


@dataclass(slots=True)
class Entries:
    """What a sheet says. ``fields``: the asset fields it has columns for."""

    fields: frozenset[str]
    items: list[Entry] = field(default_factory=list)
    skipped: Issues = field(default_factory=Issues)
    errors: Issues = field(default_factory=Issues)
    warnings: Issues = field(default_factory=Issues)


def read_entries(sheet: Sheet, columns: Columns, options: ImportOptions) -> Entries:
    """Every row below the header; what cannot be read becomes an error with row, column, value and reason.

    Raises UserError where the options themselves are wrong.
    """
    return _Reader(sheet, columns, options).read()


class _Reader:
    def __init__(self, sheet: Sheet, columns: Columns, options: ImportOptions) -> None:
        self._sheet = sheet
        self._columns = columns
        self._options = options
        self._patterns = values.location_patterns(options.location_patterns)
        self._converters = self._make_converters()
        self._spans = _spans(sheet, columns)
        self._keys = {column.index: header_key(column.header) for column in columns.by_field.values()}
        self._headings = {
            (place.first_row, place.first_column)
            for place in sheet.merged
            if place.last_column - place.first_column + 1 >= _HEADING_WIDTH
        }
        self._rows = {row.number: row for row in sheet.rows}
        # Titles and header lines as they stand, to know them again: each printed page repeats them.
        self._head = {_texts(row) for row in sheet.rows if row.number < columns.first_row}
        self._head_begins = {texts[0] for texts in self._head if texts}
        named = "class_standard" in columns.by_field or self._column_standard() is not None
        self._class_is_named = "class_code" in columns.by_field and named
        self._result = Entries(self._fields())
        self._class_code_dropped = False

    def read(self) -> Entries:
        for row in self._sheet.rows:
            if row.number < self._columns.first_row:
                continue
            if note := self._no_asset(row):
                self._result.skipped.add(Issue(row.number, note))
                continue
            errors = self._result.errors.count
            read = self._read_row(row)
            if self._result.errors.count == errors:
                entry = Entry(row.number, self._asset_values(row.number, read))
                if self._result.errors.count == errors:
                    self._result.items.append(entry)
        if self._sheet.others:
            unread = Message(
                "import",
                "Only the sheet {sheet} was read, and the book has more: {others}. Import those that list assets "
                "as well, each by the name of its sheet.",
                {"sheet": shown(self._sheet.name), "others": ", ".join(map(shown, self._sheet.others))},
            )
            self._result.warnings.add(Issue(0, unread))
        if self._class_code_dropped:
            column = self._columns.by_field["class_code"]
            reason = Message(
                "import",
                "The book does not name the standard of its class codes (column {column} “{header}”), so "
                "they were left out. Set the class standard, for example GB/T 14885-2022.",
                {"column": column.letter, "header": column.header},
            )
            self._result.warnings.add(Issue(0, reason))
        return self._result

    def _column_standard(self) -> str | None:
        column = self._columns.by_field.get("class_code")
        return self._options.class_standard or (column.standard if column else None)

    def _fields(self) -> frozenset[str]:
        given = set(self._columns.by_field)
        if "location" in given:
            given |= {"room", "seat"}
        if "unit_price" in given:
            given.add("original_value")
        if "model_specification" in given:
            given |= set(self._combined_fields())
        given -= {"class_code", "class_standard"}
        if self._class_is_named:
            given |= {"class_code", "class_standard"}
        return frozenset(given & set(ASSET_FIELDS))

    def _combined_fields(self) -> tuple[str, ...]:
        """The fields that a column such as 规格型号 fills: only those without a column of their own."""
        wanted = ("model", "specification") if self._options.combined == "auto" else (self._options.combined,)
        free = tuple(name for name in wanted if name not in self._columns.by_field)
        if not free and "specification" not in self._columns.by_field:
            return ("specification",)
        return free

    def _make_converters(self) -> dict[str, Callable[[Cell], Any]]:
        options = self._options
        date_system = options.date_system or self._sheet.date_system
        known_statuses = values.status_words(options.statuses)
        converters: dict[str, Callable[[Cell], Any]] = {}
        for name, column in self._columns.by_field.items():
            length = FIELDS[name].length
            by_kind: dict[Kind, Callable[[Cell], Any]] = {
                Kind.TEXT: partial(values.read_text, length=length),
                Kind.CODE: partial(values.read_code, length=length),
                Kind.PERSON: partial(values.read_person, length=length),
                Kind.DATE: partial(values.read_date, date_system=date_system),
                Kind.LAST_DATE: partial(values.read_date, date_system=date_system, month_end=True),
                Kind.MONEY: partial(values.read_money, factor=column.factor),
                Kind.QUANTITY: values.read_quantity,
                Kind.STATUS: partial(values.read_status, known=known_statuses),
                Kind.SEAT: partial(values.read_seat, length=length, width=options.seat_width),
            }
            converters[name] = by_kind[FIELDS[name].kind]
            if name == "class_code":
                converters[name] = partial(_read_class_code, length=length)
        return converters

    def _error(self, row: int, column: Column, cell: Cell, reason: Message) -> None:
        self._result.errors.add(
            Issue(row, reason, column.letter, column.header, shown("" if cell is None else cell))
        )

    def _cell(self, row: Row, column: Column) -> Cell:
        cell = row.cells[column.index] if column.index < len(row.cells) else None
        if cell is None and FIELDS[column.field].shared:
            span = self._spans.get((row.number, column.index))
            top = self._rows.get(span.first_row) if span else None
            if top is not None and column.index < len(top.cells):
                return top.cells[column.index]
        return cell

    def _no_asset(self, row: Row) -> Message | None:
        """Why a row is no asset; None for an asset."""
        filled = _filled(row)
        first = filled[0] if filled else 0
        columns = self._columns.by_field
        mapped = [column for column in columns.values() if column.index in filled]
        named = {columns[name].index for name in ("asset_number", "name") if name in columns}
        if (
            filled
            and not named & set(filled[1:])
            and _summary().fullmatch(values.folded(str(row.cells[first])))
        ):
            return Message("import", "a total or signature row, skipped")
        is_header = len(mapped) > 1 and all(
            header_key(str(row.cells[c.index])) == self._keys[c.index] for c in mapped
        )
        begin = (first, str(row.cells[first]).strip()) if filled else None
        if is_header or (begin in self._head_begins and _texts(row) in self._head):
            return Message("import", "a repeated header row, skipped")
        if len(filled) == 1 and (row.number, first) in self._headings:
            return Message("import", "a heading, skipped")
        if len(filled) == 1 and self._is_remark(row.cells[first], first):
            return Message("import", "a heading or remark, skipped")
        if not mapped:
            return Message("import", "a row without any of the needed values, skipped")
        return None

    def _is_remark(self, cell: Cell, index: int) -> bool:
        """Whether the only cell of a row, which stands under number or name, is text of another kind."""
        columns = self._columns.by_field
        pattern = None
        if "asset_number" in columns and index == columns["asset_number"].index:
            pattern = _NO_NUMBER
        elif index == columns["name"].index:
            pattern = _SENTENCE
        return isinstance(cell, str) and pattern is not None and bool(pattern.search(values.folded(cell)))

    def _read_row(self, row: Row) -> dict[str, Any]:
        read = {}
        for name, column in self._columns.by_field.items():
            cell = self._cell(row, column)
            span = self._spans.get((row.number, column.index))
            try:
                read[name] = self._converters[name](cell)
                if span and span.first_row == row.number and not FIELDS[name].shared and self._shares(span):
                    raise UserError(
                        "import",
                        "The cell is merged over rows {first} to {last}, but each asset needs its own value. "
                        "Split the cell and fill in each row.",
                        first=span.first_row,
                        last=span.last_row,
                    )
            except UserError as error:
                self._error(row.number, column, cell, error.message)
        name_column = self._columns.by_field["name"]
        if "name" in read and read["name"] is None:
            self._error(
                row.number, name_column, None, Message("import", "The asset has no name. Fill it in.")
            )
        return read

    def _shares(self, span: Merged) -> bool:
        """Whether other rows of the book lie under a merged cell (not only the blank rest of a tall row)."""
        return any(number in self._rows for number in range(span.first_row + 1, span.last_row + 1))

    def _asset_values(self, row: int, read: dict[str, Any]) -> dict[str, Any]:
        """Columns of the book → fields of the asset."""
        asset = {name: read[name] for name in read if name in self._result.fields}
        if combined := read.get("model_specification"):
            fields = self._combined_fields()
            if "model" in fields:
                asset["model"] = combined
            if "specification" in fields and ("model" not in fields or _SIZE.search(combined)):
                asset["specification"] = combined
        if location := read.get("location"):
            room, seat = values.split_location(location, self._patterns, width=self._options.seat_width)
            asset["room"] = asset.get("room") or room
            asset["seat"] = asset.get("seat") or seat
        self._price(row, read, asset)
        if "class_code" in read:
            self._classify(read, asset)
        return {name: asset.get(name) for name in self._result.fields}

    def _price(self, row: int, read: Mapping[str, Any], asset: dict[str, Any]) -> None:
        """A unit price gives the original value where the book has none: the value of the whole card."""
        price: Decimal | None = read.get("unit_price")
        if price is None:
            return
        total = price * (read.get("quantity") or 1)
        given: Decimal | None = read.get("original_value")
        if given is None and total >= values.MAX_MONEY:
            column = self._columns.by_field["unit_price"]
            too_much = Message("import", "The amount is too large to be right. Correct it.")
            self._error(row, column, str(price), too_much)
        elif given is None:
            asset["original_value"] = total
        elif given != total:
            reason = Message(
                "import",
                "The original value {given} is not unit price times quantity ({total}). The original value "
                "was taken.",
                {"given": given, "total": total},
            )
            self._result.warnings.add(Issue(row, reason))

    def _classify(self, read: Mapping[str, Any], asset: dict[str, Any]) -> None:
        """A class code counts only together with the standard that it belongs to."""
        standard = read.get("class_standard") or self._column_standard()
        code = read["class_code"]
        asset["class_code"] = asset["class_standard"] = None
        if code is not None and standard is not None:
            asset["class_code"], asset["class_standard"] = code, standard
        elif code is not None:
            self._class_code_dropped = True


def _filled(row: Row) -> list[int]:
    return [index for index, cell in enumerate(row.cells) if cell is not None and str(cell).strip()]


def _texts(row: Row) -> tuple[tuple[int, str], ...]:
    return tuple((index, str(row.cells[index]).strip()) for index in _filled(row))


@cache
def _summary() -> re.Pattern[str]:
    words = values.words()
    totals, signatures = ("|".join(map(re.escape, words[kind])) for kind in ("totals", "signatures"))
    return re.compile(
        rf".{{0,20}}(?:{totals})(?:[:(\d].*)?|(?:{signatures})(?:\([^)]*\))?(?::.*)?"
        r"|[第共]\d+页.*|\d{4}年\d{1,2}月(?:\d{1,2}日)?"
    )


def _read_class_code(cell: Cell, length: int) -> str | None:
    """A class code, also where its name stands behind it (A02010105 台式计算机)."""
    text = values.read_code(cell, 200)
    if text is None:
        return None
    match = _CLASS_CODE.fullmatch(text)
    if match is None or len(match[1]) > length:
        raise UserError("import", "This is not a class code. Write it like A02010105.")
    return match[1].upper()


def _spans(sheet: Sheet, columns: Columns) -> dict[tuple[int, int], Merged]:
    """(row, column) → the merged cell that covers it and other rows, for the columns in use.

    Ranges of one column that overlap (no spreadsheet program writes them) count once: the work is bounded.
    """
    used = {column.index for column in columns.by_field.values()}
    spans: dict[tuple[int, int], Merged] = {}
    ends: dict[int, int] = {}
    last_row = sheet.rows[-1].number if sheet.rows else 0
    ranges: Sequence[Merged] = sorted(sheet.merged, key=lambda place: place.first_row)
    for place in ranges:
        column = place.first_column
        if column not in used or place.first_row == place.last_row or place.first_row <= ends.get(column, 0):
            continue
        ends[column] = place.last_row
        for number in range(place.first_row, min(place.last_row, last_row) + 1):
            spans[number, column] = place
    return spans
