"""The 台帐 workbook of 10,000 assets beside XlsxWriter alone writing the same cells in the same formats.

    python tests/benchmarks/workbook_ratio.py [--assets 10000] [--rounds 5]

Both run in this process, in turn, with the same options of XlsxWriter; the cells that XlsxWriter alone writes are
made before its clock starts, while ours makes them from the records. Prints CPU seconds (the minimum of each, for
others use the machine too) and their ratio. Exits non-zero where the bound is missed or a cell differs.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "collections"), str(ROOT)]

from ansible_collections.jifang.lab.plugins.plugin_utils.reports import workbook  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.text import plain  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.views import Views  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.words import Words  # noqa: E402

from tests.samples import large_snapshot  # noqa: E402

BOUND = 1.3


@dataclass(frozen=True)
class Table:
    """A sheet as values: ``rows`` hold text, numbers and dates as they are to be written, None for an empty cell."""

    columns: list[workbook.Column]
    rows: list[list[Any]]


def tables(snapshot: Any) -> list[Table]:
    """The sheets 台帐, 部件 and 待处理事项; 说明 with its few dozen cells is left out."""
    words, views = Words(), Views(snapshot)
    made = (
        (workbook.asset_columns(words), workbook.asset_rows(views, words)),
        (workbook.part_columns(words), workbook.part_rows(views, words)),
        (workbook.finding_columns(words), workbook.finding_rows(views, words)),
    )
    return [Table(columns, [[_clean(cell) for cell in row] for row in rows]) for columns, rows in made]


def _clean(cell: Any) -> Any:
    return (plain(cell, 32767) or None) if isinstance(cell, str) else cell


def alone(sheets: list[Table], path: Path) -> None:
    """XlsxWriter and nothing else, by its quickest calls."""
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        book = xlsxwriter.Workbook(
            str(path), {"strings_to_formulas": False, "strings_to_urls": False, "tmpdir": scratch}
        )
        forms = {name: book.add_format(look) for name, look in workbook.LOOKS.items()}
        for table in sheets:
            sheet = book.add_worksheet()
            own = [forms[column.form] for column in table.columns]
            for index, column in enumerate(table.columns):
                sheet.set_column(index, index, column.width, own[index])
                sheet.write_string(0, index, column.title, forms["head"])
            for at, row in enumerate(table.rows, start=1):
                for index, cell in enumerate(row):
                    if cell is None:
                        continue
                    if isinstance(cell, str):
                        sheet.write_string(at, index, cell, own[index])
                    elif isinstance(cell, date):
                        sheet.write_datetime(at, index, cell, own[index])
                    else:
                        sheet.write_number(at, index, cell, own[index])
        book.close()


def cells(path: Path, sheets: int) -> list[list[list[Any]]]:
    """What a reader finds in the first ``sheets`` of a workbook."""
    book = CalamineWorkbook.from_path(path)
    return [book.get_sheet_by_index(number).to_python() for number in range(sheets)]


def spent(work: Callable[[], None]) -> float:
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assets", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    snapshot = large_snapshot(options.assets)
    sheets = tables(snapshot)
    gc.collect()
    gc.freeze()  # neither way pays for walking through the other's input
    with tempfile.TemporaryDirectory(prefix="jifang-workbook-") as name:
        ours, theirs = Path(name) / "ours.xlsx", Path(name) / "theirs.xlsx"
        ways: dict[str, Callable[[], None]] = {
            "XlsxWriter alone": lambda: alone(sheets, theirs),
            "workbook": lambda: workbook.write_workbook(snapshot, ours),
        }
        best = dict.fromkeys(ways, float("inf"))
        for number in range(options.rounds):
            for way, work in ways.items():
                took = spent(work)
                best[way] = min(best[way], took)
                print(f"round {number + 1} {way:17} {took:6.2f} s", flush=True)
        same = cells(ours, len(sheets)) == cells(theirs, len(sheets))
    count = sum(cell is not None for table in sheets for row in table.rows for cell in row)
    ratio = best["workbook"] / best["XlsxWriter alone"]
    print(f"\n{options.assets:,} assets, {count:,} cells, CPU seconds, minimum of {options.rounds} rounds")
    for way, took in best.items():
        print(f"  {way:17} {took:6.2f}")
    print(f"  ratio {ratio:.2f} (at most {BOUND})")
    print("  cells: " + ("equal" if same else "not equal"))
    return 0 if same and ratio <= BOUND else 1


if __name__ == "__main__":
    raise SystemExit(main())
