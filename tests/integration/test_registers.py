"""Errands of the registers end to end, as a person gives them: entered, refused, undone, on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus, RegisterKind
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import load_registers

from tests.integration.support import School

BOOK = """资产编号,资产名称,品牌,规格型号,数量,原值,入账日期,存放地点
PC-001,台式计算机,联想,启天 M420,1,4800,2021-09-01,机房一
TY-001,投影仪,爱普生,CB-X49,1,5200,2025-03-01,机房一
"""
LOAN = {
    "loan_asset": "TY-001",
    "loan_borrower": "王芳",
    "loan_principal": "李校长",
    "loan_leader": "张主任",
    "loan_purpose": "家长会",
    "loan_due_on": "2099-09-20",
}


def given(**variables: str) -> list[str]:
    return [word for name, value in variables.items() for word in ("-e", f"{name}='{value}'")]


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = School(tmp_path)
    book = tmp_path / "book.csv"
    book.write_text(BOOK, encoding="utf-8")
    school.variables |= {"ledger_book": str(book), "lab_language": "zh_CN", "ledger_school": "示范中学"}
    done = school.run("import_book")
    assert done.code == 0, done.said
    return school


def test_a_loan_from_slip_to_return(school: School) -> None:
    done = school.lab_run("lend_asset", *given(**LOAN))
    assert done.code == 0, done.said
    (slip,) = (school.reports / "papers").iterdir()
    assert re.fullmatch(r"loan_slip-\d{4}-0001\.pdf", slip.name)
    assert slip.read_bytes().startswith(b"%PDF-")
    snapshot = school.snapshot()
    assert {a.asset_number: a.status for a in snapshot.assets}["TY-001"] is AssetStatus.ON_LOAN

    again = school.run("lend_asset", *given(**LOAN))
    assert again.code != 0
    assert "TY-001 已于" in again.said
    assert "请先登记归还" in again.said

    back = school.run("return_asset", *given(loan_asset="TY-001", loan_received_by="刘老师"))
    assert back.code == 0, back.said
    assert {a.status for a in school.snapshot().assets} == {AssetStatus.IN_USE}
    twice = school.run("return_asset", *given(loan_asset="TY-001", loan_received_by="刘老师"))
    assert "TY-001 没有外借" in twice.said


def test_a_dry_run_shows_and_leaves_nothing(school: School) -> None:
    events = school.snapshot().events
    done = school.run("lend_asset", "--check", "--diff", *given(**LOAN))
    assert done.code == 0, done.said
    assert "loan.opened" in done.said
    assert school.snapshot().events == events
    assert not (school.reports / "papers").exists()


def test_an_entry_is_undone_with_a_reason(school: School) -> None:
    before = school.snapshot().assets
    assert school.run("lend_asset", *given(**LOAN)).code == 0
    year = next(iter(school.snapshot().events[-1:])).at.year
    without = school.run("undo_entry", *given(entry_number=f"{year}-0001"))
    assert without.code != 0
    assert "缺少原因" in without.said
    done = school.run("undo_entry", *given(entry_number=f"{year}-0001", entry_reason="记错了设备"))
    assert done.code == 0, done.said
    after = school.snapshot()
    assert after.assets == before
    assert [e.reason for e in after.events if e.action == "entry.undone"] == ["记错了设备"]
    ledger = open_ledger(f"sqlite:///{school.ledger}", migrate=False)
    with ledger.read() as session:
        registers = load_registers(session)
    ledger.close()
    assert list(registers) == [RegisterKind.ENTRY]


def test_a_paper_is_printed_again(school: School) -> None:
    assert school.run("lend_asset", *given(ledger_papers="", **LOAN)).code == 0
    assert not (school.reports / "papers").exists()
    year = school.snapshot().events[-1].at.year
    done = school.run("print_paper", *given(paper_kind="loan_slip", paper_number=f"{year}-0001"))
    assert done.code == 0, done.said
    assert (school.reports / "papers" / f"loan_slip-{year}-0001.pdf").exists()
    unknown = school.run("print_paper", *given(paper_kind="loan_slip", paper_number="2020-0001"))
    assert unknown.code != 0
    assert "“外借”中没有编号 2020-0001" in unknown.said
    kind = school.run("print_paper", *given(paper_kind="../../x", paper_number="1"))
    assert "没有“../../x”这种表格" in kind.said


def test_labels_cards_and_register_of_a_room(school: School) -> None:
    for what in ("labels", "cards", "register"):
        done = school.run(f"print_{what}", *given(paper_rooms="机房一"))
        assert done.code == 0, done.said
    made = {path.name: path.read_bytes() for path in (school.reports / "papers").iterdir()}
    assert sorted(made) == ["cards.pdf", "labels.pdf", "register.pdf"]
    assert all(pdf.startswith(b"%PDF-") for pdf in made.values())


def test_labels_of_what_there_is_not_are_refused(school: School) -> None:
    done = school.run("print_labels", *given(paper_assets="PC-001,PC-100"))
    assert done.code != 0
    assert "台帐中没有资产 PC-100" in done.said
    assert "机房九 没有在账资产" in school.run("print_cards", *given(paper_rooms="机房九")).said
    odd = school.run("print_labels", "-e", '{"label_geometry": {"columns": "three"}}')
    assert "无法识别标签纸的尺寸" in odd.said
    assert not (school.reports / "papers").exists()
