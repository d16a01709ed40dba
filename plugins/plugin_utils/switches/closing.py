"""Rooms whose ports are switched off for a lesson or an exam, each until an instant; kept on the control node.

Every errand that configures switches reads them, so that none opens a room before its time, and each opens those whose
time is over.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ..reports.files import replaced_file

FILE = "closed.json"
_BYTES = 100_000


class Closings:
    """``folder`` is that of the switches. Several runs may write at once."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def at(self, now: datetime) -> Mapping[str, datetime]:
        """The rooms that are closed at that moment, and until when. What cannot be read closes nothing."""
        try:
            entries = json.loads(self._path.read_text("utf-8")[:_BYTES])
            found = {str(room): datetime.fromtimestamp(int(end), UTC) for room, end in entries.items()}
        except (OSError, ValueError, AttributeError, TypeError, OverflowError):
            return {}
        return {room: end for room, end in found.items() if end > now}

    def close(self, rooms: list[str], until: datetime, now: datetime) -> bool:
        """Whether that is news."""
        return self._write({**self.at(now), **dict.fromkeys(rooms, until)}, now)

    def open(self, rooms: list[str], now: datetime) -> bool:
        return self._write({room: end for room, end in self.at(now).items() if room not in rooms}, now)

    def _write(self, rooms: Mapping[str, datetime], now: datetime) -> bool:
        with self._locked():
            if rooms == self.at(now):
                return False
            entries = {room: int(end.timestamp()) for room, end in rooms.items()}
            with replaced_file(self._path) as temporary:
                temporary.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
            return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        stream = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield
        finally:
            os.close(stream)
