"""What switches answer is read alike on every platform, and what is wrong with them is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.network.model import Port
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.checks import Limits, check_switch
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.platforms import PLATFORMS as TRAITS
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.said import key_of_port
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.states import SwitchState, read_state
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.whereabouts import Whereabouts
from hypothesis import given, settings
from hypothesis import strategies as st
from ntc_templates.parse import parse_output

from tests.samples.switch_answers import ANSWERS
from tests.samples.switches import found_running, school

TALKING = ("ios", "comware", "vrp", "ruijie", "eos")


def state_of(platform: str) -> SwitchState:
    running = found_running(platform)
    answers = ANSWERS[platform] | ({"unsaved": running} if "unsaved" in TRAITS[platform].facts else {})
    return read_state(platform, answers, running)


MODELS = {
    "ios": ("15.2(7)E4", "WS-C2960X-24PS-L"),
    "comware": ("7.1.070, Release 6348P01", "S5130S-28P-EI"),
    "vrp": ("V200R021C00SPC100", "S5735-L24P4X-A1"),
    "ruijie": ("S5310_RGOS 12.5(4)B0101, Release(07242512)", "S5310-24GT4XS-P-E"),
    "eos": ("4.27.3F", "DCS-7050TX-64-F"),
}


@pytest.mark.parametrize("platform", TALKING)
def test_the_health_is_read(platform: str) -> None:
    state = state_of(platform)
    assert (state.version, state.model) == MODELS[platform]
    assert state.cpu == 83.0
    ((_, degrees, limit),) = state.temperatures
    assert degrees == 38.0
    assert limit == (None if platform == "ruijie" else 72.0)
    assert [part.works for part in state.fans] == [True, False]
    assert [part.works for part in state.supplies] == ([True] if platform == "eos" else [True, None])
    assert state.unsaved is False
    assert state.refused == ()


@pytest.mark.parametrize("platform", TALKING)
def test_the_ports_are_read(platform: str) -> None:
    first, second, uplink = state_of(platform).ports
    assert (first.up, first.closed, first.errors) == (True, False, 143)
    assert (second.up, second.closed, second.errors) == (False, True, 0)
    assert uplink.load == pytest.approx(0.75)
    assert first.load is not None
    assert first.load < 0.001
    assert uplink.flaps == (None if platform in ("comware", "vrp") else 14)


@pytest.mark.parametrize("platform", TALKING)
def test_neighbours_and_stations_are_read(platform: str) -> None:
    state = state_of(platform)
    core, hub, *phones = state.neighbours
    assert (core.system.split(".")[0], core.chassis, core.bridge) == ("core", "00:11:22:33:00:ff", True)
    assert (hub.system, hub.bridge, hub.telephone) == ("TL-SG108E", True, False)
    assert [phone.telephone for phone in phones] == ([] if platform == "ruijie" else [True])
    assert [(one.mac, one.vlan) for one in state.stations][:2] == [
        ("e0:be:03:21:00:01", 11),
        ("e0:be:03:21:00:02", 11),
    ]
    assert len(state.stations) == (7 if platform == "ruijie" else 8)
    ends = {key_of_port(one.port) for one in state.stations}
    assert key_of_port(state.ports[0].name) in ends
    assert key_of_port(state.ports[2].name) in ends


def test_a_linux_bridge_is_read() -> None:
    state = state_of("linux_bridge")
    assert [(one.name, one.up, one.closed, one.errors) for one in state.ports] == [
        ("port1", True, False, 143),
        ("port2", False, True, 0),
    ]
    assert [(one.mac, one.port) for one in state.stations] == [
        ("e0:be:03:21:00:01", "port1"),
        ("e0:be:03:21:00:02", "port5"),
    ]


@pytest.mark.parametrize(
    ("platform", "ntc", "command"),
    [
        ("ios", "cisco_ios", "show interfaces"),
        ("eos", "arista_eos", "show interfaces"),
        ("vrp", "huawei_vrp", "display interface"),
    ],
)
def test_other_peoples_templates_read_the_same_ports(platform: str, ntc: str, command: str) -> None:
    rows = parse_output(platform=ntc, command=command, data=ANSWERS[platform]["interfaces"])
    theirs = {key_of_port(row["interface"]): row["link_status"].lower() for row in rows}
    state = state_of(platform)
    assert [theirs[key_of_port(port.name)] == "up" for port in state.ports] == [
        port.up for port in state.ports
    ]
    assert ["administratively" in theirs[key_of_port(port.name)] for port in state.ports] == [
        port.closed for port in state.ports
    ]
    if platform == "ios":
        errors = {
            key_of_port(row["interface"]): int(row["input_errors"] or 0) + int(row["output_errors"] or 0)
            for row in rows
        }
        assert {key_of_port(port.name): port.errors for port in state.ports}.items() <= errors.items()


@pytest.mark.parametrize(
    ("platform", "ntc", "command"),
    [
        ("ios", "cisco_ios", "show mac address-table"),
        ("eos", "arista_eos", "show mac address-table"),
        ("comware", "hp_comware", "display mac-address"),
    ],
)
def test_other_peoples_templates_read_the_same_addresses(platform: str, ntc: str, command: str) -> None:
    rows = parse_output(platform=ntc, command=command, data=ANSWERS[platform]["macs"])
    column = "mac_address" if "mac_address" in rows[0] else "destination_address"
    theirs = {row[column].replace(".", "").replace("-", "").lower() for row in rows}
    ours = {one.mac.replace(":", "") for one in state_of(platform).stations}
    assert ours <= theirs
    assert all(int(one[:2], 16) & 1 for one in theirs - ours)


def test_a_refusal_is_no_fact() -> None:
    answers = ANSWERS["ios"] | {
        "environment": "          ^\n% Invalid input detected at '^' marker.\n",
        "cpu": "",
    }
    state = read_state("ios", answers, "")
    assert state.refused == ("cpu", "environment", "unsaved")
    assert state.cpu is None
    assert state.unsaved is None


def test_what_is_not_saved_is_seen() -> None:
    running = found_running("ios")
    startup = running.replace("Building configuration...", "Using 9817 out of 524288 bytes")
    assert read_state("ios", {"unsaved": startup}, running).unsaved is False
    assert read_state("ios", {"unsaved": startup.replace("speed 100", "speed 10")}, running).unsaved is True


@pytest.mark.parametrize("platform", TALKING)
def test_the_monthly_check_finds_what_is_wrong(platform: str) -> None:
    state = state_of(platform)
    uplink = state.ports[2].name
    found = check_switch(state, Limits(), uplinks=[uplink])
    flaps = [] if platform in ("comware", "vrp") else ["flaps"]
    assert [one.kind for one in found] == ["cpu", "fan", "errors", *flaps, "uplink load"]
    assert found[-1].what.render() == f"上联口 {uplink} 的带宽占用率为 75%。"


def test_the_check_counts_from_the_last_one_and_knows_the_limits() -> None:
    state = state_of("ios")
    assert "errors" not in {one.kind for one in check_switch(state, Limits(), earlier=state)}
    hot = replace(state, temperatures=(("System", 75.0, 72.0), ("Inlet", 66.0, None), ("CPU", 66.0, 95.0)))
    assert [one.kind for one in check_switch(hot, Limits())].count("temperature") == 2
    old = Limits(firmware={"WS-C2960X-24PS-L": "15.2(7)E9"})
    assert "firmware" in {one.kind for one in check_switch(state, old)}
    assert "unsaved" in {one.kind for one in check_switch(replace(state, unsaved=True), Limits())}
    cleared = replace(state, ports=tuple(replace(one, errors=1_000_000) for one in state.ports))
    assert "errors" in {one.kind for one in check_switch(state, Limits(), earlier=cleared)}
    down = replace(state, ports=(replace(state.ports[2], up=False),))
    assert [one.kind for one in check_switch(down, Limits(), uplinks=["Gi1/0/27"])][-1] == "uplink down"


@pytest.mark.parametrize("platform", TALKING)
def test_computers_are_found_at_their_ports(platform: str) -> None:
    whereabouts = Whereabouts(read_network(school(platform)), {"sw1": state_of(platform)})
    places = {place.seat.name: place for place in whereabouts.places}
    assert places["pc01"].is_right
    assert places["pc01"].outlet is not None
    assert places["pc01"].outlet.name == "D01-01"
    assert places["pc02"].port == Port("sw1", 5)
    assert places["pc02"].is_right is False
    assert "pc09" not in places  # It was only seen through the uplink.
    found = whereabouts.findings()["sw1"]
    assert [one.kind for one in found] == ["wrong port", "hub", "unknown switch"]
    assert "pc02（机房一，座位 02）接在端口 sw1" in found[0].what.render()
    assert "02:02:00:00:00:01" in found[1].what.render("en")
    assert "TL-SG108E" in found[2].what.render("en")


def test_an_uplink_in_the_wrong_socket_is_found() -> None:
    state = state_of("ios")
    core = state.neighbours[0]
    for other in (replace(core, system="sw9"), replace(core, remote_port="GigabitEthernet1/0/2")):
        data = school("ios")
        data["switches"][1]["platform"] = "ios"
        moved = replace(state, neighbours=(other,))
        found = Whereabouts(read_network(data), {"sw1": moved}).findings()["sw1"]
        assert found[-1].kind == "wrong uplink"
        assert "core GigabitEthernet1/0/1" in found[-1].what.render("en")


def test_a_computer_that_is_also_right_is_right() -> None:
    state = state_of("ios")
    second = next(one for one in state.stations if one.mac == "e0:be:03:21:00:02")
    both = replace(state, stations=(*state.stations, replace(second, port="Gi1/0/2")))
    found = Whereabouts(read_network(school("ios")), {"sw1": both}).findings()["sw1"]
    assert "wrong port" not in {one.kind for one in found}


@pytest.mark.parametrize("platform", ANSWERS)
@settings(max_examples=20)
@given(data=st.data())
def test_any_answer_is_read_or_refused(platform: str, data: st.DataObject) -> None:
    """Answers cut, doubled and mixed with anything: no error but the one that says so."""
    answers = {}
    for name, text in ANSWERS[platform].items():
        if platform == "linux_bridge" and name != "version":
            answers[name] = text
            continue
        at = data.draw(st.integers(0, len(text)))
        answers[name] = (
            text[:at] + data.draw(st.text(max_size=30)) + text[data.draw(st.integers(0, len(text))) :]
        )
    state = read_state(platform, answers, "")
    check_switch(state, Limits())
    Whereabouts(read_network(school(platform)), {"sw1": state}).findings()
