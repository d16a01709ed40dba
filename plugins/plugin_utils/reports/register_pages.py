"""The registers as pages: which sheet there is, on which page each of its rows lands, and how links find it.

A row's page and its id are made of the sheet's name and integers, never of what a person entered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import groupby

from ..ledger.records import Snapshot
from ..ledger.vocabulary import room_key
from ..registers.state import State as Registers
from .sheet_baseline import baseline_sheet
from .sheet_entries import entries_sheet
from .sheet_keys import keys_sheet
from .sheet_licences import licences_sheet
from .sheet_loans import loans_sheet
from .sheet_repairs import repairs_sheet
from .sheet_requests import requests_sheet
from .sheet_stock import stock_sheet
from .sheet_stocktakes import stocktakes_sheet
from .sheet_usb import usb_sheet
from .sheet_warnings import warnings_sheet
from .sheets import Row, Sheet, Table, Task
from .views import Views
from .words import Words

ROWS_PER_PAGE = 300
#: In the order in which the site lists them.
SHEETS: tuple[Callable[[Registers, Words], Sheet], ...] = (
    loans_sheet,
    repairs_sheet,
    stock_sheet,
    stocktakes_sheet,
    keys_sheet,
    requests_sheet,
    licences_sheet,
    usb_sheet,
    warnings_sheet,
    baseline_sheet,
    entries_sheet,
)


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """``name`` is the file; ``tables`` are the part of the sheet that it shows, ``pages`` all names of the sheet's."""

    name: str
    sheet: Sheet
    tables: tuple[Table, ...]
    pages: tuple[str, ...]
    number: int


def registers_of(snapshot: Snapshot, views: Views, zone: tzinfo) -> Registers:
    """The registers on the school's day of the snapshot."""
    return Registers(
        today=snapshot.taken_at.astimezone(zone).date(),
        assets=views.assets,
        registers=snapshot.registers,
        machines=snapshot.machines,
        findings=snapshot.findings,
        attempts=snapshot.attempts,
        baseline=snapshot.baseline,
    )


class RegisterViews:
    """All sheets of a snapshot with the place of every row."""

    def __init__(self, views: Views, words: Words) -> None:
        self._views = views
        registers = registers_of(views.snapshot, views, words.zone)
        self.sheets = [make(registers, words) for make in SHEETS]
        self.tasks: list[Task] = [task for sheet in self.sheets for task in sheet.tasks]
        self.pages: list[RegisterPage] = []
        self._places: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._of_asset: dict[str, dict[tuple[str, str], list[Row]]] = defaultdict(lambda: defaultdict(list))
        self._of_room: dict[str | None, dict[tuple[str, str], list[Row]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._tables = {
            (sheet.name, table.key): (sheet, table) for sheet in self.sheets for table in sheet.tables
        }
        for sheet in self.sheets:
            self._paginate(sheet)

    def place(self, subject: str | None) -> str | None:
        """Where a subject is told, as an address from the site's root; None for what has no page."""
        if subject is None:
            return None
        kind, _, number = subject.partition(":")
        if kind == "asset":
            device = self._views.device_of_number(number)
            return device.page if device is not None else None
        return self._places.get(subject)

    def id_of(self, row: Row) -> str:
        """The id of a row on its page."""
        return self._ids[row.subject]

    def of_asset(self, number: str) -> list[tuple[Sheet, Table]]:
        """The tables that tell of an asset, each with those rows alone."""
        return self._told(self._of_asset.get(number, {}))

    def of_room(self, name: str) -> list[tuple[Sheet, Table]]:
        """The tables that tell of a room, each with those rows alone and those of every room."""
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for room in (room_key(name), None):
            for key, rows in self._of_room.get(room, {}).items():
                found[key] += rows
        return self._told(found)

    def _told(self, found: Mapping[tuple[str, str], list[Row]]) -> list[tuple[Sheet, Table]]:
        return [
            (sheet, replace(table, rows=tuple(found[key])))
            for key, (sheet, table) in self._tables.items()
            if key in found
        ]

    def numbered(self) -> Iterator[tuple[str, Row, Sheet]]:
        """Every row that has a number of its own, with the prefix of its subject: its register, or ``attempt``."""
        for sheet in self.sheets:
            for row in sheet.rows:
                kind = row.subject.partition(":")[0]
                if kind != "baseline":  # a host is found as the device that it is
                    yield kind, row, sheet

    def _paginate(self, sheet: Sheet) -> None:
        rows = [(table, row) for table in sheet.tables for row in table.rows]
        starts = range(0, len(rows), ROWS_PER_PAGE) if rows else range(1)
        names = tuple(
            f"{sheet.name}-{n:d}.html" if n > 1 else f"{sheet.name}.html" for n in range(1, len(starts) + 1)
        )
        for number, start in enumerate(starts, start=1):
            part = rows[start : start + ROWS_PER_PAGE]
            shown = {
                key: [row for _, row in group] for key, group in groupby(part, key=lambda pair: pair[0].key)
            }
            tables = tuple(
                replace(table, rows=tuple(shown.get(table.key, ())))
                for table in sheet.tables
                if table.key in shown or (number == 1 and not table.rows and table.empty is not None)
            )
            self.pages.append(RegisterPage(names[number - 1], sheet, tables, names, number))
            for position, (table, row) in enumerate(part, start=start + 1):
                self._ids[row.subject] = f"row-{position:d}"
                self._places[row.subject] = f"{names[number - 1]}#row-{position:d}"
                for asset in dict.fromkeys(row.assets):
                    self._of_asset[asset][sheet.name, table.key].append(row)
                for room in dict.fromkeys(row.rooms):
                    key = None if room is None else room_key(room)
                    self._of_room[key][sheet.name, table.key].append(row)
