"""盘盈, 盘亏, 未知 and 序列号不可信 of computers and network devices, and the counts of lots.

A booked computer in use that was not seen is a shortage only if every host of its room answered in one
look. Everything else that keeps it from being seen (a host that is off, a room half seen or not in the
inventory, no room in the book) is unknown. On loan, in repair and scrapped it is not missed; idle, sealed
or to be scrapped it is not expected to answer and is at most unknown.

Of network devices (``devices.py``) the inventory need not list every one: many a printer or projector has no network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from ..comparing import fact, machine_kind, model_text
from ..records import Asset, AssetStatus, Finding, FindingKind, Machine, SightingStatus
from ..vocabulary import COMPUTERS, asset_kind, family, place, place_text
from ..wording import ADVICE
from .school import Ground, School, common_place, differ, key, listed, told

_NOT_MISSED = frozenset({AssetStatus.ON_LOAN, AssetStatus.REPAIR, AssetStatus.SCRAPPED})
_NOT_EXPECTED = frozenset({AssetStatus.IDLE, AssetStatus.SEALED, AssetStatus.TO_SCRAP})
_SILENT = {SightingStatus.UNREACHABLE: "unknown_off", SightingStatus.FAILED: "unknown_failed"}


class Unseen(NamedTuple):
    """Why an asset was not seen: ``sighting`` is a code of ``wording.VALUES["sighting"]``."""

    kind: FindingKind
    advice: str
    sighting: str
    hosts: tuple[str, ...] = ()


def computers(school: School) -> Iterator[Finding]:
    """Every finding about whether computers are there, and whether their serials can be trusted."""
    open_machines = {i for group in school.matches.undecided for i in group.machine_ids}
    open_assets = {i for group in school.matches.undecided for i in group.asset_ids}
    for machine in school.present.values():
        if machine.id not in school.matches.links and machine.id not in open_machines:
            for finding in _not_booked(school, machine):
                yield finding if machine_kind(machine) in COMPUTERS else for_device(finding)
    holders: defaultdict[int, list[Machine]] = defaultdict(list)
    for link in school.matches.links.values():
        if link.machine_id in school.present:
            holders[link.asset_id].append(school.machines[link.machine_id])
    for asset_id in sorted(school.matches.computers - open_assets):
        asset = school.assets[asset_id]
        if asset.status not in _NOT_MISSED:
            yield from _booked(school, asset, holders[asset_id])
    for asset_id in sorted(school.matches.devices - open_assets):
        if school.assets[asset_id].status not in _NOT_MISSED:
            yield from _device(school, school.assets[asset_id], holders[asset_id])
    yield from _undecided(school)
    yield from _untrusted(school)


def unseen(ground: Ground, asset: Asset, room: str | None, seat: str | None) -> Unseen:
    """Why a booked asset was not seen at its place among its kind. It is a shortage only by the rule above."""
    where = place(room, seat)
    if asset.status in _NOT_EXPECTED:
        return Unseen(FindingKind.UNKNOWN, "unknown_not_in_use", "not_seen")
    if where.room is None:
        return Unseen(FindingKind.UNKNOWN, "unknown_no_room", "no_room")
    if where.seat is not None:
        for host in ground.by_place.get(where, ()):
            if host.status in _SILENT:
                return Unseen(FindingKind.UNKNOWN, _SILENT[host.status], host.status.value, (host.name,))
    if where.room not in ground.by_room:
        return Unseen(FindingKind.UNKNOWN, "unknown_not_covered", "not_covered")
    if where.room not in ground.fully_seen:
        return Unseen(FindingKind.UNKNOWN, "unknown_room", "room_incomplete")
    return Unseen(FindingKind.SHORTAGE, "shortage", "not_seen")


def _not_booked(school: School, machine: Machine) -> Iterator[Finding]:
    virtualization = machine.inventory.get("virtualization")
    kind = virtualization.get("kind") if isinstance(virtualization, Mapping) else None
    if kind in ("virtual", "container") and not machine.simulated:
        return  # a virtual machine is no property
    doubles = [school.machines[i] for i in machine.ambiguous_with if i in school.machines]
    doubles = [other for other in doubles if other.id not in school.present or not school.answered(other)]
    if doubles:
        yield Finding(
            kind=FindingKind.UNKNOWN,
            key=key(FindingKind.UNKNOWN, "identity", machine.id),
            advice="unknown_identity",
            room=machine.room,
            seat=machine.seat,
            hosts=(machine.host, *sorted({other.host for other in doubles} - {machine.host})),
            differences=told(
                differ("host", None, listed([machine.host, *(other.host for other in doubles)])),
                differ("serial", None, fact(machine.inventory, "system", "serial")),
            ),
        )
        return
    opposed = school.assets.get(school.matches.opposed.get(machine.id, 0))
    seen = told(
        differ("host", None, machine.host),
        differ("place", None, place_text(machine.room, machine.seat)),
        differ("model", None, model_text(machine)),
        differ("serial", opposed.serial if opposed else None, fact(machine.inventory, "system", "serial")),
        differ("asset_number", opposed.asset_number if opposed else None, None),
    )
    yield Finding(
        kind=FindingKind.SURPLUS,
        key=key(FindingKind.SURPLUS, machine.id),
        advice="surplus_serial_differs" if opposed else "surplus",
        room=machine.room,
        seat=machine.seat,
        hosts=(machine.host,),
        differences=seen,
    )


def _booked(school: School, asset: Asset, holders: list[Machine]) -> Iterator[Finding]:
    if asset.quantity > 1:
        yield from _lot(school, asset, holders)
    elif holders:
        yield from _silent(school, asset, holders[0])
    else:
        why = unseen(school.computers, asset, asset.room, asset.seat)
        if why.kind is FindingKind.SHORTAGE:
            taken = school.computers.standing.get(place(asset.room, asset.seat)) if asset.seat else None
            if taken:
                why = why._replace(advice="shortage_seat_taken", hosts=tuple(sorted(m.host for m in taken)))
        yield not_seen(asset, why, asset.room, asset.seat)


def _device(school: School, asset: Asset, holders: list[Machine]) -> Iterator[Finding]:
    """A booked network device. Nothing is said of a room whose devices of this kind the inventory does not have, and
    it is a shortage only where the inventory has as many as the book and all of them answered."""
    if holders:
        found = _silent(school, asset, holders[0]) if asset.quantity == 1 else ()
        yield from (for_device(finding) for finding in found)
        return
    kinds = family(asset_kind(asset))
    ground, room = school.grounds[kinds], place(asset.room, None).room
    if not ground.by_room.get(room or "") or asset.quantity > 1:
        return
    why = unseen(ground, asset, asset.room, asset.seat)
    if why.kind is FindingKind.SHORTAGE and school.booked_devices[room, kinds] > len(
        ground.by_room[room or ""]
    ):
        why = Unseen(FindingKind.UNKNOWN, "unknown_not_listed", "not_covered")
    yield for_device(not_seen(asset, why, asset.room, asset.seat))


def for_device(finding: Finding) -> Finding:
    """The same finding with the words for what is no computer."""
    advice = f"{finding.advice}_device"
    return replace(finding, advice=advice) if advice in ADVICE else finding


def _silent(school: School, asset: Asset, machine: Machine) -> Iterator[Finding]:
    status = school.status(machine)
    if status in _SILENT and asset.status not in _NOT_EXPECTED:
        why = Unseen(FindingKind.UNKNOWN, _SILENT[status], status.value, (machine.host,))
        yield not_seen(asset, why, machine.room or asset.room, machine.seat or asset.seat)


def _lot(school: School, asset: Asset, holders: list[Machine]) -> Iterator[Finding]:
    """An asset of quantity N: the machines of its room and model are counted."""
    counted = differ("quantity", str(asset.quantity), str(len(holders)))
    why = unseen(school.computers, asset, asset.room, None)
    if len(holders) < asset.quantity and (not holders or why.kind is FindingKind.UNKNOWN):
        finding = not_seen(asset, why, asset.room, None)
        yield Finding(
            kind=finding.kind,
            key=finding.key,
            advice=finding.advice,
            room=finding.room,
            asset_numbers=finding.asset_numbers,
            hosts=tuple(sorted(machine.host for machine in holders)),
            differences=(counted, *finding.differences),
        )
    elif len(holders) != asset.quantity:
        yield Finding(
            kind=FindingKind.MISMATCH,
            key=key(FindingKind.MISMATCH, asset.asset_number),
            advice="mismatch_quantity",
            room=asset.room,
            asset_numbers=(asset.asset_number,),
            hosts=tuple(sorted(machine.host for machine in holders)),
            differences=(counted,),
        )


def not_seen(asset: Asset, why: Unseen, room: str | None, seat: str | None) -> Finding:
    """The finding that an asset was not seen, with what the book has to look for."""
    booked = told(
        differ("sighting", "booked", why.sighting),
        differ("place", place_text(room, seat), None),
        differ("name", asset.name, None),
        differ("model", asset.model, None),
        differ("serial", asset.serial, None),
    )
    return Finding(
        kind=why.kind,
        key=key(why.kind, asset.asset_number),
        advice=why.advice,
        room=room,
        seat=seat,
        asset_numbers=(asset.asset_number,),
        hosts=why.hosts,
        differences=booked,
    )


def _undecided(school: School) -> Iterator[Finding]:
    """One finding for each group whose members cannot be told apart."""
    for group in school.matches.undecided:
        assets = [school.assets[i] for i in group.asset_ids]
        machines = [school.machines[i] for i in group.machine_ids]
        numbers = sorted(asset.asset_number for asset in assets)
        hosts = sorted(machine.host for machine in machines)
        room, seat = common_place((machine.room, machine.seat) for machine in machines)
        booked = sum(asset.quantity for asset in assets)
        yield Finding(
            kind=FindingKind.UNKNOWN,
            key=key(FindingKind.UNKNOWN, "match", numbers[0]),
            advice="unknown_match",
            room=room,
            seat=seat,
            asset_numbers=tuple(numbers),
            hosts=tuple(hosts),
            differences=told(
                differ("sighting", "booked", "undecided"),
                differ("asset_number", listed(numbers), None),
                differ("host", None, listed(hosts)),
                differ("quantity", str(booked), str(len(machines))),
                differ(
                    "serial",
                    listed(sorted(asset.serial for asset in assets if asset.serial)),
                    listed(sorted(filter(None, (fact(m.inventory, "system", "serial") for m in machines)))),
                ),
            ),
        )


def _untrusted(school: School) -> Iterator[Finding]:
    """One finding for each serial that identifies nothing, naming all that have it."""
    for shared in school.matches.untrusted:
        machines = [school.machines[i] for i in shared.machine_ids]
        linked = (school.matches.links.get(machine.id) for machine in machines)
        assets = {link.asset_id: school.assets[link.asset_id] for link in linked if link}
        assets.update((i, school.assets[i]) for i in shared.asset_ids)
        advice = "serial_shared" if len(machines) > 1 else "serial_booked_twice"
        booked = sorted({asset.serial for asset in assets.values() if asset.serial})
        places = [(row.room, row.seat) for row in machines or assets.values()]
        room, seat = common_place(places)
        yield Finding(
            kind=FindingKind.SERIAL_UNTRUSTED,
            key=key(
                FindingKind.SERIAL_UNTRUSTED, "placeholder" if shared.placeholder else "shared", shared.text
            ),
            advice="serial_placeholder" if shared.placeholder else advice,
            room=room,
            seat=seat,
            asset_numbers=tuple(sorted(asset.asset_number for asset in assets.values())),
            hosts=tuple(sorted(machine.host for machine in machines)),
            differences=(differ("serial", listed(booked), shared.text if machines else None),),
        )
