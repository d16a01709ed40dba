"""Exact plans: what is typed for a change, in which order, and what it is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.network.model import Port
from ansible_collections.jifang.lab.plugins.plugin_utils.network.port_duties import ports_of_room
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.diff import ChangePlan, changes
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.intended import intended_config
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.platforms import PLATFORMS as TRAITS

from tests.samples.switches import PLATFORMS, found_running, school

School = dict[str, Any]


def of_school(platform: str, change: Callable[[School], object] = lambda _: None) -> str:
    data = school(platform)
    change(data)
    return intended_config(read_network(data), "sw1")


def plan_of(platform: str, change: Callable[[School], object]) -> ChangePlan:
    """From the school as it is to the changed one."""
    return changes(platform, of_school(platform), of_school(platform, change))


def other_vlan(data: School) -> None:
    data["ports"].append({"port": "sw1/3", "vlan": 12, "closed": True})


def new_trunk(data: School) -> None:
    data["ports"].append({"port": "sw1/3", "trunk": [11, 40], "native": 11})


def renamed(data: School) -> None:
    """VLAN 40 goes, VLAN 41 comes, and the uplink with it."""
    data["vlans"][2] = {"id": 41, "name": "phones", "zone": "office"}
    data["subnets"][2].update(vlan=41)
    data["uplinks"][0]["vlans"] = [11, 12, 41, 99]
    for entry in data["ports"]:
        if "voice" in entry:
            entry["voice"] = 41


NAMES = {
    "ios": ("GigabitEthernet1/0/3", "GigabitEthernet1/0/27"),
    "comware": ("GigabitEthernet1/0/3", "GigabitEthernet1/0/27"),
    "vrp": ("GigabitEthernet0/0/3", "XGigabitEthernet0/0/3"),
    "ruijie": ("GigabitEthernet 0/3", "GigabitEthernet 0/27"),
    "eos": ("Ethernet3", "Ethernet27"),
}

TABLE: list[tuple[str, Callable[[School], None], list[str]]] = [
    ("ios", other_vlan, ["switchport access vlan 12", "shutdown"]),
    ("ruijie", other_vlan, ["switchport access vlan 12", "shutdown"]),
    ("eos", other_vlan, ["switchport access vlan 12", "shutdown"]),
    ("comware", other_vlan, ["port access vlan 12", "shutdown"]),
    ("vrp", other_vlan, ["port default vlan 12", "shutdown"]),
    (
        "ios",
        new_trunk,
        [
            "no spanning-tree bpduguard",
            "no spanning-tree portfast",
            "no switchport port-security",
            "no switchport port-security violation",
            "no switchport port-security maximum",
            "no switchport access vlan",
            "switchport mode trunk",
            "switchport trunk native vlan 11",
            "switchport trunk allowed vlan 11,40",
        ],
    ),
    (
        "ruijie",
        new_trunk,
        [
            "no spanning-tree bpduguard",
            "no spanning-tree portfast",
            "no switchport port-security",
            "no switchport port-security violation",
            "no switchport port-security maximum",
            "no switchport access vlan",
            "switchport mode trunk",
            "switchport trunk native vlan 11",
            "switchport trunk allowed vlan only 11,40",
        ],
    ),
    (
        "eos",
        new_trunk,
        [
            "no spanning-tree bpduguard",
            "no spanning-tree portfast",
            "no switchport port-security",
            "no switchport port-security mac-address maximum",
            "no switchport access vlan",
            "switchport mode trunk",
            "switchport trunk native vlan 11",
            "switchport trunk allowed vlan 11,40",
        ],
    ),
    (
        "comware",
        new_trunk,
        [
            "undo stp port bpdu-protection",
            "undo stp edged-port",
            "undo mac-address max-mac-count",
            "undo port access vlan",
            "port link-type trunk",
            "undo port trunk permit vlan 1",
            "port trunk permit vlan 11 40",
            "port trunk pvid vlan 11",
        ],
    ),
    (
        "vrp",
        new_trunk,
        [
            "undo stp edged-port",
            "undo port-security max-mac-num",
            "undo port-security enable",
            "undo port default vlan",
            "port link-type trunk",
            "undo port trunk allow-pass vlan 1",
            "port trunk allow-pass vlan 11 40",
            "port trunk pvid vlan 11",
        ],
    ),
]


@pytest.mark.parametrize(
    ("platform", "change", "inner"), TABLE, ids=[f"{p}-{c.__name__}" for p, c, _ in TABLE]
)
def test_a_port_is_changed_by_these_commands(
    platform: str, change: Callable[[School], None], inner: list[str]
) -> None:
    header, leave = f"interface {NAMES[platform][0]}", TRAITS[platform].leave
    assert plan_of(platform, change).commands == (header, *inner, leave)


UPLINK = {
    "ios": ["switchport trunk allowed vlan remove 40", "switchport trunk allowed vlan add 41"],
    "ruijie": ["switchport trunk allowed vlan remove 40", "switchport trunk allowed vlan add 41"],
    "eos": ["switchport trunk allowed vlan remove 40", "switchport trunk allowed vlan add 41"],
    "comware": ["undo port trunk permit vlan 40", "port trunk permit vlan 41"],
    "vrp": ["undo port trunk allow-pass vlan 40", "port trunk allow-pass vlan 41"],
}


@pytest.mark.parametrize("platform", UPLINK)
def test_a_vlan_is_made_before_it_is_used_and_removed_after(platform: str) -> None:
    commands = plan_of(platform, renamed).commands
    leave, undo = TRAITS[platform].leave, TRAITS[platform].undo
    begin = ("vlan 41", "name phones", *(("dhcp snooping enable",) if platform == "vrp" else ()), leave)
    assert commands[: len(begin)] == begin
    assert commands[-1] == f"{undo} vlan 40"
    at = commands.index(f"interface {NAMES[platform][1]}")
    assert list(commands[at + 1 : at + 3]) == UPLINK[platform]
    # The uplink comes after every other port.
    assert not [one for one in commands[at + 1 :] if one.startswith("interface ")]


def test_a_linux_bridge_is_changed_by_the_shell() -> None:
    assert plan_of("linux_bridge", other_vlan).commands == (
        "bridge vlan del dev port3 vid 11",
        "bridge vlan add dev port3 vid 12 pvid untagged",
        "ip link set dev port3 down",
    )
    assert plan_of("linux_bridge", renamed).commands == (
        "bridge vlan del dev port24 vid 40",
        "bridge vlan add dev port24 vid 41",
        "bridge vlan del dev port27 vid 40",
        "bridge vlan add dev port27 vid 41",
    )


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_change_is_said_in_words(platform: str) -> None:
    (said,) = plan_of(platform, other_vlan).words
    port = NAMES.get(platform, ("port3", ""))[0]
    assert said.render("en") == f"Port {port}: VLAN 11 → 12, port closed."
    assert said.render() == f"端口 {port}：VLAN 归属由 11 改为 12、关闭端口。"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_room_is_closed_for_an_exam_and_opened_again(platform: str) -> None:
    network = read_network(school(platform))
    closed = ports_of_room(network, "机房一")
    assert closed == {Port("sw1", number) for number in range(1, 25)}
    lesson, exam = intended_config(network, "sw1"), intended_config(network, "sw1", closed)
    plan = changes(platform, lesson, exam)
    shut = [one for one in plan.commands if one == "shutdown" or one.endswith(" down")]
    assert len(shut) == 24
    assert {one.render("en").split(": ")[1] for one in plan.words} == {"port closed."}
    assert plan.rollback == changes(platform, exam, lesson).commands
    assert len([one for one in plan.rollback if one.endswith((" shutdown", " up"))]) == 24


@pytest.mark.parametrize("platform", [one for one in PLATFORMS if one != "linux_bridge"])
def test_what_the_model_does_not_describe_is_kept(platform: str) -> None:
    plan = changes(platform, found_running(platform), of_school(platform))
    typed = "\n".join(plan.commands)
    for foreign in (
        "speed",
        "snmp",
        "radius",
        "banner",
        "header",
        "ntp",
        "local-user",
        "username",
        "sticky",
        "qos",
    ):
        assert foreign not in typed
    # Without a word of the model about PoE at port 7, its line stays.
    at = plan.commands.index(f"interface {NAMES[platform][0][:-1]}7")
    end = plan.commands.index(TRAITS[platform].leave, at)
    assert not [one for one in plan.commands[at:end] if "poe" in one or "power" in one]


def test_a_vlan_that_something_else_uses_is_kept_and_named() -> None:
    plan = changes("comware", found_running("comware"), of_school("comware"))
    assert [note.render("en").split(",")[0] for note in plan.notes] == ["VLAN 31 is not described"]
    assert [one for one in plan.commands if one.startswith("undo vlan")] == ["undo vlan 10", "undo vlan 30"]
    # Its section is written again by the rollback, with what the model knows nothing of.
    plan = changes("vrp", found_running("vrp"), of_school("vrp"))
    at = plan.rollback.index("vlan 10")
    assert set(plan.rollback[at + 1 : at + 3]) == {"name students", "description old room"}
    assert plan.rollback[at + 3] == "quit"


def test_a_port_of_an_aggregation_is_left_alone() -> None:
    plan = changes("vrp", found_running("vrp"), of_school("vrp"))
    assert "interface XGigabitEthernet0/0/4" not in plan.commands
    assert "聚合组" in plan.notes[-1].render()


def test_a_port_that_is_not_there_is_refused() -> None:
    with pytest.raises(UserError, match="no port GigabitEthernet1/0/1, GigabitEthernet1/0/2"):
        changes("ios", "interface GigabitEthernet0/1\n!\n", of_school("ios"))


def test_guards_go_on_after_the_ports_and_off_before_them() -> None:
    data = school("ios")
    data["switches"][0]["dhcp_snooping"] = False
    without = intended_config(read_network(data), "sw1")
    plan = changes("ios", without, of_school("ios"))
    first = plan.commands.index("ip dhcp snooping")
    assert max(at for at, one in enumerate(plan.commands) if one.startswith("interface ")) < first
    back = plan.rollback.index("no ip dhcp snooping")
    assert back < min(at for at, one in enumerate(plan.rollback) if one.startswith("interface "))


def test_a_long_list_of_vlans_is_typed_in_parts() -> None:
    def many(data: School) -> None:
        for number in range(100, 200, 2):
            data["vlans"].append({"id": number, "name": f"v{number}", "zone": "lab"})
            data["subnets"].append(
                {"vlan": number, "cidr": f"10.30.{number}.0/24", "gateway": f"10.30.{number}.254"}
            )
        data["uplinks"][0]["vlans"] += range(100, 200, 2)

    for platform in ("ios", "comware", "vrp"):
        typed = [one for one in plan_of(platform, many).commands if "trunk" in one]
        assert len(typed) == 5
        assert all(len(one) < 120 for one in typed)


POE = {
    "ios": ("power inline never", "power inline auto"),
    "comware": ("undo poe enable", "poe enable"),
    "vrp": ("undo poe enable", "poe enable"),
    "ruijie": ("no poe enable", "poe enable"),
    "eos": ("poe disabled", "no poe disabled"),
}


@pytest.mark.parametrize("platform", POE)
def test_power_is_the_switches_own_until_the_model_says_something(platform: str) -> None:
    def said(power: bool | None) -> str:
        entry = {"port": "sw1/3", "vlan": 11} | ({} if power is None else {"poe": power})
        return of_school(platform, lambda data: data["ports"].append(entry))

    off, on = POE[platform]
    silent = said(None)
    for power, line, words in ((False, off, "power over Ethernet off"), (True, on, "power over Ethernet on")):
        other = said(not power)
        plan = changes(platform, other, said(power))
        assert plan.commands[1:-1] == (line,)
        assert [one.render("en").split(": ")[1] for one in plan.words] == [f"{words}."]
        assert changes(platform, other, silent).empty
        assert changes(platform, said(power), silent).empty


@pytest.mark.parametrize(("platform", "line"), [("eos", "lldp run"), ("ruijie", "lldp enable")])
def test_lldp_that_was_switched_off_is_switched_on(platform: str, line: str) -> None:
    intended = of_school(platform)
    plan = changes(platform, intended.replace(f"\n{line}\n", f"\nno {line}\n"), intended)
    assert (plan.commands, plan.rollback) == ((line,), (f"no {line}",))
    # It goes without saying, and the switch does not say it.
    assert changes(platform, intended.replace(f"\n{line}\n", "\n"), intended).empty


def test_a_catalyst_becomes_transparent_before_its_vlans_are_made() -> None:
    intended = of_school("ios")
    server = (
        intended.replace("vtp mode transparent\n", "").split("vlan 11\n")[0]
        + intended[intended.index("interface") :]
    )
    assert changes("ios", server, intended).commands[:2] == ("vtp mode transparent", "vlan 11")
    assert changes("ios", intended.replace("transparent", "off"), intended).empty
