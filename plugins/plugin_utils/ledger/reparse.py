"""Reading kept evidence again with today's parsers: what a better parser finds, without visiting a PC."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..facts import build_facts
from ..facts.evidence import parse_json, unpack
from ..i18n import Message, UserError
from . import attempt_rows, component_rows
from .database import Ledger, Transaction
from .incoming import EVIDENCE_BYTES, Facts, read_facts
from .keys import Keys, machine_keys
from .models import EvidenceRow, MachineKeyRow, MachineRow, ObservationRow
from .observations import changed_sections, replace_keys

MAX_DIFFERENCES = 100
_BATCH = 100

Build = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparsed:
    """An observation that today's parsers read otherwise, or can no longer read (``error``).

    ``differences`` are (path, before, after) with plain JSON values, at most ``MAX_DIFFERENCES``; paths are
    those of the facts, ``inventory.board.serial``.
    """

    observation_id: int
    machine_id: int
    host: str
    differences: tuple[tuple[str, Any, Any], ...] = ()
    error: Message | None = None


def reparse(
    ledger: Ledger, *, actor: str, build: Build = build_facts, dry_run: bool = False
) -> list[Reparsed]:
    """Read all kept evidence again and write what changes, in one transaction; ``dry_run`` only tells.

    A machine's state, keys and parts follow its current observation. Parts that come and go with the parser
    are no events of their own: nothing was plugged in. Observations without evidence stay as they are.
    """
    with ledger.write(actor=actor, reason="reparse", dry_run=dry_run) as transaction:
        return [
            change for row in _observations(transaction.session) for change in _again(transaction, row, build)
        ]


def _observations(session: Session) -> Iterator[Any]:
    """Batch by batch: evidence of many PCs does not fit into memory, and a writer may not read on beside."""
    statement = (
        select(
            ObservationRow.id,
            ObservationRow.machine_id,
            ObservationRow.digest,
            ObservationRow.inventory,
            ObservationRow.current,
            ObservationRow.last_seen_at,
            MachineRow.host,
            MachineRow.room,
            MachineRow.seat,
            MachineRow.logins,
            MachineRow.first_seen_at,
            MachineRow.state,
            MachineRow.unknown,
            MachineRow.raw,
            EvidenceRow.data,
        )
        .join(MachineRow, MachineRow.id == ObservationRow.machine_id)
        .join(EvidenceRow, EvidenceRow.digest == ObservationRow.evidence_digest)
        .order_by(ObservationRow.id)
        .limit(_BATCH)
    )
    last = 0
    while rows := session.execute(statement.where(ObservationRow.id > last)).all():
        yield from rows
        last = rows[-1].id


def _again(transaction: Transaction, row: Any, build: Build) -> Iterator[Reparsed]:
    try:
        built = build(parse_json(unpack(row.data, EVIDENCE_BYTES)))
        facts = read_facts(built, None)
    except UserError as error:
        yield Reparsed(observation_id=row.id, machine_id=row.machine_id, host=row.host, error=error.message)
        return
    document = {**built, "state": json.loads(facts.state)}
    halves = ("inventory", "state", "unknown", "raw") if row.current else ("inventory",)
    before = {name: getattr(row, name) for name in halves}
    after = {name: document[name] for name in halves}
    differences = tuple(islice(_differences(before, after, ""), MAX_DIFFERENCES))
    attempts = _attempts(transaction, row, facts)
    if not differences and not attempts:
        return
    if differences:
        _apply(transaction, row, document, facts)
    if attempts:
        differences = (*differences[: MAX_DIFFERENCES - 1], ("state.usb_attempts", None, attempts))
    yield Reparsed(observation_id=row.id, machine_id=row.machine_id, host=row.host, differences=differences)


def _attempts(transaction: Transaction, row: Any, facts: Facts) -> int:
    """Write the USB attempts that nobody could read before; how many there were."""
    look = attempt_rows.Look(
        machine=row.machine_id,
        host=row.host,
        room=row.room,
        seat=row.seat,
        at=row.last_seen_at,
        told=facts.attempts,
        logins=row.logins,
    )
    return sum(attempt_rows.write(transaction, [look]).values())


def _apply(transaction: Transaction, row: Any, document: Mapping[str, Any], facts: Facts) -> None:
    session = transaction.session
    session.execute(
        update(ObservationRow),
        [{"id": row.id, "digest": facts.digest, "inventory": facts.inventory}],
    )
    if row.current:
        session.execute(
            update(MachineRow),
            [
                {
                    "id": row.machine_id,
                    "state": facts.state,
                    "unknown": facts.unknown,
                    "raw": facts.raw,
                    "features": facts.features,
                }
            ],
        )
        pairs = select(MachineKeyRow.kind, MachineKeyRow.value)
        held = {
            (kind, value)
            for kind, value in session.execute(pairs.where(MachineKeyRow.machine_id == row.machine_id))
        }
        stale = set(machine_keys(row.inventory).pairs())
        replace_keys(session, {row.machine_id: Keys.of(held - stale | set(facts.keys.pairs()))})
        component_rows.reread(
            session,
            component_rows.Look(
                machine=row.machine_id,
                at=row.last_seen_at,
                inventory=document["inventory"],
                unknown=document["unknown"],
                since=row.first_seen_at,
                unknown_before={},
            ),
        )
    transaction.record(
        "observation.reparsed",
        f"machine:{row.machine_id}",
        {"observation": row.id, "digest": row.digest},
        {
            "observation": row.id,
            "digest": facts.digest,
            "sections": changed_sections(row.inventory, document["inventory"]),
        },
    )


def _differences(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            inner = f"{path}.{name}" if path else name
            yield from _differences(before.get(name), after.get(name), inner)
    elif isinstance(before, list) and isinstance(after, list):
        for place in range(max(len(before), len(after))):
            old = before[place] if place < len(before) else None
            new = after[place] if place < len(after) else None
            yield from _differences(old, new, f"{path}[{place}]")
    elif before != after:
        yield path, before, after
