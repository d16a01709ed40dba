"""A week as a person reads it: the same for terminal and site, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from ..i18n import Message, Translator
from .days import Days
from .lessons import Timetable
from .model import Calendar, CalendarError, Day, DayKind
from .standing import RED, SIGNS, Look, Looked, Run, Standing, look
from .zones import instant

STANDINGS = {
    Standing.PLANNED: "planned",
    Standing.DUE: "due now",
    Standing.RUNNING: "running",
    Standing.DONE: "done",
    Standing.LATE: "done late",
    Standing.FAILED: "ended with an error",
    Standing.MISSED: "missed",
    Standing.BY_HAND: "by hand",
    Standing.UNKNOWN: "not recorded",
}
_KINDS = {
    DayKind.WEEKEND: "weekend",
    DayKind.HOLIDAY: "holiday",
    DayKind.MAKE_UP: "make-up day",
}
_WEEKDAYS = {1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun"}
_ONE_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_MOST_ROOMS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """A duty at one time. ``rooms`` are their names, ``where`` the same as a line shows them; of rooms that stand alike
    there is one item.

    ``by`` is the playbook, empty for what is done by hand; ``run`` the newest run's name, ``code`` its exit code.
    """

    due: datetime
    time: str
    duty: str
    title: str
    rooms: tuple[str, ...]
    where: str
    standing: Standing
    said: str
    sign: str
    by: str
    run: str | None
    code: int | None

    @property
    def red(self) -> bool:
        return self.standing in RED


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDay:
    """``kind`` is empty on an ordinary working day; ``known`` is False where nobody knows the day's year."""

    day: date
    label: str
    kind: str
    known: bool
    works: bool
    today: bool
    lessons: int
    items: tuple[ShownItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWeek:
    """Monday to Sunday; ``stopped`` says of which duties days are left out, and why, each reason once."""

    monday: date
    title: str
    days: tuple[ShownDay, ...]
    stopped: tuple[tuple[str, str], ...]

    @property
    def red(self) -> int:
        """How many times something was missed or failed."""
        return sum(max(1, len(item.rooms)) for day in self.days for item in day.items if item.red)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def show_week(  # noqa: PLR0913  # the calendar, the week, the clock, what is known, and for whom
    calendar: Calendar,
    monday: date,
    *,
    now: datetime,
    runs: Sequence[Run],
    kept_since: datetime | None,
    language: str,
) -> ShownWeek:
    """The week that begins on ``monday``, as it stands at ``now``."""
    _ = Translator("calendar", language)
    zone = calendar.zone
    since, until = (instant(day, datetime.min.time(), zone) for day in (monday, monday + _WEEK))
    found = look(calendar, since, until, now=now, runs=runs, kept_since=kept_since)
    days = Days(calendar)
    timetable = Timetable(calendar, days)
    today = now.astimezone(zone).date()
    by_day: dict[date, list[Looked]] = {}
    for one in found.looked:
        by_day.setdefault(one.occurrence.due.astimezone(zone).date(), []).append(one)
    shown = []
    for number in range(7):
        day = monday + number * _ONE_DAY
        items = tuple(_items(calendar, by_day.get(day, ()), language))
        shown.append(_day(calendar, days, timetable, day, items, today, _))
    return ShownWeek(
        monday=monday,
        title=_title(days, monday, _),
        days=tuple(shown),
        stopped=tuple(_stopped(calendar, found, language)),
    )


def _items(calendar: Calendar, looked: Sequence[Looked], language: str) -> Iterator[ShownItem]:
    _ = Translator("calendar", language)
    rooms = {room.key: room.name for room in calendar.rooms}

    def alike(one: Looked) -> tuple[datetime, str, str, str]:
        return (one.occurrence.due, one.duty.name, one.standing.value, one.run.name if one.run else "")

    for _key, group in groupby(sorted(looked, key=alike), key=alike):
        members = list(group)
        first = members[0]
        names = tuple(rooms[one.occurrence.room] for one in members if one.occurrence.room)
        yield ShownItem(
            due=first.occurrence.due,
            time=f"{first.occurrence.due.astimezone(calendar.zone):%H:%M}",
            duty=first.duty.name,
            title=first.duty.shown(language),
            rooms=names,
            where=_where(names, language),
            standing=first.standing,
            said=_(STANDINGS[first.standing]),
            sign=SIGNS[first.standing],
            by=first.duty.playbook or "",
            run=first.run.name if first.run else None,
            code=first.run.code if first.run else None,
        )


def _where(rooms: tuple[str, ...], language: str) -> str:
    shown = _listed(rooms[:_MOST_ROOMS], language)
    return shown if len(rooms) <= _MOST_ROOMS else f"{shown} … ({len(rooms)})"


def _listed(names: Sequence[str], language: str) -> str:
    return ("、" if language.startswith("zh") else ", ").join(names)


def _day(  # noqa: PLR0913, PLR0917  # the parts of one line
    calendar: Calendar,
    days: Days,
    timetable: Timetable,
    day: date,
    items: tuple[ShownItem, ...],
    today: date,
    _: Translator,
) -> ShownDay:
    label = f"{day:%m-%d} {_(_WEEKDAYS[day.isoweekday()])}"
    try:
        found: Day | None = days[day]
    except CalendarError:
        found = None
    lessons = 0
    if found is not None:
        lessons = sum(1 for room in calendar.rooms for _held in timetable.held(found, room))
    return ShownDay(
        day=day,
        label=label,
        kind=_("not known whether it is a working day") if found is None else _kind(found, _),
        known=found is not None,
        works=found is not None and found.works,
        today=day == today,
        lessons=lessons,
        items=items,
    )


def _kind(day: Day, _: Translator) -> str:
    parts = [_(_KINDS[day.kind])] if day.kind in _KINDS else []
    if day.name:
        parts.append(day.name.render(_.language) if isinstance(day.name, Message) else day.name)
    if day.teaches and day.follows not in (None, day.day):
        assert day.follows is not None  # noqa: S101  # by the condition above
        parts.append(
            _(
                "timetable of {weekday} {day}",
                day=f"{day.follows:%m-%d}",
                weekday=_(_WEEKDAYS[day.follows.isoweekday()]),
            )
        )
    return " · ".join(parts)


def _title(days: Days, monday: date, _: Translator) -> str:
    span = _("{first} to {last}", first=f"{monday:%Y-%m-%d}", last=f"{monday + 6 * _ONE_DAY:%Y-%m-%d}")
    for number in range(7):
        day = monday + number * _ONE_DAY
        if (term := days.term(day)) is not None:
            week = _("week {n} of {all}", n=term.week(day), all=term.weeks)
            return f"{term.name} · {week} · {span}"
    return f"{_('Vacation')} · {span}"


def _stopped(calendar: Calendar, found: Look, language: str) -> Iterator[tuple[str, str]]:
    reasons: dict[str, list[str]] = {}
    for stop in found.stopped:
        duty = calendar.duty(stop.duty)
        title = stop.duty if duty is None else duty.shown(language)
        reasons.setdefault(stop.reason.render(language), []).append(title)
    for reason, titles in reasons.items():
        yield _listed(titles, language), reason
