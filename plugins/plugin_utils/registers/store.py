"""The registers in the ledger: read as a state, changed by plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from ..ledger.attempt_model import load_attempts
from ..ledger.database import Transaction
from ..ledger.models import AssetRow, EventRow, FindingRow, MachineRow, RegisterRow
from ..ledger.records import Asset, Event, Finding
from ..ledger.snapshot import load_assets, load_machines, load_newest_sightings
from ..school_time import school_day
from . import entries, rules
from .breaches import CURRENT, attempt_findings
from .entries import Entry
from .findings import register_findings
from .nouns import Noun, RegisterKind, document_of, noun_from, subject_of
from .state import Change, Plan, State

_PAYLOAD = tuple(each.name for each in fields(Asset) if each.name not in ("id", "parent_number"))


def load_registers(session: Session) -> dict[RegisterKind, dict[str, Any]]:
    """Every register, by kind and number, in the order of numbers."""
    registers: dict[RegisterKind, dict[str, Any]] = defaultdict(dict)
    statement = select(RegisterRow.kind, RegisterRow.number, RegisterRow.document)
    for kind, number, document in session.execute(statement.order_by(RegisterRow.number)):
        registers[kind][number] = noun_from(rules.NOUNS[kind], document)
    return dict(registers)


def load_state(session: Session, today: date, *, machines: bool = False, findings: bool = False) -> State:
    """``today`` is the school's day. Machines and findings are read for those who ask."""
    return State(
        today=today,
        assets={asset.asset_number: asset for asset in load_assets(session)},
        registers=load_registers(session),
        machines=tuple(load_machines(session)) if machines else (),
        sightings=tuple(load_newest_sightings(session)) if machines else (),
        findings=tuple(row.to_record() for row in session.scalars(select(FindingRow).order_by(FindingRow.id)))
        if findings
        else (),
    )


def load_history(session: Session, assets: Iterable[str]) -> dict[str, tuple[Event, ...]]:
    """What happened to each asset of these numbers, oldest first; () where there is no such asset."""
    return {number: tuple(_of_subject(session, f"asset:{number}")) for number in assets}


def _of_subject(session: Session, subject: str) -> list[Event]:
    statement = select(EventRow).where(EventRow.subject == subject).order_by(EventRow.number)
    return [row.to_record() for row in session.scalars(statement)]


def entered_findings(tx: Transaction) -> list[Finding]:
    """What the registers and the USB attempts give to be settled, for ``ledger.findings.run_reconcile``."""
    session = tx.session
    state = State(
        today=school_day(tx.at),
        assets={},
        registers=load_registers(session),
        attempts=tuple(load_attempts(session, since=tx.at - CURRENT)),
    )
    of_machines = select(MachineRow.id, AssetRow.asset_number).join(
        AssetRow, AssetRow.id == MachineRow.asset_id
    )
    assets = {row.id: row.asset_number for row in session.execute(of_machines)}
    return [*register_findings(state), *attempt_findings(state, assets)]


def plan_undo(session: Session, state: State, number: str | None) -> Plan:
    """The plan that takes an entry back (``entries.undo``)."""
    return entries.undo(state, number, _events(session, state.one(Entry, number).events), rules.NOUNS)


def _events(session: Session, numbers: Sequence[int]) -> list[Event]:
    statement = select(EventRow).where(EventRow.number.in_(numbers)).order_by(EventRow.number)
    return [row.to_record() for row in session.scalars(statement)]


def write_plan(tx: Transaction, state: State, plan: Plan) -> Entry:
    """Make the plan's changes and enter them as one entry. Raises UserError where they lead to a contradiction."""
    rules.hold(state, state.after(plan.changes))
    first = len(tx.events)
    for change in plan.changes:
        _write(tx, change)
    made = tx.events[first:]
    entry = Entry(
        number=state.next_number(Entry),
        errand=plan.errand,
        at=tx.at,
        actor=tx.actor,
        reason=tx.reason,
        subjects=tuple(event.subject for event in made),
        events=tuple(event.number for event in made),
        undoes=plan.undoes,
    )
    _write(tx, Change("entry.made", None, entry))
    return entry


def write_changes(tx: Transaction, changes: Iterable[Change]) -> int:
    """Make changes that no person entered, without an entry; how many there were."""
    wanted = list(changes)
    for change in wanted:
        _write(tx, change)
    return len(wanted)


def _write(tx: Transaction, change: Change) -> None:
    thing = change.thing
    if isinstance(thing, Asset):
        before, after = change.before, change.after
        assert before is None or isinstance(before, Asset)  # noqa: S101 - told by its twin, for the type checker
        assert after is None or isinstance(after, Asset)  # noqa: S101
        _write_asset(tx, before, after)
        tx.record_asset(change.action, before, after)
        return
    _write_noun(tx.session, thing, change)
    tx.record(
        change.action,
        subject_of(thing),
        None if change.before is None else document_of(change.before),
        None if change.after is None else document_of(change.after),
    )


def _write_noun(session: Session, thing: Noun, change: Change) -> None:
    if change.before is None:
        session.execute(
            insert(RegisterRow).values(kind=thing.kind, number=thing.number, document=document_of(thing))
        )
        return
    where = (RegisterRow.kind == thing.kind, RegisterRow.number == thing.number)
    if change.after is None:
        session.execute(delete(RegisterRow).where(*where))
    else:
        session.execute(update(RegisterRow).where(*where).values(document=document_of(thing)))


def _write_asset(tx: Transaction, before: Asset | None, after: Asset | None) -> None:
    session = tx.session
    if after is None:
        assert before is not None  # noqa: S101 - a change is of something
        session.execute(update(MachineRow).where(MachineRow.asset_id == before.id).values(asset_id=None))
        session.execute(delete(AssetRow).where(AssetRow.id == before.id))
        return
    values = {name: getattr(after, name) for name in _PAYLOAD}
    values["parent_id"] = (
        None
        if after.parent_number is None
        else session.scalar(select(AssetRow.id).where(AssetRow.asset_number == after.parent_number))
    )
    if before is None:
        session.execute(insert(AssetRow).values(**values))
    else:
        session.execute(update(AssetRow).where(AssetRow.id == before.id).values(**values))
