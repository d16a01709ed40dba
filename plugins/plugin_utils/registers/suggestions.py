"""What the ledger suggests to buy: what is over its life, broken, missing, or running out.

An asset is suggested once, for the first of these reasons, and not again while a request that names it is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ..i18n import Message
from ..ledger.records import Asset, AssetStatus, Finding, FindingKind, FindingStatus
from .lives import LifeTable, reckon
from .purchases import QUANTITY_LIMIT, PurchaseBasis, PurchaseLine, PurchaseRequest
from .state import State
from .wanted import open_repairs

_WORKING = frozenset({AssetStatus.IN_USE, AssetStatus.IDLE, AssetStatus.REPAIR, AssetStatus.ON_LOAN})
_STANDING = frozenset({FindingStatus.OPEN, FindingStatus.CONFIRMED})
_NAMED = 10  # asset numbers in a reason; the line itself has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortStock:
    """A part or consumable of which ``missing`` are needed to be back at the level that the school keeps."""

    item: str
    missing: int
    unit: str | None = None
    specification: str | None = None


def suggest(
    state: State,
    lives: LifeTable,
    bases: Collection[PurchaseBasis],
    *,
    short: Sequence[ShortStock] = (),
    language: str,
) -> list[PurchaseLine]:
    """Lines for the given bases, assets of one name and room together. Looks at ``state.findings`` and
    ``state.machines``; ``language`` is that of the reasons, which are kept as text."""
    lines: list[PurchaseLine] = []
    asked = _asked(state)
    for basis, numbers in (
        (PurchaseBasis.OVER_LIFE, _over_life(state, lives)),
        (PurchaseBasis.FAULT, _broken(state)),
        (PurchaseBasis.SHORTAGE, _missing(state)),
    ):
        if basis not in bases:
            continue
        fresh = [
            number for number in dict.fromkeys(numbers) if number in state.assets and number not in asked
        ]
        asked.update(fresh)
        lines += _lines(state, basis, fresh, language)
    if PurchaseBasis.LOW_STOCK in bases:
        lines += [_stock_line(each, language) for each in short if each.missing > 0]
    return lines


def _asked(state: State) -> set[str]:
    return {
        number
        for request in state.all(PurchaseRequest).values()
        if not request.is_received
        for line in request.lines
        for number in line.assets
    }


def _over_life(state: State, lives: LifeTable) -> Iterator[str]:
    for number, asset in state.assets.items():
        if asset.status in _WORKING and reckon(asset, lives, state.today).has_served:
            yield number


def _broken(state: State) -> Iterator[str]:
    """In repair, or with a part gone that nobody has accounted for."""
    yield from open_repairs(state)
    yield from (number for number, asset in state.assets.items() if asset.status is AssetStatus.REPAIR)
    numbers = {asset.id: number for number, asset in state.assets.items()}
    hosts = {machine.host: numbers.get(machine.asset_id or 0) for machine in state.machines}
    for finding in state.findings:
        if (
            finding.kind is FindingKind.COMPONENT_CHANGED
            and finding.status is FindingStatus.OPEN
            and _lost_a_part(finding)
        ):
            # The first host is the one that lost it; a finding names assets only where it compares with the book.
            found = finding.asset_numbers or (hosts.get(host) for host in finding.hosts[:1])
            yield from (number for number in found if number is not None)


def _lost_a_part(finding: Finding) -> bool:
    return any(each.book is not None and each.fact is None for each in finding.differences)


def _missing(state: State) -> Iterator[str]:
    for finding in state.findings:
        if finding.kind is FindingKind.SHORTAGE and finding.status in _STANDING:
            yield from finding.asset_numbers


_WHY = {
    PurchaseBasis.OVER_LIFE: "{count} are past the years that they are to be used for: {numbers}",
    PurchaseBasis.FAULT: "{count} are broken or lack parts: {numbers}",
    PurchaseBasis.SHORTAGE: "{count} are missing: {numbers}",
}


def _lines(
    state: State, basis: PurchaseBasis, numbers: Sequence[str], language: str
) -> Iterator[PurchaseLine]:
    groups: defaultdict[tuple[str, str, str], list[Asset]] = defaultdict(list)
    for number in numbers:
        asset = state.assets[number]
        groups[asset.name, asset.room or "", asset.unit or ""].append(asset)
    for (name, room, unit), assets in sorted(groups.items()):
        named = tuple(asset.asset_number for asset in assets)
        shown = (*named[:_NAMED], "…") if len(named) > _NAMED else named
        why = Message("requests", _WHY[basis], {"count": len(named), "numbers": shown}).render(language)
        yield PurchaseLine(
            item=name,
            quantity=min(sum(max(asset.quantity, 1) for asset in assets), QUANTITY_LIMIT),
            basis=basis,
            unit=unit or None,
            reason=f"{room}: {why}" if room else why,
            assets=named,
        )


def _stock_line(short: ShortStock, language: str) -> PurchaseLine:
    return PurchaseLine(
        item=short.item,
        quantity=min(short.missing, QUANTITY_LIMIT),
        basis=PurchaseBasis.LOW_STOCK,
        unit=short.unit,
        reason=Message("requests", "The stock is below the level that is kept").render(language),
        specification=short.specification,
    )
