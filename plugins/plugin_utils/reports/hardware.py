"""What a machine says of itself, as rows for a page or a sheet.

Known, absent and unknown stay three different things (``docs/architecture.md``, "Facts"): a known value is text, an
absent one a dash, an unknown one the word and its reason. Log-in sessions are left out: names of pupils have no
place in an equipment ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..ledger.comparing import machine_kind
from ..ledger.components import SECTIONS
from ..ledger.records import Component, ComponentKind, Machine
from ..ledger.vocabulary import AssetKind
from . import network_device
from .words import Words, byte_size, disk_size

NOTES_SHOWN = 60
_ITEMS_SHOWN = 8
# A PC without these is odd enough to say so; most have no optical drive or battery.
_EXPECTED = frozenset(
    {ComponentKind.BOARD, ComponentKind.CPU, ComponentKind.MEMORY, ComponentKind.DISK, ComponentKind.MONITOR}
)
_FACTS = {
    "inventory.system.manufacturer": "Maker",
    "inventory.system.product": "Product",
    "inventory.system.serial": "Serial",
    "inventory.system.uuid": "UUID",
    "inventory.chassis.type": "Chassis",
    "inventory.chassis.asset_tag": "Asset tag",
    "inventory.memory.total_bytes": "Memory",
    "inventory.bios.version": "Firmware version",
    "inventory.bios.release_date": "Firmware date",
    "inventory.bios.firmware_type": "Firmware type",
    "inventory.secure_boot": "Secure Boot",
    "inventory.tpm.version": "TPM",
    "inventory.virtualization.kind": "Physical or virtual",
    "inventory.os.pretty_name": "Operating system",
    "inventory.os.kernel": "Kernel",
    "inventory.os.architecture": "Architecture",
    "state.hostname": "Host name it reports",
    "state.boot_time": "Running since",
    "state.frozen": "Restored at each start",
}
_FACT_WORDS = {
    "physical": "physical",
    "virtual": "virtual machine",
    "container": "container",
    "True": "on",
    "False": "off",
}


class PartState(StrEnum):
    PRESENT = "present"
    EMPTY = "empty"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """``text`` is None where the value is absent or unknown; ``reason`` says why it is unknown.

    ``raw`` is the placeholder that the firmware gave instead of a value.
    """

    label: str
    text: str | None
    reason: str | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of the table of parts; ``reason`` is set where ``state`` is unknown."""

    kind: ComponentKind
    state: PartState
    slot: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    size: str | None = None
    detail: str = ""
    reason: str | None = None
    since: datetime | None = None
    removed_at: datetime | None = None


def facts_of(machine: Machine, words: Words) -> list[Fact]:
    if machine_kind(machine) is not AssetKind.COMPUTER:
        facts = [_fact(machine, path, label, words) for path, label in network_device.FACTS.items()]
        return facts + [
            Fact(label=label, text=text) for label, text in network_device.counted(machine, words)
        ]
    return [_fact(machine, path, label, words) for path, label in _FACTS.items()] + _connections(
        machine, words
    )


def parts_of(machine: Machine, words: Words) -> list[Part]:
    """The machine's parts by kind: present ones, empty memory slots, what is unknown; at the end what is gone."""
    parts: list[Part] = []
    is_computer = machine_kind(machine) is AssetKind.COMPUTER
    for kind, path in SECTIONS.items():
        if not is_computer and kind is not ComponentKind.NIC:
            continue  # nobody asks a printer for its graphics card
        found = [_part(c) for c in machine.components if c.kind is kind and c.removed_at is None]
        if kind is ComponentKind.MEMORY:
            found += _empty_slots(machine)
        note = unknown_note(machine, path)
        if note is not None:
            found.append(Part(kind=kind, state=PartState.UNKNOWN, reason=words.reason(note.get("reason"))))
        elif not found and kind in _EXPECTED and machine.inventory:
            found.append(Part(kind=kind, state=PartState.ABSENT))
        parts += sorted(found, key=lambda part: (part.state is PartState.UNKNOWN, part.slot or ""))
    removed = (_part(c) for c in machine.components if c.removed_at is not None)
    return parts + sorted(removed, key=lambda part: str(part.removed_at), reverse=True)


def unknown_notes(machine: Machine, words: Words) -> list[tuple[str, str]]:
    """``(path, reason)`` of what could not be read, in the order of paths, at most ``NOTES_SHOWN``."""
    notes = []
    is_computer = machine_kind(machine) is AssetKind.COMPUTER
    # A device was not asked for what only a PC has: that is no gap to read about.
    gaps = [
        (path, note) for path, note in sorted(machine.unknown.items()) if is_computer or not _not_asked(note)
    ]
    for path, note in gaps[:NOTES_SHOWN]:
        fields = note if isinstance(note, Mapping) else {"reason": note}
        reason = words.reason(fields.get("reason"))
        detail = fields.get("detail")
        notes.append((str(path), f"{reason} ({detail})" if detail else reason))
    return notes


def _not_asked(note: object) -> bool:
    return isinstance(note, Mapping) and note.get("reason") == "not_requested"


def unknown_note(machine: Machine, path: str) -> Mapping[str, Any] | None:
    """The note of ``path`` or of the nearest parent that has one; None where the value is known or absent."""
    while path:
        note = machine.unknown.get(path)
        if note is not None:
            return note if isinstance(note, Mapping) else {"reason": note}
        path = path.rpartition(".")[0]
    return None


def _at(machine: Machine, path: str) -> object:
    half, _, rest = path.partition(".")
    value: object = machine.inventory if half == "inventory" else machine.state
    for name in rest.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _fact(machine: Machine, path: str, label: str, words: Words) -> Fact:
    _ = words.translate
    value = _at(machine, path)
    note = unknown_note(machine, path) if value is None else None
    text: str | None = None
    if path.endswith("_bytes") and isinstance(value, int):
        text = byte_size(value)
    elif path == "state.boot_time" and isinstance(value, str):
        text = _local(value, words)
    elif path == "state.device.status" and value in network_device.STATUS_WORDS:
        text = _(network_device.STATUS_WORDS[str(value)])
    elif path.endswith("_seconds") and isinstance(value, int):
        text = network_device.duration(value, words)
    elif isinstance(value, (str, int)):
        text = str(value)
        text = _(_FACT_WORDS[text]) if text in _FACT_WORDS else text
    return Fact(
        label=_(label),
        text=text,
        reason=words.reason(note.get("reason")) if note is not None else None,
        raw=machine.raw.get(path),
    )


def _connections(machine: Machine, words: Words) -> list[Fact]:
    _ = words.translate
    addresses = [
        " ".join(
            [_text(item, "interface") or "", _text(item, "mac") or "", *_texts(item.get("ipv4"))]
        ).strip()
        for item in _items(machine.state, "addresses")
    ]
    health = [
        _("{disk}: {verdict}, {hours} hours", disk=_text(item, "disk") or "?", verdict=verdict, hours=hours)
        for item in _items(machine.state, "smart")
        for verdict in [_("healthy") if item.get("passed") is True else _("not healthy")]
        for hours in [item.get("power_on_hours") if isinstance(item.get("power_on_hours"), int) else "?"]
        if isinstance(item.get("passed"), bool)
    ]
    rows = []
    for label, lines, path in (
        (_("Addresses"), addresses, "state.addresses"),
        (_("Disk health (SMART)"), health, "state.smart"),
    ):
        note = unknown_note(machine, path) if not lines else None
        rows.append(
            Fact(
                label=label,
                text="; ".join(lines) or None,
                reason=words.reason(note.get("reason")) if note is not None else None,
            )
        )
    return rows


def _items(half: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    value = half.get(name)
    if isinstance(value, (list, tuple)):
        yield from (item for item in value[:_ITEMS_SHOWN] if isinstance(item, Mapping))


def _texts(value: object) -> list[str]:
    return [str(item) for item in value[:_ITEMS_SHOWN]] if isinstance(value, (list, tuple)) else []


def _text(item: Mapping[str, Any], name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) else None


def _local(text: str, words: Words) -> str:
    try:
        return words.moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def _part(component: Component) -> Part:
    size = component.size_bytes
    shown = disk_size if component.kind is ComponentKind.DISK else byte_size
    return Part(
        kind=component.kind,
        state=PartState.PRESENT if component.removed_at is None else PartState.REMOVED,
        slot=component.slot,
        manufacturer=component.manufacturer,
        model=component.model,
        serial=component.serial,
        size=shown(size) if size else None,
        detail=_detail(component),
        since=component.first_seen_at,
        removed_at=component.removed_at,
    )


def _detail(component: Component) -> str:
    """The few attributes (named as in ``facts/schema.json``) that tell a part's class apart at a glance."""
    had = component.attributes
    match component.kind:
        case ComponentKind.MEMORY:
            speed = had.get("configured_mts") or had.get("speed_mts")
            pieces = [had.get("type"), f"{speed} MT/s" if speed else None]
        case ComponentKind.DISK:
            media, bus = had.get("media"), had.get("bus")
            pieces = [str(name).upper() if name not in {None, "unknown"} else None for name in (media, bus)]
        case ComponentKind.CPU:
            cores, threads = had.get("cores"), had.get("threads")
            pieces = [f"{cores}C/{threads}T" if cores and threads else None]
        case ComponentKind.MONITOR:
            pieces = [_diagonal(had), str(had["year"]) if had.get("year") else None]
        case _:
            pieces = []
    return " ".join(str(piece) for piece in pieces if piece)


def _diagonal(had: Mapping[str, Any]) -> str | None:
    width, height = had.get("width_mm"), had.get("height_mm")
    if isinstance(width, int) and isinstance(height, int) and width and height:
        return f"{(width**2 + height**2) ** 0.5 / 25.4:.1f}″"
    return None


def _empty_slots(machine: Machine) -> list[Part]:
    memory = machine.inventory.get("memory")
    modules = memory.get("modules") if isinstance(memory, Mapping) else None
    return [
        Part(kind=ComponentKind.MEMORY, state=PartState.EMPTY, slot=_text(module, "slot"))
        for module in (modules if isinstance(modules, (list, tuple)) else ())
        if isinstance(module, Mapping) and module.get("populated") is False
    ]
