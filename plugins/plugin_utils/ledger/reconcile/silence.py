"""A room that fell silent as a whole (its switch, its power) is one finding, not one of each computer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ..records import Finding, FindingKind
from ..vocabulary import room_key
from .school import School, differ, key

_OFF = "unknown_off"
_INCOMPLETE = "unknown_room"


def join_silent_rooms(school: School, findings: Iterable[Finding]) -> list[Finding]:
    """``findings`` with those that a silent room explains joined into the room's own: its computers that did not
    answer, and what cannot be decided because they did not. Failed and missing ones stay as they are."""
    left: list[Finding] = []
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    for finding in findings:
        room = room_key(finding.room)
        if room in school.silent and _explained(finding, {host.name for host in school.silent[room]}):
            numbers[room].update(finding.asset_numbers)
        else:
            left.append(finding)
    for room, hosts in school.silent.items():
        count = len(school.computers.by_room[room])
        left.append(
            Finding(
                kind=FindingKind.UNKNOWN,
                key=key(FindingKind.UNKNOWN, "room", room),
                advice="room_silent",
                room=school.room_names[room],
                asset_numbers=tuple(sorted(numbers[room])),
                hosts=tuple(sorted(host.name for host in hosts)),
                differences=(differ("answered", str(count), str(count - len(hosts))),),
            )
        )
    return left


def _explained(finding: Finding, silent: set[str]) -> bool:
    if finding.kind is not FindingKind.UNKNOWN:
        return False
    return finding.advice == _INCOMPLETE or (finding.advice == _OFF and silent.issuperset(finding.hosts))
