"""What the registers themselves give to be settled. It comes and goes with them, as findings do."""

from __future__ import annotations

from collections.abc import Iterator

from ..ledger.records import Difference, Finding, FindingKind, FindingStatus
from .state import State
from .stock import LowStock, low_stock


def untold_low_stock(state: State) -> list[LowStock]:
    """What is low and stands in no finding yet, open or decided: it ran low since the ledger was last reconciled."""
    told = {row.key for row in state.findings if row.status is not FindingStatus.RESOLVED}
    return [low for low in low_stock(state) if _key(low) not in told]


def _key(low: LowStock) -> str:
    return f"{FindingKind.LOW_STOCK}:{low.item.number}"


def register_findings(state: State) -> Iterator[Finding]:
    """库存不足: an item below the level that its card sets."""
    for low in low_stock(state):
        item = low.item
        yield Finding(
            kind=FindingKind.LOW_STOCK,
            key=_key(low),
            advice="low_stock",
            differences=(
                Difference(
                    field="stock",
                    book=f"{item.title[:120]} ≥ {item.minimum} {item.unit[:20]}",
                    fact=f"{low.level} {item.unit[:20]}",
                ),
            ),
        )
