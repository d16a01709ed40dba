"""What ran and what should have: matching, a wrong clock, a control node that was off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.findings import missed_run_findings
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import Occurrence
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.standing import (
    Look,
    Run,
    Standing,
    look,
    to_start,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples.calendar import at, calendar_of

CALENDAR = calendar_of()
MONDAY, SUNDAY = at("2026-11-23 00:00"), at("2026-11-30 00:00")
LONG_AGO = at("2026-01-01 00:00")
DAILY = CALENDAR.duty("daily_check")
assert DAILY is not None


def daily(day: str) -> Occurrence:
    return Occurrence(at(f"2026-11-{day} 09:45"), "daily_check")


def run(occurrence: Occurrence | None, started: str, code: int | None = 0, **more: object) -> Run:
    return Run(
        name="20261123T014500.000000Z-update_ledger",
        playbook="update_ledger",
        started=at(started),
        code=code,
        occurrences=() if occurrence is None else (occurrence,),
        **more,  # type: ignore[arg-type]
    )


def week(now: str, runs: Sequence[Run] = (), kept_since: datetime | None = LONG_AGO) -> Look:
    return look(CALENDAR, MONDAY, SUNDAY, now=at(now), runs=runs, kept_since=kept_since)


def standing(now: str, *runs: Run, day: str = "23") -> Standing:
    (found,) = (one for one in week(now, runs).looked if one.occurrence == daily(day))
    return found.standing


@pytest.mark.parametrize(
    ("now", "runs", "expected"),
    [
        ("2026-11-23 09:00", [], Standing.PLANNED),
        ("2026-11-23 09:45", [], Standing.DUE),
        ("2026-11-23 11:44", [], Standing.DUE),
        ("2026-11-23 11:45", [], Standing.MISSED),
        ("2026-11-23 10:00", [run(daily("23"), "2026-11-23 09:45", None)], Standing.RUNNING),
        ("2026-11-24 10:00", [run(daily("23"), "2026-11-23 09:45", None)], Standing.FAILED),
        ("2026-11-23 10:00", [run(daily("23"), "2026-11-23 09:45", 2)], Standing.FAILED),
        ("2026-11-23 10:00", [run(daily("23"), "2026-11-23 09:46", 0)], Standing.DONE),
        ("2026-11-23 16:00", [run(daily("23"), "2026-11-23 15:00", 0)], Standing.LATE),
        # A second try that went well counts.
        (
            "2026-11-23 16:00",
            [run(daily("23"), "2026-11-23 09:46", 2), run(daily("23"), "2026-11-23 10:30", 0)],
            Standing.DONE,
        ),
        # By a person's hand, in time and whole.
        ("2026-11-23 16:00", [run(None, "2026-11-23 10:00")], Standing.DONE),
        ("2026-11-23 16:00", [run(None, "2026-11-23 09:00")], Standing.MISSED),
        ("2026-11-23 16:00", [run(None, "2026-11-23 10:00", whole=False)], Standing.MISSED),
        # Of another day.
        ("2026-11-24 12:00", [run(daily("24"), "2026-11-24 09:46")], Standing.MISSED),
    ],
)
def test_standing(now: str, runs: list[Run], expected: Standing) -> None:
    assert standing(now, *runs) is expected


def test_before_the_schedule_was_installed_nothing_was_missed() -> None:
    seen = week("2026-11-26 18:00", kept_since=at("2026-11-25 00:00"))
    daily_ones = [one.standing for one in seen.looked if one.occurrence.duty == "daily_check"]
    assert daily_ones == [
        *(Standing.UNKNOWN, Standing.UNKNOWN),
        *(Standing.MISSED, Standing.MISSED, Standing.PLANNED),
    ]
    never = week("2026-11-26 18:00", kept_since=None)
    assert Standing.MISSED not in {one.standing for one in never.looked}


def test_three_days_off_start_the_newest_once_and_leave_the_others_missed() -> None:
    """The control node went off on Monday evening and comes back on Friday at noon."""
    now = at("2026-11-27 12:00")
    runs = [run(daily("23"), "2026-11-23 09:45")]
    wanted, stopped = to_start(CALENDAR, DAILY, now=now, runs=runs, kept_since=LONG_AGO)
    assert (wanted, stopped) == ([daily("27")], ())
    runs.append(run(daily("27"), "2026-11-27 12:01"))
    assert to_start(CALENDAR, DAILY, now=now + timedelta(minutes=5), runs=runs, kept_since=LONG_AGO)[0] == []
    stood = {d: standing("2026-11-27 13:00", *runs, day=d) for d in ("23", "24", "25", "26", "27")}
    assert stood == {
        "23": Standing.DONE,
        **dict.fromkeys(("24", "25", "26"), Standing.MISSED),
        "27": Standing.LATE,
    }


def test_too_late_is_not_started() -> None:
    ready = CALENDAR.duty("ready_check")
    assert ready is not None
    for now, count in (("2026-11-23 07:50", 1), ("2026-11-23 08:10", 1), ("2026-11-23 08:11", 0)):
        assert len(to_start(CALENDAR, ready, now=at(now), runs=(), kept_since=LONG_AGO)[0]) == count


def test_a_clock_that_was_years_ahead_blocks_nothing() -> None:
    future = run(Occurrence(at("2028-11-23 09:45"), "daily_check"), "2028-11-23 09:45")
    wanted, _ = to_start(CALENDAR, DAILY, now=at("2026-11-23 09:46"), runs=[future], kept_since=LONG_AGO)
    assert wanted == [daily("23")]


def test_a_clock_that_jumps_back_starts_nothing_twice() -> None:
    done = [run(daily("23"), "2026-11-23 09:45")]
    for now in ("2026-11-23 09:45", "2026-11-23 09:50", "2026-11-23 09:45"):
        assert to_start(CALENDAR, DAILY, now=at(now), runs=done, kept_since=LONG_AGO)[0] == []


@settings(max_examples=80)
@given(st.lists(st.integers(0, 7 * 24 * 60), max_size=40))
def test_whatever_the_clock_does_each_occurrence_starts_once_at_most(minutes: list[int]) -> None:
    runs: list[Run] = []
    for minute in minutes:
        now = MONDAY + timedelta(minutes=minute)
        for one in to_start(CALENDAR, DAILY, now=now, runs=runs, kept_since=LONG_AGO)[0]:
            assert one.due <= now
            runs.append(Run(name="x", playbook="update_ledger", started=now, code=0, occurrences=(one,)))
    counted = Counter(one for each in runs for one in each.occurrences)
    assert set(counted.values()) <= {1}


def test_the_newest_time_makes_the_finding() -> None:
    seen = week("2026-11-27 12:00", [run(daily("26"), "2026-11-26 09:45", 2)])
    found = {finding.key: finding for finding in missed_run_findings(CALENDAR, seen.looked)}
    names = ("backup_check", "closing_check", "daily_check", "ready_check")
    assert set(found) == {f"missed_run:{name}" for name in names}
    failed = found["missed_run:daily_check"]
    assert failed.advice == "run_missed" or failed.differences[1].book == "2026-11-26 09:45"
    rooms = found["missed_run:ready_check"].differences[2]
    assert (rooms.field, rooms.book) == ("rooms", "机房一, 机房二")


def test_a_good_run_settles_it() -> None:
    seen = week("2026-11-27 16:00", [run(daily("27"), "2026-11-27 15:00")])
    keys = {finding.key for finding in missed_run_findings(CALENDAR, seen.looked)}
    assert "missed_run:daily_check" not in keys
