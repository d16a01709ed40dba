# ruff: noqa: S608 - the values are those of this file
"""A ledger of the first version, as a school has it, brought to this one: nothing is lost, nothing is made up."""

from alembic import command
from alembic.config import Config
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import database
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import run_reconcile
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import FindingKind, FindingStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from sqlalchemy import create_engine, text

SEEN, GONE = "2026-11-20 12:00:00.000000", "2026-11-23 12:00:00.000000"
ROWS = [
    "INSERT INTO machine (id, host, room, seat, simulated, first_seen_at, last_seen_at, last_status,"
    " last_status_at, state, unknown, raw, features, weak_identity, ambiguous_with) VALUES (1, 'pc01', '机房一',"
    f" '01', false, '{SEEN}', '{GONE}', 'observed', '{GONE}', '{{}}', '{{}}', '{{}}', '{{}}', false, '[]')",
    *[
        "INSERT INTO component (machine_id, kind, key, serial, attributes, first_seen_at, last_seen_at, removed_at)"
        f" VALUES (1, '{kind}', 'serial:{serial}', '{serial}', '{{}}', '{first}', '{last}', {removed})"
        for kind, serial, first, last, removed in (
            ("memory", "AAAA1111", SEEN, GONE, "NULL"),
            ("memory", "BBBB2222", SEEN, SEEN, f"'{GONE}'"),
            ("monitor", "CCCC3333", SEEN, SEEN, f"'{SEEN}'"),
            ("monitor", "DDDD4444", GONE, GONE, "NULL"),
        )
    ],
    "INSERT INTO finding (id, kind, key, advice, room, seat, asset_numbers, hosts, differences, status, opened_at,"
    " last_seen_at) VALUES (77, 'component_changed', 'component_changed:1:20261123T120000.000000Z',"
    " 'component_changed', '机房一', '01', '[]', '[\"pc01\"]',"
    ' \'[{"book":"S/N BBBB2222","fact":null,"field":"memory"}]\','
    f" 'open', '{GONE}', '{GONE}')",
]


def test_a_ledger_of_the_first_version(empty_ledger_url, tmp_path):
    (tmp_path / "new").mkdir()
    config = Config()
    config.set_main_option("script_location", database.__file__.replace("database.py", "migrations"))
    engine = create_engine(empty_ledger_url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for row in ROWS:
            connection.execute(text(row.replace(":", r"\:")))
    engine.dispose()

    ledger = open_ledger(empty_ledger_url)
    summary = run_reconcile(ledger, actor="tester")
    with ledger.read() as session:
        snapshot = load_snapshot(session, school="")
    ledger.close()
    changes = [row for row in snapshot.findings if row.kind is FindingKind.COMPONENT_CHANGED]
    # The one that was there goes on; the monitors, of which nobody was told then, are not told afterwards.
    assert [(row.id, row.status, len(row.stands_for)) for row in changes] == [(77, FindingStatus.OPEN, 1)]
    assert changes[0].last_whole_at is not None
    assert changes[0].logins == ()
    assert summary.findings.changed == 1
    assert {(part.whole_at, part.logins, part.returned) for part in snapshot.machines[0].components} == {
        (None, (), False)
    }
