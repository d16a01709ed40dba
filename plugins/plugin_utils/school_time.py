"""The school's time zone and day."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

#: One zone for the whole country, no summer time.
CHINA_STANDARD_TIME = timezone(timedelta(hours=8), "UTC+8")


def school_day(at: datetime) -> date:
    """The day that the school has at that moment."""
    return at.astimezone(CHINA_STANDARD_TIME).date()
