"""A description with a mistake is refused with the key of the mistake; one without gives the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.network.issues import TOLD, ModelError
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import SECTIONS, read_network
from hypothesis import given
from hypothesis import strategies as st

from tests.samples.network import demo_network, large_network, small_network

Network = dict[str, Any]
Spoil = Callable[[Network], object]


def issues_of(data: object) -> list[tuple[str, str]]:
    """``(key, English words)`` of every mistake."""
    with pytest.raises(ModelError) as caught:
        read_network(data)
    return [(issue.key.removeprefix("lab_network"), issue.what.render("en")) for issue in caught.value.issues]


def test_the_demo_school_is_described_without_a_mistake() -> None:
    network = read_network(demo_network())
    assert network.seat_by_name["pc01"].vlan == 11
    assert {str(one) for one in network.seat_by_name["oa"].addresses} == {"10.20.20.20", "fd20:0:0:20::20"}
    assert [vlan.interface for vlan in network.vlans_of_room("机房一")] == ["eth1.11"]


def test_the_small_one_is_without_a_mistake() -> None:
    network = read_network(small_network())
    assert network.seat_by_name["pc02"].seat == "2"
    assert network.firewall is not None
    assert network.firewall.new_per_minute == 1200


MISTAKES: list[tuple[str, Spoil, str, str]] = [
    (
        "overlapping subnets",
        lambda n: n["subnets"][2].update(cidr="10.0.10.0/23", gateway="10.0.10.254"),
        ".subnets[0].cidr",
        "overlaps 10.0.10.0/23 of lab_network.subnets[2].cidr",
    ),
    (
        "overlapping IPv6 subnets",
        lambda n: n["subnets"].append({"vlan": 20, "cidr": "fd20::/16", "gateway": "fd20::1"}),
        ".subnets[1].cidr",
        "overlaps fd20::/16",
    ),
    (
        "address twice",
        lambda n: n["seats"][1].update(addresses=["10.0.11.1"]),
        ".seats[1].addresses[0]",
        "10.0.11.1 is already used at lab_network.seats[0].addresses[0]",
    ),
    (
        "IPv6 address twice, written otherwise",
        lambda n: n["seats"][1].update(addresses=["fd20:11:0::0001"]),
        ".seats[1].addresses[0]",
        "already used at lab_network.seats[0].addresses[1]",
    ),
    (
        "address of the gateway",
        lambda n: n["seats"][0].update(addresses=["10.0.11.254"]),
        ".seats[0].addresses[0]",
        "already used at lab_network.subnets[0].gateway",
    ),
    (
        "address of a switch",
        lambda n: n["seats"][2].update(addresses=["10.0.20.1"]),
        ".seats[2].addresses[0]",
        "already used at lab_network.switches[0].address",
    ),
    (
        "VLAN twice",
        lambda n: n["vlans"][1].update(id=11),
        ".vlans[1].id",
        "already used at lab_network.vlans[0].id",
    ),
    (
        "two outlets as a list",
        lambda n: n["seats"][0].update(outlet=["A-01", "A-02"]),
        ".seats[0].outlet",
        "has 2 outlets",
    ),
    (
        "a seat twice with two outlets",
        lambda n: n["seats"][1].update(seat="01"),
        ".seats[1].outlet",
        "two outlets: A-02, and A-01 at lab_network.seats[0]",
    ),
    (
        "a seat twice",
        lambda n: n["seats"][1].update(seat="01", outlet="A-01"),
        ".seats[1].seat",
        "already described at lab_network.seats[0]",
    ),
    (
        "two seats on an outlet",
        lambda n: n["seats"][1].update(outlet="A-01"),
        ".seats[1].outlet",
        "already used at lab_network.seats[0].outlet",
    ),
    (
        "a port twice",
        lambda n: n["outlets"][1].update(port="sw1/1"),
        ".outlets[1].port",
        "sw1/1 is already used at lab_network.outlets[0].port",
    ),
    (
        "an outlet on an uplink",
        lambda n: n["outlets"][0].update(port="sw1/8"),
        ".outlets[0].port",
        "already used at lab_network.uplinks[0].from",
    ),
    (
        "a port that is not there",
        lambda n: n["outlets"][0].update(port="sw1/9"),
        ".outlets[0].port",
        "has 8 ports",
    ),
    (
        "a VLAN without a gateway",
        lambda n: n["subnets"][2].pop("gateway"),
        ".subnets[2].gateway",
        "VLAN 20 has no gateway in 10.0.20.0/24",
    ),
    (
        "a VLAN without a subnet",
        lambda n: n["vlans"].append({"id": 30, "name": "v30", "zone": "lab"}),
        ".vlans[2]",
        "VLAN 30 has no subnet",
    ),
    (
        "a gateway outside",
        lambda n: n["subnets"][0].update(gateway="10.0.12.1"),
        ".subnets[0].gateway",
        "10.0.12.1 lies outside its subnet 10.0.11.0/24",
    ),
    (
        "a gateway of the other family",
        lambda n: n["subnets"][0].update(gateway="fd20:11::77"),
        ".subnets[0].gateway",
        "outside its subnet",
    ),
    (
        "a broadcast address",
        lambda n: n["subnets"][0].update(gateway="10.0.11.255"),
        ".subnets[0].gateway",
        "first or the last",
    ),
    (
        "an address of no subnet",
        lambda n: n["seats"][0].update(addresses=["10.0.99.1"]),
        ".seats[0].addresses[0]",
        "10.0.99.1 lies in no subnet",
    ),
    (
        "an address of another room",
        lambda n: n["seats"][2].update(addresses=["10.0.11.77"]),
        ".seats[2].addresses[0]",
        "10.0.11.77 lies outside its subnet: VLAN 11 is not that of 中心机房",
    ),
    (
        "two VLANs",
        lambda n: n["seats"][0].update(addresses=["fd20:11::5", "10.0.20.5"]),
        ".seats[0].addresses[1]",
        "belongs to VLAN 20",
    ),
    (
        "an address of the guests",
        lambda n: n["seats"][0].update(addresses=["10.0.11.210"]),
        ".seats[0].addresses[0]",
        "in the range that DHCP gives away",
    ),
    (
        "a range backwards",
        lambda n: n["subnets"][0].update(dynamic=["10.0.11.9", "10.0.11.5"]),
        ".subnets[0].dynamic",
        "lies behind",
    ),
    ("a MAC twice", lambda n: n["seats"][1].update(mac="02-00-00-00-00-01"), ".seats[1].mac", "already used"),
    (
        "a MAC of a group",
        lambda n: n["seats"][1].update(mac="01:00:5e:00:00:01"),
        ".seats[1].mac",
        "no MAC address",
    ),
    (
        "an outlet of another room",
        lambda n: n["seats"][0].update(outlet="S-01"),
        ".seats[0].outlet",
        "Outlet S-01 is in 中心机房",
    ),
    (
        "a room that is not there",
        lambda n: n["vlans"][0].update(rooms=["机房三"]),
        ".vlans[0].rooms[0]",
        "There is no room 机房三",
    ),
    (
        "a host name twice",
        lambda n: (
            n["switches"][0].update(name="pc01")
            or n["outlets"].clear()
            or n["uplinks"].clear()
            or [one.pop("outlet") for one in n["seats"]]
        ),
        ".seats[0].name",
        "already used",
    ),
    (
        "an unknown zone of a VLAN",
        lambda n: n["vlans"][0].update(zone="labs"),
        ".vlans[0].zone",
        "no zone labs",
    ),
    (
        "an unknown zone of a rule",
        lambda n: n["rules"][0].update({"from": ["lab", "labs"]}),
        ".rules[0].from[1]",
        "There is no zone labs. Write one of lab, server, internet",
    ),
    ("an unknown target", lambda n: n["rules"][0].update(to="servers"), ".rules[0].to", "no zone servers"),
    (
        "an unknown service",
        lambda n: n["rules"][0].update(services=["wbe"]),
        ".rules[0].services[0]",
        "no service wbe",
    ),
    (
        "a service of another zone",
        lambda n: n["rules"][0].update(to="internet"),
        ".rules[0].services[0]",
        "Write to: server",
    ),
    (
        "a service of no host",
        lambda n: n["services"][0].update(hosts=["aa"]),
        ".services[0].hosts[0]",
        "no host aa in seats",
    ),
    ("a misspelt key", lambda n: n["seats"][0].update(adresses=[]), ".seats[0].adresses", "not known here"),
    ("a misspelt section", lambda n: n.update(seat=[]), ".seat", "not known here"),
    ("a missing key", lambda n: n["seats"][0].pop("room"), ".seats[0].room", "missing"),
    ("a zone that is always there", lambda n: n["zones"].append("internet"), ".zones[2]", "always there"),
    (
        "an unknown platform",
        lambda n: n["switches"][0].update(platform="catos"),
        ".switches[0].platform",
        "Write one of ios, comware, vrp, ruijie, eos, linux_bridge",
    ),
    (
        "too few names of ports",
        lambda n: n["switches"][0].update(interfaces=["GigabitEthernet1/0/1-4", "Te1/1/1"]),
        ".switches[0].interfaces",
        "These are 5 names for 8 ports",
    ),
    (
        "a name of a port twice",
        lambda n: n["switches"][0].update(interfaces=["Gi1/0/1-4", "Gi1/0/4-7"]),
        ".switches[0].interfaces",
        "These are 7 names for 8 ports",
    ),
    (
        "a name of ports with a command",
        lambda n: n["switches"][0].update(interfaces=["Gi1/0/1-8\nreload"]),
        ".switches[0].interfaces[0]",
        "are no names of ports",
    ),
    (
        "a profile that is not there",
        lambda n: n["switches"][0].update(profile="pcs"),
        ".switches[0].profile",
        "no profile pcs",
    ),
    (
        "a profile of a port that is not there",
        lambda n: n["ports"][0].update(profile="pcs"),
        ".ports[0].profile",
        "no profile pcs",
    ),
    ("a profile twice", lambda n: n["profiles"][1].update(name="pc"), ".profiles[1].name", "already used"),
    ("a VLAN of a port", lambda n: n["ports"][0].update(vlan=12), ".ports[0].vlan", "There is no VLAN 12"),
    (
        "a VLAN of a trunk",
        lambda n: n["profiles"][1].update(trunk=[20, 21]),
        ".profiles[1].trunk",
        "no VLAN 21",
    ),
    ("no VLAN at all", lambda n: n["ports"][0].update(vlan=5000), ".ports[0].vlan", "from 1 to 4094"),
    (
        "a native VLAN outside the trunk",
        lambda n: n["profiles"][1].update(trunk=[11]),
        ".profiles[1].native",
        "not among those of the trunk",
    ),
    (
        "a native VLAN without a trunk",
        lambda n: n["ports"][0].update(native=11),
        ".ports[0].native",
        "Only a trunk has",
    ),
    (
        "a trunk with a limit",
        lambda n: n["profiles"][1].update(macs=2),
        ".profiles[1].macs",
        "A trunk has no macs",
    ),
    ("an empty trunk", lambda n: n["ports"][0].update(trunk=[]), ".ports[0].trunk", "lets nothing through"),
    (
        "a telephone in the computer's VLAN",
        lambda n: n["ports"][0].update(voice=11),
        ".ports[0].voice",
        "that of the computer too",
    ),
    (
        "a telephone in the VLAN of the seat",
        lambda n: n["profiles"][0].update(voice=11),
        ".outlets[0].voice",
        "that of the computer too",
    ),
    ("a VLAN of an uplink", lambda n: n["uplinks"][0].update(vlans=[21]), ".uplinks[0].vlans", "no VLAN 21"),
    (
        "a native VLAN of an uplink",
        lambda n: n["uplinks"][0].update(vlans=[11], native=20),
        ".uplinks[0].native",
        "not among those of the trunk",
    ),
    (
        "an entry of a port twice",
        lambda n: n["ports"][1].update(port="sw1/3"),
        ".ports[1].port",
        "already used",
    ),
    (
        "an entry of an uplink",
        lambda n: n["ports"][1].update(port="sw1/8"),
        ".ports[1].port",
        "sw1/8 is an uplink",
    ),
    (
        "an entry of no port",
        lambda n: n["ports"][1].update(port="sw1/9"),
        ".ports[1].port",
        "has 8 ports",
    ),
    (
        "an entry of no switch",
        lambda n: n["ports"][1].update(port="sw9/1"),
        ".ports[1].port",
        "no switch sw9",
    ),
    (
        "a port whose VLAN nobody knows",
        lambda n: n["ports"][0].pop("vlan"),
        ".ports[0]",
        "The VLAN of GigabitEthernet1/0/3 is not known",
    ),
    (
        "a Chinese name on a switch that may not show it",
        lambda n: n["outlets"][0].update(name="甲-01") or n["seats"][0].update(outlet="甲-01"),
        ".outlets[0]",
        "only certain of printing ASCII",
    ),
    (
        "a note with a command",
        lambda n: n["ports"][0].update(note="camera\nreload"),
        ".ports[0].note",
        "cannot be used as a name",
    ),
    ("a note with help", lambda n: n["ports"][0].update(note="why?"), ".ports[0].note", "cannot be used"),
    (
        "what a platform has not",
        lambda n: n["switches"][0].update(platform="linux_bridge"),
        ".ports[0].poe",
        "Switches of linux_bridge have no poe",
    ),
    (
        "DHCP snooping where there is none",
        lambda n: n["switches"][0].update(platform="eos", dhcp_snooping=True),
        ".switches[0].dhcp_snooping",
        "Switches of eos have no dhcp_snooping",
    ),
    (
        "a long name of a VLAN",
        lambda n: n["vlans"][0].update(name="a" * 32),
        ".vlans[0].name",
        "longer than 31 characters",
    ),
    (
        "a reserved VLAN",
        lambda n: (
            n["vlans"].append({"id": 1003, "name": "v", "zone": "lab"})
            or n["subnets"].append({"vlan": 1003, "cidr": "10.9.0.0/24", "gateway": "10.9.0.1"})
        ),
        ".vlans[2].id",
        "reserved on switches of ios",
    ),
    (
        "a storm of too much",
        lambda n: n["profiles"][0].update(storm=101),
        ".profiles[0].storm",
        "from 0 to 100",
    ),
    (
        "a port that is closed a bit",
        lambda n: n["ports"][0].update(closed="yes"),
        ".ports[0].closed",
        "true nor",
    ),
    (
        "an interface that leads outside",
        lambda n: n["vlans"][0].update(interface="eth0"),
        ".vlans[0].interface",
        "leads outside",
    ),
]


class AsAnsibleReads(int):
    """A number with a kind of its own, as ansible-core 2.19 gives every value of a file."""


@pytest.mark.parametrize(("given_seat", "seat"), [(7, "7"), (AsAnsibleReads(7), "7"), ("07", "07")])
def test_a_seat_may_be_a_number(given_seat: object, seat: str) -> None:
    data = small_network()
    data["seats"][0]["seat"] = given_seat
    assert read_network(data).seat_by_name["pc01"].seat == seat


@pytest.mark.parametrize(
    ("spoil", "key", "words"), [case[1:] for case in MISTAKES], ids=[c[0] for c in MISTAKES]
)
def test_a_mistake_is_told_with_its_key(spoil: Spoil, key: str, words: str) -> None:
    data = small_network()
    spoil(data)
    found = issues_of(data)
    assert [said for one, said in found if one == key and words in said]
    # What follows from it may be told as well: a VLAN that lost its number is missing elsewhere.
    assert len(found) <= 5


SHADOWS: list[tuple[str, list[dict[str, Any]], bool]] = [
    ("the same twice", [{"from": ["lab"], "to": "server", "services": ["web"]}], True),
    ("a wider one later", [{"from": ["lab", "internet"], "to": "server", "services": ["all"]}], False),
    ("another target", [{"from": ["lab"], "to": "server", "services": ["surf"]}], False),
    (
        "part of the ports",
        [
            {"from": ["server"], "to": "lab", "services": ["all"]},
            {"from": ["server"], "to": "lab", "services": ["surf"]},
        ],
        True,
    ),
    (
        "more sources than before",
        [
            {"from": ["server"], "to": "lab", "services": ["all"]},
            {"from": ["server", "lab"], "to": "lab", "services": ["surf"]},
        ],
        False,
    ),
]


@pytest.mark.parametrize(("rules", "refused"), [case[1:] for case in SHADOWS], ids=[c[0] for c in SHADOWS])
def test_a_rule_that_never_counts_is_refused(rules: list[dict[str, Any]], refused: bool) -> None:
    data = small_network()
    data["rules"] += [{"name": f"new {index}", **rule} for index, rule in enumerate(rules)]
    if refused:
        ((key, words),) = issues_of(data)
        assert key == f".rules[{len(data['rules']) - 1}]"
        assert "never counts" in words
    else:
        read_network(data)


def test_all_mistakes_are_told_but_not_without_end() -> None:
    data = large_network(200)
    for seat in data["seats"]:
        seat["mac"] = "none"
    with pytest.raises(ModelError) as caught:
        read_network(data)
    assert caught.value.count == 200
    assert len(caught.value.issues) == TOLD


def test_lines_are_chinese_and_name_file_and_line() -> None:
    data = small_network()
    data["seats"][0]["outlet"] = ["A-01", "A-02"]
    with pytest.raises(ModelError) as caught:
        read_network(data)
    lines = caught.value.lines("zh_CN", lambda path: f"network.yml:{len(path)}")
    assert lines.startswith("network.yml:3 lab_network.seats[0].outlet: 该座位有 2 个信息点")


@pytest.mark.parametrize("nothing", [None, {}, [], "text", 7])
def test_no_description_is_refused(nothing: object) -> None:
    assert [key for key, _ in issues_of(nothing)] == [""]


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(allow_nan=True)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(section=st.sampled_from([*SECTIONS, "zones", "rooms", "domain", "firewall"]), value=anything)
def test_any_section_is_read_or_refused(section: str, value: object) -> None:
    data = small_network()
    data[section] = value
    try:
        read_network(data)
    except ModelError as error:
        assert error.count > 0
        assert error.lines("zh_CN", lambda _: None)


@given(st.data())
def test_any_value_of_an_entry_is_read_or_refused(draw: st.DataObject) -> None:
    data = small_network()
    section = draw.draw(st.sampled_from(sorted(SECTIONS)))
    entry = draw.draw(st.sampled_from(data[section]))
    entry[draw.draw(st.sampled_from(sorted(SECTIONS[section][0] | SECTIONS[section][1])))] = draw.draw(
        anything
    )
    try:
        read_network(data)
    except ModelError as error:
        assert error.lines("en", lambda _: None)
