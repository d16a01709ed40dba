"""The suite's backup beside plain borg on the same data: 2 GB, of which 1 % changes between two backups.

    python tests/benchmarks/backup_overhead.py [--gigabytes 2] [--files 2000] [--rounds 5]

Both send to a ``borg serve`` of their own by a pipe, with the same compression and encryption. After a first backup
of each, every round changes 1 % of the files and lets first one, then the other back up (in turn, who comes second
finds the files in memory). The suite's run hashes what changed, writes its proof and its record, and has borgmatic
call borg; plain borg is ``borg create``. Prints the CPU seconds, user and system, of each with all its children (the
minimum, for others use the machine too) and their ratio. Exits non-zero where the suite takes more than 1.1 times
borg's, or where a drill of the newest archive is not proven.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "collections"), str(ROOT)]

from tests.integration.backup_bench import Bench  # noqa: E402

BOUND = 1.1
_SHARE = 100  # one file of so many changes


def cpu(work: Callable[[], None]) -> float:
    """Seconds of all children, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Plain:
    """borg alone, with a repository of its own."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        ssh = bench.folder / "plain-ssh"
        repository = bench.folder / "plain"
        ssh.write_text(f"#!/bin/sh\nexec borg serve --append-only --restrict-to-repository {repository}\n")
        ssh.chmod(0o755)
        self.environment = {
            **os.environ,
            "BORG_PASSPHRASE": bench.policy.passphrase,
            "BORG_BASE_DIR": str(bench.folder / "plain-base"),
            "BORG_RSH": str(ssh),
        }
        self.location = f"ssh://backup@store{repository}"
        self.number = 0
        self.borg("init", "--encryption", "repokey-blake2", self.location)

    def borg(self, *words: str) -> None:
        subprocess.run(["borg", *words], env=self.environment, check=True, capture_output=True)

    def create(self) -> None:
        self.number += 1
        archive = f"{self.location}::plain-{self.number}"
        self.borg("create", "--compression", self.bench.policy.compression, archive, str(self.bench.data))


def change(bench: Bench, every: list[Path], size: int, number: int) -> None:
    for path in random.Random(number).sample(every, max(1, len(every) // _SHARE)):  # noqa: S311 - the same each time
        path.write_bytes(os.urandom(size))


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--gigabytes", type=float, default=2.0)
    options.add_argument("--files", type=int, default=2_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    size = int(given.gigabytes * 1024**3 / given.files)
    with tempfile.TemporaryDirectory(prefix="jifang-backup-") as folder:
        bench = Bench(Path(folder) / "school")
        for path in bench.data.iterdir():
            path.unlink()
        every = [bench.data / f"{number % 50:02}" / f"{number:06}" for number in range(given.files)]
        for path in every:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(os.urandom(size))
        bench.prepare()
        plain = Plain(bench)
        suite = [0.0] * given.rounds
        alone = [0.0] * given.rounds
        first = cpu(lambda: _ran(bench)), cpu(plain.create)
        for number in range(given.rounds):
            change(bench, every, size, number)
            if number % 2:
                alone[number] = cpu(plain.create)
                suite[number] = cpu(lambda: _ran(bench))
            else:
                suite[number] = cpu(lambda: _ran(bench))
                alone[number] = cpu(plain.create)
        ratio = min(suite) / min(alone)
        print(
            f"{given.gigabytes:g} GB in {given.files} files, 1 % changed: borg alone {min(alone):.2f} s of CPU,"
            f" the suite {min(suite):.2f} s, ratio {ratio:.2f} (at most {BOUND}); the first backup"
            f" {first[1]:.2f} s and {first[0]:.2f} s"
        )
        proven = bench.drill()
    good = not (proven["said"] or proven["files"]["wrong"] or proven["files"]["missing"])
    if not good:
        print(f"the newest archive is not proven: {proven}")
    return 0 if good and ratio <= BOUND else 1


def _ran(bench: Bench) -> None:
    run = bench.run()
    if run.code:
        raise RuntimeError(run.repositories)


if __name__ == "__main__":
    sys.exit(main())
