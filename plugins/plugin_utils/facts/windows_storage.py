"""Disks of a Windows PC: ``MSFT_PhysicalDisk`` (Windows 8 and newer), else ``Win32_DiskDrive``."""

from __future__ import annotations

import re
from typing import Any

from . import cim
from .document import Document
from .evidence import Evidence
from .storage_ids import canonical_wwn, windows_serial

# MSFT_PhysicalDisk.BusType; 15 and 16 are files and storage spaces, no disks.
_BUSES = {
    1: "scsi",
    2: "ide",
    3: "ide",
    7: "usb",
    8: "scsi",
    10: "scsi",
    11: "sata",
    12: "mmc",
    13: "mmc",
    14: "scsi",
    17: "nvme",
}
_NO_DISK = frozenset({15, 16})
_MEDIA = {3: "hdd", 4: "ssd"}  # MSFT_PhysicalDisk.MediaType
_NAMED_FORMATS = frozenset({2, 3})  # MSFT_PhysicalDisk.UniqueIdFormat: EUI-64, FCPH name (NAA)
_DRIVER_SUFFIX = re.compile(r" (?:ATA|SCSI Disk|USB|SATA) Device$")  # what the class driver adds to the model
_HEALTH = {0: True, 1: False, 2: False}  # MSFT_PhysicalDisk.HealthStatus: healthy, warning, unhealthy
_SMART = (
    "passed",
    "power_on_hours",
    "temperature_c",
    "reallocated_sectors",
    "pending_sectors",
    "percent_used",
    "media_errors",
)


def disks(evidence: Evidence, document: Document) -> None:
    """Set ``inventory.disks`` and ``state.smart``."""
    physical, drives = evidence.rows("MSFT_PhysicalDisk"), evidence.rows("Win32_DiskDrive")
    by_index = {cim.number(row, "Index"): row for row in drives.value or []}
    if physical.value:
        rows = [row for row in physical.value if cim.number(row, "BusType") not in _NO_DISK]
        rows.sort(key=_device)
        found = [_modern(row, by_index.get(_device(row), {})) for row in rows]
        _reliability(evidence, document, rows, found)
    else:
        rows = sorted(drives.value or [], key=lambda row: cim.number(row, "Index") or 0)
        found = [_classic(row) for row in rows]
        document.unknown_unless_absent("inventory.disks", drives)
        document.unknown("state.smart", physical.reason or "not_supported", "MSFT_PhysicalDisk")
    document.inventory["disks"] = found
    for place, disk in enumerate(found):
        for field in ("serial", "wwn", "bus"):
            if disk[field] is None:
                document.unknown(f"inventory.disks[{place}].{field}", "not_supported")


def _device(row: cim.Row) -> int:
    """DeviceId is the number of the disk, as text."""
    number = cim.number(row, "DeviceId")
    return 2**31 if number is None else number


def _modern(row: cim.Row, drive: cim.Row) -> dict[str, Any]:
    bus = _BUSES.get(cim.number(row, "BusType") or 0)
    serial, wwn = windows_serial(cim.text(row, "SerialNumber"))
    if cim.number(row, "UniqueIdFormat") in _NAMED_FORMATS:
        wwn = canonical_wwn(cim.text(row, "UniqueId")) or wwn
    number = cim.number(row, "DeviceId")
    return {
        "name": None if number is None else f"PHYSICALDRIVE{number}",
        "model": cim.text(row, "Model") or cim.text(row, "FriendlyName"),
        "vendor": _vendor(cim.text(row, "Manufacturer")),
        "serial": cim.text(row, "AdapterSerialNumber") or serial,
        "wwn": wwn,
        "size_bytes": cim.number(row, "Size") or cim.number(drive, "Size"),
        "media": "ssd"
        if bus in {"nvme", "mmc"}
        else _MEDIA.get(cim.number(row, "MediaType") or 0, "unknown"),
        "bus": bus,
        "firmware": cim.text(row, "FirmwareVersion") or cim.text(drive, "FirmwareRevision"),
        "removable": _removable(drive),
    }


def _classic(row: cim.Row) -> dict[str, Any]:
    """Win32_DiskDrive.InterfaceType says IDE for SATA and SCSI for NVMe and RAID: only USB is to be believed."""
    serial, wwn = windows_serial(cim.text(row, "SerialNumber"))
    instance = (cim.text(row, "PNPDeviceID") or "").upper()
    bus = "usb" if cim.text(row, "InterfaceType") == "USB" or instance.startswith("USBSTOR\\") else None
    nvme = instance.startswith("SCSI\\DISK&VEN_NVME")
    number = cim.number(row, "Index")
    return {
        "name": None if number is None else f"PHYSICALDRIVE{number}",
        "model": _DRIVER_SUFFIX.sub("", cim.text(row, "Model") or ""),
        "vendor": None,
        "serial": serial,
        "wwn": wwn,
        "size_bytes": cim.number(row, "Size"),
        "media": "ssd" if nvme else "unknown",
        "bus": "nvme" if nvme else bus,
        "firmware": cim.text(row, "FirmwareRevision"),
        "removable": _removable(row),
    }


def _vendor(text: str | None) -> str | None:
    return None if text in {"ATA", "NVMe", "(Standard disk drives)"} else text


def _removable(drive: cim.Row) -> bool | None:
    media = cim.text(drive, "MediaType")
    return None if media is None else media.lower().startswith("removable")


def _reliability(
    evidence: Evidence, document: Document, rows: list[cim.Row], found: list[dict[str, Any]]
) -> None:
    """Counters are there for some drivers only, and only for administrators."""
    reading = evidence.rows("MSFT_StorageReliabilityCounter")
    counters = {cim.text(row, "DeviceId"): row for row in reading.value or []}
    smart = []
    for place, (row, disk) in enumerate(zip(rows, found, strict=True)):
        counter = counters.get(cim.text(row, "DeviceId"), {})
        if not counter:
            document.unknown(f"state.smart[{place}]", reading.reason or "not_supported")
        health = cim.number(row, "HealthStatus")
        smart.append(
            {
                **dict.fromkeys(_SMART),
                "disk": disk["name"],
                "serial": disk["serial"],
                "passed": None if health is None else _HEALTH.get(health),
                "power_on_hours": cim.number(counter, "PowerOnHours"),
                "temperature_c": cim.number(counter, "Temperature") or None,
                "percent_used": cim.number(counter, "Wear") if disk["media"] == "ssd" else None,
                "media_errors": cim.number(counter, "ReadErrorsUncorrected"),
            }
        )
    document.state["smart"] = smart
