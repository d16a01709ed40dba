"""Services brought back: files, SQLite, a real PostgreSQL; proven before they are put in place, nothing overwritten."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.model import Database, FaultKind, Service
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from tests import mariadb
from tests.integration.backup_bench import Bench
from tests.postgresql import PASSWORD, USER, Server, running_server

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("borg", "borgmatic", "pg_dump", "mariadbd"))),
    reason="needs borgbackup, borgmatic, postgresql and mariadb-server",
)
ROWS = 1234


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A service of files and a SQLite file among them."""
    path = tmp_path / "school/data/app.db"
    made = Bench(tmp_path / "school", Service(name="oa", sqlite=(str(path),)))
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = wal")
        db.execute("CREATE TABLE pupil (name TEXT)")
        db.executemany("INSERT INTO pupil VALUES (?)", [(f"学生{number}",) for number in range(ROWS)])
    made.prepare()
    assert made.run().code == 0
    return made


def test_files_come_back_and_what_was_there_is_kept(bench: Bench) -> None:
    first = {path.name: path.read_bytes() for path in bench.data.glob("file*")}
    (bench.data / "file000").write_text("spoiled")
    (bench.data / "file001").unlink()
    (bench.data / "new").write_text("made since")
    with sqlite3.connect(bench.data / "app.db") as db:
        db.execute("DELETE FROM pupil")
    mode = (bench.data / "app.db").stat().st_mode
    plan = bench.restore("plan", service="oa", archive="newest")
    assert [(one["kind"], one["there"]) for one in plan["items"]] == [("path", True), ("sqlite", True)]
    done = bench.restore("restore", service="oa", archive="newest", expected=plan["archive"]["id"])
    assert {path.name: path.read_bytes() for path in bench.data.glob("file*")} == first
    assert not (bench.data / "new").exists()
    with sqlite3.connect(bench.data / "app.db") as db:
        assert db.execute("SELECT count(*) FROM pupil").fetchone() == (ROWS,)
    (aside,) = (Path(path) for path in done["kept"] if path.startswith(f"{bench.data}.before-"))
    assert (aside / "file000").read_text() == "spoiled"
    assert (aside / "new").read_text() == "made since"
    assert done["files"] == {"files": 20, "wrong": [], "missing": [], "changed": 0}
    assert (bench.data / "app.db").stat().st_mode == mode
    # Nothing is left of the way there.
    assert [path.name for path in bench.data.parent.iterdir() if "jifang-restore" in path.name] == []


def test_a_sqlite_file_alone_comes_back(tmp_path: Path) -> None:
    """Outside every folder of the service; what SQLite had not yet written into the file goes aside with it."""
    path = tmp_path / "app.db"
    bench = Bench(tmp_path / "school", Service(name="oa", sqlite=(str(path),)))
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE pupil AS SELECT 1 AS id")
    bench.prepare()
    assert bench.run().code == 0
    path.write_text("no database")
    Path(f"{path}-wal").write_text("of another file")
    plan = bench.restore("plan", service="oa", archive="newest")
    done = bench.restore("restore", service="oa", archive="newest", expected=plan["archive"]["id"])
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT id FROM pupil").fetchall() == [(1,)]
    aside = next(name for name in done["kept"] if name.startswith(f"{path}.before-"))
    assert Path(aside).read_text() == "no database"
    assert Path(f"{aside}-wal").exists()


def test_an_older_archive_by_its_day_and_by_its_name(bench: Bench) -> None:
    look = bench.look()
    name = look.archives[0].name
    by_name = bench.restore("plan", service="oa", archive=name)
    by_day = bench.restore("plan", service="oa", archive=f"{look.archives[0].at:%Y-%m-%d}")
    assert by_name["archive"] == by_day["archive"]
    with pytest.raises(UserError, match="there is no backup"):
        bench.restore("plan", service="oa", archive="1999-01-01")
    with pytest.raises(UserError, match="there is no service"):
        bench.restore("plan", service="none", archive="newest")


def test_what_was_confirmed_is_what_is_done(bench: Bench) -> None:
    """A newer backup came between the plan and its confirmation."""
    plan = bench.restore("plan", service="oa", archive="newest")
    bench.fill(1)
    assert bench.run().code == 0
    with pytest.raises(UserError, match="make a new plan"):
        bench.restore("restore", service="oa", archive="newest", expected=plan["archive"]["id"])


def test_a_drill_proves_files_rows_and_an_answer(bench: Bench) -> None:
    probe = ("python3", "-c", "import sys; sys.exit(len(open(sys.argv[1]).read()) != 5)", "{restored}/hello")
    start = ("sh", "-c", 'printf hello > "$0/hello"; exec sleep 60', "{restored}")
    bench.service = replace(bench.service, probe=probe, start=start)
    told = bench.drill()
    assert told["said"] == ""
    assert told["files"] == {"files": 20, "wrong": [], "missing": [], "changed": 0}
    assert told["databases"] == [
        {"kind": "sqlite", "name": str(bench.data / "app.db"), "tables": 1, "rows": ROWS, "wrong": []}
    ]
    assert told["answered"] is True
    assert [path.name for path in (bench.folder / "drill").iterdir()] == ["borg"]
    bench.service = replace(bench.service, start=(), probe=("false",))
    # A machine that is backed up is none for a drill.
    shutil.copy(bench.etc / "policy.json", bench.folder)
    with pytest.raises(UserError, match="scratch machine"):
        bench.drill()


def test_a_file_that_the_archive_has_otherwise_is_found(bench: Bench) -> None:
    """The proof was made on the live machine: what borg then stored, whatever became of it, must agree with it."""
    (bench.data / "file003").write_bytes(b"x" * 20_000)
    assert bench.run().code == 0
    # As a disk that gives back something else, with the file's size and time as they were.
    proof = bench.home / "dumps/proof.json"
    told = json.loads(proof.read_text(encoding="utf-8"))
    path = str(bench.data / "file003")
    told["services"]["oa"]["files"][path][0] = "0" * 64
    proof.write_text(json.dumps(told))
    assert bench.run().code == 0
    found = bench.drill()
    assert found["files"]["wrong"] == [path]
    plan = bench.restore("plan", service="oa", archive="newest")
    before = (bench.data / "file000").read_bytes()
    with pytest.raises(UserError, match="nothing was put in place"):
        bench.restore("restore", service="oa", archive="newest", expected=plan["archive"]["id"])
    assert (bench.data / "file000").read_bytes() == before


# --- PostgreSQL


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture
def school(tmp_path: Path, server: Server) -> Bench:
    """A service whose data is in PostgreSQL."""
    name = server.create_database()
    with server.connect(name) as db:
        db.execute("CREATE TABLE pupil (id SERIAL PRIMARY KEY, name TEXT)")
        db.execute("INSERT INTO pupil (name) SELECT '学生' || n FROM generate_series(1, %s) AS n", [ROWS])
        db.execute('CREATE SCHEMA "Odd name"')
        db.execute('CREATE TABLE "Odd name"."select" AS SELECT 1 AS one')
    database = Database(name=name, hostname="127.0.0.1", port=server.port, username=USER, password=PASSWORD)
    made = Bench(tmp_path / "school", Service(name="oa", postgresql=(database,)))
    made.prepare()
    assert made.run().code == 0
    return made


def rows(server: Server, name: str) -> list[tuple[int, str]]:
    with server.connect(name) as db:
        return db.execute("SELECT id, name FROM pupil ORDER BY id").fetchall()


@pytest.mark.postgresql
def test_a_destroyed_postgresql_comes_back_with_every_row(school: Bench, server: Server) -> None:
    (database,) = school.service.postgresql
    before = rows(server, database.name)
    assert len(before) == ROWS
    assert school.check() == ([], True)
    server.drop_database(database.name)
    # A backup of what is destroyed is none.
    assert school.run().code == 1
    assert [one.kind for one in school.check()[0]] == [FaultKind.FAILED]
    plan = school.restore("plan", service="oa", archive="newest")
    assert ("postgresql", False) in [(one["kind"], one["there"]) for one in plan["items"]]
    done = school.restore("restore", service="oa", archive="newest", expected=plan["archive"]["id"])
    assert rows(server, database.name) == before
    assert [(one["tables"], one["rows"], one["wrong"]) for one in done["databases"]] == [(2, ROWS + 1, [])]
    with server.connect(database.name) as db:
        db.execute("INSERT INTO pupil (name) VALUES ('新生')")
    assert rows(server, database.name)[-1] == (ROWS + 1, "新生")


@pytest.mark.postgresql
def test_a_spoiled_postgresql_is_kept_beside(school: Bench, server: Server) -> None:
    (database,) = school.service.postgresql
    with server.connect(database.name) as db:
        db.execute("DELETE FROM pupil WHERE id > 10")
    plan = school.restore("plan", service="oa", archive="newest")
    with server.connect(database.name) as still_there:
        done = school.restore("restore", service="oa", archive="newest", expected=plan["archive"]["id"])
        with pytest.raises(psycopg.OperationalError):
            still_there.execute("SELECT 1")
    assert len(rows(server, database.name)) == ROWS
    aside = next(name for name in done["kept"] if name.startswith(f"{database.name}_before_"))
    assert len(rows(server, aside)) == 10


@pytest.mark.postgresql
def test_a_drill_on_postgresql_touches_nothing_else(school: Bench, server: Server) -> None:
    (database,) = school.service.postgresql
    local = {"hostname": "127.0.0.1", "port": server.port, "username": USER, "password": PASSWORD}
    told = school.drill("older", local={"postgresql": local})
    assert (told["said"], told["databases"][0]["rows"], told["databases"][0]["wrong"]) == ("", ROWS + 1, [])
    with server.connect() as db:
        names = {name for (name,) in db.execute("SELECT datname FROM pg_database")}
    assert not any(name.startswith("drill_") for name in names)
    assert database.name in names


@pytest.mark.postgresql
def test_rows_that_come_while_the_backup_runs_are_no_difference(school: Bench, server: Server) -> None:
    """Counted and dumped in one state, whatever is written meanwhile."""
    (database,) = school.service.postgresql
    slow = school.folder / "pg_dump"
    late = "INSERT INTO pupil (name) VALUES ('迟到')"
    slow.write_text(
        "#!/bin/sh\n"
        f"PGPASSWORD={PASSWORD} psql -qh 127.0.0.1 -p {server.port} -U {USER} -d {database.name}"
        f' -c "{late}" >&2\n'
        f'exec {shutil.which("pg_dump")} "$@"\n'
    )
    slow.chmod(0o755)
    assert school.run(PATH=f"{school.folder}:{os.environ['PATH']}").code == 0
    assert len(rows(server, database.name)) == ROWS + 1
    local = {"hostname": "127.0.0.1", "port": server.port, "username": USER, "password": PASSWORD}
    told = school.drill(local={"postgresql": local})
    assert (told["databases"][0]["rows"], told["databases"][0]["wrong"]) == (ROWS + 1, [])


# --- MariaDB


@pytest.fixture(scope="module")
def mariadb_server() -> Iterator[mariadb.Server]:
    with mariadb.running_server() as running:
        yield running


@pytest.mark.postgresql
def test_a_spoiled_mariadb_comes_back_and_is_kept_as_a_dump(
    tmp_path: Path, mariadb_server: mariadb.Server
) -> None:
    mariadb_server.sql("CREATE DATABASE site")
    mariadb_server.sql(
        "CREATE TABLE page (id INT PRIMARY KEY, title TEXT); CREATE TABLE `odd name` (n INT)", "site"
    )
    mariadb_server.sql("INSERT INTO page SELECT seq, CONCAT('网页', seq) FROM seq_1_to_500", "site")
    mariadb_server.sql("CREATE VIEW titles AS SELECT title FROM page", "site")
    local = {
        "hostname": "127.0.0.1",
        "port": mariadb_server.port,
        "username": mariadb.USER,
        "password": mariadb.PASSWORD,
    }
    bench = Bench(tmp_path / "school", Service(name="oa", mysql=(Database(name="site", **local),)))
    bench.prepare()
    assert bench.run().code == 0
    assert bench.check() == ([], True)
    told = bench.drill(local={"mysql": local})
    assert (told["said"], told["databases"][0]["tables"], told["databases"][0]["rows"]) == ("", 2, 500)
    mariadb_server.sql("DELETE FROM page WHERE id > 3", "site")
    plan = bench.restore("plan", service="oa", archive="newest")
    done = bench.restore("restore", service="oa", archive="newest", expected=plan["archive"]["id"])
    assert mariadb_server.sql("SELECT count(*), max(title) FROM page", "site") == ["500\t网页99"]
    assert mariadb_server.sql("SELECT count(*) FROM titles", "site") == ["500"]
    (aside,) = (path for path in done["kept"] if path.endswith("site.sql"))
    assert "网页3" in Path(aside).read_text()
    assert "网页4" not in Path(aside).read_text()
    left = mariadb_server.sql("SHOW DATABASES")
    assert not [name for name in left if name.startswith(("drill_", "site_new"))]
