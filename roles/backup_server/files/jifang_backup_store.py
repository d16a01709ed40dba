#!/usr/bin/python3
"""Looks after the repositories on the backup server, where no client reaches: says what each holds, and thins it out.

Runs with the machine's own Python (3.9 upward), standard library alone, as root; borg itself runs as the user whom the
clients come as. The passphrase comes by standard input for one command and is kept nowhere. STATE/HOST.json
remembers the archives that were there, so that one that a client took away is missed, and when all data was last read.

  look     what is there, checked; nothing changes but the memory
  prune    takes old archives away, where nothing is there but what the last look saw
  unlock   takes away a lock that nobody holds any more
"""

import argparse
import json
import os
import pwd
import re
import socket
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

STATE = "/var/lib/jifang/backup-store"
SAID = 2000
NEW_ARCHIVES = 5  # of which a look reads what they hold; more than these come together only at the first
PARTS = 2000
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
# In append-only mode borg writes a line for each transaction, by the clock of this machine.
_TRANSACTION = re.compile(r"transaction (\d+), UTC time (\S+)")


class Trouble(Exception):
    """Said to the person as it is."""


class Store:
    """The repository of one host."""

    def __init__(self, options, passphrase):
        host = options.host
        if not _HOST.fullmatch(host):
            raise Trouble("%r is no name of a host" % host)
        self.host, self.path = host, Path(options.folder, host)
        self.user, self.passphrase = pwd.getpwnam(options.user), passphrase
        self.patience = str(options.patience)
        # borg's own cache is the user's, who may not enter our memory.
        self.base = options.base or str(Path(self.user.pw_dir, "borg"))
        self.memory = Path(options.state, host + ".json")
        self.known = self._remembered()

    def _remembered(self):
        try:
            return json.loads(self.memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {"archives": {}, "verified_at": None}

    def remember(self):
        self.memory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self.memory.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(self.known, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.memory)

    def borg(self, *words, output=subprocess.PIPE):
        """A borg process of the clients' user. The passphrase goes by a pipe, which no list of processes shows."""
        reading, writing = os.pipe()
        os.write(writing, self.passphrase.encode())
        os.close(writing)
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "HOME": self.user.pw_dir,
            "BORG_BASE_DIR": self.base,
            "BORG_PASSPHRASE_FD": str(reading),
            "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
            "BORG_CHECK_I_KNOW_WHAT_I_AM_DOING": "NO",
        }
        mine = os.geteuid() == self.user.pw_uid
        try:
            return subprocess.Popen(
                ["borg", "--lock-wait", self.patience, *words],
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                pass_fds=(reading,),
                **({} if mine else {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}),
            )
        finally:
            os.close(reading)

    def asked(self, *words):
        process = self.borg(*words)
        out, err = process.communicate()
        return process.returncode, out.decode("utf-8", "replace"), tail(err.decode("utf-8", "replace"))

    # --- what there is

    def locks(self):
        """Who holds the repository, with the lock's age in seconds and whether that process can still be there."""
        exclusive = self.path / "lock.exclusive"
        found = []
        names = sorted(path.name for path in exclusive.iterdir()) if exclusive.is_dir() else []
        for name in names[:10]:
            age = datetime.now(timezone.utc).timestamp() - exclusive.stat().st_mtime
            found.append({"holder": name[:200], "age": round(age), "alive": alive(name)})
        if exclusive.is_dir() and not names:
            age = datetime.now(timezone.utc).timestamp() - exclusive.stat().st_mtime
            found.append({"holder": "", "age": round(age), "alive": False})
        return found

    def transactions(self):
        """The newest transaction and its instant by this machine's clock."""
        try:
            with (self.path / "transactions").open("rb") as file:
                file.seek(0, os.SEEK_END)
                file.seek(max(0, file.tell() - 4096))
                text = file.read().decode("ascii", "replace")
        except OSError:
            return None
        found = _TRANSACTION.findall(text)
        return {"number": int(found[-1][0]), "at": found[-1][1] + "Z"} if found else None

    def archives(self):
        """Code, archives and words."""
        code, out, said = self.asked("list", "--json", "--consider-checkpoints", str(self.path))
        if code:
            return code, [], said
        listed = json.loads(out)["archives"]
        return 0, [{"id": one["id"], "name": one["name"], "at": one["start"] + "Z"} for one in listed], said

    def content(self, archive):
        """Number and bytes of an archive's files, and the size of each database dump and proof in it."""
        process = self.borg(
            "list", "--json-lines", "--format", "{type}{size}{path}", "%s::%s" % (self.path, archive)
        )
        files = size = 0
        parts = {}
        for line in process.stdout:
            item = json.loads(line)
            if item["type"] == "d":
                continue
            files, size = files + 1, size + item["size"]
            if "/dumps/" in item["path"] and len(parts) < PARTS:
                parts[item["path"].partition("/dumps/")[2][:500]] = item["size"]
        _, err = process.communicate()
        if process.returncode:
            return {"files": None, "bytes": None, "parts": {}, "said": tail(err.decode("utf-8", "replace"))}
        return {"files": files, "bytes": size, "parts": parts}

    def due(self, days):
        """Whether all data is to be read and proven by the key this time."""
        last = self.known.get("verified_at")
        if last is None:
            return True
        age = datetime.now(timezone.utc) - datetime.fromisoformat(last)
        # A clock that went back must not put it off for years.
        return not timedelta(0) <= age < timedelta(days=days)

    def look(self, verify, accept):
        space = os.statvfs(self.path if self.path.is_dir() else self.path.parent)
        told = {
            "v": 1,
            "host": self.host,
            "at": datetime.now(timezone.utc).isoformat(),
            "there": (self.path / "config").is_file(),
            "free": space.f_bavail * space.f_frsize,
            "total": space.f_blocks * space.f_frsize,
        }
        if not told["there"]:
            return told
        told.update(locks=self.locks(), transaction=self.transactions())
        # What somebody holds is not waited for longer than borg's own patience.
        words = ["--verify-data"] if verify else []
        code, _, said = self.asked("check", *words, str(self.path))
        told.update(check=code, said=said, verified=verify)
        told["list"], archives, told["list_said"] = self.archives()
        known = self.known["archives"]
        if told["list"] == 0:
            self._read_new(archives)
            there = {one["id"] for one in archives}
            gone = {id_: one for id_, one in known.items() if id_ not in there}
            if accept:
                for id_ in gone:
                    del known[id_]
                gone = {}
            told["gone"] = [{"id": id_, "name": one["name"], "at": one["at"]} for id_, one in gone.items()]
        told["archives"] = [{**one, **known.get(one["id"], {})} for one in archives]
        if code == 0 and verify:
            self.known["verified_at"] = told["at"]
        told["verified_at"] = self.known.get("verified_at")
        self.remember()
        return told

    def _read_new(self, archives):
        known = self.known["archives"]
        new = [one for one in archives if one["id"] not in known]
        for one in new[:-NEW_ARCHIVES]:
            known[one["id"]] = {
                "name": one["name"],
                "at": one["at"],
                "files": None,
                "bytes": None,
                "parts": {},
            }
        for one in new[-NEW_ARCHIVES:]:
            known[one["id"]] = {"name": one["name"], "at": one["at"], **self.content(one["name"])}

    # --- what a person or a good check lets it do

    def prune(self, expected, keep):
        code, archives, said = self.archives()
        if code:
            raise Trouble("the repository cannot be read: %s" % said)
        if sorted(one["id"] for one in archives) != sorted(expected):
            raise Trouble("the repository changed since it was checked; nothing was taken away")
        words = [
            "--keep-%s=%d" % (name, keep[name])
            for name in ("daily", "weekly", "monthly", "yearly")
            if keep[name]
        ]
        if not words:
            raise Trouble("no archive would be kept; nothing was taken away")
        code, _, said = self.asked("prune", "--glob-archives", self.host + "-*", *words, str(self.path))
        if code:
            raise Trouble("borg prune: %s" % said)
        code, _, said = self.asked("compact", str(self.path))
        if code:
            raise Trouble("borg compact: %s" % said)
        _, left, _ = self.archives()
        there = {one["id"] for one in left}
        pruned = [one["name"] for one in archives if one["id"] not in there]
        self.known["archives"] = {id_: one for id_, one in self.known["archives"].items() if id_ in there}
        self.remember()
        return {"pruned": pruned, "kept": len(left)}

    def unlock(self):
        held = self.locks()
        if any(one["alive"] for one in held):
            raise Trouble("a process of this machine still holds the lock; nothing was done")
        if not held:
            return {"changed": False}
        code, _, said = self.asked("break-lock", str(self.path))
        if code:
            raise Trouble("borg break-lock: %s" % said)
        return {"changed": True}


def alive(holder):
    """Whether ``HOST@ID.PID-THREAD`` is a process of this machine that runs."""
    found = re.fullmatch(r"(.+)@\d+\.(\d+)-[0-9a-f]+", holder)
    if not found or found.group(1) != socket.getfqdn().split("@")[0]:
        return False
    return Path("/proc", found.group(2)).is_dir()


def tail(text):
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    # The first lines say what is wrong; borg goes on with a list of what that means for each object.
    return "\n".join(lines)[:SAID]


def main(words):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", default=STATE)
    parser.add_argument("--user", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--base", help="the folder of borg's cache; by default in the user's home")
    parser.add_argument("--patience", type=int, default=30, help="seconds to wait for who holds a repository")
    parser.add_argument("what", choices=["look", "prune", "unlock"])
    parser.add_argument("host")
    options = parser.parse_args(words)
    os.umask(0o077)
    given = json.load(sys.stdin)
    try:
        store = Store(options, given["passphrase"])
        if options.what == "look":
            answer = store.look(store.due(given["verify_days"]), given["accept"])
        elif options.what == "prune":
            answer = store.prune(given["expected"], given["keep"])
        else:
            answer = store.unlock()
    except (Trouble, OSError, KeyError) as error:
        answer = {"trouble": str(error) or type(error).__name__}
    json.dump(answer, sys.stdout)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
