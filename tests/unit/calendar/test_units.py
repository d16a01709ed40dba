"""The systemd units of a calendar: text that systemd takes, and hours at which every duty can be asked."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.duties import plan
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import Calendar, CalendarError
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.recurrence import recurrences
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.units import (
    PATTERN,
    Installation,
    UnitFile,
    compile_units,
    on_calendar,
)
from hypothesis import given
from hypothesis import strategies as st

from lab_command.arguments import playbooks
from lab_command.paths import ROOT
from tests.samples.calendar import YEAR_2027, calendar_of, midnight

HERE = Installation(
    command="/usr/bin/true",
    user="root",
    inventories=("/srv/school/hosts.yml",),
    language="zh_CN",
    notices="/etc/jifang/notices",
)

CALENDAR = calendar_of()


def units(calendar: Calendar | None = None, installation: Installation = HERE) -> dict[str, UnitFile]:
    return {unit.name: unit for unit in compile_units(calendar or calendar_of(), installation, playbooks())}


def test_every_duty_with_a_playbook_has_both_units() -> None:
    made = units()
    assert {name.partition(".")[0] for name in made} == {
        f"jifang-duty-{duty.name}" for duty in calendar_of().duties if duty.playbook
    } | {"jifang-watch"}
    assert all(PATTERN.fullmatch(name) for name in made)
    assert len(made) % 2 == 0


def test_the_role_finds_every_unit_of_ours_and_no_other() -> None:
    (task,) = yaml.safe_load((ROOT / "roles/schedules/tasks/find.yml").read_text(encoding="utf-8"))
    assert task["ansible.builtin.find"]["patterns"] == f"^{PATTERN.pattern}$"


@pytest.mark.parametrize(
    ("duty", "expected"),
    [
        (
            "ready_check",
            [
                *("*-*-* 07:50:00 Asia/Shanghai", "*-*-* 09:50:00 Asia/Shanghai"),
                *("*-*-* 13:50:00 Asia/Shanghai", "*-*-* 16:20:00 Asia/Shanghai"),
            ],
        ),
        ("daily_check", ["*-*-* 09:45:00 Asia/Shanghai"]),
        ("friday_backup", ["Fri *-*-* 17:30:00 Asia/Shanghai"]),
        ("log_export", ["*-*-01 08:30:00 Asia/Shanghai"]),
        ("month", ["*-*~01 08:00:00 Asia/Shanghai"]),
        ("night", ["*-*-* 23:50:00 Asia/Shanghai"]),
    ],
)
def test_times(duty: str, expected: list[str]) -> None:
    duties = {
        "month": {"days": "month_end", "at": "08:00"},
        "night": {"days": "monday", "at": "first_class - 490m"},
    }
    bells = [{"periods": {n: f"{7 + n:02}:00-{7 + n:02}:40" for n in range(1, 9)}}]
    calendar = calendar_of(calendar_duties=duties, **({"calendar_bells": bells} if duty == "night" else {}))
    found = calendar.duty(duty)
    assert found is not None
    lines = list(on_calendar(calendar, recurrences(calendar, found), second=0))
    assert lines == expected if duty != "night" else expected[0] in lines


def test_a_timer_fires_at_every_occurrence() -> None:
    """Over a year: no occurrence lies at an hour that its timer does not name."""
    calendar = calendar_of(calendar_years=[YEAR_2027])
    found = plan(calendar, midnight(date(2026, 2, 1)), midnight(date(2027, 2, 1)))
    assert not found.stopped
    hours = {
        duty.name: {
            line.split()[-2][:5] for line in on_calendar(calendar, recurrences(calendar, duty), second=0)
        }
        for duty in calendar.duties
    }
    for one in found.occurrences:
        assert f"{one.due.astimezone(calendar.zone):%H:%M}" in hours[one.duty]


def test_timers_of_one_minute_start_apart() -> None:
    made = units(
        calendar_of(calendar_duties={"history_proof": {"at": "09:45"}, "hardware_check": {"at": "09:45"}})
    )
    starts = {line.split()[-2] for unit in made.values() for line in unit.calendars if " 09:45:" in line}
    assert len(starts) >= 3


def test_a_playbook_that_there_is_not_is_refused() -> None:
    with pytest.raises(CalendarError, match=r"calendar_duties\.daily_check\.playbook"):
        units(calendar_of(calendar_duties={"daily_check": {"playbook": "update_leger"}}))


def test_a_duty_of_lessons_without_a_timetable_is_refused() -> None:
    with pytest.raises(CalendarError, match="calendar_timetable has none"):
        units(calendar_of(calendar_timetable={}))


def verify(folder: Path, made: dict[str, UnitFile]) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("cannot run here: systemd-analyze is not installed")
    for name, unit in made.items():
        (folder / name).write_text(unit.content, encoding="utf-8")
    files = [str(folder / name) for name in made]
    lines = sorted({line for unit in made.values() for line in unit.calendars})
    checked = subprocess.run(
        [tool, "calendar", *lines], capture_output=True, text=True, timeout=60, check=False
    )
    assert checked.returncode == 0, checked.stderr
    return subprocess.run(
        [tool, "verify", "--man=no", *files], capture_output=True, text=True, timeout=60, check=False
    )


def test_systemd_takes_them(tmp_path: Path) -> None:
    done = verify(tmp_path, units())
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["学校 主机.yml", 'a "b" %h $HOME.yml', "back\\slash;x.yml"])
def test_hostile_paths_stay_one_word(tmp_path: Path, name: str) -> None:
    made = units(
        calendar_of(
            calendar_duties={
                "tidy": {
                    "title": "100 % %h [Install]",
                    "days": "friday",
                    "at": "08:00",
                    "playbook": "verify_ledger",
                }
            }
        ),
        Installation(
            command="/usr/bin/true",
            user="root",
            inventories=(f"/srv/{name}",),
            language="zh_CN",
            notices="/x",
        ),
    )
    done = verify(tmp_path, made)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Description=100 %% %%h [Install]\n" in made["jifang-duty-tidy.timer"].content


@given(st.text(max_size=30))
def test_no_path_makes_a_line_of_its_own(name: str) -> None:
    installation = Installation(
        command="/usr/bin/true", user="root", inventories=(name,), language="en", notices="/x"
    )
    try:
        made = units(CALENDAR, installation)
    except CalendarError:
        assert not name or not name.isprintable()
        return
    plain = units(CALENDAR)
    assert {k: v.content.count("\n") for k, v in made.items()} == {
        k: v.content.count("\n") for k, v in plain.items()
    }
