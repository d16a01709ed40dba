"""What the registers themselves give to be settled. It comes and goes with them, as findings do."""

from __future__ import annotations

from collections.abc import Iterator

from ..ledger.records import Difference, Finding, FindingKind
from .state import State
from .stock import low_stock


def register_findings(state: State) -> Iterator[Finding]:
    """库存不足: an item below the level that its card sets."""
    for low in low_stock(state):
        item = low.item
        yield Finding(
            kind=FindingKind.LOW_STOCK,
            key=f"{FindingKind.LOW_STOCK}:{item.number}",
            advice="low_stock",
            differences=(
                Difference(
                    field="stock",
                    book=f"{item.title[:120]} ≥ {item.minimum} {item.unit[:20]}",
                    fact=f"{low.level} {item.unit[:20]}",
                ),
            ),
        )
