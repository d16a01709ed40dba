"""The oldest ansible-core that the suite supports and the newest that a Python of this machine can run give one
and the same ledger."""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.book import write_book
from demo.school import load
from lab_command.paths import ROOT, STATE
from tests.integration.support import UNREACHABLE, School

REQUIREMENTS = ROOT / "requirements" / "control.txt"
OLDEST = "2.19."
_TIMES = {"at", "first_seen_at", "last_seen_at", "last_status_at", "opened_at", "removed_at"}


def interpreters() -> Iterator[str]:
    """Pythons by their usual names and places: on the path, in a home folder, built by hand."""
    for minor in range(20, sys.version_info.minor, -1):
        if found := shutil.which(f"python3.{minor}"):
            yield found
    for pattern in (".*/versions/*/bin/python3", ".local/share/*/python/*/bin/python3"):
        yield from map(str, Path.home().glob(pattern))
    yield from map(str, Path("/opt").glob("*/bin/python3"))


def version(python: str) -> tuple[int, ...] | None:
    """The version of a CPython that can make environments; None where it cannot."""
    ask = "import ensurepip, ssl, sqlite3, sys, venv; print(sys.implementation.name, *sys.version_info[:3])"
    try:
        done = subprocess.run([python, "-I", "-c", ask], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    name, *numbers = done.stdout.split() or [""]
    return tuple(map(int, numbers)) if done.returncode == 0 and name == "cpython" else None


def newest_python() -> tuple[str, tuple[int, ...]]:
    known = {python: found for python in interpreters() if (found := version(python)) is not None}
    python = max(known, key=lambda name: known[name], default="")
    if not python or known[python][:2] <= sys.version_info[:2]:
        here = ".".join(map(str, sys.version_info[:2]))
        pytest.skip(f"cannot run here: this machine has no Python newer than {here}")
    return python, known[python]


@pytest.fixture(scope="module")
def newest() -> Path:
    """The Python of an environment with the newest ansible-core, made once per requirements and version."""
    python, found = newest_python()
    name = hashlib.sha256(REQUIREMENTS.read_bytes() + repr((python, found)).encode()).hexdigest()[:16]
    home = STATE / "venvs" / name
    home.parent.mkdir(parents=True, exist_ok=True)
    ready = home / "ready"
    with (home.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(home, ignore_errors=True)
            _run([python, "-m", "venv", str(home)])
            pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
            _run([*pip, "--quiet", "--require-hashes", "--only-binary=:all:", "-r", str(REQUIREMENTS)])
            ready.touch()
    return home / "bin" / "python"


def _run(command: list[str]) -> None:
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        command, env=clean, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


def core(python: Path) -> str:
    done = subprocess.run(
        [str(python.with_name("ansible")), "--version"], capture_output=True, text=True, check=True
    )
    (found,) = re.findall(r"^ansible \[core ([\d.]+\w*)\]", done.stdout, re.MULTILINE)
    return str(found)


def a_day(folder: Path, python: Path) -> School:
    """Everything that the suite does, with this Python's Ansible."""
    folder.mkdir()
    school = School(folder, python=python)
    for host in ("pc01", "pc02", "pc03"):
        school.add(host)
    school.hosts["pc06"] = {**UNREACHABLE, "lab_room": "机房一", "lab_seat": "06"}
    book = folder / "book.xlsx"
    write_book(load(), book)
    for errand in ("import_book", "collect_facts", "reconcile_ledger", "render_reports", "verify_ledger"):
        done = school.run(errand, "-e", f"ledger_book={book}")
        assert done.code == 0, done.said
        assert "DEPRECAT" not in done.said, done.said
    assert (school.reports / "site" / "index.html").is_file()
    assert (school.reports / "ledger.xlsx").is_file()
    return school


def content(value: Any) -> Any:
    """A record without the times at which this run saw it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {name: content(item) for name, item in value.items() if name not in _TIMES}
    if isinstance(value, (list, tuple)):
        return [content(item) for item in value]
    return value


def test_this_environment_has_the_oldest_supported_core() -> None:
    """So every other test of the suite runs on it."""
    if sys.version_info[:2] > (3, 11):
        pytest.skip("cannot run here: ansible-core 2.19 is what Python 3.11 gets, and this is a newer one")
    assert core(Path(sys.executable)).startswith(OLDEST)


def test_the_newest_core_gives_the_same_ledger(newest: Path, tmp_path: Path) -> None:
    here = Path(sys.executable)
    assert tuple(map(int, core(newest).split(".")[:2])) > tuple(map(int, core(here).split(".")[:2]))
    old, new = (
        a_day(tmp_path / name, python).snapshot() for name, python in (("old", here), ("new", newest))
    )
    assert len(old.machines) == 3
    assert len(old.findings) > 0
    for part in ("assets", "machines", "findings"):
        assert content(getattr(new, part)) == content(getattr(old, part)), part
    assert [(one.host, one.status, one.room, one.seat) for one in new.sightings] == [
        (one.host, one.status, one.room, one.seat) for one in old.sightings
    ]
    assert [
        (event.action, event.subject) for event in new.events if event.subject.partition(":")[0] != "run"
    ] == [(event.action, event.subject) for event in old.events if event.subject.partition(":")[0] != "run"]


def test_check_mode_and_failures_are_the_same_on_the_newest_core(newest: Path, tmp_path: Path) -> None:
    school = School(tmp_path, python=newest)
    school.add("pc01")
    school.add("pc02", ansible_python_interpreter="/nowhere/python3")
    done = school.collect("--check", "--diff")
    assert done.code != 0
    assert not school.ledger.exists()
    done = school.collect()
    assert done.code != 0
    assert "the probe did not run (exit code 127)" in done.said
    assert school.statuses() == {"pc01": "observed", "pc02": "failed"}
    off = school.collect(ANSIBLE_CALLBACKS_ENABLED="ansible.builtin.minimal")
    assert off.code != 0
    assert "The callback jifang.lab.ledger_spool is not switched on" in off.said
