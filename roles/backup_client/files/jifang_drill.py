#!/usr/bin/python3
"""Restores a service onto a scratch machine, proves files, rows and that it answers, and cleans up.

Runs with the machine's own Python (3.9 upward), standard library alone, as root, beside ``jifang_backup.py``. What
is asked for comes by standard input as JSON, the passphrase with it; it is kept nowhere.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from jifang_archive import (
    Repository,
    answers,
    compared_files,
    compared_rows,
    drop_mysql,
    drop_postgresql,
    filled,
    part_of,
    restore_mysql,
    restore_postgresql,
)
from jifang_backup import ETC
from jifang_backup_data import Trouble, sqlite_rows, tail

HOME = "/var/lib/jifang/drill"


class Trial:
    """One service out of one archive. ``told`` is what was proven."""

    def __init__(self, request, home):
        self.service, self.name = request["service"], request["name"]
        self.wanted, self.local = request["archive"], request.get("local", {})
        self.folder = Path(home) / self.name
        environment = {
            **os.environ,
            "BORG_PASSPHRASE": request["passphrase"],
            "BORG_RSH": request["ssh_command"],
            "BORG_BASE_DIR": str(Path(home) / "borg"),
            "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
        }
        self.repository = Repository(request["location"], environment, request["dumps"])
        self.told = {
            "service": self.name,
            "archive": None,
            "files": None,
            "databases": [],
            "answered": None,
            "said": "",
        }

    def __call__(self):
        shutil.rmtree(str(self.folder), ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        start = time.monotonic()
        with contextlib.ExitStack() as stack:
            stack.callback(shutil.rmtree, str(self.folder), True)
            try:
                self._restore(stack)
            except (Trouble, OSError) as error:
                self.told["said"] = tail(str(error)) or type(error).__name__
            self.told["seconds"] = round(time.monotonic() - start, 1)
        self.told["at"] = datetime.now(timezone.utc).isoformat()
        return self.told

    def _restore(self, stack):
        archive = self.repository.archive(self.wanted)
        self.told["archive"] = archive
        proof = self.repository.proof(archive["name"], self.name)
        if self.service["paths"]:
            paths = [path.lstrip("/") for path in self.service["paths"]]
            self.repository.extract(archive["name"], paths, self.folder)
        self.told["files"] = compared_files(proof, self.folder)
        for path in self.service["sqlite"]:
            self._sqlite(archive["name"], path, proof["sqlite"][path]["rows"])
        database = self._databases(archive["name"], proof, stack)
        if self.service["start"]:
            stack.callback(end_group, started(filled(self.service["start"], self.folder, database)))
        self.told["answered"] = answers(self.service["probe"], self.folder, database)

    def _sqlite(self, archive, path, expected):
        inside = "%s/sqlite%s" % (self.repository.dumps, path)
        self.repository.extract(archive, [inside], self.folder)
        self._proven("sqlite", path, expected, sqlite_rows(self.folder / inside))
        target = self.folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(str(self.folder / inside), str(target))

    def _databases(self, archive, proof, stack):
        """Every database into this machine's own server, whatever server it was on; gives the first one's name."""
        first = ""
        for kind, restore, drop in (
            ("postgresql", restore_postgresql, drop_postgresql),
            ("mysql", restore_mysql, drop_mysql),
        ):
            for one in self.service[kind]:
                here = dict(self.local.get(kind, {}), name="drill_" + one["name"][:40])
                drop(here, here["name"])
                stack.callback(drop, here, here["name"])
                rows = restore(self.repository, archive, part_of(kind, one), here, here["name"])
                self._proven(kind, one["name"], proof[kind][one["name"]], rows)
                first = first or here["name"]
        return first

    def _proven(self, kind, name, expected, rows):
        self.told["databases"].append(compared_rows(kind, name, expected, rows, exact=kind != "mysql"))


def started(words):
    with open(os.devnull, "r+b") as nothing:
        return subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)


def end_group(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def main(words):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--etc", default=ETC)
    parser.add_argument("--home", default=HOME)
    options = parser.parse_args(words)
    os.umask(0o077)
    os.environ["TZ"] = "UTC"
    time.tzset()
    if Path(options.etc, "policy.json").exists():
        answer = {"trouble": "this machine is itself backed up; a drill needs a scratch machine"}
    else:
        request = json.load(sys.stdin)
        if request.get("known_hosts"):
            Path(options.etc, "known_hosts").write_text(request["known_hosts"], encoding="ascii")
        answer = Trial(request, options.home)()
    json.dump(answer, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
