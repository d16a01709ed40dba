"""The nouns of the calendar. Days are the school's own; instants are aware ``datetime`` values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ..i18n import Message, UserError

#: Nobody plans outside of these years; a slip of the pen (``20226-09-01``) is caught by them.
YEARS = range(2000, 2101)


class CalendarError(UserError):
    """A calendar that cannot be read or that does not answer, with the variable and key to mend."""

    def __init__(self, text: str, /, **fields: object) -> None:
        super().__init__("calendar", text, **fields)


class UnknownYearError(CalendarError):
    """Whether this day is a working day has not been entered: neither the library nor the school has its year."""


class DayKind(StrEnum):
    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"  # 放假
    MAKE_UP = "make_up"  # 调休上班、补课


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """``starts`` and ``ends`` are its first and last day; ``first_monday`` begins teaching week 1."""

    name: str
    starts: date
    ends: date
    first_monday: date

    def week(self, day: date) -> int:
        """The teaching week (周次) of ``day``, from 1; below 1 before the first."""
        return (day - self.first_monday).days // 7 + 1

    @property
    def weeks(self) -> int:
        return self.week(self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the school. ``follows`` is the day whose timetable is taught, itself on an ordinary day.

    On a day without lessons it is None. ``week`` is the teaching week of the day itself.
    """

    day: date
    kind: DayKind
    name: Message | str = ""
    term: Term | None = None
    week: int | None = None
    follows: date | None = None

    @property
    def works(self) -> bool:
        return self.kind in (DayKind.WORKING, DayKind.MAKE_UP)

    @property
    def teaches(self) -> bool:
        return self.term is not None and self.works


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """A day that the school itself decides. ``follows`` is a date, or a weekday from 1 (Monday) to 7."""

    kind: DayKind
    name: Message | str = ""
    follows: date | int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bells:
    """Lesson times (作息时间) from one day of the year on; ``periods`` by number."""

    name: str
    begins: tuple[int, int]
    """Month and day from which they count, every year."""
    periods: Mapping[int, tuple[time, time]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """``weeks`` are the teaching weeks that have it; None is every week."""

    weekday: int
    first: int
    last: int
    group: str = ""
    teacher: str = ""
    weeks: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """``key`` is the inventory group of its machines, ``name`` what the school calls it."""

    key: str
    name: str
    lessons: tuple[Lesson, ...]


class Anchor(StrEnum):
    FIRST_CLASS = "first_class"
    LAST_CLASS = "last_class"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time of day, or a distance from the day's first bell or last bell of a lesson that takes place."""

    at: time | None = None
    anchor: Anchor | None = None
    offset: timedelta = timedelta(0)


class DayRule(StrEnum):
    EVERY_DAY = "every_day"
    SCHOOL_DAYS = "school_days"
    WORKING_DAYS = "working_days"
    MONTH_END = "month_end"
    LAST_SCHOOL_DAY_OF_MONTH = "last_school_day_of_month"
    TERM_START = "term_start"
    TERM_END = "term_end"
    WEEKDAYS = "weekdays"
    MONTH_DAY = "month_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """On which days a duty falls. ``shift`` moves days of a term, in days; ``weekdays`` are 1 to 7."""

    rule: DayRule
    weekdays: frozenset[int] = frozenset()
    month_day: int = 1
    shift: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A task of the school with its days and times.

    Without ``playbook`` it is done by hand, and the calendar only reminds of it. ``each_room`` makes an occurrence
    for each room that has lessons. A run counts as missed ``tolerance`` after its time; until ``catch_up`` after it a
    late run still makes sense.
    """

    name: str
    title: Message | str
    days: Days
    times: tuple[Moment, ...]
    playbook: str | None = None
    arguments: tuple[str, ...] = ()
    each_room: bool = False
    tolerance: timedelta = timedelta(minutes=30)
    catch_up: timedelta = timedelta(hours=12)

    def shown(self, language: str) -> str:
        return self.title.render(language) if isinstance(self.title, Message) else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Everything that the school decided. ``national`` is False where no country's holidays count."""

    zone: ZoneInfo
    national: bool
    terms: tuple[Term, ...]
    own_days: Mapping[date, OwnDay]
    own_years: Mapping[int, Mapping[date, OwnDay]]
    bells: tuple[Bells, ...]
    rooms: tuple[Room, ...]
    duties: tuple[Duty, ...]
    source: str = "group_vars/all/calendar.yml"

    def duty(self, name: str) -> Duty | None:
        return next((duty for duty in self.duties if duty.name == name), None)


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One time that a duty is to be done: ``due`` in UTC. ``room`` is empty but for duties of each room."""

    due: datetime
    duty: str
    room: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A duty about which nothing can be said on ``day``, the first such, and why."""

    duty: str
    day: date
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``occurrences`` in order of time; ``stopped`` names the duties whose list has days left out."""

    occurrences: tuple[Occurrence, ...]
    stopped: tuple[Stopped, ...] = field(default=())
