"""What the tests before and after the role both look at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Snapshot
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot


@pytest.fixture
def snapshot() -> Iterator[Snapshot]:
    path = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"]) / "ledger.db"
    ledger = open_ledger(f"sqlite:///{path}", migrate=False)
    with ledger.read() as session:
        yield load_snapshot(session, school="")
    ledger.close()
