"""The papers of repairs and of the store: what stands on them, set as PDF and as a sheet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.desk import Desk
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import Fields, Form, Signatures, Table
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.papers import form_of, write_papers
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repair_closing import close
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repair_decision import (
    DecisionRequest,
    decide,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repairs import (
    RepairRoute,
    diagnose,
    open_repair,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Paper, State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock import StockItemRequest, add_item
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock_moves import ReceiptRequest, receive
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.samples.registers import ASSETS, TODAY
from tests.unit.registers.test_repairs import CLOSING, DECISION, DIAGNOSIS, FAULT, WARRANTY

DESK = Desk(school="育才实验学校", made_on=TODAY, site_url="http://lab.school.example")


@pytest.fixture
def state() -> State:
    """PC-001 repaired with a part from the store; the projector called in with its vendor."""
    state = State(today=TODAY, assets={asset.asset_number: asset for asset in ASSETS})
    item = StockItemRequest(name="内存条", model="DDR4 8GB", unit="条", minimum=5, place="备件柜一")
    receipt = ReceiptRequest(item="内存条", quantity=3, supplier="某某科技", on="2026-09-01")
    vendor = DecisionRequest(
        repair="2026-0002", route=RepairRoute.WARRANTY, vendor_reference="EPS-2231", on="2026-09-12"
    )
    for errand, request in (
        (add_item, item),
        (receive, receipt),
        (open_repair, replace(FAULT, sat_there="s2023014")),
        (diagnose, DIAGNOSIS),
        (decide, DECISION),
        (close, CLOSING),
        (open_repair, WARRANTY),
        (diagnose, replace(DIAGNOSIS, repair="2026-0002", broken_part="灯泡")),
        (decide, vendor),
    ):
        state = state.after(errand(state, request).changes)  # type: ignore[operator]
    return state


def cells(form: Form) -> dict[str, str]:
    """Label to value; of a table, its rows under their joined header."""
    found = {}
    for block in form.blocks:
        if isinstance(block, Fields):
            found |= {field.label: field.value for row in block.rows for field in row}
        elif isinstance(block, Table):
            header = "|".join(column.title for column in block.columns)
            found[header] = "\n".join("|".join(row) for row in block.rows)
    return found


def test_a_repair_record_says_everything(state: State) -> None:
    form = form_of(state, Paper("repair_record", "2026-0001"), DESK)
    found = cells(form)
    assert form.title == "设备维修记录"
    assert found["当时使用人"] == "s2023014"
    assert (found["损坏部件"], found["损坏原因"], found["确认人"]) == ("内存条", "自然损耗", "王芳  刘老师")
    assert (found["处理方式"], found["审批人"]) == ("领用备件自修", "张主任")
    assert (found["维修费用"], found["停用时间"]) == ("129.00 元", "4 天（20 小时）")
    assert found["领用配件|数量|单位|出入库编号"] == "内存条 DDR4 8GB|1|条|2026-0002"
    assert found["更换的新部件|序列号"] == "内存|M378A1K43-0009"
    (signatures,) = (block for block in form.blocks if isinstance(block, Signatures))
    assert signatures.roles == ("报修人", "确认人一", "确认人二", "负责人", "验收人")


def test_a_vendor_call_says_what_a_vendor_asks(state: State) -> None:
    found = cells(form_of(state, Paper("vendor_call", "2026-0002"), replace(DESK, language="en")))
    assert (found["Brand and model"], found["Serial"]) == ("爱普生 CB-X49", "")
    assert (found["Bought on"], found["Warranty until"]) == ("2025-02-20", "2028-02-20")
    assert (found["The fault"], found["Vendor's number of the call"]) == ("不亮", "EPS-2231")
    with pytest.raises(UserError) as refused:
        form_of(state, Paper("vendor_call", "2026-0001"), DESK)
    assert "不在保修期内" in refused.value.message.render()


def test_a_slip_lists_what_one_person_received(state: State) -> None:
    found = cells(form_of(state, Paper("stock_slip", "2026-0002"), DESK))
    assert (found["领用人"], found["用于资产"], found["用于维修"]) == ("刘老师", "PC-001", "2026-0001")
    assert found["出入库编号|物品|单位|数量"] == "2026-0002|内存条 DDR4 8GB|条|1"
    with pytest.raises(UserError) as refused:
        form_of(state, Paper("stock_slip", "2026-0001"), DESK)
    assert "不是领用，没有领用单" in refused.value.message.render()


def test_what_is_low_is_marked_on_the_list(state: State) -> None:
    (rows,) = cells(form_of(state, Paper("stock_list", "1"), DESK)).values()
    assert rows == "2026-0001|内存条 DDR4 8GB|备件|备件柜一|条|5|2|不足"


@pytest.mark.parametrize("number", ["all", "2026-1", ""])
def test_totals_are_of_a_term_or_of_all(state: State, number: str) -> None:
    form = form_of(state, Paper("repair_totals", number), DESK)
    (rows,) = cells(form).values()
    assert rows.splitlines() == [
        "2026—2027 学年第一学期|爱普生 CB-X49|机房一|1|1|0|0|0.00",
        "2026—2027 学年第一学期|联想 启天 M420|机房一|1|0|0|4|129.00",
    ]
    (table,) = (block for block in form.blocks if isinstance(block, Table))
    assert table.totals == ("合计", "", "", "2", "1", "0", "4", "129.00")


def test_a_term_without_repairs_is_said(state: State) -> None:
    with pytest.raises(UserError) as refused:
        form_of(state, Paper("repair_totals", "2019-2"), DESK)
    assert "学期 2019-2 没有维修" in refused.value.message.render()


def test_they_are_set_as_pdf_and_the_tables_as_a_sheet_too(state: State, tmp_path: Path) -> None:
    papers = [
        Paper("repair_record", "2026-0001"),
        Paper("vendor_call", "2026-0002"),
        Paper("stock_slip", "2026-0002"),
        Paper("repair_totals", "2026-1"),
        Paper("stock_list", "1"),
    ]
    written = write_papers(state, papers, DESK, tmp_path)
    assert [path.suffix for path in written].count(".xlsx") == 2
    texts = {path.name: PdfReader(path).pages for path in written if path.suffix == ".pdf"}
    assert {name: len(pages) for name, pages in texts.items()} == dict.fromkeys(texts, 1)
    record = texts["repair_record-2026-0001.pdf"][0].extract_text()
    assert "M378A1K43-0009" in record
    assert "第 1 页 共 1 页" in record
    sheet = load_workbook(tmp_path / "repair_totals-2026-1.xlsx").active
    assert sheet is not None
    values = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
    assert {"联想 启天 M420", "机房一", "合计"} <= values
