"""USB devices of a Linux machine (``/sys/bus/usb/devices``)."""

from __future__ import annotations

import re
from typing import Any

from .document import Document
from .evidence import Evidence

_DEVICE = re.compile(r"\d{1,4}-\d{1,4}(?:\.\d{1,4}){0,8}")  # a root hub is "usb1", an interface "1-2:1.0"


def usb(evidence: Evidence, document: Document) -> None:
    """Set ``inventory.usb``: every device on a port, hubs too, without the root hubs."""
    names = evidence.names("/sys/bus/usb/devices/*")
    document.unknown_unless_absent("inventory.usb", names)
    if names.error == "absent":
        document.unknown("inventory.usb", "not_supported")
    interfaces: dict[str, set[str]] = {}
    for name in names.value or []:
        device, separator, _ = name.partition(":")
        if separator and (code := evidence.word(f"/sys/bus/usb/devices/{name}/bInterfaceClass")):
            interfaces.setdefault(device, set()).add(code)
    devices = sorted((name for name in names.value or [] if _DEVICE.fullmatch(name)), key=_port_order)
    document.inventory["usb"] = [_device(evidence, name, interfaces.get(name, set())) for name in devices]


def _port_order(name: str) -> list[int]:
    return [int(number) for number in re.split("[-.]", name)]


def _device(evidence: Evidence, name: str, interface_classes: set[str]) -> dict[str, Any]:
    base = f"/sys/bus/usb/devices/{name}"
    return {
        "path": name,
        "vendor_id": evidence.word(f"{base}/idVendor"),
        "product_id": evidence.word(f"{base}/idProduct"),
        "vendor": evidence.word(f"{base}/manufacturer"),
        "product": evidence.word(f"{base}/product"),
        "serial": evidence.word(f"{base}/serial"),
        "class": evidence.word(f"{base}/bDeviceClass"),
        "interface_classes": sorted(interface_classes),
    }
