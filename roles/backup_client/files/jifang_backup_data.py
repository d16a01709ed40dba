"""What a backup proves itself by: the hashes of files, the rows of databases, consistent copies of SQLite files.

Beside ``jifang_backup.py``, and as it: the machine's own Python, standard library alone.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

SAID = 2000
_BLOCK = 1024 * 1024
_POSTGRESQL_ROWS = (
    "SELECT coalesce(json_object_agg(t, n), '{}') FROM (SELECT format('%I.%I', n.nspname, c.relname) AS t,"
    " (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', n.nspname, c.relname),"
    " false, true, '')))[1]::text::bigint AS n FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema') AS rows"
)
_MYSQL_TABLES = (
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = database() AND table_type = 'BASE TABLE'"
)


class Trouble(Exception):
    """Said to the person as it is."""


def now():
    return datetime.now(timezone.utc).replace(microsecond=0)


def write_json(path, data):
    path = Path(path)
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(data, ensure_ascii=False))
        file.flush()
        os.fsync(file.fileno())
    os.replace(str(new), str(path))


def read_json(path, default):
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return default


def tail(text):
    """The end of what a program said, without lines that say the same again."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    return "\n".join(lines)[-SAID:]


# --- what there is


def files_of(service, skipped):
    """Every regular file of the service by its path; links, sockets and devices have no content to prove."""
    excluded = [os.path.normpath(path) for path in service.get("exclude", [])]

    def kept(path):
        return path not in skipped and not any(path == one or path.startswith(one + "/") for one in excluded)

    for top in map(os.path.normpath, service.get("paths", [])):
        if not os.path.lexists(top):
            raise Trouble("%s is to be backed up and is not there" % top)
        if stat.S_ISREG(os.lstat(top).st_mode):
            if kept(top):
                yield top
            continue
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if kept(os.path.join(folder, name)))
            for name in sorted(names):
                path = os.path.join(folder, name)
                if kept(path):
                    yield path


def sha256(path):
    """None where the file is gone again."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def proven_files(service, known):
    """The files of a service: ``[sha256, size, mtime, ctime, inode]`` by path, times in ns. The hash of a file whose
    other marks are those ``known`` of it is taken over: only what borg reads too is read."""
    skipped = {path + end for path in service.get("sqlite", []) for end in ("", "-wal", "-shm", "-journal")}
    found, new = {}, []
    for path in files_of(service, skipped):
        try:
            told = os.lstat(path)
        except FileNotFoundError:
            continue  # gone since its folder was listed
        if stat.S_ISREG(told.st_mode):
            marks = [told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino]
            before = known.get(path)
            if before and before[1:] == marks:
                found[path] = before
            else:
                found[path] = [None, *marks]
                new.append(path)
    # hashlib lets other threads run while it counts.
    with ThreadPoolExecutor(2) as pool:
        for path, digest in zip(new, pool.map(sha256, new)):  # noqa: B905 - 3.9 has no "strict"
            found[path][0] = digest
    return {path: marks for path, marks in found.items() if marks[0] is not None}


# --- databases


def asking(database, *words):
    """The beginning of a PostgreSQL command, and the environment with its password."""
    command = [] if database.get("hostname") or os.geteuid() != 0 else ["runuser", "-u", "postgres", "--"]
    command += words
    for name in ("hostname", "port", "username"):
        if database.get(name):
            command.append("--%s=%s" % ({"hostname": "host"}.get(name, name), database[name]))
    environment = dict(os.environ)
    if database.get("password"):
        environment["PGPASSWORD"] = database["password"]
    return command, environment


class Snapshot:
    """A PostgreSQL transaction that stays open: the rows counted in it are those that pg_dump then writes."""

    def __init__(self, database):
        command, environment = asking(database, "psql", "-XqAt", "--no-password", "-v", "ON_ERROR_STOP=1")
        self.process = subprocess.Popen(
            [*command, "--dbname=%s" % database["name"]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd="/",
            text=True,
        )
        self.name = database["name"]
        self.id = self.ask("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_export_snapshot();")
        self.rows = json.loads(self.ask(_POSTGRESQL_ROWS + ";"))

    def ask(self, sentence):
        try:
            self.process.stdin.write(sentence + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline().strip()
        except BrokenPipeError:
            answer = ""
        if not answer:
            _, said = self.process.communicate()
            raise Trouble("the PostgreSQL database %s does not answer: %s" % (self.name, tail(said)))
        return answer

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.communicate("COMMIT;\n")


def postgresql_rows(database):
    """The rows of each table now."""
    snapshot = Snapshot(database)
    snapshot.close()
    return snapshot.rows


def mysql_command(database, program="mysql"):
    command = [program, "--batch", "--skip-column-names"] if program == "mysql" else [program]
    for name, option in (("hostname", "host"), ("port", "port"), ("username", "user")):
        if database.get(name):
            command.append("--%s=%s" % (option, database[name]))
    if database.get("hostname"):
        command.append("--protocol=tcp")
    environment = dict(os.environ)
    if database.get("password"):
        environment["MYSQL_PWD"] = database["password"]
    return command, environment


def mysql(database, sentence, name=None):
    command, environment = mysql_command(database)
    done = subprocess.run(
        [*command, "--execute", sentence, name or database["name"]],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode:
        raise Trouble("the MySQL database %s does not answer: %s" % (database["name"], tail(done.stderr)))
    return done.stdout.splitlines()


def mysql_rows(database, name=None):
    def quoted(table):
        return "`%s`" % table.replace("`", "``")

    tables = mysql(database, _MYSQL_TABLES, name)
    return {
        table: int(mysql(database, "SELECT count(*) FROM %s" % quoted(table), name)[0])  # noqa: S608
        for table in tables
    }


def sqlite_rows(path):
    # A path may hold any sign that an address gives a meaning to.
    with contextlib.closing(sqlite3.connect(Path(path).absolute().as_uri() + "?mode=ro", uri=True)) as db:
        if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Trouble("the SQLite file %s is damaged" % path)
        names = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        ).fetchall()
        return {
            name: db.execute('SELECT count(*) FROM "%s"' % name.replace('"', '""')).fetchone()[0]  # noqa: S608
            for (name,) in names
        }


def copy_sqlite(source, folder):
    """A consistent copy by SQLite's own means, whoever writes to it meanwhile; gives what proves it."""
    if not os.path.isfile(source):
        raise Trouble("the SQLite file %s is to be backed up and is not there" % source)
    target = Path(folder, source.lstrip("/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    address = Path(source).absolute().as_uri() + "?mode=ro"
    try:
        with contextlib.ExitStack() as stack:
            live = stack.enter_context(contextlib.closing(sqlite3.connect(address, uri=True, timeout=60)))
            copy = stack.enter_context(contextlib.closing(sqlite3.connect(str(target))))
            live.backup(copy)
        rows = sqlite_rows(target)
    except sqlite3.Error as error:
        raise Trouble("the SQLite file %s cannot be read: %s" % (source, error)) from error
    told = os.stat(source)
    return {"rows": rows, "mode": told.st_mode & 0o7777, "uid": told.st_uid, "gid": told.st_gid}


def dump_roles(databases, folder):
    """The users of PostgreSQL, which no dump of one database holds."""
    for number, database in enumerate(databases):
        command, environment = asking(database, "pg_dumpall", "--no-password", "--roles-only")
        target = Path(folder, "postgresql-roles", "%d.sql" % number)
        target.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(command, env=environment, capture_output=True, cwd="/", check=False)
        if done.returncode:  # only a superuser reads the passwords
            command.append("--no-role-passwords")
            done = subprocess.run(command, env=environment, capture_output=True, cwd="/", check=False)
        if done.returncode:
            raise Trouble(
                "PostgreSQL's users cannot be read: %s" % tail(done.stderr.decode(errors="replace"))
            )
        target.write_bytes(done.stdout)
        target.chmod(0o600)


def servers_of(databases):
    """One database of each PostgreSQL server."""
    return list({(one.get("hostname"), one.get("port")): one for one in databases}.values())


def remembered(file):
    """The files of the newest proof, by path."""
    services = read_json(file, {}).get("services", {})
    return {path: marks for one in services.values() for path, marks in one["files"].items()}


def prove(place, policy, at):
    """Copies, counts and hashes everything; gives the open snapshots by database, and the numbers for the record."""
    place.dumps.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = place.dumps / "proof.json"
    known = remembered(file)
    for path in place.dumps.iterdir():
        if path.is_dir():
            shutil.rmtree(str(path), ignore_errors=True)
    snapshots = {}
    proof = {"v": 1, "host": policy["host"], "at": at.isoformat(), "services": {}}
    try:
        for name, service in policy["services"].items():
            told = {"files": proven_files(service, known), "postgresql": {}, "mysql": {}, "sqlite": {}}
            for database in service.get("postgresql", []):
                snapshot = Snapshot(database)
                snapshots[database["name"], database.get("hostname"), database.get("port")] = snapshot
                told["postgresql"][database["name"]] = snapshot.rows
            for database in service.get("mysql", []):
                told["mysql"][database["name"]] = mysql_rows(database)
            for path in service.get("sqlite", []):
                told["sqlite"][path] = copy_sqlite(path, place.dumps / "sqlite")
            proof["services"][name] = told
        every = [one for service in policy["services"].values() for one in service.get("postgresql", [])]
        dump_roles(servers_of(every), place.dumps)
    except BaseException:
        for snapshot in snapshots.values():
            snapshot.close()
        raise
    write_json(file, proof)
    return snapshots, proof
