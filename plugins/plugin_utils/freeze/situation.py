"""What a PC says of itself before it is frozen or thawed: from the probe's evidence to typed, bounded values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..facts.evidence import Evidence
from ..facts.mounts import LOWER, parse_mounts, root_is_frozen
from ..facts.os_release import family, parse_os_release
from ..facts.sessions import parse_who
from ..facts.shape import clean_text
from ..probe.plan import LINUX_PLAN
from . import STATE_HOME, TOOL
from .window import Window, parse_window

_FILES = (
    *("/etc/fstab", "/etc/initramfs-tools/initramfs.conf", "/etc/machine-id", "/etc/os-release"),
    *("/proc/cmdline", "/proc/mounts", "/run/.containerenv", "/run/systemd/container"),
    *(f"{STATE_HOME}/thaw", f"{STATE_HOME}/trial", f"{LOWER}/etc/fstab", f"{LOWER}{STATE_HOME}/trial"),
    f"{LOWER}{STATE_HOME}/thaw",
)
# Debian's, and Ubuntu's busybox-initramfs.
_BUSYBOX = ("/bin/busyb*", "/usr/lib/initramfs-tools/bin/busyb*")
PLAN: Mapping[str, Any] = {
    "files": list(_FILES),
    "globs": ["/etc/ssh/*", f"{TOOL.rpartition('/')[0]}/*", *_BUSYBOX],
    "links": [],
    "logs": [],
    "kernel_logs": {},
    "commands": {"who": ["who", "-u"]},
    "each": {},
    "caps": LINUX_PLAN["caps"],
}
"""What the probe is sent for."""

_HOST_KEY = re.compile(r"ssh_host_[a-z0-9]+_key")
_MACHINE_ID = re.compile(r"[0-9a-f]{32}")
_NETWORK = re.compile(r"nfs4?|cifs|smb3?|9p|sshfs|fuse\.sshfs|glusterfs|ceph|davfs")
_VIRTUAL = frozenset({"proc", "sys", "sysfs", "tmpfs", "dev", "devpts", "udev", "debugfs", "none", "swap"})
_SHOWN = 60
_MOST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """``frozen`` is None where the PC could not tell. ``users``: accounts at a screen or terminal, each once.

    ``network_mounts`` and ``writable_mounts``: of ``fstab``, those over the network and those that overlayroot leaves
    writable. ``tool``: our own
    is there. ``trial``: None, ``armed`` or ``started`` (and not yet come up).
    """

    frozen: bool | None
    system: str
    family: str | None
    initramfs_tools: bool
    busybox: bool
    container: bool
    machine_id: bool
    host_keys: bool
    switched_off: bool
    tool: bool
    users: tuple[str, ...]
    network_mounts: tuple[str, ...]
    writable_mounts: tuple[str, ...]
    window: Window | None
    trial: str | None


def read_situation(evidence: Evidence, *, login: str | None = None) -> Situation:
    """Never raises. ``login`` is the account that Ansible logs in with: its own terminal sessions are no pupil's."""

    def text(path: str) -> str:
        return evidence.text(path).value or ""

    frozen = root_is_frozen(parse_mounts(text("/proc/mounts")))
    disk = LOWER if frozen else ""
    release = parse_os_release(text("/etc/os-release"))
    network, writable = _mount_points(text(f"{disk}/etc/fstab"))
    return Situation(
        frozen=frozen,
        system=_shown(release.get("PRETTY_NAME") or release.get("ID") or "?"),
        family=family(release) if release else None,
        initramfs_tools=evidence.text("/etc/initramfs-tools/initramfs.conf").value is not None,
        busybox=any("busybox" in (evidence.names(folder).value or []) for folder in _BUSYBOX),
        container=any(
            evidence.text(path).value is not None for path in ("/run/.containerenv", "/run/systemd/container")
        ),
        machine_id=_MACHINE_ID.fullmatch(text("/etc/machine-id").strip()) is not None,
        host_keys=any(_HOST_KEY.fullmatch(name) for name in evidence.names("/etc/ssh/*").value or []),
        switched_off="overlayroot=disabled" in text("/proc/cmdline").split(),
        tool=TOOL.rpartition("/")[2] in (evidence.names(f"{TOOL.rpartition('/')[0]}/*").value or []),
        users=_users(evidence, login),
        network_mounts=network,
        writable_mounts=writable,
        window=parse_window(text(f"{disk}{STATE_HOME}/thaw")),
        trial=text(f"{disk}{STATE_HOME}/trial").strip()[:_SHOWN] or None,
    )


def _users(evidence: Evidence, login: str | None) -> tuple[str, ...]:
    sessions = parse_who(evidence.command("who").value or "")
    return tuple(
        sorted(
            {
                _shown(session["user"])
                for session in sessions
                if session["user"] != login or not session["terminal"].startswith("pts/")
            }
        )[:_MOST]
    )


def _mount_points(fstab: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """``fstab``'s mounts over the network, and those that overlayroot passes over: FAT, as on EFI's partition, and a
    line without its sixth field."""
    network, writable = [], []
    for line in fstab.splitlines()[:512]:
        words = line.split()
        if len(words) < 3 or words[0].startswith("#") or not words[1].startswith("/"):
            continue
        target, kind = _shown(words[1]), words[2]
        options = words[3].split(",") if len(words) > 3 else []
        if kind in _VIRTUAL or "noauto" in options:
            continue
        if _NETWORK.fullmatch(kind) or "_netdev" in options:
            network.append(target)
        elif kind in {"vfat", "fat"} or (len(words) < 6 and target != "/"):
            writable.append(target)
    return tuple(network[:_MOST]), tuple(writable[:_MOST])


def _shown(text: str) -> str:
    return clean_text(text)[:_SHOWN]
