"""The school's clock: from a day and a time of day to one instant, whatever the clock does that night."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def instant(day: date, at: time, zone: ZoneInfo, offset: timedelta = timedelta(0)) -> datetime:
    """The instant, in UTC, at which the wall clock of ``zone`` shows ``at`` on ``day``, moved by ``offset``.

    A time that the clock skips in spring counts by the offset before the change, so it comes as much later as
    the clock jumped; of a time that the clock shows twice in autumn the first counts (PEP 495, ``fold=0``).
    ``offset`` is real time: ten minutes are ten minutes, also over a change.
    """
    return datetime.combine(day, at, zone).astimezone(UTC) + offset


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day that the school has at that instant."""
    return moment.astimezone(zone).date()
