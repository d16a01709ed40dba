"""A school year of errands: each is run as a job of AWX or Semaphore runs it, and looked at from all sides."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Event,
    Finding,
    FindingKind,
    RegisterKind,
    Snapshot,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import load_registers
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import school_day
from openpyxl import load_workbook
from pypdf import PdfReader

from lab_command.demo_machines import INVENTORY, DemoMachines
from lab_command.display import Display
from lab_command.run import run_playbook

#: Who started the jobs. AWX adds the name to the variables of every job.
PERSON = "周敏"

#: What the questions of a survey give: a text, or the chosen ones of several.
Answers = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an errand said, its papers' names without their numbers, and the events that it made."""

    message: str
    entry: str
    papers: tuple[str, ...]
    events: tuple[Event, ...]


@dataclass
class SchoolYear:
    """Runs errands on the demo school with a ledger and reports of its own below ``folder``."""

    school: DemoMachines
    folder: Path
    done: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        return school_day(datetime.now(UTC))

    def day(self, days: int = 0) -> str:
        """So many days from today, as a person writes it."""
        return (self.today + timedelta(days=days)).isoformat()

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger" / "ledger.db"

    @property
    def papers(self) -> Path:
        return self.folder / "reports" / "papers"

    def run(
        self, errand: str, answers: Answers | None = None, *, reason: str = "", papers: Sequence[str] = ()
    ) -> Outcome:
        """In earnest, the first time after a dry run that changes nothing: what it says, prints and enters is what
        it should."""
        given = {"entry_reason": reason, **(answers or {})} if reason else dict(answers or {})
        chosen = [each for value in given.values() for each in ([value] if isinstance(value, str) else value)]
        assert all(isinstance(each, str) for each in chosen), errand
        if errand not in self.done:
            before = self._state()
            assert self._play(errand, given, "--check")["code"] == 0, f"{errand} --check"
            assert self._state() == before, f"{errand} --check changed something"
        events = self._events()
        result = self._play(errand, given)
        assert result["code"] == 0, errand
        paths = [Path(path) for path in result.get("papers", [])]
        names = tuple(re.sub(r"-.*(?=\.)", "", path.name) for path in paths)
        assert sorted(names) == sorted(papers), errand
        for path in paths:
            is_a_paper_of(path, self.school.school.name)
        made = self._events()[len(events) :]
        assert {event.actor for event in made} <= {PERSON}, errand
        if reason:
            assert made, errand
            assert {event.reason for event in made} == {reason}, errand
        self.done.append(errand)
        return Outcome(
            message=result.get("msg", ""), entry=result.get("entry", ""), papers=names, events=made
        )

    def _play(self, errand: str, given: Mapping[str, Any], *arguments: str) -> dict[str, Any]:
        """``./lab run`` of the errand; the result of the task that said most, and the exit code."""
        file = self.folder / "answers.json"
        # AWX knows the person; the school's own settings say where ledger and reports are.
        settings = {
            "awx_user_name": PERSON,
            "ledger_home": str(self.folder / "ledger"),
            "ledger_reports": str(self.folder / "reports"),
            "ledger_number_rule": "{year}-9{sequence:03}",
        }
        file.write_text(json.dumps({**settings, **given}), encoding="utf-8")
        runs = self.folder / "runs"
        earlier = set(runs.glob("*")) if runs.is_dir() else set()
        code = run_playbook(
            errand,
            ("-i", str(INVENTORY), *arguments, "-e", f"@{file}"),
            environment={**self.school.environment, "LAB_LANGUAGE": "zh_CN"},
            runs=runs,
            display=Display(),
        )
        (kept,) = set(runs.glob("*")) - earlier
        results = [
            event["event_data"]["res"]
            for event in (json.loads(path.read_text("utf-8")) for path in kept.glob("job_events/*.json"))
            if event["event"] == "runner_on_ok"
        ]
        return {**max(results, key=lambda res: "papers" in res, default={}), "code": code}

    def _state(self) -> tuple[str, list[tuple[str, int]]]:
        """The ledger's content and when each file of the reports was written."""
        digest = hashlib.sha256()
        if self.ledger.exists():
            with closing(sqlite3.connect(self.ledger)) as connection:
                for line in connection.iterdump():
                    digest.update(line.encode())
        reports = self.folder / "reports"
        files = [path for path in reports.rglob("*") if path.is_file()]
        return digest.hexdigest(), sorted((str(path), path.stat().st_mtime_ns) for path in files)

    @contextmanager
    def reading(self) -> Iterator[Any]:
        ledger = open_ledger(f"sqlite:///{self.ledger}", migrate=False)
        try:
            with ledger.read() as session:
                yield session
        finally:
            ledger.close()

    def _events(self) -> tuple[Event, ...]:
        return tuple(self.snapshot().events) if self.ledger.exists() else ()

    def snapshot(self) -> Snapshot:
        with self.reading() as session:
            return load_snapshot(session, school="")

    def finding(self, kind: FindingKind, host: str) -> Finding:
        """The one finding of that kind on that host."""
        (found,) = (each for each in self.snapshot().findings if each.kind is kind and host in each.hosts)
        return found

    def register(self, kind: RegisterKind) -> dict[str, Any]:
        """A register by number."""
        with self.reading() as session:
            return load_registers(session).get(kind, {})

    def newest(self, kind: RegisterKind) -> str:
        """The number that was given last."""
        return max(self.register(kind))


def is_a_paper_of(path: Path, school: str) -> None:
    """A PDF that names the school and has pages, or a sheet that names it."""
    if path.suffix == ".xlsx":
        cells = [cell.value for row in load_workbook(path).active.iter_rows() for cell in row]
        assert any(school in str(cell) for cell in cells), path
        return
    assert path.suffix == ".pdf"
    pages = PdfReader(path).pages
    assert pages, path
    assert school in "".join(page.extract_text() for page in pages), path
