"""A configuration of the description: what each platform is told, and no name that gets out of its line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.network.model import Network
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.grammars import GRAMMARS
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.intended import intended_config
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.platforms import PLATFORMS as TRAITS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples.switches import PLATFORMS, school


def section(text: str, header: str) -> list[str]:
    lines = text.split(f"\n{header}\n")[1].splitlines()
    return [line.strip() for line in lines[: next(at for at, line in enumerate(lines) if line[:1] in "!#")]]


PC = {
    "ios": (
        "interface GigabitEthernet1/0/7",
        [
            "description D01-07 pc07",
            "switchport access vlan 11",
            "switchport mode access",
            "switchport port-security maximum 2",
            "switchport port-security violation restrict",
            "switchport port-security",
            "storm-control broadcast level 10.00",
            "spanning-tree portfast",
            "spanning-tree bpduguard enable",
            "no ip dhcp snooping trust",
        ],
    ),
    "comware": (
        "interface GigabitEthernet1/0/7",
        [
            "description D01-07 pc07",
            "port access vlan 11",
            "mac-address max-mac-count 2",
            "broadcast-suppression 10",
            "stp edged-port",
            "stp port bpdu-protection enable",
            "undo dhcp snooping trust",
        ],
    ),
    "vrp": (
        "interface GigabitEthernet0/0/7",
        [
            "description D01-07 pc07",
            "port link-type access",
            "port default vlan 11",
            "port-security enable",
            "port-security max-mac-num 2",
            "broadcast-suppression 10",
            "stp edged-port enable",
            "undo dhcp snooping trusted",
        ],
    ),
    "ruijie": (
        "interface GigabitEthernet 0/7",
        [
            "description D01-07 pc07",
            "switchport access vlan 11",
            "switchport port-security maximum 2",
            "switchport port-security violation restrict",
            "switchport port-security",
            "storm-control broadcast level 10",
            "spanning-tree portfast",
            "spanning-tree bpduguard enable",
            "no ip dhcp snooping trust",
        ],
    ),
    "eos": (
        "interface Ethernet7",
        [
            "description D01-07 pc07",
            "switchport access vlan 11",
            "switchport port-security",
            "switchport port-security mac-address maximum 2",
            "storm-control broadcast level 10",
            "spanning-tree portfast",
            "spanning-tree bpduguard enable",
        ],
    ),
    "linux_bridge": ("interface port7", ["alias D01-07 pc07", "pvid 11", "guard"]),
}
TRUNK = {
    "ios": "switchport trunk allowed vlan 11-12,40,99",
    "comware": "port trunk permit vlan 11 to 12 40 99",
    "vrp": "port trunk allow-pass vlan 11 to 12 40 99",
    "ruijie": "switchport trunk allowed vlan only 11-12,40,99",
    "eos": "switchport trunk allowed vlan 11-12,40,99",
    "linux_bridge": "tagged 11-12,40,99",
}
LOGIN = {
    "ios": [
        "authentication host-mode multi-domain",
        "dot1x pae authenticator",
        "authentication port-control auto",
    ],
    "comware": ["dot1x"],
    "vrp": ["dot1x enable"],
    "eos": ["dot1x pae authenticator", "dot1x port-control auto"],
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_port_of_a_seat_is_told_all_its_duties(platform: str) -> None:
    header, lines = PC[platform]
    assert section(intended_config(read_network(school(platform)), "sw1"), header) == lines


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_uplink_lets_its_vlans_through_and_is_called_by_its_other_end(platform: str) -> None:
    text = intended_config(read_network(school(platform)), "sw1")
    assert f" {TRUNK[platform]}\n" in text
    assert "core 1\n" in text


@pytest.mark.parametrize("platform", LOGIN)
def test_logins_are_asked_at_the_port_and_switched_on_for_the_switch(platform: str) -> None:
    data = school(platform)
    data["ports"][-1]["dot1x"] = True
    text = intended_config(read_network(data), "sw1")
    lines = [line.strip() for line in text.splitlines()]
    assert [line for line in lines if line in LOGIN[platform]] == [
        *(["dot1x"] if platform == "comware" else ["dot1x enable"] if platform == "vrp" else []),
        *LOGIN[platform],
    ]
    if platform in ("ios", "eos"):
        assert "dot1x system-auth-control" in lines


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_line_is_one_that_the_grammar_knows(platform: str) -> None:
    """So that whatever a template says is also compared and taken back."""
    grammar = GRAMMARS[platform]
    here = "root"
    for line in intended_config(read_network(school(platform)), "sw1").splitlines():
        if line[:1] in "!#":
            here = "root"
        elif grammar.port.fullmatch(line):
            here = "port"
        elif grammar.vlan is not None and grammar.vlan.fullmatch(line):
            here = "vlan"
        else:
            assert grammar.kind_of(here, line.strip()) is not None, line


def test_a_switch_without_a_platform_has_no_configuration() -> None:
    network = read_network(school("ios"))
    for name in ("core", "nobody"):
        with pytest.raises(UserError, match=f"{name} is no switch with a platform"):
            intended_config(network, name)


def test_chinese_names_stay_where_they_can_be_shown() -> None:
    data = school("linux_bridge")
    data["outlets"][0]["name"] = data["seats"][0]["outlet"] = "甲-01"
    assert " alias 甲-01 pc01\n" in intended_config(read_network(data), "sw1")


@pytest.mark.parametrize("platform", PLATFORMS)
@settings(max_examples=60)
@given(data=st.data())
def test_no_name_gets_out_of_its_line(platform: str, data: st.DataObject) -> None:
    """Whatever the reader may have missed: the configuration has the lines of the harmless one, or there is none."""
    network = read_network(school(platform))
    hostile = data.draw(
        st.text(min_size=1, max_size=30)
        | st.builds(
            "{}{}{}".format,
            st.text(max_size=5),
            st.sampled_from("\n\r\v\x85\u2028\"'`?|!#;&$"),
            st.text(max_size=9),
        )
        | st.sampled_from(
            ["x\nreload", "x\r\n shutdown", '"', "a\x1b[2J", "x ; reload", "$(reboot)", "  ", "a  b"]
        )
    )
    what = data.draw(st.sampled_from(["switch", "vlan", "outlet", "seat", "note"]))
    named = _named(network, what, hostile)
    name = named.switches[0].name
    try:
        text = intended_config(named, name)
    except UserError as error:
        assert error.message.render()
        return
    lines = intended_config(network, "sw1").splitlines()
    assert len(text.splitlines()) == len(lines)
    different = [(old, new) for old, new in zip(lines, text.splitlines(), strict=True) if old != new]
    assert all(new.split()[0] == old.split()[0] for old, new in different)
    assert all(new.isprintable() for _, new in different)
    assert TRAITS[platform].unicode_descriptions or text.isascii()


def _named(network: Network, what: str, name: str) -> Network:
    if what == "switch":
        # Its ports are found by its name, so all of it is renamed.
        switch = replace(network.switches[0], name=name)
        rename = {"sw1": name}
        return replace(
            network,
            switches=(switch, *network.switches[1:]),
            outlets=tuple(
                replace(one, port=replace(one.port, switch=rename[one.port.switch]))
                for one in network.outlets
            ),
            ports=tuple(replace(one, port=replace(one.port, switch=name)) for one in network.ports),
            uplinks=tuple(replace(one, near=replace(one.near, switch=name)) for one in network.uplinks),
        )
    if what == "vlan":
        return replace(network, vlans=(replace(network.vlans[0], name=name), *network.vlans[1:]))
    if what == "outlet":
        return replace(
            network,
            outlets=(replace(network.outlets[0], name=name), *network.outlets[1:]),
            seats=(replace(network.seats[0], outlet=name), *network.seats[1:]),
        )
    if what == "seat":
        return replace(network, seats=(replace(network.seats[0], name=name), *network.seats[1:]))
    return replace(network, ports=(replace(network.ports[0], note=name), *network.ports[1:]))
