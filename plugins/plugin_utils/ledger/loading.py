"""What matching and reconciliation need of the ledger, and no more: a school of 100,000 assets fits in memory.

Read as rows, not as ORM objects, in a handful of queries. An inventory keeps only the sections that are
compared; of the components only monitors and the kinds in which something ever changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, func, null, select, tuple_
from sqlalchemy.orm import Session

from .logins import logins
from .models import IS_CURRENT, ComponentRow, MachineRow, ObservationRow
from .records import Asset, Component, ComponentKind, Machine, Sighting
from .row_records import machine_record
from .snapshot import load_assets, load_newest_sightings

_BATCH = 1000
_SECTIONS = ("system", "board", "chassis", "cpus", "disks", "virtualization")
_UNKNOWN = (
    "inventory",
    "inventory.memory",
    "inventory.memory.total_bytes",
    "inventory.memory.modules",
    "inventory.disks",
    "inventory.monitors",
)
_RAW = ("inventory.system.serial",)
#: Of a machine, what is large and not compared: not even decoded.
_LEFT_OUT = ("state", "features", "logins")


class Records(NamedTuple):
    """``sightings`` are the newest of each host."""

    assets: list[Asset]
    machines: list[Machine]
    sightings: list[Sighting]


def load_records(session: Session) -> Records:
    """Read the book, the machines and the newest sightings."""
    return Records(list(load_assets(session)), _machines(session), list(load_newest_sightings(session)))


def _machines(session: Session) -> list[Machine]:
    columns = [column for column in MachineRow.__table__.columns if column.key not in _LEFT_OUT]
    query = (
        select(*columns, null().label("state"), ObservationRow.inventory)
        .outerjoin(ObservationRow, (ObservationRow.machine_id == MachineRow.id) & IS_CURRENT)
        .order_by(MachineRow.id)
        .execution_options(yield_per=_BATCH)
    )
    parts = dict(_components(session))
    return [
        _compared(machine_record(row, _essential(row.inventory or {}), tuple(parts.get(row.id, ()))))
        for row in session.execute(query)
    ]


def _compared(machine: Machine) -> Machine:
    """The machine without the bulk of its notes."""
    unknown = {name: machine.unknown[name] for name in _UNKNOWN if name in machine.unknown}
    raw = {name: machine.raw[name] for name in _RAW if name in machine.raw}
    return replace(machine, state={}, unknown=unknown, raw=raw)


def _essential(inventory: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: inventory[name] for name in _SECTIONS if inventory.get(name)}
    device = inventory.get("device")
    if isinstance(device, Mapping):
        kept["device"] = {"kind": device.get("kind")}
    memory = inventory.get("memory")
    if isinstance(memory, Mapping):
        kept["memory"] = {"total_bytes": memory.get("total_bytes")}
    nics = inventory.get("nics")
    if isinstance(nics, list):
        kept["nics"] = [
            {"permanent_mac": row.get("permanent_mac")} for row in nics if isinstance(row, Mapping)
        ]
    return kept


def _components(session: Session) -> Iterator[tuple[int, list[Component]]]:
    table: Any = ComponentRow.__table__
    query = (
        select(*(column for column in table.columns if column.key not in ("id", "attributes")))
        .where(
            (table.c.kind == ComponentKind.MONITOR) | tuple_(table.c.machine_id, table.c.kind).in_(_changed())
        )
        .order_by(table.c.machine_id, table.c.kind, table.c.key)
        .execution_options(yield_per=_BATCH)
    )
    for machine_id, rows in groupby(session.execute(query), key=attrgetter("machine_id")):
        yield machine_id, [Component(**{**row._mapping, "logins": logins(row.logins)}) for row in rows]


def _changed() -> Select[Any]:
    """(machine, kind) of the parts in which something ever came or went. Asked of the database, because most parts of a
    school are as they always were."""
    table: Any = ComponentRow.__table__
    return (
        select(table.c.machine_id, table.c.kind)
        .group_by(table.c.machine_id, table.c.kind)
        .having(
            (func.min(table.c.first_seen_at) != func.max(table.c.first_seen_at))
            | (func.count(table.c.removed_at) + func.count(table.c.whole_at) > 0)
        )
    )
