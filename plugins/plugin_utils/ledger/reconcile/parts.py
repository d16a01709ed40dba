"""部件变更, and 疑似互换 of parts between two computers.

Each instant at which an observation differed from the one before it is one finding, until a person has
confirmed it: a missing module does not become right by being missing twice. Where most computers of a room
changed the same kind of part in one look, that is one finding of the room. Monitors that are booked are
compared with the book (``monitors``): what is told there is not told again here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from ..records import ComponentKind, Finding, FindingKind, Machine
from ..vocabulary import room_key, serial_key
from . import carried
from .changes import Change, Move, at_host, beside, changes, circumstances, instant, told
from .monitors import MonitorResult
from .school import School, is_most, key


def parts(school: School, screens: MonitorResult, one_look: timedelta) -> Iterator[Finding]:
    """Every change of parts. Two computers that exchanged parts are one finding, and so is a room."""
    hosts = screens.hosts
    rows = [row for row in changes(school.present.values()) if not _is_told(row, hosts, screens.booked)]
    moves = carried.moves(rows, school.present.values())
    rows = told(rows, moves)
    there = {id(row.part) for row in rows}
    moves = [move for move in moves if {id(move.removed.part), id(move.added.part)} <= there]
    alike = carried.lookalikes(rows)
    swaps, explained = carried.swaps([*moves, *carried.in_one_look(alike, one_look)])
    yield from swaps
    others = _counterparts(moves)
    likely = _counterparts(alike)
    single = [row for row in rows if id(row.part) not in explained]
    wide = list(_room_wide(school, [row for row in single if id(row.part) not in others], one_look))
    for room, group in wide:
        yield _of_room(room, group)
    in_rooms = {id(row.part) for _, group in wide for row in group}
    by_instant: defaultdict[tuple[int, datetime], list[Change]] = defaultdict(list)
    for row in single:
        if id(row.part) not in in_rooms:
            by_instant[row.machine.id, row.at].append(row)
    for (machine_id, at), group in by_instant.items():
        hosts_of = [
            {known[id(row.part)].host for row in group if id(row.part) in known} for known in (others, likely)
        ]
        yield _changed(school.machines[machine_id], at, group, *map(sorted, hosts_of))


def _is_told(row: Change, hosts: frozenset[str], booked: frozenset[str]) -> bool:
    """A monitor that is booked, or at a computer of whose monitors the comparison with the book tells."""
    if row.part.kind is not ComponentKind.MONITOR:
        return False
    return row.machine.host in hosts or serial_key(row.part.serial) in booked


def _counterparts(moves: Iterable[Move]) -> dict[int, Machine]:
    """Of each part (by ``id()``) that moved, the computer at the other end."""
    others = {id(move.removed.part): move.added.machine for move in moves}
    return others | {id(move.added.part): move.removed.machine for move in moves}


def _changed(
    machine: Machine, at: datetime, group: list[Change], others: list[str], likely: list[str]
) -> Finding:
    """``others`` are the hosts from or to which a part went, ``likely`` those where only the model says so."""
    whole_at, logins, stands_for = circumstances(group)
    advice = "component_changed"
    if others or likely:
        advice = "component_moved" if others else "component_moved_likely"
    elsewhere = dict.fromkeys(host for host in (*others, *likely) if host != machine.host)
    return Finding(
        kind=FindingKind.COMPONENT_CHANGED,
        key=key(FindingKind.COMPONENT_CHANGED, machine.id, instant(at)),
        advice=advice,
        room=machine.room,
        seat=machine.seat,
        hosts=(machine.host, *elsewhere),
        differences=tuple(beside(group)),
        last_whole_at=whole_at,
        logins=logins,
        stands_for=stands_for,
    )


# --- a whole room


def _room_wide(
    school: School, rows: Iterable[Change], one_look: timedelta
) -> Iterator[tuple[str, list[Change]]]:
    """(room, changes of one kind in these computers) where most computers lost, or got, one in one look."""
    size: defaultdict[str | None, int] = defaultdict(int)
    for machine in school.present.values():
        size[room_key(machine.room)] += 1
    by_room: defaultdict[tuple[str, ComponentKind], list[Change]] = defaultdict(list)
    for row in rows:
        room = room_key(row.machine.room)
        if room is not None:
            by_room[room, row.part.kind].append(row)
    for (room, _), group in sorted(by_room.items()):
        for look in _looks(group, one_look):
            for added in (False, True):
                those = {row.machine.id for row in look if row.added is added}
                if is_most(len(those), size[room]):
                    yield room, [row for row in look if row.machine.id in those]
                    break


def _looks(rows: Iterable[Change], one_look: timedelta) -> Iterator[list[Change]]:
    """The changes in the order of time, cut where a look ends."""
    look: list[Change] = []
    for row in sorted(rows, key=lambda row: (row.at, row.machine.id, row.part.key)):
        if look and row.at - look[0].at > one_look:
            yield look
            look = []
        look.append(row)
    if look:
        yield look


def _of_room(room: str, group: Collection[Change]) -> Finding:
    by_machine: defaultdict[int, list[Change]] = defaultdict(list)
    for row in group:
        by_machine[row.machine.id].append(row)
    machines = sorted({row.machine.id: row.machine for row in group}.values(), key=lambda m: (m.host, m.id))
    kind = next(iter(group)).part.kind
    whole_at, logins, stands_for = circumstances(list(group))
    return Finding(
        kind=FindingKind.COMPONENT_CHANGED,
        key=key(
            FindingKind.COMPONENT_CHANGED, "room", room, kind.value, instant(min(row.at for row in group))
        ),
        advice="room_parts",
        room=min(machine.room for machine in machines if machine.room),
        hosts=tuple(machine.host for machine in machines),
        differences=tuple(
            at_host(
                machine,
                kind,
                [row for row in by_machine[machine.id] if not row.added],
                [row for row in by_machine[machine.id] if row.added],
            )
            for machine in machines
        ),
        last_whole_at=whole_at,
        logins=logins,
        stands_for=stands_for,
    )
