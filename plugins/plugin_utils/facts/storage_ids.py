"""Serial numbers and world wide names of disks in the forms that kernels and drivers give them."""

from __future__ import annotations

import re

_HEX_WWN = re.compile(r"(?:[0-9a-f]{16}){1,2}")
_IDENTIFY_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){20}")
_EUI_GROUPS = re.compile(r"(?:[0-9A-F]{4}_){3}[0-9A-F]{4}(?:(?:_[0-9A-F]{4}){4})?\.")


def unit_serial_number(page: bytes | None) -> str | None:
    """The product serial number of a SCSI vital product data page 80h, None where it has none.

    SPC-5 7.7.13: page code in byte 1, length in bytes 2 and 3 (big endian), ASCII from byte 4.
    """
    if page is None or len(page) < 5 or page[1] != 0x80:
        return None
    length = int.from_bytes(page[2:4], "big")
    return page[4 : 4 + length].decode("ascii", "replace").strip(" \0") or None


def canonical_wwn(text: str | None) -> str | None:
    """Lower-case hex digits of ``naa.5002538e…``, ``eui.0025385…`` or ``0x5002538e…``.

    None for what is no world wide name: a ``t10.`` or ``nvme.`` id is made of vendor, model and serial.
    """
    digits = (text or "").strip().lower()
    for prefix in ("naa.", "eui.", "0x"):
        digits = digits.removeprefix(prefix)
    return digits if _HEX_WWN.fullmatch(digits) and digits.strip("0") else None


def windows_serial(text: str | None) -> tuple[str | None, str | None]:
    """Serial number and world wide name in what Windows calls a disk's serial number.

    Windows 7 and older give the 20 characters of ATA IDENTIFY DEVICE (ACS-3 7.12.7.10) as 40 hex digits in
    the order of its words, each with its two bytes swapped. The NVMe driver gives the namespace's EUI-64 or
    NGUID in groups of four digits with a dot behind (``0025_38B7_1150_6B5E.``): that is no serial number.
    """
    plain = (text or "").strip()
    if _EUI_GROUPS.fullmatch(plain):
        return None, canonical_wwn(plain.replace("_", "").rstrip("."))
    if _IDENTIFY_HEX.fullmatch(plain):
        swapped = bytes.fromhex(plain)
        data = bytes(byte for pair in zip(swapped[1::2], swapped[::2], strict=True) for byte in pair)
        if data.isascii() and data.decode("ascii").isprintable():
            return data.decode("ascii").strip() or None, None
    return plain.rstrip(".") or None, None
