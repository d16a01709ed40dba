"""What a monitor says of itself: EDID bytes, as sysfs, the Windows registry or an adapter gives them.

Layout: VESA Enhanced EDID Standard, Release A, Revision 1 (EDID 1.3) and Revision 2 (EDID 1.4); section
numbers are those of Revision 2. The base block has 128 bytes:

========  =============================================================  =========
offset    content                                                        section
========  =============================================================  =========
00h-07h   header ``00 FF FF FF FF FF FF 00``                             3.3
08h-09h   maker, three letters of 5 bits, big endian                     3.4.1
0Ah-0Bh   product code, little endian                                    3.4.2
0Ch-0Fh   serial number, little endian, 0 where not used                 3.4.3
10h-11h   week and year of manufacture, or FFh and the model year        3.4.4
12h-13h   version and revision                                           3.5
15h-16h   width and height in cm; a 0 makes both say something else      3.6.2
36h-7Dh   four descriptors of 18 bytes, timings or texts                 3.10
7Eh       number of extension blocks                                     3.11
7Fh       makes the sum of the block 0 modulo 256                        3.11
========  =============================================================  =========

Of the extension blocks only the texts of a CTA-861 block are read (CTA-861-G section 7.5): monitors whose
base block is full of timings keep their serial number there. DisplayID and all others are passed over.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_BLOCK = 128
_HEADER = b"\x00\xff\xff\xff\xff\xff\xff\x00"
_HEADER_BYTES_NEEDED = 7  # of 8: a worn cable flips single bits; 6 would let a block of FFh pass
_DESCRIPTORS = (0x36, 0x48, 0x5A, 0x6C)
_DESCRIPTOR_BYTES = 18
_CTA_861 = 0x02
_EXTENSIONS_READ = 8
_STRINGS_KEPT = 16
_LARGEST_ASPECT_PART = 32  # 32:9 is the widest in use: anything up to it is a ratio and not millimetres
_SIZE_TOLERANCE_MM = 10  # centimetres are rounded, up or down

_KEYS = (
    "manufacturer_id",
    "manufacturer",
    "model",
    "product_code",
    "serial",
    "serial_number",
    "week",
    "year",
    "model_year",
    "width_mm",
    "height_mm",
    "native_width",
    "native_height",
    "native_refresh_hz",
    "edid_version",
)


@cache
def _makers() -> dict[str, str]:
    table = json.loads(Path(__file__).with_name("pnp_ids.json").read_text(encoding="utf-8"))
    return {**table["registered"], **table["in_use"]}


def manufacturer_name(pnp_id: str | None) -> str | None:
    """The maker behind a three-letter PNP id such as ``AOC``; None for one that the table does not have."""
    return _makers().get(pnp_id) if pnp_id else None


def parse_edid(data: bytes) -> dict[str, Any] | None:
    """Decode EDID bytes into the keys of ``inventory.monitors`` other than ``connector``; never raises.

    None for no bytes at all, which is how sysfs says that nothing answered. Anything else is a monitor:
    what cannot be read of it is None, and ``checksum_ok`` says whether the base block is whole and sums
    to 0. A header that does not stand at the beginning is looked for; one with a wrong byte is accepted.
    Sizes are millimetres, ``native_refresh_hz`` is Hz (fields per second where the timing is interlaced,
    with ``native_height`` the lines of a whole picture), ``product_code`` four hex digits.
    """
    if not data:
        return None
    monitor: dict[str, Any] = {**dict.fromkeys(_KEYS), "checksum_ok": False, "strings": []}
    start = _find_header(data)
    if start is None:
        return monitor
    base = data[start : start + _BLOCK]
    monitor["checksum_ok"] = _sums_to_zero(base)
    _identity(base, monitor)
    timing = _first_timing(base)
    if timing is not None:
        _native_mode(timing, monitor)
    monitor["width_mm"], monitor["height_mm"] = _size(base, timing)
    _texts([base[offset : offset + _DESCRIPTOR_BYTES] for offset in _DESCRIPTORS], monitor)
    for number in range(1, _EXTENSIONS_READ + 1):
        _texts(_cta_descriptors(data[start + number * _BLOCK : start + (number + 1) * _BLOCK]), monitor)
    return monitor


def _find_header(data: bytes) -> int | None:
    found = data.find(_HEADER, 0, 2 * _BLOCK)
    if found >= 0:
        return found
    matching = sum(a == b for a, b in zip(data, _HEADER, strict=False))
    return 0 if matching >= _HEADER_BYTES_NEEDED else None


def _sums_to_zero(block: bytes) -> bool:
    return len(block) == _BLOCK and block.startswith(_HEADER) and sum(block) % 256 == 0


def _identity(base: bytes, monitor: dict[str, Any]) -> None:
    if len(base) >= 0x0A:
        letters = int.from_bytes(base[0x08:0x0A], "big")
        codes = [(letters >> shift) & 0x1F for shift in (10, 5, 0)]
        if letters < 0x8000 and all(1 <= code <= 26 for code in codes):
            monitor["manufacturer_id"] = "".join(chr(0x40 + code) for code in codes)
            monitor["manufacturer"] = manufacturer_name(monitor["manufacturer_id"])
    if len(base) >= 0x0C:
        monitor["product_code"] = f"{int.from_bytes(base[0x0A:0x0C], 'little'):04x}"
    if len(base) >= 0x10:
        monitor["serial_number"] = int.from_bytes(base[0x0C:0x10], "little") or None
    if len(base) >= 0x12:
        week, year = base[0x10], base[0x11]
        if week == 0xFF:
            monitor["model_year"] = 1990 + year if year else None
        else:
            monitor["week"] = week if 1 <= week <= 54 else None
            monitor["year"] = 1990 + year if year else None
    if len(base) >= 0x14:
        monitor["edid_version"] = f"{base[0x12]}.{base[0x13]}"


def _first_timing(base: bytes) -> bytes | None:
    """The first detailed timing (3.10.2), by 3.10.1 the preferred one: its pixel clock is not 0.

    Unused places are also filled with 01h, as the standard timings (3.9) demand for theirs.
    """
    for offset in _DESCRIPTORS:
        descriptor = base[offset : offset + _DESCRIPTOR_BYTES]
        if len(descriptor) == _DESCRIPTOR_BYTES and descriptor[0:2] not in {b"\0\0", b"\1\1"}:
            return descriptor
    return None


def _native_mode(timing: bytes, monitor: dict[str, Any]) -> None:
    clock_hz = int.from_bytes(timing[0:2], "little") * 10_000
    width = timing[2] | (timing[4] & 0xF0) << 4
    height = timing[5] | (timing[7] & 0xF0) << 4
    line = width + (timing[3] | (timing[4] & 0x0F) << 8)
    frame: float = height + (timing[6] | (timing[7] & 0x0F) << 8)
    if not width or not height:
        return
    if timing[17] & 0x80:
        height *= 2  # the descriptor counts the lines of one field, and two fields share an odd line
        frame += 0.5
    monitor["native_width"], monitor["native_height"] = width, height
    monitor["native_refresh_hz"] = round(clock_hz / (line * frame), 3)


def _size(base: bytes, timing: bytes | None) -> tuple[int | None, int | None]:
    """Millimetres from the timing where they agree with the centimetres of 3.6.2 or stand alone.

    Where one of the two centimetres is 0, the pair is an aspect ratio or, both 0, a projector or a
    screen of no fixed size. A timing may hold an aspect ratio as well, and some makers put centimetres
    in it: so it is only believed where it fits.
    """
    cm = (base[0x15], base[0x16]) if len(base) > 0x16 else (0, 0)
    mm = (0, 0)
    if timing is not None:
        mm = (timing[12] | (timing[14] & 0xF0) << 4, timing[13] | (timing[14] & 0x0F) << 8)
    coarse = (cm[0] * 10, cm[1] * 10) if all(cm) else None
    if coarse is None:
        return mm if min(mm) > _LARGEST_ASPECT_PART else (None, None)
    fits = all(abs(fine - rough) <= _SIZE_TOLERANCE_MM for fine, rough in zip(mm, coarse, strict=True))
    return mm if fits and all(mm) else coarse


def _cta_descriptors(block: bytes) -> list[bytes]:
    """The 18-byte descriptors of a CTA-861 block: from the offset in its third byte to the first empty one."""
    if len(block) < _BLOCK or block[0] != _CTA_861 or sum(block) % 256 or block[2] < 4:
        return []
    descriptors = []
    for offset in range(block[2], _BLOCK - _DESCRIPTOR_BYTES, _DESCRIPTOR_BYTES):
        descriptor = block[offset : offset + _DESCRIPTOR_BYTES]
        if not any(descriptor):
            break
        descriptors.append(descriptor)
    return descriptors


def _texts(descriptors: list[bytes], monitor: dict[str, Any]) -> None:
    """Texts of display descriptors (3.10.3): ``00 00 00 <tag> 00`` and up to 13 characters."""
    for descriptor in descriptors:
        if len(descriptor) < _DESCRIPTOR_BYTES or any(descriptor[0:3]):
            continue
        text = _text(descriptor[5:])
        if not text:
            continue
        match descriptor[3]:
            case 0xFC if monitor["model"] is None:
                monitor["model"] = text
            case 0xFF if monitor["serial"] is None:
                monitor["serial"] = text
            case 0xFE if text not in monitor["strings"] and len(monitor["strings"]) < _STRINGS_KEPT:
                monitor["strings"].append(text)


def _text(data: bytes) -> str:
    """Code page 437, ended by a line feed and padded with blanks (3.10.3.1); some makers end it with 0."""
    for end in (b"\n", b"\0"):
        data = data.partition(end)[0]
    return "".join(character for character in data.decode("cp437") if character.isprintable()).strip()
