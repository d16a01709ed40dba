"""EDID of the demo's monitors (VESA E-EDID Standard, Release A, Revision 2: the 128-byte base block, 1.4)."""

from __future__ import annotations

import struct

from .school import Monitor

# CVT reduced blanking (VESA CVT 1.2, section 3.4.1) for 1920 × 1080 at 60 Hz: pixel clock in 10 kHz,
# horizontal blanking, front porch, sync width, and the same for lines.
_CLOCK, _H_BLANK, _H_FRONT, _H_SYNC, _V_BLANK, _V_FRONT, _V_SYNC = 13850, 160, 48, 32, 31, 3, 5


def edid(monitor: Monitor) -> bytes:
    """128 bytes with a right checksum: maker, product, serial descriptor, name descriptor, native mode."""
    kind = monitor.kind
    numeric = int.from_bytes(monitor.serial.encode()[-4:], "big")
    header = struct.pack(
        ">8sH", b"\x00\xff\xff\xff\xff\xff\xff\x00", _pnp(kind["manufacturer_id"])
    ) + struct.pack("<HIBB", kind["product_code"], numeric, kind["week"], kind["year"] - 1990)
    basics = bytes([1, 4, 0xA2, round(kind["width_mm"] / 10), round(kind["height_mm"] / 10), 120, 0x3A])
    colours = bytes.fromhex("ee9145544c99260f5054")
    timings = bytes.fromhex("210800") + bytes.fromhex("d1c0") + b"\x01\x01" * 7
    block = (
        header
        + basics
        + colours
        + timings
        + _detailed_timing(kind["width"], kind["height"], kind["width_mm"], kind["height_mm"])
        + _text(0xFF, monitor.serial)
        + _text(0xFC, kind["name"])
        + b"\x00\x00\x00\xfd\x00" + bytes([50, 75, 30, 83, 17, 1]) + b"\x0a" + b"\x20" * 6
        + b"\x00"
    )  # fmt: skip
    return block + bytes([-sum(block) & 0xFF])


def _pnp(letters: str) -> int:
    """Three letters of five bits each (section 3.4.1)."""
    first, second, third = (ord(letter) - ord("A") + 1 for letter in letters)
    return first << 10 | second << 5 | third


def _detailed_timing(width: int, height: int, width_mm: int, height_mm: int) -> bytes:
    """The 18-byte detailed timing descriptor of the native mode (section 3.10.2)."""
    return struct.pack(
        "<H16B",
        _CLOCK,
        width & 0xFF,
        _H_BLANK & 0xFF,
        width >> 8 << 4 | _H_BLANK >> 8,
        height & 0xFF,
        _V_BLANK & 0xFF,
        height >> 8 << 4 | _V_BLANK >> 8,
        _H_FRONT,
        _H_SYNC,
        _V_FRONT << 4 | _V_SYNC,
        0,
        width_mm & 0xFF,
        height_mm & 0xFF,
        width_mm >> 8 << 4 | height_mm >> 8,
        0,
        0,
        0x1A,
    )


def _text(tag: int, words: str) -> bytes:
    """A display descriptor with text: 13 bytes, ended by a line feed and filled with blanks (section 3.10.3)."""
    data = words.encode("ascii")[:13]
    if len(data) < 13:
        data = (data + b"\n").ljust(13)
    return b"\x00\x00\x00" + bytes([tag]) + b"\x00" + data
