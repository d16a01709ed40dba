"""``lab calendar`` and ``lab due`` with the time moved: what is printed, what is started, what is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
import time_machine
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.kept_runs import (
    INSTALLED_FILE,
    read_history,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from lab_command import due, week
from lab_command.cli import main
from lab_command.run import Started, _forget_old_runs, _identity, write_duty
from tests.samples.calendar import VARIABLES, at


class School:
    """A school's folder, and runs that are made instead of Ansible's."""

    def __init__(self, folder: Path) -> None:
        self.inventory = folder / "hosts.yml"
        self.inventory.write_text("all: {}\n")
        self.runs = folder / "runs"
        self.runs.mkdir()
        self.file = folder / "group_vars" / "all" / "calendar.yml"
        self.file.parent.mkdir(parents=True)
        self.calls: list[tuple[str, list[str]]] = []
        self.code = 0
        self.write(VARIABLES)
        self.install("2026-01-01 00:00")

    def write(self, variables: dict[str, Any]) -> None:
        self.file.write_text(yaml.safe_dump(variables, allow_unicode=True), encoding="utf-8")

    def install(self, since: str) -> None:
        (self.runs / INSTALLED_FILE).write_text(json.dumps({"since": at(since).isoformat()}))

    def run_playbook(self, name: str, words: Sequence[str], *, runs: Path, duty: Started) -> int:
        self.calls.append((name, list(words)))
        folder = runs / _identity(Path(f"{name}.yml"), runs)
        write_duty(folder, duty.name, duty.occurrences)
        (folder / "rc").write_text(str(self.code))
        (folder / "command").write_text(json.dumps({"command": ["ansible-playbook", *words]}))
        return self.code

    def due(
        self, duty: str | None = None, *, run: bool = True, notify: bool = False, urls: str = "none"
    ) -> int:
        return due.command(
            duty,
            [str(self.inventory)],
            run=run,
            notify=notify,
            runs=self.runs,
            notices=self.runs.parent / urls,
        )

    def week(self, which: str = "0", **options: Any) -> int:
        settings = {"as_json": False, "ics": None, **options}
        return week.command([str(self.inventory)], week=which, runs=self.runs, **settings)


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    monkeypatch.setenv("LAB_LANGUAGE", "zh_CN")
    monkeypatch.setenv("COLUMNS", "100")
    made = School(tmp_path)
    monkeypatch.setattr(due, "run_playbook", made.run_playbook)
    monkeypatch.setattr(due, "LOCKS", tmp_path / "locks")
    return made


@time_machine.travel(at("2026-11-25 12:00"), tick=False)
def test_the_week_in_chinese(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    assert school.due("daily_check") == 0
    assert school.week() == 0
    out = capsys.readouterr().out
    assert "2026-2027学年第一学期 · 第 13 周（共 21 周） · 2026-11-23 至 2026-11-29" in out
    line = next(line for line in out.splitlines() if "✓" in line)
    assert "09:45" in line and "日常检查" in line and "已补做" in line
    assert "✕ 未执行" in out and "本周未执行或出错" in out
    assert "11-28 周六" in out and "周末" in out


@time_machine.travel(at("2026-11-25 12:00"), tick=False)
def test_a_make_up_saturday_says_whose_timetable_it_has(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    assert school.week("2026-W41", as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    saturday = told["days"][5]
    assert saturday["kind"] == "调休上课 · 国庆节 · 上 10-07（周三）的课"
    assert (saturday["day"], saturday["works"], saturday["lessons"]) == ("2026-10-10", True, 2)
    assert [day["works"] for day in told["days"][:3]] == [False] * 3


@time_machine.travel(at("2026-12-28 12:00"), tick=False)
def test_an_unknown_year_is_told_red_in_the_week(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    assert school.week() == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "是否上班未知" in out
    assert "2027 年的放假和调休安排" in out
    assert school.due("daily_check") == 1
    assert school.calls == []
    assert "calendar_years" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("which", "monday"),
    [("0", "2026-11-23"), ("+1", "2026-11-30"), ("-1", "2026-11-16"), ("2026-12-31", "2026-12-28")],
)
def test_other_weeks(school: School, capsys: pytest.CaptureFixture[str], which: str, monday: str) -> None:
    with time_machine.travel(at("2026-11-29 23:30"), tick=False):
        school.week(which, as_json=True)
    assert json.loads(capsys.readouterr().out)["monday"] == monday


@pytest.mark.parametrize("which", ["next", "2026-W99", "+9999", "2026-02-30"])
def test_no_week(school: School, which: str) -> None:
    with pytest.raises(UserError, match="is no week"):
        school.week(which)


def test_no_calendar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_LANGUAGE", "zh_CN")
    assert main(["calendar", "-i", str(tmp_path / "hosts.yml")]) == 1
    assert "calendar_terms 是空的" in capsys.readouterr().err


def test_a_broken_file_and_a_vaulted_one(school: School) -> None:
    (school.file.parent / "secrets.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n3132")
    (school.file.parent / "tagged.yml").write_text("password: !vault |\n  $ANSIBLE_VAULT\n")
    school.week(as_json=True)
    school.file.write_text("calendar_terms: [")
    with pytest.raises(UserError, match=r"calendar\.yml cannot be read"):
        school.week()


@time_machine.travel(at("2026-11-25 12:00"), tick=False)
def test_an_ics_for_the_phone(school: School, tmp_path: Path) -> None:
    assert school.week(ics=tmp_path / "school.ics") == 0
    events = icalendar.Calendar.from_ical((tmp_path / "school.ics").read_bytes()).walk("VEVENT")
    assert len(events) > 100


@time_machine.travel(at("2026-11-25 09:50"), tick=False)
def test_the_rooms_that_are_due_are_the_limit(school: School) -> None:
    assert school.due("ready_check") == 0
    assert school.calls == [
        ("collect_facts", ["-i", str(school.inventory), "--limit", "room_1"]),
    ]
    assert school.due("ready_check") == 0
    assert len(school.calls) == 1
    (run,) = read_history(school.runs).runs
    assert [one.room for one in run.occurrences] == ["room_1"]


def test_a_control_node_off_for_three_days(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    """Persistent timers all fire at once when it comes back; the watch fires, too."""
    with time_machine.travel(at("2026-11-23 09:45"), tick=False):
        assert school.due("daily_check") == 0
    with time_machine.travel(at("2026-11-27 09:30"), tick=False):
        assert school.due() == 0
        # Thursday's daily check is too long ago for a late run; this morning's look at the backups is not.
        assert [name for name, _ in school.calls[1:]] == ["check_backups"]
    with time_machine.travel(at("2026-11-27 09:46"), tick=False):
        assert school.due("daily_check") == 0
        assert school.due() == 0
        assert [name for name, _ in school.calls] == ["update_ledger", "check_backups", "update_ledger"]
        school.week(as_json=True)
    told = json.loads(capsys.readouterr().out)
    daily = [
        item["standing"] for day in told["days"] for item in day["duties"] if item["duty"] == "daily_check"
    ]
    assert daily == ["done", "missed", "missed", "missed", "done"]


def test_a_clock_that_jumps(school: School) -> None:
    """A dead battery: the clock starts in 2028, is set right, and is then set back by an hour."""
    for moment in ("2028-11-22 09:50", "2026-11-25 09:50", "2026-11-25 08:50", "2026-11-25 09:50"):
        with time_machine.travel(at(moment), tick=False):
            school.due("daily_check")
    assert len(school.calls) == 1  # in 2028 no term is entered; on the right day it ran once
    with time_machine.travel(at("2026-11-26 09:50"), tick=False):
        school.due("daily_check")
    assert len(school.calls) == 2


def test_a_failed_run_passes_its_code_on_and_is_not_repeated(school: School) -> None:
    school.code = 2
    with time_machine.travel(at("2026-11-25 09:45"), tick=False):
        assert school.due("daily_check") == 2
        assert school.due("daily_check") == 0
    assert len(school.calls) == 1


@time_machine.travel(at("2026-11-25 12:00"), tick=False)
def test_due_lists_and_says_whether_something_is_red(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    assert school.due(run=False) == 1
    out = capsys.readouterr().out
    assert "2026-11-25 09:45  日常检查  ✕ 未执行" in out
    school.install("2026-11-25 11:50")
    assert school.due(run=False) == 0


def test_an_unknown_duty(school: School) -> None:
    with pytest.raises(UserError, match="has no duty back_up"):
        school.due("back_up")


def test_a_duty_that_is_being_done_is_left_alone(school: School) -> None:
    with (
        time_machine.travel(at("2026-11-25 09:50"), tick=False),
        due.exclusive(["duty:daily_check"], "update_ledger", due.LOCKS),
    ):
        assert school.due("daily_check") == 0
    assert school.calls == []


def test_the_newest_run_of_a_duty_outlives_others(tmp_path: Path) -> None:
    for number in range(6):
        with time_machine.travel(datetime(2026, 1, 1 + number, tzinfo=UTC), tick=False):
            folder = tmp_path / _identity(Path("x.yml"), tmp_path)
            if number in (0, 1):
                write_duty(folder, "term_start_check", ())
    _forget_old_runs(tmp_path, 2)
    assert [path.name[:8] for path in sorted(tmp_path.iterdir())] == ["20260102", "20260105", "20260106"]


def test_what_was_missed_and_a_year_that_is_not_entered_are_told_once(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[list[str]] = []

    def send(_addresses: Sequence[str], _title: str, body: str) -> list[str]:
        sent.append(body.splitlines())
        return []

    monkeypatch.setattr("lab_command.notices._send", send)
    urls = school.runs.parent / "urls"
    urls.write_text("json://127.0.0.1")
    urls.chmod(0o600)
    school.install("2026-12-07 00:00")
    for moment in ("2026-12-07 08:30", "2026-12-07 08:45", "2026-12-07 12:00"):
        with time_machine.travel(at(moment), tick=False):
            school.due(run=False, notify=True, urls="urls")
    first, second = sent
    assert first[0] == "2026-12-07 07:50 课前检查 · 机房一：未执行"
    assert [line.partition("：")[0] for line in first[1:]] == [
        *("月末硬件检查", "课前检查", "日常检查", "末节课后检查")
    ]
    assert all("2027 年的放假和调休安排" in line for line in first[1:])
    assert second == [
        "2026-12-07 06:30 备份检查：未执行",
        *("2026-12-07 09:45 末节课后检查：未执行", "2026-12-07 09:45 日常检查：未执行"),
    ]
