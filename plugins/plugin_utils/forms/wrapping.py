"""Where a line may be broken: long serials, paths and rows of punctuation must wrap inside their cell.

Typst breaks lines by Unicode's rules (UAX 14), which give a serial without a blank no place to break. Such a run
gets zero-width spaces, but only where it is wider than its cell: other text keeps its words whole.
"""

from __future__ import annotations

import re
from math import ceil

from .fonts import typefaces

POINTS_PER_MM = 72 / 25.4
LINE_EM = 1.35  # line pitch of the templates in units of the type size
# Between two Han characters or kana a line may always break; everything else but a blank can hang together.
_RUN = re.compile(r"[^ \u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
_BOLDER = 1.02  # a line of Hei in bold is this much wider, kerning included


def width_em(text: str) -> float:
    """The width of settable ``text`` in units of the type size, in the wider of the two typefaces."""
    widths = typefaces().widths
    return sum(widths.get(ord(char), 1.0) for char in text) * _BOLDER


def wrappable(text: str, width_mm: float, size_pt: float) -> str:
    """``text`` that a cell of ``width_mm`` can take in whatever it holds."""
    room = width_mm * POINTS_PER_MM / size_pt
    if len(text) <= room - 2:  # hardly a character is wider than one em
        return text
    return _RUN.sub(lambda run: _broken(run[0], room), text)


def _broken(run: str, room: float) -> str:
    # A mark at either end can hang together with a Han character beside it (UAX 14, rules 13 and 14).
    hanging = (not run[0].isalnum()) + (not run[-1].isalnum())
    if width_em(run) <= room - hanging:
        return run
    return _ZERO_WIDTH_SPACE + _ZERO_WIDTH_SPACE.join(run) + _ZERO_WIDTH_SPACE


def height_mm(text: str, width_mm: float, size_pt: float) -> float:
    """The height of ``text`` in a cell of ``width_mm``; never less than it is."""
    room = max(width_mm * POINTS_PER_MM / size_pt - 1, 1.0)
    return ceil(width_em(text) / room + 1) * LINE_EM * size_pt / POINTS_PER_MM


def shortened(text: str, width_mm: float, size_pt: float) -> str:
    """``text`` on one line of ``width_mm``, its end replaced by an ellipsis where it is longer."""
    room = width_mm * POINTS_PER_MM / size_pt
    if width_em(text) <= room:
        return text
    room -= width_em("…")
    taken = 0.0
    for at, char in enumerate(text):
        taken += width_em(char)
        if taken > room:
            return text[:at].rstrip() + "…"
    return text
