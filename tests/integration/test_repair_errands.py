"""Repairs, stock and keys end to end, as a person gives them: entered, refused, undone, on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus, RegisterKind

from tests.integration.support import School
from tests.integration.test_registers import given

BOOK = """资产编号,资产名称,品牌,规格型号,序列号,数量,原值,入账日期,保修期至,供应商,存放地点
PC-001,台式计算机,联想,启天 M420,PF2ABC001,1,4800,2021-09-01,2024-09-01,某某科技,机房一
TY-001,投影仪,爱普生,CB-X49,X49Z00017,1,5200,2025-03-01,2099-03-01,某某影音,机房一
"""


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = School(tmp_path)
    book = tmp_path / "book.csv"
    book.write_text(BOOK, encoding="utf-8")
    school.variables |= {"ledger_book": str(book), "lab_language": "zh_CN", "ledger_school": "育才实验学校"}
    done = school.run("import_book")
    assert done.code == 0, done.said
    return school


def do(school: School, errand: str, **variables: str) -> str:
    """What an errand that is done says, its result included."""
    done = school.run(errand, "-v", *given(**variables))
    assert done.code == 0, done.said
    return done.said


def refuse(school: School, errand: str, **variables: str) -> str:
    """What an errand says that is refused; nothing is changed."""
    before = school.snapshot().events
    done = school.run(errand, *given(**variables))
    assert done.code != 0, done.said
    assert school.snapshot().events == before
    return done.said


def test_a_repair_takes_its_parts_from_the_store(school: School) -> None:
    do(school, "add_stock_item", stock_name="内存条", stock_unit="条", stock_minimum="2")
    do(school, "receive_stock", stock_item="内存条", stock_quantity="2", stock_supplier="某某科技")
    do(school, "open_repair", repair_asset="PC-001", repair_fault="不能开机", repair_reported_by="王芳")
    year = school.snapshot().events[-1].at.year
    number = f"{year}-0001"
    assert "已在维修" in refuse(
        school, "open_repair", repair_asset="PC-001", repair_fault="蓝屏", repair_reported_by="王芳"
    )
    diagnosis = {"repair_number": number, "repair_broken_part": "内存条", "repair_cause": "wear"}
    assert "必须是不同的人" in refuse(school, "diagnose_repair", **diagnosis, repair_confirmers="王芳,王芳")
    do(school, "diagnose_repair", **diagnosis, repair_confirmers="王芳,刘老师")
    decision = {"repair_number": number, "repair_approved_by": "张主任", "repair_receiver": "刘老师"}
    assert "已过保修期" in refuse(school, "decide_repair", **decision, repair_route="warranty")
    assert "库存只有 2" in refuse(
        school, "decide_repair", **decision, repair_route="stock", repair_parts="内存条=3"
    )
    closing = {"repair_number": number, "repair_cost": "129", "repair_accepted_by": "王芳"}
    assert "尚未决定如何处理" in refuse(school, "close_repair", **closing, repair_result="好了")
    do(school, "decide_repair", **decision, repair_route="stock", repair_parts="内存条=1")
    said = do(school, "close_repair", **closing, repair_result="好了", repair_new_parts="memory=M378-0009")
    assert f"维修 {number}（PC-001）已结案，停用 0 天，费用 129.00 元。" in said
    assert {asset.status for asset in school.snapshot().assets} == {AssetStatus.IN_USE}
    do(school, "print_paper", paper_kind="repair_totals", paper_number="all")
    names = {path.name for path in (school.reports / "papers").iterdir()}
    assert names == {
        f"repair_record-{number}.pdf",
        f"stock_slip-{year}-0002.pdf",
        "repair_totals-all.pdf",
        "repair_totals-all.xlsx",
    }


def test_a_decision_is_undone_with_its_parts(school: School) -> None:
    do(school, "add_stock_item", stock_name="内存条", stock_unit="条")
    do(school, "receive_stock", stock_item="内存条", stock_quantity="1", stock_supplier="某某科技")
    year = school.snapshot().events[-1].at.year
    do(school, "issue_stock", stock_items="内存条", stock_receiver="王芳", stock_purpose="备用")
    assert "库存只有 0" in refuse(
        school, "issue_stock", stock_items="内存条", stock_receiver="王芳", stock_purpose="备用"
    )
    contradiction = refuse(school, "undo_entry", entry_number=f"{year}-0002", entry_reason="记错")
    assert "会变成 -1" in contradiction
    do(school, "undo_entry", entry_number=f"{year}-0003", entry_reason="没有领走")
    do(school, "undo_entry", entry_number=f"{year}-0002", entry_reason="记错")
    assert RegisterKind.STOCK_MOVE not in school.snapshot().registers


def test_a_vendor_is_called_in_warranty_and_speaks_english(school: School) -> None:
    school.variables["lab_language"] = "en"
    do(school, "open_repair", repair_asset="TY-001", repair_fault="不亮", repair_reported_by="王芳")
    number = f"{school.snapshot().events[-1].at.year}-0001"
    do(school, "diagnose_repair", repair_number=number, repair_broken_part="灯泡")
    said = do(school, "decide_repair", repair_number=number, repair_route="warranty")
    assert f"Repair {number} of TY-001 is a warranty call. Send the vendor call sheet." in said
    assert (school.reports / "papers" / f"vendor_call-{number}.pdf").exists()
    dry = school.run(
        "close_repair",
        "--check",
        "--diff",
        *given(repair_number=number, repair_cost="0", repair_accepted_by="王芳", repair_result="repaired"),
    )
    assert dry.code == 0, dry.said
    assert "repair.closed" in dry.said
    assert {a.asset_number: a.status for a in school.snapshot().assets}["TY-001"] is AssetStatus.REPAIR


def test_a_key_is_not_lent_on(school: School) -> None:
    do(school, "add_key", key_number="A-301", key_room="机房一")
    do(school, "issue_key", key_number="A-301", key_holder="王芳")
    said = refuse(school, "issue_key", key_number="A-301", key_holder="赵强")
    assert "钥匙不能随意转借" in said
    do(school, "return_key", key_number="A-301", key_received_by="刘老师")
    do(school, "issue_key", key_number="A-301", key_holder="赵强")
    said = do(school, "report_lost_key", key_number="A-301", key_reported_by="赵强", key_circumstances="操场")
    assert "请更换机房一的锁" in said
    assert "赵强于" in refuse(school, "issue_key", key_number="A-301", key_holder="王芳")


def test_a_count_puts_the_level_right(school: School) -> None:
    do(school, "add_stock_item", stock_name="硒鼓", stock_unit="个", stock_category="consumable")
    counted = {"stock_item": "硒鼓", "stock_counted": "3", "stock_counted_by": "刘老师"}
    assert "stock_count_reason" in refuse(school, "count_stock", **counted)
    assert "差额 +3" in do(school, "count_stock", **counted, stock_count_reason="期初盘点")
