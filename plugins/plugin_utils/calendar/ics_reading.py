"""Terms, holidays and make-up days out of an iCalendar file (RFC 5545), as a phone or a calendar program writes it.

What an event is, its categories say, else its summary, by the words of ``words.json``. Every other event is somebody's
appointment and is left alone. The file may come from anywhere: its size, its events and their length are bounded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from .fields import LONGEST_RANGE, Field
from .model import CalendarError, DayKind, OwnDay, Term

BYTES_LIMIT = 1_000_000
EVENTS_LIMIT = 5_000
_WORDS = Path(__file__).with_name("words.json")
_FOLLOWS = "X-JIFANG-FOLLOWS"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file gives; nothing where there is none."""

    terms: tuple[Term, ...] = ()
    days: Mapping[date, OwnDay] = field(default_factory=dict)


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = json.loads(_WORDS.read_text(encoding="utf-8"))
    return words


def read_ics(content: bytes, path: str) -> Imported:
    """The terms and days of an iCalendar file. Raises ``CalendarError`` that names ``path`` and the event."""
    if len(content) > BYTES_LIMIT:
        raise CalendarError(
            "{path} is larger than {limit} bytes. Export the school calendar alone.",
            path=path,
            limit=BYTES_LIMIT,
        )
    terms: list[Term] = []
    days: dict[date, OwnDay] = {}
    for event in _events(content, path):
        kind = _kind_of(event)
        if kind is None:
            continue
        summary = Field(str(event.get("SUMMARY", "")), f"SUMMARY ({kind})", path).text("SUMMARY:…")
        first, last = _span(event, summary, path)
        if kind == "term":
            terms.append(
                Term(
                    name=summary,
                    starts=first,
                    ends=last,
                    first_monday=first - timedelta(days=first.weekday()),
                )
            )
            continue
        for number in range((last - first).days + 1):
            days[first + number * _ONE_DAY] = _own_day(event, kind, summary, path)
    if not terms and not days:
        raise CalendarError(
            "{path} holds no term, holiday or make-up day as a whole event. Give such events the category TERM, HOLIDAY"
            " or SCHOOL DAY, or name them so, and export it again.",
            path=path,
        )
    return Imported(terms=tuple(terms), days=days)


def _events(content: bytes, path: str) -> Iterator[Any]:
    # The library is a quarter of a second of imports: only a school that has such a file pays.
    from icalendar import Calendar  # noqa: PLC0415

    if content.upper().count(b"BEGIN:VEVENT") > EVENTS_LIMIT:
        raise CalendarError(
            "{path} has more than {limit} events. Export the school calendar alone.",
            path=path,
            limit=EVENTS_LIMIT,
        )
    try:
        calendars = Calendar.from_ical(content.decode("utf-8-sig"), multiple=True)
        yield from [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise CalendarError(
            "{path} is not an iCalendar file that can be read ({detail}). Export it again as .ics.",
            path=path,
            detail=" ".join(str(error).split())[:120],
        ) from None


def _kind_of(event: Any) -> str | None:
    listed = event.get("CATEGORIES")
    groups = listed if isinstance(listed, list) else [listed] if listed is not None else []
    categories = {str(one).strip().lower() for group in groups for one in getattr(group, "cats", [group])}
    summary = str(event.get("SUMMARY", ""))[:200].lower()
    kinds = ("holiday", "school_day", "term")
    for kind in kinds:
        if categories.intersection(_words()[kind]):
            return kind
    if categories:
        return None
    named = [kind for kind in kinds if any(word in summary for word in _words()[kind])]
    return named[0] if len(named) == 1 else None


def _span(event: Any, summary: str, path: str) -> tuple[date, date]:
    """First and last day; DTEND of a whole day is the day after (RFC 5545, 3.6.1)."""
    if any(name in event for name in ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")):
        raise CalendarError(
            "The event {summary} of {path} recurs. Holidays are announced for each year: enter each as an event"
            " of its own.",
            summary=summary,
            path=path,
        )
    start, end = (getattr(event.get(name), "dt", None) for name in ("DTSTART", "DTEND"))
    if not isinstance(start, date) or isinstance(start, datetime) or isinstance(end, datetime):
        raise CalendarError(
            "The event {summary} of {path} has no whole days. Make it an all-day event.",
            summary=summary,
            path=path,
        )
    first = Field(start, f"DTSTART ({summary})", path).day()
    last = Field(end - _ONE_DAY, f"DTEND ({summary})", path).day() if isinstance(end, date) else first
    if not timedelta(0) <= last - first <= timedelta(days=LONGEST_RANGE):
        raise Field(end, f"DTEND ({summary})", path).wrong(first.isoformat())
    return first, last


def _own_day(event: Any, kind: str, summary: str, path: str) -> OwnDay:
    if kind == "holiday":
        return OwnDay(kind=DayKind.HOLIDAY, name=summary)
    if (given := event.get(_FOLLOWS)) is not None:
        return OwnDay(
            kind=DayKind.MAKE_UP,
            name=summary,
            follows=Field(str(given), f"{_FOLLOWS} ({summary})", path).day(),
        )
    lowered = summary.lower()
    found = [
        number
        for number, words in enumerate(_words()["weekdays"], start=1)
        if any(word in lowered for word in words)
    ]
    return OwnDay(kind=DayKind.MAKE_UP, name=summary, follows=found[0] if len(found) == 1 else None)
