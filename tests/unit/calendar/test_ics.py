"""iCalendar in and out: what a phone wrote, what a phone takes, and files that mean harm."""

from __future__ import annotations

from datetime import date
from typing import Any

import icalendar
import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.days import Days
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.ics_reading import read_ics
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.ics_writing import write_ics
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import CalendarError, DayKind
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.reading import read_calendar
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples.calendar import at, calendar_of


def ics(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{body}END:VCALENDAR\r\n".encode()


def day(summary: str, first: str, last: str = "", *more: str) -> str:
    ends = [f"DTEND;VALUE=DATE:{last}"] if last else []
    return "\r\n".join([f"SUMMARY:{summary}", f"DTSTART;VALUE=DATE:{first}", *ends, *more])


def test_a_phones_calendar_is_read() -> None:
    content = ics(
        day("第一学期", "20260901", "20270123"),
        day("运动会", "20261105", "20261107", "CATEGORIES:放假"),
        day("调休上课（上周五的课）", "20261107"),
        day("家长会", "20261110"),
        "SUMMARY:教研会\r\nDTSTART:20261111T060000Z\r\nRRULE:FREQ=WEEKLY",
    )
    calendar = read_calendar({"calendar_ics": "school.ics"}, ics=b"\xef\xbb\xbf" + content)
    days = Days(calendar)
    assert [(term.starts, term.ends) for term in calendar.terms] == [(date(2026, 9, 1), date(2027, 1, 22))]
    assert days[date(2026, 11, 6)].kind is DayKind.HOLIDAY
    saturday = days[date(2026, 11, 7)]
    assert (saturday.kind, saturday.follows) == (DayKind.MAKE_UP, date(2026, 11, 6))
    assert days[date(2026, 11, 10)].teaches


@pytest.mark.parametrize(
    "content",
    [
        ics(day("放假", "20261001", "20261008", "RRULE:FREQ=DAILY")),
        ics("SUMMARY:放假\r\nDTSTART:20261001T000000Z"),
        ics("SUMMARY:放假"),
        ics(day("放假", "20261008", "20261001")),
        ics(day("放假", "20200101", "20270101")),
        ics(day("放假", "00010101")),
        ics(day("term" + "x" * 500, "20260901", "20270101")),
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"\xff\xfe\x00",
        b"x" * 1_000_001,
        b"BEGIN:VEVENT\r\n" * 6_000,
        b"BEGIN:VCALENDAR\r\n" * 50_000,
    ],
)
def test_what_cannot_be_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(CalendarError) as caught:
        read_ics(content, "school.ics")
    assert "school.ics" in caught.value.message.render("zh_CN")


PIECES = st.sampled_from(
    [
        *(
            "BEGIN:VCALENDAR",
            "END:VCALENDAR",
            "BEGIN:VEVENT",
            "END:VEVENT",
            "BEGIN:VTIMEZONE",
            "CATEGORIES:放假,TERM",
        ),
        *(
            "SUMMARY:放假",
            "SUMMARY:学期",
            "DTSTART;VALUE=DATE:20260901",
            "DTEND;VALUE=DATE:99991231",
            "DTSTART:x",
        ),
        *(
            "DTSTART;TZID=../x:20260101T000000",
            "DTEND;VALUE=DATE:20260902",
            "RDATE:20260101",
            "X-JIFANG-FOLLOWS:1",
        ),
    ]
) | st.text(max_size=12)


@settings(max_examples=150)
@given(st.lists(PIECES, max_size=20))
def test_hostile_files_are_read_or_refused(lines: list[str]) -> None:
    content = "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""]).encode("utf-8", "replace")
    try:
        read_ics(content, "school.ics")
    except CalendarError as error:
        assert "school.ics" in error.message.render("zh_CN")


def exported(**changes: Any) -> list[icalendar.Event]:
    content = write_ics(
        calendar_of(**changes),
        at("2026-10-05 00:00"),
        at("2026-10-12 00:00"),
        now=at("2026-10-05 08:00"),
        language="zh_CN",
        school="示范中学",
    )
    document = icalendar.Calendar.from_ical(content)
    assert document["X-WR-CALNAME"] == "示范中学 校历"
    return list(document.walk("VEVENT"))


def test_a_phone_gets_terms_days_and_duties() -> None:
    events = {str(event["UID"]): event for event in exported()}
    assert len(events) == len(exported())
    term = events["term-20260901@jifang.calendar"]
    assert term["DTEND"].dt == date(2027, 1, 23)
    make_up = events["day-20261010@jifang.calendar"]
    assert (str(make_up["SUMMARY"]), str(make_up["X-JIFANG-FOLLOWS"])) == ("调休上课 · 国庆节", "2026-10-07")
    ready = events["duty-ready_check-room_2-20261009T235000Z@jifang.calendar"]
    assert str(ready["SUMMARY"]) == "课前检查 · 机房二"
    assert ready["DTSTART"].dt == at("2026-10-10 07:50")


def test_uids_stay_and_bytes_are_equal() -> None:
    def uids(**changes: Any) -> set[str]:
        return {str(event["UID"]) for event in exported(**changes)}

    assert uids() == uids()
    renamed = uids(calendar_duties={"friday_backup": {"title": "备份"}})
    assert renamed == uids()


def test_what_was_exported_is_read_again() -> None:
    content = write_ics(
        calendar_of(),
        at("2026-09-01 00:00"),
        at("2026-12-01 00:00"),
        now=at("2026-09-01 08:00"),
        language="en",
    )
    imported = read_ics(content, "export.ics")
    assert [term.starts for term in imported.terms] == [date(2026, 9, 1)]
    assert imported.days[date(2026, 10, 10)].follows == date(2026, 10, 7)
    assert imported.days[date(2026, 10, 1)].kind is DayKind.HOLIDAY
