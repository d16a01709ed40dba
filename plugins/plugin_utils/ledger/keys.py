"""The keys by which a computer is known again: pure functions over ``inventory`` (``facts/schema.json``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Kinds that the firmware tells (SMBIOS types 1 and 2, DSP0134 7.2 and 7.3). They come and go together with
#: the board, so that identity counts them as one witness.
FIRMWARE = ("system_serial", "board_serial", "uuid")
KINDS = (*FIRMWARE, "mac", "disk")

_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_UUID = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}")
_SHORTEST_SERIAL = 4
_UNICAST_UNIVERSAL = 0b11

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Keys:
    """``values`` maps each kind of ``KINDS`` that is known to its values; a kind without any is left out."""

    values: Mapping[str, frozenset[str]]

    def __bool__(self) -> bool:
        return bool(self.values)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every (kind, value), in a fixed order."""
        for kind in KINDS:
            for value in sorted(self.values.get(kind, ())):
                yield kind, value

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Keys:
        values: dict[str, set[str]] = {}
        for kind, value in pairs:
            values.setdefault(kind, set()).add(value)
        return cls({kind: frozenset(found) for kind, found in values.items()})

    def newer(self, later: Keys) -> Keys:
        """These keys as ``later`` corrects them: a kind that it does not know (no permission) keeps its values."""
        return Keys({**self.values, **later.values})


def machine_keys(inventory: Mapping[str, Any]) -> Keys:
    """System and board serial, UUID, permanent MACs and serials of built-in disks.

    Left out: placeholders (already null in facts; here also what is too short or one character repeated), USB
    and removable disks, network adapters on USB (they are carried from PC to PC), and MACs that are locally
    administered or multicast (IEEE 802, U/L and I/G bits). A disk without a serial counts by its WWN.
    Whether several machines share a key is not seen here: ``identity.py`` finds that.
    """
    system, board = _mapping(inventory.get("system")), _mapping(inventory.get("board"))
    found = {
        "system_serial": {_serial(system.get("serial"))},
        "board_serial": {_serial(board.get("serial"))},
        "uuid": {_uuid(system.get("uuid"))},
        "mac": {
            _mac(nic.get("permanent_mac"))
            for nic in _mappings(inventory.get("nics"))
            if nic.get("bus") != "usb"
        },
        "disk": {
            _serial(disk.get("serial")) or _serial(disk.get("wwn"))
            for disk in _mappings(inventory.get("disks"))
            if disk.get("bus") != "usb" and not disk.get("removable")
        },
    }
    known = {
        kind: frozenset(value for value in values if value is not None) for kind, values in found.items()
    }
    return Keys({kind: values for kind, values in known.items() if values})


def machine_features(inventory: Mapping[str, Any]) -> dict[str, str]:
    """What stays the same about a PC without being its own: maker, product, board, processor. Unknown ones
    are left out. They only ever confirm a host name (``identity.py``, weak)."""
    system, board = _mapping(inventory.get("system")), _mapping(inventory.get("board"))
    cpus = _mappings(inventory.get("cpus"))
    found: dict[str, Any] = {
        "manufacturer": system.get("manufacturer"),
        "product": system.get("product"),
        "board": board.get("product"),
        "cpu": next((cpu["model"] for cpu in cpus if cpu.get("model")), None),
    }
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


def _serial(value: Value) -> str | None:
    if not isinstance(value, str):
        return None
    text = "".join(value.split()).upper()
    return text if len(text) >= _SHORTEST_SERIAL and len(set(text)) > 1 else None


def _uuid(value: Value) -> str | None:
    text = value.strip().upper() if isinstance(value, str) else ""
    return text if _UUID.fullmatch(text) and len(set(text) - {"-"}) > 1 else None


def _mac(value: Value) -> str | None:
    text = value.strip().lower() if isinstance(value, str) else ""
    if not _MAC.fullmatch(text) or int(text[:2], 16) & _UNICAST_UNIVERSAL:
        return None
    return text if len(set(text.split(":")[3:])) > 1 or text[9:11] not in ("00", "ff") else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: Any) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
