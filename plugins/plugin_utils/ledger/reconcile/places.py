"""位置不符 and 疑似互换 of places: what stands elsewhere than booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..comparing import machine_kind
from ..records import Asset, AssetStatus, Difference, Finding, FindingKind
from ..vocabulary import COMPUTERS, Place, place, place_text
from .school import School, differ, key

_ELSEWHERE = frozenset({AssetStatus.ON_LOAN, AssetStatus.REPAIR, AssetStatus.SCRAPPED})


@dataclass(frozen=True, slots=True)
class Moved:
    """An asset with where it is booked and where it was seen, as (room, seat) in the words of each side."""

    asset: Asset
    booked: tuple[str | None, str | None]
    seen: tuple[str | None, str | None]
    host: str

    @property
    def way(self) -> tuple[Place, Place]:
        return place(*self.booked), place(*self.seen)


def machines_moved(school: School, *, devices: bool) -> list[Moved]:
    """Every matched computer, or else network device, that stands elsewhere than booked. Lots are booked in a
    room, not at a seat."""
    rows = []
    for link in school.matches.links.values():
        asset, machine = school.assets[link.asset_id], school.machines[link.machine_id]
        if (machine_kind(machine) not in COMPUTERS) is not devices:
            continue
        if machine.id in school.present and asset.status not in _ELSEWHERE:
            seat = asset.seat if asset.quantity == 1 else None
            rows.append(Moved(asset, (asset.room, seat), (machine.room, machine.seat), machine.host))
    return [row for row in rows if stands_elsewhere(row)]


def stands_elsewhere(moved: Moved) -> bool:
    """Whether the two places differ in what both sides know."""
    booked, seen = moved.way
    if booked.room is None or seen.room is None:
        return False
    if booked.room != seen.room:
        return True
    return booked.seat is not None and seen.seat is not None and booked.seat != seen.seat


def moves(rows: Iterable[Moved], *, field: str, swap_advice: str) -> Iterator[Finding]:
    """Two that stand at each other's booked seat are one suspected swap; each of the others is misplaced."""
    by_way: defaultdict[tuple[Place, Place], list[Moved]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.asset.asset_number):
        by_way[row.way].append(row)
    for way, group in sorted(by_way.items(), key=lambda item: str(item[0])):
        back = by_way.get((way[1], way[0]), [])
        seats_known = way[0].seat is not None and way[1].seat is not None
        pairs = min(len(group), len(back)) if seats_known else 0
        if str(way[0]) < str(way[1]):
            for one, other in zip(group[:pairs], back[:pairs], strict=True):
                yield _swap(one, other, field, swap_advice)
        for row in group[pairs:]:
            yield _misplaced(row)


def _swap(one: Moved, other: Moved, field: str, advice: str) -> Finding:
    first, second = sorted((one, other), key=lambda row: row.asset.asset_number)
    numbers = (first.asset.asset_number, second.asset.asset_number)
    return Finding(
        kind=FindingKind.SWAP_SUSPECTED,
        key=key(FindingKind.SWAP_SUSPECTED, field, *numbers),
        advice=advice,
        room=first.booked[0],
        seat=first.booked[1],
        asset_numbers=numbers,
        hosts=(second.host, first.host),
        differences=(_at(field, first, second), _at(field, second, first)),
    )


def _at(field: str, booked: Moved, seen: Moved) -> Difference:
    """One seat: who is booked there and who was seen there."""
    where = place_text(*booked.booked)
    return differ(field, f"{where}: {booked.asset.asset_number}", f"{where}: {seen.asset.asset_number}")


def _misplaced(row: Moved) -> Finding:
    return Finding(
        kind=FindingKind.MISPLACED,
        key=key(FindingKind.MISPLACED, row.asset.asset_number),
        advice="misplaced",
        room=row.booked[0],
        seat=row.booked[1],
        asset_numbers=(row.asset.asset_number,),
        hosts=(row.host,),
        differences=(differ("place", place_text(*row.booked), place_text(*row.seen)),),
    )
