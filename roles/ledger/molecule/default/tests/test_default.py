"""The role was applied twice: the ledger knows the machine, and the machine knows nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger, open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import SightingStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from testinfra.host import Host


@pytest.fixture
def ledger(scratch: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{scratch / 'ledger' / 'ledger.db'}", migrate=False)
    yield opened
    opened.close()


def test_the_ledger_has_the_machine(ledger: Ledger) -> None:
    with ledger.read() as session:
        snapshot = load_snapshot(session, school="")
        assert verify(session).ok
    (machine,) = snapshot.machines
    assert (machine.host, machine.room, machine.seat) == ("pc01", "机房一", "01")
    assert (machine.simulated, machine.last_status) == (True, SightingStatus.OBSERVED)
    assert machine.inventory["system"]["manufacturer"]
    assert machine.components


def test_both_runs_are_in_the_ledger_and_check_mode_is_not(ledger: Ledger) -> None:
    with ledger.read() as session:
        runs = load_snapshot(session, school="").runs
    assert [(run.hosts, run.observed, run.finished_at is not None) for run in runs] == [(1, 1, True)] * 2


def test_the_spool_is_empty(scratch: Path) -> None:
    spool = scratch / "ledger" / "spool"
    assert [path.name for path in spool.rglob("*") if path.suffix == ".jsonl"] == []


@pytest.mark.parametrize("folder", ["/root", "/home/admin", "/tmp"])
def test_no_file_was_left_in(host: Host, folder: str, touched: set[str]) -> None:
    assert [line for line in touched if line.startswith(f"{folder}/")] == []
    with host.sudo():
        assert not host.file(f"{folder}/.ansible").exists


def test_nothing_was_installed_and_no_file_changed(touched: set[str]) -> None:
    """dpkg's database and every other file of the machine are as they were."""
    assert touched == set()
