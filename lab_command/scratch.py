"""Folders for the time of one step below ``.lab``, readable by their owner alone, that also a killed run leaves
to nobody: the next one clears them away."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .paths import STATE


@contextmanager
def scratch(parent: Path = STATE) -> Iterator[Path]:
    """An empty folder that is gone afterwards. Folders whose process has ended are removed first.

    A folder in use is told by its lock, which the kernel frees however its holder ends.
    """
    parent.mkdir(parents=True, exist_ok=True)
    # Made and locked before another process may look at it.
    with (parent / "scratch.lock").open("ab") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        for old in parent.glob("scratch-*"):
            _remove_unused(old)
        folder = Path(tempfile.mkdtemp(dir=parent, prefix="scratch-"))
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        os.close(held)


def _remove_unused(folder: Path) -> None:
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        # Its owner has just ended in good order.
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    except (BlockingIOError, FileNotFoundError):
        # In use, or its owner was quicker.
        return
    finally:
        os.close(held)
