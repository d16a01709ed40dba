"""Switches on loopback, and how one logs in to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.session import Login

from tests.switches.emulator.device import Device
from tests.switches.emulator.server import Rack, served

#: The configuration that a switch of each platform has before anyone comes: reached over port 10 by VLAN 99.
START = {
    "ios": """hostname SW1
vlan 11
 name room-1
vlan 99
 name management
interface GigabitEthernet1/0/10
 switchport mode trunk
interface Vlan99
 ip address 10.20.99.11 255.255.255.0
line vty 0 4
 login local
 transport input ssh
""",
    "ruijie": """hostname SW1
vlan 11
 name room-1
vlan 99
 name management
interface GigabitEthernet 0/10
 switchport mode trunk
interface VLAN 99
 ip address 10.20.99.11 255.255.255.0
""",
    "eos": """hostname SW1
vlan 11
   name room-1
vlan 99
   name management
interface Ethernet10
   switchport mode trunk
interface Vlan99
   ip address 10.20.99.11/24
""",
    "comware": """sysname SW1
vlan 11
 name room-1
vlan 99
 name management
interface GigabitEthernet1/0/10
 port link-type trunk
 port trunk permit vlan 1 to 4094
interface Vlan-interface99
 ip address 10.20.99.11 255.255.255.0
""",
    "vrp": """sysname SW1
vlan batch 11 99
vlan 11
 name room-1
vlan 99
 name management
interface GigabitEthernet0/0/10
 port link-type trunk
 port trunk allow-pass vlan 2 to 4094
interface Vlanif99
 ip address 10.20.99.11 255.255.255.0
""",
}
PLATFORM_NAMES = tuple(START)

Serve = Callable[..., tuple[Device, Login, Rack]]


def start(platform: str, **more: object) -> Device:
    return Device.of(platform, START[platform], reached_by=(99, 10), **more)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serves one device: it, how to log in, and the rack."""
    with ExitStack() as stack:

        def one(device: Device, **login: object) -> tuple[Device, Login, Rack]:
            rack = stack.enter_context(served({"sw": device}))
            known = tmp_path / "known_hosts"
            known.write_text(rack.known_hosts())
            given = {
                "address": "127.0.0.1",
                "port": rack.ports["sw"],
                "user": "admin",
                "password": device.password,
                "known_hosts": str(known),
            }
            return device, Login(**{**given, **login}), rack  # type: ignore[arg-type]

        yield one
