"""What requests have in common: days that follow one another, and lists of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..i18n import Message, UserError
from .state import day, not_in_future, required


def people(given: Sequence[str], what: Message, limit: int) -> tuple[str, ...]:
    """Names, none of them twice. Raises UserError."""
    if len(given) > limit:
        raise UserError(
            "requests",
            "{what}: {n} people are too many, at most {limit} fit. Shorten the list.",
            what=what,
            n=len(given),
            limit=limit,
        )
    names = tuple(required(name, what) for name in given)
    for place, name in enumerate(names):
        if name in names[:place]:
            raise UserError(
                "requests",
                "{what}: {name} is named twice. One person signs once; name somebody else.",
                what=what,
                name=name,
            )
    return names


def day_after(given: str | date | None, what: Message, first: date, today: date) -> date:
    """``given``, else today; from ``first`` on. Raises UserError."""
    when = day(given, what, today)
    not_in_future(when, today)
    if when < first:
        raise UserError(
            "requests",
            "{what} {when} lies before {first}, when the step before it was done. Check the date.",
            what=what,
            when=when,
            first=first,
        )
    return when
