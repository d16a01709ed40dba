"""The two typefaces of every form, where they are, and which characters they have.

Song (宋体) for text and Hei (黑体) for headings, as Chinese paperwork is set. Nothing else is ever used, so a form
looks the same on every control node; a character that neither has is shown as 〓 (geta), the printer's mark for a
missing sort, and never as an empty box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

from ..i18n import UserError
from ..reports.text import plain

SONG = "Noto Serif CJK SC"
HEI = "Noto Sans CJK SC"
GETA = "\N{GETA MARK}"
_REGULAR = 400


@dataclass(frozen=True, slots=True)
class Typefaces:
    """``folders`` hold the font files; ``widths`` the advance in em of every code point that both typefaces have."""

    folders: tuple[Path, ...]
    widths: Mapping[int, float]


@cache
def typefaces() -> Typefaces:
    """Raises UserError where one of the two is not installed."""
    found = {
        font.family: (Path(font.path), font.index)
        for font in typst.Fonts(include_embedded_fonts=False).fonts()
        if font.family in {SONG, HEI} and font.weight == _REGULAR and font.path
    }
    missing = tuple(family for family in (SONG, HEI) if family not in found)
    if missing:
        raise UserError(
            "forms",
            "The typefaces {missing} are not installed on the control node, so no form can be printed. "
            "Install Debian's fonts-noto-cjk (`apt-get install fonts-noto-cjk`), then try again.",
            missing=missing,
        )
    song, hei = (_widths(*found[family]) for family in (SONG, HEI))
    return Typefaces(
        folders=tuple(sorted({path.parent for path, _ in found.values()})),
        widths={code: max(width, hei[code]) for code, width in song.items() if code in hei},
    )


def _widths(path: Path, index: int) -> dict[int, float]:
    """Advance widths in em by code point, from the tables cmap, hmtx and head."""
    with TTFont(path, fontNumber=index, lazy=True) as font:
        advances, unit = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: advances[name][0] / unit for code, name in font.getBestCmap().items()}


def settable(text: str, limit: int) -> str:
    """``text`` on one line, with only characters that the typefaces have.

    Invisible characters (joiners, variation selectors) that they lack are dropped, others become 〓.
    """
    # Composed first: the typefaces have é, not always e with an accent of its own.
    line = unicodedata.normalize("NFC", plain(text, limit))
    if line.isascii():
        return line
    known = typefaces().widths
    return "".join(_substitute(char, known) for char in line)


def _substitute(char: str, known: Mapping[int, float]) -> str:
    kind = unicodedata.category(char)
    if kind == "Zs":
        return " " if char != "\N{IDEOGRAPHIC SPACE}" else char
    if kind == "Cf" or 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF:
        return ""
    return char if ord(char) in known else GETA
