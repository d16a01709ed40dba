"""The firmware's boot entries (UEFI Specification 2.10, sections 3.1.3 and 10.3) and which of them start what.

Input is what the probe gives: the variables ``BootOrder`` and ``Boot####`` from efivarfs as hexadecimal, each with four
bytes of attributes in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# (type, subtype) of a device path node. A SATA DVD drive has the path of a disk; there the description decides.
_NODES = {
    **{(3, subtype): "usb" for subtype in (5, 15, 16)},
    **{(3, subtype): "network" for subtype in (11, 12, 13, 24, 28)},
    (4, 2): "optical",
}
# BIOS Boot Specification 1.01, table 3: the device types of a BBS node.
_BBS = {1: "floppy", 3: "optical", 5: "usb", 6: "network", 0x80: "network"}
_WORDS = (
    ("optical", re.compile(r"\b(?:DVD|CD)(?:\b|[-/ ]?(?:ROM|RW|RAM))", re.IGNORECASE)),
    ("usb", re.compile(r"\bUSB\b|removable", re.IGNORECASE)),
    ("network", re.compile(r"\bPXE\b|\bHTTP boot\b|\bIPv[46]\b|\bnetwork\b", re.IGNORECASE)),
    ("floppy", re.compile(r"\bfloppy\b", re.IGNORECASE)),
)
CLASSES = ("usb", "optical", "network", "floppy")


@dataclass(frozen=True, slots=True)
class BootEntry:
    """``number`` is four hexadecimal digits; ``starts`` is one of ``CLASSES``, or "disk" for anything else."""

    number: str
    description: str
    starts: str


def order(variables: Mapping[str, Any]) -> list[str] | None:
    """``BootOrder`` as four-digit numbers, or None where the firmware does not tell it."""
    data = _bytes(variables.get("BootOrder"))
    if data is None or len(data) % 2:
        return None
    return [f"{int.from_bytes(data[at : at + 2], 'little'):04X}" for at in range(0, len(data), 2)]


def entries(variables: Mapping[str, Any]) -> dict[str, BootEntry]:
    """Every entry by its number; one that is damaged is left out."""
    found = {}
    for name, value in variables.items():
        data = _bytes(value)
        if data is not None and re.fullmatch(r"Boot[0-9A-F]{4}", name) and (entry := _entry(name[4:], data)):
            found[entry.number] = entry
    return found


def internal_only(variables: Mapping[str, Any], barred: Sequence[str]) -> list[str] | None:
    """The present order without the entries of the barred classes; None where there is no order, or nothing
    would be left of it."""
    present, known = order(variables), entries(variables)
    if present is None:
        return None
    kept = [one for one in present if one not in known or known[one].starts not in barred]
    return kept or None


def _bytes(value: object) -> bytes | None:
    if not isinstance(value, str) or len(value) < 8:
        return None
    try:
        return bytes.fromhex(value)[4:]
    except ValueError:
        return None


def _entry(number: str, data: bytes) -> BootEntry | None:
    # UINT32 attributes, UINT16 length of the paths, CHAR16 description up to a NUL, the paths.
    length = int.from_bytes(data[4:6], "little")
    end = next((at for at in range(6, len(data) - 1, 2) if data[at : at + 2] == b"\0\0"), None)
    if end is None:
        return None
    description = data[6:end].decode("utf-16-le", "replace")[:100]
    path = data[end + 2 : end + 2 + length]
    starts = next(iter(_classes(path)), None)
    if starts is None:
        starts = next((name for name, words in _WORDS if words.search(description)), "disk")
    return BootEntry(number, description, starts)


def _classes(path: bytes) -> Iterator[str]:
    at = 0
    while at + 4 <= len(path):
        kind, subtype, size = path[at], path[at + 1], int.from_bytes(path[at + 2 : at + 4], "little")
        if size < 4 or (kind, subtype) == (0x7F, 0xFF):  # damaged, or the end of the whole path
            return
        if (kind, subtype) in _NODES:
            yield _NODES[kind, subtype]
        elif (kind, subtype) == (5, 1) and (
            named := _BBS.get(int.from_bytes(path[at + 4 : at + 6], "little"))
        ):
            yield named
        at += size
