import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import database
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import REVISIONS, open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import AssetRow, Base, EventRow, RunRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.partial_indexes import OBSERVATION_CURRENT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text


def count(ledger, table):
    with ledger.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_new_file_and_its_folder_are_for_their_owner_alone(tmp_path):
    path = tmp_path / "data" / "school" / "ledger.sqlite"
    open_ledger(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_sqlite_is_set_to_lose_nothing(tmp_path):
    ledger = open_ledger(f"sqlite:///{tmp_path / 'l.sqlite'}", wait=7)
    with ledger.read() as session:
        values = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 7000}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ledger.sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory",
        "mysql://root:geheim@localhost/ledger",
        "postgresql+psycopg2://root:geheim@localhost/ledger",
        "postgresql://root:geheim@localhost",
        "postgresql://root:geheim@local host:port/ledger",
    ],
)
def test_an_address_that_is_no_ledger_is_refused_without_repeating_it(url):
    with pytest.raises(UserError) as error:
        open_ledger(url)
    assert "geheim" not in str(error.value)
    assert "sqlite:////folder/ledger.sqlite" in error.value.message.render("zh_CN")


def test_a_password_is_never_shown():
    with pytest.raises(UserError) as error:
        open_ledger("postgresql+psycopg://clerk:geheim@127.0.0.1:1/ledger?password=geheim2&connect_timeout=1")
    assert "postgresql://127.0.0.1:1/ledger" in str(error.value)
    for language in ("en", "zh_CN"):
        assert "geheim" not in error.value.message.render(language)


def test_the_migrations_make_exactly_the_tables_of_the_models(ledger):
    assert OBSERVATION_CURRENT in Base.metadata.tables["observation"].indexes
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_known_revisions_are_those_of_the_migrations():
    config = Config()
    config.set_main_option("script_location", database.__file__.replace("database.py", "migrations"))
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    assert tuple(script.revision for script in reversed(scripts)) == REVISIONS


def test_a_ledger_of_a_newer_version_is_refused(ledger, ledger_url):
    with ledger.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UserError, match=r"9999.*newer"):
        open_ledger(ledger_url)


def test_without_migration_an_absent_or_empty_ledger_is_refused(tmp_path):
    path = tmp_path / "folder" / "ledger.sqlite"
    with pytest.raises(UserError, match="no ledger at"):
        open_ledger(f"sqlite:///{path}", migrate=False)
    assert not path.parent.exists()
    path.parent.mkdir()
    path.touch()
    with pytest.raises(UserError, match="is empty or of an older version"):
        open_ledger(f"sqlite:///{path}", migrate=False)


def test_opening_again_needs_no_alembic(ledger, ledger_url):
    script = (
        "import sys; from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger;"
        "open_ledger(sys.argv[1]); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, ledger_url],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "collections"},
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda path: path.write_bytes(b"not a database, but long enough to look at" * 100),
            "is not a ledger",
        ),
        (lambda path: path.mkdir(), "cannot be opened"),
        (lambda path: path.symlink_to(path.parent / "nowhere" / "x"), "cannot be opened"),
    ],
    ids=["a text", "a folder", "a link to nowhere"],
)
def test_what_is_no_ledger_is_refused(tmp_path, make, says):
    path = tmp_path / "ledger.sqlite"
    make(path)
    with pytest.raises(UserError, match=says):
        open_ledger(f"sqlite:///{path}")


def test_a_database_of_another_program_is_not_touched(tmp_path):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE asset (id INTEGER)")
    with pytest.raises(UserError, match="another program"):
        open_ledger(f"sqlite:///{path}")
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("asset",)]


def test_a_dry_run_does_everything_and_leaves_nothing(ledger):
    with ledger.write(actor="x", dry_run=True) as tx:
        row = AssetRow(asset_number="A1", name="x")
        tx.session.add(row)
        tx.session.flush()
        tx.record_asset("asset.created", None, row.to_record())
    assert [event.number for event in tx.events] == [1]
    assert count(ledger, AssetRow) == count(ledger, EventRow) == 0


def test_an_exception_takes_everything_back(ledger):
    with pytest.raises(ZeroDivisionError), ledger.write(actor="x") as tx:
        tx.session.add(AssetRow(asset_number="A1", name="x"))
        tx.record("finding.opened", "finding:1", None, {})
        tx.flush()
        _ = 1 / 0
    assert count(ledger, AssetRow) == count(ledger, EventRow) == 0


def test_a_reader_sees_one_state(ledger):
    with ledger.read() as session:
        before = session.scalar(select(func.count()).select_from(RunRow))
        with ledger.write(actor="x") as tx:
            now = datetime.now(UTC)
            tx.session.add(RunRow(id="r", started_at=now, playbook="p", actor="a"))
        assert session.scalar(select(func.count()).select_from(RunRow)) == before == 0
    assert count(ledger, RunRow) == 1


@settings(
    max_examples=30,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    amount=st.decimals(
        min_value=Decimal("-999999999999.99"), max_value=Decimal("999999999999.99"), places=2, allow_nan=False
    )
)
def test_money_comes_back_to_the_fen(ledger, amount):
    with ledger.write(actor="x", dry_run=True) as tx:
        tx.session.add(AssetRow(asset_number="A1", name="x", original_value=amount))
        tx.session.flush()
        tx.session.expire_all()
        stored = tx.session.query(AssetRow).one().original_value
    assert stored == amount
    assert isinstance(stored, Decimal)


@pytest.mark.parametrize("amount", ["0.001", "1000000000000", "NaN", "Infinity"])
def test_what_is_no_amount_of_money_is_refused(ledger, amount):
    with pytest.raises(Exception, match="amount of money"), ledger.write(actor="x") as tx:
        tx.session.add(AssetRow(asset_number="A1", name="x", original_value=Decimal(amount)))
        tx.session.flush()


def test_times_are_kept_in_utc_to_the_microsecond(ledger):
    local = datetime(2026, 11, 23, 16, 30, 5, 123456, tzinfo=timezone(timedelta(hours=8)))
    with ledger.write(actor="x") as tx:
        tx.session.add(RunRow(id="r", started_at=local, playbook="p", actor="a"))
    with ledger.read() as session:
        stored = session.get(RunRow, "r").started_at
    assert stored == local
    assert stored.utcoffset() == timedelta(0)
    with pytest.raises(Exception, match="no time zone"), ledger.write(actor="x") as tx:
        tx.session.add(RunRow(id="s", started_at=local.replace(tzinfo=None), playbook="p", actor="a"))
        tx.session.flush()


def test_a_writer_that_waits_in_vain_is_told_so(ledger, ledger_url):
    impatient = open_ledger(ledger_url, wait=0.2)
    with ledger.write(actor="x"):
        with pytest.raises(UserError, match="in use by another run"), impatient.write(actor="y"):
            pass
        with impatient.read() as session:
            session.scalar(select(func.count()).select_from(EventRow))
