"""dnsmasq takes what is written, and every computer is in it."""

from __future__ import annotations

import shutil
import subprocess
from ipaddress import ip_address
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.network.dnsmasq import dnsmasq_configuration
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network

from tests.samples.network import demo_network, large_network, small_network


def test_reservations_and_names_of_both_families() -> None:
    lines = dnsmasq_configuration(read_network(small_network())).splitlines()
    assert "dhcp-host=02:00:00:00:00:01,10.0.11.1,[fd20:11::1],pc01,12h" in lines
    assert "host-record=pc01.lab.example,pc01,10.0.11.1,fd20:11::1" in lines
    assert "host-record=sw1.lab.example,sw1,10.0.20.1" in lines
    assert "dhcp-range=set:vlan11,10.0.11.200,10.0.11.220,255.255.255.0,12h" in lines
    assert "dhcp-range=set:vlan20,10.0.20.0,static,255.255.255.0,12h" in lines
    assert "dhcp-option=tag:vlan20,option:router,10.0.20.254" in lines
    assert "except-interface=eth0" in lines
    assert not [line for line in lines if line.startswith(("server=", "dhcp-option=option:dns-server"))]


def test_a_computer_without_a_mac_has_a_name_alone() -> None:
    data = small_network()
    del data["seats"][0]["mac"]
    text = dnsmasq_configuration(read_network(data))
    assert "host-record=pc01.lab.example" in text
    assert "dhcp-host=02:00:00:00:00:01" not in text


def test_name_servers_that_are_given() -> None:
    lines = dnsmasq_configuration(
        read_network(small_network()),
        [ip_address("223.5.5.5")],
        [ip_address("10.0.20.53"), ip_address("fd20::53")],
    ).splitlines()
    assert {"no-resolv", "server=223.5.5.5"} <= set(lines)
    assert "dhcp-option=option:dns-server,10.0.20.53" in lines
    assert "dhcp-option=option6:dns-server,[fd20::53]" in lines


@pytest.mark.skipif(shutil.which("dnsmasq") is None, reason="needs dnsmasq")
@pytest.mark.parametrize("data", [demo_network(), large_network(5000)], ids=["demo", "5000 hosts"])
def test_dnsmasq_itself_takes_it(data: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "jifang.conf"
    file.write_text(dnsmasq_configuration(read_network(data)), encoding="utf-8")
    done = subprocess.run(["dnsmasq", "--test", f"--conf-file={file}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
