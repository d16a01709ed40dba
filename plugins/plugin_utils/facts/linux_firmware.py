"""System, BIOS, board, chassis, processors and memory of a Linux machine.

dmidecode's table is the source. Without it (not root, no tool, a tool that hangs) sysfs still gives the
world-readable half of DMI, ``/proc/cpuinfo`` the processor and ``/proc/meminfo`` the memory; the rest is
unknown with the reason that dmidecode had.
"""

from __future__ import annotations

import re
from typing import Any

from . import smbios
from .codes import CHASSIS_TYPES
from .cpuinfo import parse_cpuinfo
from .document import Document
from .evidence import Evidence, Reading

_SECTIONS = ("system", "bios", "board", "chassis", "cpus", "memory")
_DENIED = re.compile(
    "permission denied|operation not permitted|can't read memory from /dev/mem", re.IGNORECASE
)
_NO_TABLE = re.compile("no smbios nor dmi entry point found|/dev/mem: no such file", re.IGNORECASE)
_MEM_TOTAL = re.compile(r"^MemTotal:\s+(\d{1,15}) kB", re.MULTILINE)

# File below /sys/class/dmi/id -> section and field. drivers/firmware/dmi-id.c
_SYSFS = {
    "sys_vendor": ("system", "manufacturer"),
    "product_name": ("system", "product"),
    "product_version": ("system", "version"),
    "product_serial": ("system", "serial"),
    "product_uuid": ("system", "uuid"),
    "product_sku": ("system", "sku"),
    "product_family": ("system", "family"),
    "bios_vendor": ("bios", "vendor"),
    "bios_version": ("bios", "version"),
    "bios_date": ("bios", "release_date"),
    "board_vendor": ("board", "manufacturer"),
    "board_name": ("board", "product"),
    "board_version": ("board", "version"),
    "board_serial": ("board", "serial"),
    "board_asset_tag": ("board", "asset_tag"),
    "chassis_vendor": ("chassis", "manufacturer"),
    "chassis_type": ("chassis", "type"),
    "chassis_version": ("chassis", "version"),
    "chassis_serial": ("chassis", "serial"),
    "chassis_asset_tag": ("chassis", "asset_tag"),
}


def read_table(evidence: Evidence, document: Document) -> smbios.Table:
    """dmidecode's table, empty where there is none; notes for every firmware section why it is not whole."""
    reading = evidence.command("dmidecode")
    table = smbios.parse_dmidecode(reading.value or "")
    reason = None if table.complete else _reason(evidence, reading, bool(table))
    if reason:
        for section in _SECTIONS:
            document.unknown(f"inventory.{section}", reason, "dmidecode")
    return table


def _reason(evidence: Evidence, reading: Reading[str], something: bool) -> str | None:
    said = f"{reading.value or ''}\n{reading.detail or ''}"
    if reading.error == "absent":
        return "no_tool"
    if reading.reason in {"no_permission", "timeout", "truncated", "not_requested"}:
        return reading.reason
    if something:
        return "truncated"
    if _DENIED.search(said):
        return "no_permission"
    if _NO_TABLE.search(said):
        return "not_supported"
    return "unreadable" if evidence.uid == 0 else "no_permission"


def identity(evidence: Evidence, table: smbios.Table, document: Document) -> None:
    """Set ``system``, ``bios``, ``board`` and ``chassis``."""
    sections = {
        "system": smbios.system(table),
        "bios": smbios.bios(table),
        "board": smbios.board(table),
        "chassis": smbios.chassis(table),
    }
    if not table.complete:
        _fill_from_sysfs(evidence, document, sections)
    sections["bios"]["firmware_type"] = _firmware_type(evidence, document, has_smbios=bool(table))
    document.inventory.update(sections)


def _fill_from_sysfs(evidence: Evidence, document: Document, sections: dict[str, dict[str, Any]]) -> None:
    for name, (section, field) in _SYSFS.items():
        path = f"/sys/class/dmi/id/{name}"
        if sections[section][field] is not None:
            continue
        value = evidence.word(path)
        if value is None:
            document.unknown_unless_absent(f"inventory.{section}.{field}", evidence.text(path))
        elif field == "release_date":
            sections[section][field] = smbios.release_date(value)
        elif name == "chassis_type":
            code = evidence.number(path)
            sections[section][field] = CHASSIS_TYPES.get(code & 0x7F) if code is not None else None
        else:
            sections[section][field] = value.lower() if field == "uuid" else value
    system = sections["system"]
    if system["product"] is None:
        system["product"] = evidence.word("/sys/firmware/devicetree/base/model")
    if system["serial"] is None:
        system["serial"] = evidence.word("/sys/firmware/devicetree/base/serial-number")


def _firmware_type(evidence: Evidence, document: Document, *, has_smbios: bool) -> str | None:
    """``efi`` below /sys/firmware is there where the kernel was started by UEFI. A machine with neither UEFI
    nor SMBIOS (a devicetree board) has another kind of firmware, which the schema does not name."""
    names = evidence.names("/sys/firmware/*")
    if names.value is None:
        document.unknown("inventory.bios.firmware_type", names.reason or "not_supported")
        return None
    if "efi" in names.value:
        return "uefi"
    return "bios" if has_smbios or "dmi" in names.value or "acpi" in names.value else None


def processors(evidence: Evidence, table: smbios.Table, document: Document) -> bool | None:
    """Set ``cpus``; returns whether the processor says that it runs under a hypervisor.

    The model of populated sockets is the processor's own brand string where the kernel shows one (CPUID, as
    Windows shows it): firmware often has a placeholder or, in virtual machines, the emulator's name.
    """
    reading = evidence.text("/proc/cpuinfo")
    seen = parse_cpuinfo(reading.value or "")
    cpus = smbios.cpus(table)
    if cpus:
        populated = [cpu for cpu in cpus if cpu["populated"] is not False]
        for cpu in populated:
            cpu["model"] = seen["model"] or cpu["model"]
    elif seen["model"] or seen["threads"]:
        cpus = _from_cpuinfo(seen)
        if table.complete:
            document.unknown("inventory.cpus", "not_supported")
    else:
        document.unknown_unless_absent("inventory.cpus", reading)
    document.inventory["cpus"] = cpus
    return None if reading.value is None else bool(seen["hypervisor"])


def _from_cpuinfo(seen: dict[str, Any]) -> list[dict[str, Any]]:
    sockets = min(seen["sockets"] or 1, 512)
    cpu = {
        "populated": True,
        "manufacturer": seen["manufacturer"],
        "model": seen["model"],
        "cores": seen["cores"] // sockets if seen["cores"] else None,
        "threads": seen["threads"] // sockets if seen["threads"] else None,
    }
    return [dict(cpu) for _ in range(sockets)]


def main_memory(evidence: Evidence, table: smbios.Table, document: Document) -> None:
    """Set ``memory``."""
    memory = smbios.memory(table)
    meminfo = evidence.text("/proc/meminfo")
    total = _MEM_TOTAL.search(meminfo.value or "")
    memory["os_total_bytes"] = int(total[1]) * 1024 if total else None
    if total is None:
        document.unknown_unless_absent("inventory.memory.os_total_bytes", meminfo)
    if table.complete and not memory["modules"]:
        document.unknown("inventory.memory", "not_supported")
    elif table.complete and memory["total_bytes"] is None:
        document.unknown("inventory.memory.total_bytes", "unreadable")
    document.inventory["memory"] = memory
