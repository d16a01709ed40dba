"""The parts of a computer, and what changed between two looks at it. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .records import ComponentKind

#: Where the facts hold the parts of each kind: what is unknown there may not be called removed.
SECTIONS: Mapping[ComponentKind, str] = {
    ComponentKind.BOARD: "inventory.board",
    ComponentKind.CPU: "inventory.cpus",
    ComponentKind.MEMORY: "inventory.memory.modules",
    ComponentKind.DISK: "inventory.disks",
    ComponentKind.GPU: "inventory.gpus",
    ComponentKind.NIC: "inventory.nics",
    ComponentKind.MONITOR: "inventory.monitors",
    ComponentKind.OPTICAL: "inventory.optical",
    ComponentKind.BATTERY: "inventory.batteries",
}
#: What the facts call a column of ``Part`` where the name is not the same.
_COLUMNS: Mapping[ComponentKind, Mapping[str, str]] = {
    ComponentKind.BOARD: {"model": "product"},
    ComponentKind.CPU: {"slot": "socket"},
    ComponentKind.MEMORY: {"model": "part_number"},
    ComponentKind.DISK: {"slot": "name", "manufacturer": "vendor"},
    ComponentKind.GPU: {"manufacturer": "vendor"},
    ComponentKind.NIC: {"slot": "name", "manufacturer": "vendor", "serial": "permanent_mac"},
    ComponentKind.MONITOR: {"slot": "connector"},
    ComponentKind.OPTICAL: {"slot": "name", "manufacturer": "vendor"},
    ComponentKind.BATTERY: {"slot": "name"},
}
_ATTRIBUTES: Mapping[ComponentKind, Sequence[str]] = {
    ComponentKind.BOARD: ("version", "asset_tag"),
    ComponentKind.CPU: ("cores", "threads", "max_mhz"),
    ComponentKind.MEMORY: ("bank", "form_factor", "type", "speed_mts", "configured_mts", "rank", "asset_tag"),
    ComponentKind.DISK: ("media", "bus", "firmware", "wwn"),
    ComponentKind.GPU: ("vendor_id", "device_id", "subsystem_vendor", "subsystem", "driver"),
    ComponentKind.NIC: ("driver", "bus"),
    ComponentKind.MONITOR: (
        *("manufacturer_id", "product_code", "week", "year", "model_year"),
        *("width_mm", "height_mm", "native_width", "native_height"),
    ),
    ComponentKind.OPTICAL: ("firmware",),
    ComponentKind.BATTERY: ("technology", "design_capacity_mwh"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part without its place in time: what ``records.Component`` and its row have in common."""

    kind: ComponentKind
    key: str
    slot: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    size_bytes: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """``kept`` pairs each part that stayed as it was and as it is now; its key may have changed."""

    added: tuple[Part, ...]
    removed: tuple[Part, ...]
    kept: tuple[tuple[Part, Part], ...]


def components(inventory: Mapping[str, Any]) -> list[Part]:
    """The parts of an inventory (``facts/schema.json``) in a fixed order, each (kind, key) once.

    Not parts: USB and removable disks and USB network adapters, which are carried about; empty memory slots
    and CPU sockets. A monitor that the same PC sees on two cables (same model and text serial) is one.
    """
    alike: dict[tuple[ComponentKind, str], list[Part]] = defaultdict(list)
    for part in _raw_parts(inventory):
        alike[part.kind, part.key].append(part)
    return [part for parts in alike.values() for part in _numbered(parts)]


def _numbered(parts: Sequence[Part]) -> Iterator[Part]:
    """Alike parts get a number, in the order of their slots."""
    for number, part in enumerate(sorted(parts, key=lambda part: part.slot or ""), start=1):
        yield part if number == 1 else replace(part, key=f"{part.key}#{number}")


def unknown_kinds(unknown: Mapping[str, Any]) -> frozenset[ComponentKind]:
    """Kinds whose list, or a parent of it, is in the facts' ``unknown``."""
    return frozenset(
        kind
        for kind, path in SECTIONS.items()
        if any(path == name or path.startswith(f"{name}.") for name in unknown)
    )


def diff(before: Iterable[Part], after: Iterable[Part], unknown: Mapping[str, Any]) -> Changes:
    """What was added and removed. ``unknown`` is that of the facts that ``after`` comes from.

    A part in another slot is no change. A part of which less or more is known now (its serial, without or
    with root) is the same part where kind, model and size agree. Kinds that are unknown now keep their parts.
    """
    silent = unknown_kinds(unknown)
    old = {(part.kind, part.key): part for part in before}
    new = {(part.kind, part.key): part for part in after}
    kept = [(old.pop(key), new.pop(key)) for key in list(old) if key in new]
    kept += _pair_alike(old, new)
    removed = [part for part in old.values() if part.kind not in silent]
    return Changes(tuple(new.values()), tuple(removed), tuple(kept))


def _pair_alike(
    old: dict[tuple[ComponentKind, str], Part], new: dict[tuple[ComponentKind, str], Part]
) -> Iterator[tuple[Part, Part]]:
    """Take from both what is one part with its serial known on one side only."""
    waiting: dict[tuple[Any, ...], list[Part]] = defaultdict(list)
    for part in old.values():
        waiting[_looks(part)].append(part)
    for part in list(new.values()):
        for former in waiting[_looks(part)]:
            if part.serial is None or former.serial is None:
                waiting[_looks(part)].remove(former)
                del old[former.kind, former.key], new[part.kind, part.key]
                yield former, part
                break


def _looks(part: Part) -> tuple[Any, ...]:
    return part.kind, part.model, part.size_bytes


def _raw_parts(inventory: Mapping[str, Any]) -> Iterator[Part]:
    """The parts, alike ones still with the same key."""
    board = inventory.get("board") or {}
    if board.get("product") or board.get("serial"):
        yield _part(ComponentKind.BOARD, board)
    for cpu in inventory.get("cpus", ()):
        if cpu.get("populated") is not False:
            yield _part(ComponentKind.CPU, cpu)
    for module in (inventory.get("memory") or {}).get("modules", ()):
        if module.get("populated"):
            yield _part(ComponentKind.MEMORY, module)
    for disk in inventory.get("disks", ()):
        if disk.get("bus") != "usb" and not disk.get("removable"):
            yield _part(ComponentKind.DISK, disk)
    for gpu in inventory.get("gpus", ()):
        yield _gpu(gpu)
    for nic in inventory.get("nics", ()):
        if nic.get("bus") != "usb":
            yield _part(ComponentKind.NIC, nic)
    yield from _monitors(inventory.get("monitors", ()))
    for drive in inventory.get("optical", ()):
        yield _part(ComponentKind.OPTICAL, drive)
    for battery in inventory.get("batteries", ()):
        yield _part(ComponentKind.BATTERY, battery)


def _part(kind: ComponentKind, facts: Mapping[str, Any]) -> Part:
    columns = _COLUMNS.get(kind, {})
    part = Part(
        kind=kind,
        key="",
        slot=facts.get(columns.get("slot", "slot")),
        manufacturer=facts.get(columns.get("manufacturer", "manufacturer")),
        model=facts.get(columns.get("model", "model")),
        serial=facts.get(columns.get("serial", "serial")),
        size_bytes=facts.get("size_bytes"),
        attributes={name: facts[name] for name in _ATTRIBUTES[kind] if facts.get(name) is not None},
    )
    return replace(part, key=_key(part))


def _key(part: Part) -> str:
    if part.serial:
        return f"serial:{''.join(part.serial.split()).upper()}"
    return f"model:{part.manufacturer or ''}|{part.model or ''}|{part.size_bytes or ''}"


def _gpu(facts: Mapping[str, Any]) -> Part:
    """Names come from the PC's own PCI list, which an update may reword: the ids are what stays."""
    part = _part(ComponentKind.GPU, facts)
    if facts.get("vendor_id") and facts.get("device_id"):
        return replace(part, key=f"pci:{facts['vendor_id']}:{facts['device_id']}")
    return part


def _monitors(monitors: Iterable[Mapping[str, Any]]) -> Iterator[Part]:
    cables: set[tuple[Any, ...]] = set()
    for facts in monitors:
        panel = (facts.get("manufacturer_id"), facts.get("product_code"), facts.get("serial"))
        if facts.get("serial") and panel in cables:
            continue
        cables.add(panel)
        part = _part(ComponentKind.MONITOR, facts)
        code = f"{facts.get('manufacturer_id') or ''}{facts.get('product_code') or ''}"
        number = facts.get("serial_number")
        part = replace(
            part,
            manufacturer=part.manufacturer or facts.get("manufacturer_id"),
            model=part.model or code or None,
            serial=part.serial or (str(number) if number else None),
        )
        yield replace(part, key=_key(part))
