"""A school's calendar for tests: a term over New Year, two rooms, odd and even weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import Calendar
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.reading import read_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
VARIABLES: dict[str, Any] = {
    "calendar_terms": [
        {"name": "2025-2026学年第二学期", "starts": "2026-03-02", "ends": "2026-07-03"},
        {"name": "2026-2027学年第一学期", "starts": "2026-09-01", "ends": "2027-01-22"},
    ],
    "calendar_timetable": {
        "room_1": {
            "name": "机房一",
            "lessons": [
                {"weekday": 1, "periods": "1-2", "class": "高一(1)班"},
                {"weekday": 3, "periods": 3, "class": "高一(3)班", "weeks": "odd"},
                {"weekday": 5, "periods": "5-6"},
            ],
        },
        "room_2": {
            "name": "机房二",
            "lessons": [{"weekday": 3, "periods": "1-2", "weeks": "even"}, {"weekday": 3, "periods": 8}],
        },
    },
}
YEAR_2027 = {
    "year": 2027,
    "source": "国务院办公厅关于2027年部分节假日安排的通知",
    "days": [
        {"days": "2027-01-01..2027-01-03", "kind": "holiday", "name": "元旦"},
        {"days": "2026-12-27", "kind": "school_day", "follows": "2026-12-31", "name": "元旦"},
        {"days": "2026-12-31", "kind": "holiday", "name": "元旦"},
    ],
}


def calendar_of(changes: Mapping[str, Any] | None = None, /, **more: Any) -> Calendar:
    return read_calendar({**VARIABLES, **(changes or {}), **more})


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """``2026-10-10 07:50`` on the school's clock, as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def midnight(day: date, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
