"""Small texts that the kernel and udev write: ``KEY=value`` lines and device paths."""

from __future__ import annotations

import re

_PCI_ADDRESS = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
_USB_PORT = re.compile(r"[0-9]+-[0-9]+(?:\.[0-9]+)*")


def key_values(text: str | None, prefix: str = "") -> dict[str, str]:
    """Lines ``<prefix>KEY=value`` as a dictionary; a repeated key keeps its first value.

    ``uevent`` files have no prefix, files of ``/run/udev/data`` have ``E:``.
    """
    values: dict[str, str] = {}
    for line in (text or "").splitlines():
        if line.startswith(prefix):
            key, separator, value = line[len(prefix) :].partition("=")
            if separator:
                values.setdefault(key, value)
    return values


def pci_address(path: str | None) -> str | None:
    """The PCI address that a device path ends at or passes last, as ``0000:00:1f.6``."""
    found = _PCI_ADDRESS.findall(path or "")
    return found[-1] if found else None


def usb_port(path: str | None) -> str | None:
    """The port path of the USB device that a device path goes through, as ``1-2.3``."""
    ports = [segment for segment in (path or "").split("/") if _USB_PORT.fullmatch(segment)]
    return ports[-1] if ports else None
