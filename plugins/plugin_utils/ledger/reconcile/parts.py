"""部件变更, and 疑似互换 of memory modules and disks between two computers.

Each instant at which an observation differed from the one before it is one finding, until a person has
confirmed it: a missing module does not become right by being missing twice. A kind of part of which
nothing was known before (the first run had no root) is not an addition. Monitors are compared with the book
(``monitors``), not here: they are switched off and carried about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from ..records import Component, ComponentKind, Difference, Finding, FindingKind, Machine
from ..vocabulary import serial_key
from .details import disk_text, size_text
from .school import School, differ, key

_CARRIED = frozenset({ComponentKind.MEMORY, ComponentKind.DISK})


class _Change(NamedTuple):
    machine: Machine
    at: datetime
    part: Component
    added: bool


class _Move(NamedTuple):
    """A part that left ``source`` and is in ``target`` now."""

    removed: _Change
    added: _Change


def parts(school: School) -> Iterator[Finding]:
    """Every change of parts. Two computers that exchanged parts are one finding."""
    changes = [
        change
        for machine in school.present.values()
        for change in _changes(machine)
        if change.part.kind is not ComponentKind.MONITOR
    ]
    moves = _moves(changes)
    swaps, explained = _swaps(moves)
    yield from swaps
    gone_to = {id(move.removed.part): move.added.machine for move in moves}
    came_from = {id(move.added.part): move.removed.machine for move in moves}
    by_instant: defaultdict[tuple[int, datetime], list[_Change]] = defaultdict(list)
    for change in changes:
        if id(change.part) not in explained:
            by_instant[change.machine.id, change.at].append(change)
    for (machine_id, at), group in by_instant.items():
        others = {
            other.host
            for change in group
            if (other := (came_from if change.added else gone_to).get(id(change.part))) is not None
        }
        yield _changed(school.machines[machine_id], at, group, sorted(others))


def _changes(machine: Machine) -> Iterator[_Change]:
    first: dict[ComponentKind, datetime] = {}
    for part in machine.components:
        first[part.kind] = min(part.first_seen_at, first.get(part.kind, part.first_seen_at))
    for part in machine.components:
        if part.removed_at is not None:
            yield _Change(machine, part.removed_at, part, added=False)
        elif part.first_seen_at > first[part.kind]:
            yield _Change(machine, part.first_seen_at, part, added=True)


def _changed(machine: Machine, at: datetime, group: list[_Change], others: list[str]) -> Finding:
    return Finding(
        kind=FindingKind.COMPONENT_CHANGED,
        key=key(FindingKind.COMPONENT_CHANGED, machine.id, f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"),
        advice="component_moved" if others else "component_changed",
        room=machine.room,
        seat=machine.seat,
        hosts=(machine.host, *(host for host in others if host != machine.host)),
        differences=tuple(_beside(group)),
    )


def _beside(group: Iterable[_Change]) -> Iterator[Difference]:
    """What left and what came, side by side: in the same slot first, then in order."""
    by_kind: defaultdict[ComponentKind, tuple[list[Component], list[Component]]] = defaultdict(
        lambda: ([], [])
    )
    for change in group:
        by_kind[change.part.kind][change.added].append(change.part)
    for kind in sorted(by_kind, key=list(ComponentKind).index):
        left, came = (sorted(rows, key=lambda part: (part.slot or "", part.key)) for rows in by_kind[kind])
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


def part_text(part: Component) -> str:
    """A part in one line: size, maker, model, serial, slot."""
    size = None
    if part.size_bytes:
        size = disk_text(part.size_bytes) if part.kind is ComponentKind.DISK else size_text(part.size_bytes)
    serial = f"S/N {part.serial}" if part.serial else None
    slot = f"({part.slot})" if part.slot else None
    words = (size, part.manufacturer, part.model, serial, slot)
    return " ".join(word for word in words if word) or part.key


# --- parts that went from one computer to another


def _moves(changes: Iterable[_Change]) -> list[_Move]:
    """Parts whose serial left one computer and came to exactly one other."""
    left: dict[tuple[ComponentKind, str], _Change] = {}
    came: defaultdict[tuple[ComponentKind, str], list[_Change]] = defaultdict(list)
    for change in changes:
        serial = serial_key(change.part.serial)
        if serial is None or change.part.kind not in _CARRIED:
            continue
        name = (change.part.kind, serial)
        if change.added:
            came[name].append(change)
        elif name not in left or (change.at, change.machine.id) > (left[name].at, left[name].machine.id):
            left[name] = change
    return [
        _Move(left[name], rows[0])
        for name, rows in came.items()
        if len(rows) == 1 and name in left and left[name].machine.id != rows[0].machine.id
    ]


def _swaps(moves: Iterable[_Move]) -> tuple[list[Finding], frozenset[int]]:
    """Findings for computers that exchanged parts, and the ids of the components that they explain."""
    ways: defaultdict[tuple[int, int], list[_Move]] = defaultdict(list)
    for move in moves:
        ways[move.removed.machine.id, move.added.machine.id].append(move)
    findings: list[Finding] = []
    explained: set[int] = set()
    for (one, other), there in sorted(ways.items()):
        back = ways.get((other, one), [])
        for kind in sorted(_CARRIED):
            outward = _of_kind(there, kind)
            inward = _of_kind(back, kind)
            if one > other or not outward or not inward:
                continue
            explained.update(id(c.part) for move in (*outward, *inward) for c in move)
            findings.append(_swap(outward, inward, kind))
    return findings, frozenset(explained)


def _of_kind(moves: Iterable[_Move], kind: ComponentKind) -> list[_Move]:
    rows = (move for move in moves if move.added.part.kind is kind)
    return sorted(rows, key=lambda move: move.added.part.serial or "")


def _swap(outward: list[_Move], inward: list[_Move], kind: ComponentKind) -> Finding:
    one, other = outward[0].removed.machine, inward[0].removed.machine
    return Finding(
        kind=FindingKind.SWAP_SUSPECTED,
        key=key(FindingKind.SWAP_SUSPECTED, kind.value, one.id, other.id),
        advice="swap_parts",
        room=one.room if one.room == other.room else None,
        hosts=(one.host, other.host),
        differences=(
            *_beside_host(one, outward, inward, kind),
            *_beside_host(other, inward, outward, kind),
        ),
    )


def _beside_host(
    machine: Machine, gone: list[_Move], come: list[_Move], kind: ComponentKind
) -> Iterator[Difference]:
    before = ", ".join(part_text(move.removed.part) for move in gone)
    after = ", ".join(part_text(move.added.part) for move in come)
    yield differ(kind.value, f"{machine.host}: {before}", f"{machine.host}: {after}")
