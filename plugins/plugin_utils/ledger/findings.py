"""Findings in the ledger: opened, kept, reopened and resolved as the disagreements come and go.

=========  ==========================  =============================  ==================
was        found again, the same       found again, otherwise         no longer found
=========  ==========================  =============================  ==================
—          opened                      opened                         —
open       stays open                  stays open, with what is new   resolved
confirmed  stays confirmed             reopened                       resolved
dismissed  stays dismissed             reopened                       stays dismissed
resolved   reopened                    reopened                       stays resolved
=========  ==========================  =============================  ==================

A person dismisses a disagreement, not a day: a dismissed one that comes and goes (a PC that is often off)
stays dismissed until it says something else. What lies outside the scope is left as it is.

A change of parts is told by its instant. Once decided it stays as it is: a later change is a finding of its own, and
what a decided finding stood for (a room's, a swap's changes) is not told again when that finding falls apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from .collector import paused
from .column_types import in_chunks
from .database import Ledger, Transaction
from .loading import load_records
from .logins import document
from .matching import Link, match
from .models import FindingRow, MachineRow
from .reconcile import Scope, reconcile
from .records import Asset, Event, Finding, FindingKind, FindingStatus, Machine

_CONTENT = (
    *("advice", "room", "seat", "asset_numbers", "hosts", "differences"),
    *("last_whole_at", "logins", "stands_for"),
)
# What a person's decision fills in.
_DECISION = ("closed_at", "closed_by", "closed_reason", "category", "repair_number")
_DECIDED = frozenset({FindingStatus.CONFIRMED, FindingStatus.DISMISSED})
# What makes it the same disagreement: who it is about and what both sides say.
_SUBSTANCE = ("asset_numbers", "hosts", "differences")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsSummary:
    """How many findings were opened, reopened (from resolved, confirmed or dismissed), resolved; how many are
    open or confirmed as before (``changed`` of them now say something else); and how many were left untouched:
    dismissed, or outside the scope and not resolved."""

    opened: int = 0
    reopened: int = 0
    resolved: int = 0
    still_open: int = 0
    changed: int = 0
    untouched: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileSummary:
    """What one reconciliation did. ``open_by_kind`` counts what is open or confirmed now, in its scope, without
    confirmed changes of parts, which are the new normal;
    ``events`` are what was recorded."""

    assets: int
    machines: int
    linked: int
    unlinked: int
    findings: FindingsSummary
    open_by_kind: Mapping[FindingKind, int] = field(default_factory=dict)
    events: tuple[Event, ...] = field(default=(), compare=False, repr=False)


@paused()
def run_reconcile(
    ledger: Ledger,
    *,
    actor: str,
    scope: Scope | None = None,
    dry_run: bool = False,
    entered: Callable[[Transaction], Iterable[Finding]] = lambda _: (),
) -> ReconcileSummary:
    """Match, link and reconcile everything in the ledger, in one transaction.

    ``entered`` gives the findings of what people entered (``registers.store.entered_findings``).

    ``scope`` (None: the whole school) limits which findings are opened and resolved; links follow the whole
    ledger. A second run without news records no event. ``dry_run`` does all and takes it back. Raises
    UserError as ``Ledger.write`` does.
    """
    scope = scope or Scope()
    with ledger.write(actor=actor, reason="reconcile", dry_run=dry_run) as tx:
        assets, machines, sightings = load_records(tx.session)
        matches = match(assets, machines)
        linked, unlinked = _link(tx, assets, machines, matches.links)
        found = reconcile(assets, machines, sightings, matches, scope)
        found += (finding for finding in entered(tx) if scope.covers(finding))
        summary = apply_findings(tx, found, scope)
        return ReconcileSummary(
            assets=len(assets),
            machines=len(machines),
            linked=linked,
            unlinked=unlinked,
            findings=summary,
            open_by_kind=_open_by_kind(tx, scope),
            events=tuple(tx.events),
        )


def _link(
    tx: Transaction, assets: Sequence[Asset], machines: Sequence[Machine], links: Mapping[int, Link]
) -> tuple[int, int]:
    """Write the links that changed; how many machines were given an asset, and how many lost theirs."""
    numbers = {asset.id: asset.asset_number for asset in assets}
    changes: list[dict[str, int | None]] = []
    linked = unlinked = 0
    for machine in machines:
        link = links.get(machine.id)
        asset_id = link.asset_id if link else None
        if asset_id == machine.asset_id:
            continue
        changes.append({"id": machine.id, "asset_id": asset_id})
        before = None if machine.asset_id is None else {"asset_number": numbers.get(machine.asset_id)}
        after = (
            None if link is None else {"asset_number": numbers[link.asset_id], "reasons": list(link.reasons)}
        )
        tx.record("machine.linked" if link else "machine.unlinked", f"machine:{machine.id}", before, after)
        linked += link is not None
        unlinked += link is None
    if changes:
        tx.session.execute(update(MachineRow), changes)
    return linked, unlinked


def apply_findings(tx: Transaction, findings: Iterable[Finding], scope: Scope) -> FindingsSummary:
    """Bring the ledger's findings in line with ``findings``, which are those of ``scope``, by the table above.

    Events: finding.opened, finding.reopened, finding.changed, finding.resolved, each with the finding before and
    after. Raises ValueError if two findings have one key.
    """
    found: dict[str, Finding] = {}
    for finding in findings:
        if found.setdefault(finding.key, finding) is not finding:
            raise ValueError(f"two findings have the key {finding.key}")
    counts: Counter[str] = Counter()
    seen_again: list[int] = []
    known: set[str] = set()
    rows = tx.session.execute(select(*FindingRow.__table__.columns)).all()
    found = _untold(found, rows)
    for row in rows:
        known.add(row.key)
        again = found.get(row.key)
        if again is None:
            counts[_gone(tx, row, scope)] += 1
        else:
            seen_again.append(row.id)
            counts.update(_again(tx, row, again))
    counts["opened"] = _open(tx, [finding for name, finding in found.items() if name not in known])
    for batch in in_chunks(seen_again):
        tx.session.execute(update(FindingRow).where(FindingRow.id.in_(batch)).values(last_seen_at=tx.at))
    del counts["nothing"]
    return FindingsSummary(**counts)


def _untold(found: Mapping[str, Finding], rows: Iterable[Any]) -> dict[str, Finding]:
    """Without changes of parts all of which a person has decided as other findings."""
    settled: set[str] = set()
    decided: set[str] = set()
    for row in rows:
        if row.status in _DECIDED:
            decided.add(row.key)
            settled.update(row.stands_for)
    return {
        key: finding
        for key, finding in found.items()
        if key in decided or not finding.stands_for or not settled.issuperset(finding.stands_for)
    }


def _open(tx: Transaction, findings: Sequence[Finding]) -> int:
    rows = [
        FindingRow(kind=f.kind, key=f.key, opened_at=tx.at, last_seen_at=tx.at, **_content(f))
        for f in findings
    ]
    tx.session.add_all(rows)
    tx.session.flush()
    for row, finding in zip(rows, findings, strict=True):
        after = {"kind": finding.kind, "key": finding.key, **_content(finding), "status": FindingStatus.OPEN}
        del after["logins"]
        tx.record("finding.opened", f"finding:{row.id}", None, after)
    tx.session.expunge_all()
    return len(rows)


def _again(tx: Transaction, row: Any, finding: Finding) -> list[str]:
    """A finding that the ledger has: the counts that it adds to."""
    content = _content(finding)
    if _is_past(row):
        same = not row.stands_for or set(finding.stands_for) <= set(row.stands_for)
        if row.status is FindingStatus.CONFIRMED and same:
            return ["still_open"]
    else:
        same = all(getattr(row, name) == content[name] for name in _SUBSTANCE)
    if row.status is FindingStatus.RESOLVED or (row.status is not FindingStatus.OPEN and not same):
        fresh = {"opened_at": tx.at, **dict.fromkeys(_DECISION)}
        _change(tx, row, "finding.reopened", {**content, "status": FindingStatus.OPEN}, **fresh)
        return ["reopened"]
    if row.status is FindingStatus.DISMISSED:
        return ["untouched"]
    if all(getattr(row, name) == content[name] for name in _CONTENT):
        return ["still_open"]
    _change(tx, row, "finding.changed", content)
    return ["still_open", "changed"]


def _gone(tx: Transaction, row: Any, scope: Scope) -> str:
    """A finding of the ledger that was not found: the count that it adds to."""
    if row.status is FindingStatus.RESOLVED:
        return "nothing"
    settled = row.status is FindingStatus.DISMISSED or (row.status in _DECIDED and _is_past(row))
    if settled or not scope.settles(_place_of(row)):
        return "untouched"
    closed = {"closed_at": tx.at, "closed_by": tx.actor}
    _change(tx, row, "finding.resolved", {"status": FindingStatus.RESOLVED}, **closed)
    return "resolved"


def _is_past(row: Any) -> bool:
    """Whether it tells of changes of parts, which have happened whatever a later look sees. Rows that are older
    than ``stands_for`` have none."""
    return bool(row.stands_for) or row.kind is FindingKind.COMPONENT_CHANGED


def _change(tx: Transaction, row: Any, action: str, content: Mapping[str, Any], **unrecorded: Any) -> None:
    changes = {name: value for name, value in content.items() if getattr(row, name) != value}
    tx.session.execute(update(FindingRow).where(FindingRow.id == row.id).values(**changes, **unrecorded))
    # Who was logged in is no part of a history that can forget nothing.
    told = {name: value for name, value in changes.items() if name != "logins"}
    before = {"key": row.key, **{name: getattr(row, name) for name in told}}
    tx.record(action, f"finding:{row.id}", before, {"key": row.key, **told})


def _content(finding: Finding) -> dict[str, Any]:
    """The columns of ``FindingRow`` that a reconciliation decides, in the form in which they are kept."""
    return {
        "advice": finding.advice,
        "room": finding.room,
        "seat": finding.seat,
        "asset_numbers": list(finding.asset_numbers),
        "hosts": list(finding.hosts),
        "differences": [
            {"field": row.field, "book": row.book, "fact": row.fact} for row in finding.differences
        ],
        "last_whole_at": finding.last_whole_at,
        "logins": [document(login) for login in finding.logins],
        "stands_for": list(finding.stands_for),
    }


_PLACE = (
    FindingRow.kind,
    FindingRow.key,
    FindingRow.advice,
    FindingRow.room,
    FindingRow.seat,
    FindingRow.hosts,
)


def _place_of(row: Any) -> Finding:
    return Finding(
        kind=row.kind, key=row.key, advice=row.advice, room=row.room, seat=row.seat, hosts=tuple(row.hosts)
    )


def _open_by_kind(tx: Transaction, scope: Scope) -> dict[FindingKind, int]:
    live = (FindingStatus.OPEN, FindingStatus.CONFIRMED)
    rows = tx.session.execute(
        select(*_PLACE, FindingRow.status, FindingRow.stands_for).where(FindingRow.status.in_(live))
    )
    counts = Counter(
        row.kind
        for row in rows
        if scope.covers(_place_of(row)) and not (row.status in _DECIDED and _is_past(row))
    )
    return {kind: counts[kind] for kind in FindingKind if counts[kind]}
