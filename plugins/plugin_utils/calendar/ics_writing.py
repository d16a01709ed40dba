"""The calendar as an iCalendar file (RFC 5545) that a phone takes: terms, days off, make-up days and duties.

An event keeps its UID from export to export, so that a second import replaces what the first brought. Times are in UTC,
which every program shows in its own zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from ..i18n import Message, Translator
from .days import Days
from .duties import plan
from .model import Calendar, CalendarError, Day, DayKind
from .zones import day_of

_ONE_DAY = timedelta(days=1)
_LENGTH = timedelta(minutes=15)


def write_ics(  # noqa: PLR0913  # two instants, the clock, and whose calendar it is
    calendar: Calendar, since: datetime, until: datetime, *, now: datetime, language: str, school: str = ""
) -> bytes:
    """Everything in ``[since, until)``; ``now`` stamps it. Days that nobody knows yet are left out.

    Equal input gives equal bytes.
    """
    from icalendar import Calendar as Document  # noqa: PLC0415  # only an export pays for the library
    from icalendar import Event  # noqa: PLC0415

    _ = Translator("calendar", language)
    document = Document()
    document.add("PRODID", "-//Jifang//School calendar//EN")
    document.add("VERSION", "2.0")
    document.add("METHOD", "PUBLISH")
    document.add("X-WR-CALNAME", " ".join(part for part in (school, _("School calendar")) if part))
    document.add("X-WR-TIMEZONE", calendar.zone.key)

    def add(uid: str, summary: str, begins: date | datetime, ends: date | datetime, **more: Any) -> None:
        event = Event()
        event.add("UID", f"{uid}@jifang.calendar")
        event.add("DTSTAMP", now)
        event.add("DTSTART", begins)
        event.add("DTEND", ends)
        event.add("SUMMARY", summary)
        event.add("TRANSP", "TRANSPARENT")
        for name, value in more.items():
            event.add(name.upper(), value)
        document.add_component(event)

    first, last = day_of(since, calendar.zone), day_of(until, calendar.zone)
    for term in calendar.terms:
        if term.starts <= last and term.ends >= first:
            add(
                f"term-{term.starts:%Y%m%d}",
                term.name,
                term.starts,
                term.ends + _ONE_DAY,
                categories=["TERM"],
            )
    for day in _marked(calendar, first, last):
        make_up = day.kind is DayKind.MAKE_UP
        name = day.name.render(language) if isinstance(day.name, Message) else day.name
        label = _("Make-up day") if make_up else _("Holiday")
        more: dict[str, Any] = {"categories": ["SCHOOL DAY" if make_up else "HOLIDAY"]}
        if make_up and day.follows is not None:
            more["x-jifang-follows"] = day.follows.isoformat()
        add(
            f"day-{day.day:%Y%m%d}",
            f"{label} · {name}" if name else label,
            day.day,
            day.day + _ONE_DAY,
            **more,
        )
    rooms = {room.key: room.name for room in calendar.rooms}
    for one in plan(calendar, since, until).occurrences:
        duty = calendar.duty(one.duty)
        assert duty is not None  # noqa: S101  # the plan is made of the calendar's duties
        title = duty.shown(language)
        add(
            f"duty-{one.duty}-{one.room or 'school'}-{one.due:%Y%m%dT%H%M%SZ}",
            f"{title} · {rooms.get(one.room, one.room)}" if one.room else title,
            one.due,
            one.due + _LENGTH,
            description=f"./lab run {duty.playbook}" if duty.playbook else _("By hand"),
            categories=["DUTY"],
        )
    return bytes(document.to_ical())


def _marked(calendar: Calendar, first: date, last: date) -> Iterator[Day]:
    """Holidays and make-up days; what nobody knows is left out, as the terminal and the site say."""
    days = Days(calendar)
    day = first
    while day < last:
        try:
            found = days[day]
        except CalendarError:
            found = None
        if found is not None and found.kind in (DayKind.HOLIDAY, DayKind.MAKE_UP):
            yield found
        day += _ONE_DAY
