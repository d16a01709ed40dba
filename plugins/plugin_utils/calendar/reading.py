"""The school's variables as a ``Calendar``. What the school leaves out is in ``defaults.yml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import yaml

from .duty_reading import read_duties
from .fields import LONGEST_RANGE, Field
from .ics_reading import Imported, read_ics
from .model import YEARS, Bells, Calendar, CalendarError, DayKind, Lesson, OwnDay, Room, Term

FILE = "group_vars/all/calendar.yml"
#: Every variable of the calendar; ``calendar_ics`` is a path, whose content the caller gives.
VARIABLES = tuple(
    f"calendar_{name}"
    for name in ("zone", "national", "terms", "days", "years", "bells", "timetable", "duties", "ics")
)
_DEFAULTS = Path(__file__).with_name("defaults.yml")
_KINDS = {"holiday": DayKind.HOLIDAY, "school_day": DayKind.MAKE_UP}
_KIND_EXAMPLE = "holiday, school_day"
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
_WEEKS = re.compile(r"(\d{1,2})(?:\s*-\s*(\d{1,2}))?", re.ASCII)
_ROOM = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
_PERIODS = re.compile(r"(\d{1,2})(?:\s*-\s*(\d{1,2}))?", re.ASCII)
_MOST_WEEKS = 60
_MOST_PERIODS = 20


def is_kept(variables: Mapping[str, Any]) -> bool:
    """Whether the school keeps a calendar: it has a term, or an iCalendar file."""
    return bool(variables.get("calendar_terms") or variables.get("calendar_ics"))


@cache
def defaults() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_DEFAULTS.read_text(encoding="utf-8"))
    return loaded


def read_calendar(variables: Mapping[str, Any], *, file: str = FILE, ics: bytes | None = None) -> Calendar:
    """The calendar of ``variables`` (``calendar_…``; others are ignored). Raises ``CalendarError``.

    ``ics`` is the content of the file that ``calendar_ics`` names: its terms and days count where the variables
    name none for the same day.
    """
    given = {**defaults(), **{name: variables[name] for name in VARIABLES if variables.get(name) is not None}}

    def field(name: str, empty: Any = ()) -> Field:
        return Field(given.get(f"calendar_{name}", empty), f"calendar_{name}", file)

    imported = (
        read_ics(ics, str(given.get("calendar_ics", "calendar_ics"))) if ics is not None else Imported()
    )
    terms = [_term(item) for item in field("terms").items(60)]
    bells = tuple(_bells(item) for item in field("bells").items(12))
    return Calendar(
        zone=_zone(field("zone")),
        national=_national(field("national")),
        terms=_in_order([*terms, *imported.terms], field("terms")),
        own_days={**imported.days, **_own_days(field("days"))},
        own_years=_own_years(field("years")),
        bells=bells,
        rooms=tuple(_room(key, item, bells) for key, item in field("timetable", {}).members(500)),
        duties=read_duties(defaults()["calendar_duties"], _own_duties(variables, file)),
        source=file,
    )


def _own_duties(variables: Mapping[str, Any], file: str) -> Field:
    return Field(variables.get("calendar_duties") or {}, "calendar_duties", file)


def _zone(field: Field) -> ZoneInfo:
    if not isinstance(field.value, str) or field.value not in available_timezones():
        raise field.wrong("Asia/Shanghai")
    return ZoneInfo(field.value)


def _national(field: Field) -> bool:
    if field.value not in ("CN", "none"):
        raise field.wrong("CN, none")
    return bool(field.value == "CN")


def _term(field: Field) -> Term:
    parts = field.parts(("name", "starts", "ends"), ("first_week",))
    starts, ends = parts["starts"].day(), parts["ends"].day()
    if not starts < ends <= starts + timedelta(days=LONGEST_RANGE):
        raise parts["ends"].wrong(f"> {starts.isoformat()}")
    monday = parts["first_week"].day() if "first_week" in parts else starts
    if abs(monday - starts) > timedelta(days=31):
        raise parts["first_week"].wrong(starts.isoformat())
    return Term(
        name=parts["name"].text("2026-2027 Term 1"),
        starts=starts,
        ends=ends,
        first_monday=monday - timedelta(days=monday.weekday()),
    )


def _in_order(terms: list[Term], field: Field) -> tuple[Term, ...]:
    ordered = sorted(terms, key=lambda term: term.starts)
    for earlier, later in pairwise(ordered):
        if later.starts <= earlier.ends:
            raise CalendarError(
                "{place} in {file}: {later} begins on {day}, before {earlier} has ended. Correct one of the two.",
                place=field.place,
                file=field.file,
                later=later.name,
                earlier=earlier.name,
                day=later.starts.isoformat(),
            )
    return tuple(ordered)


def _own_days(field: Field) -> dict[date, OwnDay]:
    days: dict[date, OwnDay] = {}
    for item in field.items(2000):
        parts = item.parts(("days", "kind"), ("name", "follows"))
        kind = _KINDS.get(str(parts["kind"].value))
        if kind is None:
            raise parts["kind"].wrong(_KIND_EXAMPLE)
        covered = parts["days"].days()
        for day in covered:
            if day in days:
                raise CalendarError(
                    "{place} in {file} has {day} for the second time. Keep one of the two.",
                    place=item.place,
                    file=item.file,
                    day=day.isoformat(),
                )
            days[day] = _own_day(day, kind, parts)
    return days


def _own_day(day: date, kind: DayKind, parts: Mapping[str, Field]) -> OwnDay:
    name = parts["name"].text("Sports day") if "name" in parts else ""
    if "follows" not in parts:
        # An ordinary weekday that the school declares a school day follows itself.
        ordinary = kind is DayKind.MAKE_UP and day.isoweekday() < 6
        return OwnDay(kind=DayKind.WORKING if ordinary else kind, name=name)
    follows = parts["follows"]
    if kind is DayKind.HOLIDAY:
        raise follows.wrong("kind: school_day")
    if isinstance(follows.value, int) or (isinstance(follows.value, str) and len(follows.value) == 1):
        return OwnDay(kind=kind, name=name, follows=follows.number(range(1, 8)))
    return OwnDay(kind=kind, name=name, follows=follows.day())


def _own_years(field: Field) -> dict[int, dict[date, OwnDay]]:
    years: dict[int, dict[date, OwnDay]] = {}
    for item in field.items(60):
        parts = item.parts(("year", "source", "days"))
        year = parts["year"].number(YEARS)
        parts["source"].text("notice of the State Council")
        days = _own_days(parts["days"])
        for day in days:
            if not date(year - 1, 12, 25) <= day < date(year, 12, 25):
                raise parts["days"].wrong(f"{year - 1}-12-25 … {year}-12-24")
        if year in years:
            raise parts["year"].wrong(f"≠ {year}")
        years[year] = days
    return years


def _bells(field: Field) -> Bells:
    parts = field.parts(("periods",), ("name", "from"))
    begins = (1, 1)
    if "from" in parts:
        value = parts["from"].value
        match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
        try:
            # 2000 is a leap year: 29 February is a day from which lesson times can count.
            begun = date(2000, int(match[1]), int(match[2])) if match else None
        except ValueError:
            begun = None
        if begun is None:
            raise parts["from"].wrong('"05-01"')
        begins = (begun.month, begun.day)
    periods: dict[int, tuple[time, time]] = {}
    for key, item in parts["periods"].members(_MOST_PERIODS):
        number = Field(key, item.place, item.file).number(range(1, _MOST_PERIODS + 1))
        halves = item.value.split("-") if isinstance(item.value, str) else []
        if len(halves) != 2:
            raise item.wrong('"08:00-08:40"')
        start, end = (Field(half, item.place, item.file).time() for half in halves)
        if not start < end:
            raise item.wrong('"08:00-08:40"')
        periods[number] = (start, end)
    if not periods:
        raise parts["periods"].wrong('1: "08:00-08:40"')
    name = parts["name"].text("Summer") if "name" in parts else ""
    return Bells(name=name, begins=begins, periods=periods)


def _room(key: Any, field: Field, bells: tuple[Bells, ...]) -> Room:
    if not isinstance(key, str) or not _ROOM.fullmatch(key):
        raise Field(key, field.place, field.file).wrong("room_1")
    parts = field.parts(("lessons",), ("name",))
    return Room(
        key=key,
        name=parts["name"].text("Room 1") if "name" in parts else key,
        lessons=tuple(_lesson(item, bells) for item in parts["lessons"].items(200)),
    )


def _lesson(field: Field, bells: tuple[Bells, ...]) -> Lesson:
    parts = field.parts(("weekday", "periods"), ("class", "teacher", "weeks"))
    match = _PERIODS.fullmatch(str(parts["periods"].value).strip())
    first = int(match[1]) if match else 0
    last = int(match[2] or match[1]) if match else -1
    if first > last or any(number not in one.periods for one in bells for number in (first, last)):
        raise parts["periods"].wrong("1-2 (calendar_bells)")
    return Lesson(
        weekday=parts["weekday"].number(range(1, 8)),
        first=first,
        last=last,
        group=parts["class"].text("Class 3") if "class" in parts else "",
        teacher=parts["teacher"].text("Ms Zhang") if "teacher" in parts else "",
        weeks=_weeks(parts["weeks"]) if "weeks" in parts else None,
    )


def _weeks(field: Field) -> frozenset[int] | None:
    """``all``, ``odd`` (单周), ``even`` (双周), or ``1-8, 10``."""
    text = str(field.value).strip()
    if text == "all":
        return None
    if text in ("odd", "even"):
        return frozenset(range(1 if text == "odd" else 2, _MOST_WEEKS + 1, 2))
    weeks: set[int] = set()
    for part in text.split(","):
        match = _WEEKS.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= _MOST_WEEKS:
            raise field.wrong("odd, even, 1-8, 10")
        weeks.update(range(first, last + 1))
    return frozenset(weeks)
