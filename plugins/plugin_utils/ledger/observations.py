"""Writing what a run observed: machines, the stretches of time in which their inventory stayed the same, the
newest evidence, keys and parts. In bulk, so that two hundred PCs cost a few dozen statements.

A machine that is seen with the inventory it had costs one row (its sighting): the observation's end moves on,
and its evidence is replaced by the newer one. A sighting that comes late (a spool that a crash left behind)
never overwrites a newer one: it only adds to the past.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from . import attempt_rows, component_rows, logins
from .column_types import bulk_insert, in_chunks
from .commit_summary import Ambiguity, CommitSummary
from .database import Transaction
from .identity import Decision, Known, Seen, identify
from .incoming import Facts, Report
from .keys import Keys
from .models import IS_CURRENT, EvidenceRow, MachineKeyRow, MachineRow, ObservationRow
from .records import AttemptAction, SightingStatus


@dataclass(slots=True)
class _Sighting:
    """One observed host. ``former`` is the machine with its current observation as it was before (a result
    row), None for a new machine; ``keys`` are those that the ledger had."""

    report: Report
    facts: Facts
    decision: Decision
    machine: int
    former: Any = None
    keys: Keys = Keys({})  # noqa: RUF009 - frozen

    @property
    def logins(self) -> list[logins.Document]:
        """Who was seen at the machine, this look included."""
        before = [] if self.former is None else self.former.logins
        return logins.seen(before, json.loads(self.facts.state), self.report.host, self.report.at)

    @property
    def sessions(self) -> list[Mapping[str, Any]]:
        """Every sighting of a session at the machine that is known, this look's included."""
        now = logins.sightings(json.loads(self.facts.state), self.report.host, self.report.at)
        return [*now, *(() if self.former is None else self.former.logins)]

    @property
    def late(self) -> bool:
        return self.former is not None and self.report.at < self.former.last_seen_at

    @property
    def same_inventory(self) -> bool:
        return self.former is not None and self.facts.digest == self.former.digest

    @property
    def unchanged(self) -> bool:
        """Nothing new, also not about what is unknown."""
        return self.same_inventory and json.loads(self.facts.unknown) == self.former.unknown


def write(
    transaction: Transaction, reports: Sequence[Report], taken: AbstractSet[int], summary: CommitSummary
) -> dict[str, int]:
    """Write the observed hosts of one run; gives the machine's id by host.

    ``taken`` are machines that earlier parts of the run have seen. Counts and ambiguities go to ``summary``.
    """
    if not reports:
        return {}
    session = transaction.session
    sightings = _identified(session, reports, taken)
    _add_machines(transaction, [one for one in sightings if one.former is None], summary)
    present = [one for one in sightings if not one.late]
    late = [one for one in sightings if one.late]

    replaced = _move_on(session, [one for one in present if one.same_inventory])
    _begin_observations(transaction, [one for one in present if not one.same_inventory], summary)
    _add_to_past(session, late)
    _write_components(transaction, present, summary)
    _write_keys(session, present)
    _update_machines(transaction, present, {one.machine for one in sightings})
    _drop_evidence(session, replaced)
    _write_attempts(transaction, sightings, summary)

    summary.unchanged += sum(one.same_inventory for one in sightings)
    summary.weak += sum(one.decision.weak for one in sightings)
    return {one.report.host: one.machine for one in sightings}


def _identified(session: Session, reports: Sequence[Report], taken: AbstractSet[int]) -> list[_Sighting]:
    facts = {report.host: report.facts for report in reports if report.facts is not None}
    seen = [
        Seen(host=host, keys=one.keys, features=one.features, simulated=one.simulated)
        for host, one in facts.items()
    ]
    known = {machine.id: machine for machine in _known(session, seen)}
    decisions = {decision.host: decision for decision in identify(seen, known.values(), taken=taken)}
    former = _former(session, [one.machine_id for one in decisions.values() if one.machine_id is not None])
    sightings = []
    for report in reports:
        decision = decisions[report.host]
        number = decision.machine_id
        one = _Sighting(report, facts[report.host], decision, number or 0)
        if number is not None:
            one.former, one.keys = former[number], known[number].keys
        sightings.append(one)
    return sightings


def _known(session: Session, seen: Sequence[Seen]) -> list[Known]:
    """Every machine that shares a key or the host name with one of ``seen``."""
    numbers: set[int] = set()
    values = {value for one in seen for _, value in one.keys.pairs()}
    for chunk in in_chunks(sorted(values)):
        numbers.update(
            session.scalars(select(MachineKeyRow.machine_id).where(MachineKeyRow.value.in_(chunk)))
        )
    for hosts in in_chunks([one.host for one in seen]):
        numbers.update(session.scalars(select(MachineRow.id).where(MachineRow.host.in_(hosts))))

    keys: dict[int, list[tuple[str, str]]] = {number: [] for number in numbers}
    machines: list[Any] = []
    for some in in_chunks(sorted(numbers)):
        for row in session.execute(select(MachineKeyRow.__table__).where(MachineKeyRow.machine_id.in_(some))):
            keys[row.machine_id].append((row.kind, row.value))
        machines += session.execute(
            select(MachineRow.id, MachineRow.host, MachineRow.features, MachineRow.simulated).where(
                MachineRow.id.in_(some)
            )
        ).all()
    return [
        Known(
            id=row.id,
            host=row.host,
            features=row.features,
            simulated=row.simulated,
            keys=Keys.of(keys[row.id]),
        )
        for row in machines
    ]


def _former(session: Session, numbers: Iterable[int]) -> dict[int, Any]:
    machine, observation = MachineRow, ObservationRow
    statement = select(
        machine.id,
        machine.host,
        machine.room,
        machine.seat,
        machine.first_seen_at,
        machine.last_seen_at,
        machine.last_status,
        machine.last_status_at,
        machine.unknown,
        machine.ambiguous_with,
        machine.logins,
        observation.id.label("observation"),
        observation.digest,
        observation.evidence_digest,
        observation.first_seen_at.label("observed_since"),
    ).join(observation, (observation.machine_id == machine.id) & IS_CURRENT)
    found = {}
    for chunk in in_chunks(sorted(numbers)):
        found.update({row.id: row for row in session.execute(statement.where(machine.id.in_(chunk)))})
    return found


def _add_machines(transaction: Transaction, new: Sequence[_Sighting], summary: CommitSummary) -> None:
    if not new:
        return
    numbers = transaction.session.scalars(
        insert(MachineRow).returning(MachineRow.id, sort_by_parameter_order=True),
        [{**_machine_values(one), "first_seen_at": one.report.at,
          "ambiguous_with": list(one.decision.ambiguous_with)} for one in new],
    )  # fmt: skip
    for one, number in zip(new, numbers, strict=True):
        one.machine = number
        report, decision = one.report, one.decision
        transaction.record(
            "machine.added",
            f"machine:{number}",
            None,
            {
                "host": report.host,
                "room": report.room,
                "seat": report.seat,
                "simulated": one.facts.simulated,
                "weak_identity": decision.weak,
                "ambiguous_with": list(decision.ambiguous_with),
            },
        )
        if decision.ambiguous_with:
            kinds = tuple(sorted({kind for kind, _ in decision.agreeing}))
            summary.ambiguities.append(Ambiguity(report.host, number, decision.ambiguous_with, kinds))
    summary.new_machines += len(new)


def _machine_values(one: _Sighting) -> dict[str, Any]:
    report, facts = one.report, one.facts
    newest = one.former is None or report.at >= one.former.last_status_at
    return {
        "host": report.host,
        "room": report.room,
        "seat": report.seat,
        "simulated": facts.simulated,
        "last_seen_at": report.at,
        "last_status": SightingStatus.OBSERVED if newest else one.former.last_status,
        "last_status_at": report.at if newest else one.former.last_status_at,
        "state": facts.state,
        "unknown": facts.unknown,
        "raw": facts.raw,
        "features": facts.features,
        "weak_identity": one.decision.weak,
        "logins": one.logins,
    }


def _update_machines(
    transaction: Transaction, sightings: Sequence[_Sighting], in_this_run: AbstractSet[int]
) -> None:
    """Two machines that one run sees at two hosts are two: they are no longer ambiguous."""
    values = []
    for one in sightings:
        if one.former is None:
            continue
        doubts = [number for number in one.former.ambiguous_with if number not in in_this_run]
        values.append({"id": one.machine, **_machine_values(one), "ambiguous_with": doubts})
        before = {name: getattr(one.former, name) for name in ("host", "room", "seat")}
        after = {name: getattr(one.report, name) for name in ("host", "room", "seat")}
        if before != after:
            transaction.record("machine.moved", f"machine:{one.machine}", before, after)
    if values:
        transaction.session.execute(update(MachineRow), values)


def _move_on(session: Session, sightings: Sequence[_Sighting]) -> set[str]:
    """The inventory is as it was: the stretch gets longer. Gives the evidence that is no longer the newest."""
    if not sightings:
        return set()
    _store_evidence(session, sightings)
    session.connection().execute(
        update(ObservationRow.__table__)  # type: ignore[arg-type]
        .where(ObservationRow.id == bindparam("number"))
        .values(
            last_seen_at=bindparam("at"),
            times_seen=ObservationRow.times_seen + 1,
            evidence_digest=bindparam("evidence"),
        ),
        [
            {
                "number": one.former.observation,
                "at": one.report.at,
                "evidence": _evidence_digest(one) or one.former.evidence_digest,
            }
            for one in sightings
        ],
    )
    return {
        one.former.evidence_digest
        for one in sightings
        if one.former.evidence_digest not in (None, _evidence_digest(one) or one.former.evidence_digest)
    }


def _begin_observations(
    transaction: Transaction, sightings: Sequence[_Sighting], summary: CommitSummary
) -> None:
    if not sightings:
        return
    session = transaction.session
    _store_evidence(session, sightings)
    changed = [one for one in sightings if one.former is not None]
    inventories = _inventories(session, [one.former.observation for one in changed])
    for chunk in in_chunks(list(inventories)):
        session.execute(
            update(ObservationRow).where(ObservationRow.id.in_(chunk)).values(current=False),
            execution_options={"synchronize_session": False},
        )
    bulk_insert(session, ObservationRow, [_observation(one, current=True) for one in sightings])
    for one in changed:
        transaction.record(
            "observation.changed",
            f"machine:{one.machine}",
            {"digest": one.former.digest},
            {
                "digest": one.facts.digest,
                "sections": changed_sections(
                    inventories[one.former.observation], json.loads(one.facts.inventory)
                ),
            },
        )
    summary.new_observations += len(sightings)


def changed_sections(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of an inventory's sections that differ, sorted."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _inventories(session: Session, observations: Iterable[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for chunk in in_chunks(observations):
        rows = session.execute(
            select(ObservationRow.id, ObservationRow.inventory).where(ObservationRow.id.in_(chunk))
        )
        found.update({row.id: row.inventory for row in rows})
    return found


def _observation(one: _Sighting, *, current: bool) -> dict[str, Any]:
    return {
        "machine_id": one.machine,
        "digest": one.facts.digest,
        "inventory": one.facts.inventory,
        "evidence_digest": _evidence_digest(one),
        "first_seen_at": one.report.at,
        "last_seen_at": one.report.at,
        "current": current,
    }


def _add_to_past(session: Session, late: Sequence[_Sighting]) -> None:
    for one in late:
        if one.same_inventory and one.report.at < one.former.observed_since:
            since = {"first_seen_at": one.report.at}
        else:
            since = {}
        if one.same_inventory:
            session.execute(
                update(ObservationRow)
                .where(ObservationRow.id == one.former.observation)
                .values(times_seen=ObservationRow.times_seen + 1, **since),
                execution_options={"synchronize_session": False},
            )
        else:
            _store_evidence(session, [one])
            bulk_insert(session, ObservationRow, [_observation(one, current=False)])
        if one.report.at < one.former.first_seen_at:
            session.execute(update(MachineRow), [{"id": one.machine, "first_seen_at": one.report.at}])


def _write_components(
    transaction: Transaction, sightings: Sequence[_Sighting], summary: CommitSummary
) -> None:
    component_rows.move_on(
        transaction.session,
        [(one.machine, one.former.last_seen_at, one.report.at) for one in sightings if one.unchanged],
    )
    added, removed = component_rows.write(
        transaction,
        [
            component_rows.Look(
                machine=one.machine,
                at=one.report.at,
                inventory=json.loads(one.facts.inventory),
                unknown=json.loads(one.facts.unknown),
                since=None if one.former is None else one.former.first_seen_at,
                unknown_before={} if one.former is None else one.former.unknown,
                before=None if one.former is None else one.former.last_seen_at,
                logins=one.logins,
            )
            for one in sightings
            if not one.unchanged
        ],
    )
    summary.components_added += added
    summary.components_removed += removed


def _write_attempts(transaction: Transaction, sightings: Sequence[_Sighting], summary: CommitSummary) -> None:
    looks = [
        attempt_rows.Look(
            machine=one.machine,
            host=one.report.host,
            room=one.report.room,
            seat=one.report.seat,
            at=one.report.at,
            told=one.facts.attempts,
            logins=one.sessions,
            before=None
            if one.former is None
            else (one.former.last_seen_at, one.former.room, one.former.seat),
        )
        for one in sightings
        if one.facts.attempts
    ]
    counts = attempt_rows.write(transaction, looks)
    summary.attempts_refused += counts[AttemptAction.REFUSED]
    summary.attempts_allowed += counts[AttemptAction.ALLOWED]


def _write_keys(session: Session, sightings: Sequence[_Sighting]) -> None:
    """A kind of key that could not be read this time keeps its values."""
    changed = [
        one for one in sightings if dict(one.keys.newer(one.facts.keys).values) != dict(one.keys.values)
    ]
    replace_keys(session, {one.machine: one.keys.newer(one.facts.keys) for one in changed})


def replace_keys(session: Session, keys: Mapping[int, Keys]) -> None:
    """Give each machine (by id) exactly these keys."""
    for chunk in in_chunks(keys):
        session.execute(
            delete(MachineKeyRow).where(MachineKeyRow.machine_id.in_(chunk)),
            execution_options={"synchronize_session": False},
        )
    values = [
        {"machine_id": number, "kind": kind, "value": value}
        for number, held in keys.items()
        for kind, value in held.pairs()
    ]
    bulk_insert(session, MachineKeyRow, values)


def _evidence_digest(one: _Sighting) -> str | None:
    return None if one.facts.evidence is None else one.facts.evidence.digest


def _store_evidence(session: Session, sightings: Sequence[_Sighting]) -> None:
    pieces = {one.facts.evidence.digest: one.facts.evidence for one in sightings if one.facts.evidence}
    for chunk in in_chunks(sorted(pieces)):
        for digest in session.scalars(select(EvidenceRow.digest).where(EvidenceRow.digest.in_(chunk))):
            del pieces[digest]
    values = [{"digest": one.digest, "data": one.data, "size": one.size} for one in pieces.values()]
    bulk_insert(session, EvidenceRow, values)


def _drop_evidence(session: Session, digests: AbstractSet[str]) -> None:
    """Remove what no observation refers to any more; two PCs may have sent the same."""
    for chunk in in_chunks(sorted(digests)):
        used = select(ObservationRow.evidence_digest).where(ObservationRow.evidence_digest.in_(chunk))
        session.execute(
            delete(EvidenceRow).where(EvidenceRow.digest.in_(chunk), EvidenceRow.digest.not_in(used)),
            execution_options={"synchronize_session": False},
        )
