"""Bytes and numbers of an answer as values of the facts. Pure; anything may come in."""

from __future__ import annotations

import re

_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_DIGITS = re.compile(r"[0-9]{1,15}")
_TEXT_BYTES = 4096
_NO_MAC = frozenset({"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"})


def text_of(data: bytes | None) -> str | None:
    """Text in UTF-8, else in GB 18030 (Chinese makers), else with U+FFFD; without trailing NUL. None if empty."""
    if not data:
        return None
    data = data[:_TEXT_BYTES].rstrip(b"\0 \t\r\n")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding) or None
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def mac_of(data: bytes | None) -> str | None:
    """Six bytes as a MAC address; None for other lengths and for the addresses that are none."""
    if data is None or len(data) != 6:
        return None
    mac = data.hex(":")
    return None if mac in _NO_MAC else mac


def mac_in(text: str | None) -> str | None:
    """A MAC address written as text, in whatever style; None where it is none."""
    plain = (text or "").strip().lower().replace("-", ":")
    return plain if _MAC.fullmatch(plain) and plain not in _NO_MAC else None


def number_in(text: str | None) -> int | None:
    """A whole number of at most 15 digits; a fraction is cut off."""
    whole = (text or "").strip().partition(".")[0]
    return int(whole) if _DIGITS.fullmatch(whole) else None


def percent(number: int | None) -> int | None:
    """A number that is a percentage; None where it is none."""
    return number if number is not None and 0 <= number <= 100 else None
