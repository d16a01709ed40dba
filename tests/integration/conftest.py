"""A demo school for integration tests: its own containers, network, keys and ledger, gone at the end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from lab_command.demo_machines import DemoMachines
from lab_command.machines.detect import obstacle
from lab_command.paths import STATE


@pytest.fixture(scope="session")
def demo_school() -> Iterator[DemoMachines]:
    """The running school of ``demo/school.yml``. Its home is below ``.lab`` because podman mounts from there.

    For a playbook: ``-i inventory/demo/hosts.yml`` with ``demo_school.environment`` added to the environment.
    """
    if reason := obstacle():
        pytest.skip(f"cannot run here: {reason}")
    machines = DemoMachines("test", STATE / "test")
    machines.stop()
    shutil.rmtree(machines.home, ignore_errors=True)
    machines.prepare()
    try:
        machines.start(machines.image(), lambda _pc: None)
        yield machines
    finally:
        machines.stop()
        shutil.rmtree(machines.home, ignore_errors=True)
