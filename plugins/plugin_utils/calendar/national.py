"""What the state decided about a year's holidays and make-up days (国务院办公厅关于部分节假日安排的通知).

The table is chinesecalendar's. Of the libraries that know China it alone has the announced days only: it refuses a year
that was not announced yet, where others count on with nominal days (docs/decisions/0027).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from ..i18n import Message
from .model import DayKind, OwnDay

# From this day of December on, the days belong to the arrangement of the year that follows: New Year's make-up days
# and days off have lain as early as 29 December (2018).
_NEXT_YEARS_DAYS = (12, 25)


def deciding_year(day: date) -> int:
    """The year whose announcement says what ``day`` is."""
    return day.year + 1 if (day.month, day.day) >= _NEXT_YEARS_DAYS else day.year


HOLIDAYS = {
    "New Year's Day": "New Year's Day",
    "Spring Festival": "Spring Festival",
    "Tomb-sweeping Day": "Tomb-sweeping Day",
    "Labour Day": "Labour Day",
    "Dragon Boat Festival": "Dragon Boat Festival",
    "Mid-autumn Festival": "Mid-autumn Festival",
    "National Day": "National Day",
}


def known_years() -> range:
    """The years that the library has, whole."""
    days = _table().holidays
    return range(min(days).year, max(days).year + 1)


@cache
def announced_days() -> Mapping[date, OwnDay]:
    """Every announced day off and make-up day. A make-up day follows the day off that it pays for, where told."""
    table = _table()
    days = {day: OwnDay(kind=DayKind.HOLIDAY, name=_named(name)) for day, name in table.holidays.items()}
    free, paid = _by_holiday(table.in_lieu_days), _by_holiday(table.workdays)
    for key, made_up in paid.items():
        # The announcement has the pairs in order of time; where the numbers differ, nobody but the school can say.
        replaced = free[key] if len(free[key]) == len(made_up) else [None] * len(made_up)
        for day, follows in zip(made_up, replaced, strict=True):
            days[day] = OwnDay(kind=DayKind.MAKE_UP, name=_named(key[1]), follows=follows)
    return days


def _by_holiday(days: Mapping[date, str]) -> defaultdict[tuple[int, str], list[Any]]:
    found: defaultdict[tuple[int, str], list[Any]] = defaultdict(list)
    for day in sorted(days):
        found[deciding_year(day), str(days[day])].append(day)
    return found


def _named(name: str) -> Message | str:
    return Message("calendar", HOLIDAYS[name]) if name in HOLIDAYS else str(name)


def _table() -> Any:
    from chinese_calendar import constants  # noqa: PLC0415  # only who plans pays for the table

    return constants
