"""Findings in the ledger, from property book and spool to events."""

from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import (
    FindingsSummary,
    apply_findings,
    run_reconcile,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.loading import load_records
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.matching import match
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import (
    AssetRow,
    EventRow,
    FindingRow,
    MachineRow,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reconcile import Scope, reconcile
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Difference,
    Finding,
    FindingKind,
    FindingStatus,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import (
    load_assets,
    load_machines,
    load_newest_sightings,
)
from sqlalchemy import select, update

from tests.unit.ledger.ledger_samples import facts_of, module, pc_inventory, run_of

EVERYWHERE = Scope()


def finding(name="a", fact="8 GB", **fields):
    return Finding(
        kind=FindingKind.MISMATCH,
        key=f"mismatch:{name}",
        advice="mismatch",
        **{"room": "机房一", "seat": "01", "asset_numbers": (name,), "hosts": ("pc01",), **fields},
        differences=(Difference(field="memory", book="16 GB", fact=fact),),
    )


def apply(ledger, *findings, scope=EVERYWHERE):
    with ledger.write(actor="tester") as tx:
        summary = apply_findings(tx, findings, scope)
        return summary, [event.action for event in tx.events]


def decide(ledger, status):
    with ledger.write(actor="tester") as tx:
        tx.session.execute(update(FindingRow).values(status=status, closed_at=tx.at, closed_by="王老师"))


def status_of(ledger, key="mismatch:a"):
    with ledger.read() as session:
        return session.scalars(select(FindingRow).where(FindingRow.key == key)).one().to_record()


def counts(**numbers):
    return FindingsSummary(**numbers)


def test_a_new_finding_is_opened_with_both_sides(ledger):
    assert apply(ledger, finding()) == (counts(opened=1), ["finding.opened"])
    row = status_of(ledger)
    assert row.status is FindingStatus.OPEN
    assert row.opened_at == row.last_seen_at
    assert replace(row, id=None, opened_at=None, last_seen_at=None) == finding()


# was · found again as · what becomes of it, the summary, the events
CASES = [
    (FindingStatus.OPEN, finding(), FindingStatus.OPEN, {"still_open": 1}, []),
    (
        FindingStatus.OPEN,
        finding(fact="4 GB"),
        FindingStatus.OPEN,
        {"still_open": 1, "changed": 1},
        ["finding.changed"],
    ),
    (FindingStatus.OPEN, None, FindingStatus.RESOLVED, {"resolved": 1}, ["finding.resolved"]),
    (FindingStatus.CONFIRMED, finding(), FindingStatus.CONFIRMED, {"still_open": 1}, []),
    (
        FindingStatus.CONFIRMED,
        finding(fact="4 GB"),
        FindingStatus.OPEN,
        {"reopened": 1},
        ["finding.reopened"],
    ),
    (FindingStatus.CONFIRMED, None, FindingStatus.RESOLVED, {"resolved": 1}, ["finding.resolved"]),
    (FindingStatus.DISMISSED, finding(), FindingStatus.DISMISSED, {"untouched": 1}, []),
    (FindingStatus.DISMISSED, finding(seat="02"), FindingStatus.DISMISSED, {"untouched": 1}, []),
    (
        FindingStatus.DISMISSED,
        finding(fact="4 GB"),
        FindingStatus.OPEN,
        {"reopened": 1},
        ["finding.reopened"],
    ),
    (FindingStatus.DISMISSED, None, FindingStatus.DISMISSED, {"untouched": 1}, []),
    (FindingStatus.RESOLVED, finding(), FindingStatus.OPEN, {"reopened": 1}, ["finding.reopened"]),
    (FindingStatus.RESOLVED, None, FindingStatus.RESOLVED, {}, []),
]


@pytest.mark.parametrize("case", CASES)
def test_what_becomes_of_a_finding(ledger, case):
    was, again, becomes, summary, events = case
    apply(ledger, finding())
    decide(ledger, was)
    assert apply(ledger, *([again] if again else [])) == (counts(**summary), events)
    row = status_of(ledger)
    assert row.status is becomes
    if "resolved" in summary:
        assert row.closed_by == "tester"
    if "reopened" in summary:
        assert (row.closed_at, row.closed_by) == (None, None)
    if "untouched" in summary:
        assert row.closed_by == "王老师"
    if events and again is not None:
        assert row.differences == again.differences


def test_the_same_key_is_the_same_row(ledger):
    apply(ledger, finding())
    first = status_of(ledger)
    apply(ledger)
    apply(ledger, finding())
    again = status_of(ledger)
    assert (again.id, again.status, again.closed_at) == (first.id, FindingStatus.OPEN, None)


def test_outside_the_scope_nothing_is_resolved(ledger):
    apply(ledger, finding(), finding("b", room="机房二", hosts=("pc09",)))
    where = {"pc01": ("机房一", "01"), "pc09": ("机房二", "01")}
    assert apply(ledger, scope=Scope.limited(["pc09"], where)) == (
        counts(resolved=1, untouched=1),
        ["finding.resolved"],
    )
    assert status_of(ledger).status is FindingStatus.OPEN
    assert status_of(ledger, "mismatch:b").status is FindingStatus.RESOLVED


def test_two_findings_of_one_key_are_a_programming_error(ledger):
    with pytest.raises(ValueError, match="mismatch:a"):
        apply(ledger, finding(), finding(fact="4 GB"))


# --- from the book and the spool


def book(ledger, numbers, **fields):
    with ledger.write(actor="tester", reason="book") as tx:
        for n in numbers:
            row = AssetRow(
                asset_number=f"2023-{n:04}",
                name="台式计算机",
                brand="联想",
                model="ThinkCentre M720q",
                serial=f"PC{n:06}",
                specification="16G/256G",
                room="机房一",
                seat=f"{n:02}",
                **fields,
            )
            tx.session.add(row)
            tx.session.flush()
            tx.record_asset("asset.created", None, row.to_record())


def collect(ledger, hosts, *, run, minutes):
    """``hosts`` maps number to fields of its inventory, or to None where it did not answer."""
    records = {
        f"pc{n:02}": None if sections is None else facts_of(pc_inventory(n, **sections))
        for n, sections in hosts.items()
    }
    assert not commit_records(ledger, run_of(records, run=run, minutes=minutes), actor="tester").rejected


def events_since(ledger, number=0):
    with ledger.read() as session:
        rows = session.scalars(select(EventRow).where(EventRow.number > number).order_by(EventRow.number))
        return [row.action for row in rows]


def test_a_school_from_the_first_run_to_the_last(ledger):
    book(ledger, [1, 2, 3])
    collect(ledger, {1: {}, 2: {}, 3: None, 4: {}}, run="run-1", minutes=0)
    summary = run_reconcile(ledger, actor="tester")
    assert (summary.assets, summary.machines, summary.linked, summary.unlinked) == (3, 3, 2, 0)
    assert summary.open_by_kind == {FindingKind.SURPLUS: 1, FindingKind.UNKNOWN: 1}
    assert summary.findings == counts(opened=2)

    before = len(events_since(ledger))
    again = run_reconcile(ledger, actor="tester")
    assert (again.linked, again.findings) == (0, counts(still_open=2))
    assert events_since(ledger, before) == []

    # pc03 is switched on, pc04 enters the book, pc01 loses a module.
    book(ledger, [4])
    less = {"memory": {"total_bytes": 8 << 30, "modules": [module("DIMM 1", "0001A1B2")]}}
    collect(ledger, {1: less, 2: {}, 3: {}, 4: {}}, run="run-2", minutes=60)
    summary = run_reconcile(ledger, actor="tester")
    assert summary.findings == counts(opened=2, resolved=2)
    assert summary.open_by_kind == {FindingKind.MISMATCH: 1, FindingKind.COMPONENT_CHANGED: 1}
    assert (summary.linked, summary.unlinked) == (2, 0)
    with ledger.read() as session:
        links = dict(session.execute(select(MachineRow.host, AssetRow.asset_number).join(AssetRow)).all())
        assert links == {f"pc{n:02}": f"2023-{n:04}" for n in range(1, 5)}
        linked = (
            session.scalars(select(EventRow).where(EventRow.action == "machine.linked")).first().to_record()
        )
        assert linked.before is None
        assert linked.after["reasons"] == ["serial", "seat", "model", "brand"]
        assert verify(session).ok


def test_a_dry_run_says_the_same_and_writes_nothing(ledger):
    book(ledger, [1])
    collect(ledger, {1: {}, 2: {}}, run="run-1", minutes=0)
    before = len(events_since(ledger))
    tried = run_reconcile(ledger, actor="tester", dry_run=True)
    assert len(events_since(ledger)) == before
    assert run_reconcile(ledger, actor="tester") == tried


def test_a_run_of_one_pc_leaves_the_others_findings(ledger):
    book(ledger, [1, 2])
    where = {f"pc{n:02}": ("机房一", f"{n:02}") for n in (1, 2)}
    collect(ledger, {1: None, 2: None}, run="run-1", minutes=0)
    assert run_reconcile(ledger, actor="tester", scope=Scope(inventory=where)).findings == counts(opened=2)
    collect(ledger, {1: {}, 2: {}}, run="run-2", minutes=60)
    limited = run_reconcile(ledger, actor="tester", scope=Scope.limited(["pc01"], where))
    assert limited.findings == counts(resolved=1, untouched=1)
    assert run_reconcile(ledger, actor="tester", scope=Scope(inventory=where)).findings == counts(resolved=1)


def test_what_is_loaded_is_enough(ledger):
    """The light records give the very findings that the full ones give."""
    book(ledger, [1, 2, 3])
    collect(ledger, {1: {}, 2: {}, 3: {}, 4: {}}, run="run-1", minutes=0)
    changed = {
        "memory": {
            "total_bytes": 24 << 30,
            "modules": [module("DIMM 1", "0001A1B2"), module("DIMM 2", "NEW00001", 16 << 30)],
        }
    }
    fake = {"system": {"manufacturer": "LENOVO", "product": "ThinkCentre M720q", "serial": "PC000003"}}
    collect(ledger, {1: changed, 2: fake, 3: {}, 4: None}, run="run-2", minutes=60)
    with ledger.read() as session:
        light = load_records(session)
        full = (
            list(load_assets(session)),
            list(load_machines(session)),
            list(load_newest_sightings(session)),
        )
    found = reconcile(*light, match(*light[:2]))
    assert found == reconcile(*full, match(*full[:2]))
    assert {row.kind for row in found} >= {FindingKind.COMPONENT_CHANGED, FindingKind.SERIAL_UNTRUSTED}
    assert all("packages" not in machine.inventory and not machine.state for machine in light.machines)


HOSTILE = [
    "{{ lookup('pipe','id') }}",
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "../../x",
    "%s%n",
    "a:b",
    "long text " * 25,
]


def test_hostile_facts_stay_text(ledger):
    for n, text in enumerate(HOSTILE, start=1):
        system = {"manufacturer": text, "product": text, "serial": f"{text}{n}"[-200:]}
        collect(ledger, {n: {"system": system, "chassis": {"asset_tag": text}}}, run=f"run-{n}", minutes=n)
    run_reconcile(ledger, actor="tester")
    with ledger.read() as session:
        rows = [row.to_record() for row in session.scalars(select(FindingRow).order_by(FindingRow.id))]
    assert len(rows) == len(HOSTILE)
    models = {
        difference.fact for row in rows for difference in row.differences if difference.field == "model"
    }
    assert models == {text if len(text) <= 200 else text[:199] + "…" for text in HOSTILE}
