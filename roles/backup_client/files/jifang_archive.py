"""Archives, what is proven of them, and the databases that they are restored into: for a restore and for a drill.

Beside ``jifang_restore.py`` and ``jifang_drill.py``: the machine's own Python (3.9 upward), standard library alone.
"""

import contextlib
import json
import re
import subprocess
import time
from pathlib import Path

from jifang_backup_data import (
    Trouble,
    asking,
    mysql,
    mysql_command,
    mysql_rows,
    postgresql_rows,
    sha256,
    tail,
)

SHOWN = 20
IS_THERE = "SELECT 1 FROM pg_database WHERE datname = %s"
_MYSQL_IS_THERE = "SELECT 1 FROM information_schema.schemata WHERE schema_name = %s"
ANSWER_SECONDS = 60
_NAMES_DATABASE = re.compile(
    rb"/\*!40000 DROP DATABASE IF EXISTS |CREATE DATABASE /\*!32312 IF NOT EXISTS\*/|USE `(?:[^`]|``)+`;\s*$"
)
BLOCK = 1024 * 1024
_ROLE = re.compile(r'(?:CREATE|ALTER) ROLE ("(?:[^"]|"")+"|\S+?)(?:;| )')


class Repository:
    """``dumps``: the folder of the dumps as the client that wrote the archive had it."""

    def __init__(self, location, environment, dumps):
        self.location, self.environment, self.dumps = location, environment, dumps.lstrip("/")

    def borg(self, *words, cwd="/", output=subprocess.PIPE, given=None):
        done = subprocess.run(
            ["borg", *words],
            env=self.environment,
            cwd=cwd,
            check=False,
            stdin=given or subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
        )
        if done.returncode:
            raise Trouble("the backup cannot be read: %s" % tail(done.stderr.decode("utf-8", "replace")))
        return done.stdout

    def archives(self):
        """The oldest first."""
        listed = json.loads(self.borg("list", "--json", self.location))["archives"]
        found = [{"id": one["id"], "name": one["name"], "at": one["start"] + "+00:00"} for one in listed]
        if not found:
            raise Trouble("there is no backup to restore from")
        return sorted(found, key=lambda one: one["at"])

    def archive(self, wanted):
        """The newest, the one of that name, or the newest that is not younger than a day like 2026-09-01."""
        every = self.archives()
        if wanted == "newest":
            return every[-1]
        if wanted == "older":
            return every[(len(every) - 1) // 2]
        named = [one for one in every if one["name"] == wanted]
        if not named and re.fullmatch(r"\d{4}-\d{2}-\d{2}", wanted):
            named = [one for one in every if one["at"][:10] <= wanted]
        if not named:
            names = ", ".join(one["name"] for one in every[-SHOWN:])
            raise Trouble("there is no backup %s; there are: %s" % (wanted, names))
        return named[-1]

    def extract(self, archive, paths, target, strip=0):
        words = ["--strip-components=%d" % strip] if strip else []
        self.borg("extract", *words, "%s::%s" % (self.location, archive), *paths, cwd=str(target))

    def proof(self, archive, service):
        text = self.borg(
            "extract", "--stdout", "%s::%s" % (self.location, archive), self.dumps + "/proof.json"
        )
        told = json.loads(text)["services"].get(service)
        if told is None:
            raise Trouble("the backup %s holds no service %s" % (archive, service))
        return told

    def stream(self, archive, part, command, environment, kept=None):
        """Has ``command`` read one dump of the archive; of its lines those that are ``kept``, where that is asked."""
        reading = subprocess.Popen(
            [
                "borg",
                "extract",
                "--stdout",
                "%s::%s" % (self.location, archive),
                "%s/%s" % (self.dumps, part),
            ],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        writing = subprocess.Popen(
            command,
            env=environment,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        # It reads to the end, or ends by itself and says why.
        with contextlib.suppress(BrokenPipeError):
            for line in reading.stdout if kept else iter(lambda: reading.stdout.read(BLOCK), b""):
                if kept is None or kept(line):
                    writing.stdin.write(line)
        _, wrong = writing.communicate()
        reading.stdout.close()
        said = reading.stderr.read().decode("utf-8", "replace")
        if reading.wait() or writing.returncode:
            raise Trouble("%s cannot be restored: %s" % (part, tail(said + wrong.decode("utf-8", "replace"))))

    def has(self, archive, part):
        listed = self.borg(
            "list", "--short", "%s::%s" % (self.location, archive), "%s/%s" % (self.dumps, part)
        )
        return bool(listed.strip())


# --- proofs


def compared_files(proof, root):
    """What of the files below ``root`` is as it was. A file that was written to while the backup ran is no fault: its
    time in the archive is another than that of its hash."""
    told = {"files": len(proof["files"]), "wrong": [], "missing": [], "changed": 0}
    for path, (digest, size, mtime, *_) in proof["files"].items():
        here = Path(str(root) + path)
        try:
            found = here.stat()
        except OSError:
            told["missing"].append(path)
            continue
        if found.st_size == size and sha256(here) == digest:
            continue
        if (found.st_size, found.st_mtime_ns) != (size, mtime):
            told["changed"] += 1
        else:
            told["wrong"].append(path)
    return told


def compared_rows(kind, name, expected, found, exact=True):
    """``exact``: the rows were counted in the very state that was dumped. MySQL's were counted just before."""
    wrong = [
        "%s: %s, %s" % (table, rows, found.get(table))
        for table, rows in expected.items()
        if (found.get(table) != rows if exact else found.get(table, -1) < rows)
    ]
    return {
        "kind": kind,
        "name": name,
        "tables": len(found),
        "rows": sum(found.values()),
        "wrong": wrong[:SHOWN],
    }


def is_proven(files, databases):
    return not (files["wrong"] or files["missing"] or any(one["wrong"] for one in databases))


# --- databases


def sql(database, sentence, name="postgres"):
    command, environment = asking(database, "psql", "-XqAt", "--no-password", "-v", "ON_ERROR_STOP=1")
    done = subprocess.run(
        [*command, "--dbname=" + name, "--command", sentence],
        env=environment,
        cwd="/",
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Trouble("PostgreSQL: %s" % tail(done.stderr))
    return done.stdout.splitlines()


def quoted(name):
    return '"%s"' % name.replace('"', '""')


def literal(text):
    return "'%s'" % text.replace("'", "''")


def database_is_there(database, name):
    return bool(sql(database, IS_THERE % literal(name)))


def create_roles(repository, archive, database):
    """The users that this server does not have yet; those that it has keep their passwords."""
    number = 0
    if not repository.has(archive, "postgresql-roles/%d.sql" % number):
        return
    text = repository.borg(
        "extract",
        "--stdout",
        "%s::%s" % (repository.location, archive),
        "%s/postgresql-roles/%d.sql" % (repository.dumps, number),
    ).decode()
    there = set(sql(database, "SELECT quote_ident(rolname) FROM pg_roles"))
    for line in text.splitlines():
        found = _ROLE.match(line)
        if found and found.group(1) not in there:
            sql(database, line)


def restore_postgresql(repository, archive, part, database, name):
    """A new database of that name out of the dump; gives its rows."""
    create_roles(repository, archive, database)
    sql(database, "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8'" % quoted(name))
    command, environment = asking(database, "pg_restore", "--no-password", "--exit-on-error")
    repository.stream(archive, part, [*command, "--dbname=" + name], environment)
    return postgresql_rows({**database, "name": name})


def is_of_any_database(line):
    """borgmatic dumps with --databases: the dump would drop, make and use the database that it is of. mysqldump
    writes each of these on a line of its own, and no line of data or of a routine begins so."""
    return not _NAMES_DATABASE.match(line)


def restore_mysql(repository, archive, part, database, name):
    mysql(database, "CREATE DATABASE `%s`" % name.replace("`", "``"), "mysql")
    command, environment = mysql_command(database)
    repository.stream(archive, part, [*command, name], environment, kept=is_of_any_database)
    return mysql_rows(database, name)


def part_of(kind, database):
    return "%s_databases/%s/%s" % (kind, database.get("hostname") or "localhost", database["name"])


def mysql_is_there(database):
    return bool(mysql(database, _MYSQL_IS_THERE % literal(database["name"]), "information_schema"))


def drop_postgresql(database, name):
    sql(database, "DROP DATABASE IF EXISTS %s" % quoted(name))


def drop_mysql(database, name):
    mysql(database, "DROP DATABASE IF EXISTS `%s`" % name.replace("`", "``"), "information_schema")


def first_database(service):
    return next((one["name"] for kind in ("postgresql", "mysql") for one in service[kind]), "")


def filled(words, restored, database):
    return [word.replace("{restored}", str(restored)).replace("{database}", database) for word in words]


def answers(probe, restored, database):
    """Whether the service answers within a minute; None where nobody said how to ask it."""
    if not probe:
        return None
    end = time.monotonic() + ANSWER_SECONDS
    while True:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            asked = subprocess.run(
                filled(probe, restored, database),
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=ANSWER_SECONDS,
            )
            if asked.returncode == 0:
                return True
        if time.monotonic() >= end:
            return False
        time.sleep(0.5)
