"""One run at a time per inventory."""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from .speech import DOMAIN, plain

_LOOK_SECONDS = 0.5


class BusyError(UserError):
    """Another run holds the inventory; says who, which playbook and since when."""


@contextmanager
def exclusive(
    inventories: Sequence[str], playbook: str, folder: Path, *, patience: float = 0.0
) -> Iterator[None]:
    """Holds every inventory of a run, or raises ``BusyError``: at once, or after ``patience`` seconds of waiting.

    The kernel frees a lock when its holder ends, however it ends, so a killed run blocks nobody. Locks are taken
    in one order, so that two runs over the same inventories cannot wait for each other.
    """
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    with ExitStack() as stack:
        for inventory in sorted(set(inventories)):
            name = hashlib.sha256(inventory.encode("utf-8", "surrogateescape")).hexdigest()[:32]
            stack.enter_context(_hold(folder / f"{name}.lock", inventory, playbook, deadline))
        yield


@contextmanager
def _hold(path: Path, inventory: str, playbook: str, deadline: float) -> Iterator[None]:
    with path.open("a+b") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # flock(2) has no time limit of its own.
                if time.monotonic() >= deadline:
                    raise _busy(lock, inventory) from None
            time.sleep(_LOOK_SECONDS)
        holder = {
            "user": getpass.getuser(),
            "pid": os.getpid(),
            "playbook": playbook,
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "inventory": inventory,
        }
        lock.truncate(0)
        lock.write(json.dumps(holder).encode())
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def _busy(lock: BinaryIO, inventory: str) -> BusyError:
    lock.seek(0)
    try:
        holder = json.loads(lock.read(4096))
        since = datetime.fromisoformat(holder["since"]).astimezone()
        return BusyError(
            DOMAIN,
            "{user} (process {pid}) has been running {playbook} since {since}, and only one may run on {inventory}."
            " Wait for it to end, or stop it, then start again.",
            user=plain(str(holder["user"]), 64),
            pid=int(holder["pid"]),
            playbook=plain(str(holder["playbook"]), 128),
            since=since.strftime("%Y-%m-%d %H:%M:%S"),
            inventory=inventory,
        )
    except (ValueError, KeyError, TypeError):
        # The holder has the lock and has not yet written who it is.
        return BusyError(
            DOMAIN,
            "Another run is just starting, and only one may run on {inventory}. Wait for it to end, then start again.",
            inventory=inventory,
        )
