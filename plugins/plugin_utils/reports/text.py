"""Text from PCs and spreadsheets made harmless before it is shown anywhere.

What a PC says of itself is hostile input. Markup is the business of each format's escaping; this module removes
what no escaping covers: control characters (a terminal obeys them, XML 1.0 section 2.2 forbids them), lone
surrogates (UTF-8 cannot carry them) and the bidirectional controls that make text read other than it is
(Unicode TR 36, section 2.5).
"""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
SHOWN_CHARACTERS = 300
XLSX_CELL_CHARACTERS = 32767  # Excel specifications and limits: total number of characters in a cell


def plain(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """``text`` on one line, harmful characters made visible; an ellipsis marks a cut at ``limit`` characters."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    # Nothing suspect is printable in the sense of str.isprintable, which answers many times quicker than a search.
    if text.isprintable() or _SUSPECT.search(text) is None:
        return text
    return _HARMFUL.sub(REPLACEMENT, _BLANKS.sub(" ", text))
