"""A form as a sheet that the office can edit: the same document, on A4, ready to print.

A form that is filled in has many narrow columns, and its cells are merged ranges of them: it looks like the paper. A
table to go on working with, and a long one, has its own columns, so that none of its rows has a merged cell, which a
spreadsheet could not sort and would be slow with; the other blocks' cells are merged ranges there. All texts are
written as texts: no formula and no link comes of them, whatever they start with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from itertools import accumulate, pairwise
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from ..i18n import Translator
from ..reports.files import replaced_file, scratch_folder
from ..reports.text import plain
from .document import TEXT_CHARACTERS, Block, Break, Cut, Fields, Form, Opinion, Signatures, Table, Text
from .layout import CODE_MM, SIGNATURES_A_ROW, day
from .qr import qr_png

_A4 = 9  # ECMA-376 part 1, 18.3.1.63 pageSetup: paperSize 9 is A4
_MARGIN_INCHES = 0.6
# What A4 leaves between the margins, upright and landscape: at 96 pixels an inch, and a little less, for Excel does
# not draw a sheet larger that is too narrow, and a hair too wide makes it smaller.
_PAPER_PIXELS = {False: 672, True: 1000}
_PAGE_POINTS = {False: 755.0, True: 508.0}
_NARROW = {False: 36, True: 60}  # narrow columns, upright and landscape: divisible by 2, 3, 4 and 6
_FORM_ROWS = 30  # of the tables of a form that is filled in
_LINE_POINTS = 15.0
_LABEL_PIXELS = 110
_CHARACTER_PIXELS = 7  # half an em of 10.5 points; a Chinese character takes two
_PADDING_PIXELS = {True: 16, False: 7}  # with an indent and without: Excel's own is the rest
_POINTS_PER_MM = 72 / 25.4
_CODE_PIXELS = int(CODE_MM * 96 / 25.4) - 1  # within its row and its columns
# Song and Hei as Windows and WPS have them: the sheet is opened in an office, not on the control node.
_SONG = {"font_name": "SimSun", "font_size": 10.5, "valign": "vcenter", "text_wrap": True}
_HEI = {**_SONG, "font_name": "SimHei"}
_BOX = {"border": 1}
_ALIGNED: dict[str, dict[str, Any]] = {
    "left": {"align": "left", "indent": 1},
    "center": {"align": "center"},
    "right": {"align": "right", "indent": 1},
}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {**_HEI, "font_size": 18, "bold": True, "align": "center"},
    "plain": _SONG,
    "plain_right": {**_SONG, "align": "right"},
    "heading": _HEI,
    "label": {**_SONG, **_BOX, "align": "center"},
    "value": {**_SONG, **_BOX, **_ALIGNED["left"]},
    "head": {**_HEI, **_BOX, **_ALIGNED["center"]},
    **{name: {**_SONG, **_BOX, **aligned} for name, aligned in _ALIGNED.items()},
    **{f"total_{name}": {**_HEI, **_BOX, **aligned} for name, aligned in _ALIGNED.items()},
    # The one look whose texts have lines, which this module makes.
    "box": {**_SONG, **_BOX, **_ALIGNED["left"]},
    "sign": {**_SONG, **_BOX, **_ALIGNED["right"], "valign": "bottom"},
    "cut": {**_SONG, "bottom": 3},  # XlsxWriter's border 3 is dashed
}


def write_xlsx(form: Form, path: Path) -> None:
    """Writes ``form`` as one sheet; the file appears whole or not at all. Raises UserError when the disk refuses."""
    with replaced_file(path) as temporary, scratch_folder(temporary) as scratch:
        book = xlsxwriter.Workbook(
            str(temporary),
            {"strings_to_formulas": False, "strings_to_urls": False, "tmpdir": str(scratch)},
        )
        made = datetime.combine(form.made_on, time(), UTC).replace(tzinfo=None)
        book.set_properties({"title": _clean(form.title), "author": _clean(form.school), "created": made})
        _Sheet(book, form).write()
        try:
            book.close()
        except FileCreateError as error:
            # XlsxWriter wraps what the disk said, the only thing that tells a person what to mend.
            raise OSError(*error.args[0].args) from error


def _clean(text: str) -> str:
    return plain(text, TEXT_CHARACTERS)


def _width(text: str) -> int:
    """In half ems; a Chinese character takes two."""
    return sum(1 if char.isascii() else 2 for char in text)


def _grid(form: Form) -> list[int]:
    """The widths of the sheet's columns in pixels."""
    paper = _PAPER_PIXELS[form.landscape]
    longest = max(_tables(form), key=lambda table: len(table.rows), default=None)
    filled_in = any(isinstance(block, Fields | Opinion) for block in form.blocks)
    if (
        longest is None
        or (filled_in and len(longest.rows) <= _FORM_ROWS)
        or len(longest.columns) < max(map(_needs, form.blocks))
    ):
        return _spread([1.0] * _NARROW[form.landscape], paper)
    return _spread([column.width for column in longest.columns], paper)


def _spread(weights: Sequence[float], whole: int) -> list[int]:
    """``whole`` pixels in these proportions."""
    edges = [round(whole * edge / sum(weights)) for edge in accumulate(weights, initial=0.0)]
    return [after - before for before, after in pairwise(edges)]


def _tables(form: Form) -> list[Table]:
    return [block for block in form.blocks if isinstance(block, Table)]


def _needs(block: Block) -> int:
    """How many cells ``block`` has side by side; the head of a form has three."""
    if isinstance(block, Fields):
        return 2 * block.pairs
    return len(block.columns) if isinstance(block, Table) else SIGNATURES_A_ROW


def _shares(weights: Sequence[float], widths: Sequence[int]) -> list[int]:
    """How many columns of ``widths`` each of ``weights`` takes, as near to its share as may be, one at least."""
    edges = [0.0, *accumulate(widths)]
    scale = edges[-1] / sum(weights)
    taken = [0]
    for at, weight in enumerate(accumulate(weights), start=1):
        low, high = taken[-1] + 1, len(widths) - (len(weights) - at)
        taken.append(min(range(low, high + 1), key=lambda edge: abs(edges[edge] - weight * scale)))
    return [after - before for before, after in pairwise(taken)]


class _Sheet:
    """Writes blocks from the top down."""

    def __init__(self, book: xlsxwriter.Workbook, form: Form) -> None:
        self.form = form
        self.translate = Translator("forms", form.language)
        self.sheet = book.add_worksheet(self.translate("Form"))
        self.formats = {name: book.add_format(look) for name, look in _LOOKS.items()}
        self.widths = _grid(form)
        self.grid = len(self.widths)
        self.row = 0
        self.height = 0.0  # points, since the last page break that the form itself makes
        self.breaks: list[int] = []

    def write(self) -> None:
        sheet, form, _ = self.sheet, self.form, self.translate
        for at, width in enumerate(self.widths):
            sheet.set_column_pixels(at, at, width)
        if form.code is not None:
            self._code(form.code)
        self._head(form.title)
        for block in form.blocks:
            self._block(block)
        sheet.set_paper(_A4)
        if form.landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(
            left=_MARGIN_INCHES, right=_MARGIN_INCHES, top=_MARGIN_INCHES, bottom=_MARGIN_INCHES
        )
        sheet.center_horizontally()
        sheet.hide_gridlines(2)  # neither on the screen nor on paper: the form has rules of its own
        sheet.print_area(0, 0, self.row - 1, self.grid - 1)
        if self.breaks:
            sheet.set_h_pagebreaks(self.breaks)
        # & begins a code in a sheet's footer (ECMA-376 part 1, 18.3.1.46); && is the character.
        note = _clean(form.footer or "").replace("&", "&&")
        sheet.set_footer(f"&L{note}&C{_('Page {page} of {pages}', page='&P', pages='&N')}"[:255])

    def _put(self, first: int, columns: int, text: str, look: str) -> None:
        form = self.formats[look]
        shown = "\n".join(map(_clean, text.split("\n"))) if look == "box" else _clean(text)
        if columns == 1:
            if shown:
                self.sheet.write_string(self.row, first, shown, form)
            else:
                self.sheet.write_blank(self.row, first, None, form)
            return
        self.sheet.merge_range(self.row, first, self.row, first + columns - 1, "", form)
        if shown:
            self.sheet.write_string(self.row, first, shown, form)

    def _line(self, cells: Sequence[tuple[int, str, str]], height: float = 0) -> None:
        """One row of ``(columns, text, look)``, as high as its longest cell needs, ``height`` points at least."""
        first = 0
        lines = 1
        for columns, text, look in cells:
            self._put(first, columns, text, look)
            padding = _PADDING_PIXELS["indent" in _LOOKS[look]]
            pixels = sum(self.widths[first : first + columns]) - padding
            # Half an em is lost where a Chinese character does not fit any more.
            lines = max(lines, ceil(_width(text) / max(pixels / _CHARACTER_PIXELS - 1, 1)))
            first += columns
        # Excel specifications and limits: a row is at most 409 points high.
        high = min(max(height, lines * _LINE_POINTS + 5), 409)
        self.sheet.set_row(self.row, high)
        self.row += 1
        self.height += high

    def _code(self, text: str) -> None:
        """The QR code, in the upper right corner."""
        picture, side = qr_png(text)
        left = sum(self.widths) - _CODE_PIXELS - 1
        edges = list(accumulate(self.widths, initial=0))
        column = max(at for at, edge in enumerate(edges) if edge <= left)
        scale = _CODE_PIXELS / side
        place = {"x_offset": left - edges[column], "x_scale": scale, "y_scale": scale}
        options = {**place, "image_data": BytesIO(picture), "description": _clean(text)[:255]}
        self.sheet.insert_image(0, column, "code.png", options)

    def _head(self, title: str) -> None:
        form, _ = self.form, self.translate
        high = CODE_MM * _POINTS_PER_MM if form.code is not None and not self.row else 36
        self._line([(self.grid, title, "title")], height=high)
        number = _("No. ") + form.number if form.number else ""
        texts = (_("School: ") + form.school, number, day(form, _))
        looks = ("plain", "plain", "plain_right")
        self._line(list(zip(_shares((1, 1, 1), self.widths), texts, looks, strict=True)))

    def _block(self, block: Block) -> None:
        match block:
            case Fields():
                self._fields(block)
            case Table():
                self._table(block)
            case Text():
                if block.heading:
                    self._line([(self.grid, block.heading, "heading")])
                for line in block.lines:
                    self._line([(self.grid, line, "plain")])
            case Opinion():
                signed = f"{self.translate('Signature (seal):')}{' ' * 24}{self._blank_day()}"
                label, box = _shares((_LABEL_PIXELS, sum(self.widths) - _LABEL_PIXELS), self.widths)
                self._line(
                    [(label, block.label, "label"), (box, signed, "sign")],
                    height=block.height_mm * _POINTS_PER_MM,
                )
            case Signatures():
                self._signatures(block)
            case Cut():
                self._line([(self.grid, "", "cut")])
                self._line([(self.grid, "", "plain")])
                if block.title:
                    self._head(block.title)
            case Break():
                self.breaks.append(self.row)
                self.height = 0.0

    def _blank_day(self) -> str:
        _ = self.translate
        return "        ".join(("", _("(year)"), _("(month)"), _("(day)")))

    def _fields(self, block: Fields) -> None:
        pair = sum(self.widths) / block.pairs
        label = min(_LABEL_PIXELS, pair / 2)
        grid = _shares((label, pair - label) * block.pairs, self.widths)
        for row in block.rows:
            cells: list[tuple[int, str, str]] = []
            left = grid
            for at, field in enumerate(row):
                span = len(left) if at == len(row) - 1 else 2 * field.span
                cells += [(left[0], field.label, "label"), (sum(left[1:span]), field.value, "value")]
                left = left[span:]
            self._line(cells)

    def _table(self, block: Table) -> None:
        shares = _shares([column.width for column in block.columns], self.widths)
        head = self.row
        self._line(
            [(share, column.title, "head") for share, column in zip(shares, block.columns, strict=True)]
        )
        looks = [str(column.align) for column in block.columns]
        for row in block.rows:
            self._line(list(zip(shares, row, looks, strict=True)))
        if block.totals is not None:
            totals = zip(shares, block.totals, looks, strict=True)
            self._line([(share, text, f"total_{look}") for share, text, look in totals])
        # A sheet can repeat one range only, and then does so on every page, also where no table goes on.
        if len(_tables(self.form)) == 1 and self.height > _PAGE_POINTS[self.form.landscape]:
            self.sheet.repeat_rows(head)

    def _signatures(self, block: Signatures) -> None:
        columns = min(len(block.roles), SIGNATURES_A_ROW)
        shares, seal, colon = (
            _shares((1,) * columns, self.widths),
            self.translate("(seal)"),
            self.translate(":"),
        )
        for start in range(0, len(block.roles), columns):
            roles = [*block.roles[start : start + columns], *[None] * columns][:columns]
            texts = [
                "" if role is None else f"{_clean(role)}{colon}\n\n{seal}\n\n{self._blank_day()}"
                for role in roles
            ]
            self._line(
                [(share, text, "box") for share, text in zip(shares, texts, strict=True)],
                height=6 * _LINE_POINTS,
            )
