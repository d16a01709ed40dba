"""What kind of day a day is. The school's own entry counts before its own year, and that before the library's."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta

from .model import Calendar, CalendarError, Day, DayKind, OwnDay, Term, UnknownYearError
from .national import announced_days, deciding_year, known_years

_WEEKEND = (6, 7)


class Days:
    """The days of a calendar, each worked out once."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._known = known_years() if calendar.national else range(0)
        self._announced = announced_days() if calendar.national else {}
        self._starts = [term.starts for term in calendar.terms]
        self._found: dict[date, Day] = {}

    def __getitem__(self, day: date) -> Day:
        """Raises ``UnknownYearError`` where neither the school nor the library has the year of ``day``, and
        ``CalendarError`` for a make-up day in a term of which nobody said whose timetable it follows."""
        found = self._found.get(day)
        if found is None:
            found = self._found[day] = self._day(day)
        return found

    def term(self, day: date) -> Term | None:
        """The term that ``day`` lies in."""
        place = bisect_right(self._starts, day) - 1
        if place < 0 or day > self._calendar.terms[place].ends:
            return None
        return self._calendar.terms[place]

    def _day(self, day: date) -> Day:
        entry = self._entry(day)
        term = self.term(day)
        taught = None
        if term is not None and entry.kind in (DayKind.WORKING, DayKind.MAKE_UP):
            taught = self._taught(day, entry)
        return Day(
            day=day,
            kind=entry.kind,
            name=entry.name,
            term=term,
            week=None if term is None else term.week(day),
            follows=taught,
        )

    def _entry(self, day: date) -> OwnDay:
        if own := self._calendar.own_days.get(day):
            return own
        year = deciding_year(day)
        ordinary = OwnDay(kind=DayKind.WEEKEND if day.isoweekday() in _WEEKEND else DayKind.WORKING)
        if (entered := self._calendar.own_years.get(year)) is not None:
            return entered.get(day, ordinary)
        if not self._calendar.national:
            return ordinary
        if year not in self._known:
            raise UnknownYearError(
                "Whether {day} is a working day is not known: the holidays and make-up days of {year} are in"
                " neither the library (it ends with {last}) nor calendar_years. Enter them in calendar_years of"
                " {file} from the State Council's notice.",
                day=day.isoformat(),
                year=year,
                last=self._known[-1],
                file=self._calendar.source,
            )
        return self._announced.get(day, ordinary)

    def _taught(self, day: date, entry: OwnDay) -> date:
        follows = entry.follows
        if isinstance(follows, int):
            # The weekday in the day's own week.
            return day + timedelta(days=follows - day.isoweekday())
        if follows is not None:
            # A day of the vacation has a weekday and no teaching week.
            return follows if self.term(follows) is not None else self._same_weekday(day, follows)
        if entry.kind is DayKind.MAKE_UP:
            raise CalendarError(
                "{day} is a make-up day, and nobody said whose timetable it follows. Enter it in calendar_days of"
                " {file} with follows: a date, or a weekday from 1 to 7.",
                day=day.isoformat(),
                file=self._calendar.source,
            )
        return day

    @staticmethod
    def _same_weekday(day: date, other: date) -> date:
        return day + timedelta(days=other.isoweekday() - day.isoweekday())
