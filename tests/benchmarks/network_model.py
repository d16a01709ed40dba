"""The network of 5,000 hosts validated, beside parsing the YAML that describes it.

    python tests/benchmarks/network_model.py [--hosts 5000] [--rounds 5]

Both run in this process, in turn. The YAML is parsed by libyaml, the fastest way there is and Ansible's own. Prints
CPU seconds (the minimum of each, for others use the machine too) and their ratio. Exits non-zero where validating
takes more than parsing twice, or where one of the mistakes put into a copy is not found.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "collections"), str(ROOT)]

from ansible_collections.jifang.lab.plugins.plugin_utils.network.issues import ModelError  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network  # noqa: E402

from tests.samples.network import large_network  # noqa: E402

BOUND = 2.0


def cpu(work: Callable[[], Any], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--hosts", type=int, default=5_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    data = large_network(given.hosts)
    text = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, default_flow_style=None, width=200)
    parsing = cpu(lambda: yaml.load(text, Loader=yaml.CSafeLoader), given.rounds)
    validating = cpu(lambda: read_network(data), given.rounds)
    ratio = validating / parsing
    print(f"{given.hosts} hosts: parsing {parsing:.3f} s, validating {validating:.3f} s, ratio {ratio:.2f}")
    wrong = copy.deepcopy(data)
    wrong["seats"][-1]["addresses"][0] = wrong["seats"][0]["addresses"][0]
    wrong["outlets"][-1]["port"] = wrong["outlets"][0]["port"]
    try:
        read_network(wrong)
    except ModelError as error:
        found = {issue.path[0] for issue in error.issues}
    else:
        found = set()
    return 0 if ratio <= BOUND and found == {"seats", "outlets"} else 1


if __name__ == "__main__":
    sys.exit(main())
