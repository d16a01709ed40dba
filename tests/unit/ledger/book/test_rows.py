"""Rows of a book that are no asset: headings, remarks, what each printed page repeats; sheets left unread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.options import ImportOptions
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.plan import Plan, plan_import

from tests.unit.ledger.book.making import sheet_of


def plan(rows: Sequence[Sequence[Any]], headers: Sequence[str], numbering: str | None = None) -> Plan:
    return plan_import(sheet_of([headers, *rows]), [], ImportOptions(numbering=numbering))


def errors(result: Plan) -> list[str]:
    return [issue.render() for issue in result.errors.items]


def test_headings_and_remarks_in_the_column_of_the_number() -> None:
    headings = ["一、通用设备", "通用设备", "[A02021000]打印机", "2.盘亏须说明原因", "数据以财务账为准。"]
    rows = [("2023001", "电脑"), *((text, None) for text in headings), ("负责人（签字）：", None, "经办人：")]
    rows += [("盘点人", None), ("2026年9月1日", None)]
    result = plan(rows, headers=("资产编号", "资产名称", "型号"))
    assert [item.asset.asset_number for item in result.creates] == ["2023001"]
    assert result.skipped.count == len(rows) - 1
    assert errors(result) == []


@pytest.mark.parametrize("number", ["2023002", "JF-2", "(3)", "设备2"])
def test_a_number_alone_is_an_asset_without_a_name(number: str) -> None:
    result = plan([("1", "电脑"), (number, None)], headers=("资产编号", "资产名称"))
    assert [line for line in errors(result) if "没有名称" in line]


def test_a_remark_is_no_asset_either_where_numbers_come_from_a_rule() -> None:
    rows = [("台式计算机", "机房一"), ("本表一式三份。", None), ("打印机", None)]
    result = plan(rows, headers=("资产名称", "存放地点"), numbering="{sequence:04}")
    assert [item.asset.name for item in result.creates] == ["台式计算机", "打印机"]


def test_each_page_repeats_title_and_header() -> None:
    head = [
        ("固定资产明细账", None, None, None),
        ("单位：育才中学", None, "2026年8月", None),
        ("资产编号", "资产名称", "价值", None),
        (None, None, "单价", "金额"),
    ]
    rows = [*head, ("1", "电脑", 4000, 4000), *head, ("2", "电脑", 4000, 4000)]
    result = plan_import(sheet_of(rows), [])
    assert [item.asset.asset_number for item in result.creates] == ["1", "2"]
    assert result.skipped.count == len(head)
    assert errors(result) == []


def test_sheets_that_were_not_read_are_named() -> None:
    sheet = sheet_of([("资产编号", "资产名称"), ("1", "电脑")], name="计算机", others=("打印机", "投影仪"))
    (warning,) = plan_import(sheet, []).warnings.items
    assert "打印机, 投影仪" in warning.render()
