"""What a plan types leads to what is intended, on a switch that refuses wrong commands, and its rollback leads back."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network
from ansible_collections.jifang.lab.plugins.plugin_utils.switches import linux
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.diff import ChangePlan, changes
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.intended import intended_config
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.normal import normalised
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.platforms import PLATFORMS as TRAITS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples.switch_interpreter import SWITCHES, LinuxBridge
from tests.samples.switches import FIXTURES, PLATFORMS, found_running, school


class Device:
    """A switch of any platform that a plan can be typed into."""

    def __init__(self, platform: str, text: str) -> None:
        self.platform = platform
        if platform == "linux_bridge":
            links, vlans = text.split("\0")
            self._bridge = LinuxBridge(links, vlans)
        else:
            self._lines = SWITCHES[platform](normalised(platform, text))

    def running(self) -> str:
        if self.platform == "linux_bridge":
            return linux.running_config(*self._bridge.answers())
        return self._lines.text()

    def type(self, commands: tuple[str, ...]) -> None:
        for command in commands:
            (self._bridge if self.platform == "linux_bridge" else self._lines).run(command)


def found(platform: str) -> Device:
    if platform == "linux_bridge":
        return Device(
            platform, "\0".join((FIXTURES / f"linux_{name}.json").read_text() for name in ("links", "vlans"))
        )
    return Device(platform, found_running(platform))


def bare(platform: str, data: dict[str, Any]) -> Device:
    """A switch with its ports and nothing else."""
    interfaces = read_network(data).switch_by_name["sw1"].interfaces
    if platform == "linux_bridge":
        links, vlans = found(platform)._bridge.answers()
        return Device(platform, f"{links}\0{vlans}")
    return Device(platform, "".join(f"interface {name}\n!\n" for name in interfaces))


def meant(data: dict[str, Any]) -> str:
    return intended_config(read_network(data), "sw1")


def apply(device: Device, intended: str) -> ChangePlan:
    """Types the plan; then nothing is left to do, and from there the rollback leads back to where it was."""
    before = device.running()
    plan = changes(device.platform, before, intended)
    device.type(plan.commands)
    after = device.running()
    again = changes(device.platform, after, intended)
    assert again.commands == ()
    assert again.words == ()
    device.type(plan.rollback)
    back = changes(device.platform, device.running(), intended)
    assert back.commands == plan.commands
    device.type(back.commands)
    assert changes(device.platform, device.running(), intended).empty
    return plan


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_switch_as_it_was_found_becomes_what_is_meant(platform: str) -> None:
    device, intended = found(platform), meant(school(platform))
    plan = apply(device, intended)
    assert plan.commands
    running = device.running()
    if platform != "linux_bridge":
        kept = {
            "ios": "speed 100",
            "comware": "qos trust dscp",
            "vrp": "trust dscp",
            "ruijie": "flowcontrol off",
        }
        assert f" {kept.get(platform, 'speed forced 1000full')}\n" in running


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_bare_switch_becomes_what_is_meant(platform: str) -> None:
    data = school(platform)
    apply(bare(platform, data), meant(data))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_intended_configuration_typed_by_hand_is_what_is_meant(platform: str) -> None:
    """The text for people is no other configuration than the commands."""
    data = school(platform)
    intended = meant(data)
    assert changes(platform, intended, intended) == ChangePlan()


def test_a_bridge_whose_frames_leave_otherwise_is_mended() -> None:
    """VLAN 11 is without a tag but not the default one at port 1, the default one with a tag at port 2."""
    device = found("linux_bridge")
    device._bridge.rows["port1"] = {11: ["Egress Untagged"], 12: ["Egress Untagged"]}
    device._bridge.rows["port2"] = {11: ["PVID"]}
    apply(device, meant(school("linux_bridge")))
    assert device._bridge.rows["port1"] == {11: ["PVID", "Egress Untagged"]}
    assert device._bridge.rows["port2"] == {11: ["PVID", "Egress Untagged"]}


VLANS = st.sampled_from([11, 12, 40, 99, 1])


@st.composite
def port_entries(draw: st.DrawFn, platform: str, number: int) -> dict[str, Any]:
    lacks = TRAITS[platform].lacks
    entry: dict[str, Any] = {"port": f"sw1/{number}"}
    flags = [one for one in ("poe", "bpdu_guard", "trusted", "closed") if one not in lacks]
    for flag in flags:
        if draw(st.booleans()):
            entry[flag] = draw(st.booleans())
    if "storm" not in lacks and draw(st.booleans()):
        entry["storm"] = draw(st.integers(0, 100))
    if draw(st.booleans()):
        entry["trunk"] = sorted(draw(st.sets(st.sampled_from([1, 11, 12, 40, 99]), min_size=1)))
        if draw(st.booleans()):
            entry["native"] = draw(st.sampled_from(entry["trunk"]))
        return entry
    entry["vlan"] = draw(VLANS)
    if "voice" not in lacks and draw(st.booleans()):
        entry["voice"] = draw(VLANS.filter(lambda vlan: vlan not in (entry["vlan"], 1)))
    for key, values in (("macs", st.integers(0, 9)), ("dot1x", st.booleans())):
        if key not in lacks and draw(st.booleans()):
            entry[key] = draw(values)
    return entry


@st.composite
def schools(draw: st.DrawFn, platform: str) -> dict[str, Any]:
    data = school(platform)
    data["vlans"].append({"id": 1, "name": "default", "zone": "management"})
    data["subnets"].append({"vlan": 1, "cidr": "10.20.1.0/24", "gateway": "10.20.1.254"})
    data["ports"] = [draw(port_entries(platform, number)) for number in (1, 2, 25, 26)]
    data["uplinks"][0]["vlans"] = sorted(draw(st.sets(st.sampled_from([1, 11, 12, 40, 99]), min_size=1)))
    extra = draw(st.sets(st.integers(100, 4000), max_size=40))
    for number in sorted(extra):
        data["vlans"].append({"id": number, "name": f"v{number}", "zone": "lab"})
        data["subnets"].append(
            {"vlan": number, "cidr": f"fd20:0:0:{number:x}::/64", "gateway": f"fd20:0:0:{number:x}::1"}
        )
    if draw(st.booleans()):
        data["uplinks"][0]["vlans"] += sorted(extra)
    if "dhcp_snooping" in data["switches"][0]:
        data["switches"][0]["dhcp_snooping"] = draw(st.booleans())
    return data


@pytest.mark.parametrize("platform", PLATFORMS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_any_school_becomes_any_other(platform: str, data: st.DataObject) -> None:
    first, second = (data.draw(schools(platform)) for _ in range(2))
    device = found(platform)
    apply(device, meant(first))
    apply(device, meant(second))
