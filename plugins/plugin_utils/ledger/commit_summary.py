"""What a commit tells the person who ran it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..i18n import Message
from .records import Event


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that was refused. ``run`` and ``host`` are what it called itself, where that could be read."""

    run: str | None
    host: str | None
    reason: Message


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A host that became a new machine although it might be one of ``machines`` (ids). ``keys`` are kinds."""

    host: str
    machine_id: int
    machines: tuple[int, ...]
    keys: tuple[str, ...]


@dataclass(slots=True)
class CommitSummary:
    """What a commit did, or in a dry run would do. ``hosts`` and the three counts below it leave duplicates out."""

    runs: list[str] = field(default_factory=list)
    hosts: int = 0
    observed: int = 0
    unreachable: int = 0
    failed: int = 0
    new_machines: int = 0
    new_observations: int = 0
    unchanged: int = 0
    components_added: int = 0
    components_removed: int = 0
    weak: int = 0
    attempts_refused: int = 0
    attempts_allowed: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    ambiguities: list[Ambiguity] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.events)
