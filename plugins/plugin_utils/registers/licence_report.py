"""软件授权对照: the packages that computers have against the licences that the school owns.

Only products that the school lists are looked for. Packages are collected on request: a computer whose packages
are unknown is counted as unknown, not as without the product. One computer needs one seat of a product; seats
are given out so that as many computers as possible have one (augmenting paths over licences).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from ..i18n import Message
from ..ledger.records import Asset, AssetStatus, Machine
from ..ledger.vocabulary import plain, room_key
from .licences import Licence
from .state import State

EXPIRING_DAYS = 60


class LicenceState(StrEnum):
    OVER_USED = "over_used"  # 超用
    EXPIRED = "expired"  # 已到期
    ENDED = "ended"  # 已终止
    FUTURE = "future"  # 未生效
    EXPIRING = "expiring"  # 即将到期
    UNUSED = "unused"  # 未使用
    UNCERTAIN = "uncertain"  # 数据不全
    FITS = "fits"  # 相符


@dataclass(frozen=True, slots=True)
class RoomUse:
    """``used``: computers of the room that hold a seat; ``unknown``: those whose packages are not known."""

    room: str | None
    used: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceUse:
    """``over`` are hosts that it would be for and that found no free seat in any licence of the product. ``states``
    in the order of ``LicenceState``: the gravest first, never empty."""

    licence: Licence
    rooms: tuple[RoomUse, ...]
    over: tuple[str, ...]
    states: tuple[LicenceState, ...]

    @property
    def used(self) -> int:
        return sum(room.used for room in self.rooms)

    @property
    def unknown(self) -> int:
        return sum(room.unknown for room in self.rooms)

    @property
    def free(self) -> int:
        return self.licence.seats - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlicensed:
    """Computers of a room that have a listed product, and no valid licence is for them."""

    product: str
    room: str | None
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceReport:
    """``unknown`` are the hosts whose packages are not known, of ``machines`` computers."""

    uses: tuple[LicenceUse, ...]
    unlicensed: tuple[Unlicensed, ...]
    machines: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Computer:
    host: str
    room: str | None
    department: str | None
    packages: frozenset[str] | None


class _Seats:
    """The seats of one product, given to computers. ``fitting`` are the numbers of the licences for a computer."""

    def __init__(self, licences: Iterable[Licence]) -> None:
        self.free = {licence.number: licence.seats for licence in licences}
        self.holders: defaultdict[str, list[tuple[_Computer, tuple[str, ...]]]] = defaultdict(list)
        self._hopeless: set[tuple[str, ...]] = set()

    def give(self, computer: _Computer, fitting: tuple[str, ...]) -> bool:
        # Where one computer found no way to a seat, none like it will: seats are never given back.
        if fitting in self._hopeless:
            return False
        if self._place(computer, fitting, set()):
            return True
        self._hopeless.add(fitting)
        return False

    def _place(self, computer: _Computer, fitting: tuple[str, ...], tried: set[str]) -> bool:
        """On a free seat; where all are taken, on one whose holder can sit elsewhere."""
        for number in fitting:
            if self.free[number]:
                self.free[number] -= 1
                self.holders[number].append((computer, fitting))
                return True
        for number in fitting:
            if number in tried:
                continue
            tried.add(number)
            holders = self.holders[number]
            for place, (holder, others) in enumerate(holders):
                if tried.issuperset(others):
                    continue
                if self._place(holder, others, tried):
                    holders[place] = (computer, fitting)
                    return True
        return False


def compare(state: State, *, within_days: int = EXPIRING_DAYS) -> LicenceReport:
    """Looks at ``state.machines``; those of scrapped assets do not count."""
    computers = list(_computers(state.machines, state.assets))
    products: defaultdict[str, list[Licence]] = defaultdict(list)
    for licence in state.all(Licence).values():
        products[plain(licence.title)].append(licence)
    uses: list[LicenceUse] = []
    unlicensed: list[Unlicensed] = []
    for _, licences in sorted(products.items()):
        made, without = _product(licences, computers, state.today, within_days)
        uses += made
        unlicensed += without
    return LicenceReport(
        uses=tuple(uses),
        unlicensed=tuple(unlicensed),
        machines=len(computers),
        unknown=tuple(sorted(each.host for each in computers if each.packages is None)),
    )


def _computers(machines: Iterable[Machine], assets: Mapping[str, Asset]) -> Iterator[_Computer]:
    by_id = {asset.id: asset for asset in assets.values()}
    for machine in machines:
        asset = by_id.get(machine.asset_id or 0)
        if asset is not None and asset.status is AssetStatus.SCRAPPED:
            continue
        packages = machine.inventory.get("packages")
        yield _Computer(
            host=machine.host,
            room=machine.room,
            department=asset.department if asset is not None else None,
            packages=None
            if packages is None
            else frozenset(plain(each["name"]) for each in packages if each.get("name")),
        )


def _product(
    licences: Sequence[Licence], computers: Sequence[_Computer], today: date, within_days: int
) -> tuple[list[LicenceUse], list[Unlicensed]]:
    valid = [(licence, _coverage(licence)) for licence in licences if licence.is_valid(today)]
    patterns = tuple(dict.fromkeys(pattern for licence in licences for pattern in licence.patterns))
    seats = _Seats(licence for licence, _ in valid)
    over: defaultdict[str, list[str]] = defaultdict(list)
    without: defaultdict[str | None, list[str]] = defaultdict(list)
    for computer in computers:
        if computer.packages is None or not _has(computer.packages, patterns):
            continue
        fitting = tuple(licence.number for licence, coverage in valid if coverage.is_for(computer))
        if not fitting:
            without[computer.room].append(computer.host)
        elif not seats.give(computer, fitting):
            over[fitting[0]].append(computer.host)
    uses = []
    for licence in licences:
        holders = [computer for computer, _ in seats.holders[licence.number]]
        use = LicenceUse(
            licence=licence,
            rooms=_rooms(licence, computers, holders),
            over=tuple(sorted(over[licence.number])),
            states=(),
        )
        uses.append(_stated(use, today, within_days))
    title = licences[0].title
    return uses, [
        Unlicensed(product=title, room=room, hosts=tuple(sorted(hosts)))
        for room, hosts in sorted(without.items(), key=lambda pair: pair[0] or "")
    ]


def _has(packages: frozenset[str], patterns: Iterable[str]) -> bool:
    for pattern in patterns:
        if not pattern.endswith("*"):
            if pattern in packages:
                return True
        elif any(name.startswith(pattern[:-1]) for name in packages):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Coverage:
    """Where a licence may be used, to compare; both empty is everywhere."""

    rooms: frozenset[str | None]
    departments: frozenset[str]

    def is_for(self, computer: _Computer) -> bool:
        if not self.rooms and not self.departments:
            return True
        room = room_key(computer.room)
        return (room is not None and room in self.rooms) or plain(computer.department) in self.departments


def _coverage(licence: Licence) -> _Coverage:
    return _Coverage(
        frozenset(room_key(room) for room in licence.rooms),
        frozenset(plain(each) for each in licence.departments),
    )


def _rooms(
    licence: Licence, computers: Sequence[_Computer], holders: Iterable[_Computer]
) -> tuple[RoomUse, ...]:
    used: defaultdict[str | None, int] = defaultdict(int)
    unknown: defaultdict[str | None, int] = defaultdict(int)
    for holder in holders:
        used[holder.room] += 1
    coverage = _coverage(licence)
    for computer in computers:
        if computer.packages is None and coverage.is_for(computer):
            unknown[computer.room] += 1
    rooms = sorted({*used, *unknown}, key=lambda room: room or "")
    return tuple(RoomUse(room, used[room], unknown[room]) for room in rooms)


def _stated(use: LicenceUse, today: date, within_days: int) -> LicenceUse:
    found = set(_states(use, today, within_days))
    return replace(use, states=tuple(each for each in LicenceState if each in found) or (LicenceState.FITS,))


def _states(use: LicenceUse, today: date, within_days: int) -> Iterator[LicenceState]:
    licence = use.licence
    if licence.ended_on is not None and licence.ended_on <= today:
        yield LicenceState.ENDED
        return
    if licence.valid_until is not None and licence.valid_until < today:
        yield LicenceState.EXPIRED
        return
    if licence.valid_from > today:
        yield LicenceState.FUTURE
        return
    if use.over:
        yield LicenceState.OVER_USED
    if licence.valid_until is not None and licence.valid_until <= today + timedelta(days=within_days):
        yield LicenceState.EXPIRING
    if use.used == 0 and use.unknown == 0:
        yield LicenceState.UNUSED
    if use.unknown:
        yield LicenceState.UNCERTAIN


def summary(report: LicenceReport) -> Message:
    """The result in one sentence."""
    count = {
        each.value: sum(each in use.states for use in report.uses)
        for each in (
            LicenceState.OVER_USED,
            LicenceState.EXPIRED,
            LicenceState.EXPIRING,
            LicenceState.UNUSED,
        )
    }
    return Message(
        "licences",
        "{licences} licences: {over_used} over-used, {expired} expired, {expiring} about to expire, {unused} unused. "
        "Installed without a licence on {without} computers; the packages of {unknown} of {machines} are not known.",
        {
            **count,
            "licences": len(report.uses),
            "without": len({host for each in report.unlicensed for host in each.hosts}),
            "unknown": len(report.unknown),
            "machines": report.machines,
        },
    )
