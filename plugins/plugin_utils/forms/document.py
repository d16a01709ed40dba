"""A form as plain data: what stands on the paper, in which order, in finished words.

Built by makers, set by ``pdf.py`` and ``xlsx.py``; see the package's docstring for how to write a new form.
Everything is bounded here, so that a renderer can rely on it; a UserError names the place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..i18n import DEFAULT_LANGUAGE, LANGUAGES, UserError

TEXT_CHARACTERS = 2_000
TITLE_CHARACTERS = 100
TABLE_ROWS = 100_000
TABLE_COLUMNS = 30
BLOCKS = 1_000
# A QR code of level M with this many bytes has 57 modules a side (ISO/IEC 18004, version 10-M: 213 bytes).
CODE_BYTES = 210
OPINION_MM = (10.0, 220.0)  # what a written line needs; what an A4 page holds below its title
SIGNATURES = 12


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


def _bounded(text: str, limit: int, where: str) -> None:
    if len(text) > limit:
        raise UserError(
            "forms",
            "{where}: the text has {n} characters, a form takes {limit}. Shorten it in the ledger: {start}…",
            where=where,
            n=len(text),
            limit=limit,
            start=text[:20],
        )


def _counted(count: int, low: int, high: int, where: str) -> None:
    if not low <= count <= high:
        raise UserError(
            "forms",
            "{where}: {n} are given, a form takes {low} to {high}. Print in several parts.",
            where=where,
            n=count,
            low=low,
            high=high,
        )


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value; the value's cell is as wide as ``span`` pairs of the grid."""

    label: str
    value: str = ""
    span: int = 1


@dataclass(frozen=True, slots=True)
class Fields:
    """A bordered grid of labels and values. The widest row sets the number of pairs; a shorter one is drawn out."""

    rows: Sequence[Sequence[Field]]

    def __post_init__(self) -> None:
        _counted(len(self.rows), 1, TABLE_ROWS, "Fields.rows")
        for row in self.rows:
            _counted(len(row), 1, 6, "Fields.rows[]")
            for field in row:
                _bounded(field.label, TITLE_CHARACTERS, "Field.label")
                _bounded(field.value, TEXT_CHARACTERS, field.label)
                _counted(field.span, 1, 6, "Field.span")

    @property
    def pairs(self) -> int:
        """Pairs of label and value side by side."""
        return max(sum(field.span for field in row) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` is a weight: the columns share the page's width in these proportions."""

    title: str
    width: float = 1.0
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header that every page repeats; ``totals`` is the last row, in the header's typeface."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    totals: Sequence[str] | None = None

    def __post_init__(self) -> None:
        _counted(len(self.columns), 1, TABLE_COLUMNS, "Table.columns")
        _counted(len(self.rows), 0, TABLE_ROWS, "Table.rows")
        for column in self.columns:
            _bounded(column.title, TITLE_CHARACTERS, "Column.title")
            if not 0 < column.width <= 1_000:
                raise ValueError(
                    f"column {column.title!r}: width {column.width} is not a weight in (0, 1000]"
                )
        for row in (*self.rows, self.totals or ("",) * len(self.columns)):
            if len(row) != len(self.columns):
                raise ValueError(f"a row has {len(row)} cells, the table {len(self.columns)} columns")
            for column, cell in zip(self.columns, row, strict=True):
                if len(cell) > TEXT_CHARACTERS:
                    _bounded(cell, TEXT_CHARACTERS, column.title)


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs under an optional heading."""

    heading: str = ""
    lines: Sequence[str] = ()

    def __post_init__(self) -> None:
        _bounded(self.heading, TITLE_CHARACTERS, "Text.heading")
        _counted(len(self.lines), 0, TABLE_ROWS, "Text.lines")
        for line in self.lines:
            _bounded(line, TEXT_CHARACTERS, self.heading or "Text.lines")


@dataclass(frozen=True, slots=True)
class Opinion:
    """A box for an opinion written by hand (审批意见), with a line for signature and date at its foot."""

    label: str
    height_mm: float = 30.0

    def __post_init__(self) -> None:
        _bounded(self.label, TITLE_CHARACTERS, "Opinion.label")
        if not OPINION_MM[0] <= self.height_mm <= OPINION_MM[1]:
            raise ValueError(f"opinion {self.label!r}: height {self.height_mm} mm is not within {OPINION_MM}")


@dataclass(frozen=True, slots=True)
class Signatures:
    """One box per role, with room for a name, a seal (盖章) and a date."""

    roles: Sequence[str]

    def __post_init__(self) -> None:
        _counted(len(self.roles), 1, SIGNATURES, "Signatures.roles")
        for role in self.roles:
            _bounded(role, TITLE_CHARACTERS, "Signatures.roles[]")


@dataclass(frozen=True, slots=True)
class Cut:
    """A dashed line with scissors between two stubs (存根). With ``title`` a head of its own follows the line."""

    title: str = ""

    def __post_init__(self) -> None:
        _bounded(self.title, TITLE_CHARACTERS, "Cut.title")


@dataclass(frozen=True, slots=True)
class Break:
    """What follows starts on a new page."""


Block = Fields | Table | Text | Opinion | Signatures | Cut | Break


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One paper. ``code`` is the text of its QR code, ``footer`` a line at the foot of every page."""

    title: str
    number: str
    school: str
    made_on: date
    blocks: Sequence[Block]
    language: str = DEFAULT_LANGUAGE
    code: str | None = None
    landscape: bool = False
    footer: str | None = None

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f"language {self.language!r} is not one of {', '.join(LANGUAGES)}")
        for name in ("title", "number", "school", "footer"):
            _bounded(getattr(self, name) or "", TITLE_CHARACTERS, f"Form.{name}")
        _counted(len(self.blocks), 0, BLOCKS, "Form.blocks")
        if self.code is not None and len(self.code.encode("utf-8", "replace")) > CODE_BYTES:
            raise UserError(
                "forms",
                "The QR code of form {number} would hold more than {limit} bytes and be too fine to scan. "
                "Use a shorter address of the site.",
                number=self.number[:40],
                limit=CODE_BYTES,
            )
