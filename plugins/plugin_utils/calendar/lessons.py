"""The timetable on a day: which lessons a room has, and when its first begins and its last ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from .days import Days
from .model import Bells, Calendar, Day, Lesson, Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A lesson that takes place: from the bell of its first period to the bell of its last."""

    room: Room
    lesson: Lesson
    begins: time
    ends: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When the lessons of a day begin and end."""

    begins: time
    ends: time


class Timetable:
    """The lessons of every room, ready by weekday."""

    def __init__(self, calendar: Calendar, days: Days) -> None:
        self._days = days
        # The newest first; the year begins with the set that the year before ended with.
        self._bells = sorted(calendar.bells, key=lambda bells: bells.begins, reverse=True)
        self._rooms = calendar.rooms
        self._by_weekday: dict[str, defaultdict[int, list[Lesson]]] = {}
        for room in calendar.rooms:
            lessons = self._by_weekday[room.key] = defaultdict(list)
            for lesson in room.lessons:
                lessons[lesson.weekday].append(lesson)

    def bells(self, day: date) -> Bells | None:
        """The lesson times that count on ``day``."""
        if not self._bells:
            return None
        today = (day.month, day.day)
        return next((bells for bells in self._bells if bells.begins <= today), self._bells[0])

    def held(self, day: Day, room: Room) -> Iterator[Held]:
        """The lessons of ``room`` on ``day``, in the order of the timetable."""
        bells = self.bells(day.day)
        if bells is None or not day.teaches or day.follows is None or day.term is None:
            return
        week = day.term.week(day.follows)
        for lesson in self._by_weekday[room.key].get(day.follows.isoweekday(), ()):
            if lesson.weeks is None or week in lesson.weeks:
                yield Held(
                    room=room,
                    lesson=lesson,
                    begins=bells.periods[lesson.first][0],
                    ends=bells.periods[lesson.last][1],
                )

    def span(self, day: Day, room: Room) -> Span | None:
        """From the first bell to the last in ``room``; None without a lesson."""
        held = list(self.held(day, room))
        if not held:
            return None
        return Span(begins=min(one.begins for one in held), ends=max(one.ends for one in held))

    def school_span(self, day: Day) -> Span | None:
        """The same over every room."""
        spans = [span for room in self._rooms if (span := self.span(day, room)) is not None]
        if not spans:
            return None
        return Span(begins=min(span.begins for span in spans), ends=max(span.ends for span in spans))
