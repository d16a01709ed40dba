"""Which booked asset is which machine: decided by several keys that agree, or not at all.

============  ======  =====================================================================================
key           weight  agrees when
============  ======  =====================================================================================
serial        strong  the booked serial is the system, chassis or board serial, and is trustworthy
uuid, mac     strong  the book has the UUID or a permanent MAC among serial, specification or notes
tag           strong  the asset tag in the firmware is the asset number
seat          place   room and seat of the book are those that the inventory gives the host
room          place   the rooms are equal, and one side has no seat or another one
history       place   the machine was matched to this asset before and its identity has been followed since
model, brand  what    the firmware's model or maker is the booked one (``vocabulary``)
host          —       the host name is the asset number; only ever beside a strong key
============  ======  =====================================================================================

A pair needs a strong key and one more, or a seat or history and a model or brand. A serial is not
trustworthy if it is a placeholder or occurs twice on either side. Two trustworthy serials that differ
forbid a pair that has no strong key. The pair with more strong keys wins, then with more keys, then with
history, then with an asset that is not scrapped; a tie is left undecided. Assets that only a room tells
apart (no seat, or quantity above one) form a group with the machines of that room and model.

The cost is near linear: every key is an index, and a key that more than 16 share is no key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from .collector import paused
from .comparing import (
    Booked,
    Index,
    Key,
    Seen,
    booked_side,
    fact,
    machine_kind,
    reasons_for,
    seen_side,
    serials_oppose,
    what_opposes,
)
from .records import Asset, AssetStatus, Machine
from .vocabulary import COMPUTERS, FAMILIES, OTHERS, AssetKind, asset_kind, family, plain

_GROUPS_PER_ROOM = 64
_STRONG = frozenset({Key.SERIAL, Key.UUID, Key.MAC, Key.TAG})
_STANDS = frozenset({Key.SEAT, Key.HISTORY})
_WHAT = frozenset({Key.MODEL, Key.BRAND})


@dataclass(frozen=True, slots=True)
class Link:
    """A machine and its asset; ``reasons`` are the keys that agree, in the order of ``Key``."""

    machine_id: int
    asset_id: int
    reasons: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Machines and assets of which some belong together, but the keys do not say which."""

    machine_ids: tuple[int, ...]
    asset_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SharedSerial:
    """A serial that identifies nothing: several have it, or (``placeholder``) the maker never set it."""

    text: str
    machine_ids: tuple[int, ...]
    asset_ids: tuple[int, ...]
    placeholder: bool


@dataclass(frozen=True, slots=True)
class Matches:
    """What ``match`` decided.

    ``links`` is by machine id; several machines share an asset only if its quantity is above one.
    ``present`` are the machines that stand where they were last seen: the newest of each host.
    ``opposed`` names, for a machine without a link, the asset of its seat that only the serial speaks
    against. ``shared`` are the serial keys not to be used, ``computers`` the booked computers that took part.
    ``devices`` are the booked network devices (switch, printer, projector, UPS) that took part.
    """

    links: Mapping[int, Link]
    undecided: tuple[Undecided, ...]
    untrusted: tuple[SharedSerial, ...]
    shared: frozenset[str]
    opposed: Mapping[int, int]
    present: frozenset[int]
    computers: frozenset[int]
    devices: frozenset[int] = frozenset()


@paused()
def match(assets: Iterable[Asset], machines: Iterable[Machine]) -> Matches:
    """Match machines with booked assets by the rules above. The order of input is irrelevant.

    Each family of kinds (``vocabulary.FAMILIES``) is matched by itself: a printer is never taken for a PC, and what
    devices say changes nothing for computers.
    """
    booked: defaultdict[frozenset[AssetKind], list[Asset]] = defaultdict(list)
    for asset in sorted(assets, key=lambda a: a.id):
        kind = asset_kind(asset)
        if kind is not AssetKind.MONITOR:
            booked[family(kind)].append(asset)
    seen: defaultdict[frozenset[AssetKind], list[Machine]] = defaultdict(list)
    for machine in sorted(machines, key=lambda m: m.id):
        seen[family(machine_kind(machine))].append(machine)
    present = present_machines(machine for group in seen.values() for machine in group)
    found = [
        _match_family(booked[kinds], seen[kinds], present, by_place=kinds is not OTHERS)
        for kinds in FAMILIES
        if kinds is COMPUTERS or seen[kinds]
    ]
    return Matches(
        links=dict(sorted((i, link) for one in found for i, link in one.links.items())),
        undecided=tuple(group for one in found for group in one.undecided),
        untrusted=tuple(serial for one in found for serial in one.untrusted),
        shared=frozenset().union(*(one.shared for one in found)),
        opposed={m: a for one in found for m, a in one.opposed.items()},
        present=present,
        computers=frozenset(asset.id for asset in booked[COMPUTERS]),
        devices=frozenset(
            asset.id for kinds in FAMILIES if kinds not in (COMPUTERS, OTHERS) for asset in booked[kinds]
        ),
    )


def _match_family(
    assets: Iterable[Asset], machines: Iterable[Machine], standing: frozenset[int], *, by_place: bool
) -> Matches:
    """Match within one family. Without ``by_place`` an asset is found by what it carries alone: the rest of the book
    (chairs, air conditioners) has places too, and no device is one of them because it stands there."""
    booked = {asset.id: booked_side(asset) for asset in assets}
    if not by_place:
        booked = {i: row for i, row in booked.items() if row.serials or row.uuids or row.macs}
    seen = {machine.id: seen_side(machine) for machine in machines}
    present = frozenset(i for i in seen if i in standing)
    untrusted = _untrusted(booked.values() if by_place else (), [seen[i] for i in seen if i in present])
    shared = frozenset(row.text for row in untrusted if not row.placeholder)
    matcher = _Matcher(booked, seen, shared, Index(booked.values(), shared))
    matcher.pair([i for i in seen if i in present], use_place=by_place)
    if by_place:
        matcher.group_rooms([i for i in seen if i in present])
    # A machine that no longer stands anywhere keeps its asset only by what it carries itself.
    matcher.pair([i for i in seen if i not in present], use_place=False)
    return Matches(
        links=matcher.links,
        undecided=_clusters(matcher.rivals),
        untrusted=untrusted,
        shared=shared,
        opposed={m: a for m, a in sorted(matcher.opposed.items()) if m not in matcher.links},
        present=present,
        computers=frozenset(booked),
    )


def present_machines(machines: Iterable[Machine]) -> frozenset[int]:
    """The newest machine of each host: an older one of the same host no longer stands there."""
    newest: dict[str, Machine] = {}
    for machine in machines:
        other = newest.get(machine.host)
        if other is None or (machine.last_seen_at, machine.id) > (other.last_seen_at, other.id):
            newest[machine.host] = machine
    return frozenset(machine.id for machine in newest.values())


def _untrusted(booked: Iterable[Booked], seen: Iterable[Seen]) -> tuple[SharedSerial, ...]:
    on_machines: defaultdict[str, list[int]] = defaultdict(list)
    on_assets: defaultdict[str, list[int]] = defaultdict(list)
    placeholders: defaultdict[str, list[int]] = defaultdict(list)
    for row in seen:
        for key in row.serials:
            on_machines[key].append(row.machine.id)
        left = row.machine.raw.get("inventory.system.serial") or fact(
            row.machine.inventory, "system", "serial"
        )
        if isinstance(left, str) and left.strip() and not row.label_serials:
            placeholders[" ".join(left.split())[:120]].append(row.machine.id)
    for entry in booked:
        for key in entry.serials:
            on_assets[key].append(entry.asset.id)
    shared = [
        SharedSerial(key, tuple(on_machines[key]), tuple(on_assets[key]), placeholder=False)
        for key in sorted(on_machines.keys() | on_assets.keys())
        if len(on_machines[key]) > 1 or len(on_assets[key]) > 1
    ]
    return (
        *shared,
        *(SharedSerial(text, tuple(ids), (), placeholder=True) for text, ids in sorted(placeholders.items())),
    )


# --- deciding


@dataclass(frozen=True, slots=True)
class _Pair:
    machine_id: int
    asset_id: int
    reasons: frozenset[Key]
    score: tuple[int, int, bool, bool]


def _pair(entry: Booked, row: Seen, reasons: frozenset[Key]) -> _Pair:
    in_use = entry.asset.status is not AssetStatus.SCRAPPED
    score = (len(reasons & _STRONG), len(reasons), Key.HISTORY in reasons, in_use)
    return _Pair(row.machine.id, entry.asset.id, reasons, score)


def _sufficient(reasons: frozenset[Key]) -> bool:
    if reasons & _STRONG:
        return len(reasons) > 1
    return bool(reasons & _STANDS and reasons & _WHAT)


# What an asset without a seat of its own is told apart by in its room: model, brand, and whether it is a lot.
_Like = tuple[str, str | None, bool]


@dataclass(slots=True)
class _Matcher:
    """Links as they are found, and ``rivals``: pairs of which none is chosen. ``taken`` assets and ``busy``
    machines are settled."""

    booked: Mapping[int, Booked]
    seen: Mapping[int, Seen]
    shared: frozenset[str]
    index: Index
    links: dict[int, Link] = field(default_factory=dict)
    rivals: list[_Pair] = field(default_factory=list)
    opposed: dict[int, int] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    busy: set[int] = field(default_factory=set)

    def pair(self, machine_ids: Iterable[int], *, use_place: bool) -> None:
        """Link what two keys or more agree on, the best pairs first."""
        pairs, hints = [], []
        for row in map(self.seen.__getitem__, machine_ids):
            for entry in self.index.candidates(row, use_place=use_place):
                reasons = reasons_for(entry, row, self.shared)
                if not reasons & _STRONG and serials_oppose(entry, row, self.shared):
                    if Key.SEAT in reasons and reasons & _WHAT:
                        self.opposed[row.machine.id] = entry.asset.id
                elif _sufficient(reasons):
                    pairs.append(_pair(entry, row, reasons))
                # One key alone, and nothing against it: too little to link, too much to ignore.
                elif reasons & _STRONG or (reasons & _STANDS and not what_opposes(entry, row)):
                    hints.append(_pair(entry, row, reasons))
        pairs.sort(key=lambda p: p.score, reverse=True)
        for _, level in groupby(pairs, key=lambda p: p.score):
            self._settle(self._free(level))
        self._leave_open(self._free(hints))

    def group_rooms(self, machine_ids: Iterable[int]) -> None:
        """Share out assets that only their room tells apart among the machines of that room and model.

        A lot (quantity above one) takes every such machine; the count is compared later. Several like
        assets and their machines stay one undecided group, unless it is one of each.
        """
        rooms = self._rooms()
        members: defaultdict[tuple[str, _Like], list[int]] = defaultdict(list)
        rivals: list[_Pair] = []
        for row in (self.seen[i] for i in machine_ids if i not in self.busy):
            room = row.place.room or ""
            fitting = self._fitting(row, rooms.get(room, {}))
            if len(fitting) == 1:
                members[room, fitting[0]].append(row.machine.id)
            else:
                rivals += [self._pair(entry, row) for like in fitting for entry in rooms[room][like][:1]]
        for (room, like), ids in members.items():
            entries = rooms[room][like]
            if len(entries) == 1 and (like[2] or len(ids) == 1):
                for i in ids:
                    self._link(i, entries[0].asset.id, reasons_for(entries[0], self.seen[i], self.shared))
            else:
                # A star joins the whole group; comparing each with each would be quadratic.
                rivals += [self._pair(entries[0], self.seen[i]) for i in ids]
                rivals += [self._pair(entry, self.seen[ids[0]]) for entry in entries[1:]]
        self._leave_open(self._free(rivals))

    def _pair(self, entry: Booked, row: Seen) -> _Pair:
        return _pair(entry, row, reasons_for(entry, row, self.shared))

    def _rooms(self) -> Mapping[str, Mapping[_Like, list[Booked]]]:
        rooms: defaultdict[str, dict[_Like, list[Booked]]] = defaultdict(dict)
        for entry in self.booked.values():
            lot = entry.asset.quantity > 1
            if entry.place.room is None or entry.asset.id in self.taken or (entry.place.seat and not lot):
                continue
            groups = rooms[entry.place.room]
            like = (plain(entry.asset.model or entry.asset.specification), entry.brand, lot)
            if like in groups or len(groups) < _GROUPS_PER_ROOM:
                groups.setdefault(like, []).append(entry)
        return rooms

    def _fitting(self, row: Seen, groups: Mapping[_Like, list[Booked]]) -> list[_Like]:
        agreeing: dict[_Like, int] = {}
        for like, entries in groups.items():
            single = len(entries) == 1 and serials_oppose(entries[0], row, self.shared)
            if not single and not what_opposes(entries[0], row):
                agreeing[like] = len(reasons_for(entries[0], row, self.shared) & _WHAT)
        best = max(agreeing.values(), default=0)
        return [like for like, count in agreeing.items() if count == best > 0]

    def _free(self, pairs: Iterable[_Pair]) -> list[_Pair]:
        return [p for p in pairs if p.machine_id not in self.busy and p.asset_id not in self.taken]

    def _settle(self, pairs: list[_Pair]) -> None:
        """Link the pairs of one level that nothing rivals; the others are undecided and go no further."""
        by_machine = Counter(p.machine_id for p in pairs)
        by_asset = Counter(p.asset_id for p in pairs if not self._is_lot(p.asset_id))
        rivals = []
        for p in pairs:
            if by_machine[p.machine_id] > 1 or by_asset[p.asset_id] > 1:
                rivals.append(p)
            else:
                self._link(p.machine_id, p.asset_id, p.reasons)
        self._leave_open(rivals)

    def _link(self, machine_id: int, asset_id: int, reasons: frozenset[Key]) -> None:
        self.links[machine_id] = Link(machine_id, asset_id, tuple(key for key in Key if key in reasons))
        self.busy.add(machine_id)
        if not self._is_lot(asset_id):
            self.taken.add(asset_id)

    def _leave_open(self, pairs: list[_Pair]) -> None:
        self.rivals += pairs
        self.busy.update(p.machine_id for p in pairs)
        self.taken.update(p.asset_id for p in pairs if not self._is_lot(p.asset_id))

    def _is_lot(self, asset_id: int) -> bool:
        return self.booked[asset_id].asset.quantity > 1


def _clusters(pairs: Iterable[_Pair]) -> tuple[Undecided, ...]:
    """The connected groups of machines and assets among the pairs, by asset."""
    leader: dict[int, int] = {}

    def find(node: int) -> int:
        root = leader.setdefault(node, node)
        while leader[root] != root:
            root = leader[root]
        while leader[node] != root:
            leader[node], node = root, leader[node]
        return root

    for p in pairs:
        # An asset is the complement of its id, so that it cannot be taken for a machine.
        leader[find(p.machine_id)] = find(~p.asset_id)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for node in sorted(leader):
        groups[find(node)].append(node)
    found = [
        Undecided(tuple(n for n in nodes if n >= 0), tuple(sorted(~n for n in nodes if n < 0)))
        for nodes in groups.values()
    ]
    return tuple(sorted(found, key=lambda group: group.asset_ids))
