"""Which column is which field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book import columns
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.columns import map_columns
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.fields import FIELDS
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.reading import Fault

from tests.unit.ledger.book.making import HEADERS, sheet_of


def fields_of(*headers: str, mapping: dict[str, str] | None = None) -> dict[str, str]:
    found = map_columns(sheet_of([headers]), mapping=mapping, required=())
    return {field: column.letter for field, column in found.by_field.items()}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("资产编号", "asset_number"),
        ("资产编码", "asset_number"),
        ("标签号", "asset_number"),
        ("卡片编号", "finance_card"),
        ("财务卡片号", "finance_card"),
        ("资产名称", "name"),
        ("名 称", "name"),
        ("资产\n名称", "name"),
        ("*资产名称", "name"),
        ("资产名称（必填）", "name"),
        ("资产名称：", "name"),
        ("品牌", "brand"),
        ("规格型号", "model_specification"),
        ("规格、型号", "model_specification"),
        ("型号", "model"),
        ("规格", "specification"),
        ("出厂编号", "serial"),
        ("序列号", "serial"),
        ("ＳＮ", "serial"),
        ("S/N", "serial"),
        ("序列号（SN）", "serial"),
        ("数量", "quantity"),
        ("单位", "unit"),
        ("计量单位", "unit"),
        ("单价", "unit_price"),
        ("单价(元)", "unit_price"),
        ("原值", "original_value"),
        ("原值（万元）", "original_value"),
        ("价值", "original_value"),
        ("金额", "original_value"),
        ("入账日期", "booked_on"),
        ("财务入账日期", "booked_on"),
        ("取得日期", "purchased_on"),
        ("购置日期", "purchased_on"),
        ("保修期至", "warranty_until"),
        ("供应商", "supplier"),
        ("存放地点", "location"),
        ("存放位置", "location"),
        ("使用部门", "department"),
        ("使用人", "custodian"),
        ("管理人", "custodian"),
        ("保管人", "custodian"),
        ("经费来源", "funding_source"),
        ("使用状况", "status"),
        ("使用状态", "status"),
        ("资产分类代码", "class_code"),
        ("国标分类", "class_code"),
        ("国标分类(GB/T 14885-2022)", "class_code"),
        ("类别编号", "class_code"),
        ("部门名称", "department"),
        ("数量/面积", "quantity"),
        ("备注", "notes"),
        ("上级资产", "parent_number"),
        ("序号", "ignore"),
        ("净值", "ignore"),
        ("育才中学固定资产台账", None),
        ("资产编号一览", None),
        ("", None),
    ],
)
def test_headers(header: str, field: str | None) -> None:
    assert columns.recognise(header) == field


def test_the_file_of_headers_is_sound() -> None:
    """Every field exists and no header stands for two of them."""
    content = json.loads(Path(columns.__file__).with_name("columns.json").read_text(encoding="utf-8"))
    assert set(content["fields"]) == set(FIELDS)
    headers = [
        columns.header_key(header)
        for ranks in content["fields"].values()
        for rank in ranks
        for header in rank
    ]
    headers += [columns.header_key(header) for header in content["ignored"]]
    assert [key for key in headers if headers.count(key) > 1] == []


def test_titles_above_the_header_are_passed_over() -> None:
    rows = [("育才中学固定资产台账",), (None,), ("单位：育才中学", None, "名称"), HEADERS, ("1", "电脑")]
    found = map_columns(sheet_of(rows))
    assert (found.header_row, found.first_row) == (4, 5)
    assert found.by_field["location"].letter == "H"
    assert found.mapping["存放地点"] == "location"


def test_a_header_of_two_rows() -> None:
    rows = [
        ("台账",),
        ("资产编号", "资产名称", "价值信息", None, "存放地点"),
        (None, None, "单价", "金额", None),
        ("1", "电脑", 1, 1, "机房一"),
    ]
    merged = [(2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 3, 4)]
    found = map_columns(sheet_of(rows, merged=merged))
    assert (found.header_row, found.first_row) == (2, 4)
    assert {field: column.letter for field, column in found.by_field.items()} == {
        "asset_number": "A",
        "name": "B",
        "unit_price": "C",
        "original_value": "D",
        "location": "E",
    }


UPPER = ("序号", "资产编号", "资产名称", "资产分类", None, "价值", None, None, "使用情况")
LOWER = (None, None, None, "代码", "名称", "单价", "数量", "金额", "使用部门", "存放地点")
TWO_LINES = {
    "asset_number": "B",
    "name": "C",
    "class_code": "D",
    "unit_price": "F",
    "quantity": "G",
    "original_value": "H",
    "department": "I",
    "location": "J",
}


@pytest.mark.parametrize(
    "merged", [[], [(1, 3, 1, 4), (1, 5, 1, 7), (1, 8, 1, 9), (1, 1, 2, 1), (1, 2, 2, 2)]]
)
def test_a_header_of_two_rows_with_groups(merged: list[tuple[int, int, int, int]]) -> None:
    found = map_columns(sheet_of([UPPER, LOWER, (1, "A1", "电脑")], merged=merged))
    assert found.first_row == 3
    assert {field: column.letter for field, column in found.by_field.items()} == TWO_LINES
    assert found.by_field["class_code"].header == "资产分类代码"


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(("A1", None, "数量", "单价", None), id="it has a number"),
        pytest.param((None, "电脑", "数量", "单价", None), id="it has a name"),
        pytest.param((None, None, "数量", 4000, None), id="not all is text"),
        pytest.param((None, None, "数量", "4000元", "某处"), id="little is known"),
        pytest.param((None, None, "数量", None, None), id="one known word"),
    ],
)
def test_a_row_below_the_header_that_is_no_second_line(below: tuple[object, ...]) -> None:
    headers = ("资产编号", "资产名称", "规格", "价值", "存放地点")
    assert map_columns(sheet_of([headers, below, ("A2", "电脑")])).first_row == 2


def test_the_preferred_of_two_headers_wins() -> None:
    assert fields_of("标签号", "资产编号", "名称", "使用人", "保管人", "购置日期", "取得日期") == {
        "asset_number": "B",
        "name": "C",
        "custodian": "E",
        "purchased_on": "F",
    }


def test_units_and_standards_in_headers() -> None:
    found = map_columns(sheet_of([("资产编号", "名称", "原值(万元)", "分类代码（GB/T14885—2010）")]))
    assert found.by_field["original_value"].factor == 10_000
    assert found.by_field["class_code"].standard == "GB/T 14885-2010"
    assert columns.class_standard("国标分类") is None
    assert columns.class_standard("按GB/T 14885-2022") == "GB/T 14885-2022"
    assert columns.class_standard("ＧＢ／Ｔ １４８８５－２０２２") == "GB/T 14885-2022"


def test_an_explicit_mapping_comes_first() -> None:
    assert fields_of("资产编号", "内部号", "名称", mapping={"内部号": "asset_number"}) == {
        "asset_number": "B",
        "name": "C",
    }
    assert fields_of("资产编号", "名称", "名称", mapping={"C": "name", "B": "notes"}) == {
        "asset_number": "A",
        "notes": "B",
        "name": "C",
    }
    assert fields_of("资产编号", "名称", "备注", mapping={"备注": "ignore"}) == {
        "asset_number": "A",
        "name": "B",
    }


def test_unknown_headers_can_be_mapped_alone() -> None:
    found = map_columns(sheet_of([("甲", "乙")]), mapping={"甲": "asset_number", "乙": "name"})
    assert found.header_row == 1


def test_column_letters() -> None:
    assert [columns.column_letter(index) for index in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]


@pytest.mark.parametrize(
    ("rows", "mapping", "expected"),
    [
        (
            [("资产编号", "名称", "名称")],
            {},
            "有多列都可能是“资产名称”：B 名称、C 名称。请在列对应设置中指明用哪一列，其余列设为“ignore”。",
        ),
        (
            [("资产编号吗", "存放地点", "数量")],
            {},
            "第 1 行表头中找不到这些列：资产编号、资产名称。已见表头：A 资产编号吗、B 存放地点、C 数量。"
            "可能的对应：资产编号吗 → asset_number。请设置列对应关系，或修改表头。",
        ),
        (
            [("甲", "乙"), ("1", "2")],
            {},
            "工作表 说明 的前 50 行中找不到表头行。文件中的工作表：说明, 台账。"
            "请选对工作表，或指定表头行号，或设置列对应关系。",
        ),
        ([("资产编号", "名称")], {"名称": "nickname"}, "列对应设置中的字段“nickname”不存在。"),
        ([("资产编号", "名称")], {"昵称": "name"}, "列对应设置中的表头“昵称”在账簿中出现 0 次。"),
        ([("资产编号", "名称", "名称")], {"名称": "name"}, "列对应设置中的表头“名称”在账簿中出现 2 次。"),
        ([("资产编号", "名称", "备注")], {"名称": "name", "备注": "name"}, "有多列都可能是“资产名称”"),
        ([(Fault("#REF!"), Fault("#REF!"))], {}, "找不到表头行"),
    ],
)
def test_errors(rows: list[tuple[object, ...]], mapping: dict[str, str], expected: str) -> None:
    with pytest.raises(UserError) as error:
        map_columns(sheet_of(rows, name="说明", sheets=("说明", "台账")), mapping=mapping)
    assert expected in error.value.message.render()


def test_the_header_row_can_be_given() -> None:
    rows = [HEADERS, ("x",), HEADERS, ("1", "电脑")]
    assert map_columns(sheet_of(rows), header_row=3).first_row == 4
    with pytest.raises(UserError):
        map_columns(sheet_of(rows), header_row=9)


def test_what_fills_what() -> None:
    found = map_columns(sheet_of([("资产编号", "资产名称", "颜色")]))
    assert [line.render() for line in columns.describe(found)] == [
        "A 列“资产编号”→ 资产编号",
        "B 列“资产名称”→ 资产名称",
    ]
    assert found.unused == ("颜色",)
