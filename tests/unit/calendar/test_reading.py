"""The school's variables: what is refused, and in which words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar import duty_reading, reading
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import CalendarError
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_command.arguments import playbooks
from tests.samples.calendar import VARIABLES, calendar_of

TERM = VARIABLES["calendar_terms"][0]


def lesson(**keys: Any) -> dict[str, Any]:
    return {"room_1": {"lessons": [{"weekday": 1, "periods": 1, **keys}]}}


@pytest.mark.parametrize(
    ("variable", "value", "place"),
    [
        ("zone", "Asia/Peking", "calendar_zone"),
        ("zone", "../../etc/passwd", "calendar_zone"),
        ("national", "US", "calendar_national"),
        ("terms", "2026", "calendar_terms"),
        ("terms", [{**TERM, "starts": "2026-02-30"}], "calendar_terms[0].starts"),
        ("terms", [{**TERM, "starts": "20226-09-01"}], "calendar_terms[0].starts"),
        ("terms", [{**TERM, "ends": "2026-03-01"}], "calendar_terms[0].ends"),
        ("terms", [{**TERM, "ends": "2036-03-01"}], "calendar_terms[0].ends"),
        ("terms", [{**TERM, "name": "x" * 200}], "calendar_terms[0].name"),
        ("terms", [{**TERM, "beginn": 1}], "calendar_terms[0]"),
        ("terms", [{"name": "x"}], "calendar_terms[0]"),
        ("terms", [TERM, TERM], "calendar_terms"),
        ("terms", [TERM] * 100, "calendar_terms"),
        ("days", [{"days": "2026-10-07..2026-10-01", "kind": "holiday"}], "calendar_days[0].days"),
        ("days", [{"days": "2026-01-01..2029-01-01", "kind": "holiday"}], "calendar_days[0].days"),
        ("days", [{"days": "2026-10-07", "kind": "off"}], "calendar_days[0].kind"),
        ("days", [{"days": "2026-10-10", "kind": "school_day", "follows": 8}], "calendar_days[0].follows"),
        ("days", [{"days": "2026-10-10", "kind": "holiday", "follows": 3}], "calendar_days[0].follows"),
        ("days", [{"days": "2026-10-10", "kind": "holiday"}] * 2, "calendar_days[1]"),
        ("years", [{"year": 2027, "days": []}], "calendar_years[0]"),
        (
            "years",
            [{"year": 2027, "source": "x", "days": [{"days": "2028-01-01", "kind": "holiday"}]}],
            "calendar_years[0].days",
        ),
        ("bells", [{"periods": {1: "8:50-8:00"}}], "calendar_bells[0].periods.1"),
        ("bells", [{"periods": {}}], "calendar_bells[0].periods"),
        ("bells", [{"from": "13-01", "periods": {1: "8:00-8:40"}}], "calendar_bells[0].from"),
        ("timetable", {"a b": {"lessons": []}}, "calendar_timetable.a b"),
        ("timetable", lesson(periods=9), "calendar_timetable.room_1.lessons[0].periods"),
        ("timetable", lesson(weekday=0), "calendar_timetable.room_1.lessons[0].weekday"),
        ("timetable", lesson(weeks="sometimes"), "calendar_timetable.room_1.lessons[0].weeks"),
        ("timetable", lesson(weeks="9-3"), "calendar_timetable.room_1.lessons[0].weeks"),
        ("duties", {"Daily": {}}, "calendar_duties"),
        ("duties", {"x": {"days": "friday"}}, "calendar_duties.x"),
        ("duties", {"daily_check": {"days": "fridays"}}, "calendar_duties.daily_check.days"),
        ("duties", {"daily_check": {"days": "month_day 31"}}, "calendar_duties.daily_check.days"),
        ("duties", {"daily_check": {"at": "25:00"}}, "calendar_duties.daily_check.at"),
        ("duties", {"daily_check": {"at": "first_class - 90h"}}, "calendar_duties.daily_check.at"),
        ("duties", {"daily_check": {"at": []}}, "calendar_duties.daily_check.at"),
        ("duties", {"daily_check": {"playbook": "../x"}}, "calendar_duties.daily_check.playbook"),
        ("duties", {"daily_check": {"arguments": ["a\nb"]}}, "calendar_duties.daily_check.arguments[0]"),
        ("duties", {"daily_check": {"tolerance": "9h"}}, "calendar_duties.daily_check.tolerance"),
        ("duties", {"daily_check": {"catch_up": "90d"}}, "calendar_duties.daily_check.catch_up"),
        ("duties", {"daily_check": {"each_room": "yes"}}, "calendar_duties.daily_check.each_room"),
    ],
)
def test_a_refusal_names_variable_key_and_file(variable: str, value: Any, place: str) -> None:
    with pytest.raises(CalendarError) as caught:
        calendar_of({f"calendar_{variable}": value})
    for language in ("zh_CN", "en"):
        said = caught.value.message.render(language)
        assert place in said
        assert "group_vars/all/calendar.yml" in said
    assert caught.value.message.fields["place"] == place


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.dates() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200)
@given(st.sampled_from([name for name in reading.VARIABLES if name != "calendar_ics"]), ANYTHING)
def test_anything_is_read_or_refused_in_words(variable: str, value: Any) -> None:
    try:
        calendar_of({variable: value})
    except CalendarError as error:
        assert variable in error.message.render("zh_CN")


def test_yaml_gives_times_and_days_in_its_own_types() -> None:
    text = """
calendar_terms: [{name: 秋季, starts: 2026-09-01, ends: 2027-01-22, first_week: 2026-08-24}]
calendar_bells: [{periods: {1: 08:00-08:40, 2: 8:50-9:30}}]
calendar_duties: {tidy: {days: friday, at: 17:30}, sweep: {days: friday, at: 07:05}}
"""
    calendar = reading.read_calendar(yaml.safe_load(text))
    assert calendar.terms[0].week(date(2026, 9, 1)) == 2
    assert [str(calendar.duty(name).times[0].at) for name in ("tidy", "sweep")] == [  # type: ignore[union-attr]
        "17:30:00",
        "07:05:00",
    ]


def test_a_school_without_a_calendar_has_none() -> None:
    assert not reading.is_kept({})
    assert not reading.is_kept({"calendar_terms": []})
    assert reading.is_kept(VARIABLES)
    assert reading.is_kept({"calendar_ics": "/srv/school/calendar.ics"})


def test_the_shipped_duties_call_playbooks_that_there_are() -> None:
    # By choice, or for schools that have switches.
    switched_on = {name: {"enabled": True} for name in ("nightly_backup", "switch_backup", "switch_check")}
    assert not {duty.name for duty in calendar_of().duties} & set(switched_on)
    duties = calendar_of(calendar_duties=switched_on).duties
    assert {duty.name for duty in duties} == set(duty_reading.TITLES)
    assert {duty.playbook for duty in duties if duty.playbook} <= set(playbooks())
