"""Parts that went from one computer to another, and computers that exchanged parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from ..records import ComponentKind, Finding, FindingKind, Machine
from ..vocabulary import serial_key
from .changes import Change, Move, at_host, circumstances
from .school import key

#: A part without a serial that came within so long of another's going may be that one: a school week.
PERIOD = timedelta(days=7)

_Name = tuple[ComponentKind, str]


def moves(rows: Iterable[Change], machines: Iterable[Machine]) -> list[Move]:
    """Parts whose serial left one computer and came to exactly one other, which did not have it before.

    A serial that another computer holds all the time is not the part's own.
    """
    left: dict[_Name, Change] = {}
    came: defaultdict[_Name, list[Change]] = defaultdict(list)
    for row in rows:
        serial = serial_key(row.part.serial)
        if serial is None:
            continue
        name = (row.part.kind, serial)
        if row.added:
            came[name].append(row)
        elif name not in left or (row.at, row.machine.id) > (left[name].at, left[name].machine.id):
            left[name] = row
    holders: defaultdict[_Name, int] = defaultdict(int)
    for machine in machines:
        for part in machine.components:
            serial = serial_key(part.serial) if part.removed_at is None else None
            if serial is not None:
                holders[part.kind, serial] += 1
    return [
        Move(left[name], arrived[0])
        for name, arrived in came.items()
        if len(arrived) == 1 and holders[name] == 1 and name in left and _follows(left[name], arrived[0])
    ]


def _follows(left: Change, came: Change) -> bool:
    return left.machine.id != came.machine.id and came.part.first_seen_at >= left.part.last_seen_at


def lookalikes(rows: Iterable[Change]) -> list[Move]:
    """Parts without a serial (graphics cards have none, cheap memory neither) that one computer lost and one other
    got while, for ``PERIOD`` before and after, no other of that model came or went. Likely one part; no proof."""
    found: defaultdict[_Name, list[Change]] = defaultdict(list)
    for row in rows:
        known = row.part.model or not row.part.key.startswith("model:")
        if known and serial_key(row.part.serial) is None:
            found[row.part.kind, row.part.key.partition("#")[0]].append(row)
    return [
        Move(left, came)
        for alike in found.values()
        for left, came in map(_one_way, _periods(alike))
        if left is not None and came is not None and _follows(left, came)
    ]


def _periods(rows: Iterable[Change]) -> Iterator[list[Change]]:
    """The changes in the order of time, cut where nothing happened for ``PERIOD``."""
    period: list[Change] = []
    for row in sorted(rows, key=lambda row: (row.at, row.machine.id)):
        if period and row.at - period[-1].at > PERIOD:
            yield period
            period = []
        period.append(row)
    yield period


def _one_way(period: list[Change]) -> tuple[Change | None, Change | None]:
    left = [row for row in period if not row.added]
    came = [row for row in period if row.added]
    return (left[0], came[0]) if len(left) == len(came) == 1 else (None, None)


def in_one_look(moves: Iterable[Move], one_look: timedelta) -> list[Move]:
    """The moves that a single look showed at both computers: only such may be half of an exchange without serials."""
    return [move for move in moves if abs(move.removed.at - move.added.at) <= one_look]


def swaps(moves: Iterable[Move]) -> tuple[list[Finding], frozenset[int]]:
    """One finding for each two computers that exchanged parts of a kind, and the ids (``id()``) of the
    components that these findings explain."""
    ways: defaultdict[tuple[ComponentKind, int, int], list[Move]] = defaultdict(list)
    for move in moves:
        ways[move.added.part.kind, move.removed.machine.id, move.added.machine.id].append(move)
    findings: list[Finding] = []
    explained: set[int] = set()
    for (kind, one, other), outward in sorted(ways.items()):
        inward = ways.get((kind, other, one), [])
        if one > other or not inward:
            continue
        explained.update(id(row.part) for move in (*outward, *inward) for row in move)
        findings.append(_swap(_in_order(outward), _in_order(inward), kind))
    return findings, frozenset(explained)


def _in_order(rows: Iterable[Move]) -> list[Move]:
    return sorted(rows, key=lambda move: (move.added.part.serial or "", move.added.part.key))


def _swap(outward: list[Move], inward: list[Move], kind: ComponentKind) -> Finding:
    one, other = outward[0].removed.machine, inward[0].removed.machine
    whole_at, logins, stands_for = circumstances([row for move in (*outward, *inward) for row in move])
    return Finding(
        kind=FindingKind.SWAP_SUSPECTED,
        key=key(FindingKind.SWAP_SUSPECTED, kind.value, one.id, other.id),
        advice="swap_parts",
        room=one.room if one.room == other.room else None,
        hosts=(one.host, other.host),
        differences=(
            at_host(one, kind, [move.removed for move in outward], [move.added for move in inward]),
            at_host(other, kind, [move.removed for move in inward], [move.added for move in outward]),
        ),
        last_whole_at=whole_at,
        logins=logins,
        stands_for=stands_for,
    )
