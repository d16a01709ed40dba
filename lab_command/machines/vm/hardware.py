"""What a virtual machine's firmware and disks say of themselves: SMBIOS structures and options of QEMU.

QEMU fills types 1 to 4 from words (``-smbios type=1,serial=…``). Memory modules it makes up by itself, all of one
kind, so types 16 and 17 are given whole (DMTF DSP0134 3.2, sections 7.17 and 7.18).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# QEMU's own handles: type 19 points at the array (hw/smbios/smbios.c).
_ARRAY, _DEVICE = 0x1000, 0x1100
_MIB_PER_GIB = 1024
_TYPES = {"DDR3": 0x18, "DDR4": 0x1A, "DDR5": 0x22, "": 0x02}
_BASEBOARD = ("manufacturer", "product", "version", "serial", "asset")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One memory slot; ``gib`` 0 is an empty one. ``speed`` in MT/s."""

    slot: str
    gib: int
    kind: str = "DDR4"
    speed: int = 0
    manufacturer: str = ""
    serial: str = ""
    part_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The system's disk. ``bus`` is ``virtio`` or, for a model's name and SMART data, ``sata``.

    ``size`` in bytes, 0 for the image's own; the rest of a larger disk is empty and takes no space.
    """

    serial: str = "JIFANG0001"
    model: str = ""
    bus: str = "virtio"
    size: int = 0
    rotates: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """Words of SMBIOS by the names that QEMU gives them (``-smbios type=1,help`` lists none: see qemu(1)).

    ``system`` is type 1, ``board`` type 2, ``bios`` type 0, ``chassis`` type 3 and ``processor`` type 4. Without
    ``modules`` QEMU makes up one. The machine's real memory is another matter: it is what QEMU was given.
    """

    system: Mapping[str, str] = field(default_factory=dict)
    board: Mapping[str, str] = field(default_factory=dict)
    bios: Mapping[str, str] = field(default_factory=dict)
    chassis: Mapping[str, str] = field(default_factory=dict)
    processor: Mapping[str, str] = field(default_factory=dict)
    modules: Sequence[Module] = ()
    disk: Disk = Disk()


def smbios_options(hardware: Hardware, folder: Path) -> list[str]:
    """QEMU's words; what it takes as files is written to ``folder``."""
    words: list[str] = []
    parts = (hardware.bios, hardware.system, hardware.board, hardware.chassis, hardware.processor)
    for kind, fields in enumerate(parts):
        if fields:
            words += ["-smbios", ",".join([f"type={kind}", *(f"{k}={escape(v)}" for k, v in fields.items())])]
    if hardware.modules:
        tables = [memory_array(len(hardware.modules))]
        tables += [memory_device(number, module) for number, module in enumerate(hardware.modules)]
        for number, table in enumerate(tables):
            path = folder / f"smbios-{number}"
            path.write_bytes(table)
            words += ["-smbios", f"file={escape(path)}"]
    return words


def disk_options(disk: Disk, drive: str) -> list[str]:
    """The device in front of QEMU's ``drive``."""
    if disk.bus == "sata":
        device = f"ide-hd,bus=ide.0,drive={drive},bootindex=1,serial={escape(disk.serial)}"
        device += f",model={escape(disk.model)}" if disk.model else ""
        # 1 stands for "does not rotate" (ATA ACS-4, word 217).
        return ["-device", device if disk.rotates else f"{device},rotation_rate=1"]
    return ["-device", f"virtio-blk-pci,drive={drive},bootindex=1,serial={escape(disk.serial)}"]


def escape(value: object) -> str:
    """A value among QEMU's options: a comma in it is written twice."""
    return str(value).replace(",", ",,")


def memory_array(slots: int) -> bytes:
    """Type 16: on the board, system memory, no error correction, up to 128 GiB, as many devices."""
    return struct.pack("<BBHBBBIHHQ", 16, 23, _ARRAY, 3, 3, 3, 128 * 1024 * 1024, 0xFFFE, slots, 0) + b"\0\0"


def memory_device(number: int, module: Module) -> bytes:
    """Type 17 as of SMBIOS 2.7 (34 bytes) with its strings."""
    strings = [module.slot, f"BANK {number}", module.manufacturer, module.serial, module.part_number]
    numbered: list[str] = []
    index = []
    for text in strings:
        if text:
            numbered.append(text)
        index.append(len(numbered) if text else 0)
    size = module.gib * _MIB_PER_GIB
    full = module.gib > 0
    head = struct.pack(
        "<BBHHHHHHBBBBBHHBBBBBIH",
        17,
        34,
        _DEVICE + number,
        _ARRAY,
        0xFFFE,  # no error information
        64 if full else 0xFFFF,
        64 if full else 0xFFFF,
        size if size < 0x7FFF else 0x7FFF,
        9 if full else 2,  # DIMM, or unknown
        0,
        index[0],
        index[1],
        _TYPES[module.kind] if full else 2,
        0x80 if full else 4,  # synchronous, or unknown
        module.speed if full else 0,
        index[2],
        index[3],
        0,
        index[4],
        0,
        size if size >= 0x7FFF else 0,
        module.speed if full else 0,
    )
    return (
        head + b"".join(text.encode("ascii") + b"\0" for text in numbered) + (b"\0" if numbered else b"\0\0")
    )
