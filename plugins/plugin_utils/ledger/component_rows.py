"""Keeping the component rows of machines in step with what was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from .column_types import bulk_insert, in_chunks
from .components import Part, components, diff, unknown_kinds
from .database import Transaction
from .logins import Document, at_or_after
from .models import ComponentRow
from .records import ComponentKind

_COLUMNS = tuple(field.name for field in fields(Part))
# A look, since when the parts are there, the parts, and what their rows keep of the change.
_New = tuple["Look", datetime, Iterable[Part], Mapping[str, Any]]
_NO_CHANGE: Mapping[str, Any] = {"whole_at": None, "logins": ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a machine. ``since`` is when it was first seen, None for a machine that is new with this
    look; ``unknown_before`` is the ``unknown`` of the facts before these, ``before`` their time, ``logins`` who was
    seen at the machine (``logins.py``)."""

    machine: int
    at: datetime
    inventory: Mapping[str, Any]
    unknown: Mapping[str, Any]
    since: datetime | None
    unknown_before: Mapping[str, Any]
    before: datetime | None = None
    logins: Sequence[Document] = ()

    def change(self, whole_at: datetime | None) -> dict[str, Any]:
        """What a row keeps of a change that this look shows."""
        return {"whole_at": whole_at, "logins": at_or_after(self.logins, whole_at)}


def part(row: ComponentRow) -> Part:
    return Part(**{name: getattr(row, name) for name in _COLUMNS})


def document(part: Part, change: Mapping[str, Any]) -> dict[str, Any]:
    """A part as its events carry it, with when it was last whole. Not with who was logged in: the history can
    forget nothing, and they are pupils."""
    fields = {name: getattr(part, name) for name in _COLUMNS if name not in ("key", "attributes")}
    return {**fields, "whole_at": change["whole_at"]}


def move_on(session: Session, seen: Sequence[tuple[int, datetime, datetime]]) -> None:
    """(machine, last look, this look) of machines with nothing new: the parts of that look were seen again."""
    if not seen:
        return
    table: Any = ComponentRow.__table__
    session.connection().execute(
        update(table)
        .where(table.c.machine_id == bindparam("machine"), table.c.last_seen_at == bindparam("before"))
        .where(table.c.removed_at.is_(None))
        .values(last_seen_at=bindparam("at")),
        [{"machine": machine, "before": before, "at": at} for machine, before, at in seen],
    )


def write(transaction: Transaction, looks: Sequence[Look]) -> tuple[int, int]:
    """Bring the rows up to date; how many parts were added to and removed from known machines.

    Parts of a new machine are no additions. Nor are the first parts of a kind that was unknown until now:
    they get the machine's own ``first_seen_at``, for nothing says that they came later.
    """
    _insert(
        transaction.session,
        [(look, look.at, components(look.inventory), _NO_CHANGE) for look in looks if look.since is None],
    )
    known = [look for look in looks if look.since is not None]
    rows = _rows(transaction.session, [look.machine for look in known])
    added = removed = 0
    new: list[_New] = []
    for look in known:
        more, less = _update(transaction, look, rows[look.machine], new)
        added, removed = added + more, removed + less
    transaction.session.flush()
    _insert(transaction.session, new)
    return added, removed


def reread(session: Session, look: Look) -> None:
    """The same look at a machine, read by a better parser: parts that it does not find were never there."""
    rows = _rows(session, [look.machine])[look.machine]
    there = [part(row) for row in rows.values() if row.removed_at is None]
    changes = diff(there, components(look.inventory), look.unknown)
    for before, after in changes.kept:
        _become(session, look, rows, rows[before.kind, before.key], after)
    for wrong in changes.removed:
        session.delete(rows.pop((wrong.kind, wrong.key)))
    session.flush()
    for found in changes.added:
        former = rows.get((found.kind, found.key))
        if former is None:
            _insert(session, [(look, look.since or look.at, [found], _NO_CHANGE)])
        else:
            _fill(former, found)
            former.last_seen_at, former.removed_at = look.at, None
    session.flush()


def _rows(session: Session, machines: Iterable[int]) -> dict[int, dict[tuple[str, str], ComponentRow]]:
    found: dict[int, dict[tuple[str, str], ComponentRow]] = defaultdict(dict)
    for chunk in in_chunks(machines):
        for row in session.scalars(select(ComponentRow).where(ComponentRow.machine_id.in_(chunk))):
            found[row.machine_id][row.kind, row.key] = row
    return found


def _update(
    transaction: Transaction, look: Look, rows: dict[tuple[str, str], ComponentRow], new: list[_New]
) -> tuple[int, int]:
    """How many parts were added and removed; those that were never there before go to ``new``."""
    there = {key: row for key, row in rows.items() if row.removed_at is None}
    changes = diff([part(row) for row in there.values()], components(look.inventory), look.unknown)
    learned = unknown_kinds(look.unknown_before) - {kind for kind, _ in there}
    known = _last_known(look, there)
    for before, after in changes.kept:
        _keep(transaction.session, look, rows, before, after)
    for gone in changes.removed:
        row = rows[gone.kind, gone.key]
        change = look.change(row.last_seen_at)
        row.removed_at = look.at
        row.whole_at, row.logins = change["whole_at"], change["logins"]
        transaction.record("component.removed", f"machine:{look.machine}", document(gone, change), None)
    for found in changes.added:
        come_to_light = found.kind in learned
        first = look.since if come_to_light and look.since else look.at
        change = look.change(None if come_to_light else known.get(found.kind, look.before))
        former = rows.get((found.kind, found.key))
        if former is not None:
            _fill(former, found)
            former.first_seen_at, former.last_seen_at, former.removed_at = first, look.at, None
            former.whole_at, former.logins, former.returned = change["whole_at"], change["logins"], True
        else:
            new.append((look, first, [found], change))
        if not come_to_light:
            transaction.record("component.added", f"machine:{look.machine}", None, document(found, change))
    return sum(found.kind not in learned for found in changes.added), len(changes.removed)


def _last_known(
    look: Look, there: Mapping[tuple[str, str], ComponentRow]
) -> dict[ComponentKind, datetime | None]:
    """Of each kind that the look before did not know: the last one that did, None where none ever did."""
    known: dict[ComponentKind, datetime | None] = dict.fromkeys(unknown_kinds(look.unknown_before))
    for row in there.values():
        if row.kind in known:
            known[row.kind] = max(row.last_seen_at, known[row.kind] or row.last_seen_at)
    return known


def _keep(
    session: Session, look: Look, rows: dict[tuple[str, str], ComponentRow], before: Part, after: Part
) -> None:
    row = rows[before.kind, before.key]
    if after.serial is None and before.serial is not None:
        # Less is known than before: what was known stays.
        row.slot, row.last_seen_at = after.slot, look.at
        return
    _become(session, look, rows, row, after)


def _become(
    session: Session, look: Look, rows: dict[tuple[str, str], ComponentRow], row: ComponentRow, after: Part
) -> None:
    if after.key != row.key and (after.kind, after.key) in rows:
        # The part with its serial has been here before, and was taken out: that row gives way to this one.
        session.delete(rows.pop((after.kind, after.key)))
        session.flush()
    if after != part(row):
        _fill(row, after)
    row.last_seen_at = look.at


def _fill(row: ComponentRow, found: Part) -> None:
    for name in _COLUMNS:
        setattr(row, name, getattr(found, name))


def _insert(session: Session, parts: Iterable[_New]) -> None:
    values = [
        {
            "machine_id": look.machine,
            **{name: getattr(found, name) for name in _COLUMNS},
            "first_seen_at": first,
            "last_seen_at": look.at,
            **change,
        }
        for look, first, several, change in parts
        for found in several
    ]
    bulk_insert(session, ComponentRow, values)
