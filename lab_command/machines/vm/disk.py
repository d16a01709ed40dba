"""A disk that starts by BIOS, by UEFI and by UEFI with Secure Boot, put together in a plain file.

No loop device, no mount and no network block device is needed: ``sfdisk``, ``mke2fs -d`` and mtools all work
inside the file.

Partitions (GPT): 1 the BIOS loader, 2 the EFI system partition, 3 the root file system.
"""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

SECTOR = 512
_MIB = 1024 * 1024
SIZE = 4 * 1024 * _MIB
_LOADER = (1 * _MIB, 1 * _MIB)
_ESP = (2 * _MIB, 64 * _MIB)
_ROOT = (66 * _MIB, SIZE - 67 * _MIB)

# The recipe's fstab and loader name the file systems by these.
ROOT_UUID = "6a696661-6e67-4000-8000-000000000001"
ESP_SERIAL = "6A696601"

# Types of partitions by sfdisk's names for them: sfdisk(8).
_TABLE = (
    (_LOADER, "21686148-6449-6E6F-744E-656564454649"),
    (_ESP, "uefi"),
    (_ROOT, "linux"),
)

_ESP_STUB = f"search.fs_uuid {ROOT_UUID} root\nset prefix=($root)/boot/grub\nconfigfile $prefix/grub.cfg\n"

# Where GRUB's boot.img keeps the first sector of core.img, and the two bytes that a setup on a hard disk replaces
# by two one-byte no-operations; where core.img's first sector keeps the list of its own further sectors
# (GRUB 2.06, include/grub/i386/pc/boot.h and util/setup.c).
_KERNEL_SECTOR, _DRIVE_CHECK, _FIRST_LIST = 0x5C, 0x66, SECTOR - 12
_CODE_END = 0x1B8


def assemble(root: Path, disk: Path, run: Callable[[Sequence[str | Path]], None]) -> None:
    """Writes ``disk`` from the installed system in ``root``. ``run`` runs a command as root, with its log."""
    with disk.open("wb") as stream:
        stream.truncate(SIZE)
    table = disk.with_suffix(".sfdisk")
    table.write_text(partition_table(), encoding="ascii")
    run(["sh", "-c", 'sfdisk --quiet "$1" < "$2"', "sh", disk, table])
    offset, size = _ROOT
    run(
        [
            *("mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-L", "root", "-U", ROOT_UUID),
            *("-O", "^metadata_csum_seed", "-E", f"offset={offset},lazy_itable_init=1,lazy_journal_init=1"),
            *("-J", "size=32", "-d", root, disk, f"{size // 1024}k"),
        ]
    )
    _fill_esp(root, disk, run)
    modules = root / "boot" / "grub" / "i386-pc"
    write_loader(disk, (modules / "boot.img").read_bytes(), (modules / "core.img").read_bytes())


def partition_table() -> str:
    """The input of sfdisk(8): sectors of 512 bytes."""
    lines = [f"start={start // SECTOR}, size={size // SECTOR}, type={kind}" for (start, size), kind in _TABLE]
    return "\n".join(["label: gpt", "first-lba: 34", *lines]) + "\n"


def _fill_esp(root: Path, disk: Path, run: Callable[[Sequence[str | Path]], None]) -> None:
    """Shim and GRUB as Microsoft's and Debian's keys signed them, at the path that every firmware looks at.

    The signed GRUB reads ``/EFI/debian/grub.cfg``, wherever it was started from.
    """
    offset, size = _ESP
    target = f"{disk}@@{offset}"
    stub = disk.with_name("esp.cfg")
    stub.write_text(_ESP_STUB, encoding="ascii")
    sectors = str(size // SECTOR)
    run(["mformat", "-i", target, "-F", "-N", ESP_SERIAL, "-T", sectors, "-h", "64", "-s", "32", "::"])
    run(["mmd", "-i", target, "::/EFI", "::/EFI/BOOT", "::/EFI/debian"])
    for source, name in (
        (root / "usr/lib/shim/shimx64.efi.signed", "::/EFI/BOOT/BOOTX64.EFI"),
        (root / "usr/lib/shim/mmx64.efi.signed", "::/EFI/BOOT/mmx64.efi"),
        (root / "usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed", "::/EFI/BOOT/grubx64.efi"),
        (stub, "::/EFI/debian/grub.cfg"),
    ):
        run(["mcopy", "-i", target, source, name])


def write_loader(disk: Path, boot: bytes, core: bytes) -> None:
    """Puts GRUB's two BIOS images where the firmware and the first of them look, as grub-bios-setup does."""
    start, size = _LOADER
    if len(boot) != SECTOR or not SECTOR < len(core) <= size:
        raise ValueError("not GRUB's images")
    first = start // SECTOR
    head = bytearray(boot)
    struct.pack_into("<Q", head, _KERNEL_SECTOR, first)
    head[_DRIVE_CHECK : _DRIVE_CHECK + 2] = b"\x90\x90"
    body = bytearray(core.ljust(-(-len(core) // SECTOR) * SECTOR, b"\0"))
    # One run of sectors behind the first, loaded at segment 0x820.
    struct.pack_into("<QHH", body, _FIRST_LIST, first + 1, len(body) // SECTOR - 1, 0x820)
    with disk.open("r+b") as stream:
        stream.write(head[:_CODE_END])
        stream.seek(start)
        stream.write(body)


def copy_kernel(root: Path, folder: Path) -> None:
    """The kernel and its initial file system beside the disk, for a start without firmware menu."""
    for name in ("vmlinuz", "initrd.img"):
        shutil.copyfile((root / name).resolve(), folder / name)
