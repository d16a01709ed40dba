"""Names of PCI devices from the control node's own copy of the PCI ID database (package ``pci.ids``).

A PC sends the numbers only: looking names up there would make it read 1.5 MB for each run, and rooms with
different systems would name the same card differently. Format: the comment at the head of ``pci.ids``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

# Where Debian and the Red Hat family keep it.
DATABASES = (Path("/usr/share/misc/pci.ids"), Path("/usr/share/hwdata/pci.ids"))
_VENDOR = re.compile(rb"^([0-9a-f]{4})  ", re.MULTILINE)
_NEXT_DEVICE = re.compile(rb"\n(?=\t?[^\t#])")
_NEXT_LINE = re.compile(rb"\n")


@cache
def _vendors() -> dict[str, bytes]:
    """Vendor id → its line and the lines of its devices; empty where the control node has no database.

    Devices are searched when they are asked for: a PC needs a dozen of the 40,000 lines.
    """
    for path in DATABASES:
        try:
            text = path.read_bytes()
        except OSError:
            continue
        vendors = list(_VENDOR.finditer(text))
        ends = [vendor.start() for vendor in vendors[1:]] + [len(text)]
        return {
            found[1].decode(): text[found.start() : end] for found, end in zip(vendors, ends, strict=True)
        }
    return {}


def _block(text: bytes, head: str, end: re.Pattern[bytes]) -> bytes:
    """The line that begins with ``head`` and the deeper lines under it."""
    start = text.find(f"\n{head}  ".encode())
    if start < 0:
        return b""
    following = end.search(text, start + 1)
    return text[start + 1 : following.start() if following else len(text)]


def _name(block: bytes, head: str) -> str | None:
    line = block[len(head) + 2 :].partition(b"\n")[0]
    return line.decode("utf-8", "replace").strip() or None


def vendor_name(vendor_id: str) -> str | None:
    """The maker with this id (four lower-case hex digits), None where it is not listed."""
    return _name(_vendors().get(vendor_id, b""), vendor_id)


@cache
def device_name(vendor_id: str, device_id: str) -> str | None:
    head = f"\t{device_id}"
    return _name(_block(_vendors().get(vendor_id, b""), head, _NEXT_DEVICE), head)


@cache
def subsystem_name(vendor_id: str, device_id: str, sub_vendor_id: str, sub_device_id: str) -> str | None:
    """The name of the board that the device sits on."""
    device = _block(_vendors().get(vendor_id, b""), f"\t{device_id}", _NEXT_DEVICE)
    head = f"\t\t{sub_vendor_id} {sub_device_id}"
    return _name(_block(device, head, _NEXT_LINE), head)
