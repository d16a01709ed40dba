"""Names of PCI devices from the control node's own copy of the PCI ID database (package ``pci.ids``).

A PC sends the numbers only: looking names up there would make it read 1.5 MB for each run, and rooms with
different systems would name the same card differently. Format: the comment at the head of ``pci.ids``.
"""

from __future__ import annotations

import mmap
import re
from functools import cache
from pathlib import Path

# Where Debian and the Red Hat family keep it.
DATABASES = (Path("/usr/share/misc/pci.ids"), Path("/usr/share/hwdata/pci.ids"))
_NEXT_VENDOR = re.compile(rb"\n(?=[^\t#])")
_NEXT_DEVICE = re.compile(rb"\n(?=\t?[^\t#])")


@cache
def _database() -> mmap.mmap | bytes:
    """The whole file, empty where the control node has none. It is searched, not parsed: a PC asks for a dozen
    of its 40,000 lines."""
    for path in DATABASES:
        try:
            with path.open("rb") as file:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError:
            continue
    return b""


def _block(text: mmap.mmap | bytes, head: str, end: re.Pattern[bytes]) -> bytes:
    """The line that begins with ``head`` and the deeper lines under it, without the line end before it."""
    start = text.find(f"\n{head}  ".encode())
    if start < 0:
        return b""
    following = end.search(text, start + 1)
    return text[start + 1 : following.start() if following else len(text)]


@cache
def _vendor(vendor_id: str) -> bytes:
    return _block(_database(), vendor_id, _NEXT_VENDOR)


def _name(block: bytes, head: str) -> str | None:
    line = block[len(head) + 2 :].partition(b"\n")[0]
    return line.decode("utf-8", "replace").strip() or None


@cache
def vendor_name(vendor_id: str) -> str | None:
    """The maker with this id (four lower-case hex digits), None where it is not listed."""
    return _name(_vendor(vendor_id), vendor_id)


@cache
def device_name(vendor_id: str, device_id: str) -> str | None:
    head = f"\t{device_id}"
    return _name(_block(_vendor(vendor_id), head, _NEXT_DEVICE), head)


@cache
def subsystem_name(vendor_id: str, device_id: str, sub_vendor_id: str, sub_device_id: str) -> str | None:
    """The name of the board that the device sits on."""
    device = _block(_vendor(vendor_id), f"\t{device_id}", _NEXT_DEVICE)
    head = f"\t\t{sub_vendor_id} {sub_device_id}"
    return _name(_block(device, head, re.compile(rb"\n")), head)
