"""The facts of a machine whose hardware really changes between two starts: the ledger says exactly what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Difference,
    Finding,
    FindingKind,
    Snapshot,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot

from lab_command.machines.vm.hardware import Disk, Hardware, Module
from lab_command.machines.vm.machine import VirtualMachine
from tests.vm.conftest import RunPlaybook

pytestmark = pytest.mark.vm

LEFT = Module(
    slot="DIMM_A1", gib=8, speed=2666, manufacturer="Kingston", serial="1A2B3C4D", part_number="KVR26N19S8/8"
)
RIGHT = Module(
    slot="DIMM_B1", gib=8, speed=2666, manufacturer="Kingston", serial="5E6F7A8B", part_number="KVR26N19S8/8"
)
GONE = Module(slot="DIMM_B1", gib=0)
PC = Hardware(
    system={"manufacturer": "LENOVO", "product": "10SQA03LCD", "serial": "MJ0A1B2C",
            "uuid": "5d3f0a7c-6c1b-4c0e-9a7e-0f4c1d2e3a4b"},
    board={"manufacturer": "LENOVO", "product": "3132", "serial": "L1HF83A01AB"},
    bios={"vendor": "LENOVO", "version": "M1UKT4CA", "date": "05/06/2020"},
    chassis={"manufacturer": "LENOVO", "serial": "MJ0A1B2C"},
    modules=(LEFT, RIGHT),
    disk=Disk(bus="sata", model="ST1000DM010-2EP102", serial="Z9AAAAAA"),
)  # fmt: skip


def collect(run_playbook: RunPlaybook, machine: VirtualMachine, ledger_home: Path) -> Snapshot:
    for errand in ("collect_facts", "reconcile_ledger"):
        done = run_playbook(errand, machine, lab_seat="01")
        assert done.code == 0, done.said
    ledger = open_ledger(f"sqlite:///{ledger_home / 'ledger.db'}", migrate=False)
    try:
        with ledger.read() as session:
            return load_snapshot(session, school="")
    finally:
        ledger.close()


def test_a_module_taken_and_a_disk_changed(
    make_virtual_machine: Callable[..., VirtualMachine], run_playbook: RunPlaybook, ledger_home: Path
) -> None:
    machine = make_virtual_machine("pc01", hardware=PC, shows_hypervisor=False)
    machine.start()
    before = collect(run_playbook, machine, ledger_home)
    (seen,) = before.machines
    assert not seen.simulated
    inventory = seen.inventory
    assert inventory["system"]["serial"] == "MJ0A1B2C"
    assert inventory["virtualization"]["kind"] == "physical"
    modules = {module["slot"]: module for module in inventory["memory"]["modules"]}
    assert {slot: module["serial"] for slot, module in modules.items()} == {
        "DIMM_A1": "1A2B3C4D",
        "DIMM_B1": "5E6F7A8B",
    }
    assert [(disk["model"], disk["serial"]) for disk in inventory["disks"]] == [
        ("ST1000DM010-2EP102", "Z9AAAAAA")
    ]
    assert changes(before) == []

    machine.power_cut()
    machine.with_modules(LEFT, GONE).with_disk_serial("Z9BBBBBB").start()
    after = collect(run_playbook, machine, ledger_home)
    (now,) = after.machines
    assert now.id == seen.id
    told = [difference for finding in changes(after) for difference in finding.differences]
    assert told == [
        Difference(field="memory", book="8 GB Kingston KVR26N19S8/8 S/N 5E6F7A8B (DIMM_B1)", fact=None),
        Difference(
            field="disk",
            book="4.295 GB ST1000DM010-2EP102 S/N Z9AAAAAA (sda)",
            fact="4.295 GB ST1000DM010-2EP102 S/N Z9BBBBBB (sda)",
        ),
    ]


def changes(snapshot: Snapshot) -> list[Finding]:
    """Findings of changed parts; the ledger has no book, so it lists the PC itself as a surplus."""
    assert {finding.kind for finding in snapshot.findings} <= {
        FindingKind.COMPONENT_CHANGED,
        FindingKind.SURPLUS,
    }
    return [finding for finding in snapshot.findings if finding.kind is FindingKind.COMPONENT_CHANGED]
