"""Both sides of the reconciliation, indexed once: who is booked where, who stands where, who answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from ..comparing import machine_kind
from ..matching import Matches
from ..records import Asset, Difference, Finding, FindingKind, Machine, Sighting, SightingStatus
from ..vocabulary import COMPUTERS, FAMILIES, AssetKind, Place, asset_kind, family, place
from .scope import Scope

_TEXT_LIMIT = 200
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Host:
    """A host that the inventory (or else the ledger) has; ``status`` None if it was never targeted.

    ``kinds`` is its family of kinds.
    """

    name: str
    place: Place
    status: SightingStatus | None
    run_id: str | None
    kinds: frozenset[AssetKind]


@dataclass(slots=True)
class Ground:
    """Where the hosts and machines of one family of kinds stand. ``fully_seen`` are the rooms all of whose hosts
    of this family answered in one look: a switch that is off hides no computer."""

    by_place: defaultdict[Place, list[Host]] = field(default_factory=lambda: defaultdict(list))
    by_room: defaultdict[str, list[Host]] = field(default_factory=lambda: defaultdict(list))
    standing: defaultdict[Place, list[Machine]] = field(default_factory=lambda: defaultdict(list))
    fully_seen: frozenset[str] = frozenset()


class School:
    """Indexes over one school's records. ``grounds`` has what stands where, by family of kinds."""

    def __init__(
        self,
        assets: Iterable[Asset],
        machines: Iterable[Machine],
        sightings: Iterable[Sighting],
        matches: Matches,
        scope: Scope,
    ) -> None:
        self.assets = {asset.id: asset for asset in sorted(assets, key=lambda a: a.id)}
        self.by_number = {asset.asset_number: asset for asset in self.assets.values()}
        self.machines = {machine.id: machine for machine in sorted(machines, key=lambda m: m.id)}
        self.matches = matches
        self.present = {i: m for i, m in self.machines.items() if i in matches.present}
        newest = _newest(sightings)
        self.hosts = self._hosts(newest, scope)
        self.grounds = {kinds: Ground() for kinds in FAMILIES}
        for host in self.hosts.values():
            ground = self.grounds[host.kinds]
            ground.by_place[host.place].append(host)
            if host.place.room:
                ground.by_room[host.place.room].append(host)
        for ground in self.grounds.values():
            ground.fully_seen = frozenset(
                room for room, hosts in ground.by_room.items() if _one_look(hosts, newest, scope.one_look)
            )
        for machine in self.present.values():
            self.ground_of(machine).standing[place(machine.room, machine.seat)].append(machine)

        self.booked_devices = Counter(
            (place(self.assets[i].room, None).room, family(asset_kind(self.assets[i])))
            for i in matches.devices
        )

    @property
    def computers(self) -> Ground:
        return self.grounds[COMPUTERS]

    def ground_of(self, machine: Machine) -> Ground:
        return self.grounds[family(machine_kind(machine))]

    def _hosts(self, newest: Mapping[str, Sighting], scope: Scope) -> dict[str, Host]:
        standing = {machine.host: machine for machine in self.present.values()}
        hosts: dict[str, Host] = {}
        for name in sorted(scope.inventory or newest.keys() | standing.keys()):
            sighting, machine = newest.get(name), standing.get(name)
            where = scope.inventory.get(name)
            if where is None:
                known = sighting or machine
                where = (known.room, known.seat) if known else (None, None)
            status = sighting.status if sighting else machine.last_status if machine else None
            # What it answered says more than how it is asked; a host that never did is what the inventory says.
            kind = machine_kind(machine) if machine else scope.devices.get(name, AssetKind.COMPUTER)
            run_id = sighting.run_id if sighting else None
            hosts[name] = Host(name, place(*where), status, run_id, family(kind))
        return hosts

    def answered(self, machine: Machine) -> bool:
        """Whether the machine's host answered when it was last asked."""
        return self.status(machine) is SightingStatus.OBSERVED

    def status(self, machine: Machine) -> SightingStatus:
        host = self.hosts.get(machine.host)
        return host.status if host and host.status else machine.last_status

    def run_of(self, machine: Machine) -> str | None:
        """The run that saw the machine where it stands; None if its host did not answer since."""
        host = self.hosts.get(machine.host)
        return host.run_id if host and host.status is SightingStatus.OBSERVED else None


def _newest(sightings: Iterable[Sighting]) -> dict[str, Sighting]:
    newest: dict[str, Sighting] = {}
    for sighting in sightings:
        other = newest.get(sighting.host)
        if other is None or (sighting.at, sighting.run_id) > (other.at, other.run_id):
            newest[sighting.host] = sighting
    return newest


def _one_look(hosts: Iterable[Host], newest: Mapping[str, Sighting], apart: timedelta) -> bool:
    times = []
    for host in hosts:
        sighting = newest.get(host.name)
        if sighting is None or sighting.status is not SightingStatus.OBSERVED:
            return False
        times.append(sighting.at)
    return max(times) - min(times) <= apart


# --- making findings


def key(kind: FindingKind, *parts: object) -> str:
    """A finding's stable key. Parts are escaped, so that no part can pretend to be two."""
    escaped = (str(part).replace("%", "%25").replace(":", "%3A") for part in parts)
    return ":".join((kind.value, *escaped))


def bounded(text: str | None) -> str | None:
    """A value as a finding keeps it: one line of at most 200 characters, None where it is empty."""
    line = " ".join((text or "").split())
    return (line if len(line) <= _TEXT_LIMIT else line[: _TEXT_LIMIT - 1] + "…") or None


def listed(texts: Iterable[str]) -> str | None:
    """Several values as one: at most 20, then how many more."""
    rows = list(texts)
    more = f" +{len(rows) - _LISTED}" if len(rows) > _LISTED else ""
    return (", ".join(rows[:_LISTED]) + more) or None


def differ(field: str, book: str | None, fact: str | None) -> Difference:
    return Difference(field=field, book=bounded(book), fact=bounded(fact))


def told(*rows: Difference) -> tuple[Difference, ...]:
    """The differences in which at least one side says something."""
    return tuple(row for row in rows if row.book or row.fact)


def common_place(places: Iterable[tuple[str | None, str | None]]) -> tuple[str | None, str | None]:
    """The room that all are in and the seat if it is one; None where they differ."""
    distinct = sorted(set(places), key=str)
    rooms = {room for room, _ in distinct}
    return rooms.pop() if len(rooms) == 1 else None, distinct[0][1] if len(distinct) == 1 else None


_ORDER = {kind: number for number, kind in enumerate(FindingKind)}


def finding_order(finding: Finding) -> tuple[int, str, str, str]:
    """By kind, then place, then key."""
    return _ORDER[finding.kind], finding.room or "", finding.seat or "", finding.key
