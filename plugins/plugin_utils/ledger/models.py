"""The ledger's tables, the same on SQLite and PostgreSQL. ``to_record()`` of a row gives the plain value of
``records.py`` that pure code works on.

The tables are made by ``migrations/``; a test holds them equal to this file. Text columns have no length:
SQLite would not enforce it, so bounds are the writer's duty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from .column_types import Choice, Json, Money, UtcDateTime
from .logins import logins
from .records import (
    Asset,
    AssetStatus,
    Component,
    ComponentKind,
    DecisionCategory,
    Difference,
    Event,
    Finding,
    FindingKind,
    FindingStatus,
    Machine,
    RegisterKind,
    Run,
    Sighting,
    SightingStatus,
)
from .row_records import asset_record, component_record, event_record, machine_record


class Base(DeclarativeBase):
    """``type_annotation_map`` gives each plain Python type its column type."""

    type_annotation_map = {  # noqa: RUF012
        str: Text,
        datetime: UtcDateTime,
        date: Date,
        Decimal: Money,
        AssetStatus: Choice(AssetStatus),
        ComponentKind: Choice(ComponentKind),
        DecisionCategory: Choice(DecisionCategory),
        FindingKind: Choice(FindingKind),
        FindingStatus: Choice(FindingStatus),
        RegisterKind: Choice(RegisterKind),
        SightingStatus: Choice(SightingStatus),
    }


def _json(default: Callable[[], Any] = dict) -> Any:
    return mapped_column(Json, default=default)


class AssetRow(Base):
    """A row of the property register. Change it only together with ``Transaction.record_asset``."""

    __tablename__ = "asset"

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    finance_card: Mapped[str | None]
    class_standard: Mapped[str | None]
    class_code: Mapped[str | None]
    brand: Mapped[str | None]
    model: Mapped[str | None]
    serial: Mapped[str | None]
    specification: Mapped[str | None]
    quantity: Mapped[int] = mapped_column(default=1)
    unit: Mapped[str | None]
    original_value: Mapped[Decimal | None]
    booked_on: Mapped[date | None]
    purchased_on: Mapped[date | None]
    warranty_until: Mapped[date | None]
    supplier: Mapped[str | None]
    room: Mapped[str | None]
    seat: Mapped[str | None]
    custodian: Mapped[str | None]
    department: Mapped[str | None]
    funding_source: Mapped[str | None]
    status: Mapped[AssetStatus] = mapped_column(default=AssetStatus.IN_USE)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    notes: Mapped[str | None]

    parent: Mapped[AssetRow | None] = relationship(remote_side=[id])

    def to_record(self) -> Asset:
        return asset_record(self, self.parent.asset_number if self.parent is not None else None)


class ImportRow(Base):
    """One import of a property book. ``sha256`` is the digest of the file's bytes."""

    __tablename__ = "book_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    rows: Mapped[int]
    mapping: Mapped[dict[str, Any]] = _json()
    at: Mapped[datetime]
    actor: Mapped[str]


class RunRow(Base):
    __tablename__ = "run"

    id: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    playbook: Mapped[str]
    actor: Mapped[str]
    hosts: Mapped[int] = mapped_column(default=0)
    observed: Mapped[int] = mapped_column(default=0)
    unreachable: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)

    def to_record(self) -> Run:
        return Run(
            id=self.id,
            started_at=self.started_at,
            finished_at=self.finished_at,
            playbook=self.playbook,
            actor=self.actor,
            hosts=self.hosts,
            observed=self.observed,
            unreachable=self.unreachable,
            failed=self.failed,
        )


class MachineRow(Base):
    """A computer that was really seen. ``state``, ``unknown`` and ``raw`` are of its newest sighting; its
    inventory is that of its current observation. ``features`` are what tells it apart where no key does;
    ``logins`` who was seen logged in (``logins.py``).
    """

    __tablename__ = "machine"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(index=True)
    room: Mapped[str | None]
    seat: Mapped[str | None]
    simulated: Mapped[bool] = mapped_column(default=False)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    last_status: Mapped[SightingStatus] = mapped_column(default=SightingStatus.OBSERVED)
    last_status_at: Mapped[datetime]
    state: Mapped[dict[str, Any]] = _json()
    unknown: Mapped[dict[str, Any]] = _json()
    raw: Mapped[dict[str, str]] = _json()
    features: Mapped[dict[str, str]] = _json()
    weak_identity: Mapped[bool] = mapped_column(default=False)
    ambiguous_with: Mapped[list[int]] = _json(list)
    logins: Mapped[list[dict[str, Any]]] = _json(list)

    def to_record(
        self, inventory: Mapping[str, Any] | None = None, components: tuple[Component, ...] = ()
    ) -> Machine:
        return machine_record(self, inventory or {}, components)


class MachineKeyRow(Base):
    """One identity key of a machine (``keys.py``): the index that finds a machine again."""

    __tablename__ = "machine_key"

    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index("machine_key_value", "value", "kind"),)


class EvidenceRow(Base):
    """What a PC answered: zlib of its evidence JSON as received. ``size`` is that of the JSON in bytes,
    ``digest`` its SHA-256."""

    __tablename__ = "evidence"

    digest: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]


class ObservationRow(Base):
    """A stretch of time in which a machine's inventory stayed the same.

    ``digest`` is the SHA-256 of the canonical inventory; ``evidence_digest`` names what the newest sighting
    of the stretch sent. Exactly one observation of a machine is ``current``.
    """

    __tablename__ = "observation"

    id: Mapped[int] = mapped_column(primary_key=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"), index=True)
    digest: Mapped[str]
    inventory: Mapped[dict[str, Any]] = _json()
    evidence_digest: Mapped[str | None] = mapped_column(ForeignKey("evidence.digest"), index=True)
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    times_seen: Mapped[int] = mapped_column(default=1)
    current: Mapped[bool] = mapped_column(default=True)


#: The condition of the index ``observation_current`` in its own words. ``ObservationRow.current`` would be written
#: ``current = 1``, in which SQLite does not recognise them: it would read every observation that a machine ever had.
IS_CURRENT = text("observation.current")


class ComponentRow(Base):
    """A part of a machine. A part that comes back is the same row again, with a new ``first_seen_at``."""

    __tablename__ = "component"

    id: Mapped[int] = mapped_column(primary_key=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"))
    kind: Mapped[ComponentKind]
    key: Mapped[str]
    slot: Mapped[str | None]
    manufacturer: Mapped[str | None]
    model: Mapped[str | None]
    serial: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    attributes: Mapped[dict[str, Any]] = _json()
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    whole_at: Mapped[datetime | None]
    logins: Mapped[list[dict[str, Any]]] = _json(list)
    returned: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("machine_id", "kind", "key"),)

    def to_record(self) -> Component:
        return component_record(self)


class SightingRow(Base):
    __tablename__ = "sighting"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"))
    host: Mapped[str]
    status: Mapped[SightingStatus]
    at: Mapped[datetime]
    room: Mapped[str | None]
    seat: Mapped[str | None]
    machine_id: Mapped[int | None] = mapped_column(ForeignKey("machine.id"), index=True)
    message: Mapped[str] = mapped_column(default="")

    __table_args__ = (UniqueConstraint("run_id", "host"), Index("sighting_host", "host", "at"))

    def to_record(self) -> Sighting:
        return Sighting(
            run_id=self.run_id,
            host=self.host,
            status=self.status,
            at=self.at,
            room=self.room,
            seat=self.seat,
            machine_id=self.machine_id,
            message=self.message,
        )


class FindingRow(Base):
    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[FindingKind]
    key: Mapped[str] = mapped_column(unique=True)
    advice: Mapped[str]
    room: Mapped[str | None]
    seat: Mapped[str | None]
    asset_numbers: Mapped[list[str]] = _json(list)
    hosts: Mapped[list[str]] = _json(list)
    differences: Mapped[list[dict[str, str | None]]] = _json(list)
    last_whole_at: Mapped[datetime | None]
    logins: Mapped[list[dict[str, Any]]] = _json(list)
    stands_for: Mapped[list[str]] = _json(list)
    status: Mapped[FindingStatus] = mapped_column(default=FindingStatus.OPEN, index=True)
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closed_reason: Mapped[str | None]
    category: Mapped[DecisionCategory | None]
    repair_number: Mapped[str | None]

    def to_record(self) -> Finding:
        return Finding(
            kind=self.kind,
            key=self.key,
            advice=self.advice,
            room=self.room,
            seat=self.seat,
            asset_numbers=tuple(self.asset_numbers),
            hosts=tuple(self.hosts),
            differences=tuple(
                Difference(field=str(each["field"]), book=each["book"], fact=each["fact"])
                for each in self.differences
            ),
            last_whole_at=self.last_whole_at,
            logins=logins(self.logins),
            stands_for=tuple(self.stands_for),
            id=self.id,
            status=self.status,
            opened_at=self.opened_at,
            last_seen_at=self.last_seen_at,
            closed_at=self.closed_at,
            closed_by=self.closed_by,
            closed_reason=self.closed_reason,
            category=self.category,
            repair_number=self.repair_number,
        )


class RegisterRow(Base):
    """What a person entered: a noun of ``registers`` as its document. Changed by ``registers.store`` alone."""

    __tablename__ = "register"

    kind: Mapped[RegisterKind] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = _json()


class EventRow(Base):
    """A line of the history. ``before`` and ``after`` are kept as the very text that ``digest`` covers.
    The database itself refuses to change or remove a row."""

    __tablename__ = "event"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    reason: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    previous: Mapped[str]
    digest: Mapped[str]

    __table_args__ = (Index("event_subject", "subject", "number"),)

    def to_record(self) -> Event:
        return event_record(self)
