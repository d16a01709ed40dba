"""How podman has to be called on this host. The one place that knows."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..speech import _, trouble

CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Engine:
    """Words in front of every podman call, and flags of every container that runs systemd."""

    command: tuple[str, ...]
    run_flags: tuple[str, ...]


def privilege(effective_user: int | None = None, *, interactive: bool | None = None) -> tuple[str, ...]:
    """Words that make a command run as root: none for root, else sudo, which may only ask on a terminal."""
    user = os.geteuid() if effective_user is None else effective_user
    if user == 0:
        return ()
    asks = os.isatty(0) if interactive is None else interactive
    return ("sudo", "--") if asks else ("sudo", "-n", "--")


def require_privilege() -> None:
    """Asks for sudo's password where that takes one. Raises ``UserError`` where this user cannot become root."""
    words = privilege()
    if not words:
        return
    if (
        shutil.which(words[0]) is None
        or subprocess.run(  # noqa: S603
            [*words, "true"], stderr=subprocess.DEVNULL, check=False
        ).returncode
    ):
        raise trouble(
            "Containers need root. Start this command as root or as a user who may use sudo ({user} may not).",
            user=getpass.getuser(),
        )


def detect(cgroups: Path = CGROUPS, prefix: tuple[str, ...] | None = None) -> Engine:
    """Chooses by the host's cgroup hierarchy; ``cgroups`` is where it is mounted.

    A unified hierarchy (v2) has ``cgroup.controllers`` at its root (Linux, Documentation/admin-guide/
    cgroup-v2.rst); there podman's defaults run systemd. On v1 and hybrid hosts crun cannot delegate to
    systemd, runc with the cgroupfs manager can, and the limits have to be given because the defaults
    are above what such hosts allow.

    Containers need the host to reach them by address, which only a rootful bridge gives: hence sudo.
    """
    words = privilege() if prefix is None else prefix
    if (cgroups / "cgroup.controllers").exists():
        return Engine((*words, "podman"), ("--systemd=always",))
    return Engine(
        (*words, "podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs"),
        ("--systemd=always", "--ulimit", "nofile=20000:20000", "--ulimit", "nproc=10000:10000"),
    )


def obstacle() -> str | None:
    """Why no machine can run on this host at all, in words; None where one can.

    Tried for real: namespaces are refused inside most containers, whoever asks for them.
    """
    words = privilege(interactive=False)
    if words and shutil.which(words[0]) is None:
        return _("neither root nor sudo")
    namespaces = ["unshare", "--mount", "--net", "--pid", "--fork", "true"]
    tried = subprocess.run([*words, *namespaces], capture_output=True, timeout=30, check=False)  # noqa: S603
    if tried.returncode == 0:
        return None
    return _(
        "this host allows no namespaces: {detail}",
        detail=tried.stderr.decode("utf-8", "replace").strip()[-200:],
    )
