"""Values of CIM instances as PowerShell writes them to JSON: absent, wrongly typed and dated in three ways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Row = Mapping[str, Any]

_DMTF = re.compile(r"(\d{14})\.\d{6}([+-])(\d{3})")
_JSON_DATE = re.compile(r"/Date\((-?\d{1,15})\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**53


def text(row: Row, name: str) -> str | None:
    """A string property, None where it is absent or empty."""
    value = row.get(name)
    return value.strip() or None if isinstance(value, str) else None


def number(row: Row, name: str) -> int | None:
    """A whole number of 0 or more; CIM's 64-bit integers may come as strings."""
    value = row.get(name)
    if isinstance(value, str) and len(value) <= 16 and value.isascii() and value.isdigit():
        value = int(value)
    return value if type(value) is int and 0 <= value <= _LARGEST else None


def moment(value: object) -> datetime | None:
    """A UTC time of ``2026-11-23T00:15:00Z``, of a CIM_DATETIME ``20261123081500.500000+480`` (DSP0004 5.2.4: the
    last part is minutes from UTC) or of ``/Date(1795392900000)/`` (milliseconds), as PowerShell 5.1 writes it."""
    if not isinstance(value, str):
        return None
    try:
        if match := _DMTF.fullmatch(value):
            local = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            offset = timedelta(minutes=int(match[3]))
            return local - offset if match[2] == "+" else local + offset
        if match := _JSON_DATE.fullmatch(value):
            return _EPOCH + timedelta(milliseconds=int(match[1]))
        when = datetime.fromisoformat(value)
        return when.astimezone(UTC) if when.tzinfo else None
    except (ValueError, OverflowError):
        return None


def iso_time(value: object) -> str | None:
    """As ``YYYY-MM-DDThh:mm:ssZ``."""
    when = moment(value)
    return f"{when:%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0") if when else None


def iso_date(value: object) -> str | None:
    """As ``YYYY-MM-DD``. Firmware dates have no time of day: they stand at midnight UTC."""
    time = iso_time(value)
    return time[:10] if time else None


def characters(value: object) -> str | None:
    """The text of an array of character codes that ends at the first 0 (WmiMonitorID)."""
    if not isinstance(value, list):
        return None
    letters = []
    for code in value[:64]:
        if type(code) is not int or not 0 < code < 0xD800:
            break
        letters.append(chr(code))
    return "".join(letters).strip() or None
