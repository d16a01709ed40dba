"""The time for which a room's USB storage is open: from a person's words to two instants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..i18n import UserError
from ..school_time import CHINA_STANDARD_TIME
from .usb_policy import shown

# Longer than a week is no window but another policy: then usb_allow or usb_closed is what is meant.
_MOST = timedelta(days=7)
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Window:
    """Seconds since 1970, UTC."""

    start: int
    end: int

    @property
    def shown_end(self) -> str:
        """The end as the school's clock has it."""
        return f"{datetime.fromtimestamp(self.end, CHINA_STANDARD_TIME):%Y-%m-%d %H:%M}"


def usb_window(now: datetime, until: str | None, minutes: str | None) -> Window:
    """``now`` is aware; ``until``: ``YYYY-MM-DD HH:MM`` or ``HH:MM`` of today, in the school's time; or ``minutes``.

    Raises ``UserError`` for none or both of them, for what is no time, for one that is past or over a week away.
    """
    if bool(until) is bool(minutes):
        raise UserError(
            "usb",
            'Say how long: either usb_until, such as "2026-11-25 16:30" or "16:30", or usb_minutes, such as 45.',
        )
    end = _until(now, until) if until else _after(now, minutes or "")
    if end <= now:
        raise UserError(
            "usb", "usb_until is {end}, which is past. Give a later time.", end=f"{end:%Y-%m-%d %H:%M}"
        )
    if end - now > _MOST:
        raise UserError(
            "usb",
            "The window would be open until {end}. A week is the most; for longer, allow the stick in usb_allow.",
            end=f"{end:%Y-%m-%d %H:%M}",
        )
    return Window(int(now.timestamp()), int(end.timestamp()))


def _until(now: datetime, text: str) -> datetime:
    found = re.fullmatch(r"(?:([0-9]{4}-[0-9]{2}-[0-9]{2})[ T])?([0-9]{2}:[0-9]{2})(?::00)?", text.strip())
    try:
        if found:
            day = found[1] or now.astimezone(CHINA_STANDARD_TIME).date().isoformat()
            return datetime.fromisoformat(f"{day}T{found[2]}:00").replace(tzinfo=CHINA_STANDARD_TIME)
    except ValueError:
        pass
    raise UserError(
        "usb",
        'usb_until is "{value}". Write date and time such as "2026-11-25 16:30", or "16:30" for today.',
        value=shown(text, _SHOWN),
    )


def _after(now: datetime, text: str) -> datetime:
    if text.isascii() and text.isdigit() and len(text) <= 6 and int(text) > 0:
        return (now + timedelta(minutes=int(text))).astimezone(CHINA_STANDARD_TIME)
    raise UserError(
        "usb", 'usb_minutes is "{value}". Write a whole number, such as 45.', value=shown(text, _SHOWN)
    )
