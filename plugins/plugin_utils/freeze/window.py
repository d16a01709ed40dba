"""Until when a PC is thawed for maintenance: an instant that a person writes, and the line that the PC keeps.

The PC's file ``thaw`` is ``<since> <until> <shift>``: seconds since 1970 in UTC, and how many seconds its hardware
clock runs ahead of UTC. It is open where ``since <= now < until``; a clock that was set back closes it, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..i18n import UserError
from ..school_time import CHINA_STANDARD_TIME

DOMAIN = "freeze"
LONGEST = timedelta(days=7)
SHORTEST = timedelta(minutes=10)
_LINE = re.compile(r"(\d{1,11}) (\d{1,11}) (-?\d{1,6})")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Window:
    """``since`` and ``until``: aware, UTC."""

    since: datetime
    until: datetime

    def is_open(self, now: datetime) -> bool:
        return self.since <= now < self.until


def parse_window(text: str) -> Window | None:
    """The PC's file; None for anything else than one such line."""
    found = _LINE.fullmatch(text.strip())
    if found is None:
        return None
    since, until = (datetime.fromtimestamp(int(found[place]), UTC) for place in (1, 2))
    return Window(since, until)


def closing(text: object, now: datetime) -> datetime:
    """The instant that a person wrote: ``2026-11-25 18:00`` is the school's time, an offset may follow.

    Raises ``UserError`` where it is no instant, is over or nearly so, or is further away than ``LONGEST``.
    """
    until = _instant(text)
    if until < now + SHORTEST:
        raise UserError(
            DOMAIN,
            "freeze_thaw_until is {until}; it is {now} now. Take an instant at least {minutes} minutes from now.",
            until=shown(until),
            now=shown(now),
            minutes=SHORTEST // timedelta(minutes=1),
        )
    if until > now + LONGEST:
        raise UserError(
            DOMAIN,
            "freeze_thaw_until is {until}. A PC is thawed for {days} days at most: take an earlier instant, and thaw "
            "again when it is over.",
            until=shown(until),
            days=LONGEST.days,
        )
    return until


def shown(moment: datetime) -> str:
    """In the school's time."""
    return moment.astimezone(CHINA_STANDARD_TIME).strftime("%Y-%m-%d %H:%M")


def _instant(text: object) -> datetime:
    if isinstance(text, datetime):  # YAML makes one by itself
        moment = text
    else:
        try:
            if not isinstance(text, str) or len(text.strip()) < len("2026-11-25 18:00"):
                raise ValueError
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            raise UserError(
                DOMAIN,
                'freeze_thaw_until is "{text}". Write day and time until when the PCs stay thawed, such as '
                '"2026-11-25 18:00".',
                text=str(text or "")[:_SHOWN],
            ) from None
    return moment.replace(tzinfo=CHINA_STANDARD_TIME) if moment.tzinfo is None else moment
