"""USB attempts in the ledger: a row and an event for each, written once however often a PC's logs are read."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from . import attempts
from .attempt_model import AttemptRow, attempt_document
from .column_types import in_chunks
from .database import Transaction
from .records import AttemptAction

_SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a machine read of attempts. ``room`` and ``seat`` are where it stands now; ``before``, of one that
    was seen earlier, when that was and where it stood then. ``logins`` are all sightings of sessions there."""

    machine: int
    host: str
    room: str | None
    seat: str | None
    at: datetime
    told: Sequence[attempts.Told]
    logins: Sequence[Mapping[str, Any]]
    before: tuple[datetime, str | None, str | None] | None = None

    def place(self, when: datetime) -> tuple[str | None, str | None]:
        """Where the machine stood at that time."""
        if self.before is not None and when <= self.before[0]:
            return self.before[1], self.before[2]
        return self.room, self.seat


def write(transaction: Transaction, looks: Sequence[Look]) -> dict[AttemptAction, int]:
    """Write what is new in ``looks``, with an event for each; how many there were of each action."""
    looks = [look for look in looks if look.told]
    counts = dict.fromkeys(AttemptAction, 0)
    if not looks:
        return counts
    known = _known(transaction.session, looks)
    values = [
        _values(look, told) for look in looks for told in attempts.fresh(look.told, known[look.machine])
    ]
    if not values:
        return counts
    numbers = transaction.session.scalars(
        insert(AttemptRow).returning(AttemptRow.id, sort_by_parameter_order=True), values
    )
    for number, one in zip(numbers.all(), values, strict=True):
        transaction.record("attempt.recorded", f"attempt:{number}", None, attempt_document(one))
        counts[AttemptAction(one["action"])] += 1
    return counts


def _known(session: Session, looks: Sequence[Look]) -> dict[int, list[attempts.Seen]]:
    """What the machines have of the times that are told now."""
    known: dict[int, list[attempts.Seen]] = defaultdict(list)
    since = min(attempts.at(told) for look in looks for told in look.told) - timedelta(minutes=1)
    row = AttemptRow
    statement = select(row.machine_id, row.vendor_id, row.product_id, row.serial, row.at)
    for machines in in_chunks(look.machine for look in looks):
        where = row.machine_id.in_(machines), row.at >= since
        for machine, vendor, product, serial, when in session.execute(statement.where(*where)):
            known[machine].append((vendor, product, serial, when))
    return known


def _values(look: Look, told: attempts.Told) -> dict[str, Any]:
    when = attempts.at(told)
    room, seat = look.place(when)
    users, users_from = attempts.who(told, look.logins)
    return {
        "machine_id": look.machine,
        "host": look.host,
        "room": room,
        "seat": seat,
        "at": when,
        "collected_at": look.at,
        "users": list(users),
        "users_from": users_from,
        "salt": secrets.token_hex(_SALT_BYTES),
        "digest": attempts.digest(told),
        **{
            name: told[name]
            for name in ("action", "vendor_id", "product_id", "serial", "name", "kind", "port", "sources")
        },
    }
