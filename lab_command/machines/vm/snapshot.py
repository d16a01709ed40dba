"""A started machine kept beside the image, so that a test has one in seconds."""

from __future__ import annotations

import fcntl
import hashlib
import json
import time
from dataclasses import replace
from pathlib import Path

from ...progress import step
from ...scratch import scratch
from ...speech import _, trouble
from ..keys import make_key
from .image import VmImage, home
from .machine import Place, Snapshot, VirtualMachine
from .qemu import Wiring, command, version
from .settings import Settings

_SECONDS = 300


def snapshot_key(image: VmImage) -> Path:
    """The key that opens the snapshot's machines: made once for each image, kept as long as it."""
    key = image.folder / "id_ed25519"
    make_key(key, "jifang-vm")
    return key


def ensure_snapshot(place: Place) -> Snapshot:
    """The snapshot of a machine with the usual ``Settings``, taken first if there is none.

    ``place.key`` must be the image's ``snapshot_key``. It depends on QEMU and on the processor that it shows.
    """
    # QEMU continues only a machine that is put together in the same way.
    parts = command("vm", Path(), Settings(), place.acceleration, Wiring(port=0, given=()))
    words = json.dumps([version(), parts])
    name = f"started-{hashlib.sha256(words.encode()).hexdigest()[:16]}"
    found = Snapshot(place.image.folder / name)
    if found.folder.is_dir():
        return found
    with (home() / "image.lock").open("ab") as lock, scratch(home()) as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.folder.is_dir():
            with step(_("Starting a virtual machine once, to be continued from there afterwards")):
                _take(place, folder / "vm")
            (folder / "vm").rename(found.folder)
    return found


def _take(place: Place, folder: Path) -> None:
    machine = VirtualMachine("vm", folder, replace(place, lan=None))
    try:
        machine.start()
        # What the first log-in does once is done; the connections' ends are behind the machine.
        machine.run("systemctl is-system-running --wait; sync", check=False)
        machine.close_connections()
        time.sleep(2)
        machine.qmp("stop")
        machine.qmp("migrate", uri="exec:cat > state")
        _await_migration(machine)
        machine.power_cut()
    finally:
        machine.stop()
    for name in ("console", "qmp", "ssh", "known_hosts", "qemu.log"):
        (folder / name).unlink(missing_ok=True)


def _await_migration(machine: VirtualMachine) -> None:
    deadline = time.monotonic() + _SECONDS
    while (status := machine.qmp("query-migrate").get("status")) != "completed":
        if status in ("failed", "cancelled") or time.monotonic() > deadline:
            raise trouble(
                "The started virtual machine could not be kept (QEMU says {status}). Free some space and start the"
                " same command again.",
                status=status,
            )
        time.sleep(0.2)
