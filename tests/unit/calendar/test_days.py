"""What kind of day a day is: announced days, the school's own, and years that nobody knows."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.days import Days
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import (
    CalendarError,
    DayKind,
    UnknownYearError,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.national import announced_days, known_years
from hypothesis import given
from hypothesis import strategies as st

from tests.samples.calendar import YEAR_2027, calendar_of

LAST_KNOWN = known_years()[-1]


@given(st.dates(date(2004, 1, 1), date(2026, 12, 24)))
def test_days_are_the_librarys(day: date) -> None:
    assert Days(calendar_of())[day].works is chinese_calendar.is_workday(day)


@pytest.mark.parametrize(
    ("made_up", "replaced"),
    [
        ("2026-01-04", "2026-01-02"),
        ("2026-02-14", "2026-02-20"),
        ("2026-02-28", "2026-02-23"),
        ("2026-05-09", "2026-05-05"),
        ("2026-09-20", "2026-10-06"),
        ("2026-10-10", "2026-10-07"),
        ("2024-04-07", "2024-04-05"),
        ("2025-01-26", "2025-02-03"),
    ],
)
def test_a_make_up_day_follows_the_day_off_that_it_pays_for(made_up: str, replaced: str) -> None:
    entry = announced_days()[date.fromisoformat(made_up)]
    assert (entry.kind, entry.follows) == (DayKind.MAKE_UP, date.fromisoformat(replaced))


def test_a_make_up_saturday_in_term_teaches_a_wednesday() -> None:
    saturday = Days(calendar_of())[date(2026, 10, 10)]
    assert saturday.teaches
    assert saturday.follows == date(2026, 10, 7)
    assert saturday.week == 6


def test_a_replaced_day_of_the_vacation_lends_its_weekday_alone() -> None:
    """28 February 2026 pays for Monday 23 February; the term begins between them."""
    early = [{"name": "春季", "starts": "2026-02-26", "ends": "2026-07-03"}]
    day = Days(calendar_of(calendar_terms=early))[date(2026, 2, 28)]
    assert day.follows == date(2026, 2, 23)


@pytest.mark.parametrize("day", [date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 4)])
def test_a_year_that_nobody_knows_stops(day: date) -> None:
    assert LAST_KNOWN == 2026
    with pytest.raises(UnknownYearError, match="2027 are in neither the library") as caught:
        Days(calendar_of())[day]
    said = caught.value.message.render("zh_CN")
    assert "2027 年" in said
    assert "calendar_years" in said
    assert "group_vars/all/calendar.yml" in said


def test_a_year_that_the_school_entered_is_known() -> None:
    days = Days(calendar_of(calendar_years=[YEAR_2027]))
    assert days[date(2027, 1, 1)].kind is DayKind.HOLIDAY
    assert days[date(2027, 1, 4)].teaches
    sunday = days[date(2026, 12, 27)]
    assert (sunday.kind, sunday.follows) == (DayKind.MAKE_UP, date(2026, 12, 31))
    with pytest.raises(UnknownYearError):
        days[date(2027, 12, 25)]


def test_the_school_has_the_last_word() -> None:
    own = [
        {"days": "2026-10-10", "kind": "holiday", "name": "不补课"},
        {"days": "2026-11-05..2026-11-06", "kind": "holiday", "name": "运动会"},
        {"days": "2026-11-07", "kind": "school_day", "follows": 4},
        {"days": "2026-10-07", "kind": "school_day"},
    ]
    days = Days(calendar_of(calendar_days=own))
    assert not days[date(2026, 10, 10)].teaches
    assert not days[date(2026, 11, 6)].teaches
    assert days[date(2026, 11, 7)].follows == date(2026, 11, 5)
    assert days[date(2026, 10, 7)].follows == date(2026, 10, 7)


def test_a_make_up_day_without_a_timetable_stops_in_a_term_alone() -> None:
    own = [{"days": "2026-11-07", "kind": "school_day"}, {"days": "2026-08-22", "kind": "school_day"}]
    days = Days(calendar_of(calendar_days=own))
    assert days[date(2026, 8, 22)].kind is DayKind.MAKE_UP
    with pytest.raises(CalendarError, match="nobody said whose timetable it follows"):
        days[date(2026, 11, 7)]


def test_without_a_country_only_weekends_are_free() -> None:
    days = Days(calendar_of(calendar_national="none"))
    assert days[date(2026, 10, 1)].kind is DayKind.WORKING
    assert days[date(2099, 1, 3)].kind is DayKind.WEEKEND


def test_teaching_weeks_begin_on_monday() -> None:
    days = Days(calendar_of())
    assert [days[date(2026, 9, 1) + timedelta(days=n)].week for n in (0, 5, 6, 13)] == [1, 1, 2, 3]
    assert days[date(2026, 8, 31)].week is None
