"""What the ledger suggests to buy: what is over its life, broken, missing, or running out.

An asset is suggested once, for the first of these reasons, and not again while a request that names it is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from ..i18n import Message
from ..ledger.records import Asset, AssetStatus, Finding, FindingKind, FindingStatus
from .amounts import QUANTITY_LIMIT
from .lives import LifeTable, reckon
from .purchases import PurchaseBasis, PurchaseLine, PurchaseRequest
from .repairs import open_repairs
from .state import State
from .stock import low_stock

_WORKING = frozenset({AssetStatus.IN_USE, AssetStatus.IDLE, AssetStatus.REPAIR, AssetStatus.ON_LOAN})
_STANDING = frozenset({FindingStatus.OPEN, FindingStatus.CONFIRMED})
_NAMED = 10  # asset numbers in a reason; the line itself has them all


def suggest(
    state: State, lives: LifeTable, bases: Collection[PurchaseBasis], *, language: str
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
        lines += _stock_lines(state, language)
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
    yield from (repair.asset_number for repair in open_repairs(state))
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
        why = Message("requests", _WHY[basis], {"count": len(named), "numbers": shown})
        if room:
            why = Message("requests", "In {room}: {why}", {"room": room, "why": why})
        yield PurchaseLine(
            item=name,
            quantity=min(sum(max(asset.quantity, 1) for asset in assets), QUANTITY_LIMIT),
            basis=basis,
            unit=unit or None,
            reason=why.render(language),
            assets=named,
        )


def _stock_lines(state: State, language: str) -> Iterator[PurchaseLine]:
    """What is below its minimum and is in no open request yet; a stock item has no asset number to know it by."""
    asked = {
        line.item
        for request in state.all(PurchaseRequest).values()
        if not request.is_received
        for line in request.lines
        if line.basis is PurchaseBasis.LOW_STOCK
    }
    why = Message("requests", "The stock is below the level that is kept").render(language)
    for low in low_stock(state):
        if low.item.title not in asked:
            yield PurchaseLine(
                item=low.item.title,
                quantity=low.lacking,
                basis=PurchaseBasis.LOW_STOCK,
                unit=low.item.unit,
                reason=why,
            )
