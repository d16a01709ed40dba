"""Typed values out of the school's variables. Every refusal names the variable, the key and the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from .model import YEARS, CalendarError

_TEXT_LIMIT = 120
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_DURATION = re.compile(r"(\d{1,4})\s*(m|h|d)", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
#: A range of days longer than this is a slip of the pen.
LONGEST_RANGE = 400


@dataclass(frozen=True, slots=True)
class Field:
    """A value with its place: ``calendar_terms[1].starts`` of a file."""

    value: Any
    place: str
    file: str

    def wrong(self, wanted: str) -> CalendarError:
        """``wanted`` is an example of what would do."""
        return CalendarError(
            "{place} in {file} is {value}. Write it as {wanted}.",
            place=self.place,
            file=self.file,
            value=_shown(self.value),
            wanted=wanted,
        )

    # --- structure

    def items(self, limit: int) -> Iterator[Field]:
        """The members of a list of at most ``limit``."""
        if not isinstance(self.value, Sequence) or isinstance(self.value, str | bytes):
            raise self.wrong("- …")
        self._bounded(len(self.value), limit)
        for number, item in enumerate(self.value):
            yield Field(item, f"{self.place}[{number}]", self.file)

    def members(self, limit: int) -> Iterator[tuple[Any, Field]]:
        """The keys of a mapping of at most ``limit``, each with its value."""
        if not isinstance(self.value, Mapping):
            raise self.wrong("key: …")
        self._bounded(len(self.value), limit)
        for key, item in self.value.items():
            yield key, Field(item, f"{self.place}.{_shown(key)}", self.file)

    def parts(self, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Field]:
        """The keys of a mapping that has all of ``required`` and none beyond ``optional``."""
        found = dict(self.members(64))
        for key in found:
            if key not in required and key not in optional:
                raise CalendarError(
                    "{place} in {file} has the key {key}, which it cannot have. It can have: {keys}.",
                    place=self.place,
                    file=self.file,
                    key=_shown(key),
                    keys=(*required, *optional),
                )
        for key in required:
            if key not in found:
                raise CalendarError(
                    "{place} in {file} lacks the key {key}.", place=self.place, file=self.file, key=key
                )
        return found

    def _bounded(self, count: int, limit: int) -> None:
        if count > limit:
            raise CalendarError(
                "{place} in {file} has {count} entries; it can have {limit} at most.",
                place=self.place,
                file=self.file,
                count=count,
                limit=limit,
            )

    # --- values

    def text(self, example: str) -> str:
        if not isinstance(self.value, str | int) or isinstance(self.value, bool):
            raise self.wrong(example)
        text = " ".join(str(self.value).split())
        if not text or len(text) > _TEXT_LIMIT or not text.isprintable():
            raise self.wrong(example)
        return text

    def boolean(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong("true")
        return self.value

    def number(self, among: range) -> int:
        value = self.value
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 9:
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value not in among:
            raise self.wrong(f"{among.start} … {among.stop - 1}")
        return value

    def day(self) -> date:
        value = self.value
        if isinstance(value, datetime):
            raise self.wrong("2026-09-01")
        if isinstance(value, str) and (match := _DAY.fullmatch(value.strip())):
            try:
                value = date(*map(int, match.groups()))
            except ValueError:
                raise self.wrong("2026-09-01") from None
        if not isinstance(value, date) or value.year not in YEARS:
            raise self.wrong("2026-09-01")
        return value

    def days(self) -> list[date]:
        """One day, or ``2026-10-01..2026-10-07`` with both ends."""
        if not isinstance(self.value, str) or ".." not in self.value:
            return [self.day()]
        first, last = (Field(part.strip(), self.place, self.file).day() for part in self.value.split("..", 1))
        if not timedelta(0) <= last - first <= timedelta(days=LONGEST_RANGE):
            raise self.wrong("2026-10-01..2026-10-07")
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    def time(self) -> time:
        """``07:10``. YAML 1.1 reads a bare 07:10 as a number of base 60: that is taken for what was meant."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
            return time(*divmod(value, 60))
        if isinstance(value, str) and (match := _TIME.fullmatch(value.strip())):
            return time(int(match[1]), int(match[2]))
        raise self.wrong('"07:10"')

    def duration(self) -> timedelta:
        """``10m``, ``12h`` or ``3d``."""
        if isinstance(self.value, str) and (match := _DURATION.fullmatch(self.value.strip())):
            return int(match[1]) * _UNITS[match[2]]
        raise self.wrong("10m, 12h, 3d")


def _shown(value: Any) -> str:
    text = str(value)
    kept = "".join(character for character in text[:60] if character.isprintable())
    return kept + ("…" if len(text) > 60 else "") or "–"
