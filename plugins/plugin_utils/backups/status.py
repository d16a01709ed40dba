"""The newest check of every host's backups, as the file ``backups.json`` in the reports' folder keeps it.

Findings and the site are made of it. It was written on this control node, but names and words in it come from machines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..i18n import UserError
from .answers import clean
from .judging import whole
from .model import Fault, FaultKind, Look

FILE = "backups.json"
_BYTES = 16 * 1024 * 1024
_HOSTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A host's newest check. ``newest`` is its newest whole archive, ``verified_at`` when all its data was last
    read."""

    host: str
    at: datetime
    faults: tuple[Fault, ...] = ()
    archives: int = 0
    newest: datetime | None = None
    files: int | None = None
    bytes: int | None = None
    verified_at: datetime | None = None
    pruned: int = 0


def checked(look: Look, faults: Iterable[Fault], *, now: datetime, pruned: int = 0) -> Checked:
    archives = whole(look)
    newest = archives[-1] if archives else None
    return Checked(
        host=look.host,
        at=now,
        faults=tuple(faults),
        archives=len(archives),
        newest=newest.at if newest else None,
        files=newest.files if newest else None,
        bytes=newest.bytes if newest else None,
        verified_at=look.verified_at,
        pruned=pruned,
    )


def merged(before: Iterable[Checked], new: Iterable[Checked], hosts: Iterable[str]) -> tuple[Checked, ...]:
    """The newest check of each of ``hosts``; those that are backed up no more are left out."""
    known = {one.host: one for one in (*before, *new)}
    return tuple(known[host] for host in sorted(set(hosts)) if host in known)


def write_status(status: Iterable[Checked]) -> str:
    return (
        json.dumps({"v": 1, "hosts": [_document(one) for one in status]}, ensure_ascii=False, indent=1) + "\n"
    )


def read_status(path: Path) -> tuple[Checked, ...]:
    """() where nothing was ever checked. Raises ``UserError`` where the file is not what ``backup_check`` writes."""
    try:
        with path.open("rb") as file:
            data = file.read(_BYTES + 1)
        if len(data) > _BYTES:
            raise ValueError("too large")
        return tuple(_checked(one) for one in json.loads(data)["hosts"][:_HOSTS])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UserError(
            "backups",
            "{path} is not what check_backups writes. Remove it and run check_backups again.",
            path=path,
        ) from error


def _document(one: Checked) -> dict[str, Any]:
    return {
        "host": one.host,
        "at": one.at.isoformat(),
        "faults": [{"kind": fault.kind.value, **fault.fields} for fault in one.faults],
        "archives": one.archives,
        "newest": None if one.newest is None else one.newest.isoformat(),
        "files": one.files,
        "bytes": one.bytes,
        "verified_at": None if one.verified_at is None else one.verified_at.isoformat(),
        "pruned": one.pruned,
    }


def _checked(one: Mapping[str, Any]) -> Checked:
    host = clean(one["host"])
    return Checked(
        host=host,
        at=_moment(one["at"]),
        faults=tuple(
            Fault(
                FaultKind(fault["kind"]),
                host,
                {
                    str(name): value if isinstance(value, int) else clean(value)
                    for name, value in fault.items()
                    if name != "kind"
                },
            )
            for fault in one["faults"][: len(FaultKind)]
        ),
        archives=int(one["archives"]),
        newest=None if one["newest"] is None else _moment(one["newest"]),
        files=None if one["files"] is None else int(one["files"]),
        bytes=None if one["bytes"] is None else int(one["bytes"]),
        verified_at=None if one["verified_at"] is None else _moment(one["verified_at"]),
        pruned=int(one["pruned"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
