"""信息不符: where the book describes a matched machine otherwise than the machine itself does.

What is unknown on either side is no disagreement. Tolerances: memory 2 % (16 GB booked is 16 GiB of
modules); a disk booked as N GB may have from 0.96·N·10⁹ to 1.04·N·2³⁰ bytes, because books and makers round
and count in either base (480, 500 and 512 GB SSDs are booked alike).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..comparing import asset_brand, fact, fact_rows, machine_brand, model_text, models, serials
from ..matching import Matches
from ..records import Asset, AssetStatus, Difference, Finding, FindingKind, Machine
from ..specification import parse_specification
from ..vocabulary import models_agree, serial_key
from .school import School, differ, key

_AWAY = frozenset({AssetStatus.ON_LOAN, AssetStatus.REPAIR, AssetStatus.SCRAPPED})
_MEMORY_TOLERANCE = 0.02
_DISK_LOW = 0.96
_DISK_HIGH = 1.04 * 2**30 / 10**9


def mismatches(school: School) -> Iterator[Finding]:
    """One finding for each matched machine that differs from its card, and one for each wrong count."""
    for machine_id, link in school.matches.links.items():
        machine, asset = school.machines[machine_id], school.assets[link.asset_id]
        if machine_id not in school.present:
            continue
        found = [row for compare in _COMPARISONS for row in compare(asset, machine, school.matches)]
        if asset.status in _AWAY and school.answered(machine):
            found.append(differ("status", asset.status.value, "seen"))
        if found:
            lot = (machine_id,) if asset.quantity > 1 else ()
            yield Finding(
                kind=FindingKind.MISMATCH,
                key=key(FindingKind.MISMATCH, asset.asset_number, *lot),
                advice=_advice(found, asset, machine),
                room=machine.room,
                seat=machine.seat,
                asset_numbers=(asset.asset_number,),
                hosts=(machine.host,),
                differences=tuple(found),
            )


def _advice(found: list[Difference], asset: Asset, machine: Machine) -> str:
    fields = {row.field for row in found}
    booked, installed = _booked_memory(asset), _installed_memory(machine)
    if "memory" in fields and booked and installed is not None and installed < booked:
        return "mismatch_memory_less"
    return "mismatch_status" if fields == {"status"} else "mismatch"


def is_unknown(unknown: Mapping[str, object], path: str) -> bool:
    """Whether a path of the facts, or a parent of it, is unknown."""
    steps = path.split(".")
    return any(".".join(steps[: n + 1]) in unknown for n in range(len(steps)))


def size_text(size: int) -> str:
    """Memory as people call it: ``16 GB`` is 16·2³⁰ bytes."""
    return f"{size / 2**30:.4g} GB" if size >= 2**30 else f"{size / 2**20:.4g} MB"


def disk_text(size: int) -> str:
    """A disk as its label says: ``512 GB`` is 512·10⁹ bytes."""
    return f"{size / 10**12:.3g} TB" if size >= 10**12 else f"{size / 10**9:.4g} GB"


def _booked_memory(asset: Asset) -> int | None:
    return (
        parse_specification(asset.specification).memory_bytes or parse_specification(asset.model).memory_bytes
    )


def _installed_memory(machine: Machine) -> int | None:
    memory = machine.inventory.get("memory")
    total = memory.get("total_bytes") if isinstance(memory, Mapping) else None
    # With modules left out the total is only a part of what is installed.
    partial = any(
        is_unknown(machine.unknown, f"inventory.memory.{name}") for name in ("total_bytes", "modules")
    )
    return total if isinstance(total, int) and total > 0 and not partial else None


def _memory(asset: Asset, machine: Machine, _matches: Matches) -> Iterator[Difference]:
    booked, installed = _booked_memory(asset), _installed_memory(machine)
    if booked and installed and abs(installed - booked) > booked * _MEMORY_TOLERANCE:
        yield differ("memory", size_text(booked), size_text(installed))


def _disk(asset: Asset, machine: Machine, _matches: Matches) -> Iterator[Difference]:
    booked = (
        parse_specification(asset.specification).disk_bytes or parse_specification(asset.model).disk_bytes
    )
    disks = [row for row in fact_rows(machine.inventory, "disks") if not row.get("removable")]
    fixed = [row for row in disks if row.get("bus") != "usb"]
    sizes = [row.get("size_bytes") for row in fixed]
    # A RAID controller shows volumes, not the disks that were booked.
    volumes = any(row.get("bus") == "scsi" for row in fixed)
    if not booked or not sizes or volumes or is_unknown(machine.unknown, "inventory.disks"):
        return
    installed = sum(size for size in sizes if isinstance(size, int))
    complete = all(isinstance(size, int) for size in sizes)
    if complete and not booked * _DISK_LOW <= installed <= booked * _DISK_HIGH:
        yield differ("disk", disk_text(booked), disk_text(installed))


def _cpu(asset: Asset, machine: Machine, _matches: Matches) -> Iterator[Difference]:
    booked = parse_specification(asset.specification).cpu or parse_specification(asset.model).cpu
    named = next((row.get("model") for row in fact_rows(machine.inventory, "cpus") if row.get("model")), None)
    installed = parse_specification(named).cpu if isinstance(named, str) else None
    if booked and installed and not (installed.startswith(booked) or booked.startswith(installed)):
        yield differ("cpu", booked, named)


def _model(asset: Asset, machine: Machine, _matches: Matches) -> Iterator[Difference]:
    if models_agree(asset.model, models(machine)) is False:
        yield differ("model", asset.model, model_text(machine))


def _brand(asset: Asset, machine: Machine, _matches: Matches) -> Iterator[Difference]:
    booked, seen = asset_brand(asset), machine_brand(machine)
    if booked and seen and booked != seen:
        yield differ(
            "brand", asset.brand or booked, fact(machine.inventory, "system", "manufacturer") or seen
        )


def _serial(asset: Asset, machine: Machine, matches: Matches) -> Iterator[Difference]:
    booked = serial_key(asset.serial)
    label = [serial_key(fact(machine.inventory, part, "serial")) for part in ("system", "chassis")]
    trusted = [serial for serial in label if serial and serial not in matches.shared]
    if asset.quantity > 1 or booked is None or booked in matches.shared or not trusted:
        return
    if booked not in serials(machine):
        yield differ("serial", asset.serial, trusted[0])


_COMPARISONS: tuple[Callable[[Asset, Machine, Matches], Iterator[Difference]], ...] = (
    _memory,
    _disk,
    _cpu,
    _model,
    _brand,
    _serial,
)
