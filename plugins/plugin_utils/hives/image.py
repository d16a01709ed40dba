"""A mounted Windows image: where its hives are, and whether they may be written."""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from pathlib import Path

from ..desired.registry import Hive
from ..i18n import UserError

DOMAIN = "hives"
_FOLDER = ("Windows", "System32", "config")
# "Windows registry file format specification" (M. Suhanov): the base block's first 512 bytes.
_BASE_BLOCK = 512
_SLEEPING = (b"HIBR", b"hibr", b"WAKE", b"wake", b"RSTR")
# NTFS: who may read a file. Set by ntfs-3g and by the kernel's ntfs3.
_SECURITY = ("system.ntfs_acl", "system.ntfs_security")
_MOST_BYTES = 512 * 1024**2


def hives_of(root: Path) -> Mapping[Hive, Path]:
    """The image's hive files. Raises ``UserError`` where ``root`` is no Windows, one that only sleeps, or where a hive
    is damaged or not finished."""
    if not root.is_dir():
        raise UserError(
            DOMAIN,
            "{path} is no folder. Mount the Windows partition first and name the folder; one that BitLocker "
            "encrypts must be opened before (dislocker).",
            path=root,
        )
    sleeping = _entry(root, "hiberfil.sys")
    if sleeping is not None and _head(sleeping, 4) in _SLEEPING:
        raise UserError(
            DOMAIN,
            "The Windows in {path} is asleep (fast start-up, hiberfil.sys): what is written now would be lost or "
            "damage it. Start it, run shutdown /s /f /t 0 there, then try again.",
            path=root,
        )
    folder: Path | None = root
    for name in _FOLDER:
        folder = folder and _entry(folder, name)
    found = {hive: folder and _entry(folder, hive.value) for hive in Hive}
    for hive, path in found.items():
        if path is None:
            raise UserError(
                DOMAIN,
                "There is no {path}. Mount the partition that Windows is installed on; one that BitLocker encrypts "
                "must be opened before (dislocker).",
                path=root.joinpath(*_FOLDER, hive.value),
            )
        _must_be_whole(path)
    return {hive: path for hive, path in found.items() if path is not None}


def security_of(path: Path) -> Mapping[str, bytes]:
    """The file's NTFS security, by attribute; nothing on another file system."""
    found = {}
    for name in _SECURITY:
        try:
            found[name] = os.getxattr(path, name)
        except OSError:
            continue
    return found


def give_security(path: Path, security: Mapping[str, bytes]) -> None:
    """Raises ``UserError`` where it cannot be given: a hive that everyone may read would hold the PC's secrets open."""
    for name, value in security.items():
        try:
            os.setxattr(path, name, value)
        except OSError as error:
            raise UserError(
                DOMAIN,
                "The rights of the original file cannot be given to {path} ({reason}). Mount the partition with "
                "ntfs-3g as root, then try again.",
                path=path,
                reason=error.strerror,
            ) from error


def _must_be_whole(path: Path) -> None:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise UserError(DOMAIN, "{path} is no hive file of usual size; nothing was changed.", path=path)
    block = _head(path, _BASE_BLOCK)
    if len(block) < _BASE_BLOCK or block[:4] != b"regf":
        raise UserError(DOMAIN, "{path} is no registry hive; nothing was changed.", path=path)
    words = struct.unpack("<127I", block[:508])
    checksum = 0
    for word in words:
        checksum ^= word
    checksum = {0: 1, 0xFFFFFFFF: 0xFFFFFFFE}.get(checksum, checksum)
    if checksum != struct.unpack("<I", block[508:])[0]:
        raise UserError(
            DOMAIN,
            "{path} is damaged (checksum of its head). Put a backup in its place; nothing was changed.",
            path=path,
        )
    if words[1] != words[2]:
        raise UserError(
            DOMAIN,
            "{path} was not written to its end: Windows was not shut down properly, and its log holds more than the "
            "file. Start that Windows, shut it down, then try again; nothing was changed.",
            path=path,
        )


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def _entry(folder: Path, name: str) -> Path | None:
    """The folder's entry of that name, whatever its case: Linux tells cases apart, Windows does not."""
    try:
        return next((path for path in sorted(folder.iterdir()) if path.name.lower() == name.lower()), None)
    except OSError:
        return None
