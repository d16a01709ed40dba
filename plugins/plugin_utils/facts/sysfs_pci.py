"""PCI devices of a Linux machine: numbers from sysfs, names from the control node's database.

A recording that holds the output of ``lspci`` is taken at its word.
"""

from __future__ import annotations

import re

from . import pci_ids
from .document import Document
from .evidence import Evidence
from .lspci import Device, parse_lspci
from .sysfs_text import key_values, pci_address

_ID_PAIR = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})")
_CLASS = re.compile(r"[0-9A-Fa-f]{1,6}")


def pci_devices(evidence: Evidence, document: Document) -> list[Device]:
    """Every PCI device, by address. Notes ``inventory.gpus`` as unknown where they cannot be listed."""
    recorded = evidence.command("lspci").value
    if recorded:
        return parse_lspci(recorded)
    names = evidence.names("/sys/bus/pci/devices/*")
    if names.value is not None:
        return [device for name in sorted(names.value) if (device := _device(evidence, name)) is not None]
    if names.error == "absent":
        document.unknown("inventory.gpus", "not_supported", "no PCI bus")
    elif names.reason is not None:
        document.unknown("inventory.gpus", names.reason)
    return []


def _device(evidence: Evidence, name: str) -> Device | None:
    """From the kernel's ``uevent``: PCI_CLASS is class, subclass and interface without leading zeros, PCI_ID
    and PCI_SUBSYS_ID are vendor and device (drivers/pci/pci-driver.c, pci_uevent)."""
    slot = pci_address(name)
    if slot is None:
        return None
    uevent = key_values(evidence.text(f"/sys/bus/pci/devices/{name}/uevent").value)
    device = Device(slot, driver=uevent.get("DRIVER"), class_id=_class(uevent.get("PCI_CLASS", "")))
    if ids := _ID_PAIR.fullmatch(uevent.get("PCI_ID", "").lower()):
        device.vendor_id, device.device_id = ids.groups()
        device.vendor = pci_ids.vendor_name(ids[1])
        device.device = pci_ids.device_name(ids[1], ids[2])
        if sub := _ID_PAIR.fullmatch(uevent.get("PCI_SUBSYS_ID", "").lower()):
            device.subsystem_vendor_id, device.subsystem_id = sub.groups()
            device.subsystem_vendor = pci_ids.vendor_name(sub[1])
            device.subsystem = pci_ids.subsystem_name(*ids.groups(), *sub.groups())
    return device


def _class(text: str) -> str | None:
    """Base class and subclass as four digits: ``30000`` is ``0300``."""
    return f"{text.lower():0>6}"[:4] if _CLASS.fullmatch(text) else None
