"""Descriptions of networks, as YAML gives them: the demo school's, a small one to spoil, and a large one."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import Any

import yaml

_DEMO = Path(__file__).parents[2] / "inventory/demo/group_vars/all/network.yml"
_SEATS_OF_ROOM = 50

_SMALL: dict[str, Any] = {
    "domain": "lab.example",
    "zones": ["lab", "server"],
    "rooms": ["机房一", "中心机房"],
    "vlans": [
        {"id": 11, "name": "room-1", "zone": "lab", "rooms": ["机房一"]},
        {"id": 20, "name": "servers", "zone": "server"},
    ],
    "subnets": [
        {
            "vlan": 11,
            "cidr": "10.0.11.0/24",
            "gateway": "10.0.11.254",
            "dynamic": ["10.0.11.200", "10.0.11.220"],
        },
        {"vlan": 11, "cidr": "fd20:11::/64", "gateway": "fd20:11::fe"},
        {"vlan": 20, "cidr": "10.0.20.0/24", "gateway": "10.0.20.254"},
    ],
    "switches": [
        {
            "name": "sw1",
            "room": "机房一",
            "address": "10.0.20.1",
            "ports": 8,
            "platform": "ios",
            "profile": "pc",
        },
        {"name": "sw2", "room": "中心机房", "address": "10.0.20.2", "ports": 8},
    ],
    "profiles": [
        {"name": "pc", "storm": 5, "macs": 2},
        {"name": "between", "trunk": [11, 20], "native": 20},
    ],
    "ports": [
        {"port": "sw1/3", "vlan": 11, "poe": True, "note": "camera"},
        {"port": "sw1/4", "profile": "between"},
    ],
    "uplinks": [{"from": "sw1/8", "to": "sw2/8"}],
    "outlets": [
        {"name": "A-01", "room": "机房一", "port": "sw1/1"},
        {"name": "A-02", "room": "机房一", "port": "sw1/2"},
        {"name": "S-01", "room": "中心机房", "port": "sw2/1"},
    ],
    "seats": [
        {
            "name": "pc01",
            "room": "机房一",
            "seat": "01",
            "outlet": "A-01",
            "mac": "02:00:00:00:00:01",
            "addresses": ["10.0.11.1", "fd20:11::1"],
        },
        {
            "name": "pc02",
            "room": "机房一",
            "seat": 2,
            "outlet": "A-02",
            "mac": "02:00:00:00:00:02",
            "addresses": ["10.0.11.2"],
        },
        {
            "name": "oa",
            "room": "中心机房",
            "seat": "A01",
            "outlet": "S-01",
            "mac": "02:00:00:00:00:03",
            "addresses": ["10.0.20.20"],
        },
    ],
    "services": [
        {"name": "web", "hosts": ["oa"], "tcp": [80]},
        {"name": "all"},
        {"name": "surf", "tcp": [80, 443]},
    ],
    "rules": [
        {"name": "OA", "from": ["lab"], "to": "server", "services": ["web"]},
        {"name": "browsing", "from": ["lab"], "to": "internet", "services": ["surf"]},
    ],
    "firewall": {"trunk": "eth1", "outside": ["eth0"]},
}


def demo_network() -> dict[str, Any]:
    """The demo school's, with everything in it."""
    data: dict[str, Any] = yaml.safe_load(_DEMO.read_text(encoding="utf-8"))["lab_network"]
    return data


def small_network() -> dict[str, Any]:
    """A copy of a network without a mistake, to put one in."""
    return copy.deepcopy(_SMALL)


def large_network(hosts: int) -> dict[str, Any]:
    """Rooms of 50 seats, each with a VLAN of both families, a switch and an outlet for every seat."""
    data: dict[str, Any] = {
        "domain": "lab.example",
        "zones": ["lab", "management"],
        "rooms": [],
        "vlans": [{"id": 4000, "name": "management", "zone": "management"}],
        "subnets": [{"vlan": 4000, "cidr": "10.255.0.0/16", "gateway": "10.255.255.254"}],
        "switches": [],
        "outlets": [],
        "seats": [],
        "services": [{"name": "web", "tcp": [80, 443]}],
        "rules": [{"name": "browsing", "from": ["lab"], "to": "internet", "services": ["web"]}],
        "firewall": {"trunk": "eth1", "outside": ["eth0"]},
    }
    for number in range(hosts):
        room, seat = divmod(number, _SEATS_OF_ROOM)
        name, vlan, four = f"机房{room + 1}", room + 10, f"10.{room // 250}.{room % 250}"
        if seat == 0:
            data["rooms"].append(name)
            data["vlans"].append({"id": vlan, "name": f"room-{room}", "zone": "lab", "rooms": [name]})
            data["subnets"] += [
                {"vlan": vlan, "cidr": f"{four}.0/24", "gateway": f"{four}.254"},
                {"vlan": vlan, "cidr": f"fd20:0:0:{vlan:x}::/64", "gateway": f"fd20:0:0:{vlan:x}::ffff"},
            ]
            address = f"10.255.{room // 250}.{room % 250 + 1}"
            data["switches"].append({"name": f"sw{room}", "room": name, "address": address, "ports": 52})
        data["outlets"].append({"name": f"{room}-{seat}", "room": name, "port": f"sw{room}/{seat + 1}"})
        data["seats"].append(
            {
                "name": f"pc{number:05d}",
                "room": name,
                "seat": f"{seat + 1:02d}",
                "outlet": f"{room}-{seat}",
                "mac": "02:00:00:" + ":".join(f"{byte:02x}" for byte in number.to_bytes(3, "big")),
                "addresses": [f"{four}.{seat + 1}", f"fd20:0:0:{vlan:x}::{seat + 1:x}"],
            }
        )
    return data


if __name__ == "__main__":
    # As JSON, for a scenario of molecule: python -m tests.samples.network 1000
    print(json.dumps(large_network(int(sys.argv[1]))))
