"""A snapshot arranged the way reports show it: devices, rooms with seats, findings and history by subject.

A *device* is what a person can point at: a row of the book, a machine that was seen, or both at once.
Everything is indexed once, in time and memory linear in the snapshot; no text is made here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from ..ledger.comparing import machine_kind
from ..ledger.records import (
    Asset,
    AssetStatus,
    Component,
    ComponentKind,
    Event,
    Finding,
    FindingKind,
    FindingStatus,
    Machine,
    Sighting,
    SightingStatus,
    Snapshot,
)
from ..ledger.vocabulary import AssetKind, asset_kind, room_key, seat_key, serial_key
from .words import State

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NUMBER = re.compile(r"([0-9]{1,9}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])")
_TWINS_SHOWN = 12
_CHINESE_DIGITS = "零一二三四五六七八九"
_SEAT_NUMBER = re.compile(r"\d{1,4}")
_GONE = frozenset({AssetStatus.SCRAPPED})
KIND_ORDER = {kind: position for position, kind in enumerate(FindingKind)}


@dataclass(slots=True, kw_only=True)
class Device:
    """``asset`` or ``machine`` or both. A booked monitor has neither machine nor host: ``holder`` is the
    machine that reports a monitor with its serial. ``findings`` are the open ones. ``room`` and ``seat`` are
    where it was seen, else where the book says.
    """

    asset: Asset | None
    machine: Machine | None
    holder: Machine | None = None
    sighting: Sighting | None = None
    findings: tuple[Finding, ...] = ()
    state: State = State.UNCHECKED
    room: str | None = None
    seat: str | None = None

    @property
    def seen_by(self) -> Machine | None:
        return self.machine or self.holder

    @property
    def simulated(self) -> bool:
        return self.seen_by is not None and self.seen_by.simulated

    @property
    def page(self) -> str:
        """The page of this device from the site's root: a name made of an integer id alone."""
        if self.asset is not None:
            return f"assets/{self.asset.id:d}.html"
        if self.machine is not None:
            return f"machines/{self.machine.id:d}.html"
        raise ValueError("a device is an asset or a machine")


@dataclass(slots=True)
class Seat:
    """A place on the seat map: the computer there first, then what else the book has at that seat.

    ``label`` None is a gap in the numbering.
    """

    label: str | None
    devices: list[Device] = field(default_factory=list)
    sighting: Sighting | None = None

    @property
    def state(self) -> State:
        """The computer's; a monitor with something to settle makes the seat one to settle."""
        if not self.devices:
            return State.SILENT if self.sighting is not None else State.UNCHECKED
        own = self.devices[0].state
        if own is State.OK and any(device.findings for device in self.devices):
            return State.FINDING
        return own

    @property
    def findings(self) -> list[Finding]:
        return unique(finding for device in self.devices for finding in device.findings)


@dataclass(slots=True)
class Room:
    """``grid`` holds the numbered seats in order, with gaps; ``apart`` the others (教师机 and the like);
    ``loose`` what stands in the room without a seat."""

    number: int
    name: str
    grid: list[Seat]
    apart: list[Seat]
    loose: list[Device]
    findings: list[Finding]

    @property
    def states(self) -> Counter[State]:
        """How many things in this room are in each state."""
        counted = Counter(device.state for device in self.loose)
        for seat in (*self.apart, *self.grid):
            counted.update(device.state for device in seat.devices)
            if not seat.devices and seat.sighting is not None:
                counted[State.SILENT] += 1
        return counted


def unique(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, in the order in which reports list them."""
    return sorted(
        {finding.key: finding for finding in findings}.values(),
        key=lambda f: (KIND_ORDER[f.kind], natural(f.room), natural(f.seat), f.key),
    )


def natural(text: str | None) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts ``2`` before ``10``, 机房二 before 机房三, and nothing at all last."""
    if not text:
        return ((2, 0, ""),)
    pieces = _NUMBER.split(text[:100])
    return tuple(
        (0, _number(piece), "") if i % 2 else (1, 0, piece) for i, piece in enumerate(pieces) if piece
    )


def _number(digits: str) -> int:
    """``12`` and 十二 (up to 九十九) as the number that they write."""
    if digits.isascii():
        return int(digits)
    tens, ten, units = digits.rpartition("十")
    return (_CHINESE_DIGITS.index(tens) * 10 if tens else 10 if ten else 0) + _CHINESE_DIGITS.index(
        units or "零"
    )


class Views:
    """Everything that a report asks of a snapshot, found in constant time."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.open_findings = unique(f for f in snapshot.findings if f.status is FindingStatus.OPEN)
        self.settled_findings = sorted(
            (f for f in snapshot.findings if f.status is not FindingStatus.OPEN),
            key=lambda f: f.closed_at or f.last_seen_at or _LONG_AGO,
            reverse=True,
        )
        self.assets = {asset.asset_number: asset for asset in snapshot.assets}
        self.runs = sorted(snapshot.runs, key=lambda run: run.started_at, reverse=True)
        self._findings_of: dict[str, list[Finding]] = defaultdict(list)
        for finding in snapshot.findings:
            for subject in (
                *(f"asset:{n}" for n in finding.asset_numbers),
                *(f"host:{h}" for h in finding.hosts),
            ):
                self._findings_of[subject].append(finding)
        self._events_of: dict[str, list[Event]] = defaultdict(list)
        for event in snapshot.events:
            self._events_of[event.subject].append(event)
        self._sightings = {sighting.host: sighting for sighting in snapshot.sightings}
        self._monitors = _monitors_by_serial(snapshot.machines)
        self.devices = self._devices()
        self._device_of_machine = {d.machine.id: d for d in self.devices if d.machine is not None}
        self._device_of_host = {d.machine.host: d for d in self.devices if d.machine is not None}
        self._device_of_number = {d.asset.asset_number: d for d in self.devices if d.asset is not None}
        self.rooms = self._rooms()
        self.room_numbers = {room_key(room.name): room.number for room in self.rooms}

    # --- one device

    def device_of_host(self, host: str) -> Device | None:
        return self._device_of_host.get(host)

    def device_of_number(self, number: str) -> Device | None:
        return self._device_of_number.get(number)

    def room_number(self, room: str | None) -> int | None:
        return self.room_numbers.get(room_key(room)) if room else None

    def findings_of(self, device: Device) -> list[Finding]:
        """Open and settled findings, the open ones first."""
        found = list(self._findings_of.get(f"asset:{device.asset.asset_number}", ())) if device.asset else []
        if device.machine is not None:
            found += self._findings_of.get(f"host:{device.machine.host}", ())
        return sorted(unique(found), key=lambda f: f.status is not FindingStatus.OPEN)

    def events_of(self, device: Device, findings: Sequence[Finding]) -> list[Event]:
        """The history of the asset, its machine and their findings, newest first."""
        subjects = [f"asset:{device.asset.asset_number}"] if device.asset else []
        if device.machine is not None:
            subjects.append(f"machine:{device.machine.id}")
        subjects += [f"finding:{finding.id}" for finding in findings if finding.id is not None]
        events = [event for subject in subjects for event in self._events_of.get(subject, ())]
        return sorted(events, key=lambda event: event.number, reverse=True)

    def twins_of(self, machine: Machine) -> list[Device]:
        """The machines that this one could neither be merged with nor told apart from."""
        twins = (self._device_of_machine.get(number) for number in machine.ambiguous_with[:_TWINS_SHOWN])
        return [twin for twin in twins if twin is not None]

    def parts_of(self, asset: Asset) -> list[Device]:
        """Devices whose book row names ``asset`` as what they belong to."""
        return self._children.get(asset.asset_number, [])

    def _devices(self) -> list[Device]:
        machine_of = {m.asset_id: m for m in self.snapshot.machines if m.asset_id is not None}
        devices = []
        self._children: dict[str, list[Device]] = defaultdict(list)
        for asset in self.snapshot.assets:
            machine = machine_of.get(asset.id)
            holder = None
            if machine is None and asset.serial and asset_kind(asset) is AssetKind.MONITOR:
                holder = self._monitors.get(serial_key(asset.serial))
            device = self._device(asset, machine, holder)
            devices.append(device)
            if asset.parent_number:
                self._children[asset.parent_number].append(device)
        booked = {asset.id for asset in self.snapshot.assets}
        devices += [
            self._device(None, machine, None)
            for machine in self.snapshot.machines
            if machine.asset_id not in booked
        ]
        return devices

    def _device(self, asset: Asset | None, machine: Machine | None, holder: Machine | None) -> Device:
        device = Device(asset=asset, machine=machine, holder=holder)
        device.findings = tuple(f for f in self.findings_of(device) if f.status is FindingStatus.OPEN)
        if machine is not None:
            device.sighting = self._sightings.get(machine.host)
        elif asset is not None:
            # A host that never answered is no machine yet; its finding names the asset booked at its seat.
            hosts = {h for f in device.findings if f.kind is FindingKind.UNKNOWN for h in f.hosts}
            device.sighting = self._sightings.get(hosts.pop()) if len(hosts) == 1 else None
        device.state = _state(device)
        where = device.seen_by
        if where is not None and where.room is not None:
            device.room, device.seat = where.room, where.seat
        elif asset is not None:
            device.room, device.seat = asset.room, asset.seat
        return device

    # --- rooms

    def _rooms(self) -> list[Room]:
        names: dict[str, str] = {}
        placed: dict[str, list[Device]] = defaultdict(list)
        silent: dict[str, list[Sighting]] = defaultdict(list)
        findings: dict[str, list[Finding]] = defaultdict(list)
        for device in self.devices:
            if (key := room_key(device.room)) is not None and not _is_gone(device):
                names.setdefault(key, device.room or key)
                placed[key].append(device)
        known = {m.host for m in self.snapshot.machines}
        for sighting in self.snapshot.sightings:
            if (key := room_key(sighting.room)) is not None and sighting.host not in known:
                names.setdefault(key, sighting.room or key)
                silent[key].append(sighting)
        for finding in self.open_findings:
            if (key := room_key(finding.room)) is not None:
                findings[key].append(finding)
        ordered = sorted(names, key=lambda key: natural(names[key]))
        return [
            _room(number, names[key], placed[key], silent[key], findings[key])
            for number, key in enumerate(ordered, start=1)
        ]

    # --- counts

    def totals(self) -> Totals:
        states = Counter(device.state for device in self.devices)
        return Totals(
            assets=len(self.snapshot.assets),
            computers=sum(machine_kind(machine) is AssetKind.COMPUTER for machine in self.snapshot.machines),
            value=sum((asset.original_value or Decimal(0) for asset in self.snapshot.assets), Decimal(0)),
            seen=sum(
                d.asset is not None
                and d.seen_by is not None
                and d.seen_by.last_status is SightingStatus.OBSERVED
                for d in self.devices
            ),
            unvalued=sum(asset.original_value is None for asset in self.snapshot.assets),
            simulated=sum(machine.simulated for machine in self.snapshot.machines),
            states=states,
            kinds=Counter(finding.kind for finding in self.open_findings),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """``seen`` counts booked assets that answered at the newest attempt; ``value`` is CNY; ``unvalued`` the
    assets whose book row has no original value; ``kinds`` counts open findings.
    """

    assets: int
    computers: int
    seen: int
    value: Decimal
    unvalued: int
    simulated: int
    states: Counter[State]
    kinds: Counter[FindingKind]


def present(components: Iterable[Component]) -> list[Component]:
    return [component for component in components if component.removed_at is None]


def _monitors_by_serial(machines: Iterable[Machine]) -> dict[str | None, Machine]:
    """Serials that two machines report identify neither of them."""
    found: dict[str | None, Machine] = {}
    shared: set[str | None] = {None}
    for machine in machines:
        for component in present(machine.components):
            if component.kind is ComponentKind.MONITOR:
                key = serial_key(component.serial)
                if key in found:
                    shared.add(key)
                found[key] = machine
    return {key: machine for key, machine in found.items() if key not in shared}


def _is_gone(device: Device) -> bool:
    """A scrapped asset has no place on a seat map unless it is seen there after all."""
    return device.asset is not None and device.asset.status in _GONE and device.seen_by is None


def _state(device: Device) -> State:
    kinds = {finding.kind for finding in device.findings}
    if FindingKind.SHORTAGE in kinds:
        return State.MISSING
    seen_by = device.seen_by
    if device.asset is None:
        return State.SURPLUS
    if seen_by is None:
        unanswered = device.sighting is not None or FindingKind.UNKNOWN in kinds
        return State.SILENT if unanswered else State.FINDING if kinds else State.UNCHECKED
    if seen_by.last_status is not SightingStatus.OBSERVED:
        return State.SILENT
    return State.FINDING if kinds else State.OK


def _room(
    number: int, name: str, devices: list[Device], silent: list[Sighting], findings: list[Finding]
) -> Room:
    seats: dict[str, Seat] = {}
    loose: list[Device] = []
    for device in sorted(devices, key=_first_at_seat):
        key = seat_key(device.seat)
        if key is None:
            loose.append(device)
        else:
            seats.setdefault(key, Seat(device.seat or key)).devices.append(device)
    taken = {device.sighting.host for device in devices if device.sighting is not None}
    for sighting in silent:
        if (key := seat_key(sighting.seat)) is not None and sighting.host not in taken:
            seats.setdefault(key, Seat(sighting.seat or key)).sighting = sighting
    numbered = {int(key): seat for key, seat in seats.items() if _SEAT_NUMBER.fullmatch(key)}
    apart = [seat for key, seat in seats.items() if not _SEAT_NUMBER.fullmatch(key)]
    return Room(
        number=number,
        name=name,
        grid=_with_gaps(numbered),
        apart=sorted(apart, key=lambda seat: natural(seat.label)),
        loose=sorted(loose, key=lambda d: (d.asset is None, d.asset.asset_number if d.asset else "")),
        findings=findings,
    )


def _first_at_seat(device: Device) -> tuple[bool, bool, bool, str, int]:
    """The computer that was seen at a seat is its computer; else the booked computer is."""
    return (
        device.machine is None or machine_kind(device.machine) is not AssetKind.COMPUTER,
        device.asset is None or asset_kind(device.asset) is not AssetKind.COMPUTER,
        device.asset is None,
        device.asset.asset_number if device.asset else "",
        device.machine.id if device.machine else 0,
    )


def _with_gaps(numbered: dict[int, Seat]) -> list[Seat]:
    """Numbered seats in order; numbers left out are gaps unless most numbers are (then it is no row of seats)."""
    if not numbered:
        return []
    first, last = min(numbered), max(numbered)
    if last - first + 1 > 2 * len(numbered):
        return [numbered[number] for number in sorted(numbered)]
    return [numbered.get(number) or Seat(None) for number in range(first, last + 1)]
