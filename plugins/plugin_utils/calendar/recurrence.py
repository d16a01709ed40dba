"""The hours at which a duty may fall, for schedulers that know hours alone: systemd, AWX, Semaphore.

None of them knows holidays: whoever is started by one asks the calendar (docs/decisions/0028).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .model import Anchor, Calendar, CalendarError, DayRule, Duty

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# A first day long past: the same rule must come out on every day on which it is made.
_FIRST_DAY = "20260101"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A time of day on the days that a scheduler can tell by itself: ``weekdays`` (1 to 7), or a day of the month
    (-1 is its last), or every day. With ``minutes`` it is every so many minutes, beginning at ``at``."""

    at: time
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    minutes: int | None = None

    def rrule(self, zone: ZoneInfo) -> str:
        """As AWX takes it (RFC 5545; one rule, INTERVAL always named)."""
        start = f"DTSTART;TZID={zone.key}:{_FIRST_DAY}T{self.at:%H%M%S}"
        if self.minutes is not None:
            rule = f"FREQ=MINUTELY;INTERVAL={self.minutes}"
        elif self.weekdays:
            rule = f"FREQ=WEEKLY;INTERVAL=1;BYDAY={','.join(_WEEKDAYS[day - 1] for day in self.weekdays)}"
        elif self.month_day is not None:
            rule = f"FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY={self.month_day}"
        else:
            rule = "FREQ=DAILY;INTERVAL=1"
        return f"{start} RRULE:{rule}"

    def cron(self, zone: ZoneInfo) -> str:
        """As Semaphore takes it (crontab(5), five fields, with the zone in front). cron has no last day of a month:
        it is each of those that can be, and the calendar decides."""
        minute, hour = str(self.at.minute), str(self.at.hour)
        day = weekday = "*"
        if self.minutes is not None:
            minute, hour = f"{self.at.minute % self.minutes}-59/{self.minutes}", "*"
        elif self.weekdays:
            weekday = ",".join(str(one % 7) for one in self.weekdays)
        elif self.month_day == -1:
            day = "28-31"
        elif self.month_day is not None:
            day = str(self.month_day)
        return f"CRON_TZ={zone.key} {minute} {hour} {day} * {weekday}"


def scheduled_duties(
    calendar: Calendar, playbooks: Collection[str]
) -> tuple[tuple[Duty, tuple[Recurrence, ...]], ...]:
    """Every duty that has a playbook, in the order of the calendar, with when it may fall.

    Raises ``CalendarError`` for a duty whose playbook is not among ``playbooks`` or that could never fall.
    """
    found = []
    for duty in calendar.duties:
        if duty.playbook is None:
            continue
        if duty.playbook not in playbooks:
            raise CalendarError(
                "calendar_duties.{duty}.playbook in {file} is {playbook}, which there is not. There are: {playbooks}.",
                duty=duty.name,
                file=calendar.source,
                playbook=duty.playbook,
                playbooks=tuple(sorted(playbooks)),
            )
        times = tuple(recurrences(calendar, duty))
        if not times:
            raise CalendarError(
                "calendar_duties.{duty} in {file} depends on lessons, and calendar_timetable has none. Enter the"
                " timetable, or take the duty out with enabled: false.",
                duty=duty.name,
                file=calendar.source,
            )
        found.append((duty, times))
    return tuple(found)


def recurrences(calendar: Calendar, duty: Duty) -> Iterator[Recurrence]:
    """When ``duty`` may fall, in order of the time of day; none where it hangs on lessons and there are none."""
    weekdays: tuple[int, ...] = ()
    month_day = None
    # A time before or after the bell can lie on the day beside.
    if not any(moment.offset for moment in duty.times):
        match duty.days.rule:
            case DayRule.WEEKDAYS:
                weekdays = tuple(sorted(duty.days.weekdays))
            case DayRule.MONTH_DAY:
                month_day = duty.days.month_day
            case DayRule.MONTH_END:
                month_day = -1
            case _:
                pass
    for at in sorted(set(_hours(calendar, duty))):
        yield Recurrence(at=at, weekdays=weekdays, month_day=month_day)


def _hours(calendar: Calendar, duty: Duty) -> Iterator[time]:
    """Every time of day at which ``duty`` may fall, by every set of bells; not in order, with repetitions."""
    for moment in duty.times:
        if moment.at is not None:
            yield _shifted(moment.at, moment.offset)
            continue
        first = moment.anchor is Anchor.FIRST_CLASS
        for bells in calendar.bells:
            for room in calendar.rooms:
                for lesson in room.lessons:
                    bell = bells.periods[lesson.first][0] if first else bells.periods[lesson.last][1]
                    yield _shifted(bell, moment.offset)


def _shifted(at: time, offset: timedelta) -> time:
    return (datetime(2000, 1, 2, at.hour, at.minute) + offset).time()
