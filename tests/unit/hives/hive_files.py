"""Small hive files for tests: an empty one from the format's specification, filled through hivex itself.

M. Suhanov, "Windows registry file format specification": a base block, then bins of cells. hivex can only change a
hive that is there, and no licence-free one of a real Windows is small.
"""

from __future__ import annotations

import base64
import struct
from pathlib import Path

from ansible_collections.jifang.lab.plugins.plugin_utils.hives.plan import REG_SZ, encoded
from ansible_collections.jifang.lab.plugins.plugin_utils.hives.writing import _run

NONE = 0xFFFFFFFF
# As Windows 10 has them: driver, Start.
DRIVERS = {"USBSTOR": 3, "UASPStor": 3, "cdrom": 1, "1394ohci": 3, "kbdhid": 3, "HidUsb": 3}
WINDOWS_KEYS = "Microsoft\\Windows NT\\CurrentVersion"


def empty_hive(*, sequence: tuple[int, int] = (7, 7)) -> bytes:
    """A clean hive with a root and nothing below it."""
    root = struct.pack(
        "<2sH Q 2I 5I 3I 5I 2H",
        b"nk",
        0x2C,
        0,
        0,
        NONE,
        0,
        0,
        NONE,
        NONE,
        0,
        NONE,
        0x80,
        NONE,
        *[0] * 5,
        4,
        0,
    )
    root += b"ROOT"
    rights = struct.pack("<BBH4I", 1, 0, 0x8000, 0, 0, 0, 0)
    security = struct.pack("<2sH4I", b"sk", 0, 0x80, 0x80, 1, len(rights)) + rights
    cells = _cell(root, 0x80 - 0x20) + _cell(security, 0x40)
    free = 4096 - 32 - len(cells)
    block = struct.pack("<4s2I2Q", b"hbin", 0, 4096, 0, 0) + struct.pack("<I", 0)
    bin_ = block + cells + struct.pack("<i", free) + bytes(free - 4)
    head = struct.pack("<4s2IQ6I", b"regf", *sequence, 0, 1, 5, 0, 1, 0x20, 4096) + struct.pack("<I", 1)
    head = head.ljust(508, b"\0")
    checksum = 0
    for (word,) in struct.iter_unpack("<I", head):
        checksum ^= word
    return (head + struct.pack("<I", checksum)).ljust(4096, b"\0") + bin_


def _cell(data: bytes, size: int) -> bytes:
    return struct.pack("<i", -size) + data.ljust(size - 4, b"\0")


def windows(root: Path, *, build: str = "19045", control_set: int = 1) -> Path:
    """A mounted Windows as far as its hives go; gives the folder of the hives."""
    folder = root / "Windows/System32/config"
    folder.mkdir(parents=True)
    for name in ("SOFTWARE", "SYSTEM"):
        (folder / name).write_bytes(empty_hive())
    put(folder / "SOFTWARE", [[WINDOWS_KEYS, "CurrentBuildNumber", *encoded(build)]])
    services = f"ControlSet{control_set:03d}\\Services"
    values: list[list[object]] = [["Select", "Current", *encoded(control_set)]]
    for driver, start in DRIVERS.items():
        values.append([f"{services}\\{driver}", "Start", *encoded(start)])
        path = base64.b64encode(f"System32\\drivers\\{driver}.sys\0".encode("utf-16-le")).decode()
        values.append([f"{services}\\{driver}", "ImagePath", REG_SZ + 1, path])
    put(folder / "SYSTEM", values)
    return folder


def put(hive: Path, values: list[list[object]]) -> None:
    _run({"file": str(hive), "put": values})
