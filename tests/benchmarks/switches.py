"""60 switches of 52 ports brought to their configuration, beside plain netmiko sessions that type the same.

    python tests/benchmarks/switches.py [--switches 60] [--ports 52] [--workers 10] [--platform ios] [--rounds 1]

The emulated switches of ``tests/switches`` run in a process of their own, so that their work is nobody's here. Each
side has all switches anew and as many threads. *netmiko*: one session for each switch reads the running configuration,
types the commands with its ``send_config_set`` (each command's answer awaited, as it does by itself), and saves.
*jifang*: reads, works out the commands, starts the switch's timer, types, opens a second session, reads again,
compares, stops the timer and saves; then a second run over all of them, which must type nothing. Prints wall seconds,
CPU seconds of this process and their ratios. Exits non-zero where a switch was not brought there, or the second run
typed anything.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "collections"), str(ROOT)]

import netmiko  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.alike import alike  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.commit import (  # noqa: E402
    Means,
    Result,
    commit,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.diff import changes  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.intended import intended_config  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.normal import normalised  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.platforms import PLATFORMS  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.reached import ReachedSwitch  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.session import Login  # noqa: E402

from tests.switches.emulator.device import Device  # noqa: E402
from tests.switches.emulator.dialects import DIALECTS  # noqa: E402
from tests.switches.emulator.server import served  # noqa: E402

PASSWORD = "let-me-in"


@dataclass(frozen=True, slots=True)
class Spent:
    wall: float
    cpu: float

    @classmethod
    def on(cls, work: Callable[[], Any]) -> Spent:
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        return cls(time.perf_counter() - wall, time.process_time() - cpu)


def description(switches: int, ports: int, platform: str) -> dict[str, Any]:
    """A room for each switch, with a computer at each port but the last."""
    data: dict[str, Any] = {
        "domain": "lab.example",
        "zones": ["lab", "management"],
        "rooms": [f"room-{n}" for n in range(switches)],
        "vlans": [
            {"id": 11 + n, "name": f"room-{n}", "zone": "lab", "rooms": [f"room-{n}"]}
            for n in range(switches)
        ],
        "subnets": [
            {"vlan": 11 + n, "cidr": f"10.1.{n}.0/24", "gateway": f"10.1.{n}.254"} for n in range(switches)
        ],
        "profiles": [{"name": "pc", "storm": 5, "bpdu_guard": True}],
        "switches": [],
        "outlets": [],
        "seats": [],
        "services": [{"name": "web", "tcp": [80]}],
        "rules": [],
    }
    for n in range(switches):
        data["switches"].append(
            {
                "name": f"sw{n}",
                "room": f"room-{n}",
                "address": f"10.1.{n}.253",
                "ports": ports,
                "platform": platform,
                "profile": "pc",
            }
        )
        for port in range(1, ports):
            data["outlets"].append({"name": f"{n}-{port}", "room": f"room-{n}", "port": f"sw{n}/{port}"})
            data["seats"].append(
                {
                    "name": f"pc{n}-{port}",
                    "room": f"room-{n}",
                    "seat": f"{port:02d}",
                    "outlet": f"{n}-{port}",
                    "mac": f"02:00:00:00:{n:02x}:{port:02x}",
                    "addresses": [f"10.1.{n}.{port}"],
                }
            )
    return data


class Racked:
    """The emulated switches, in a process of their own, from their factory's configuration."""

    def __init__(self, switches: int, ports: int, platform: str, folder: Path) -> None:
        words = [sys.executable, __file__, "--serve", str(folder)]
        words += ["--switches", str(switches), "--ports", str(ports), "--platform", platform]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.ports: list[int] = json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.communicate("", timeout=30)


def fresh(platform: str, number: int, ports: int) -> Device:
    """As it comes from the maker, but for its name: plain netmiko waits in vain for a prompt that was renamed."""
    name = f"{DIALECTS[platform].name_command} sw{number}"
    return Device.of(platform, name, ports=ports, password=PASSWORD)


def serve(options: argparse.Namespace) -> int:
    devices = {f"sw{n}": fresh(options.platform, n, options.ports) for n in range(options.switches)}
    with served(devices) as rack:
        (Path(options.serve) / "known_hosts").write_text(rack.known_hosts())
        print(json.dumps(list(rack.ports.values())), flush=True)
        sys.stdin.read()
    return 0


def login(port: int, folder: Path) -> Login:
    return Login(
        address="127.0.0.1",
        port=port,
        user="admin",
        password=PASSWORD,
        known_hosts=str(folder / "known_hosts"),
    )


def plain(platform: str, port: int, folder: Path, commands: Sequence[str]) -> None:
    traits = PLATFORMS[platform]
    with netmiko.ConnectHandler(
        device_type=traits.netmiko,
        host="127.0.0.1",
        port=port,
        username="admin",
        password=PASSWORD,
        ssh_strict=True,
        alt_host_keys=True,
        alt_key_file=str(folder / "known_hosts"),
        allow_agent=False,
    ) as session:
        session.send_command(traits.show_running[0], read_timeout=60)
        session.send_config_set(list(commands), read_timeout=120)
        session.save_config()


def ours(platform: str, port: int, folder: Path, intended: str) -> tuple[Result, int]:
    traits = PLATFORMS[platform]
    outcome = commit(
        Means(
            connect=lambda: ReachedSwitch(traits, login(port, folder)),
            plan=lambda running: changes(platform, running, intended),
            alike=lambda one, other: alike(normalised(platform, one), normalised(platform, other)),
            now=time.monotonic,
            sleep=time.sleep,
        )
    )
    return outcome.result, len(outcome.plan.commands)


def one_round(
    given: argparse.Namespace, texts: Sequence[str], typed: Sequence[Sequence[str]]
) -> tuple[dict[str, Spent], list[tuple[Result, int]]]:
    """What each side took, and what came of each switch: of the first run, then of the second."""
    spent: dict[str, Spent] = {}
    results: list[tuple[Result, int]] = []
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(given.workers) as pool:
        folder = Path(name)
        rack = Racked(given.switches, given.ports, given.platform, folder)

        def by_netmiko(n: int) -> None:
            plain(given.platform, rack.ports[n], folder, typed[n])

        def by_jifang(n: int) -> tuple[Result, int]:
            return ours(given.platform, rack.ports[n], folder, texts[n])

        switches = range(given.switches)
        spent["netmiko"] = Spent.on(lambda: list(pool.map(by_netmiko, switches)))
        rack.stop()
        rack = Racked(given.switches, given.ports, given.platform, folder)
        for side in ("jifang", "again"):
            spent[side] = Spent.on(lambda: results.extend(pool.map(by_jifang, switches)))
        rack.stop()
    return spent, results


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--switches", type=int, default=60)
    options.add_argument("--ports", type=int, default=52)
    options.add_argument("--workers", type=int, default=10)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument(
        "--platform", choices=[one for one in PLATFORMS if one != "linux_bridge"], default="ios"
    )
    options.add_argument("--serve", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        return serve(given)
    network = read_network(description(given.switches, given.ports, given.platform))
    texts = [intended_config(network, f"sw{n}") for n in range(given.switches)]
    made = [fresh(given.platform, n, given.ports) for n in range(given.switches)]
    typed = [
        changes(given.platform, one.text(one.running), text).commands
        for one, text in zip(made, texts, strict=True)
    ]
    good = True
    for _ in range(given.rounds):
        spent, results = one_round(given, texts, typed)
        first, second = results[: given.switches], results[given.switches :]
        good = good and all(result is Result.DONE for result, _ in first)
        good = good and all(one == (Result.SAME, 0) for one in second)
        base = spent["netmiko"]
        for side, one in spent.items():
            print(
                f"{given.platform} {side:8} {given.switches} switches × {given.ports} ports, "
                f"{sum(map(len, typed))} commands: {one.wall:6.2f} s wall, {one.cpu:6.2f} s CPU; ratio "
                f"{one.wall / base.wall:.2f} wall, {one.cpu / base.cpu:.2f} CPU"
            )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
