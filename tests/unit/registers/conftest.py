"""A small school, and the same errands on a state in memory and in a ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger, open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State

from tests.samples.registers import ASSETS, TODAY, enter


@pytest.fixture
def state() -> State:
    return State(today=TODAY, assets={asset.asset_number: asset for asset in ASSETS})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(
        f"sqlite:///{tmp_path}/ledger.db", clock=lambda: datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
    )
    yield opened
    opened.close()


@pytest.fixture
def booked(ledger: Ledger) -> Ledger:
    """A ledger with the school's assets."""
    enter(ledger, ASSETS)
    return ledger
