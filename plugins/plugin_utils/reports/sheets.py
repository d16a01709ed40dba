"""What a page of a register holds, whatever the register: tables of rows, and bars beside them.

A sheet is made by one function per register, ``(state, words) -> Sheet``, from the state alone; only the site knows
which page a row lands on. All texts are already in the reader's language; none is escaped yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..registers.nouns import Noun, subject_of
from ..registers.state import State as Registers
from .words import State

_NUMBER_LENGTH = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """``subject`` (``asset:PC-001``, ``loan:2026-0001``) makes the text a link to where that is told. ``badge`` sets it
    off, ``note`` is a second and softer line, ``share`` (0 to 1) a bar of progress."""

    text: str = ""
    subject: str | None = None
    badge: State | None = None
    note: str | None = None
    share: float | None = None
    subjects: tuple[tuple[str, str], ...] = ()
    """Several links, each ``(text, subject)``."""

    @property
    def is_number(self) -> bool:
        """Whether it is a number or a date, which no line break may part."""
        return len(self.text) <= _NUMBER_LENGTH and self.text.isascii() and " " not in self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``names_asset``: a column that the asset's own page leaves out."""

    title: str
    numeric: bool = False
    names_asset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing of a register. The first cell is its number or name. ``assets`` are the numbers of those that it is
    about, ``rooms`` the rooms (None: every room), ``words`` further numbers that the search finds it by."""

    subject: str
    cells: tuple[Cell, ...]
    assets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rooms: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``key`` is the table's name in the page's address."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str | None = None
    """What is said in the place of no rows; None leaves the table out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """``share`` is its length, 0 to 1 of the longest."""

    label: str
    value: str
    share: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    title: str
    head: tuple[str, str, str]
    """The headings of label, bar with value, and note."""
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to do next, for the overview: what, about which subject, and how it stands."""

    subject: str
    badge: State
    kind: str
    text: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """``name`` is the page's file name without its ending, ``empty`` the one sentence of an empty register,
    ``figure`` what the overview of registers says of it."""

    name: str
    title: str
    lead: str
    empty: str
    tables: tuple[Table, ...]
    figure: str
    urgent: bool = False
    chart: Chart | None = None
    tasks: tuple[Task, ...] = field(default=())

    @property
    def rows(self) -> Iterator[Row]:
        for table in self.tables:
            yield from table.rows


def row_of(
    noun: Noun,
    *cells: Cell,
    assets: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
    rooms: tuple[str | None, ...] = (),
) -> Row:
    return Row(subject=subject_of(noun), cells=cells, assets=assets, words=words, rooms=rooms)


def asset_cell(registers: Registers, number: str) -> Cell:
    """An asset's number, with its name."""
    asset = registers.assets.get(number)
    return Cell(text=number, subject=f"asset:{number}", note=None if asset is None else asset.name)


def share_of(part: float, whole: float) -> float:
    """Between 0 and 1, and 0 of nothing."""
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0
