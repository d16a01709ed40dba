"""Reading the whole ledger for a report, in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .attempt_model import NEWEST, load_attempts
from .collector import paused
from .models import (
    IS_CURRENT,
    AssetRow,
    ComponentRow,
    EventRow,
    FindingRow,
    MachineRow,
    ObservationRow,
    RunRow,
    SightingRow,
)
from .records import Asset, Component, Event, Machine, Sighting, Snapshot
from .row_records import asset_record, component_record, event_record, machine_record

#: Up to this many events a snapshot has them all.
ALL_EVENTS = 50_000
#: Beyond, it has the newest of each subject: what a page of history shows.
EVENTS_PER_SUBJECT = 20
_BATCH = 2000


@paused()
def load_snapshot(session: Session, *, school: str, taken_at: datetime | None = None) -> Snapshot:
    """Everything that a report needs, as one state of the ledger (use ``Ledger.read``).

    Assets are in the order of their numbers, machines and findings of their ids, runs newest first, sightings
    the newest of each host, by host. Events are in their own order: all of them up to ``ALL_EVENTS``; in a
    larger ledger the newest ``EVENTS_PER_SUBJECT`` of each subject.
    """
    return Snapshot(
        taken_at=taken_at or datetime.now(UTC),
        school=school,
        assets=tuple(load_assets(session)),
        machines=tuple(load_machines(session)),
        findings=tuple(
            row.to_record() for row in session.scalars(select(FindingRow).order_by(FindingRow.id))
        ),
        sightings=tuple(load_newest_sightings(session)),
        events=tuple(_events(session)),
        attempts=tuple(load_attempts(session, limit=NEWEST)),
        runs=tuple(
            row.to_record()
            for row in session.scalars(select(RunRow).order_by(RunRow.started_at.desc(), RunRow.id.desc()))
        ),
    )


def load_assets(session: Session) -> Iterator[Asset]:
    """All assets, by asset number."""
    numbers = {
        row.id: row.asset_number for row in session.execute(select(AssetRow.id, AssetRow.asset_number))
    }
    statement = select(AssetRow.__table__).order_by(AssetRow.asset_number)
    for row in session.execute(statement.execution_options(yield_per=_BATCH)):
        yield asset_record(row, numbers[row.parent_id] if row.parent_id is not None else None)


def load_machines(session: Session) -> Iterator[Machine]:
    """All machines by id, each with its current inventory and all of its parts, also removed ones."""
    parts: dict[int, list[Component]] = defaultdict(list)
    statement = select(ComponentRow.__table__).order_by(ComponentRow.id)
    for row in session.execute(statement.execution_options(yield_per=_BATCH)):
        parts[row.machine_id].append(component_record(row))
    columns: Any = MachineRow.__table__
    statement = (
        select(columns, ObservationRow.inventory.label("inventory"))
        .join(ObservationRow, (ObservationRow.machine_id == MachineRow.id) & IS_CURRENT, isouter=True)
        .order_by(MachineRow.id)
    )
    for row in session.execute(statement.execution_options(yield_per=_BATCH)):
        yield machine_record(row, row.inventory or {}, tuple(parts.get(row.id, ())))


def load_newest_sightings(session: Session) -> Iterator[Sighting]:
    """The newest sighting of each host, by host.

    From host to host through the index, so that the cost is that of the hosts and not of all nights that ever were.
    """
    table: Any = SightingRow.__table__
    hosts = select(func.min(table.c.host).label("host")).cte("hosts", recursive=True)
    later = table.alias()
    following = select(func.min(later.c.host)).where(later.c.host > hosts.c.host).scalar_subquery()
    hosts = hosts.union_all(select(following).where(hosts.c.host.is_not(None)))
    own = table.alias()
    newest = (
        select(own.c.id)
        .where(own.c.host == hosts.c.host)
        .order_by(own.c.at.desc(), own.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = select(SightingRow).where(SightingRow.id.in_(select(newest).select_from(hosts)))
    for row in session.scalars(statement.order_by(SightingRow.host)):
        yield row.to_record()


def _events(session: Session) -> Iterator[Event]:
    table: Any = EventRow.__table__
    statement = select(table).order_by(EventRow.number)
    if (session.scalar(select(func.count()).select_from(EventRow)) or 0) > ALL_EVENTS:
        place = (
            func.row_number()
            .over(partition_by=EventRow.subject, order_by=EventRow.number.desc())
            .label("place")
        )
        newest = select(EventRow.number, place).subquery()
        statement = statement.join(newest, newest.c.number == EventRow.number).where(
            newest.c.place <= EVENTS_PER_SUBJECT
        )
    for row in session.execute(statement.execution_options(yield_per=_BATCH)):
        yield event_record(row)
