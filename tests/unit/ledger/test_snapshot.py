from datetime import UTC, datetime
from decimal import Decimal

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import snapshot as snapshots
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import AssetRow, FindingRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Difference,
    FindingKind,
    FindingStatus,
    SightingStatus,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from sqlalchemy import event

from tests.unit.ledger.ledger_samples import at, run_of
from tests.unit.ledger.test_commit import commit, pc


def fill(ledger, assets=2):
    commit(ledger, run_of({"pc01": pc(1), "pc02": pc(2), "pc03": None}))
    commit(ledger, run_of({"pc01": None, "pc02": pc(2)}, run="run-2", minutes=60))
    with ledger.write(actor="clerk") as tx:
        tower = AssetRow(asset_number="2023-0002", name="计算机", original_value=Decimal("4599.00"))
        tx.session.add(tower)
        tx.session.add_all(
            AssetRow(asset_number=f"2023-{n:04}", name="显示器", parent=tower) for n in range(10, 10 + assets)
        )
        tx.session.flush()
        for row in tx.session.query(AssetRow).order_by(AssetRow.id):
            tx.record_asset("asset.created", None, row.to_record())
        tx.session.add(
            FindingRow(
                kind=FindingKind.MISMATCH,
                key="mismatch:2023-0002",
                advice="mismatch",
                asset_numbers=["2023-0002"],
                hosts=["pc01"],
                differences=[{"field": "memory", "book": "16 GB", "fact": None}],
                opened_at=at(70),
                last_seen_at=at(70),
            )
        )


def load(ledger):
    with ledger.read() as session:
        return load_snapshot(session, school="实验小学", taken_at=datetime(2026, 12, 1, tzinfo=UTC))


def test_everything_is_there_in_a_fixed_order(ledger):
    fill(ledger)
    snapshot = load(ledger)
    assert (snapshot.school, snapshot.taken_at.year) == ("实验小学", 2026)
    assert [(asset.asset_number, asset.parent_number) for asset in snapshot.assets] == [
        ("2023-0002", None),
        ("2023-0010", "2023-0002"),
        ("2023-0011", "2023-0002"),
    ]
    assert snapshot.assets[0].original_value == Decimal("4599.00")
    assert [(machine.host, len(machine.components)) for machine in snapshot.machines] == [
        ("pc01", 8),
        ("pc02", 8),
    ]
    assert snapshot.machines[0].inventory["system"]["serial"] == "PC000001"
    assert snapshot.machines[0].last_status is SightingStatus.UNREACHABLE
    assert [(one.host, one.run_id, one.status.value) for one in snapshot.sightings] == [
        ("pc01", "run-2", "unreachable"),
        ("pc02", "run-2", "observed"),
        ("pc03", "run-1", "unreachable"),
    ]
    [finding] = snapshot.findings
    assert (finding.kind, finding.status, finding.differences) == (
        FindingKind.MISMATCH,
        FindingStatus.OPEN,
        (Difference(field="memory", book="16 GB", fact=None),),
    )
    assert [run.id for run in snapshot.runs] == ["run-2", "run-1"]
    assert [one.number for one in snapshot.events] == list(range(1, len(snapshot.events) + 1))
    assert len(snapshot.events) == 7


def test_an_empty_ledger_has_a_snapshot(ledger):
    snapshot = load(ledger)
    assert (snapshot.assets, snapshot.machines, snapshot.events) == ((), (), ())


def test_a_large_history_is_cut_to_the_newest_of_each_subject(ledger, monkeypatch):
    fill(ledger)
    with ledger.write(actor="x") as tx:
        for n in range(5):
            tx.record("finding.opened", "finding:1", None, {"n": n})
    monkeypatch.setattr(snapshots, "ALL_EVENTS", 5)
    monkeypatch.setattr(snapshots, "EVENTS_PER_SUBJECT", 2)
    events = load(ledger).events
    assert [one.after for one in events if one.subject == "finding:1"] == [{"n": 3}, {"n": 4}]
    assert sum(one.subject.startswith("asset:") for one in events) == 3
    assert [one.number for one in events] == sorted(one.number for one in events)


def test_the_number_of_queries_does_not_grow(ledger):
    fill(ledger, assets=50)
    statements = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    load(ledger)
    assert len([one for one in statements if one.startswith("SELECT")]) <= 10
