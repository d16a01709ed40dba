"""Log-in sessions, as ``who`` of GNU coreutils prints them with times in UTC (``TZ=UTC who -u``).

A line is the account, the terminal, the time, with ``-u`` the idle time and the process, and in brackets
where the session comes from. In a language's locale the time is ``2026-11-23 03:43``; in the C locale it is
``Nov 23 03:43``, without a year.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TypedDict

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = re.compile(
    r" (?:(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
    rf"|(?P<name>{'|'.join(_MONTHS)}) {{1,2}}(?P<date>\d{{1,2}}))"
    r" (?P<hour>\d{2}):(?P<minute>\d{2})(?= |$)",
    re.ASCII,
)
_MESSAGES = (" +", " -", " ?")  # -a and -T say behind the account whether the terminal takes messages
# A PC with an empty battery logs in with the wrong time and sets its clock later.
_CLOCK_DRIFT = timedelta(days=1)
_LEAP_CYCLE_YEARS = 9  # 29 February is at most eight years away

# ``since`` is ISO 8601 in UTC, None where it cannot be known. ``from`` is a host, an address or a display,
# None where ``who`` names none.
Session = TypedDict(
    "Session", {"user": str, "terminal": str, "since": str | None, "from": str | None}, total=True
)


def parse_who(text: str, booted: datetime | None = None) -> list[Session]:
    """The sessions in the order of the text; never raises, and passes over lines that are no session.

    ``booted``, an aware datetime, gives the year where the text has none: a session is not older than the
    start of the machine, so it is the first such date after it. Without it such a session has ``since`` None.
    """
    sessions: list[Session] = []
    for line in text.splitlines():
        time = _TIME.search(line)
        if time is None or line[0].isspace():  # without an account: the start of the machine, a run level
            continue
        # who pads the account to 8 columns; a Windows domain's account may hold blanks of its own.
        user, _, terminal = line[: time.start()].strip().rpartition(" ")
        # With systemd's list of sessions (coreutils 9.4) the terminal is "sshd pts/0".
        user = user.strip().removesuffix(" sshd").strip()
        if user[-2:] in _MESSAGES:
            user = user[:-2].rstrip()
        if not user or user == "LOGIN" or user[:1] in {"+", "-"}:
            continue
        sessions.append(
            {
                "user": user,
                "terminal": terminal,
                "since": _since(time, booted),
                "from": _origin(line[time.end() :]),
            }
        )
    return sessions


def _origin(rest: str) -> str | None:
    """The text in the last brackets of the line. Multiplexers nest their own: ``(tmux(812).%0)``."""
    opening = rest.find("(")
    closing = rest.rfind(")")
    return rest[opening + 1 : closing].strip() or None if 0 <= opening < closing else None


def _since(time: re.Match[str], booted: datetime | None) -> str | None:
    hour, minute = int(time["hour"]), int(time["minute"])
    if time["year"]:
        moment = _moment(int(time["year"]), int(time["month"]), int(time["day"]), hour, minute)
        return _iso(moment)
    if booted is None:
        return None
    try:
        earliest = booted.astimezone(UTC) - _CLOCK_DRIFT
    except OverflowError:  # a clock that stands at the first day of the calendar tells nothing
        return None
    month = _MONTHS.index(time["name"]) + 1
    for year in range(earliest.year, earliest.year + _LEAP_CYCLE_YEARS):
        moment = _moment(year, month, int(time["date"]), hour, minute)
        if moment is not None and moment >= earliest:
            return _iso(moment)
    return None


def _moment(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None


def _iso(moment: datetime | None) -> str | None:
    return (
        moment.isoformat().replace("+00:00", "Z") if moment else None
    )  # %Y does not pad a year to four digits
