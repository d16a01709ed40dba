"""Virtual machines for tests (docs/vm-bench.md).

``virtual_machine``       one that runs, for all tests of a module: what a test changes, the next one finds
``make_virtual_machine``  makes switched-off ones with the options of ``Settings``; gone after the test
``run_playbook``          a playbook of the suite over a machine, with a ledger of the test's own
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest

from lab_command.machines.vm.bench import Bench, bench
from lab_command.machines.vm.machine import VirtualMachine
from lab_command.machines.vm.settings import Settings
from lab_command.paths import ROOT
from tests.integration.support import Done, errand_environment

# An emulated processor on a busy host takes some seconds for each task.
_SECONDS = 1800


@pytest.fixture(scope="session")
def vm_bench() -> Iterator[Bench]:
    with bench() as place:
        yield place


@pytest.fixture(scope="module")
def virtual_machine(vm_bench: Bench) -> Iterator[VirtualMachine]:
    """It goes on from the bench's snapshot of a started one, which takes seconds."""
    with vm_bench.started_machine() as machine:
        yield machine


@pytest.fixture
def make_virtual_machine(vm_bench: Bench) -> Iterator[Callable[..., VirtualMachine]]:
    """``make_virtual_machine(name="vm", **options of Settings)``; the test starts it."""
    with ExitStack() as stack:

        def make(name: str = "vm", **options: Any) -> VirtualMachine:
            return stack.enter_context(vm_bench.machine(name, Settings(**options)))

        yield make


class RunPlaybook(Protocol):
    """``machines`` is one or several; ``arguments`` go to ansible-playbook, ``variables`` are every host's."""

    def __call__(
        self, name: str, *machines: VirtualMachine, arguments: tuple[str, ...] = (), **variables: Any
    ) -> Done: ...


@pytest.fixture
def ledger_home(tmp_path: Path) -> Path:
    """The folder of the test's ledger and spool."""
    return tmp_path / "ledger"


@pytest.fixture
def run_playbook(tmp_path: Path, ledger_home: Path) -> RunPlaybook:
    """A playbook by its name in ``playbooks``, or by its path, through ansible-playbook in English.

    A failure is the caller's to judge: ``Done`` has the exit code and everything that was said.
    """

    def run(name: str, *machines: VirtualMachine, arguments: tuple[str, ...] = (), **variables: Any) -> Done:
        playbook = Path(name) if name.endswith(".yml") else ROOT / "playbooks" / f"{name}.yml"
        common: Mapping[str, Any] = {
            "lab_language": "en",
            "lab_room": "机房一",
            "ledger_home": str(ledger_home),
            "ledger_reports": str(tmp_path / "reports"),
            # One connection for all tasks: an emulated processor takes seconds for each key exchange.
            "ansible_ssh_extra_args": f"-o ControlMaster=auto -o ControlPersist=300 -o ControlPath={tmp_path}/%p",
            **variables,
        }
        hosts = {machine.name: machine.inventory_host() for machine in machines}
        inventory = tmp_path / "hosts.json"
        inventory.write_text(json.dumps({"all": {"vars": common, "hosts": hosts}}), encoding="utf-8")
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("ansible-playbook")),
                *("-i", str(inventory), *arguments, str(playbook)),
            ],
            cwd=ROOT,
            env=errand_environment(tmp_path / "ansible", ANSIBLE_TIMEOUT="60"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_SECONDS,
        )
        return Done(done.returncode, done.stdout)

    return run
