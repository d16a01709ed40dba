"""60 switches of 52 ports: their configurations made of the description and compared with what runs, nothing sent.

    python tests/benchmarks/switch_diffs.py [--switches 60] [--rounds 3]

Beside it, in turn and in the same process, hier-config alone with its own driver for the platform (Cisco's for Ruijie)
parses the same two texts, without their separators, and compares them: what the library costs without claims, words,
rollback and the reading of what a terminal left. Half of the switches have nothing to change, half have every seat in
another VLAN. Prints CPU seconds (the minimum of the rounds, for others use the machine too) and their ratio. Exits
non-zero where it takes more than three times as long, or where a switch that has nothing to change gets a command.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hier_config import Platform, WorkflowRemediation, get_hconfig

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "collections"), str(ROOT)]

from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.diff import changes  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.intended import intended_config  # noqa: E402

BOUND = 3.0
PORTS, SEATS = 52, 48
PEERS = {
    "ios": Platform.CISCO_IOS,
    "comware": Platform.HP_COMWARE5,
    "vrp": Platform.HUAWEI_VRP,
    "ruijie": Platform.CISCO_IOS,
    "eos": Platform.ARISTA_EOS,
}


def school(switches: int, *, moved: bool) -> dict[str, Any]:
    """A room and a VLAN for each switch, and a core; ``moved``: the seats of every second are in the guests' VLAN."""
    data: dict[str, Any] = {
        "domain": "lab.example",
        "zones": ["lab"],
        "rooms": ["中心机房"],
        "vlans": [
            {"id": 4000, "name": "management", "zone": "lab"},
            {"id": 4001, "name": "guests", "zone": "lab"},
        ],
        "subnets": [
            {"vlan": 4000, "cidr": "10.255.0.0/16", "gateway": "10.255.255.254"},
            {"vlan": 4001, "cidr": "10.254.0.0/16", "gateway": "10.254.255.254"},
        ],
        "switches": [{"name": "core", "room": "中心机房", "address": "10.255.0.1", "ports": switches}],
        "profiles": [{"name": "pc", "storm": 10, "macs": 2}],
        "ports": [],
        "uplinks": [],
        "outlets": [],
    }
    platforms = tuple(PEERS)
    for number in range(switches):
        room, name, vlan = f"机房{number + 1}", f"sw{number}", number + 100
        data["rooms"].append(room)
        data["vlans"].append({"id": vlan, "name": f"room-{number}", "zone": "lab", "rooms": [room]})
        data["subnets"].append({"vlan": vlan, "cidr": f"10.{number}.0.0/24", "gateway": f"10.{number}.0.254"})
        data["switches"].append(
            {
                "name": name,
                "room": room,
                "address": f"10.255.1.{number + 1}",
                "ports": PORTS,
                "platform": platforms[number % len(platforms)],
                "profile": "pc",
            }
        )
        data["uplinks"].append(
            {"from": f"{name}/{PORTS}", "to": f"core/{number + 1}", "vlans": [vlan, 4000, 4001]}
        )
        data["outlets"] += [
            {"name": f"{number}-{seat}", "room": room, "port": f"{name}/{seat}"}
            for seat in range(1, SEATS + 1)
        ]
        data["ports"] += [{"port": f"{name}/{at}", "closed": True} for at in range(SEATS + 1, PORTS)]
        if moved and number % 2:
            data["ports"] += [{"port": f"{name}/{seat}", "vlan": 4001} for seat in range(1, SEATS + 1)]
    return data


def _bare(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if line[0] not in "!#")


def cpu(work: Callable[[], Any], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--switches", type=int, default=60)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    now, then = (read_network(school(given.switches, moved=moved)) for moved in (False, True))
    names = [(switch.name, switch.platform or "") for switch in now.switches if switch.platform]
    running = {name: intended_config(now, name) for name, _ in names}
    meant = {name: intended_config(then, name) for name, _ in names}

    def ours() -> list[int]:
        return [
            len(changes(platform, running[name], intended_config(then, name)).commands)
            for name, platform in names
        ]

    bare = tuple({name: _bare(text) for name, text in texts.items()} for texts in (running, meant))

    def theirs() -> None:
        for name, platform in names:
            peer = PEERS[platform]
            flow = WorkflowRemediation(*(get_hconfig(peer, texts[name]) for texts in bare))
            list(flow.remediation_config.all_children_sorted())

    mine, peer = cpu(ours, given.rounds), cpu(theirs, given.rounds)
    counts = ours()
    right = all((count == 0) == (index % 2 == 0) for index, count in enumerate(counts))
    print(
        f"{len(names)} switches of {PORTS} ports, {sum(counts)} commands: planned {mine:.3f} s, "
        f"hier-config alone {peer:.3f} s, ratio {mine / peer:.2f}"
    )
    return 0 if mine / peer <= BOUND and right else 1


if __name__ == "__main__":
    sys.exit(main())
