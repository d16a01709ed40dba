"""A room that fell silent as a whole (its switch, its power), or in which the booked monitors are dark, is one
finding, not one of each computer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ..records import Finding, FindingKind, SightingStatus
from ..vocabulary import room_key
from .school import School, differ, is_most, key

_OFF = "unknown_off"
_INCOMPLETE = "unknown_room"
_DARK = "unknown_monitor"


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


def join_dark_monitors(school: School, findings: Iterable[Finding]) -> list[Finding]:
    """``findings`` with the booked monitors that were not reported joined where most of the computers of a room that
    answered miss theirs."""
    left: list[Finding] = []
    dark: defaultdict[str | None, list[Finding]] = defaultdict(list)
    for finding in findings:
        is_dark = finding.kind is FindingKind.UNKNOWN and finding.advice == _DARK and finding.hosts
        (dark[room_key(finding.room)] if is_dark else left).append(finding)
    for room, group in dark.items():
        hosts = sorted({host for finding in group for host in finding.hosts})
        answered = sum(
            host.status is SightingStatus.OBSERVED for host in school.computers.by_room.get(room or "", ())
        )
        if room is None or not is_most(len(hosts), answered):
            left += group
            continue
        left.append(
            Finding(
                kind=FindingKind.UNKNOWN,
                key=key(FindingKind.UNKNOWN, "monitors", room),
                advice="room_monitors",
                room=min(finding.room for finding in group if finding.room),
                asset_numbers=tuple(
                    sorted({number for finding in group for number in finding.asset_numbers})
                ),
                hosts=tuple(hosts),
                differences=(differ("lit", str(answered), str(max(answered - len(hosts), 0))),),
            )
        )
    return left
