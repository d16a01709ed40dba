"""Disks, optical drives and SMART of a Linux machine: ``/sys/block``, udev's database and smartctl.

Each property is taken from the source that knows it best: smartctl asks the disk itself, also behind a USB
bridge; sysfs has the SCSI inquiry data, whose model is cut to 16 characters and firmware to 4 (SPC-5 6.7.2);
udev remembers what it asked when the disk came.
"""

from __future__ import annotations

import re
from typing import Any

from .document import Document
from .evidence import Evidence, Reading
from .smartctl import parse_smartctl
from .storage_ids import canonical_wwn, unit_serial_number
from .sysfs_text import key_values, usb_port

_SECTOR = (
    512  # of /sys/block/*/size whatever the disk's own sectors are (Documentation/ABI/stable/sysfs-block)
)
_LARGEST = 2**53
_DISK = re.compile(r"(?:sd[a-z]{1,3}|hd[a-z]|vd[a-z]{1,3}|xvd[a-z]{1,3}|nvme\d{1,4}n\d{1,4}|mmcblk\d{1,3})")
_BUS_OF_NAME = (("nvme", "nvme"), ("mmcblk", "mmc"), ("vd", "virtio"), ("hd", "ide"), ("xvd", None))
_OPTICAL = re.compile(r"sr\d{1,3}")
_SMART_FIELDS = (
    "serial",
    "passed",
    "power_on_hours",
    "temperature_c",
    "reallocated_sectors",
    "pending_sectors",
    "percent_used",
    "media_errors",
)
_SMARTCTL_DISKS = ("sd", "nvme", "hd")  # as the probe's plan has it


def storage(evidence: Evidence, document: Document) -> None:
    """Set ``inventory.disks``, ``inventory.optical`` and ``state.smart``."""
    names = evidence.names("/sys/block/*")
    document.unknown_unless_absent("inventory.disks", names)
    document.unknown_unless_absent("inventory.optical", names)
    if names.error == "absent":
        document.unknown("inventory.disks", "not_supported")
        document.unknown("inventory.optical", "not_supported")
    listed = sorted(names.value or [])
    disks = [name for name in listed if _DISK.fullmatch(name) and not _empty_slot(evidence, name)]
    smart = _smart(evidence, document, disks)
    document.inventory["disks"] = [_disk(evidence, name, smart.get(name, {})) for name in disks]
    document.inventory["optical"] = [_optical(evidence, n) for n in listed if _OPTICAL.fullmatch(n)]
    _note_missing_serials(evidence, document)


def _empty_slot(evidence: Evidence, name: str) -> bool:
    """A card reader shows each slot as a disk, of no size while there is no card in it."""
    base = f"/sys/block/{name}"
    return evidence.number(f"{base}/size") == 0 and evidence.number(f"{base}/removable") == 1


def _disk(evidence: Evidence, name: str, smart: dict[str, Any]) -> dict[str, Any]:
    base = f"/sys/block/{name}"
    sectors = evidence.number(f"{base}/size")
    removable = evidence.number(f"{base}/removable")
    udev = key_values(evidence.text(_udev_path(name)).value, "E:") if name.startswith("sd") else {}
    vendor = evidence.word(f"{base}/device/vendor")
    bus = _bus(name, evidence.link(base), vendor)
    size = sectors * _SECTOR if sectors else None
    return {
        "name": name,
        "model": smart.get("model")
        or _udev_model(udev)
        or evidence.word(f"{base}/device/model")
        or evidence.word(f"{base}/device/name"),
        "vendor": None if vendor == "ATA" or (vendor or "").startswith("0x") else vendor,
        "serial": smart.get("serial") or _serial(evidence, base, udev),
        "wwn": _first_wwn(
            smart.get("wwn"),
            evidence.word(f"{base}/wwid"),
            evidence.word(f"{base}/device/wwid"),
            udev.get("ID_WWN_WITH_EXTENSION") or udev.get("ID_WWN"),
        ),
        "size_bytes": size if size is not None and size <= _LARGEST else None,
        "media": _media(bus, evidence.number(f"{base}/queue/rotational"), smart.get("rotation_rate")),
        "bus": bus,
        "firmware": smart.get("firmware")
        or evidence.word(f"{base}/device/firmware_rev")
        or evidence.word(f"{base}/device/rev"),
        "removable": None if removable is None else removable == 1,
    }


def _optical(evidence: Evidence, name: str) -> dict[str, Any]:
    base = f"/sys/block/{name}/device"
    return {
        "name": name,
        "vendor": evidence.word(f"{base}/vendor"),
        "model": evidence.word(f"{base}/model"),
        "firmware": evidence.word(f"{base}/rev"),
    }


def _udev_path(name: str) -> str:
    """sd disks have 16 minor numbers each of major 8 (Documentation/admin-guide/devices.txt)."""
    return f"/run/udev/data/b8:{(ord(name[2]) - ord('a')) * 16}" if len(name) == 3 else ""


def _udev_model(udev: dict[str, str]) -> str | None:
    """The whole model of an ATA disk: udev's ata_id reads it from IDENTIFY DEVICE, with blanks as ``\\x20``."""
    if udev.get("ID_BUS") != "ata":
        return None
    return udev.get("ID_MODEL_ENC", "").replace("\\x20", " ").strip() or udev.get("ID_MODEL")


def _serial(evidence: Evidence, base: str, udev: dict[str, str]) -> str | None:
    """For SCSI disks udev's ``ID_SERIAL_SHORT`` is the WWN, so ``ID_SCSI_SERIAL`` comes first."""
    for path in (f"{base}/serial", f"{base}/device/serial"):
        if serial := evidence.word(path):
            return serial
    port = usb_port(evidence.link(base))
    return (
        unit_serial_number(evidence.data(f"{base}/device/vpd_pg80").value)
        or udev.get("ID_SCSI_SERIAL")
        or udev.get("ID_SERIAL_SHORT")
        or (evidence.word(f"/sys/bus/usb/devices/{port}/serial") if port else None)
    )


def _first_wwn(*candidates: str | None) -> str | None:
    for candidate in candidates:
        if wwn := canonical_wwn(candidate):
            return wwn
    return None


def _bus(name: str, path: str | None, vendor: str | None) -> str | None:
    """By the kernel's name, and for sd disks by the device path. A Xen disk has a bus of its own: None."""
    segments = (path or "").split("/")

    for prefix, bus in _BUS_OF_NAME:
        if name.startswith(prefix):
            return bus
    if any(segment.startswith("usb") for segment in segments):
        return "usb"
    if vendor == "ATA" or any(segment.startswith("ata") for segment in segments):
        return "sata"
    return "scsi"


def _media(bus: str | None, rotational: int | None, rotation_rate: object) -> str:
    """smartctl's rotation rate is what the disk says (0: not rotating). The kernel takes a disk that does not
    say for rotating, so a 1 from it means nothing for USB and virtual disks."""
    if bus in {"nvme", "mmc"}:
        return "ssd"
    if isinstance(rotation_rate, int):
        return "hdd" if rotation_rate else "ssd"
    if rotational == 0:
        return "ssd"
    return "hdd" if rotational == 1 and bus in {"sata", "scsi", "ide"} else "unknown"


def _smart(evidence: Evidence, document: Document, disks: list[str]) -> dict[str, dict[str, Any]]:
    """Set ``state.smart``; returns what smartctl says by disk name."""
    found: dict[str, dict[str, Any]] = {}
    rows: list[dict[str, Any]] = []
    for name in disks:
        if not name.startswith(_SMARTCTL_DISKS):
            continue
        reading = evidence.command(f"smartctl /dev/{name}")
        reason = "no_tool" if reading.error == "absent" else reading.reason
        if reading.value is None and reason in {"no_tool", "not_requested"}:
            document.unknown("state.smart", reason, "smartctl")
            continue
        smart = parse_smartctl(reading.value or "")
        if smart["unknown"] is not None:
            said = smart["unknown"]
            document.unknown(f"state.smart[{len(rows)}]", _why(reading, said["reason"]), said["detail"])
        found[name] = smart
        rows.append({**{field: smart[field] for field in _SMART_FIELDS}, "disk": name})
    document.state["smart"] = rows
    return found


def _why(reading: Reading[str], said: str) -> str:
    """A tool that hung, was cut off or may not be run says nothing of its own; else its answer counts."""
    if reading.error in {"timeout", "too_large", "denied", "unreadable"}:
        return reading.reason or said
    return said


def _note_missing_serials(evidence: Evidence, document: Document) -> None:
    """A disk on a SCSI-like bus has a serial number: where none was found, say what would have told it."""
    for place, disk in enumerate(document.inventory["disks"]):
        name = disk["name"]
        if disk["serial"] is None and name.startswith(("sd", "hd")):
            reading = evidence.command(f"smartctl /dev/{name}")
            reason = "no_tool" if reading.error == "absent" else reading.reason
            page = evidence.data(f"/sys/block/{name}/device/vpd_pg80")
            path = f"inventory.disks[{place}].serial"
            if page.error == "denied":
                document.unknown(path, "no_permission")
            elif reason is not None:
                document.unknown(path, reason, "smartctl")
