"""What a network device says of itself, as rows and tables for its page: what it counts, its ports and neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..ledger.comparing import machine_kind
from ..ledger.records import Machine
from ..ledger.vocabulary import AssetKind
from .words import Words

ROWS_SHOWN = 128
DEVICE_KINDS = {
    AssetKind.SWITCH: "Switch",
    AssetKind.ROUTER: "Router",
    AssetKind.FIREWALL: "Firewall",
    AssetKind.PRINTER: "Printer",
    AssetKind.PROJECTOR: "Projector",
    AssetKind.UPS: "UPS",
    AssetKind.OTHER: "Network device",
}
FACTS = {
    "inventory.system.manufacturer": "Maker",
    "inventory.system.product": "Product",
    "inventory.system.serial": "Serial",
    "inventory.system.uuid": "UUID",
    "inventory.device.description": "Description",
    "inventory.device.firmware": "Firmware version",
    "inventory.device.chassis_id": "Chassis address",
    "state.hostname": "Host name it reports",
    "state.device.location": "Place it reports",
    "state.device.status": "Its state",
    "state.device.uptime_seconds": "Running for",
}
# What only some kinds have: shown where it is known, never as a gap of a device that has no such thing.
_COUNTS = {
    "page_count": "Pages printed",
    "load_percent": "Load",
}
_BATTERY = {
    "charge_percent": "Battery charge",
    "runtime_seconds": "Battery lasts",
    "date": "Battery of",
}
# The parsers' own words for a state and for a part; what else a device says is shown as it is.
STATUS_WORDS = {
    "idle": "idle",
    "printing": "printing",
    "processing": "printing",
    "stopped": "stopped",
    "standby": "standby",
    "on": "switched on",
    "cooling": "cooling down",
    "warm-up": "warming up",
    "warmup": "warming up",
    "normal": "on mains",
    "battery": "on battery",
    "bypass": "on bypass",
}
CLASS_WORDS = {
    "chassis": "Chassis",
    "powerSupply": "Power supply",
    "fan": "Fan",
    "module": "Module",
    "stack": "Stack",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``rows`` are at most ``ROWS_SHOWN`` of ``total``; a cell is None where it is not known."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    total: int


def device_kind(machine: Machine | None, words: Words) -> str | None:
    """The word for a network device; None for a computer."""
    msgid = DEVICE_KINDS.get(machine_kind(machine)) if machine is not None else None
    return words.translate(msgid) if msgid is not None else None


def counted(machine: Machine, words: Words) -> Iterator[tuple[str, str]]:
    """``(label, text)`` of page counts, lamps, load and battery, where the device has them."""
    _ = words.translate
    state = _mapping(machine.state.get("device"))
    battery = _mapping(state.get("battery"))
    for source, labels in ((state, _COUNTS), (battery, _BATTERY)):
        for name, label in labels.items():
            if (text := _shown(name, source.get(name), words)) is not None:
                yield _(label), text
    if battery.get("replace") is True:
        yield _("Battery"), _("asks to be replaced")
    lamps = _rows(state, "lamps")
    hours = [_("{n} hours", n=f"{lamp['hours']:,}") for lamp in lamps if isinstance(lamp.get("hours"), int)]
    if hours:
        yield _("Lamp"), "; ".join(hours)
    errors = state.get("errors")
    said = [text for text in errors[:8] if isinstance(text, str)] if isinstance(errors, list) else []
    if said:
        yield _("It complains of"), "; ".join(said)


def tables(machine: Machine, words: Words) -> list[Table]:
    """Neighbours, supplies, ports and parts: those that have rows."""
    _ = words.translate
    state, inventory = _mapping(machine.state.get("device")), _mapping(machine.inventory.get("device"))
    found = [
        _table(
            _("Neighbours (LLDP)"),
            (_("Port"), _("Neighbour"), _("Its port"), _("Its address")),
            _rows(state, "neighbours"),
            lambda row: (
                _text(row, "port"),
                _text(row, "name"),
                _text(row, "remote_port"),
                _text(row, "chassis_id"),
            ),
        ),
        _table(
            _("Supplies"),
            (_("Supply"), _("Filled")),
            _rows(state, "supplies"),
            lambda row: (_text(row, "name"), _shown("percent", row.get("percent"), words)),
        ),
        _table(
            _("Modules"),
            (_("Part"), _("Name"), _("Maker and model"), _("Serial")),
            _rows(inventory, "modules"),
            lambda row: (
                _(CLASS_WORDS[name]) if (name := _text(row, "class")) in CLASS_WORDS else name,
                _text(row, "name"),
                " ".join(text for name in ("manufacturer", "model") if (text := _text(row, name))) or None,
                _text(row, "serial"),
            ),
        ),
        _table(
            _("Ports"),
            (_("Port"), _("Port description"), _("Connection"), _("Speed")),
            _rows(state, "ports"),
            lambda row: (
                _text(row, "name"),
                _text(row, "description"),
                _connection(row.get("up"), words),
                _shown("speed_mbps", row.get("speed_mbps"), words),
            ),
        ),
    ]
    return [table for table in found if table.rows]


def _table(
    title: str,
    columns: tuple[str, ...],
    rows: Sequence[Mapping[str, Any]],
    cells: Callable[[Mapping[str, Any]], tuple[str | None, ...]],
) -> Table:
    shown = tuple(cells(row) for row in rows[:ROWS_SHOWN])
    return Table(title=title, columns=columns, rows=shown, total=len(rows))


def _connection(up: object, words: Words) -> str | None:
    _ = words.translate
    if not isinstance(up, bool):
        return None
    return _("connected") if up else _("nothing connected")


def _shown(name: str, value: object, words: Words) -> str | None:
    """A number with its unit, a text as it is; None where it is not known."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value if isinstance(value, str) else None
    if name.endswith("percent"):
        return f"{value} %"
    if name.endswith("seconds"):
        return duration(value, words)
    return f"{value} Mbit/s" if name == "speed_mbps" else f"{value:,}"


def duration(seconds: int, words: Words) -> str:
    """Days and hours for long times, minutes for short ones."""
    _ = words.translate
    if seconds >= 86400:
        return _("{days} days {hours} hours", days=f"{seconds // 86400:,}", hours=seconds % 86400 // 3600)
    if seconds >= 7200:
        return _("{n} hours", n=f"{seconds // 3600:,}")
    return _("{n} minutes", n=seconds // 60)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _rows(half: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = half.get(name)
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, (list, tuple)) else []


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) else None
