"""The ledger as JSON for other programs, schema ``jifang.ledger/1``.

One JSON object, UTF-8, one record a line::

    {"schema": "jifang.ledger/1", "taken_at": "2026-11-23T08:15:00+00:00", "school": "…",
     "assets":    [Asset, …],      every field of records.Asset
     "machines":  [Machine, …],    every field of records.Machine but state.sessions; "components" inside
     "findings":  [Finding, …],    "differences" inside
     "sightings": [Sighting, …],   the newest of each host
     "runs":      [Run, …],
     "attempts":  [Attempt, …],    the newest USB attempts, without "users"
     "events":    [Event, …],      in the order of their numbers, digests included
     "registers": [Noun, …]}       what people entered: "register" says of which kind, then its fields

Fields are named and meant as in ``ledger/records.py``, in that order; codes are the values of its enumerations.
Times are ISO 8601 in UTC, dates ``YYYY-MM-DD``, sizes bytes, money a string of CNY with two places (a JSON
number would pass through binary floating point), a missing value null. Within ``jifang.ledger/1`` fields may
be added, never removed or given another meaning. Text is as the ledger has it: what reads this file does its
own escaping. Log-in sessions, ``logins``, ``users``, and of warning slips whom they are about, are left out: they name
pupils, and the ledger is about equipment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any, TextIO

from ..ledger.records import (
    Asset,
    Attempt,
    Component,
    Difference,
    Event,
    Finding,
    Machine,
    RegisterKind,
    Run,
    Sighting,
    Snapshot,
)
from ..registers.nouns import document_of
from .files import replaced_file

SCHEMA = "jifang.ledger/1"
_LISTS = ("assets", "machines", "findings", "sightings", "runs", "attempts", "events")
_PERSONAL = frozenset({"sessions", "logins", "users"})
# Of a warning slip.
_WARNED = frozenset({"pupil", "pupil_class", "accounts"})


def export_json(snapshot: Snapshot, path: Path) -> None:
    """Writes ``snapshot`` to ``path`` record by record; the file appears whole or not at all.

    Raises UserError when the disk refuses.
    """
    with replaced_file(path) as temporary, temporary.open("w", encoding="utf-8", errors="replace") as out:
        _write(snapshot, out)


def _write(snapshot: Snapshot, out: TextIO) -> None:
    head = {"schema": SCHEMA, "taken_at": snapshot.taken_at, "school": snapshot.school}
    out.write(_encode(head)[:-1])
    for name in _LISTS:
        out.write(f',\n"{name}":[')
        _write_lines(getattr(snapshot, name), out)
        out.write("]")
    out.write(',\n"registers":[')
    _write_lines(_entered(snapshot), out)
    out.write("]")
    out.write("}\n")


def _entered(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    for kind in sorted(snapshot.registers):
        for noun in snapshot.registers[kind].values():
            yield {"register": kind, **_without_names(kind, document_of(noun))}


def _without_names(kind: str, document: Mapping[str, Any]) -> dict[str, Any]:
    hidden = _WARNED if kind == RegisterKind.WARNING else frozenset[str]()
    return {name: value for name, value in document.items() if name not in hidden}


def _write_lines(records: Iterable[object], out: TextIO) -> None:
    for position, record in enumerate(records):
        out.write(",\n" if position else "\n")
        out.write(_encode(record))


_NAMES = {
    record: tuple(field.name for field in fields(record) if field.name not in _PERSONAL)
    for record in (Asset, Machine, Component, Finding, Difference, Sighting, Run, Event, Attempt)
}


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return f"{value:.2f}"
        case Mapping():
            return dict(value)
    document = {name: getattr(value, name) for name in _NAMES[type(value)]}
    if isinstance(value, Machine):
        document["state"] = {key: item for key, item in value.state.items() if key not in _PERSONAL}
    if isinstance(value, Event):
        kind = value.subject.partition(":")[0]
        for side in ("before", "after"):
            if document[side] is not None:
                document[side] = _without_names(kind, document[side])
    return document


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)


def _encode(record: object) -> str:
    """JSON has no NaN and no infinity; a PC that reported one gets null there and does not spoil the file."""
    try:
        return _encoder.encode(record)
    except ValueError:
        return _encoder.encode(_finite(record))


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if isfinite(value) else None
        case None | str() | int() | Decimal() | date():
            return value
        case list() | tuple():
            return [_finite(item) for item in value]
        case Mapping():
            return {key: _finite(item) for key, item in value.items()}
    return _finite(_plain(value))
