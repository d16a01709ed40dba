"""What the site shows of the calendar: the weeks around now, and the file for a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .ics_reading import BYTES_LIMIT
from .ics_writing import write_ics
from .kept_runs import History
from .model import Calendar, CalendarError
from .reading import is_kept, read_calendar
from .view import ShownWeek, monday_of, show_week
from .zones import day_of

#: This week first, then what was, then what comes.
_WEEKS = (0, -1, 1, 2, 3)
_BACK = timedelta(days=31)
_AHEAD = timedelta(days=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPage:
    """``weeks``, this one first; ``installed``: whether a schedule runs what is due."""

    weeks: tuple[ShownWeek, ...]
    installed: bool
    ics: bytes

    @property
    def red(self) -> int:
        """Missed and failed duties of the weeks shown."""
        return sum(week.red for week in self.weeks)


def calendar_of(variables: Mapping[str, Any], *, folder: Path, file: str) -> Calendar | None:
    """The calendar of a school's variables, None where it keeps none; ``calendar_ics`` is relative to ``folder``.

    Raises ``CalendarError``.
    """
    if not is_kept(variables):
        return None
    ics = variables.get("calendar_ics")
    if not ics:
        return read_calendar(variables, file=file)
    path = folder / str(ics)
    try:
        with path.open("rb") as stream:
            content = stream.read(BYTES_LIMIT + 1)
    except OSError as error:
        raise CalendarError(
            "{path}, named by calendar_ics in {file}, cannot be read: {detail}. Correct the name or put the"
            " file there.",
            path=str(path),
            file=file,
            detail=error.strerror or "",
        ) from None
    return read_calendar(variables, file=file, ics=content)


def calendar_page(
    calendar: Calendar, history: History, *, now: datetime, language: str, school: str = ""
) -> CalendarPage:
    """The week of ``now``, the one before it and the three after it."""
    monday = monday_of(day_of(now, calendar.zone))
    weeks = [
        show_week(
            calendar,
            monday + timedelta(weeks=number),
            now=now,
            runs=history.runs,
            kept_since=history.since,
            language=language,
        )
        for number in _WEEKS
    ]
    return CalendarPage(
        weeks=tuple(weeks),
        installed=history.since is not None,
        ics=write_ics(calendar, now - _BACK, now + _AHEAD, now=now, language=language, school=school),
    )
