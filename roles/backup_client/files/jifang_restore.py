#!/usr/bin/python3
"""Brings a service back out of an archive: beside what is there, proven, and only then in its place.

Runs with the machine's own Python (3.9 upward), standard library alone, as root, beside ``jifang_backup.py``.

  plan     what a restore would put where, and what is there now
  restore  does that; what was there is kept under another name, nothing is overwritten

What is asked for comes by standard input as JSON.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from jifang_archive import (
    Repository,
    answers,
    compared_files,
    compared_rows,
    database_is_there,
    drop_mysql,
    drop_postgresql,
    first_database,
    is_proven,
    literal,
    mysql_is_there,
    part_of,
    quoted,
    restore_mysql,
    restore_postgresql,
    sql,
)
from jifang_backup import ETC, HOME, Place, borg_environment, settings_of
from jifang_backup_data import Trouble, mysql_command, now, sqlite_rows, tail

_OWNER = "SELECT quote_ident(pg_get_userbyid(datdba)) FROM pg_database WHERE datname = %s"
_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


class Restore:
    def __init__(self, place, request):
        policy = place.policy()
        self.name = request["service"]
        if self.name not in policy["services"]:
            raise Trouble(
                "there is no service %s; there are: %s" % (self.name, ", ".join(policy["services"]))
            )
        self.service, self.host = policy["services"][self.name], policy["host"]
        chosen = request.get("repository") or policy["repositories"][0]["name"]
        repository = next((one for one in policy["repositories"] if one["name"] == chosen), None)
        if repository is None:
            raise Trouble("there is no repository %s" % chosen)
        _, settings = settings_of(place, repository)
        self.repository = Repository(repository["location"], borg_environment(settings), policy["dumps"])
        self.archive = self.repository.archive(request["archive"])
        self.stamp = now().strftime("%Y%m%dT%H%M%S")
        self.copies = {}
        self.kept_folder = place.home / "kept" / self.stamp

    def plan(self):
        items = [self._item("path", path, os.path.lexists(path)) for path in self.service["paths"]]
        for one in self.service["postgresql"]:
            items.append(self._item("postgresql", one["name"], database_is_there(one, one["name"])))
        for one in self.service["mysql"]:
            items.append(self._item("mysql", one["name"], mysql_is_there(one)))
        items += [self._item("sqlite", path, os.path.lexists(path)) for path in self.service["sqlite"]]
        return {"host": self.host, "service": self.name, "archive": self.archive, "items": items}

    @staticmethod
    def _item(kind, target, there):
        return {"kind": kind, "target": target, "there": there}

    def carry_out(self, expected):
        """Restores beside, proves, and swaps. ``expected``: the archive that was confirmed."""
        if self.archive["id"] != expected:
            raise Trouble("a newer backup came since the plan was made; make a new plan")
        start = time.monotonic()
        archive = self.archive["name"]
        proof = self.repository.proof(archive, self.name)
        with contextlib.ExitStack() as stack:
            staged, files = self._stage_files(archive, proof, stack)
            swaps, databases = self._stage_databases(archive, proof, stack)
            if not is_proven(files, databases):
                raise Trouble(
                    "what was restored is not what was backed up, so nothing was put in place: %s"
                    % told_wrong(files, databases)
                )
            for unit in self.service["units"]:
                systemctl("stop", unit)
            kept = []
            for new, target in staged:
                kept += self._put(new, target)
            for swap in swaps:
                kept += swap()
            for unit in self.service["units"]:
                systemctl("start", unit)
        answered = answers(self.service["probe"], "", first_database(self.service))
        return {
            "kept": kept,
            "files": files,
            "databases": databases,
            "answered": answered,
            "seconds": round(time.monotonic() - start, 1),
        }

    def _folder_beside(self, target, stack):
        folder = Path(target).parent / (".jifang-restore-" + self.stamp)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stack.callback(shutil.rmtree, str(folder), True)
        return folder

    def _stage_files(self, archive, proof, stack):
        staged = []
        every = {"files": 0, "wrong": [], "missing": [], "changed": 0}
        for path in self.service["paths"]:
            folder = self._folder_beside(path, stack)
            self.repository.extract(archive, [path.lstrip("/")], folder, strip=path.count("/") - 1)
            below = {
                "files": {
                    name[len(str(Path(path).parent).rstrip("/")) :]: told
                    for name, told in proof["files"].items()
                    if name == path or name.startswith(path + "/")
                }
            }
            told = compared_files(below, folder)
            for name in every:
                every[name] += told[name]
            staged.append((folder / Path(path).name, path))
        trees = {target: new for new, target in staged}
        for path in self.service["sqlite"]:
            top = next((top for top in trees if path.startswith(top + "/")), None)
            # Within a folder that comes back as a whole it is put where that is made ready.
            new = (
                Path(str(trees[top]) + path[len(top) :])
                if top
                else self._folder_beside(path, stack) / Path(path).name
            )
            new.parent.mkdir(parents=True, exist_ok=True)
            inside = "%s/sqlite%s" % (self.repository.dumps, path)
            self.repository.extract(archive, [inside], new.parent, strip=inside.count("/"))
            self.copies[path] = new
            if not top:
                staged.append((new, path))
        return staged, every

    def _stage_databases(self, archive, proof, stack):
        swaps, told = [], []
        for one in self.service["postgresql"]:
            new = "%s_new_%s" % (one["name"][:40], self.stamp)
            stack.callback(drop_postgresql, one, new)
            rows = restore_postgresql(self.repository, archive, part_of("postgresql", one), one, new)
            told.append(compared_rows("postgresql", one["name"], proof["postgresql"][one["name"]], rows))
            swaps.append(lambda one=one, new=new: self._swap_postgresql(one, new))
        for one in self.service["mysql"]:
            new = "%s_new_%s" % (one["name"][:40], self.stamp)
            stack.callback(drop_mysql, one, new)
            rows = restore_mysql(self.repository, archive, part_of("mysql", one), one, new)
            told.append(compared_rows("mysql", one["name"], proof["mysql"][one["name"]], rows, exact=False))
            swaps.append(lambda one=one: self._swap_mysql(archive, one))
        for path in self.service["sqlite"]:
            here = self.copies[path]
            mine = proof["sqlite"][path]
            told.append(compared_rows("sqlite", path, mine["rows"], sqlite_rows(here)))
            os.chown(here, mine["uid"], mine["gid"])
            here.chmod(mine["mode"])
        return swaps, told

    def _put(self, new, target):
        """Puts a path in place, and what was there aside."""
        kept = []
        if os.path.lexists(target):
            aside = "%s.before-%s" % (target, self.stamp)
            os.rename(target, aside)
            kept.append(aside)
        # What SQLite has not yet written into its file belongs to the file that was put aside.
        for end in ("-wal", "-shm", "-journal") if target in self.service["sqlite"] else ():
            if os.path.lexists(target + end):
                os.rename(target + end, "%s.before-%s%s" % (target, self.stamp, end))
        os.rename(str(new), target)
        return kept

    def _swap_postgresql(self, database, new):
        name, kept = database["name"], []
        aside = "%s_before_%s" % (name[:40], self.stamp)
        if database_is_there(database, name):
            owner = sql(database, _OWNER % literal(name))
            sql(database, _END % literal(name))
            sql(database, "ALTER DATABASE %s RENAME TO %s" % (quoted(name), quoted(aside)))
            sql(database, "ALTER DATABASE %s OWNER TO %s" % (quoted(new), owner[0]))
            kept.append(aside)
        sql(database, "ALTER DATABASE %s RENAME TO %s" % (quoted(new), quoted(name)))
        return kept

    def _swap_mysql(self, archive, database):
        """MySQL gives a database no other name: what is there is kept as a dump."""
        kept = []
        if mysql_is_there(database):
            self.kept_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            aside = self.kept_folder / (database["name"] + ".sql")
            command, environment = mysql_command(database, "mysqldump")
            with aside.open("wb") as file:
                words = ["--single-transaction", "--routines", "--events", "--databases", database["name"]]
                done = subprocess.run(
                    [*command, *words], env=environment, check=False, stdout=file, stderr=subprocess.PIPE
                )
            if done.returncode:
                raise Trouble(
                    "what is in MySQL now cannot be kept: %s" % tail(done.stderr.decode("utf-8", "replace"))
                )
            kept.append(str(aside))
            drop_mysql(database, database["name"])
        restore_mysql(self.repository, archive, part_of("mysql", database), database, database["name"])
        return kept


def told_wrong(files, databases):
    wrong = [*files["missing"], *files["wrong"], *(line for one in databases for line in one["wrong"])]
    return ", ".join(wrong[:5])


def systemctl(verb, unit):
    done = subprocess.run(["systemctl", verb, unit], check=False, capture_output=True, text=True)
    if done.returncode:
        raise Trouble("systemctl %s %s: %s" % (verb, unit, tail(done.stderr)))


def main(words):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--etc", default=ETC)
    parser.add_argument("--home", default=HOME)
    parser.add_argument("what", choices=["plan", "restore"])
    options = parser.parse_args(words)
    os.umask(0o077)
    os.environ["TZ"] = "UTC"
    time.tzset()
    request = json.load(sys.stdin)
    place = Place(options.etc, options.home)
    try:
        restore = Restore(place, request)
        answer = restore.plan() if options.what == "plan" else restore.carry_out(request["expected"])
    except (Trouble, OSError, KeyError) as error:
        answer = {"trouble": str(error) or type(error).__name__}
    json.dump(answer, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
