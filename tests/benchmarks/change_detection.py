"""How finding changes grows with hosts and with observations: 1,000 hosts seen 200 times, and less.

    python tests/benchmarks/change_detection.py [--hosts 100 300 1000] [--observations 50 100 200] [--rounds 1]

Every observation is a night: what each host answered is committed and the whole ledger reconciled, as
``update_ledger`` does. In 200 nights each host loses a memory module once and gets another a night later, two
neighbours exchange theirs, a monitor is dark every third night, and somebody is logged in. Counted are CPU
seconds of commit and reconciliation, each number of hosts in a process of its own; what the hosts answered is
made beside, not counted. Exits non-zero where a (host, observation) costs more than a growth no worse than
linear allows, or where the findings are not those of the changes that were made.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "collections"), str(ROOT)]

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import run_reconcile  # noqa: E402

from tests.unit.ledger.ledger_samples import facts_of, module, pc_inventory  # noqa: E402

HOSTS = (100, 300, 1000)
OBSERVATIONS = (50, 100, 200)
# A (host, observation) at the largest may cost this many times one at the smaller sizes.
BOUND = 1.3
_START = datetime(2026, 1, 1, 18, tzinfo=UTC)
_PATIENCE = 3600
_ROOM = 50  # hosts of a room
# One change of each kind in so many nights of a host, never of a whole room at once: each host has its own night.
_CYCLE = 200
_DARK = 3


def modules(host: int, night: int) -> list[dict[str, Any]]:
    """Two modules; from the host's own night on the second is gone, from the next on another is there. Hosts that
    divide by ten have the first exchanged with their neighbour from night 25 on."""
    own = 1 + host * 7 % (_CYCLE - 2)
    first = host
    if night >= 25 and host % 10 in (0, 1):
        first = host + 1 if host % 10 == 0 else host - 1
    rows = [module("DIMM 1", f"{first:06}A1B2")]
    if night < own:
        rows.append(module("DIMM 2", f"{host:06}C3D4"))
    elif night > own:
        rows.append(module("DIMM 2", f"{host:06}E5F6"))
    return rows


def answers(hosts: int, night: int) -> Iterator[dict[str, Any]]:
    """The spool's records of one night."""
    at = _START + timedelta(days=night)
    run = f"night-{night:04}"
    yield {
        "v": 1,
        "kind": "run",
        "run": run,
        "at": at.isoformat(),
        "playbook": "update_ledger.yml",
        "actor": "root",
    }
    for host in range(hosts):
        sections: dict[str, Any] = {"memory": {"total_bytes": 16 << 30, "modules": modules(host, night)}}
        if (host + night) % _DARK == 0:
            sections["monitors"] = []
        state = {
            "sessions": [{"user": f"pupil{night % 30}", "terminal": "tty2", "since": None, "from": None}]
        }
        yield {
            "v": 1,
            "kind": "observed",
            "run": run,
            "at": (at + timedelta(seconds=host)).isoformat(),
            "host": f"pc{host:05}",
            "room": f"机房{host // _ROOM}",
            "seat": f"{host % _ROOM + 1:02}",
            "facts": facts_of(pc_inventory(host, **sections), state=state),
        }


def child(hosts: int, observations: Sequence[int], folder: Path) -> None:
    """CPU seconds after so many nights, and the open findings by kind, a JSON line for each of ``observations``."""
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    spent = 0.0
    for night in range(max(observations)):
        records = list(answers(hosts, night))
        started = time.process_time()
        commit_records(ledger, records, actor="benchmark")
        summary = run_reconcile(ledger, actor="benchmark")
        spent += time.process_time() - started
        if night + 1 in observations:
            kinds = {kind.value: count for kind, count in summary.open_by_kind.items()}
            print(json.dumps({"nights": night + 1, "cpu": spent, "kinds": kinds}), flush=True)
    ledger.close()


def expected(hosts: int, nights: int) -> dict[str, int]:
    """The open findings of changes: a replaced module is two instants, one that is gone only the first."""
    own = [1 + host * 7 % (_CYCLE - 2) for host in range(hosts)]
    found = {
        "component_changed": sum((nights > night) + (nights > night + 1) for night in own),
        "swap_suspected": len(range(0, hosts - 1, 10)) if nights > 25 else 0,
    }
    return {kind: count for kind, count in found.items() if count}


def measure(
    hosts: Sequence[int], observations: Sequence[int], rounds: int
) -> tuple[dict[tuple[int, int], float], bool]:
    """The cheapest of the rounds of every size, and whether all findings were those expected."""
    best: dict[tuple[int, int], float] = {}
    right = True
    for number in [count for _ in range(rounds) for count in hosts]:
        with tempfile.TemporaryDirectory(prefix="jifang-changes-") as folder:
            wanted = [str(nights) for nights in observations]
            done = subprocess.run(
                [
                    sys.executable,
                    __file__,
                    "--child",
                    folder,
                    "--hosts",
                    str(number),
                    "--observations",
                    *wanted,
                ],
                stdout=subprocess.PIPE,
                check=True,
                timeout=_PATIENCE,
            )
        for line in done.stdout.splitlines():
            row = json.loads(line)
            size = number, row["nights"]
            best[size] = min(row["cpu"], best.get(size, row["cpu"]))
            kinds = {kind: row["kinds"].get(kind, 0) for kind in ("component_changed", "swap_suspected")}
            kinds = {kind: count for kind, count in kinds.items() if count}
            right &= kinds == expected(*size)
            each = row["cpu"] / number / row["nights"] * 1000
            print(
                f"{number:>6,} hosts {row['nights']:>4} times {row['cpu']:9.2f} s {each:7.3f} ms each  {kinds}",
                flush=True,
            )
    return best, right


def report(best: dict[tuple[int, int], float], hosts: Sequence[int], observations: Sequence[int]) -> bool:
    """How the cost of a (host, observation) grew, towards more hosts and towards more observations."""
    cost = {size: cpu / size[0] / size[1] for size, cpu in best.items()}
    most = max(hosts), max(observations)
    good = True
    for size in [(number, most[1]) for number in hosts] + [(most[0], nights) for nights in observations]:
        if size != most:
            ratio = cost[most] / cost[size]
            good &= ratio <= BOUND
            print(
                f"  {most[0]:,} x {most[1]} against {size[0]:,} x {size[1]}: {ratio:.2f} times (at most {BOUND})"
            )
    return good


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hosts", type=int, nargs="+", default=HOSTS)
    parser.add_argument("--observations", type=int, nargs="+", default=OBSERVATIONS)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    hosts, observations = sorted(set(options.hosts)), sorted(set(options.observations))
    if options.child:
        child(hosts[0], observations, Path(options.child))
        return 0
    best, right = measure(hosts, observations, options.rounds)
    if not right:
        print("The findings are not those of the changes that were made.")
    return 0 if report(best, hosts, observations) and right else 1


if __name__ == "__main__":
    raise SystemExit(main())
