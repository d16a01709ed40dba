"""From a form document to the JSON of ``form.typ``: settable texts, widths, and which rows may be split.

Pure but for the list of characters that the typefaces have. Lengths are millimetres, type sizes points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..i18n import DEFAULT_LANGUAGE, Translator
from .document import (
    TEXT_CHARACTERS,
    TITLE_CHARACTERS,
    Block,
    Break,
    Cut,
    Fields,
    Form,
    Opinion,
    Signatures,
    Table,
    Text,
)
from .fonts import settable
from .qr import qr_code
from .wrapping import POINTS_PER_MM, height_mm, shortened, width_em, wrappable

A4_MM = (210.0, 297.0)
# A binding edge on the left, as files are punched there.
PORTRAIT = {"left": 22.0, "right": 16.0, "top": 18.0, "bottom": 18.0}
LANDSCAPE = {"left": 18.0, "right": 14.0, "top": 18.0, "bottom": 17.0}
INSET_MM = {"x": 1.2, "y": 1.5}
FIELD_INSET_MM = 2.2  # a form that is filled in by hand wants higher rows than a register
RUNNING_PT = 9.0
PAGE_NUMBER_MM = 50.0  # kept free beside the line at the foot
BODY_PT = 10.5  # 五号, the size of text on Chinese forms
TITLE_PT = 20.0  # 小二号 and a little more
LABEL_MM = (18.0, 34.0)
SIGNATURE_MM = 30.0
SEAL_MM = 19.0  # of a signature's box below its role: room for name and seal, and the date
SIGNATURES_A_ROW = 3
CODE_MODULE_MM = 0.4  # a phone reads 0.33 at arm's length; paper that is copied needs a little more
CODE_MM = 18.0
NOTE_LINES = 3
LAST_ROWS = 2  # kept together at the end of a table
_BORDERED = (Fields, Opinion, Signatures)


def heading(form: Form) -> dict[str, Any]:
    """What a file says of itself and the renderer's own words, from its first ``form``."""
    _ = Translator("forms", form.language)
    chinese = form.language == DEFAULT_LANGUAGE
    return {
        "title": settable(form.title, TITLE_CHARACTERS),
        "author": settable(form.school, TITLE_CHARACTERS),
        "date": {"year": form.made_on.year, "month": form.made_on.month, "day": form.made_on.day},
        "lang": "zh" if chinese else "en",
        "region": "cn" if chinese else "us",
        "inset_x": INSET_MM["x"],
        "inset_y": INSET_MM["y"],
        "field_inset_y": FIELD_INSET_MM,
        "words": {
            "page": _("Page {page} of {pages}"),
            "seal": _("(seal)"),
            "signed": _("Signature (seal):"),
            "colon": _(":"),
            "year": _("(year)"),
            "month": _("(month)"),
            "day": _("(day)"),
        },
    }


def paper(form: Form) -> dict[str, Any]:
    """One entry of ``forms`` in the JSON of ``form.typ``."""
    return _Setting(form).paper()


class _Setting:
    """One form on its paper."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.translate = Translator("forms", form.language)
        self.margin = LANDSCAPE if form.landscape else PORTRAIT
        short, long = A4_MM
        wide, high = (long, short) if form.landscape else (short, long)
        self.width = wide - self.margin["left"] - self.margin["right"]
        self.height = high - self.margin["top"] - self.margin["bottom"]
        labels = [label for block in form.blocks for label in _labels(block)]
        widest = max(map(width_em, labels), default=0.0) * BODY_PT / POINTS_PER_MM + 2 * INSET_MM["x"] + 0.5
        self.label_mm = min(max(widest, LABEL_MM[0]), LABEL_MM[1])

    def paper(self) -> dict[str, Any]:
        form, _ = self.form, self.translate
        code = qr_code(form.code) if form.code else None
        code_mm = max(CODE_MM, code.side * CODE_MODULE_MM) if code else 0.0
        return {
            "title": self._line(form.title, self.width - 2 * code_mm, TITLE_PT),
            "running": [
                shortened(settable(text, TITLE_CHARACTERS), self.width * share, RUNNING_PT)
                for text, share in ((form.title, 0.6), (form.number, 0.35))
            ],
            "particulars": [
                _("School: ") + self._line(form.school, self.width * 0.35, BODY_PT),
                _("No. ") + self._line(form.number, self.width * 0.25, BODY_PT) if form.number else "",
                day(form, _),
            ],
            "qr": code.svg if code else None,
            "qr_mm": code_mm,
            "footer": shortened(
                settable(form.footer or "", TITLE_CHARACTERS), self.width - PAGE_NUMBER_MM, RUNNING_PT
            ),
            "landscape": form.landscape,
            "margin": self.margin,
            "parts": self._parts(),
            # What pieces.py changes where a form is set in several pieces.
            "pages_before": 0,
            "pages": None,
            "measured": False,
        }

    def _line(self, text: str, width: float, size: float) -> str:
        return wrappable(settable(text, TEXT_CHARACTERS), width, size)

    def _cell(self, text: str, width: float, size: float) -> str:
        return self._line(text, width - 2 * INSET_MM["x"], size)

    def _height(self, text: str, width: float) -> float:
        return height_mm(text, width - 2 * INSET_MM["x"], BODY_PT)

    def _tall(self, text: str, width: float, size: float) -> bool:
        return height_mm(text, width - 2 * INSET_MM["x"], size) > self.height / 2 - 20

    def _parts(self) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        before: Block | None = None
        for at, block in enumerate(self.form.blocks):
            part = {"gap_mm": _gap(before, block), **self._part(block)}
            if not self._kept(parts, part, self.form.blocks[at + 1 :]):
                parts.append(part)
            before = block
        return parts

    def _kept(self, parts: list[dict[str, Any]], part: dict[str, Any], rest: Sequence[Block]) -> bool:
        """Puts signatures, and a short note before them, with the last rows of their table: signatures on a page of
        their own would sign nothing."""
        if not parts or not parts[-1].get("together"):
            return False
        note = (
            part["kind"] == "text"
            and len(part["lines"]) <= NOTE_LINES
            and not any(self._tall(line, self.width, BODY_PT) for line in part["lines"])
            and bool(rest)
            and isinstance(rest[0], Signatures)
        )
        signed = part["kind"] == "signatures" and len(part["roles"]) <= 2 * SIGNATURES_A_ROW
        if note or signed:
            parts[-1]["tail"].append(part)
        if not note:
            parts[-1]["together"] = False
        return note or signed

    def _part(self, block: Block) -> dict[str, Any]:
        match block:
            case Fields():
                part = self._fields(block)
            case Table():
                part = self._table(block)
            case Text():
                part = {
                    "kind": "text",
                    "heading": self._line(block.heading, self.width, BODY_PT),
                    "lines": [self._line(line, self.width, BODY_PT) for line in block.lines],
                }
            case Opinion():
                part = {
                    "kind": "opinion",
                    "label": self._cell(block.label, self.label_mm, BODY_PT),
                    "label_mm": self.label_mm,
                    "height_mm": max(block.height_mm, self._height(block.label, self.label_mm)),
                }
            case Signatures():
                part = self._signatures(block)
            case Cut():
                part = {"kind": "cut", "title": self._line(block.title, self.width - 2 * CODE_MM, TITLE_PT)}
            case Break():
                part = {"kind": "break"}
        return part

    def _fields(self, block: Fields) -> dict[str, Any]:
        pairs = block.pairs
        pair_mm = self.width / pairs
        label_mm = min(self.label_mm, pair_mm / 2)
        rows = []
        for row in block.rows:
            spans = [field.span for field in row]
            spans[-1] += pairs - sum(spans)
            widths = [span * pair_mm - label_mm for span in spans]
            rows.append(
                {
                    # A row is split only if every one of its cells can be.
                    "tall": any(
                        self._tall(field.value, width, BODY_PT)
                        for field, width in zip(row, widths, strict=True)
                    ),
                    "fields": [
                        {
                            "label": self._cell(field.label, label_mm, BODY_PT),
                            "value": self._cell(field.value, width, BODY_PT),
                            "columns": 2 * span - 1,
                        }
                        for field, span, width in zip(row, spans, widths, strict=True)
                    ],
                }
            )
        return {"kind": "fields", "pairs": pairs, "label_mm": label_mm, "rows": rows}

    def _table(self, block: Table) -> dict[str, Any]:
        size = self._table_size(len(block.columns))
        weights = sum(column.width for column in block.columns)
        widths = [self.width * column.width / weights for column in block.columns]

        def cells(row: Sequence[str]) -> list[str]:
            return [self._cell(text, width, size) for text, width in zip(row, widths, strict=True)]

        rows = [
            {"cells": cells(row), "tall": any(map(self._tall, row, widths, [size] * len(row)))}
            for row in block.rows
        ]
        kept = rows[-LAST_ROWS:]
        together = not any(row["tall"] for row in kept)
        return {
            "kind": "table",
            "marked": False,
            "together": together,
            "tail": [],
            "size": size,
            "columns": [
                {"title": self._cell(column.title, width, size), "width": column.width, "align": column.align}
                for column, width in zip(block.columns, widths, strict=True)
            ],
            "rows": rows[: len(rows) - len(kept)] if together else rows,
            "last": kept if together else [],
            "totals": cells(block.totals) if block.totals is not None else None,
        }

    def _table_size(self, columns: int) -> float:
        """Five columns take the size of text; the more there are, the smaller, down to 小六号 and a half."""
        share = self.width / columns
        return BODY_PT if share >= 30 else 9.0 if share >= 16 else 8.0

    def _signatures(self, block: Signatures) -> dict[str, Any]:
        columns = min(len(block.roles), SIGNATURES_A_ROW)
        missing = -len(block.roles) % columns
        width = self.width / columns
        roles = [self._cell(role, width, BODY_PT) for role in block.roles]
        return {
            "kind": "signatures",
            "columns": columns,
            "height_mm": max(SIGNATURE_MM, *(self._height(role, width) + SEAL_MM for role in block.roles)),
            "roles": [*roles, *([None] * missing)],
        }


def _gap(before: Block | None, block: Block) -> float:
    """Bordered blocks touch, so that their rules fall together; a table or text keeps its distance."""
    if isinstance(block, _BORDERED) and (before is None or isinstance(before, (*_BORDERED, Cut))):
        return 0.0
    bare_heading = isinstance(before, Text) and not before.lines
    return 2.0 if bare_heading else 4.0


def _labels(block: Block) -> Iterator[str]:
    if isinstance(block, Fields):
        yield from (field.label for row in block.rows for field in row)
    elif isinstance(block, Opinion):
        yield block.label


def day(form: Form, translate: Translator) -> str:
    """The date on the paper: 2026年11月25日."""
    on = form.made_on
    return translate("{year}-{month:02}-{day:02}", year=on.year, month=on.month, day=on.day)
