"""How reconciliation and reports grow with the school: 1,000, 10,000 and 100,000 assets.

    python tests/benchmarks/reports_growth.py [--sizes 1000 10000 100000] [--works site …] [--rounds 2]

Each measurement runs in a child process of its own, on a ledger made for its size: CPU seconds of the work (reading
the ledger included, start-up and imports not) and the memory that it took above the process before it. Prints
both, per asset as well, and exits non-zero where an asset costs more at the largest size than a growth no worse
than linear allows.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from operator import attrgetter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "collections"), str(ROOT)]

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import models  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.column_types import bulk_insert  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import (  # noqa: E402
    Transaction,
    open_ledger,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import run_reconcile  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Snapshot  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.export import export_json  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.workbook import write_workbook  # noqa: E402
from sqlalchemy.orm import DeclarativeBase  # noqa: E402

from tests.samples import large_snapshot  # noqa: E402

SIZES = (1_000, 10_000, 100_000)
# The first runs on a ledger that nothing has reconciled yet, and writes; the others find its work done.
WORKS = ("reconcile", "again", "site", "workbook", "json")
# An asset at the largest size may cost this many times one at a tenth of it. Time has a margin for the noise of
# a shared machine; what a process holds at its peak has none of that, only the steps in which tables grow.
TIME_BOUND = 1.3
MEMORY_BOUND = 1.1
Row = dict[str, Any]
_SCHOOL = "示范中学"
_PATIENCE = 1200


@dataclass(frozen=True, slots=True)
class Cost:
    """``cpu`` in seconds, user and system; ``memory`` in bytes above what the process held before the work."""

    cpu: float
    memory: int


def rows_of(
    row: type[DeclarativeBase], records: Iterable[object], **instead: Callable[[Any], object]
) -> list[Row]:
    """The records as rows of a table; ``instead`` are the columns that a record has otherwise or not at all."""
    own = [column.key for column in row.__table__.columns if column.key not in ("id", *instead)]
    return [
        {name: getattr(record, name) for name in own} | {name: of(record) for name, of in instead.items()}
        for record in records
    ]


def fill(tx: Transaction, school: Snapshot) -> None:
    """The school as import and collection leave it: nothing is linked and nothing found yet."""
    disagree = {number for finding in school.findings for number in finding.asset_numbers}
    assets = [
        replace(asset, specification="i5-10400/32G/512G SSD") if asset.asset_number in disagree else asset
        for asset in school.assets
    ]
    ids = {asset.asset_number: asset.id for asset in assets}
    tables = {
        models.AssetRow: rows_of(
            models.AssetRow, assets, id=attrgetter("id"), parent_id=lambda asset: ids.get(asset.parent_number)
        ),
        models.RunRow: [asdict(run) for run in school.runs],
        models.MachineRow: rows_of(
            models.MachineRow,
            school.machines,
            id=attrgetter("id"),
            asset_id=lambda _: None,
            features=lambda _: {},
            logins=lambda _: [],
        ),
        models.ObservationRow: [
            {
                "machine_id": machine.id,
                "digest": "",
                "inventory": machine.inventory,
                "first_seen_at": machine.first_seen_at,
                "last_seen_at": machine.last_seen_at,
            }
            for machine in school.machines
        ],
        models.ComponentRow: rows_of(
            models.ComponentRow, (part for machine in school.machines for part in machine.components)
        ),
        models.SightingRow: rows_of(models.SightingRow, school.sightings),
    }
    for row, values in tables.items():
        bulk_insert(tx.session, row, values)
    for asset in assets:
        tx.record_asset("asset.created", None, asset)
    for event in school.events:
        tx.record(event.action, event.subject, event.before, event.after)


def make_ledger(path: Path, size: int) -> None:
    ledger = open_ledger(f"sqlite:///{path}")
    with ledger.write(actor="benchmark", reason="fill") as tx:
        fill(tx, large_snapshot(size))
    ledger.close()


def do(work: str, ledger_path: Path, target: Path) -> None:
    ledger = open_ledger(f"sqlite:///{ledger_path}", migrate=False)
    if work in ("reconcile", "again"):
        run_reconcile(ledger, actor="benchmark")
    else:
        with ledger.read() as session:
            snapshot = load_snapshot(session, school=_SCHOOL)
        if work == "site":
            render_site(snapshot, target / "site")
        elif work == "workbook":
            write_workbook(snapshot, target / "ledger.xlsx")
        else:
            export_json(snapshot, target / "ledger.json")
    ledger.close()


def peak() -> int:
    """The most that this process ever held, in bytes (getrusage(2): ru_maxrss is in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def child(work: str, ledger: Path, target: Path, size: int) -> None:
    """One measurement, as JSON on standard output."""
    if work == "make":
        make_ledger(ledger, size)
        return
    before = peak()
    started = time.process_time()
    do(work, ledger, target)
    print(json.dumps({"cpu": time.process_time() - started, "memory": peak() - before}))


def in_a_child(work: str, ledger: Path, size: int) -> Cost | None:
    with tempfile.TemporaryDirectory(prefix="out-", dir=ledger.parent) as target:
        done = subprocess.run(
            [sys.executable, __file__, "--child", work, str(ledger), target, str(size)],
            stdout=subprocess.PIPE,
            check=True,
            timeout=_PATIENCE,
        )
    return Cost(**json.loads(done.stdout)) if done.stdout else None


def measure(
    sizes: Sequence[int], works: Sequence[str], rounds: int, folder: Path
) -> dict[tuple[str, int], Cost]:
    """The cheapest of the interleaved rounds of every work and size: others use the machine too."""
    best: dict[tuple[str, int], Cost] = {}
    made = {size: folder / f"{size}.db" for size in sizes}
    for size, path in made.items():
        in_a_child("make", path, size)
    ledger = folder / "ledger.db"
    for _, size in product(range(rounds), sizes):
        shutil.copyfile(made[size], ledger)
        for work in WORKS:
            # A report is of a ledger that was reconciled, measured or not.
            if work not in works and work != "reconcile":
                continue
            cost = in_a_child(work, ledger, size)
            if cost is None or work not in works:
                continue
            known = best.get((work, size), cost)
            best[work, size] = Cost(min(cost.cpu, known.cpu), min(cost.memory, known.memory))
            print(f"  {size:>7,} {work:9} {cost.cpu:8.2f} s {cost.memory / 2**20:8.1f} MiB", flush=True)
    return best


def report(best: dict[tuple[str, int], Cost], sizes: Sequence[int], works: Sequence[str]) -> bool:
    """Prints the table and how the cost of an asset grew; True where no bound is missed."""
    print(f"\n{'':10}{'assets':>8}{'CPU s':>9}{'ms/asset':>10}{'MiB':>9}{'KiB/asset':>11}")
    for work in works:
        for size in sizes:
            cost = best[work, size]
            print(
                f"{work:10}{size:>8,}{cost.cpu:>9.2f}{cost.cpu / size * 1000:>10.3f}"
                f"{cost.memory / 2**20:>9.1f}{cost.memory / size / 2**10:>11.2f}"
            )
    if len(sizes) < 2:
        return True
    small, large = sizes[-2:]
    print(f"\nAn asset at {large:,} against one at {small:,}")
    good = True
    for work in works:
        first, last = best[work, small], best[work, large]
        slower, bigger = (
            getattr(last, what) / large / (getattr(first, what) / small) for what in ("cpu", "memory")
        )
        good &= slower <= TIME_BOUND and bigger <= MEMORY_BOUND
        print(
            f"  {work:9} {slower:5.2f} times the CPU (at most {TIME_BOUND}),"
            f" {bigger:5.2f} times the memory (at most {MEMORY_BOUND})"
        )
    return good


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--works", nargs="+", choices=WORKS, default=WORKS)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        work, ledger, target, size = options.child
        child(work, Path(ledger), Path(target), int(size))
        return 0
    sizes = sorted(set(options.sizes))
    with tempfile.TemporaryDirectory(prefix="jifang-growth-") as folder:
        best = measure(sizes, options.works, options.rounds, Path(folder))
    return 0 if report(best, sizes, options.works) else 1


if __name__ == "__main__":
    raise SystemExit(main())
