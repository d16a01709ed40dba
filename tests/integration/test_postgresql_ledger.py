"""The ledger's tests again, on a real PostgreSQL, and what only PostgreSQL can do wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Snapshot
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from sqlalchemy import text

from demo.book import write_book
from demo.school import load
from tests.integration.support import UNREACHABLE, School
from tests.postgresql import PASSWORD, running_server
from tests.samples.registers import ASSETS, enter
from tests.unit.ledger import (
    test_attempts,
    test_changes,
    test_commit,
    test_database,
    test_events,
    test_faults,
    test_finding_decisions,
    test_findings,
    test_migrations,
    test_reparse,
    test_silent_rooms,
    test_snapshot,
)
from tests.unit.ledger.book import test_apply
from tests.unit.registers import test_store

pytestmark = pytest.mark.postgresql

ONLY_SQLITE = {
    "test_a_new_file_and_its_folder_are_for_their_owner_alone",
    "test_sqlite_is_set_to_lose_nothing",
    "test_an_address_that_is_no_ledger_is_refused_without_repeating_it",
    "test_a_password_is_never_shown",
    "test_the_known_revisions_are_those_of_the_migrations",
    "test_without_migration_an_absent_or_empty_ledger_is_refused",
    "test_what_is_no_ledger_is_refused",
    "test_a_database_of_another_program_is_not_touched",
    "test_a_full_disk_is_said_and_nothing_is_lost",
    "test_a_ledger_that_may_only_be_read_is_said_to_be",
    "test_a_damaged_file_is_said_to_be",
}
for _module in (
    test_apply,
    test_attempts,
    test_changes,
    test_commit,
    test_database,
    test_events,
    test_faults,
    test_finding_decisions,
    test_findings,
    test_migrations,
    test_reparse,
    test_silent_rooms,
    test_snapshot,
    test_store,
):
    for _name, _test in vars(_module).items():
        if _name.startswith("test_") and callable(_test) and _name not in ONLY_SQLITE:
            assert _name not in globals(), f"two tests are called {_name}"
            globals()[_name] = _test


@pytest.fixture(scope="module")
def server():
    with running_server() as running:
        yield running


@pytest.fixture(scope="module")
def template(server):
    """A database with an empty ledger, to copy."""
    name = server.create_database()
    open_ledger(server.url(name)).close()
    return name


@pytest.fixture
def ledger_url(server, template):
    name = server.create_database(template)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def empty_ledger_url(server):
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def ledger(ledger_url):
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()


@pytest.fixture
def booked(ledger):
    enter(ledger, ASSETS)
    return ledger


def test_without_migration_an_empty_database_is_refused(empty_ledger_url):
    with pytest.raises(UserError, match="is empty or of an older version"):
        open_ledger(empty_ledger_url, migrate=False)


def test_another_programs_database_is_not_touched(server):
    name = server.create_database()
    with server.connect(name) as connection:
        connection.execute("CREATE TABLE asset (id INTEGER)")
    with pytest.raises(UserError, match="another program"):
        open_ledger(server.url(name))
    with server.connect(name) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("asset",)]


@pytest.mark.parametrize(
    "change", [("geheim", "falsch"), ("/ledger_", "/nowhere_"), ("127.0.0.1:", "127.0.0.1:1")], ids=str
)
def test_a_server_that_does_not_let_in_is_said_without_the_password(ledger_url, change):
    with pytest.raises(UserError, match="does not answer") as error:
        open_ledger(ledger_url.replace(*change))
    for language in ("en", "zh_CN"):
        said = error.value.message.render(language)
        assert PASSWORD not in said
        assert "falsch-" not in said


def test_a_user_who_may_only_read_is_told_so(server, ledger, ledger_url):
    with server.connect(ledger_url.rpartition("/")[2]) as connection:
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 'lesen'")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    reader = open_ledger(ledger_url.replace(f"ledger:{PASSWORD}", "reader:lesen"))
    with reader.read() as session:
        assert verify(session).ok
    with pytest.raises(UserError, match="may not be written to"), reader.write(actor="reader") as tx:
        tx.record("finding.opened", "finding:1", None, {})


def test_a_reader_cannot_write(ledger):
    with pytest.raises(UserError, match="may not be written to"), ledger.read() as session:
        session.execute(text("DELETE FROM run"))


def test_a_connection_cut_in_the_middle_takes_everything_back(server, ledger, ledger_url):
    with pytest.raises(UserError, match="does not answer"), ledger.write(actor="x") as tx:
        tx.record("finding.opened", "finding:1", None, {})
        tx.flush()
        with server.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [ledger_url.rpartition("/")[2]],
            )
        tx.record("finding.opened", "finding:2", None, {})
    with ledger.read() as session:
        assert verify(session).count == 0


# --- a whole day's work by the playbooks


def work(folder: Path, ledger_url: str, **environment: str) -> Snapshot:
    """The demo school from its book to its reports and the proof of its history; gives what the ledger says then."""
    school, described = School(folder), load()
    for pc in described.pcs:
        school.add(pc.host, pc, **({} if pc.powered else UNREACHABLE))
    book = folder / "book.xlsx"
    write_book(described, book)
    settings = {"LEDGER_URL": ledger_url, **environment}
    for errand, *arguments in (
        ("import_book", "-e", f"ledger_book={book}"),
        ("update_ledger", "--forks", "1"),  # one after the other: machines then have the same ids everywhere
        ("verify_ledger",),
    ):
        done = school.run(errand, *arguments, **settings)
        assert done.code == 0, done.said
        assert PASSWORD not in done.said
    assert (school.reports / "site" / "index.html").is_file()
    assert (school.reports / "ledger.xlsx").is_file()
    assert not school.ledger.exists()
    opened = open_ledger(ledger_url, migrate=False)
    try:
        with opened.read() as session:
            return load_snapshot(session, school="")
    finally:
        opened.close()


def told(snapshot: Snapshot) -> dict[str, Any]:
    """What a ledger says, without the times at which it was told."""
    return {
        "assets": snapshot.assets,
        "machines": [
            (row.id, row.host, row.room, row.seat, row.asset_id, row.inventory, row.unknown, row.raw)
            for row in snapshot.machines
        ],
        "components": [
            (part.machine_id, part.kind, part.key, part.serial, part.size_bytes, part.attributes)
            for row in snapshot.machines
            for part in row.components
        ],
        "findings": [replace(row, opened_at=None, last_seen_at=None) for row in snapshot.findings],
        "sightings": [(row.host, row.status) for row in snapshot.sightings],
        "history": [(row.action, row.subject) for row in snapshot.events if row.subject[:4] != "run:"],
    }


@pytest.fixture
def database_alone(server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty database by its address without the password, which stands in the environment."""
    name = server.create_database()
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    yield server.url(name).replace(f":{PASSWORD}@", "@")
    server.drop_database(name)


def test_a_whole_days_work_says_the_same_as_on_sqlite(tmp_path: Path, database_alone: str) -> None:
    here = work(tmp_path / "here", f"sqlite:///{tmp_path / 'sqlite' / 'ledger.db'}")
    there = work(tmp_path / "there", database_alone, PGPASSWORD=PASSWORD)
    assert told(there) == told(here)
    assert len(there.findings) == 5
