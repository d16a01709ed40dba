"""Which rows of a machine's parts are changes, and how a change is told.

A kind of part of which nothing was known before (the first run had no root) is not an addition. A monitor that
answers no more is switched off more often than it is gone: docs/decisions/0014 says when it counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ..logins import newest
from ..records import Component, ComponentKind, Difference, Login, Machine
from .details import disk_text, size_text
from .school import differ

#: A monitor that its computer has missed for so long, while it was itself seen, is gone.
DARK = timedelta(days=7)
_KINDS = tuple(ComponentKind)


class Change(NamedTuple):
    """A part that came to (``added``) or left a machine; ``at`` is the look that showed it."""

    machine: Machine
    at: datetime
    part: Component
    added: bool

    @property
    def token(self) -> str:
        """What names this change, however it is told: parts of one kind change together at one look."""
        return f"{self.machine.id}:{instant(self.at)}:{self.part.kind.value}"

    @property
    def whole_at(self) -> datetime | None:
        """The last look before it. Rows older than this field have it only where the part went."""
        return self.part.whole_at or (None if self.added else self.part.last_seen_at)


class Move(NamedTuple):
    """A part that left ``removed.machine`` and is in ``added.machine`` now."""

    removed: Change
    added: Change


def changes(machines: Iterable[Machine]) -> list[Change]:
    """Every part that came or went, also monitors that are only dark."""
    return [change for machine in machines for change in _changes(machine)]


def _changes(machine: Machine) -> Iterator[Change]:
    first: dict[ComponentKind, datetime] = {}
    for part in machine.components:
        first[part.kind] = min(part.first_seen_at, first.get(part.kind, part.first_seen_at))
    for part in machine.components:
        if part.removed_at is not None:
            yield Change(machine, part.removed_at, part, added=False)
        elif part.whole_at is not None or part.first_seen_at > first[part.kind]:
            yield Change(machine, part.first_seen_at, part, added=True)


def told(rows: Collection[Change], moves: Iterable[Move]) -> list[Change]:
    """Without monitors that are merely switched off or back where they were.

    One that went counts where it is at another computer now, where another came in its place, or after
    ``DARK`` in which its computer was seen.
    """
    arrival = {id(move.removed.part): move.added for move in moves}
    replaced = {
        (row.machine.id, row.at) for row in rows if _is_monitor(row) and row.added and not row.part.returned
    }

    def counts(row: Change) -> bool:
        if not _is_monitor(row):
            return True
        if row.part.whole_at is None:
            # From before changes of monitors were told: most of these were only switched off.
            return False
        if row.added:
            return not row.part.returned
        elsewhere = arrival.get(id(row.part))
        if elsewhere is not None:
            return not elsewhere.part.returned
        missed = row.machine.last_seen_at - row.part.last_seen_at
        return (row.machine.id, row.at) in replaced or missed >= DARK

    return [row for row in rows if counts(row)]


def _is_monitor(row: Change) -> bool:
    return row.part.kind is ComponentKind.MONITOR


def instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"


class Circumstances(NamedTuple):
    """The fields of ``records.Finding`` that every finding of changes has."""

    last_whole_at: datetime | None
    logins: tuple[Login, ...]
    stands_for: tuple[str, ...]


def circumstances(rows: Sequence[Change]) -> Circumstances:
    """When everything that the changes touched was last whole, and who was logged in since."""
    whole = [row.whole_at for row in rows]
    known = [at for at in whole if at is not None]
    return Circumstances(
        min(known) if known else None,
        newest(login for row in rows for login in row.part.logins),
        tuple(sorted({row.token for row in rows})),
    )


def beside(rows: Iterable[Change]) -> Iterator[Difference]:
    """What left and what came, side by side: in the same slot first, then in order."""
    by_kind: defaultdict[ComponentKind, tuple[list[Component], list[Component]]] = defaultdict(
        lambda: ([], [])
    )
    for row in rows:
        by_kind[row.part.kind][row.added].append(row.part)
    for kind in sorted(by_kind, key=_KINDS.index):
        left, came = (sorted(parts, key=lambda part: (part.slot or "", part.key)) for parts in by_kind[kind])
        pairs: list[tuple[Component | None, Component | None]] = []
        for part in list(left):
            twin = next((other for other in came if part.slot and other.slot == part.slot), None)
            if twin is not None:
                pairs.append((part, twin))
                left.remove(part)
                came.remove(twin)
        while left or came:
            pairs.append((left.pop(0) if left else None, came.pop(0) if came else None))
        for before, after in pairs:
            yield differ(
                kind.value, part_text(before) if before else None, part_text(after) if after else None
            )


def at_host(
    machine: Machine, kind: ComponentKind, gone: Iterable[Change], come: Iterable[Change]
) -> Difference:
    """What one machine had and has, where a finding tells of several."""
    before, after = (", ".join(part_text(row.part) for row in _by_slot(rows)) for rows in (gone, come))
    return differ(
        kind.value,
        f"{machine.host}: {before}" if before else None,
        f"{machine.host}: {after}" if after else None,
    )


def _by_slot(rows: Iterable[Change]) -> list[Change]:
    return sorted(rows, key=lambda row: (row.part.slot or "", row.part.key))


def part_text(part: Component) -> str:
    """A part in one line: size, maker, model, serial, slot."""
    size = None
    if part.size_bytes:
        size = disk_text(part.size_bytes) if part.kind is ComponentKind.DISK else size_text(part.size_bytes)
    serial = f"S/N {part.serial}" if part.serial else None
    slot = f"({part.slot})" if part.slot else None
    words = (size, part.manufacturer, part.model, serial, slot)
    return " ".join(word for word in words if word) or part.key
