"""What runs when: days, times, rooms, weeks, zones, and answers that stop."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.duties import plan
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import Calendar, Plan
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples.calendar import SHANGHAI, YEAR_2027, at, calendar_of, midnight

BERLIN = ZoneInfo("Europe/Berlin")


def times(calendar: Calendar, duty: str, first: str, last: str) -> list[str]:
    """The local times of a duty from the first day to the last, each with its room."""
    until = midnight(date.fromisoformat(last) + timedelta(days=1), calendar.zone)
    found = plan(calendar, midnight(date.fromisoformat(first), calendar.zone), until)
    return [
        f"{one.due.astimezone(calendar.zone):%m-%d %H:%M}{' ' + one.room if one.room else ''}"
        for one in found.occurrences
        if one.duty == duty
    ]


def test_ten_minutes_before_the_first_class_of_each_room() -> None:
    assert times(calendar_of(), "ready_check", "2026-11-23", "2026-11-29") == [
        "11-23 07:50 room_1",
        "11-25 09:50 room_1",  # week 13 is odd
        "11-25 16:20 room_2",
        "11-27 13:50 room_1",
    ]
    assert times(calendar_of(), "ready_check", "2026-12-02", "2026-12-02") == ["12-02 07:50 room_2"]


def test_after_the_last_class_of_the_school() -> None:
    assert times(calendar_of(), "closing_check", "2026-11-23", "2026-11-29") == [
        "11-23 09:45",
        "11-25 17:25",
        "11-27 15:45",
    ]


def test_a_make_up_saturday_has_the_lessons_of_its_wednesday() -> None:
    """10 October pays for Wednesday 7 October, of week 6: even."""
    assert times(calendar_of(), "ready_check", "2026-10-05", "2026-10-11") == [
        "10-09 13:50 room_1",
        "10-10 07:50 room_2",
    ]
    assert times(calendar_of(), "daily_check", "2026-10-01", "2026-10-11") == [
        "10-08 09:45",
        "10-09 09:45",
        "10-10 09:45",
    ]


def test_a_friday_is_a_friday_in_the_holidays_and_in_unknown_years() -> None:
    assert times(calendar_of(), "friday_backup", "2026-09-28", "2026-10-04") == ["10-02 17:30"]
    assert len(times(calendar_of(), "friday_backup", "2027-01-01", "2027-12-31")) == 53


def test_month_end_is_the_last_day_with_lessons() -> None:
    assert times(calendar_of(), "hardware_check", "2026-09-01", "2026-11-30") == [
        "09-30 14:20",
        "10-30 14:20",
        "11-30 14:20",
    ]
    assert times(calendar_of(), "hardware_check", "2026-07-01", "2026-08-31") == ["07-03 14:20"]


def test_the_ends_of_a_term() -> None:
    assert times(calendar_of(), "term_start_check", "2026-01-01", "2026-12-31") == [
        "02-28 09:00",
        "08-30 09:00",
    ]
    assert times(calendar_of(), "term_end_closing", "2026-01-01", "2027-12-31") == [
        "07-04 09:00",
        "01-23 09:00",
    ]


def test_a_term_over_new_year() -> None:
    known = calendar_of(calendar_years=[YEAR_2027])
    assert times(known, "daily_check", "2026-12-26", "2027-01-05") == [
        "12-27 09:45",
        "12-28 09:45",
        "12-29 09:45",
        "12-30 09:45",
        "01-04 09:45",
        "01-05 09:45",
    ]


def test_an_unknown_year_stops_what_asks_for_it_and_nothing_else() -> None:
    found = plan(calendar_of(), at("2026-12-20 00:00"), at("2027-01-10 00:00"))
    stopped = {one.duty: one.day for one in found.stopped}
    assert stopped == {
        "ready_check": date(2026, 12, 25),
        "daily_check": date(2026, 12, 25),
        "closing_check": date(2026, 12, 25),
        "hardware_check": date(2026, 12, 24),
    }
    after = {one.duty for one in found.occurrences if one.due >= at("2026-12-25 00:00")}
    assert after == {"backup_check", "friday_backup", "history_proof", "log_export"}
    assert "2027" in found.stopped[0].reason.render("zh_CN")


def test_in_the_vacation_an_unknown_year_stops_nothing() -> None:
    assert plan(calendar_of(), at("2027-02-01 00:00"), at("2027-03-01 00:00")).stopped == ()


def test_one_day_that_nobody_explained_stops_itself_alone() -> None:
    """A make-up Saturday without a timetable: said on that day, and Monday is as ever."""
    own = calendar_of(calendar_days=[{"days": "2026-11-07", "kind": "school_day"}])
    found = plan(
        own,
        at("2026-11-06 00:00"),
        at("2026-11-10 00:00"),
        [one for one in own.duties if one.name == "daily_check"],
    )
    assert [f"{one.due.astimezone(SHANGHAI):%m-%d}" for one in found.occurrences] == ["11-06", "11-09"]
    assert [(one.duty, one.day) for one in found.stopped] == [("daily_check", date(2026, 11, 7))]
    assert plan(own, at("2026-11-08 00:00"), at("2026-11-10 00:00")).stopped == ()


def test_the_leap_day() -> None:
    duties: dict[str, Any] = {
        "a": {"days": "month_end", "at": "08:00"},
        "b": {"days": "every_day", "at": "08:00"},
    }
    leap = calendar_of(calendar_duties=duties)
    assert times(leap, "a", "2028-02-01", "2028-03-01") == ["02-29 08:00"]
    assert times(leap, "b", "2028-02-28", "2028-03-01") == ["02-28 08:00", "02-29 08:00", "03-01 08:00"]
    assert times(leap, "a", "2027-02-01", "2027-03-01") == ["02-28 08:00"]


def night(at_time: str) -> Calendar:
    duties = {"night": {"days": "every_day", "at": at_time}}
    return calendar_of(calendar_zone="Europe/Berlin", calendar_national="none", calendar_duties=duties)


@pytest.mark.parametrize(
    ("first", "at_time", "due"),
    [
        # 29 March 2026: 02:00 → 03:00. The skipped time comes as much later.
        ("2026-03-28", "02:30", "2026-03-28T01:30:00+00:00"),
        ("2026-03-29", "02:30", "2026-03-29T01:30:00+00:00"),
        ("2026-03-30", "02:30", "2026-03-30T00:30:00+00:00"),
        # 25 October 2026: 03:00 → 02:00. The first of the two counts, once.
        ("2026-10-25", "02:30", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25", "03:00", "2026-10-25T02:00:00+00:00"),
        ("2026-10-26", "02:30", "2026-10-26T01:30:00+00:00"),
    ],
)
def test_a_zone_that_changes_its_clock(first: str, at_time: str, due: str) -> None:
    day = date.fromisoformat(first)
    calendar = night(at_time)
    found = plan(calendar, midnight(day, BERLIN), midnight(day + timedelta(days=1), BERLIN))
    assert [one.due.isoformat() for one in found.occurrences if one.duty == "night"] == [due]


def test_every_day_has_one_occurrence_over_a_year_of_clock_changes() -> None:
    found = plan(night("02:30"), midnight(date(2026, 1, 1), BERLIN), midnight(date(2027, 1, 1), BERLIN))
    assert sum(one.duty == "night" for one in found.occurrences) == 365


def test_own_duties_change_add_and_remove() -> None:
    duties = {
        "daily_check": {"at": ["07:30", "12:10"]},
        "log_export": {"enabled": False},
        "tidy": {"title": "打扫", "days": ["tuesday", "thursday"], "at": "16:50"},
    }
    calendar = calendar_of(calendar_duties=duties)
    assert times(calendar, "daily_check", "2026-11-23", "2026-11-23") == ["11-23 07:30", "11-23 12:10"]
    assert times(calendar, "tidy", "2026-11-23", "2026-11-29") == ["11-24 16:50", "11-26 16:50"]
    assert calendar.duty("log_export") is None
    assert calendar.duty("tidy").shown("zh_CN") == "打扫"  # type: ignore[union-attr]
    assert calendar.duty("daily_check").shown("zh_CN") == "日常检查"  # type: ignore[union-attr]


def test_summer_and_winter_lesson_times() -> None:
    bells = [
        {
            "name": "冬季",
            "from": "10-01",
            "periods": {n: f"{7 + n:02}:30-{8 + n:02}:10" for n in range(1, 9)},
        },
        {
            "name": "夏季",
            "from": "05-01",
            "periods": {n: f"{7 + n:02}:00-{7 + n:02}:40" for n in range(1, 9)},
        },
    ]
    calendar = calendar_of(calendar_bells=bells)
    assert times(calendar, "ready_check", "2026-09-07", "2026-09-07") == ["09-07 07:50 room_1"]
    assert times(calendar, "ready_check", "2026-10-12", "2026-10-12") == ["10-12 08:20 room_1"]
    assert times(calendar, "ready_check", "2026-04-13", "2026-04-13") == ["04-13 08:20 room_1"]


INSTANTS = st.datetimes(datetime(2026, 2, 1), datetime(2027, 2, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
CALENDAR = calendar_of(calendar_years=[YEAR_2027])


@settings(max_examples=60)
@given(st.lists(INSTANTS, min_size=3, max_size=3).map(sorted))
def test_parts_make_the_whole(cut: list[datetime]) -> None:
    """What runs between two instants does not depend on how one asks: neighbours meet without gap or overlap."""
    whole = plan(CALENDAR, cut[0], cut[-1])
    parts: list[Plan] = [plan(CALENDAR, first, last) for first, last in pairwise(cut)]
    assert tuple(one for part in parts for one in part.occurrences) == whole.occurrences
    assert all(cut[0] <= one.due < cut[-1] for one in whole.occurrences)
    assert len(set(whole.occurrences)) == len(whole.occurrences)


@settings(max_examples=60)
@given(INSTANTS, st.integers(0, 60 * 24 * 20))
def test_classes_are_held_on_school_days_alone(since: datetime, minutes: int) -> None:
    for one in plan(CALENDAR, since, since + timedelta(minutes=minutes)).occurrences:
        if one.duty in ("ready_check", "daily_check", "closing_check"):
            day = one.due.astimezone(SHANGHAI).date()
            assert any(term.starts <= day <= term.ends for term in CALENDAR.terms)
