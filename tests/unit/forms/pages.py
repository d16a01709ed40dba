"""A PDF as a reader sees it: characters and rules with their places, in millimetres from the upper left corner."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp
from PIL.Image import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream

MM = 25.4 / 72
ZERO_WIDTH_SPACE = "\u200b"


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Char:
    text: str
    box: Box


@dataclass(frozen=True)
class Page:
    """``text`` has its lines joined and is without the marks that only allow a break."""

    width: float
    height: float
    text: str
    chars: list[Char]
    rules: list[Box]

    def joined(self) -> str:
        return "".join(char for char in self.text if not char.isspace())

    def find(self, text: str) -> list[Box]:
        """Where ``text`` stands, its blanks left out."""
        shown = [char for char in self.chars if not char.text.isspace()]
        whole, wanted = "".join(char.text for char in shown), text.replace(" ", "")
        found, at = [], whole.find(wanted)
        while at >= 0:
            boxes = [char.box for char in shown[at : at + len(wanted)]]
            found.append(
                Box(
                    min(box.left for box in boxes),
                    min(box.top for box in boxes),
                    max(box.right for box in boxes),
                    max(box.bottom for box in boxes),
                )
            )
            at = whole.find(wanted, at + 1)
        return found


def read(pdf: bytes) -> list[Page]:
    document = pypdfium2.PdfDocument(pdf)
    return [_page(document[number]) for number in range(len(document))]


def _page(page: pypdfium2.PdfPage) -> Page:
    width, height = page.get_size()

    def box(left: float, bottom: float, right: float, top: float) -> Box:
        return Box(left * MM, (height - top) * MM, right * MM, (height - bottom) * MM)

    text = page.get_textpage()
    chars = []
    for index in range(text.count_chars()):
        char = chr(pdfium.FPDFText_GetUnicode(text, index))
        if char != ZERO_WIDTH_SPACE and not pdfium.FPDFText_IsGenerated(text, index):
            chars.append(Char(char, box(*text.get_charbox(index))))
    rules = [box(*item.get_bounds()) for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])]
    # Compatibility forms of some radicals come back as the radical: compare what is the same to a reader.
    plain = unicodedata.normalize("NFKC", text.get_text_range().replace(ZERO_WIDTH_SPACE, ""))
    return Page(width * MM, height * MM, plain, chars, rules)


def images(pdf: bytes, dpi: int = 300) -> Iterator[Image]:
    document = pypdfium2.PdfDocument(pdf)
    for number in range(len(document)):
        yield document[number].render(scale=dpi / 72).to_pil()


def codes(image: Image) -> list[str]:
    """The texts of all QR codes, read by a decoder that knows nothing of their maker."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]


def missing_glyphs(pdf: bytes) -> int:
    """How often the glyph .notdef is shown: its number is 0 in every font, as in a two-byte string of Identity-H."""
    reader = PdfReader(io.BytesIO(pdf))
    count = 0
    for page in reader.pages:
        for operands, operator in ContentStream(page["/Contents"], reader).operations:
            if operator not in {b"Tj", b"TJ"}:
                continue
            pieces = operands[0] if operator == b"TJ" else operands
            for piece in pieces:
                raw = getattr(piece, "original_bytes", None)
                if raw is not None:
                    count += sum(raw[at : at + 2] == b"\0\0" for at in range(0, len(raw), 2))
    return count


def crossings(page: Page) -> list[str]:
    """Characters that stand outside the page or across a rule of it."""
    upright = [rule for rule in page.rules if rule.right - rule.left < 0.5 and rule.bottom - rule.top > 2]
    lying = [rule for rule in page.rules if rule.bottom - rule.top < 0.5 and rule.right - rule.left > 2]
    edges = Box(-0.1, -0.1, page.width + 0.1, page.height + 0.1)
    return [
        char.text
        for char in page.chars
        if char.text.strip()
        and char.box.left < char.box.right
        and not (
            _within(char.box, edges)
            and not any(_across(char.box, rule) for rule in upright)
            and not any(_across(_turned(char.box), _turned(rule)) for rule in lying)
        )
    ]


def _within(inner: Box, outer: Box) -> bool:
    return (
        outer.left <= inner.left
        and inner.right <= outer.right
        and outer.top <= inner.top
        and inner.bottom <= outer.bottom
    )


def _across(box: Box, rule: Box) -> bool:
    """Whether the upright ``rule`` has more than a hair of ``box`` on either side."""
    beside = box.left + 0.15 < rule.left and rule.right < box.right - 0.15
    return beside and box.top < rule.bottom and rule.top < box.bottom


def _turned(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)
