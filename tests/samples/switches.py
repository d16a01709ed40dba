"""A school's switches to configure: a room of 24 seats, a printer, an access point and an uplink, on each platform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.switches import linux

FIXTURES = Path(__file__).parents[1] / "fixtures/switches"
PLATFORMS = ("ios", "comware", "vrp", "ruijie", "eos", "linux_bridge")
SEATS = 24
PORTS = 28


def school(platform: str) -> dict[str, Any]:
    """``lab_network`` as YAML gives it: ``sw1`` of ``platform`` and the core it hangs on."""
    telephones = platform != "ruijie"
    profile: dict[str, Any] = {"name": "pc"}
    if platform != "linux_bridge":
        profile |= {"storm": 10, "macs": 2}
    switch: dict[str, Any] = {
        "name": "sw1",
        "room": "机房一",
        "address": "10.20.99.11",
        "ports": PORTS,
        "platform": platform,
        "profile": "pc",
    }
    if platform in ("ios", "comware", "vrp", "ruijie"):
        switch["dhcp_snooping"] = True
    if platform == "vrp":
        switch["interfaces"] = ["GigabitEthernet0/0/1-24", "XGigabitEthernet0/0/1-4"]
    ports: list[dict[str, Any]] = [
        {"port": "sw1/25", "vlan": 12, "note": "printer", "macs": 0},
        {"port": "sw1/26", "trunk": [11, 12], "native": 12, "note": "access point"},
        {"port": "sw1/28", "closed": True, "note": "spare"},
    ]
    if platform in ("ios", "comware", "vrp", "ruijie", "eos"):
        ports[1]["poe"] = True
        ports[0]["poe"] = False
    if telephones:
        ports.append({"port": "sw1/24", "voice": 40})
    return {
        "domain": "lab.example",
        "zones": ["lab", "office", "management"],
        "rooms": ["机房一", "中心机房"],
        "vlans": [
            {"id": 11, "name": "room-1", "zone": "lab", "rooms": ["机房一"]},
            {"id": 12, "name": "printers", "zone": "office"},
            {"id": 40, "name": "telephones", "zone": "office"},
            {"id": 99, "name": "management", "zone": "management"},
        ],
        "subnets": [
            {"vlan": vlan, "cidr": f"10.20.{vlan}.0/24", "gateway": f"10.20.{vlan}.254"}
            for vlan in (11, 12, 40, 99)
        ],
        "switches": [
            switch,
            {"name": "core", "room": "中心机房", "address": "10.20.99.1", "ports": 24},
        ],
        "uplinks": [{"from": "sw1/27", "to": "core/1", "vlans": [11, 12, 40, 99]}],
        "profiles": [profile],
        "ports": ports,
        "outlets": [
            {"name": f"D01-{number:02d}", "room": "机房一", "port": f"sw1/{number}"}
            for number in range(1, SEATS + 1)
        ],
        "seats": [
            {
                "name": f"pc{number:02d}",
                "room": "机房一",
                "seat": f"{number:02d}",
                "outlet": f"D01-{number:02d}",
                "mac": f"e0:be:03:21:00:{number:02x}",
                "addresses": [f"10.20.11.{number}"],
            }
            for number in range(1, SEATS + 1)
        ],
    }


def found_running(platform: str) -> str:
    """What the switch answered before the suite ever touched it, with what the terminal left in it."""
    if platform == "linux_bridge":
        links, vlans = (FIXTURES / f"linux_{name}.json" for name in ("links", "vlans"))
        return linux.running_config(links.read_text(encoding="utf-8"), vlans.read_text(encoding="utf-8"))
    return (FIXTURES / f"{platform}.txt").read_bytes().decode()
