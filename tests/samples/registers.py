"""Assets that errands act on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.apply import _payload
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import AssetRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Asset, AssetStatus

TODAY = date(2026, 9, 15)


def _pc(number: int, status: AssetStatus = AssetStatus.IN_USE) -> Asset:
    return Asset(
        id=number,
        asset_number=f"PC-{number:03d}",
        name="台式计算机",
        brand="联想",
        model="启天 M420",
        serial=f"PF2ABC{number:03d}",
        original_value=Decimal("4800.00"),
        booked_on=date(2021, 9, 1),
        purchased_on=date(2021, 8, 20),
        warranty_until=date(2024, 8, 20),
        supplier="某某科技",
        room="机房一",
        seat=f"{number:02d}",
        status=status,
    )


ASSETS = (
    *(_pc(number) for number in range(1, 7)),
    _pc(7, AssetStatus.REPAIR),
    _pc(8, AssetStatus.TO_SCRAP),
    Asset(
        id=9,
        asset_number="TY-001",
        name="投影仪",
        brand="爱普生",
        model="CB-X49",
        original_value=Decimal("5200.00"),
        booked_on=date(2025, 3, 1),
        purchased_on=date(2025, 2, 20),
        warranty_until=date(2028, 2, 20),
        room="机房一",
        status=AssetStatus.IDLE,
    ),
)


def enter(ledger: Ledger, assets: Iterable[Asset]) -> None:
    """Into an empty ledger, as an import would."""
    with ledger.write(actor="test") as tx:
        for asset in assets:
            tx.session.add(AssetRow(**_payload(asset)))
            tx.session.flush()
            tx.record_asset("asset.created", None, asset)
