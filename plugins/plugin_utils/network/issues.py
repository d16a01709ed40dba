"""Mistakes of the description: each with the key at which it stands, all of them at once, but not without end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..facts.shape import clean_text
from ..i18n import Message

VARIABLE = "lab_network"
#: More are counted and not told: whoever has mended these runs again.
TOLD = 50
_SHOWN = 60

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """``path`` leads from the variable to the place: ``("seats", 3, "mac")``."""

    path: Path
    what: Message

    @property
    def key(self) -> str:
        return place(self.path)


class ModelError(Exception):
    """The description cannot be used. ``issues`` are in the order of the description; ``count`` is all there are."""

    def __init__(self, issues: Sequence[Issue], count: int) -> None:
        super().__init__(f"{count} mistakes in {VARIABLE}")
        self.issues = tuple(issues)
        self.count = count

    def lines(self, language: str, place_of: Callable[[Path], str | None]) -> str:
        """A line per mistake: file and line (``place_of``, where known), key, what is wrong and what to write."""
        lines = []
        for issue in self.issues:
            place = place_of(issue.path)
            start = f"{place} " if place is not None else ""
            lines.append(f"{start}{issue.key}: {issue.what.render(language)}")
        return "\n".join(lines)


class Issues:
    """Collects mistakes while a description is read."""

    def __init__(self) -> None:
        self.told: list[Issue] = []
        self.count = 0

    def add(self, path: Path, what: Message) -> None:
        self.count += 1
        if len(self.told) < TOLD:
            self.told.append(Issue(path, what))

    def raise_any(self) -> None:
        if self.count:
            raise ModelError(self.told, self.count)


def shown(value: object) -> str:
    """A value in a message: short, without control characters."""
    return clean_text(str(value)[: 4 * _SHOWN])[:_SHOWN] or "''"


def place(path: Path) -> str:
    """A place of the description as a person would write it: ``lab_network.seats[3].mac``."""
    return VARIABLE + "".join(
        f"[{step}]" if isinstance(step, int) else f".{clean_text(step)[:_SHOWN]}" for step in path
    )
