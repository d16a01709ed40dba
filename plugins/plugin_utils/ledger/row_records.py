"""Rows as the plain values of ``records.py``. A row is an ORM object or a result row with its columns: large reads
need no ORM objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .logins import logins
from .records import Asset, Component, Event, Machine


def asset_record(row: Any, parent_number: str | None) -> Asset:
    """Of a row of AssetRow."""
    return Asset(
        id=row.id,
        asset_number=row.asset_number,
        name=row.name,
        finance_card=row.finance_card,
        class_standard=row.class_standard,
        class_code=row.class_code,
        brand=row.brand,
        model=row.model,
        serial=row.serial,
        specification=row.specification,
        quantity=row.quantity,
        unit=row.unit,
        original_value=row.original_value,
        booked_on=row.booked_on,
        purchased_on=row.purchased_on,
        warranty_until=row.warranty_until,
        supplier=row.supplier,
        room=row.room,
        seat=row.seat,
        custodian=row.custodian,
        department=row.department,
        funding_source=row.funding_source,
        status=row.status,
        parent_number=parent_number,
        notes=row.notes,
    )


def machine_record(row: Any, inventory: Mapping[str, Any], components: tuple[Component, ...]) -> Machine:
    """Of a row of MachineRow."""
    return Machine(
        id=row.id,
        host=row.host,
        room=row.room,
        seat=row.seat,
        simulated=row.simulated,
        asset_id=row.asset_id,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        last_status=row.last_status,
        last_status_at=row.last_status_at,
        inventory=inventory,
        state=row.state,
        unknown=row.unknown,
        raw=row.raw,
        components=components,
        weak_identity=row.weak_identity,
        ambiguous_with=tuple(row.ambiguous_with),
    )


def component_record(row: Any) -> Component:
    """Of a row of ComponentRow."""
    return Component(
        machine_id=row.machine_id,
        kind=row.kind,
        key=row.key,
        slot=row.slot,
        manufacturer=row.manufacturer,
        model=row.model,
        serial=row.serial,
        size_bytes=row.size_bytes,
        attributes=row.attributes,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        removed_at=row.removed_at,
        whole_at=row.whole_at,
        logins=logins(row.logins),
        returned=row.returned,
    )


def event_record(row: Any) -> Event:
    """Of a row of EventRow."""
    return Event(
        number=row.number,
        at=row.at,
        actor=row.actor,
        reason=row.reason,
        action=row.action,
        subject=row.subject,
        before=None if row.before is None else json.loads(row.before),
        after=None if row.after is None else json.loads(row.after),
        previous=row.previous,
        digest=row.digest,
    )
