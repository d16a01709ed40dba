"""Monitors that are booked as assets of their own, against the monitors that computers report.

A monitor is matched by its serial and one more key (model, brand, seat, room), else by its seat and model
or brand if nothing rivals it there. Labels often carry a longer serial than the monitor itself reports
(VESA E-EDID has 13 characters for it), so at the same seat and of the same make a differing serial
is a detail that differs, not another monitor. A school that books no monitors hears nothing of them; a booked monitor
that names neither serial nor seat cannot be compared. Lots of monitors are not counted: computers that are
off, and screens without EDID, would make every count wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple, TypeVar

from ..comparing import asset_brand
from ..records import Asset, AssetStatus, Component, ComponentKind, Difference, Finding, FindingKind, Machine
from ..vocabulary import AssetKind, Place, asset_kind, brand, models_agree, place, serial_key
from .computers import Unseen, not_seen, unseen
from .details import is_unknown
from .places import Moved, stands_elsewhere
from .school import School, differ, key, told

_IGNORED = frozenset({AssetStatus.SCRAPPED, AssetStatus.ON_LOAN, AssetStatus.REPAIR})
# Connectors of built-in panels: a notebook's screen is part of the notebook.
_BUILT_IN = ("edp", "lvds", "dsi")


@dataclass(frozen=True, slots=True)
class _Screen:
    """A monitor that a present machine reports."""

    machine: Machine
    component: Component
    place: Place
    serial: str | None
    brand: str | None


class _Booked(NamedTuple):
    """A booked monitor; ``room`` and ``seat`` are those of the asset that it belongs to where it has none."""

    asset: Asset
    room: str | None
    seat: str | None
    serial: str | None
    brand: str | None

    @property
    def place(self) -> Place:
        return place(self.room, self.seat)


class Hanging(NamedTuple):
    """A booked monitor, and the part of a computer that it is. ``elsewhere``: not at the seat where it is booked."""

    asset: Asset
    machine: Machine
    component: Component
    elsewhere: bool


@dataclass(slots=True)
class MonitorResult:
    """``moved``: seen elsewhere. ``with_computer``: not seen because the computer at the seat was not, by
    asset id; they join that computer's finding. ``booked`` are the serials of booked monitors."""

    findings: list[Finding] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    with_computer: dict[int, tuple[Place, Finding]] = field(default_factory=dict)
    booked: frozenset[str] = frozenset()

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts whose monitors are told of here."""
        findings = (*self.findings, *(finding for _, finding in self.with_computer.values()))
        return frozenset(
            (*(host for finding in findings for host in finding.hosts), *(row.host for row in self.moved))
        )


def monitors(school: School) -> MonitorResult:
    """Compare booked and reported monitors."""
    booked = _all_booked(school)
    result = MonitorResult()
    if not booked:
        return result
    result.booked = frozenset(row.serial for row in booked if row.serial)
    screens, shared = _screens(school, booked)
    matched = _match(booked, screens, shared)
    used = {id(screen) for screen in matched.values()}
    spare: defaultdict[Place, list[_Screen]] = defaultdict(list)
    for screen in screens:
        if id(screen) not in used:
            spare[screen.place].append(screen)
    for row in booked:
        hanging = matched.get(row.asset.id)
        if hanging is not None:
            result.findings += _details(row, hanging, shared)
            moved = _moved(row, hanging)
            if stands_elsewhere(moved):
                result.moved.append(moved)
        elif row.place.seat is not None and row.serial not in shared:
            _missing(school, row, spare[row.place], result)
    result.findings += _untrusted(booked, screens, shared)
    return result


def hanging(school: School) -> list[Hanging]:
    """Every booked monitor that a computer reported when it was last seen, by asset id."""
    booked = _all_booked(school)
    matched = _match(booked, *_screens(school, booked))
    return [
        Hanging(row.asset, screen.machine, screen.component, stands_elsewhere(_moved(row, screen)))
        for row in booked
        if (screen := matched.get(row.asset.id)) is not None
    ]


def _moved(row: _Booked, screen: _Screen) -> Moved:
    machine = screen.machine
    return Moved(row.asset, (row.room, row.seat), (machine.room, machine.seat), machine.host)


def _all_booked(school: School) -> list[_Booked]:
    return [_booked(school, asset) for asset in school.assets.values() if _takes_part(asset)]


def _takes_part(asset: Asset) -> bool:
    return asset.quantity == 1 and asset.status not in _IGNORED and asset_kind(asset) is AssetKind.MONITOR


def _booked(school: School, asset: Asset) -> _Booked:
    parent = school.by_number.get(asset.parent_number or "")
    inherits = parent is not None and not asset.seat and asset.room in (None, "", parent.room)
    where = (parent.room, parent.seat) if parent and inherits else (asset.room, asset.seat)
    return _Booked(asset, *where, serial_key(asset.serial), asset_brand(asset))


def _screens(school: School, booked: Iterable[_Booked]) -> tuple[list[_Screen], frozenset[str]]:
    """The monitors as they hang now, and the serials that identify none of them.

    A monitor that was carried from a computer which is off now to another is reported by both: the later
    report counts.
    """
    rows = [
        _Screen(machine, part, where, serial_key(part.serial), _screen_brand(part))
        for machine in school.present.values()
        if (where := place(machine.room, machine.seat))
        for part in machine.components
        if part.kind is ComponentKind.MONITOR
        and part.removed_at is None
        and not (part.slot or "").lower().startswith(_BUILT_IN)
    ]
    shared = _repeated(row.serial for row in booked)
    holders = _by_serial(rows)
    shared |= {serial for serial, group in holders.items() if _at_once(school, group)}
    latest = {
        serial: max(group, key=lambda row: (row.component.last_seen_at, row.machine.id))
        for serial, group in holders.items()
        if serial not in shared
    }
    return [row for row in rows if row.serial not in latest or latest[row.serial] is row], frozenset(shared)


def _at_once(school: School, group: list[_Screen]) -> bool:
    """Whether several computers had the monitor at the same time: in one run, or in stretches that overlap."""
    runs = [run for row in group if (run := school.run_of(row.machine)) is not None]
    stretches = sorted((row.component.first_seen_at, row.component.last_seen_at) for row in group)
    overlap = any(later[0] <= earlier[1] for earlier, later in pairwise(stretches))
    return overlap or len(set(runs)) < len(runs)


def _by_serial(rows: Iterable[_Screen]) -> dict[str, list[_Screen]]:
    index: defaultdict[str, list[_Screen]] = defaultdict(list)
    for row in rows:
        if row.serial:
            index[row.serial].append(row)
    return index


def _repeated(serials: Iterable[str | None]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for serial in serials:
        if serial in seen:
            twice.add(serial)
        elif serial:
            seen.add(serial)
    return twice


def _screen_brand(part: Component) -> str | None:
    return brand(part.manufacturer) or brand(part.model)


# --- matching

_Row = TypeVar("_Row")


def _match(
    booked: Iterable[_Booked], screens: Iterable[_Screen], shared: frozenset[str]
) -> dict[int, _Screen]:
    """By asset id. First by serial and one more key, then by seat and make among what is left."""
    booked, screens = list(booked), list(screens)
    by_serial = {row.serial: row for row in screens if row.serial and row.serial not in shared}
    matched: dict[int, _Screen] = {}
    for row in booked:
        screen = by_serial.get(row.serial) if row.serial else None
        if screen is not None and (_same_make(row, screen) or row.place.room == screen.place.room):
            matched[row.asset.id] = screen
    used = {id(screen) for screen in matched.values()}
    known = {row.serial for row in booked if row.serial}
    left = [row for row in booked if row.asset.id not in matched and row.place.room and row.place.seat]
    # A monitor whose own serial is booked elsewhere is that one, not this.
    free = [
        row for row in screens if id(row) not in used and (row.serial not in known or row.serial in shared)
    ]
    free_at = _group(free, lambda row: row.place)
    for where, rows in _group(left, lambda row: row.place).items():
        for row in rows:
            fitting = [screen for screen in free_at.get(where, []) if _same_make(row, screen)]
            rivals = [other for other in rows if fitting and _same_make(other, fitting[0])]
            if len(fitting) == 1 and len(rivals) == 1:
                matched[row.asset.id] = fitting[0]
    return matched


def _group(rows: Iterable[_Row], by: Callable[[_Row], Hashable]) -> dict[Hashable, list[_Row]]:
    groups: defaultdict[Hashable, list[_Row]] = defaultdict(list)
    for row in rows:
        groups[by(row)].append(row)
    return groups


def _same_make(row: _Booked, screen: _Screen) -> bool:
    models = tuple(text for text in (screen.component.model,) if text)
    agree = models_agree(row.asset.model or row.asset.specification, models)
    brands_agree = row.brand is not None and row.brand == screen.brand
    return agree is True or (agree is None and brands_agree)


# --- findings


def _details(row: _Booked, screen: _Screen, shared: frozenset[str]) -> Iterator[Finding]:
    found = []
    trusted = row.serial and screen.serial and not {row.serial, screen.serial} & shared
    if trusted and row.serial != screen.serial:
        found.append(differ("serial", row.asset.serial, screen.component.serial))
    model = screen.component.model
    if model and models_agree(row.asset.model, (model,)) is False:
        found.append(differ("model", row.asset.model, model))
    if row.brand and screen.brand and row.brand != screen.brand:
        found.append(differ("brand", row.asset.brand or row.brand, screen.component.manufacturer))
    if found:
        yield Finding(
            kind=FindingKind.MISMATCH,
            key=key(FindingKind.MISMATCH, row.asset.asset_number),
            advice="mismatch",
            room=screen.machine.room,
            seat=screen.machine.seat,
            asset_numbers=(row.asset.asset_number,),
            hosts=(screen.machine.host,),
            differences=tuple(found),
        )


def _missing(school: School, row: _Booked, others: list[_Screen], result: MonitorResult) -> None:
    standing = [m for m in school.computers.standing.get(row.place, ()) if school.answered(m)]
    if not standing:
        why = unseen(school.computers, row.asset, row.room, row.seat)
        # Without a computer at the seat, nobody could have seen the monitor.
        why = why._replace(kind=FindingKind.UNKNOWN)
        if why.advice == "shortage":
            why = why._replace(advice="unknown_monitor")
        finding = not_seen(row.asset, why, row.room, row.seat)
        result.with_computer[row.asset.id] = (row.place, finding)
        return
    hosts = tuple(sorted(machine.host for machine in standing))
    silent = all(is_unknown(machine.unknown, "inventory.monitors") for machine in standing)
    if not others or silent:
        why = Unseen(FindingKind.UNKNOWN, "unknown_monitor", "not_connected", hosts)
    else:
        why = unseen(school.computers, row.asset, row.room, row.seat)._replace(hosts=hosts)
        if why.kind is FindingKind.SHORTAGE:
            why = why._replace(advice="shortage_monitor")
    finding = not_seen(row.asset, why, row.room, row.seat)
    reported = [f"{o.component.model or ''} {o.component.serial or ''}".strip() for o in others]
    result.findings.append(_with_difference(finding, differ("monitor", None, ", ".join(reported[:4]))))


def _untrusted(
    booked: Iterable[_Booked], screens: Iterable[_Screen], shared: frozenset[str]
) -> Iterator[Finding]:
    assets = _group((row for row in booked if row.serial in shared), lambda row: row.serial)
    holders = _by_serial(row for row in screens if row.serial in shared)
    for serial in sorted(shared):
        numbers = sorted(row.asset.asset_number for row in assets.get(serial, []))
        machines = [row.machine for row in holders.get(serial, [])]
        yield Finding(
            kind=FindingKind.SERIAL_UNTRUSTED,
            key=key(FindingKind.SERIAL_UNTRUSTED, "monitor", serial),
            advice="serial_shared" if len(machines) > 1 else "serial_booked_twice",
            asset_numbers=tuple(numbers),
            hosts=tuple(sorted({machine.host for machine in machines})),
            differences=(differ("serial", serial if numbers else None, serial if machines else None),),
        )


def _with_difference(finding: Finding, row: Difference) -> Finding:
    return replace(finding, differences=told(*finding.differences, row))


def join_computers(result: MonitorResult, computers: list[Finding]) -> list[Finding]:
    """The computers' findings, with the monitors that were not seen because their computer was not."""
    by_place: dict[Place, int] = {}
    for number, finding in enumerate(computers):
        if finding.kind is FindingKind.UNKNOWN and len(finding.asset_numbers) == 1:
            by_place.setdefault(place(finding.room, finding.seat), number)
    joined = list(computers)
    for where, finding in result.with_computer.values():
        if where not in by_place or where.seat is None:
            joined.append(finding)
            continue
        number = by_place[where]
        host = joined[number]
        row = differ("monitor", f"{finding.asset_numbers[0]} {_make(finding)}".strip(), None)
        numbers = (*host.asset_numbers, *finding.asset_numbers)
        joined[number] = _with_difference(replace(host, asset_numbers=numbers), row)
    return joined


def _make(finding: Finding) -> str:
    return next((row.book for row in finding.differences if row.field == "model" and row.book), "")
