"""The register and a pile of labels as PDF: their memory, and their CPU beside WeasyPrint and fpdf2 for the same table.

    .venv/bin/pip install weasyprint==70.0 fpdf2==2.8.9
    python tests/benchmarks/forms_speed.py [--rows 10000] [--peer-rows 1000] [--labels 2000]

Every work runs in a process of its own, children included: CPU seconds are user and system, the peak is the sum of
the process's and its largest child's. WeasyPrint needs minutes and gigabytes for the whole register, so the
peers set ``--peer-rows`` of it; ours is measured at both sizes. Exits non-zero where a bound is missed.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "collections"), str(ROOT)]

from ansible_collections.jifang.lab.plugins.plugin_utils.forms.desk import Desk  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import Table  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.labels import (  # noqa: E402
    SHEETS,
    asset_label,
    render_labels,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.pdf import render_pdf  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.register import register  # noqa: E402
from pypdf import PdfReader  # noqa: E402

from tests.samples import large_snapshot  # noqa: E402

PEAK_MB = 1_500
CPU_RATIO = 1 / 5
HEAD = Desk(school="示范中学", made_on=date(2026, 11, 25), site_url="https://jifang.example.invalid")
STYLE = """
@page { size: A4 landscape; margin: 18mm 14mm 17mm 18mm;
        @bottom-center { content: "第 " counter(page) " 页 共 " counter(pages) " 页"; font: 9pt "Noto Serif CJK SC" } }
body { font: 9pt/12.4pt "Noto Serif CJK SC" }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th { font-family: "Noto Sans CJK SC"; font-weight: normal }
td, th { border: 0.5pt solid black; padding: 1.35pt 1.2mm; overflow-wrap: anywhere }
tr { break-inside: avoid }
"""


def the_table(rows: int) -> Table:
    (table,) = (block for block in _form(rows).blocks if isinstance(block, Table))
    return table


def _form(rows: int):  # type: ignore[no-untyped-def]
    return register(large_snapshot(rows).assets, HEAD, number="TZ-2026")


def ours(rows: int) -> bytes:
    return render_pdf(_form(rows))


def labels(count: int) -> bytes:
    made = [asset_label(each, HEAD) for each in large_snapshot(count).assets]
    return render_labels(made, SHEETS["a4_3x8"])


def weasyprint(rows: int) -> bytes:
    from weasyprint import HTML  # noqa: PLC0415

    table = the_table(rows)
    whole = sum(column.width for column in table.columns)
    columns = "".join(f'<col style="width:{column.width / whole:.3%}">' for column in table.columns)
    head = "".join(f"<th>{escape(column.title)}</th>" for column in table.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    page = f"<style>{STYLE}</style><table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>{body}</table>"
    made: bytes = HTML(string=page).write_pdf()
    return made


def fpdf2(rows: int) -> bytes:
    from ansible_collections.jifang.lab.plugins.plugin_utils.forms.fonts import typefaces  # noqa: PLC0415
    from fontTools.ttLib import TTCollection  # noqa: PLC0415
    from fpdf import FPDF  # noqa: PLC0415
    from fpdf.fonts import FontFace  # noqa: PLC0415

    table = the_table(rows)
    paper = FPDF(orientation="landscape", format="A4")
    paper.set_margins(18, 18, 14)
    paper.set_auto_page_break(True, 17)
    with tempfile.TemporaryDirectory() as folder:
        # fpdf2 takes no member of a collection.
        song = Path(folder) / "song.otf"
        TTCollection(typefaces().folders[0] / "NotoSerifCJK-Regular.ttc").fonts[2].save(song)
        paper.add_font("song", fname=song)
        paper.set_font("song", size=9)
        paper.add_page()
        widths = tuple(column.width for column in table.columns)
        with paper.table(col_widths=widths, line_height=5, headings_style=FontFace(emphasis="")) as setting:
            for texts in ([column.title for column in table.columns], *table.rows):
                row = setting.row()
                for text in texts:
                    row.cell(text)
        return bytes(paper.output())


WORKS: dict[str, Callable[[int], bytes]] = {
    "register": ours,
    "labels": labels,
    "weasyprint": weasyprint,
    "fpdf2": fpdf2,
}


def work(name: str, size: int) -> None:
    """In a process of its own: does it and tells what it took."""
    pdf = WORKS[name](size)
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    told = {
        "cpu": sum(each.ru_utime + each.ru_stime for each in (own, children)),
        "peak_mb": (own.ru_maxrss + children.ru_maxrss) / 1024,
        "file_mb": len(pdf) / 1e6,
        "pages": len(PdfReader(io.BytesIO(pdf)).pages),
    }
    print(json.dumps(told))


def measured(name: str, size: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--work", name, str(size)], stdout=subprocess.PIPE, text=True, check=True
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{name:11} {size:7,} {told['pages']:6,.0f} pages {told['cpu']:8.2f} s "
        f"{1000 * told['cpu'] / told['pages']:7.1f} ms/page {told['peak_mb']:7.0f} MB {told['file_mb']:6.2f} MB file",
        flush=True,
    )
    return told


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--peer-rows", type=int, default=1_000)
    parser.add_argument("--labels", type=int, default=2_000)
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work[0], int(options.work[1]))
        return 0
    register_whole = measured("register", options.rows)
    pile = measured("labels", options.labels)
    register_part = measured("register", options.peer_rows)
    peer = measured("weasyprint", options.peer_rows)
    measured("fpdf2", options.peer_rows)
    ratios = [
        (each["cpu"] / each["pages"]) / (peer["cpu"] / peer["pages"])
        for each in (register_part, register_whole)
    ]
    peaks = [each["peak_mb"] for each in (register_whole, pile)]
    print(
        f"\nCPU per page beside WeasyPrint: {ratios[0]:.3f} of the same rows, {ratios[1]:.3f} of the whole register"
    )
    print(f"  (at most {CPU_RATIO}); peaks {peaks[0]:.0f} and {peaks[1]:.0f} MB (less than {PEAK_MB})")
    return 0 if max(ratios) <= CPU_RATIO and max(peaks) < PEAK_MB else 1


if __name__ == "__main__":
    raise SystemExit(main())
