"""From a desired state to the questions of the probe, and from its answer to what is wanted on that PC."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from ..facts.mounts import LOWER
from .state import (
    HOME,
    AbsentFile,
    Account,
    BootOrder,
    Built,
    DesiredState,
    File,
    Item,
    Link,
    Module,
    Package,
    Unit,
    Wanted,
    unfinished,
)

_Kind = TypeVar("_Kind", bound=Wanted)

CAPS: Mapping[str, int] = {
    "file_bytes": 64 * 1024**2,  # of a file whose digest is taken
    "database_bytes": 64 * 1024**2,  # dpkg's
    "command_bytes": 1024**2,
    "total_bytes": 2 * 1024**2,
    "command_seconds": 20,  # a PC that is starting, or busy
    "total_seconds": 60,
}
# A path or pattern: nothing that a shell or the probe could take for more than a name and ``*``.
# There on a frozen PC alone: its disk, under the overlay that a restart throws away.
FROZEN = f"{LOWER}/etc"
_PATH = re.compile(r"(/[A-Za-z0-9@%_=:,.*+-]+)+")


def questions(states: Mapping[str, DesiredState]) -> dict[str, Any]:
    """The plan of ``probe/state_payload.py`` for the states of several roles, by role."""
    items = [item for state in states.values() for item in state.items]
    built = _of(items, Built)
    paths = [item.path for item in items if isinstance(item, File | AbsentFile | Link)]
    parents = {HOME, *_parents(items)}
    conditions = {path.lstrip("!") for item in items for path in item.when}
    exists = sorted({FROZEN} | conditions | parents)
    files = sorted({*paths, *map(unfinished, states)})
    for path in (*exists, *files, *(path for item in built for path in (*item.sources, *item.artefacts))):
        if not _PATH.fullmatch(path) or "/../" in f"{path}/":
            raise ValueError(f"not a plain absolute path: {path!r}")
    return {
        "exists": exists,
        "files": files,
        "packages": sorted({item.name for item in _of(items, Package)}),
        "units": sorted({item.name for item in _of(items, Unit)}),
        "modules": sorted({kernel_name(item.name) for item in _of(items, Module)}),
        "accounts": sorted({item.name for item in _of(items, Account)}),
        "built": {item.name: [item.stamp, list(item.sources), list(item.artefacts)] for item in built},
        "boot": int(any(isinstance(item, BootOrder) for item in items)),
        "caps": dict(CAPS),
    }


def is_frozen(answer: Mapping[str, Any]) -> bool:
    """Whether what is changed on the PC that gave ``answer`` is gone after a restart."""
    exists = answer.get("exists")
    return isinstance(exists, Mapping) and exists.get(FROZEN) == 1


def kernel_name(module: str) -> str:
    """A module's name as ``/proc/modules`` has it."""
    return module.replace("-", "_")


def wanted_here(state: DesiredState, answer: Mapping[str, Any]) -> DesiredState:
    """The items whose conditions hold on the PC that gave this answer. A condition that could not be looked at holds,
    so that the item is judged and not passed over."""
    return state.only([_holds(item, answer) for item in state.items])


def _holds(item: Item, answer: Mapping[str, Any]) -> bool:
    if isinstance(item, Account) and item.password_locked is False:
        # What was never open cannot be opened again.
        accounts = answer.get("accounts")
        present = accounts.get(item.name) if isinstance(accounts, Mapping) else None
        if isinstance(present, Mapping) and present.get("locked") == 2:
            return False
    exists = answer.get("exists")
    known: Mapping[str, Any] = exists if isinstance(exists, Mapping) else {}
    there = {path: known.get(path.lstrip("!")) for path in item.when}
    return not any(value in (0, 1) and bool(value) is path.startswith("!") for path, value in there.items())


def missing_folders(state: DesiredState, answer: Mapping[str, Any]) -> list[str]:
    """The folders that files and links of ``state``, and the mark of a run, need and the PC has not."""
    exists = answer.get("exists")
    known: Mapping[str, Any] = exists if isinstance(exists, Mapping) else {}
    return sorted(parent for parent in {HOME, *_parents(state.items)} if known.get(parent) == 0)


def _parents(items: Iterable[Item]) -> set[str]:
    parents = {item.path.rpartition("/")[0] for item in items if isinstance(item, File | Link)}
    return {parent for parent in parents if parent}


def _of(items: Iterable[Item], kind: type[_Kind]) -> list[_Kind]:
    return [item for item in items if isinstance(item, kind)]
