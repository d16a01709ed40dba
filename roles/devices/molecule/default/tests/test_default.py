"""The role was applied twice to a device that is switched off: the ledger says so, and nothing was logged in to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger, open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import SightingStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from testinfra.host import Host


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    home = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "ledger")
    opened = open_ledger(f"sqlite:///{home / 'ledger.db'}", migrate=False)
    yield opened
    opened.close()


def test_the_ledger_says_that_the_device_did_not_answer(ledger: Ledger) -> None:
    with ledger.read() as session:
        snapshot = load_snapshot(session, school="")
        assert verify(session).ok
    assert snapshot.machines == ()
    (sighting,) = snapshot.sightings
    assert (sighting.host, sighting.room, sighting.status) == ("pc01", "机房一", SightingStatus.UNREACHABLE)
    assert "4352" in sighting.message


def test_both_runs_are_in_the_ledger_and_check_mode_is_not(ledger: Ledger) -> None:
    with ledger.read() as session:
        runs = load_snapshot(session, school="").runs
    assert [(run.hosts, run.observed) for run in runs] == [(1, 0)] * 2


@pytest.mark.parametrize("folder", ["/root", "/home/admin"])
def test_no_file_was_left_in(host: Host, folder: str) -> None:
    with host.sudo():
        assert not host.file(f"{folder}/.ansible").exists
