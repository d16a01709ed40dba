"""Facts of many hosts into the ledger, beside ansible-core's own ways and beside the floor, in one run.

    python tests/benchmarks/facts_speed.py [--hosts 50] [--rounds 3]

Prints CPU milliseconds per host on both sides (the minimum of the interleaved rounds, as others use the
machine too), the ratios that the project holds itself to, and whether both ways read the same values. Exits
non-zero where a bound is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "collections"), str(Path(__file__).parent)]

from loopback_hosts import PORT, LoopbackHosts, control_cpu, end_masters, enter_namespace  # noqa: E402

BOUNDS = {"default": 8.0, "tuned": 4.0}
FLOOR_BOUND = 2.0
# gather_facts lists these as devices; they are no disks, and hardware_facts leaves them out on purpose.
VIRTUAL_DISKS = ("loop", "ram", "zram", "sr", "dm-", "md", "nbd")
GATHER = "- hosts: all\n  gather_facts: true\n  tasks: []\n"


def playbook(hosts: LoopbackHosts, path: Path, config: Path | None, *extra: str) -> None:
    """One ansible-playbook run; ``config`` None is ansible-core's own defaults."""
    control = hosts.folder / "cp"
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "PYTHONPATH"))
    } | {
        "ANSIBLE_CONFIG": str(config or hosts.folder / "empty.cfg"),
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(control),
        "ANSIBLE_HOME": str(hosts.folder / "home"),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["ansible-playbook", "-i", hosts.inventory(), path, *extra],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    end_masters(control)
    if done.returncode:
        raise SystemExit(f"{path} failed:\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}")


def floor(hosts: LoopbackHosts) -> None:
    """The same probe by an async SSH library, in a process of its own so that its CPU is a child's."""
    subprocess.run(
        [sys.executable, __file__, "--floor", str(hosts.folder), str(len(hosts.addresses))], check=True
    )


async def run_floor(hosts: LoopbackHosts) -> None:
    import asyncssh  # noqa: PLC0415 - only this process pays for it
    from ansible_collections.jifang.lab.plugins.plugin_utils.probe import plan, sending  # noqa: PLC0415

    errand = sending.linux_errand(
        plan.linux_plan(packages=False), root="/", python="/usr/bin/python3", through_stdin=True
    )
    gate = asyncio.Semaphore(50)

    async def one(address: str) -> None:
        async with (
            gate,
            asyncssh.connect(
                address,
                PORT,
                username="root",
                client_keys=[str(hosts.key)],
                known_hosts=str(hosts.known_hosts),
                kex_algs=["ecdh-sha2-nistp256"],  # as ansible.cfg has it
                config=None,
            ) as connection,
        ):
            done = await connection.run(errand.command, input=errand.stdin, encoding=None)
            sending.unframe(bytes(done.stdout).decode())

    await asyncio.gather(*(one(address) for address in hosts.addresses.values()))


def measure(hosts: LoopbackHosts, work: Callable[[], None]) -> tuple[float, float]:
    """CPU milliseconds per host: (control node, host)."""
    control, remote = control_cpu(), hosts.cpu()
    work()
    settled = hosts.cpu()
    for _ in range(50):  # a session is on the sshd's account once it has ended
        time.sleep(0.1)
        if hosts.cpu() == settled:
            break
        settled = hosts.cpu()
    each = 1000 / len(hosts.addresses)
    return (control_cpu() - control) * each, (settled - remote) * each


def same_values(hosts: LoopbackHosts) -> list[str]:
    """Fields that both give and that differ, on one host."""
    first = next(iter(hosts.addresses))
    book = hosts.folder / "compare.yml"
    answer = hosts.folder / "compare.json"
    book.write_text(
        f"- hosts: {first}\n  gather_facts: true\n  tasks:\n    - jifang.lab.hardware_facts:\n"
        "    - ansible.builtin.copy:\n"
        '        content: "{{ ansible_facts | to_json }}"\n'
        f"        dest: {answer}\n        mode: '0600'\n      delegate_to: localhost\n      connection: local\n"
    )
    playbook(hosts, book, ROOT / "ansible.cfg")
    facts = json.loads(answer.read_text())
    ours = facts["hardware"]["inventory"]
    pairs = {
        "hostname": (facts["nodename"], facts["hardware"]["state"]["hostname"]),
        "architecture": (facts["architecture"], ours["os"]["architecture"]),
        "kernel": (facts["kernel"], ours["os"]["kernel"]),
        "os id": (facts["distribution"].lower(), ours["os"]["id"]),
        "os version": (facts["distribution_version"].split(".")[0], str(ours["os"]["version"]).split(".")[0]),
        "system vendor": (facts["system_vendor"], ours["system"]["manufacturer"]),
        "product name": (facts["product_name"], ours["system"]["product"]),
        "product serial": (facts["product_serial"], ours["system"]["serial"]),
        "product uuid": (facts["product_uuid"], ours["system"]["uuid"]),
        "bios vendor": (facts["bios_vendor"], ours["bios"]["vendor"]),
        "bios version": (facts["bios_version"], ours["bios"]["version"]),
        "memory": (facts["memtotal_mb"], (ours["memory"]["os_total_bytes"] or 0) // 1024**2),
        "processor": (facts["processor"][2], ours["cpus"][0]["model"]),
        "disks": (
            sorted(name for name in facts["devices"] if not name.startswith(VIRTUAL_DISKS)),
            sorted(disk["name"] for disk in ours["disks"]),
        ),
    }
    absent = ("NA", "", None)
    return [
        f"{name}: gather_facts {theirs!r}, hardware_facts {mine!r}"
        for name, (theirs, mine) in pairs.items()
        if theirs != mine and not (theirs in absent and mine in absent)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--floor", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        asyncio.run(run_floor(LoopbackHosts(Path(options.floor[0]), int(options.floor[1]))))
        return 0
    enter_namespace()
    with tempfile.TemporaryDirectory(prefix="jifang-bench-") as name:
        folder = Path(name)
        gather = folder / "gather.yml"
        gather.write_text(GATHER)
        (folder / "empty.cfg").write_text("")
        # The peer gets every setting of ours but the callback, whose warm-up serves hardware_facts only.
        tuned = folder / "tuned.cfg"
        settings = (ROOT / "ansible.cfg").read_text().splitlines()
        tuned.write_text("\n".join(line for line in settings if not line.startswith("callbacks_enabled")))
        collect = ROOT / "playbooks/collect_facts.yml"
        with LoopbackHosts(folder, options.hosts) as hosts:
            ways: dict[str, Callable[[], None]] = {
                "default": lambda: playbook(hosts, gather, None),
                "tuned": lambda: playbook(hosts, gather, tuned),
                "ours": lambda: playbook(
                    hosts, collect, ROOT / "ansible.cfg", "-e", f"ledger_home={folder}/ledger"
                ),
                "floor": lambda: floor(hosts),
            }
            spent: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
            for number in range(options.rounds):
                for way, work in ways.items():
                    spent[way].append(measure(hosts, work))
                    control, remote = spent[way][-1]
                    print(f"round {number + 1} {way:8} {control:7.1f} + {remote:6.1f} ms", flush=True)
            different = same_values(hosts)
    best = {way: min(runs, key=sum) for way, runs in spent.items()}
    total = {way: sum(run) for way, run in best.items()}
    print(f"\n{options.hosts} hosts, CPU ms per host (control node + PC), minimum of {options.rounds} rounds")
    for way, (control, remote) in best.items():
        print(f"  {way:8} {control:7.1f} + {remote:6.1f} = {total[way]:7.1f}")
    good = True
    for way, bound in BOUNDS.items():
        ratio = total[way] / total["ours"]
        good &= ratio >= bound
        print(f"  hosts per CPU-second, against gather_facts {way}: {ratio:.2f} times (at least {bound})")
    ratio = total["ours"] / total["floor"]
    good &= ratio <= FLOOR_BOUND
    print(f"  CPU against the floor: {ratio:.2f} times (at most {FLOOR_BOUND})")
    print("  fields that both give: " + ("equal" if not different else "; ".join(different)))
    return 0 if good and not different else 1


if __name__ == "__main__":
    raise SystemExit(main())
