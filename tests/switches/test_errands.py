"""The errands on switches, by ansible-playbook, on emulated switches of five families."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Finding,
    FindingKind,
    FindingStatus,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.platforms import PLATFORMS

from lab_command.paths import ROOT
from tests.samples.network import small_network
from tests.samples.switch_answers import ANSWERS
from tests.switches.conftest import PLATFORM_NAMES, start
from tests.switches.emulator.device import Device
from tests.switches.emulator.server import Rack, served

CANARY = "canary-91b2"


def school() -> dict[str, Any]:
    """A switch of each family in a room of its own with one outlet."""
    data = small_network()
    data["rooms"] += [f"room-{name}" for name in PLATFORM_NAMES]
    data["switches"] += [
        {
            "name": f"sw-{name}",
            "room": f"room-{name}",
            "address": f"10.0.20.{number}",
            "ports": 8,
            "platform": name,
            "profile": "pc",
        }
        for number, name in enumerate(PLATFORM_NAMES, 11)
    ]
    data["outlets"] += [
        {"name": f"{name}-1", "room": f"room-{name}", "port": f"sw-{name}/1"} for name in PLATFORM_NAMES
    ]
    data["vlans"][0]["rooms"] = []
    data["seats"][1]["seat"] = "02"
    data["ports"] += [{"port": f"sw-{name}/1", "vlan": 11} for name in PLATFORM_NAMES]
    return data


@dataclass
class Errands:
    folder: Path
    rack: Rack

    def run(self, playbook: str, *words: str, lang: str = "en") -> tuple[int, str]:
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("ansible-playbook")),
                *("-i", str(self.folder / "hosts.yml"), str(ROOT / "playbooks" / f"{playbook}.yml")),
                *("-e", f"ledger_home={self.folder}", "-e", f"lab_language={lang}", *words),
            ],
            env={
                **os.environ,
                "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
                "LC_ALL": "C.UTF-8",
                "ANSIBLE_NOCOLOR": "1",
            },
            capture_output=True,
            text=True,
            timeout=170,
        )
        assert CANARY not in done.stdout + done.stderr
        return done.returncode, done.stdout + done.stderr

    def typed(self) -> list[str]:
        return [line for device in self.rack.devices.values() for line in device.log]

    def device(self, platform: str) -> Device:
        return self.rack.devices[f"sw-{platform}"]

    def findings(self) -> dict[str, Finding]:
        ledger = open_ledger(f"sqlite:///{self.folder}/ledger.db", migrate=False)
        try:
            with ledger.read() as session:
                found = load_snapshot(session, school="").findings
        finally:
            ledger.close()
        return {one.key: one for one in found if one.kind is FindingKind.NETWORK}

    def git(self, *words: str) -> str:
        return subprocess.run(
            ["git", "-C", str(self.folder / "switches/configurations"), *words],
            capture_output=True,
            text=True,
            check=True,
        ).stdout


@pytest.fixture(scope="module")
def errands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Errands]:
    folder = tmp_path_factory.mktemp("switches")
    devices = {f"sw-{name}": start(name, password=CANARY, minute=6.0) for name in PLATFORM_NAMES}
    for name in ("ios", "ruijie", "eos"):
        devices[f"sw-{name}"].running.child(f"username admin secret 0 {CANARY}")
    for device in devices.values():
        device.startup = device.running.copy()
    with served(devices) as rack:
        (folder / "known_hosts").write_text(rack.known_hosts())
        hosts = {
            name: {
                "ansible_host": "127.0.0.1",
                "ansible_port": port,
                "ansible_user": "admin",
                "ansible_password": CANARY,
                "lab_switch_known_hosts": str(folder / "known_hosts"),
            }
            for name, port in rack.ports.items()
        }
        (folder / "hosts.yml").write_text(
            yaml.safe_dump({"all": {"children": {"switches": {"hosts": hosts}}}})
        )
        variables = folder / "group_vars/all/network.yml"
        variables.parent.mkdir(parents=True)
        variables.write_text(yaml.safe_dump({"lab_network": school()}, allow_unicode=True), encoding="utf-8")
        yield Errands(folder, rack)


def test_a_dry_run_shows_commands_and_words_and_types_none(errands: Errands) -> None:
    code, said = errands.run("configure_switches", "--check", "--diff", lang="zh_CN")
    assert code == 0, said
    assert "switchport access vlan 11" in said
    assert "port default vlan 11" in said
    assert not [
        line for line in errands.typed() if line.startswith(("interface", "configure", "system-view"))
    ]
    assert not (errands.folder / "switches").exists()


def test_every_switch_is_brought_to_its_configuration_once(errands: Errands) -> None:
    code, said = errands.run("configure_switches")
    assert code == 0, said
    for name in PLATFORM_NAMES:
        device = errands.device(name)
        assert not device.unsaved
        assert device.timer is None
        assert any(
            "11" in line
            for line in device.running.children[f"interface {device.dialect.physical.format(n=1)}"].children
        )
        device.log.clear()
    code, said = errands.run("configure_switches")
    assert code == 0, said
    assert said.count("changed=0") == len(PLATFORM_NAMES)
    assert not [
        line for line in errands.typed() if line.startswith(("interface", "configure", "system-view", "save"))
    ]


def test_configurations_are_kept_without_secrets_and_the_suites_changes_are_its_own(errands: Errands) -> None:
    kept = (errands.folder / "switches/configurations/sw-ios.cfg").read_text("utf-8")
    assert "switchport access vlan 11" in kept
    assert "<secret:" in kept
    everything = errands.git("log", "-p")
    assert CANARY not in everything
    log = errands.git("log", "--format=%s %(trailers:key=Made-by,valueonly,separator=)")
    assert "sw-ios suite" in log
    assert "sw-ios first" in log
    assert "unknown" not in log
    code, said = errands.run("back_up_switches")
    assert code == 0, said
    assert said.count("changed=0") == len(PLATFORM_NAMES)


def test_a_change_by_hand_is_kept_and_told(errands: Errands) -> None:
    port = errands.device("vrp").dialect.physical.format(n=7)
    errands.device("vrp").running.children[f"interface {port}"].child("description by hand")
    code, said = errands.run("back_up_switches", "--check", "--diff")
    assert code == 0
    assert "+ description by hand" in said
    code, said = errands.run("back_up_switches")
    assert code == 0
    assert "sw-vrp unknown" in errands.git("log", "--format=%s %(trailers:key=Made-by,valueonly,separator=)")


def test_a_room_is_closed_until_an_instant_and_no_errand_opens_it(errands: Errands) -> None:
    code, said = errands.run("close_ports", "-e", '{"close_rooms": ["room-eos"], "close_until": "45"}')
    assert code == 0, said
    port = errands.device("eos").running.children["interface Ethernet1"]
    assert "shutdown" in port.children
    code, said = errands.run("configure_switches")
    assert code == 0, said
    assert (
        "shutdown" in port.children
        or "shutdown" in errands.device("eos").running.children["interface Ethernet1"].children
    )
    code, said = errands.run("open_ports", "-e", '{"close_rooms": ["room-eos"]}')
    assert code == 0, said
    assert "shutdown" not in errands.device("eos").running.children["interface Ethernet1"].children


def test_a_room_whose_time_is_over_is_opened_by_any_errand(errands: Errands) -> None:
    errands.run("close_ports", "-e", '{"close_rooms": ["room-ios"], "close_until": "45"}')
    assert "shutdown" in errands.device("ios").running.children["interface GigabitEthernet1/0/1"].children
    (errands.folder / "switches/closed.json").write_text(json.dumps({"room-ios": 1}))
    code, said = errands.run("open_ports")
    assert code == 0, said
    assert "shutdown" not in errands.device("ios").running.children["interface GigabitEthernet1/0/1"].children


def test_a_switch_that_refuses_is_as_before_and_the_others_are_done(errands: Errands) -> None:
    device = errands.device("ios")
    errands.device("ios").hook = lambda line: "nonsense" if line.startswith("description") else line
    before = device.text(device.running)
    device.running.children["interface GigabitEthernet1/0/1"].children.pop("description ios-1", None)
    code, said = errands.run("configure_switches")
    device.hook = lambda line: line
    assert code == 2
    assert "taken back at once" in said
    assert said.count("failed=1") == 1
    assert device.text(device.running) != before


def test_what_cannot_be_asked_for_is_said(errands: Errands) -> None:
    code, said = errands.run("close_ports", lang="zh_CN")
    assert code == 2
    assert "close_until" in said
    code, said = errands.run(
        "configure_switches", "-l", "sw-ios", "-e", "ansible_password=wrong", lang="zh_CN"
    )
    assert code == 2
    assert "什么都没有改动" in said


_NEIGHBOUR = """
------------------------------------------------
Local Intf: Gi1/0/3
Chassis id: 0c11.6722.0001
Port id: Gi1/0/1
Port Description: uplink
System Name: stray-switch

System Description:
A switch

Time remaining: 99 seconds
System Capabilities: B
Enabled Capabilities: B
Management Addresses - not advertised
Auto Negotiation - supported, enabled


Total entries displayed: 1
"""
_MACS = """          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
  11    0200.0000.0001    DYNAMIC     Gi1/0/1
  11    0200.0000.00a1    DYNAMIC     Gi1/0/2
  11    0200.0000.00a2    DYNAMIC     Gi1/0/2
  11    0200.0000.00a3    DYNAMIC     Gi1/0/2
Total Mac Addresses for this criterion: 4
"""


def test_the_monthly_check_prints_a_page_and_its_findings_are_in_the_ledger(errands: Errands) -> None:
    for name in PLATFORM_NAMES:
        commands = PLATFORMS[name].facts
        errands.device(name).answers |= {commands[fact]: text for fact, text in ANSWERS[name].items()}
    device = errands.device("ios")
    device.answers |= {"show lldp neighbors detail": _NEIGHBOUR, "show mac address-table": _MACS}
    errands.device("eos").up = False
    ledger = (
        "-e",
        f"ledger_url=sqlite:///{errands.folder}/ledger.db",
        "-e",
        f"ledger_papers={errands.folder}/papers",
    )
    code, said = errands.run("check_switches", *ledger)
    errands.device("eos").up = True
    assert code == 0, said
    assert "stray-switch" in said
    assert "Look for a hub" in said
    assert "did not answer" in said
    paper = errands.folder / "papers/switches_check.pdf"
    assert paper.read_bytes().startswith(b"%PDF")
    found = errands.findings()
    assert {one.advice for one in found.values()} >= {"network_place", "network_silent", "network_changed"}
    assert "network:sw-ios:unknown switch:gi1/0/3" in found
    # Each of the four that answered has a broken fan.
    assert {key.split(":")[1] for key in found if ":fan:" in key} == {
        f"sw-{name}" for name in PLATFORM_NAMES if name != "eos"
    }
    assert "Traceback" not in said
    # What is mended is resolved by the next check.
    device.answers.clear()
    code, said = errands.run("check_switches", *ledger)
    assert code == 0, said
    status = {key: one.status for key, one in errands.findings().items()}
    assert status["network:sw-ios:unknown switch:gi1/0/3"] is FindingStatus.RESOLVED
    assert status[next(key for key in status if ":changed:" in key)] is FindingStatus.OPEN
