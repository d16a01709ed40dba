"""A small school, and the same errands on a state in memory and in a ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.apply import _payload
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger, open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import AssetRow
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State

from tests.samples.registers import ASSETS, TODAY


@pytest.fixture
def state() -> State:
    return State(today=TODAY, assets={asset.asset_number: asset for asset in ASSETS})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(
        f"sqlite:///{tmp_path}/ledger.db", clock=lambda: datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
    )
    with opened.write(actor="test") as tx:
        for asset in ASSETS:
            tx.session.add(AssetRow(id=asset.id, **_payload(asset)))
            tx.record_asset("asset.created", None, asset)
    yield opened
    opened.close()
