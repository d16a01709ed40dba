"""The core against emulated switches that know nothing of it: every command is taken, and nothing is left."""

from __future__ import annotations

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.network.model import Network
from ansible_collections.jifang.lab.plugins.plugin_utils.network.port_duties import ports_of_room
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.alike import alike
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.diff import ChangePlan, changes
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.intended import intended_config
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.normal import normalised

from tests.samples.network import small_network
from tests.samples.switches import found_running
from tests.samples.switches import school as used_school
from tests.switches.conftest import PLATFORM_NAMES, start
from tests.switches.emulator.device import Device
from tests.switches.emulator.shell import PRIVILEGED, Shell

ON = {
    "bpdu_guard": True,
    "storm": 5,
    "macs": 2,
    "trusted": False,
    "dot1x": True,
}


def school(platform: str) -> Network:
    """A switch with a port of every kind: computers, a telephone, a camera on PoE, a trunk, an uplink."""
    data = small_network()
    data["vlans"].append({"id": 30, "name": "phones", "zone": "lab"})
    data["subnets"].append({"vlan": 30, "cidr": "10.0.30.0/24", "gateway": "10.0.30.254"})
    data["switches"][0] |= {"platform": platform, "ports": 8, "profile": "pc"}
    if platform != "eos":
        data["switches"][0]["dhcp_snooping"] = True
    data["profiles"] = [
        {"name": "pc", **ON},
        {"name": "between", "trunk": [11, 20], "native": 20},
    ]
    data["ports"] = [
        {"port": "sw1/3", "vlan": 11, "voice": 30, "poe": True, "note": "camera"},
        {"port": "sw1/4", "profile": "between"},
        {"port": "sw1/5", "vlan": 11, "closed": True, "poe": False},
    ]
    if platform == "ruijie":  # its telephones are told their VLAN by LLDP
        del data["ports"][0]["voice"]
    return read_network(data)


def typed(device: Device, plan: ChangePlan) -> list[str]:
    """Types a plan in the configuration, and gives back whatever the switch refused."""
    shell = Shell(device)
    assert shell.mode == PRIVILEGED
    enter = (
        "configure session t"
        if device.platform == "eos"
        else ("system-view" if device.dialect.brackets else "configure terminal")
    )
    said = [(enter, shell.enter(enter).text)]
    said += [(line, shell.enter(line).text) for line in plan.commands]
    if device.platform == "eos":
        said.append(("commit", shell.enter("commit").text))
    return [
        f"{line} → {text.strip()}"
        for line, text in said
        if any(word in text for word in ("nvalid", "nrecognized", "rror", "ncomplete", "not exist"))
        and "Creating" not in text
    ]


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_a_switch_takes_every_command_and_then_there_is_none(platform: str) -> None:
    network = school(platform)
    device = start(platform)
    before = device.text(device.running)
    intended = intended_config(network, "sw1")
    plan = changes(platform, before, intended)
    assert plan.words
    assert typed(device, plan) == []
    after = device.text(device.running)
    assert changes(platform, after, intended).commands == ()
    # And the way back leads back.
    back = ChangePlan(commands=plan.rollback)
    assert typed(device, back) == []
    assert alike(device.text(device.running), before)


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_a_switch_that_has_been_in_use_for_years(platform: str) -> None:
    """From a whole running configuration, with VLANs and ports of every kind in it, and back."""
    network = read_network(used_school(platform))
    lines = normalised(platform, found_running(platform)).split("\n")
    device = Device.of(
        platform,
        "\n".join(line for line in lines if not line.lstrip().startswith(("|", "banner", "header"))),
        ports=0,
    )
    before = device.text(device.running)
    intended = intended_config(network, "sw1")
    plan = changes(platform, before, intended)
    assert len(plan.commands) > 200
    assert typed(device, plan) == []
    after = device.text(device.running)
    assert changes(platform, after, intended).commands == ()
    assert typed(device, ChangePlan(commands=plan.rollback)) == []
    assert alike(device.text(device.running), before)


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_a_room_is_closed_and_opened(platform: str) -> None:
    network = school(platform)
    device = start(platform)
    open_, shut = (
        intended_config(network, "sw1", closed) for closed in ((), ports_of_room(network, "机房一"))
    )
    assert typed(device, changes(platform, device.text(device.running), open_)) == []
    plan = changes(platform, device.text(device.running), shut)
    assert typed(device, plan) == []
    assert device.text(device.running).count("shutdown") == 3
    assert typed(device, changes(platform, device.text(device.running), open_)) == []
    assert device.text(device.running).count("shutdown") == 1
