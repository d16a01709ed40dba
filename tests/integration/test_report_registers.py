"""What an errand entered is on the site after the next rendering, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.support import School
from tests.integration.test_registers import BOOK, LOAN, given


@pytest.mark.parametrize(
    ("language", "sentence", "figure", "empty"),
    [
        ("zh_CN", "没有逾期或待办的事项", "在外 1 件，逾期 0 件", "还没有报修过"),
        ("en", "Nothing is overdue or waiting", "1 out, 0 overdue", "No fault has been reported yet"),
    ],
)
def test_a_loan_is_on_the_site(tmp_path: Path, language: str, sentence: str, figure: str, empty: str) -> None:
    school = School(tmp_path)
    book = tmp_path / "book.csv"
    book.write_text(BOOK, encoding="utf-8")
    school.variables |= {"ledger_book": str(book), "lab_language": language, "ledger_papers": ""}
    assert school.run("import_book").code == 0
    assert school.run("lend_asset", *given(**LOAN)).code == 0
    done = school.run("render_reports")
    assert done.code == 0, done.said
    site = school.reports / "site"
    registers = (site / "registers.html").read_text(encoding="utf-8")
    assert sentence in registers and figure in registers
    assert "王芳" in (site / "loans.html").read_text(encoding="utf-8")
    assert empty in (site / "repairs.html").read_text(encoding="utf-8")
    data = json.loads(
        (site / "find-data.js").read_text(encoding="utf-8").removeprefix("window.jifangFind=")[:-2]
    )
    rows = {(row[3], row[1]): row[0] for row in data["rows"]}
    (loan,) = (number for kind, number in rows if kind == "loan")
    assert rows["loan", loan] == "loans.html#row-1"
    assert "王芳" in (site / rows["", "TY-001"]).read_text(encoding="utf-8")
