"""A school without machines: simulated hardware trees behind Ansible's local connection, its own ledger and
spool, and the real playbooks over them. A run takes two seconds."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.evidence import unpack
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Snapshot
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot

from demo.hardware import Tree, tree, write_tree
from demo.school import Pc, load
from lab_command.paths import ROOT
from lab_command.run import _descendants

SECONDS = 120
# Nothing listens on this port of the loopback: "connection refused", at once.
UNREACHABLE: Mapping[str, Any] = {
    "ansible_connection": "ssh",
    "ansible_host": "127.0.0.1",
    "ansible_port": 1,
}
# What the person who starts the tests may have set for a school of their own.
_SETTINGS = re.compile(r"(ANSIBLE|LAB|LEDGER|PG)\w*")


_LAB_RUN = """
import sys
from pathlib import Path
from lab_command import run
run.run_playbook.__kwdefaults__.update(runs=Path(sys.argv[1]))
sys.exit(run.command(sys.argv[2:]))
"""


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended; ``said`` is everything that it wrote, to both streams."""

    code: int
    said: str

    @property
    def changed(self) -> int:
        """The changed tasks of all hosts."""
        return sum(map(int, re.findall(r" changed=(\d+) ", self.said)))


@dataclass
class School:
    """``hosts`` are the inventory's; a run reads them as they are then."""

    folder: Path
    python: Path = Path(sys.executable)
    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    prefix: list[str] = field(default_factory=list)

    @property
    def spool(self) -> Path:
        return self.folder / "ledger" / "spool"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger" / "ledger.db"

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    @property
    def inventory(self) -> Path:
        return self.folder / "hosts.json"

    def add(self, host: str, pc: Pc | None = None, files: Tree | None = None, **variables: Any) -> Path:
        """A simulated PC, by default the demo school's of that name; gives its tree. ``files`` replaces some."""
        number = len(self.hosts)
        pc = pc or PCS[host]
        root = self.folder / "trees" / str(number)
        write_tree({**tree(pc), **(files or {})}, root)
        self.hosts[host] = {
            "lab_hardware_root": str(root),
            "lab_room": pc.room,
            "lab_seat": pc.seat,
            **variables,
        }
        return root

    def environment(self, **more: str) -> dict[str, str]:
        return errand_environment(self.folder / "ansible", **more)

    def start(self, errand: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """A playbook of the suite by its name, with the errand's own process as the leader of its session."""
        self.write_inventory()
        return subprocess.Popen(
            [
                *self.prefix,
                str(self.python.with_name("ansible-playbook")),
                *("-i", str(self.inventory), *arguments, str(ROOT / "playbooks" / f"{errand}.yml")),
            ],
            cwd=ROOT,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="surrogateescape",
            start_new_session=True,
        )

    def run(self, errand: str, *arguments: str, **environment: str) -> Done:
        return finish(self.start(errand, *arguments, **environment))

    def lab_run(self, errand: str, *arguments: str, **environment: str) -> Done:
        """``./lab run``, with its artifacts in ``runs``."""
        self.write_inventory()
        words = [str(self.folder / "runs"), errand, "-i", str(self.inventory), *arguments]
        imports = f"{ROOT}:{ROOT / 'collections'}"
        done = subprocess.run(
            [*self.prefix, sys.executable, "-c", _LAB_RUN, *words],
            cwd=ROOT,
            env=self.environment(**{"PYTHONPATH": imports, "LAB_LANGUAGE": "en", **environment}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="surrogateescape",
            timeout=SECONDS,
        )
        return Done(done.returncode, done.stdout)

    def collect(self, *arguments: str, **environment: str) -> Done:
        return self.run("collect_facts", *arguments, **environment)

    def write_inventory(self) -> None:
        variables = {
            "ansible_connection": "local",
            "ansible_become": False,
            "ansible_python_interpreter": sys.executable,
            "lab_language": "en",
            "ledger_home": str(self.folder / "ledger"),
            "ledger_reports": str(self.reports),
            **self.variables,
        }
        document = {"all": {"vars": variables, "hosts": self.hosts}}
        self.inventory.write_text(json.dumps(document), encoding="utf-8")

    def snapshot(self) -> Snapshot:
        """The whole ledger, after its history was proved."""
        ledger = open_ledger(f"sqlite:///{self.ledger}", migrate=False)
        try:
            with ledger.read() as session:
                proof = verify(session)
                assert proof.ok, proof.reason
                return load_snapshot(session, school="")
        finally:
            ledger.close()

    def evidence(self) -> list[str]:
        """All evidence that the ledger keeps, unpacked."""
        with sqlite3.connect(self.ledger) as connection:
            rows = connection.execute("SELECT data FROM evidence").fetchall()
        return [unpack(data).decode() for (data,) in rows]

    def statuses(self) -> dict[str, str]:
        """The newest word of the ledger on each host."""
        return {sighting.host: sighting.status.value for sighting in self.snapshot().sightings}

    def spooled(self) -> list[Path]:
        return sorted(self.spool.glob("*.jsonl"))


PCS = {pc.host: pc for pc in load().pcs}


def errand_environment(ansible_home: Path, **more: str) -> dict[str, str]:
    """The environment of a run of the suite's own, whatever the person who starts the tests has set."""
    mine = {name: value for name, value in os.environ.items() if not _SETTINGS.fullmatch(name)}
    mine.pop("PYTHONPATH", None)
    return {
        **mine,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_HOME": str(ansible_home),
        "LC_ALL": "C.UTF-8",
        **more,
    }


def finish(process: subprocess.Popen[str], seconds: int = SECONDS) -> Done:
    try:
        said, _nothing = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        kill_all(process)
        raise
    return Done(process.returncode, said)


def kill_all(process: subprocess.Popen[str]) -> None:
    """Ends the process and what it started: Ansible's workers have sessions of their own."""
    for pid in (process.pid, *_descendants(process.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def until(condition: Callable[[], object], process: subprocess.Popen[str], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, finish(process).said
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def writing(ledger: Path) -> Iterator[None]:
    """While another program writes to the ledger, a commit waits."""
    connection = sqlite3.connect(ledger, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def spooled_hosts(school: School) -> int:
    return sum(path.read_bytes().count(b'"kind":"observed"') for path in school.spooled())


def leave_behind(school: School) -> Path:
    """A run killed with everything in the spool and nothing in the ledger; gives the file that it left."""
    with writing(school.ledger):
        process = school.start("collect_facts")
        until(lambda: spooled_hosts(school) == len(school.hosts), process)
        kill_all(process)
        finish(process)
    (left,) = school.spooled()
    return left


@contextmanager
def small_disk(target: Path, kib: int) -> Iterator[Path]:
    """A file system of its own at ``target`` that holds ``kib`` KiB."""
    with _mounted(target, "-t", "tmpfs", "-o", f"size={kib}k,mode=0700", "jifang-test"):
        yield target


@contextmanager
def read_only(target: Path) -> Iterator[None]:
    """``target`` with what is in it, but nobody may write there: not root either."""
    with _mounted(target, "--bind", str(target)):
        _mount("-o", "remount,bind,ro", str(target))
        yield


@contextmanager
def _mounted(target: Path, *how: str) -> Iterator[None]:
    if os.geteuid():
        pytest.skip("cannot run here: only root may mount a file system")
    target.mkdir(parents=True, exist_ok=True)
    _mount(*how, str(target))
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(target)], check=True)


def _mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"cannot run here: no right to mount a file system ({done.stderr.strip()})")
