from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.column_types import canonical_json, utc_text
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import (
    GENESIS,
    asset_document,
    event_digest,
    verify,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import AssetRow, EventRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus
from sqlalchemy import exc, text


def add_asset(ledger, number, **fields):
    with ledger.write(actor="clerk", reason="test") as tx:
        row = AssetRow(asset_number=number, name="台式计算机", **fields)
        tx.session.add(row)
        tx.session.flush()
        return tx.record_asset("asset.created", None, row.to_record())


def add_events(ledger, count):
    with ledger.write(actor="clerk", reason="test") as tx:
        return [tx.record("finding.opened", f"finding:{n}", None, {"n": n}) for n in range(count)]


def behind_its_back(ledger, *statements):
    """Change the database as one with all rights over it could: the guards of the history are taken away."""
    guards = {
        "sqlite": ["DROP TRIGGER event_refuses_update", "DROP TRIGGER event_refuses_delete"],
        "postgresql": ["DROP TRIGGER event_refuses_change ON event"],
    }
    with ledger.engine.begin() as connection:
        for statement in (*guards[ledger.engine.dialect.name], *statements):
            connection.exec_driver_sql(statement)


def check(ledger, expected_head=None):
    with ledger.read() as session:
        return verify(session, expected_head)


def test_an_empty_history_is_good(ledger):
    result = check(ledger)
    assert (result.ok, result.count, result.head, result.reason) == (True, 0, GENESIS, None)


def test_events_are_numbered_and_chained_across_transactions(ledger):
    events = [*add_events(ledger, 2), *add_events(ledger, 1)]
    assert [event.number for event in events] == [1, 2, 3]
    assert [event.previous for event in events] == [GENESIS, events[0].digest, events[1].digest]
    result = check(ledger)
    assert (result.ok, result.count, result.head) == (True, 3, events[2].digest)


def test_what_is_recorded_is_what_is_read(ledger):
    recorded = add_asset(ledger, "2023-0001", original_value=Decimal("4599.10"), booked_on=date(2023, 9, 1))
    with ledger.read() as session:
        event = session.get(EventRow, 1).to_record()
    assert event == recorded
    assert (event.actor, event.reason, event.subject) == ("clerk", "test", "asset:2023-0001")
    assert event.after["original_value"] == "4599.10"
    assert event.after["booked_on"] == "2023-09-01"
    assert event.after["status"] == "in_use"
    assert event.before is None


@pytest.mark.parametrize(
    ("statement", "first_bad", "good"),
    [
        ("UPDATE event SET actor = 'nobody' WHERE number = 3", 3, 2),
        ("UPDATE event SET after = '{\"n\":7}' WHERE number = 1", 1, 0),
        ("UPDATE event SET at = '2020-01-01 00:00:00+00:00' WHERE number = 5", 5, 4),
        ("UPDATE event SET before = '{}' WHERE number = 2", 2, 1),
        ("DELETE FROM event WHERE number = 1", 2, 0),
        ("DELETE FROM event WHERE number IN (3, 4)", 5, 2),
    ],
)
def test_the_first_event_that_was_altered_or_removed_is_named(ledger, statement, first_bad, good):
    add_events(ledger, 6)
    if ledger.engine.dialect.name == "sqlite":
        statement = statement.replace("00:00:00+00:00", "00:00:00.000000")
    behind_its_back(ledger, statement)
    result = check(ledger)
    assert (result.ok, result.first_bad, result.count) == (False, first_bad, good)
    assert str(first_bad) in result.reason.render("en")


def test_two_events_in_another_order_are_found(ledger):
    add_events(ledger, 4)
    behind_its_back(
        ledger,
        "UPDATE event SET number = 99 WHERE number = 2",
        "UPDATE event SET number = 2 WHERE number = 3",
        "UPDATE event SET number = 3 WHERE number = 99",
    )
    assert check(ledger).first_bad == 2


def test_an_event_that_was_replaced_together_with_its_digest_is_found(ledger):
    events = add_events(ledger, 4)
    with ledger.read() as session:
        row = session.get(EventRow, 2)
        row.actor = "somebody else"
        forged = event_digest(row)
        session.rollback()
    behind_its_back(
        ledger,
        "UPDATE event SET actor = 'somebody else' WHERE number = 2",
        f"UPDATE event SET digest = '{forged}' WHERE number = 2",  # noqa: S608 - a hex digest
    )
    result = check(ledger)
    assert (result.first_bad, result.count) == (3, 2)
    assert events[1].digest != forged


def test_a_history_whose_end_was_cut_off_is_found_by_a_head_kept_elsewhere(ledger):
    events = add_events(ledger, 5)
    assert check(ledger, events[2].digest).ok
    assert check(ledger, events[4].digest).ok
    behind_its_back(ledger, "DELETE FROM event WHERE number > 3")
    assert check(ledger).ok
    assert check(ledger, events[2].digest).ok
    result = check(ledger, events[4].digest)
    assert (result.ok, result.first_bad) == (False, None)
    assert events[4].digest in result.reason.render("en")


def test_an_asset_changed_behind_the_ledger_is_named(ledger):
    add_asset(ledger, "A1")
    add_asset(ledger, "A2", original_value=Decimal("4599"))
    with ledger.engine.begin() as connection:
        connection.execute(text("UPDATE asset SET original_value = 10 WHERE asset_number = 'A2'"))
    result = check(ledger)
    assert (result.ok, result.first_bad, result.count) == (False, 2, 2)
    assert "A2" in result.reason.render("en")
    assert "A2" in result.reason.render("zh_CN")


def test_an_asset_removed_or_slipped_in_behind_the_ledger_is_named(ledger):
    add_asset(ledger, "A1")
    with ledger.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO asset (asset_number, name, quantity, status) VALUES ('A9', 'x', 1, 'idle')")
        )
    result = check(ledger)
    assert (result.ok, result.first_bad) == (False, None)
    assert "A9" in result.reason.render("en")
    with ledger.engine.begin() as connection:
        connection.execute(text("DELETE FROM asset"))
    result = check(ledger)
    assert (result.ok, result.first_bad) == (False, 1)
    assert "A1" in result.reason.render("en")


def test_changing_and_removing_assets_through_the_ledger_is_good(ledger):
    add_asset(ledger, "A1")
    with ledger.write(actor="clerk") as tx:
        row = tx.session.query(AssetRow).one()
        child = AssetRow(asset_number="A2", name="显示器", parent=row)
        tx.session.add(child)
        before = row.to_record()
        row.status = AssetStatus.REPAIR
        tx.session.flush()
        tx.record_asset("asset.updated", before, row.to_record())
        tx.record_asset("asset.created", None, child.to_record())
    assert check(ledger).ok
    with ledger.write(actor="clerk") as tx:
        child = tx.session.query(AssetRow).filter_by(asset_number="A2").one()
        assert child.to_record().parent_number == "A1"
        tx.record_asset("asset.removed", child.to_record(), None)
        tx.session.delete(child)
    assert check(ledger).ok


def test_the_database_refuses_to_change_the_history(ledger):
    add_events(ledger, 2)
    statements = ["UPDATE event SET actor = 'x' WHERE number = 1", "DELETE FROM event WHERE number = 2"]
    if ledger.engine.dialect.name == "sqlite":
        statements.append(
            "INSERT OR REPLACE INTO event SELECT number, at, 'x', reason, action, subject, before, after, "
            "previous, digest FROM event WHERE number = 1"
        )
    else:
        statements.append("TRUNCATE event")
    for statement in statements:
        with pytest.raises(exc.DBAPIError, match="append-only"), ledger.engine.begin() as connection:
            connection.execute(text(statement))
    assert check(ledger).count == 2


def test_an_event_on_an_asset_carries_the_whole_asset(ledger):
    with pytest.raises(ValueError, match="whole asset"), ledger.write(actor="x") as tx:
        tx.record("asset.updated", "asset:A1", {"name": "a"}, {"name": "b"})


def test_hostile_text_is_stored_and_proven(ledger):
    hostile = {"name": "a\0b\ud800c{{ lookup('pipe','id') }}'; DROP TABLE event; --"}
    with ledger.write(actor="cl\0erk\udfff", reason="理由\0") as tx:
        event = tx.record("finding.opened", "finding:1\0", None, hostile)
    assert (event.actor, event.reason, event.subject) == ("clerk?", "理由", "finding:1")
    assert event.after == {"name": "a\0b?c{{ lookup('pipe','id') }}'; DROP TABLE event; --"}
    assert check(ledger).ok


def test_the_canonical_form():
    assert canonical_json({"b": 1, "a": "机"}) == '{"a":"机","b":1}'
    assert canonical_json([Decimal("1.50"), date(2026, 1, 2)]) == '["1.50","2026-01-02"]'
    assert utc_text(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05.000000Z"
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))
    with pytest.raises(TypeError, match="set"):
        canonical_json({1})


def test_an_asset_document_leaves_only_the_databases_id_out(ledger):
    add_asset(ledger, "A1")
    with ledger.read() as session:
        asset = session.query(AssetRow).one().to_record()
    assert "id" not in asset_document(asset)
    assert len(asset_document(asset)) == 24
