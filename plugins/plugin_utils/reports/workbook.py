"""The 台帐 workbook: the register, its parts and findings as a school's office files them.

What a cell holds is made by generators (``asset_rows``, ``part_rows``, ``finding_rows``) that know nothing of
XLSX, so that a benchmark can write the same cells by XlsxWriter alone. Text is always written as text: no
formula and no link comes of it, whatever it starts with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from itertools import chain, count, islice
from operator import attrgetter
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from ..i18n import DEFAULT_LANGUAGE
from ..ledger.records import Snapshot
from ..registers.usb_allowances import UsbAllowance
from .columns import Cell, Column
from .files import replaced_file, scratch_folder
from .hardware import PartState, parts_of
from .register_pages import registers_of
from .text import XLSX_CELL_CHARACTERS, plain
from .views import Views
from .words import KIND_MEANINGS, Words, money
from .workbook_usb import allowance_columns, allowance_rows, attempt_columns, attempt_rows

_BASE = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
# XlsxWriter's properties of each cell format.
LOOKS: dict[str, dict[str, Any]] = {
    "text": _BASE,
    "long": {**_BASE, "text_wrap": True},
    "number": {**_BASE, "num_format": "#,##0"},
    "money": {**_BASE, "num_format": "#,##0.00"},
    "date": {**_BASE, "num_format": "yyyy-mm-dd", "align": "left"},
    "moment": {**_BASE, "num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "head": {**_BASE, "bold": True, "bg_color": "#DDE9E9", "bottom": 1, "text_wrap": True},
    "name": {**_BASE, "bold": True},
}
_A4 = 9  # ECMA-376 part 1, 18.3.1.63 pageSetup: paperSize 9 is A4
_GRIDLINES_PRINTED = 0  # XlsxWriter's hide_gridlines: 0 hides none, on paper neither
_ROWS_PER_SHEET = 1_048_575  # Excel specifications and limits: 1,048,576 rows, one is the header
_FIRST_YEAR = 1900  # the date system of a sheet begins there (ECMA-376 part 1, 18.17.4.1)
# Up to here the sheets fit in memory, which is quicker and makes smaller files; beyond, rows go to disk.
_ASSETS_IN_MEMORY = 20_000
_NAMES_SHOWN = 20


# What an office prints comes first; the rest of the card stands to the right of the printed range.
_PRINTED = {
    "asset_number": Column("", 16),
    "name": Column("", 17),
    "brand": Column("", 9),
    "model": Column("", 19),
    "serial": Column("", 17),
    "specification": Column("", 24),
    "quantity": Column("", 6, "number"),
    "unit": Column("", 6),
    "original_value": Column("", 13, "money"),
    "booked_on": Column("", 11.5, "date"),
    "room": Column("", 12),
    "seat": Column("", 8),
    "custodian": Column("", 10),
    "status": Column("", 9),
}
_REST = {
    "finance_card": Column("", 18),
    "class_standard": Column("", 18),
    "class_code": Column("", 14),
    "purchased_on": Column("", 11.5, "date"),
    "warranty_until": Column("", 11.5, "date"),
    "supplier": Column("", 26),
    "department": Column("", 14),
    "funding_source": Column("", 14),
    "parent_number": Column("", 16),
    "notes": Column("", 30),
}
_SEEN_PRINTED = 3  # newest look, open findings, simulated


def asset_columns(words: Words) -> list[Column]:
    """Every field of the card and what was seen; the first ``PRINTED_COLUMNS`` are what is printed."""
    _ = words.translate
    named = {
        name: replace(column, title=words.asset_fields[name])
        for name, column in {**_PRINTED, **_REST}.items()
    }
    return [
        *(named[name] for name in _PRINTED),
        Column(_("Newest look"), 13),
        Column(_("Open findings"), 20),
        Column(_("Simulated"), 7),
        *(named[name] for name in _REST),
        Column(_("Last seen"), 16, "moment"),
        Column(_("Host"), 14),
        Column(_("Seen at"), 18),
    ]


PRINTED_COLUMNS = len(_PRINTED) + _SEEN_PRINTED


def asset_rows(views: Views, words: Words) -> Iterator[list[Cell]]:
    """One row per asset in the order of the book, then one per machine that is not in the book."""
    simulated = words.translate("Simulated")
    printed, rest = attrgetter(*_PRINTED), attrgetter(*_REST)
    status = list(_PRINTED).index("status")
    for device in views.devices:
        asset, seen_by = device.asset, device.seen_by
        row: list[Cell] = list(printed(asset)) if asset is not None else [None] * len(_PRINTED)
        if asset is not None:
            row[status] = words.asset_statuses[asset.status]
        row += [
            words.states[device.state],
            "、".join(words.kinds[finding.kind] for finding in device.findings[:_NAMES_SHOWN]) or None,
            simulated if device.simulated else None,
            *(rest(asset) if asset is not None else [None] * len(_REST)),
        ]
        if seen_by is not None:
            row += [
                _local(seen_by.last_seen_at, words),
                seen_by.host,
                words.place(seen_by.room, seen_by.seat),
            ]
        else:
            row += [None, device.sighting.host if device.sighting is not None else None, None]
        yield row


def _local(at: datetime | None, words: Words) -> datetime | None:
    """A spreadsheet has no time zones: the school's wall clock."""
    return at.astimezone(words.zone).replace(tzinfo=None, microsecond=0) if at is not None else None


def part_columns(words: Words) -> list[Column]:
    _ = words.translate
    return [
        Column(_("Asset number"), 18),
        Column(_("Host"), 14),
        Column(_("Room"), 14),
        Column(_("Seat"), 9),
        Column(_("Part"), 12),
        Column(_("State"), 22),
        Column(_("Slot"), 16),
        Column(_("Maker"), 18),
        Column(_("Model"), 32),
        Column(_("Serial"), 22),
        Column(_("Size"), 10),
        Column(_("Details"), 20),
        Column(_("Since"), 17, "moment"),
        Column(_("Gone since"), 17, "moment"),
        Column(_("Simulated"), 9),
    ]


def part_rows(views: Views, words: Words) -> Iterator[list[Cell]]:
    """One row per part, empty memory slot, unknown group of parts and part that is gone."""
    _ = words.translate
    states = {
        PartState.PRESENT: _("present"),
        PartState.EMPTY: _("empty slot"),
        PartState.ABSENT: _("none"),
        PartState.REMOVED: _("gone"),
    }
    simulated = _("Simulated")
    for device in views.devices:
        machine = device.machine
        if machine is None:
            continue
        number = device.asset.asset_number if device.asset is not None else None
        for part in parts_of(machine, words):
            yield [
                number,
                machine.host,
                machine.room,
                machine.seat,
                words.component_kinds[part.kind],
                states.get(part.state) or _("Unknown ({reason})", reason=part.reason),
                part.slot,
                part.manufacturer,
                part.model,
                part.serial,
                part.size,
                part.detail or None,
                _local(part.since, words),
                _local(part.removed_at, words),
                simulated if machine.simulated else None,
            ]


def finding_columns(words: Words) -> list[Column]:
    _ = words.translate
    return [
        Column(_("Kind"), 14),
        Column(_("Room"), 14),
        Column(_("Seat"), 9),
        Column(_("Asset number"), 26),
        Column(_("Host"), 20),
        Column(_("Item"), 10),
        Column(_("Book"), 26),
        Column(_("As found"), 26),
        Column(_("Next step"), 56, "long"),
        Column(_("Opened"), 17, "moment"),
        Column(_("Outcome"), 24),
        Column(_("Signature"), 14),
    ]


def finding_rows(views: Views, words: Words) -> Iterator[list[Cell]]:
    """One row per difference of each open finding, so that both sides can be filtered.

    The last two cells are for a pen."""
    for finding in views.open_findings:
        head: list[Cell] = [
            words.kinds[finding.kind],
            finding.room,
            finding.seat,
            _names(finding.asset_numbers),
            _names(finding.hosts),
        ]
        tail: list[Cell] = [words.advice(finding.advice), _local(finding.opened_at, words), None, None]
        for difference in finding.differences or (None,):
            sides: list[Cell] = [None, None, None]
            if difference is not None:
                sides = [
                    words.field(difference.field),
                    words.side(difference.field, difference.book),
                    words.side(difference.field, difference.fact),
                ]
            yield [*head, *sides, *tail]


def _names(names: Sequence[str]) -> str | None:
    shown = ", ".join(names[:_NAMES_SHOWN])
    return (f"{shown} …({len(names)})" if len(names) > _NAMES_SHOWN else shown) or None


def write_workbook(
    snapshot: Snapshot, path: Path, *, language: str = DEFAULT_LANGUAGE, zone: tzinfo | None = None
) -> None:
    """Writes 计算机设备台帐 with the sheets 台帐, 部件, 待处理事项 and 说明, and what there is of USB attempts and
    allowed sticks; the file appears whole or not at all.

    Raises UserError when the disk refuses.
    """
    words = Words(language, zone) if zone is not None else Words(language)
    views = Views(snapshot)
    _ = words.translate
    title = f"{plain(snapshot.school, 80)} {_('Computer equipment ledger')}".strip()
    large = len(snapshot.assets) > _ASSETS_IN_MEMORY
    with replaced_file(path) as temporary, scratch_folder(temporary) as scratch:
        book = xlsxwriter.Workbook(
            str(temporary),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "constant_memory": large,
                "use_zip64": large,
                "tmpdir": str(scratch),
            },
        )
        book.set_properties({"title": title, "created": _local(snapshot.taken_at, words)})
        writer = _Writer(book, words, title, snapshot.taken_at)
        writer.table(_("Ledger"), asset_columns(words), asset_rows(views, words), printed=PRINTED_COLUMNS)
        writer.table(_("Parts"), part_columns(words), part_rows(views, words))
        writer.table(_("To do"), finding_columns(words), finding_rows(views, words))
        registers = registers_of(snapshot, views, words.zone)
        if registers.attempts:
            writer.table(_("USB attempts"), attempt_columns(words), attempt_rows(registers, words))
        if registers.all(UsbAllowance):
            writer.table(_("Allowed sticks"), allowance_columns(words), allowance_rows(registers, words))
        writer.notes(_("About this workbook"), _notes(views, words))
        try:
            book.close()
        except FileCreateError as error:
            # XlsxWriter wraps what the disk said, the only thing that tells a person what to mend.
            raise OSError(*error.args[0].args) from error


def _notes(views: Views, words: Words) -> Iterator[tuple[str, str]]:
    _ = words.translate
    totals = views.totals()
    yield _("School"), views.snapshot.school
    yield _("As of"), words.moment(views.snapshot.taken_at)
    yield _("Assets in the book"), f"{totals.assets:,}"
    yield _("Original value (CNY)"), money(totals.value)
    yield _("Seen at the newest attempt"), f"{totals.seen:,}"
    yield _("Open findings"), f"{len(views.open_findings):,}"
    yield (
        _("Simulated"),
        _("Rows with this mark come from a simulated hardware tree, not from a real machine."),
    )
    yield _("Printing"), _("The first {n} columns of the ledger are printed.", n=PRINTED_COLUMNS)
    yield _("Book"), _("What a person entered. It is never changed by what was seen.")
    for state, meaning in words.state_meanings.items():
        yield words.states[state], meaning
    for kind, meaning in KIND_MEANINGS.items():
        yield words.kinds[kind], _(meaning)


class _Writer:
    """Sheets of one workbook in one look."""

    def __init__(self, book: xlsxwriter.Workbook, words: Words, title: str, as_of: datetime) -> None:
        self.book = book
        self.words = words
        self.title = title
        self.as_of = words.moment(as_of)
        self.forms = {name: book.add_format(look) for name, look in LOOKS.items()}

    def table(
        self, name: str, columns: Sequence[Column], rows: Iterator[list[Cell]], *, printed: int | None = None
    ) -> None:
        """A sheet with a frozen, filtered, repeated header; a further sheet where one is full (ECMA-376 grid)."""
        for number in count(1):
            first = next(rows, None)
            if first is None and number > 1:
                return
            sheet = self.book.add_worksheet(name if number == 1 else f"{name} {number}")
            batch = islice(rows, _ROWS_PER_SHEET - 1)
            last = self._rows(sheet, columns, chain([first] if first is not None else [], batch))
            sheet.autofilter(0, 0, last, len(columns) - 1)
            sheet.freeze_panes(1, 2)
            sheet.repeat_rows(0)
            self._page(sheet)
            if printed is not None:
                sheet.print_area(0, 0, last, printed - 1)

    def _rows(self, sheet: Worksheet, columns: Sequence[Column], rows: Iterable[list[Cell]]) -> int:
        """Writes header and rows; gives the number of the last row."""
        forms = [self.forms[column.form] for column in columns]
        for index, (column, form) in enumerate(zip(columns, forms, strict=True)):
            sheet.set_column(index, index, column.width, form)
        sheet.set_row(0, 30)
        for index, column in enumerate(columns):
            sheet.write_string(0, index, column.title, self.forms["head"])
        at = 0
        write_string, write_number, write_datetime = (
            sheet.write_string,
            sheet.write_number,
            sheet.write_datetime,
        )
        for at, row in enumerate(rows, start=1):
            for index, cell in enumerate(row):
                if cell is None:
                    continue
                if isinstance(cell, str):
                    if cell:
                        write_string(at, index, plain(cell, XLSX_CELL_CHARACTERS), forms[index])
                elif isinstance(cell, date) and cell.year >= _FIRST_YEAR:
                    write_datetime(at, index, cell, forms[index])
                elif isinstance(cell, (int, float, Decimal)):
                    write_number(at, index, cell, forms[index])
                else:
                    write_string(at, index, str(cell), forms[index])
        return at

    def notes(self, name: str, notes: Iterable[tuple[str, str]]) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90)
        for at, (term, text) in enumerate(notes):
            sheet.write_string(at, 0, plain(term), self.forms["name"])
            sheet.write_string(at, 1, plain(text), self.forms["long"])
        self._page(sheet)

    def _page(self, sheet: Worksheet) -> None:
        _ = self.words.translate
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(_GRIDLINES_PRINTED)
        # A literal & in a header or footer is written twice (ECMA-376 part 1, 18.3.1.46 oddHeader).
        sheet.set_header("&C&14" + self.title.replace("&", "&&"))
        sheet.set_footer("&L" + self.as_of + "&R" + _("Page {page} of {pages}", page="&P", pages="&N"))
