"""QR codes (ISO/IEC 18004), quiet zone included: as small SVG drawings of one path, and as PNG for sheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import segno

_MODULE_PIXELS = 4  # a sheet draws the picture smaller; it stays sharp in print

QUIET_MODULES = 4  # ISO/IEC 18004, 9.1: a quiet zone of four modules on every side


@dataclass(frozen=True, slots=True)
class Code:
    """``side`` counts modules, quiet zone included."""

    svg: str
    side: int


def qr_code(text: str) -> Code:
    """``text`` at error level M, or better where the same size allows it."""
    made = _made(text)
    rows = [bytes(row) for row in made.matrix]
    side = len(rows) + 2 * QUIET_MODULES
    path = "".join(_runs(rows))
    return Code(
        svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>',
        side=side,
    )


def qr_png(text: str) -> tuple[bytes, int]:
    """The same code as a black and white PNG, and its side in pixels."""
    made, picture = _made(text), BytesIO()
    made.save(picture, kind="png", scale=_MODULE_PIXELS, border=QUIET_MODULES)
    side, _ = made.symbol_size(scale=_MODULE_PIXELS, border=QUIET_MODULES)
    return picture.getvalue(), int(side)


def _made(text: str) -> segno.QRCode:
    return segno.make_qr(text.encode("utf-8", "replace"), error="m", boost_error=True, mode=None)


def _runs(rows: list[bytes]) -> Iterator[str]:
    """Each run of dark modules in a row as a closed rectangle."""
    for y, row in enumerate(rows, start=QUIET_MODULES):
        x = 0
        while (start := row.find(1, x)) >= 0:
            x = row.find(0, start)
            if x < 0:
                x = len(row)
            yield f"M{start + QUIET_MODULES} {y}h{x - start}v1h{start - x}z"
