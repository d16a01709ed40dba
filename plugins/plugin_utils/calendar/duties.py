"""What is to be done when: the one function that everything else asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from .days import Days
from .lessons import Span, Timetable
from .model import Anchor, Calendar, CalendarError, DayRule, Duty, Occurrence, Plan, Stopped
from .zones import day_of, instant

_ONE_DAY = timedelta(days=1)


def plan(calendar: Calendar, since: datetime, until: datetime, duties: Iterable[Duty] | None = None) -> Plan:
    """Every occurrence in ``[since, until)`` of ``duties`` (None: all), in order of time.

    Both instants are aware. On a day that nobody knows, a duty that asks for it does not fall, and ``stopped`` says
    why; the others go on: a Friday is a Friday whatever the holidays of its year will be. Linear in days times rooms.
    """
    chosen = calendar.duties if duties is None else tuple(duties)
    days = Days(calendar)
    timetable = Timetable(calendar, days)
    occurrences: list[Occurrence] = []
    stopped: dict[str, Stopped] = {}
    # An offset may carry a time over midnight, and a zone's change a time out of its day.
    first, last = day_of(since, calendar.zone), day_of(until, calendar.zone)
    day = first - _ONE_DAY
    while day <= last + _ONE_DAY:
        # The days beside are looked at for their times alone: that they are not known concerns nobody.
        asked = first <= day and instant(day, time.min, calendar.zone) < until
        for duty in chosen:
            try:
                found = list(_on(calendar, days, timetable, duty, day))
            except CalendarError as error:
                if asked:
                    stopped.setdefault(duty.name, Stopped(duty=duty.name, day=day, reason=error.message))
                continue
            occurrences += [one for one in found if since <= one.due < until]
        day += _ONE_DAY
    return Plan(occurrences=tuple(sorted(occurrences)), stopped=tuple(stopped.values()))


def _on(calendar: Calendar, days: Days, timetable: Timetable, duty: Duty, day: date) -> Iterator[Occurrence]:
    if not _falls(calendar, days, duty, day):
        return
    if all(moment.anchor is None for moment in duty.times) and not duty.each_room:
        yield from _occurrences(calendar, duty, day, None)
        return
    if days.term(day) is None:
        return
    today = days[day]
    if not duty.each_room:
        if (span := timetable.school_span(today)) is not None:
            yield from _occurrences(calendar, duty, day, span)
        return
    for room in calendar.rooms:
        if (span := timetable.span(today, room)) is not None:
            yield from (replace(one, room=room.key) for one in _occurrences(calendar, duty, day, span))


def _occurrences(calendar: Calendar, duty: Duty, day: date, span: Span | None) -> Iterator[Occurrence]:
    """The times of ``duty`` on ``day``, whose lessons begin and end with ``span``."""
    for moment in duty.times:
        at = moment.at
        if at is None and span is not None:
            at = span.begins if moment.anchor is Anchor.FIRST_CLASS else span.ends
        if at is not None:
            yield Occurrence(instant(day, at, calendar.zone, moment.offset), duty.name)


def _falls(calendar: Calendar, days: Days, duty: Duty, day: date) -> bool:  # noqa: PLR0911  # a table of rules
    match duty.days.rule:
        case DayRule.EVERY_DAY:
            return True
        case DayRule.WEEKDAYS:
            return day.isoweekday() in duty.days.weekdays
        case DayRule.MONTH_DAY:
            return day.day == duty.days.month_day
        case DayRule.MONTH_END:
            return (day + _ONE_DAY).day == 1
        case DayRule.TERM_START:
            origin = day - timedelta(days=duty.days.shift)
            return any(term.starts == origin for term in calendar.terms)
        case DayRule.TERM_END:
            origin = day - timedelta(days=duty.days.shift)
            return any(term.ends == origin for term in calendar.terms)
        case DayRule.WORKING_DAYS:
            return days[day].works
        case DayRule.SCHOOL_DAYS:
            return _teaches(days, day)
        case DayRule.LAST_SCHOOL_DAY_OF_MONTH:
            return _teaches(days, day) and not any(_teaches(days, later) for later in _rest_of_month(day))


def _teaches(days: Days, day: date) -> bool:
    """Whether lessons are held. In the vacation that is plain, also in a year that nobody knows yet."""
    return days.term(day) is not None and days[day].teaches


def _rest_of_month(day: date) -> Iterator[date]:
    later = day + _ONE_DAY
    while later.month == day.month:
        yield later
        later += _ONE_DAY
