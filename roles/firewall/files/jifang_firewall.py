#!/usr/bin/python3
"""Loads the firewall's rules on the firewall itself, and takes them back where nobody says that they are good.

Runs with the machine's own Python (3.6 upward), standard library alone. Its folder holds:

  candidate.nft  the rules that were last sent here
  rules.nft      the rules that were confirmed; they are loaded when the machine starts
  waiting        there while new rules are loaded and not yet confirmed
  locks.json     rooms whose internet is locked, each with the instant at which that ends

``apply`` first has the system start a timer and only then loads: whatever becomes of the connection, of the machine
that sent the rules or of this process, the timer brings the confirmed rules back. Only ``confirm`` keeps it from that.
Every load is one transaction of nft: all of it counts, or nothing changed.
"""

import argparse
import contextlib
import fcntl
import ipaddress
import json
import os
import subprocess
import sys
import time
from pathlib import Path

HOME = "/var/lib/jifang/firewall"
TABLE = "inet jifang"
UNIT = "jifang-firewall-rollback"
SETS = ("locked4", "locked6", "allowed4", "allowed6")


class Refused(Exception):
    """Said to the person as it is, by the task that called."""


class TakenBack(Refused):
    """The rules that are to be confirmed are not there any more."""


class Firewall:
    def __init__(self, home):
        self.home = Path(home)
        self.candidate = self.home / "candidate.nft"
        self.rules = self.home / "rules.nft"
        self.waiting = self.home / "waiting"
        self.locks_file = self.home / "locks.json"

    @contextlib.contextmanager
    def alone(self):
        """One of us at a time: the timer may fire while a person confirms."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    # --- rules

    def apply(self, seconds):
        """Loads the candidate for ``seconds``; gives whether there was anything to load."""
        text = self.candidate.read_text(encoding="utf-8")
        if not self.pending():
            return False
        nft(text + self.set_commands(), check=True)
        mark = "%d.%d" % (time.time(), os.getpid())
        write(self.waiting, mark)
        self.start_timer(seconds, mark)
        nft(text + self.set_commands())
        return True

    def confirm(self):
        if not self.waiting.exists():
            raise TakenBack("the rules were taken back already: they were not confirmed in time")
        write(self.rules, self.candidate.read_text(encoding="utf-8"))
        self.waiting.unlink()
        stop_timer()

    def restore(self, mark):
        """The confirmed rules again, where those that ``mark`` stands for still wait. Gives whether they did."""
        if not self.waiting.exists() or self.waiting.read_text(encoding="utf-8") != mark:
            return False
        self.load()
        self.waiting.unlink()
        return True

    def load(self):
        if self.rules.exists():
            nft(self.rules.read_text(encoding="utf-8") + self.set_commands())
        else:
            nft("table %s\ndelete table %s\n" % (TABLE, TABLE))

    def boot(self):
        """At the start of the machine: what was not confirmed before it went down does not count."""
        if self.waiting.exists():
            self.waiting.unlink()
        self.load()

    def remove(self):
        """No rules, now and after a restart."""
        there = table_is_loaded() or self.rules.exists()
        nft("table %s\ndelete table %s\n" % (TABLE, TABLE))
        for path in (self.rules, self.candidate, self.waiting, self.locks_file):
            if path.exists():
                path.unlink()
        return there

    def pending(self):
        """Whether the candidate is not what was confirmed and is loaded."""
        return (
            not self.rules.exists()
            or self.rules.read_bytes() != self.candidate.read_bytes()
            or self.waiting.exists()
            or not table_is_loaded()
        )

    def start_timer(self, seconds, mark):
        stop_timer()
        call = [
            sys.executable,
            str(Path(__file__).resolve()),
            "--home",
            str(self.home),
            "--mark",
            mark,
            "restore",
        ]
        if Path("/run/systemd/system").is_dir():
            run(
                [
                    "systemd-run",
                    "--quiet",
                    "--collect",
                    "--unit=" + UNIT,
                    "--on-active=%ds" % seconds,
                    "--timer-property=AccuracySec=100ms",
                    *call,
                ]
            )
            return
        # No systemd: a process of its own session, which no end of a connection reaches.
        command = ["sh", "-c", 'sleep "$0"; exec "$@"', str(seconds), *call]
        with open(os.devnull, "r+b") as nothing:
            subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)

    # --- locked rooms

    def locks(self):
        """Those that have not ended."""
        if not self.locks_file.exists():
            return []
        now = time.time()
        return [one for one in json.loads(self.locks_file.read_text(encoding="utf-8")) if one["until"] > now]

    def lock(self, entries, check):
        """``entries``: room, until (seconds since 1970), sources, allow. A room that is locked gets the new end."""
        rooms = {one["room"] for one in entries}
        return self.set_locks([one for one in self.locks() if one["room"] not in rooms] + entries, check)

    def unlock(self, rooms, check):
        return self.set_locks([one for one in self.locks() if one["room"] not in rooms], check)

    def set_locks(self, locks, check):
        if check or locks == self.locks():
            return locks != self.locks()
        if not table_is_loaded():
            raise Refused("no rules are loaded; run configure_firewall first")
        write(self.locks_file, json.dumps(locks, ensure_ascii=False, sort_keys=True))
        nft(self.set_commands())
        return True

    def set_commands(self):
        """The sets as the locks want them, each element with the time that is left: it ends by itself."""
        lines = ["flush set %s %s" % (TABLE, name) for name in SETS]
        now = time.time()
        for one in self.locks():
            left = max(1, int(one["until"] - now))
            for source in map(ipaddress.ip_network, one["sources"]):
                lines.append(
                    "add element %s locked%d { %s timeout %ds }" % (TABLE, source.version, source, left)
                )
                for allowed in map(ipaddress.ip_network, one["allow"]):
                    if allowed.version == source.version:
                        lines.append(
                            "add element %s allowed%d { %s . %s timeout %ds }"
                            % (TABLE, source.version, source, allowed, left)
                        )
        return "\n".join(lines) + "\n"


def stop_timer():
    if Path("/run/systemd/system").is_dir():
        subprocess.call(["systemctl", "--quiet", "stop", UNIT + ".timer"], stderr=subprocess.DEVNULL)


def table_is_loaded():
    return (
        subprocess.call(
            ["nft", "list", "chain", *TABLE.split(), "forward"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        == 0
    )


def nft(text, check=False):
    run(["nft", *(["--check"] if check else []), "--file", "-"], text)


def run(command, text=None):
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = process.communicate((text or "").encode("utf-8"))
    if process.returncode:
        raise Refused("%s: %s" % (command[0], said.decode("utf-8", "replace")[:2000].strip()))


def write(path, text):
    """The file appears whole or not at all, also where the power goes."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(str(path.parent), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", default=HOME)
    parser.add_argument("--check", action="store_true", help="say what would change, change nothing")
    parser.add_argument("--seconds", type=int, default=60, help="until the rules are taken back")
    parser.add_argument("--mark", default="", help="which rules are to be taken back")
    parser.add_argument("--entries", default="[]", help="JSON: the locks, or the rooms to unlock")
    parser.add_argument(
        "what", choices=["apply", "boot", "confirm", "lock", "pending", "remove", "restore", "unlock"]
    )
    given = parser.parse_args()
    firewall = Firewall(given.home)
    with firewall.alone():
        if given.what == "pending" or (given.check and given.what == "apply"):
            changed = firewall.pending()
        elif given.what == "apply":
            changed = firewall.apply(given.seconds)
        elif given.what in ("lock", "unlock"):
            changed = getattr(firewall, given.what)(json.loads(given.entries), given.check)
        elif given.what == "restore":
            changed = firewall.restore(given.mark)
        else:
            done = {"boot": firewall.boot, "confirm": firewall.confirm, "remove": firewall.remove}[
                given.what
            ]()
            changed = done is not False
    sys.stdout.write("changed\n" if changed else "same\n")


if __name__ == "__main__":
    try:
        main()
    except TakenBack as refused:
        sys.stderr.write("%s\n" % refused)
        sys.exit(3)
    except Refused as refused:
        sys.exit(str(refused))
