"""From spool records to the ledger: one transaction for all of them, idempotent by (run, host)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from ..i18n import UserError
from . import observations
from .column_types import bulk_insert, in_chunks
from .commit_summary import CommitSummary, Rejection
from .database import Ledger, Transaction
from .incoming import Header, Report, check, named
from .models import MachineRow, RunRow, SightingRow
from .records import SightingStatus


@dataclass(slots=True)
class _Run:
    header: Header | None = None
    reports: dict[str, Report] = field(default_factory=dict)

    def sorted_reports(self) -> list[Report]:
        return [self.reports[host] for host in sorted(self.reports)]


def commit_records(
    ledger: Ledger, records: Iterable[object], *, actor: str, dry_run: bool = False
) -> CommitSummary:
    """Write what runs have seen. ``records`` are parsed spool lines of any number of runs, in any order.

    A record that is not as the format says is left out and listed in ``rejected``; all others land together
    or, with UserError, none. Of several records of one host in one run the first counts; those that the
    ledger already has are ``duplicates``. All records are read and checked before the ledger is locked, so
    memory grows with them (about 60 KB for each PC).
    """
    summary = CommitSummary()
    runs = _gather(records, summary)
    if not runs:
        return summary
    with ledger.write(actor=actor, dry_run=dry_run) as transaction:
        for name, run in sorted(runs.items(), key=_begin):
            _commit_run(transaction, name, run, summary)
        summary.events = transaction.events
    return summary


def _gather(records: Iterable[object], summary: CommitSummary) -> dict[str, _Run]:
    runs: dict[str, _Run] = {}
    for record in records:
        try:
            checked = check(record)
        except UserError as error:
            summary.rejected.append(Rejection(*named(record), error.message))
            continue
        run = runs.setdefault(checked.run, _Run())
        if isinstance(checked, Header):
            run.header = run.header or checked
        elif checked.host in run.reports:
            summary.duplicates += 1
        else:
            run.reports[checked.host] = checked
    return runs


def _begin(item: tuple[str, _Run]) -> tuple[float, str]:
    """Older runs first: the newest sighting of a machine is the one that stays."""
    name, run = item
    times = [report.at for report in run.reports.values()]
    if run.header is not None:
        times.append(run.header.at)
    return min(times).timestamp(), name


def _commit_run(transaction: Transaction, name: str, run: _Run, summary: CommitSummary) -> None:
    session = transaction.session
    row = session.get(RunRow, name)
    sighted = select(SightingRow.host, SightingRow.machine_id).where(SightingRow.run_id == name)
    committed = {row.host: row.machine_id for row in session.execute(sighted)}
    reports = [report for report in run.sorted_reports() if report.host not in committed]
    summary.duplicates += len(run.reports) - len(reports)
    if row is None:
        row = _new_run(name, run, transaction.actor)
        session.add(row)
        session.flush()
    elif not reports:
        return
    transaction.reason = f"run:{name}"
    summary.runs.append(name)

    taken = frozenset(number for number in committed.values() if number is not None)
    seen = [report for report in reports if report.facts is not None]
    machines = observations.write(transaction, seen, taken, summary)
    missed = [report for report in reports if report.facts is None]
    machines |= _note_missed(transaction, missed)
    _write_sightings(transaction, reports, machines)

    counts = {status: sum(report.status is status for report in reports) for status in SightingStatus}
    summary.hosts += len(reports)
    for status, count in counts.items():
        setattr(summary, status.value, getattr(summary, status.value) + count)
        setattr(row, status.value, getattr(row, status.value) + count)
    row.hosts += len(reports)
    finished = [report.at for report in reports]
    row.finished_at = max([*finished, row.finished_at or row.started_at])
    transaction.record(
        "run.committed",
        f"run:{name}",
        None,
        {
            "playbook": row.playbook,
            "hosts": len(reports),
            **{status.value: count for status, count in counts.items()},
        },
    )


def _new_run(name: str, run: _Run, actor: str) -> RunRow:
    header = run.header
    started = header.at if header else min(report.at for report in run.reports.values())
    return RunRow(
        id=name,
        started_at=started,
        playbook=header.playbook if header else "",
        actor=(header.actor if header else "") or actor,
        hosts=0,
        observed=0,
        unreachable=0,
        failed=0,
    )


def _note_missed(transaction: Transaction, reports: list[Report]) -> dict[str, int]:
    """Give the machine that was last seen at each host the news that it did not answer; its id by host."""
    newest: dict[str, MachineRow] = {}
    for hosts in in_chunks([report.host for report in reports]):
        for machine in transaction.session.scalars(
            select(MachineRow)
            .where(MachineRow.host.in_(hosts))
            .order_by(MachineRow.last_seen_at, MachineRow.id)
        ):
            newest[machine.host] = machine
    for report in reports:
        missed = newest.get(report.host)
        if missed is not None and report.at > missed.last_status_at:
            missed.last_status = report.status
            missed.last_status_at = report.at
    return {host: machine.id for host, machine in newest.items()}


def _write_sightings(transaction: Transaction, reports: list[Report], machines: dict[str, int]) -> None:
    bulk_insert(
        transaction.session,
        SightingRow,
        [
            {
                "run_id": report.run,
                "host": report.host,
                "status": report.status,
                "at": report.at,
                "room": report.room,
                "seat": report.seat,
                "machine_id": machines.get(report.host),
                "message": report.message,
            }
            for report in reports
        ],
    )
