"""Labels to stick on: A4 sheets of any geometry and rolls, with a QR code and up to six lines.

Positions and type sizes are decided here; the template only places. Lengths are millimetres, type sizes points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..i18n import DEFAULT_LANGUAGE, UserError
from ..ledger.records import Asset
from ..reports.files import replaced_file
from .desk import Desk
from .document import CODE_BYTES, TITLE_CHARACTERS
from .fonts import settable
from .qr import Code, qr_code
from .typesetting import Typesetter, joined
from .words import place
from .wrapping import POINTS_PER_MM, shortened, width_em

MODULE_MM = 0.33  # the smallest module that a phone reads from a label at arm's length
WANTED_MODULE_MM = 0.5
LINES = 6
LABELS = 100_000
_HEADING_PT = 11.0
_LINE_PT = 9.5
_SMALL_PT = 7.0  # what would have to be smaller is set on two lines
_PITCH = 1.5  # line pitch in units of the type size: ascender to descender of Noto CJK is 1.45
_CODE_SHARE = 0.45  # of a label's width that the code may take
_TEXT_GAP = 0.8
_UNPRINTABLE = 4.5  # from the edge of a cut sheet; office printers leave 4.2
_PADDING = 1.0
_NARROWEST_SHEET = 100.0  # what is narrower is a roll, whose printer reaches the edge
_BATCH = 240  # labels set in one go
_HERE = 100  # more is set in a process of its own
# A file of labels is no dated document: a fixed day keeps equal labels equal bytes.
_DAY = date(2000, 1, 1)
_EPSILON = 0.01  # of a millimetre: geometry is written with two decimals


@dataclass(frozen=True, slots=True)
class Label:
    """``lines`` from the top, the first in Hei; ``code`` is the text of the QR code."""

    lines: tuple[str, ...]
    code: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= LINES:
            raise ValueError(f"a label takes 1 to {LINES} lines, not {len(self.lines)}")
        if not 1 <= len(self.code.encode("utf-8", "replace")) <= CODE_BYTES:
            raise UserError(
                "forms",
                "The QR code of label {label} would hold nothing or more than {limit} bytes. "
                "Use a shorter address of the site, and an asset number of usual length.",
                label=self.lines[0][:40],
                limit=CODE_BYTES,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The geometry of label paper, as its box says. ``skip`` labels of the first sheet are used up already."""

    page_width_mm: float
    page_height_mm: float
    columns: int
    rows: int
    label_width_mm: float
    label_height_mm: float
    left_mm: float = 0.0
    top_mm: float = 0.0
    gap_x_mm: float = 0.0
    gap_y_mm: float = 0.0
    skip: int = 0

    def __post_init__(self) -> None:
        lengths = (self.page_width_mm, self.page_height_mm, self.label_width_mm, self.label_height_mm)
        distances = (self.left_mm, self.top_mm, self.gap_x_mm, self.gap_y_mm)
        if not (
            all(10 <= length <= 1_000 for length in lengths) and all(0 <= gap <= 500 for gap in distances)
        ):
            raise UserError(
                "forms",
                "Label sheet: pages and labels measure 10 to 1000 mm a side, margins and gaps 0 to 500 mm. "
                "Correct the sheet's measures.",
            )
        if not (1 <= self.columns <= 50 and 1 <= self.rows <= 100):
            raise UserError(
                "forms",
                "Label sheet: {columns} columns and {rows} rows are given, possible are 1 to 50 and 1 to 100.",
                columns=self.columns,
                rows=self.rows,
            )
        right, bottom = self._corner(self.columns, self.rows)
        if right > self.page_width_mm + _EPSILON or bottom > self.page_height_mm + _EPSILON:
            raise UserError(
                "forms",
                "Label sheet: {columns} × {rows} labels reach {right:g} × {bottom:g} mm, the page has only "
                "{width:g} × {height:g} mm. Correct the sheet's measures.",
                columns=self.columns,
                rows=self.rows,
                right=round(right, 2),
                bottom=round(bottom, 2),
                width=self.page_width_mm,
                height=self.page_height_mm,
            )
        if not 0 <= self.skip < self.columns * self.rows:
            raise UserError(
                "forms",
                "Label sheet: {skip} labels are to be skipped, a sheet has {count}. Give 0 to one less than that.",
                skip=self.skip,
                count=self.columns * self.rows,
            )

    def _corner(self, columns: int, rows: int) -> tuple[float, float]:
        return (
            self.left_mm + columns * self.label_width_mm + (columns - 1) * self.gap_x_mm,
            self.top_mm + rows * self.label_height_mm + (rows - 1) * self.gap_y_mm,
        )

    def padding(self) -> tuple[float, float]:
        """What every label keeps free at its sides and at top and bottom, so that a printer reaches it all."""
        if self.page_width_mm < _NARROWEST_SHEET:
            return _PADDING, _PADDING
        right, bottom = self._corner(self.columns, self.rows)
        beside = min(self.left_mm, self.page_width_mm - right)
        above = min(self.top_mm, self.page_height_mm - bottom)
        return max(_PADDING, _UNPRINTABLE - beside), max(_PADDING, _UNPRINTABLE - above)

    def origin(self, at: int) -> tuple[float, float]:
        """The upper left corner of the label at place ``at``, counted along the rows from 0."""
        row, column = divmod(at, self.columns)
        return (
            self.left_mm + column * (self.label_width_mm + self.gap_x_mm),
            self.top_mm + row * (self.label_height_mm + self.gap_y_mm),
        )


SHEETS = {
    "a4_3x8": Sheet(
        page_width_mm=210,
        page_height_mm=297,
        columns=3,
        rows=8,
        label_width_mm=70,
        label_height_mm=37,
        top_mm=0.5,
    ),
    "a4_2x7": Sheet(
        page_width_mm=210,
        page_height_mm=297,
        columns=2,
        rows=7,
        label_width_mm=99.1,
        label_height_mm=38.1,
        left_mm=4.65,
        top_mm=15.15,
        gap_x_mm=2.5,
    ),
    "a4_4x10": Sheet(
        page_width_mm=210,
        page_height_mm=297,
        columns=4,
        rows=10,
        label_width_mm=48.5,
        label_height_mm=25.4,
        left_mm=8,
        top_mm=21.5,
    ),
    "roll_50x30": Sheet(
        page_width_mm=50, page_height_mm=30, columns=1, rows=1, label_width_mm=50, label_height_mm=30
    ),
}


def asset_label(asset: Asset, desk: Desk) -> Label:
    """Name, number, place and school; lines that the ledger does not know are left out."""
    lines = (asset.name, asset.asset_number, place(asset), desk.school)
    return Label(lines=tuple(line for line in lines if line), code=desk.code(asset.asset_number))


def render_labels(labels: Sequence[Label], sheet: Sheet, *, language: str = DEFAULT_LANGUAGE) -> bytes:
    """One PDF. Raises UserError where a code does not fit the label, or the typefaces are missing."""
    if not 1 <= len(labels) <= LABELS:
        raise UserError(
            "forms",
            "{n} labels are to be printed, possible are 1 to {limit}. Choose other assets, or print in parts.",
            n=len(labels),
            limit=LABELS,
        )
    chinese = language == DEFAULT_LANGUAGE
    head = {
        "title": "",
        "author": "",
        "date": {"year": _DAY.year, "month": _DAY.month, "day": _DAY.day},
        "lang": "zh" if chinese else "en",
        "region": "cn" if chinese else "us",
        "page_width": sheet.page_width_mm,
        "page_height": sheet.page_height_mm,
    }
    with Typesetter("labels.typ", _DAY, apart=len(labels) > _HERE) as setter:
        return joined(setter.pdf({**head, "pages": pages}) for pages in _batches(labels, sheet))


def write_labels(
    labels: Sequence[Label], sheet: Sheet, path: Path, *, language: str = DEFAULT_LANGUAGE
) -> None:
    """Writes ``render_labels``; the file appears whole or not at all. Raises UserError as that does."""
    made = render_labels(labels, sheet, language=language)
    with replaced_file(path) as temporary:
        temporary.write_bytes(made)


def _batches(labels: Sequence[Label], sheet: Sheet) -> Iterator[list[list[dict[str, Any]]]]:
    """Pages of placed labels, some pages at a time."""
    a_page = sheet.columns * sheet.rows
    pages: list[list[dict[str, Any]]] = [[]]
    set_so_far = 0
    for at, label in enumerate(labels, start=sheet.skip):
        if at % a_page == 0 and pages[-1]:
            if set_so_far >= _BATCH:
                yield pages
                pages, set_so_far = [], 0
            pages.append([])
        pages[-1].append(_placed(label, sheet, at % a_page))
        set_so_far += 1
    yield pages


def _placed(label: Label, sheet: Sheet, at: int) -> dict[str, Any]:
    code = qr_code(label.code)
    (x, y), (beside, above) = sheet.origin(at), sheet.padding()
    width, height = sheet.label_width_mm - 2 * beside, sheet.label_height_mm - 2 * above
    side = _code_side(label, code, width, height)
    text_x = x + beside + side + _TEXT_GAP
    text_width = width - side - _TEXT_GAP
    return {
        "x": x + beside,
        "svg": code.svg,
        "side": side,
        "code_y": y + above + (height - side) / 2,
        "text_x": text_x,
        "text_width": text_width,
        "lines": list(_lines(label, y + above, text_width, height)),
    }


def _code_side(label: Label, code: Code, width: float, height: float) -> float:
    """As large as wanted, where the label has the room. Raises UserError where modules would be too small."""
    side = min(code.side * WANTED_MODULE_MM, height, width * _CODE_SHARE)
    if side / code.side >= MODULE_MM:
        return side
    side = code.side * MODULE_MM
    if side > height or side + _TEXT_GAP > width * 0.7:
        raise UserError(
            "forms",
            "The QR code of label {label} needs {side:g} mm a side, the label leaves {height:g} mm. "
            "Use larger labels or a shorter address of the site.",
            label=label.lines[0][:40],
            side=round(side, 1),
            height=round(min(height, width * 0.7), 1),
        )
    return side


def _lines(label: Label, top: float, width: float, height: float) -> Iterator[dict[str, Any]]:
    """Each line as large as it fits, a long one in two; what is longer ends in ``…``. Centred on the height."""
    room = width * POINTS_PER_MM
    texts = [
        (text, at == 0)
        for at, line in enumerate(label.lines)
        for text in _split(settable(line, TITLE_CHARACTERS), room)
    ]
    highest = height * POINTS_PER_MM / len(texts) / _PITCH
    sizes = [
        min(_HEADING_PT if heavy else _LINE_PT, highest, max(_SMALL_PT, room / max(width_em(text), 1.0)))
        for text, heavy in texts
    ]
    y = top + (height - sum(sizes) * _PITCH / POINTS_PER_MM) / 2
    for (text, heavy), size in zip(texts, sizes, strict=True):
        yield {"text": shortened(text, width, size), "size": size, "heavy": heavy, "y": y}
        y += size * _PITCH / POINTS_PER_MM


def _split(text: str, room: float) -> list[str]:
    if width_em(text) * _SMALL_PT <= room:
        return [text]
    fitting = 1
    while width_em(text[: fitting + 1]) * _SMALL_PT <= room:
        fitting += 1
    return [text[:fitting].rstrip(), text[fitting:].lstrip()]
