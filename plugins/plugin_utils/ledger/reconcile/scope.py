"""What a reconciliation may speak of: the whole school, or the hosts and rooms that a run was limited to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from ..records import Finding
from ..vocabulary import AssetKind, Place, place, room_key

#: Advice of findings that speak of a room as a whole.
ROOM_WIDE = frozenset({"room_silent", "room_monitors", "room_parts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """``hosts`` None is the whole school; else ``rooms`` are room keys spoken of as a whole, ``places`` single seats.

    ``inventory`` gives each host of the inventory its (room, seat) as written there. It says which hosts a
    room has, and so whether a room was fully seen; empty, the hosts that the ledger knows take its place.
    ``devices`` names the hosts that are no computers, with the kind that counts until they answer.
    Sightings of a room that lie further apart than ``one_look`` do not show the whole room at once.
    """

    hosts: frozenset[str] | None = None
    rooms: frozenset[str] = frozenset()
    places: frozenset[Place] = frozenset()
    inventory: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    devices: Mapping[str, AssetKind] = field(default_factory=dict)
    one_look: timedelta = timedelta(days=1)

    @classmethod
    def limited(
        cls,
        hosts: Iterable[str],
        inventory: Mapping[str, tuple[str | None, str | None]],
        devices: Mapping[str, AssetKind] | None = None,
    ) -> Scope:
        """The scope of a run that targeted ``hosts``: their seats, and each room all of whose hosts they are."""
        targeted = frozenset(hosts)
        by_room: defaultdict[str, set[str]] = defaultdict(set)
        for host, (room, _) in inventory.items():
            key = room_key(room)
            if key:
                by_room[key].add(host)
        seats = (place(*inventory[host]) for host in targeted if host in inventory)
        return cls(
            hosts=targeted,
            rooms=frozenset(room for room, members in by_room.items() if members <= targeted),
            places=frozenset(seat for seat in seats if seat.room and seat.seat),
            inventory=inventory,
            devices=devices or {},
        )

    @classmethod
    def of_rooms(cls, rooms: Iterable[str], inventory: Mapping[str, tuple[str | None, str | None]]) -> Scope:
        """The scope of whole rooms, with the hosts that the inventory has there."""
        keys = frozenset(key for key in map(room_key, rooms) if key)
        hosts = frozenset(host for host, (room, _) in inventory.items() if room_key(room) in keys)
        return cls(hosts=hosts, rooms=keys, inventory=inventory)

    def covers(self, finding: Finding) -> bool:
        """Whether this scope may speak of the finding: it names one of its hosts, seats or rooms."""
        if self.hosts is None:
            return True
        where = place(finding.room, finding.seat)
        return where.room in self.rooms or where in self.places or not self.hosts.isdisjoint(finding.hosts)

    def settles(self, finding: Finding) -> bool:
        """Whether this scope may resolve it: what speaks of a whole room, only a look at the whole room ends."""
        if self.hosts is None or finding.advice not in ROOM_WIDE:
            return self.covers(finding)
        return room_key(finding.room) in self.rooms
