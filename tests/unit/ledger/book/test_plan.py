"""A sheet and a register in, a plan out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.options import ImportOptions
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.plan import Plan, plan_import
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.reading import Fault
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Asset, AssetStatus
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.ledger.book.making import HEADERS, sheet_of

FULL = (
    "2023001",
    "台式计算机",
    "启天M430 i5-8400/8G",
    "PF001",
    1,
    "4599.00",
    "2023.9.1",
    "机房一-03",
    "在用",
)


def asset(identifier: int, number: str, name: str = "台式计算机", **fields: Any) -> Asset:
    return Asset(id=identifier, asset_number=number, name=name, **fields)


def plan(
    rows: Sequence[Sequence[Any]],
    existing: Sequence[Asset] = (),
    *,
    headers: Sequence[str] = HEADERS,
    merged: Sequence[tuple[int, int, int, int]] = (),
    **options: Any,
) -> Plan:
    """The header is row 1, the first of ``rows`` row 2."""
    return plan_import(sheet_of([headers, *rows], merged=merged), existing, ImportOptions(**options))


def created(result: Plan) -> list[Asset]:
    assert [issue.render() for issue in result.errors.items] == []
    return [item.asset for item in result.creates]


def one(headers: Sequence[str], *cells: Any, **options: Any) -> Asset:
    """The one asset that a row makes, with number and name put before it."""
    return created(plan([("1", "电脑", *cells)], headers=("资产编号", "名称", *headers), **options))[0]


def errors(result: Plan) -> list[str]:
    return [issue.render() for issue in result.errors.items]


def warnings(result: Plan) -> list[str]:
    return [issue.render() for issue in result.warnings.items]


def test_a_whole_row() -> None:
    assert created(plan([FULL])) == [
        Asset(
            id=0,
            asset_number="2023001",
            name="台式计算机",
            model="启天M430 i5-8400/8G",
            specification="启天M430 i5-8400/8G",
            serial="PF001",
            quantity=1,
            original_value=Decimal("4599.00"),
            booked_on=date(2023, 9, 1),
            room="机房一",
            seat="03",
            status=AssetStatus.IN_USE,
        )
    ]


@pytest.mark.parametrize(
    ("headers", "cells", "options", "model", "specification"),
    [
        (("规格型号",), ("OptiPlex 7010",), {}, "OptiPlex 7010", None),
        (("规格型号",), ("M430/8G/256G",), {}, "M430/8G/256G", "M430/8G/256G"),
        (("规格型号",), ("M430/8G",), {"combined": "model"}, "M430/8G", None),
        (("规格型号",), ("M430",), {"combined": "specification"}, None, "M430"),
        (("规格型号", "型号"), ("8G/256G", "M430"), {}, "M430", "8G/256G"),
        (("规格型号", "规格"), ("M430/8G", "16G"), {}, "M430/8G", "16G"),
        (("型号", "规格"), ("M430", "8G"), {}, "M430", "8G"),
    ],
)
def test_model_and_specification(
    headers: tuple[str, ...],
    cells: tuple[str, ...],
    options: dict[str, Any],
    model: str | None,
    specification: str | None,
) -> None:
    made = one(headers, *cells, **options)
    assert (made.model, made.specification) == (model, specification)


def test_places() -> None:
    assert (one(["存放地点"], "机房一-03").room, one(["存放地点"], "机房一-03").seat) == ("机房一", "03")
    assert one(["存放地点", "座位号"], "机房一", 7).seat == "07"
    assert one(["存放地点", "机房"], "行政楼-03", "机房二").room == "机房二"
    assert one(["存放地点"], "机房一-03", seat_width=3).seat == "003"


def test_prices() -> None:
    assert one(["数量", "单价"], 3, "1000.50").original_value == Decimal("3001.50")
    assert one(["原值(万元)"], 0.46).original_value == Decimal("4600.00")
    both = plan([("1", "电脑", 3, 1000, 2999)], headers=("资产编号", "名称", "数量", "单价", "金额"))
    assert created(both)[0].original_value == Decimal("2999.00")
    assert warnings(both) == ["第 2 行：原值 2999.00 不等于单价乘以数量（3000.00），已按原值导入，请核对。"]


def test_class_codes_need_their_standard() -> None:
    unnamed = plan([("1", "电脑", "A02010105")], headers=("资产编号", "名称", "国标分类"))
    assert (created(unnamed)[0].class_code, created(unnamed)[0].class_standard) == (None, None)
    assert warnings(unnamed) == [
        "账簿没有写明分类代码采用哪个标准（C 列“国标分类”），因此未导入分类代码。请设置分类标准，例如 GB/T "
        "14885-2022。"
    ]
    in_header = one(["国标分类(GB/T 14885-2022)"], "a02010105 台式计算机")
    assert (in_header.class_standard, in_header.class_code) == ("GB/T 14885-2022", "A02010105")
    by_option = one(["分类代码"], 2010104, class_standard="GB/T 14885-2010")
    assert (by_option.class_standard, by_option.class_code) == ("GB/T 14885-2010", "2010104")
    in_column = one(["分类代码", "分类标准"], "A02010105", "GB/T 14885-2022")
    assert in_column.class_standard == "GB/T 14885-2022"
    no_code = one(["分类代码"], None, class_standard="GB/T 14885-2022")
    assert (no_code.class_standard, no_code.class_code) == (None, None)


def test_an_unnamed_standard_leaves_the_class_of_an_asset_alone() -> None:
    old = asset(1, "1", "电脑", class_standard="GB/T 14885-2022", class_code="A02010105")
    result = plan(
        [("1", "电脑", "A02010104")], [old], headers=("资产编号", "名称", "国标分类"), erase_empty=True
    )
    assert result.unchanged == ("1",)


def test_rows_that_are_no_asset() -> None:
    rows = [
        FULL,
        (None, None),
        ("小  计", None, None, None, 1, 4599),
        HEADERS,
        ("二、外设",),
        ("2023002", *FULL[1:3], "PF002", *FULL[4:]),
        ("合计", None, None, None, 2, 9198),
        ("合计（大写）：玖仟", None),
        ("制表人：张三", None, None, "审核人：李四"),
        ("第1页 共1页",),
    ]
    result = plan(rows, merged=[(6, 0, 6, 8)])
    assert [made.asset_number for made in created(result)] == ["2023001", "2023002"]
    assert [(issue.row, issue.reason.render()) for issue in result.skipped.items] == [
        (4, "合计或签章行，已跳过"),
        (5, "重复的表头行，已跳过"),
        (6, "小标题行，已跳过"),
        (8, "合计或签章行，已跳过"),
        (9, "合计或签章行，已跳过"),
        (10, "合计或签章行，已跳过"),
        (11, "合计或签章行，已跳过"),
    ]


def test_running_numbers_alone_and_totals_behind_them() -> None:
    rows = [(1, "A1", "电脑", 5), (2, None, None, None), (None, "合计", None, 5), (None, None, "电脑小计", 5)]
    result = plan(rows, headers=("序号", "资产编号", "名称", "原值"))
    assert [made.asset_number for made in created(result)] == ["A1"]
    assert result.skipped.count == 3


def test_an_asset_whose_name_begins_like_a_total_is_an_asset() -> None:
    assert created(plan([("总计算机", "1")], headers=("名称", "资产编号")))[0].name == "总计算机"
    assert one(["备注"], "合计").notes == "合计"
    assert created(plan([("合计", "1")], headers=("名称", "资产编号")))[0].name == "合计"


def test_merged_cells_hold_for_every_row() -> None:
    rows = [("1", "电脑", "机房一", "4000"), ("2", "电脑", None, "4000"), ("3", "电脑", None, "4000")]
    headers = ("资产编号", "名称", "存放地点", "原值")
    assert [made.room for made in created(plan(rows, headers=headers, merged=[(2, 2, 3, 2)]))] == [
        "机房一",
        "机房一",
        None,
    ]


def test_a_value_of_one_asset_merged_over_several_is_an_error() -> None:
    rows = [("1", "电脑", "8000"), ("2", "电脑", None)]
    result = plan(rows, headers=("资产编号", "名称", "原值"), merged=[(2, 2, 3, 2)])
    assert errors(result) == [
        "第 2 行 C 列“原值”，值“8000”：该单元格合并了第 2 至 3 "
        "行，而每项资产须有各自的值。请取消合并并逐行填写。"
    ]
    tall = plan(
        [("1", "电脑", "8000")], headers=("资产编号", "名称", "原值"), merged=[(2, n, 3, n) for n in range(3)]
    )
    assert created(tall)[0].original_value == Decimal(8000)


def test_overlapping_merged_ranges_cost_little() -> None:
    rows = [(str(number), "电脑") for number in range(2000)]
    merged = [(start, 1, 2001, 1) for start in range(2, 2000)]
    assert len(created(plan(rows, headers=("资产编号", "名称"), merged=merged))) == 2000


def test_every_error_says_where_what_and_what_to_do() -> None:
    rows = [
        FULL,
        ("2023002", None, None, None, 0, "-5", "2023-02-30", None, "坏了"),
        ("2023001", "投影仪"),
        (None, "打印机"),
        (2.5, Fault("#REF!")),
        ("x" * 70, "电脑\x1b[31m"),
    ]
    result = plan(rows)
    assert errors(result) == [
        "第 3 行 E 列“数量”，值“0”：数量须为 1 至 1000000 的整数，请改正。",
        "第 3 行 F 列“原值”，值“-5”：金额为负数。请填写资产的购置金额；减值请按变动登记。",
        "第 3 行 G 列“入账日期”，值“2023-02-30”：没有这样的日期。请改正，例如 2023-09-01。",
        "第 3 行 I 列“使用状况”，值“坏了”：无法识别的使用状况。"
        "请填写以下之一：在用、闲置、维修、外借、封存、待报废、已报废；"
        "或在导入设置中添加该用词。",
        "第 3 行 B 列“资产名称”，值“”：资产没有名称，请补填。",
        "第 6 行 A "
        "列“资产编号”，值“2.5”：该编号以小数保存，末尾的零可能已丢失。请将该列设为文本格式后重新填写。",
        "第 6 行 B 列“资产名称”，值“#REF!”：单元格没有值，只有“#REF!”。请改正公式，或直接填写数值。",
        f"第 7 行 A 列“资产编号”，值“{'x' * 40}…”：文字有 70 个字符，最多允许 64 个，请缩短。",
        "第 4 行 A 列“资产编号”，值“2023001”：该编号已用于第 2 "
        "行。每项资产须有自己的编号：请改正或删除其中一行。",
        "第 5 行 A 列“资产编号”，值“”：该资产没有编号。请补填，或为导入设置编号规则。",
    ]


def test_numbers_that_differ_in_case_only_are_one_number() -> None:
    result = plan([("zc-1", "电脑"), ("ZC-1", "电脑")], headers=("资产编号", "名称"))
    assert "已用于第 2 行" in errors(result)[0]
    same = plan([("ZC-1", "电脑")], [asset(1, "zc-1", "电脑")], headers=("资产编号", "名称"))
    assert same.unchanged == ("zc-1",)


def test_errors_are_bounded() -> None:
    result = plan([("1", None)] * 5000, headers=("资产编号", "名称"))
    assert (result.errors.count, len(result.errors.items)) == (5000, 1000)


def test_a_book_without_assets() -> None:
    assert errors(plan([], headers=("资产编号", "名称"))) == [
        "表头行以下没有任何资产，请检查工作表是否选对。"
    ]


def test_changes_show_both_sides_and_empty_cells_say_nothing() -> None:
    old = asset(
        5,
        "2023001",
        room="机房二",
        seat="03",
        notes="门后",
        custodian="张三",
        original_value=Decimal(4599),
        quantity=2,
    )
    headers = ("资产编号", "名称", "存放地点", "备注", "数量", "保管人")
    row = ("2023001", "台式计算机", "机房一-03", None, None, "李四")
    result = plan([row], [old], headers=headers)
    [update] = result.updates
    assert update.fields == ("room", "custodian")
    assert (update.before, update.after.room, update.after.custodian) == (old, "机房一", "李四")
    assert (update.after.notes, update.after.quantity, update.after.id) == ("门后", 2, 5)
    erased = plan([row], [old], headers=headers, erase_empty=True).updates[0]
    assert erased.fields == ("room", "custodian", "notes")
    assert (erased.after.notes, erased.after.quantity) == (None, 2)


def test_what_the_book_lacks_is_reported_and_kept() -> None:
    result = plan([FULL], [asset(1, "2020001"), asset(2, "2020002")])
    assert result.missing_in_book == ("2020001", "2020002")
    assert not result.updates


def test_parents_in_any_order() -> None:
    headers = ("资产编号", "名称", "上级资产")
    made = created(plan([("2", "显示器", "ZC1"), ("zc1", "电脑", None)], headers=headers))
    assert made[0].parent_number == "zc1"
    made = created(plan([("2", "显示器", "9")], [asset(9, "9")], headers=headers))
    assert made[0].parent_number == "9"
    unchanged = plan(
        [("2", "显示器", "ZC9")],
        [asset(1, "zc9"), asset(2, "2", "显示器", parent_number="zc9")],
        headers=headers,
    )
    assert unchanged.unchanged == ("2",)


def test_parents_refused() -> None:
    headers = ("资产编号", "名称", "上级资产")
    assert errors(plan([("2", "显示器", "7")], headers=headers)) == [
        "第 2 行 C 列“上级资产”，值“7”：账簿和台帐中都没有这个编号的资产。请改正，或补上该资产。"
    ]
    cycle = errors(
        plan(
            [("1", "甲", "2"), ("2", "乙", "3"), ("3", "丙", "1"), ("4", "丁", "1"), ("5", "戊", "5")],
            headers=headers,
        )
    )
    assert [sentence[:5] for sentence in cycle] == ["第 2 行", "第 3 行", "第 4 行", "第 6 行"]
    assert "追溯回到了它自己" in cycle[0]
    with_ledger = plan(
        [("1", "甲", "2")], [asset(1, "1", "甲"), asset(2, "2", "乙", parent_number="1")], headers=headers
    )
    assert with_ledger.errors.count == 1


def test_serials_twice_are_a_warning() -> None:
    rows = [("1", "电脑", "S1"), ("2", "电脑", "s1"), ("3", "电脑", "S3"), ("4", "电脑", "S4")]
    result = plan(rows, [asset(9, "9", serial="S3")], headers=("资产编号", "名称", "序列号"))
    assert [(issue.row, issue.column) for issue in result.warnings.items] == [(2, "C"), (3, "C"), (4, "C")]
    assert result.errors.count == 0


RULE = {"numbering": "{year}{sequence:04}"}
NUMBERLESS = ("名称", "入账日期", "财务卡片号", "序列号", "存放地点")


def test_numbers_by_rule_and_the_same_book_again() -> None:
    rows = [("电脑", "2023-9-1", "C1", None, "机房一-01"), ("电脑", "2023-9-1", None, "S2", "机房一-02")]
    rows += [("椅子", "2023-9-1", None, None, "机房一")] * 3
    first = created(plan(rows, headers=NUMBERLESS, **RULE))
    assert [made.asset_number for made in first] == [f"2023000{number}" for number in range(1, 6)]
    ledger = [
        asset(number, made.asset_number, made.name, **_rest(made)) for number, made in enumerate(first, 1)
    ]
    again = plan(rows, ledger, headers=NUMBERLESS, **RULE)
    assert (len(again.unchanged), again.creates, again.updates, again.warnings.count) == (5, (), (), 0)
    moved = plan([("电脑", "2023-9-1", "C1", None, "机房二-01")], ledger, headers=NUMBERLESS, **RULE)
    assert moved.updates[0].fields == ("room",)
    more = plan([*rows, ("椅子", "2023-9-1", None, None, "机房一")], ledger, headers=NUMBERLESS, **RULE)
    assert [item.asset.asset_number for item in more.creates] == ["20230006"]
    assert "已作为新资产登记，编号 20230006" in warnings(more)[0]


def test_a_card_shared_by_a_batch_tells_nothing() -> None:
    ledger = [
        asset(1, "20230001", "电脑", finance_card="C1", seat="01"),
        asset(2, "20230002", "电脑", finance_card="C1", seat="02"),
    ]
    headers = ("名称", "入账日期", "财务卡片号", "座位号")
    result = plan(
        [("电脑", "2023-9-1", "C1", "01"), ("电脑", "2023-9-1", "C1", "03")], ledger, headers=headers, **RULE
    )
    assert [item.asset.asset_number for item in result.creates] == ["20230003", "20230004"]


def test_numbers_in_the_book_are_not_given_again() -> None:
    rows = [("电脑", "2023-9-1", None), ("电脑", "2023-9-1", "20230001")]
    result = plan(rows, headers=("名称", "入账日期", "资产编号"), **RULE)
    assert [made.asset_number for made in created(result)] == ["20230002", "20230001"]


def test_a_rule_that_the_row_cannot_fill() -> None:
    assert errors(plan([("电脑",)], headers=("名称", "数量"), **RULE)) == [
        "第 2 行：编号规则需要“入账日期”，而该行没有，请补填。"
    ]


def _rest(made: Asset) -> dict[str, Any]:
    return {
        name: getattr(made, name) for name in Asset.__slots__ if name not in ("id", "asset_number", "name")
    }


HOSTILE = (
    '=HYPERLINK("http://x")',
    "<script>alert(1)</script>",
    "{{ lookup('pipe','id') }}",
    "../../x",
    "{0.__class__}",
    "%(x)s",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(text: str) -> None:
    made = created(plan([(text, text, text)], headers=("资产编号", "名称", "存放地点")))[0]
    assert (made.asset_number, made.name, made.room) == (text.replace(" ", ""), text, text)
    assert text[:20] in errors(plan([("1", "电脑", text)], headers=("资产编号", "名称", "原值")))[0]


CELL = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-3, 10**17),
    st.floats(),
    st.dates(),
    st.just("1"),
    st.just("合计"),
)


@settings(max_examples=150)
@given(
    st.lists(st.lists(CELL, min_size=9, max_size=9), max_size=6),
    st.lists(st.tuples(*(st.integers(0, 9),) * 4), max_size=4),
)
def test_any_rows_give_a_plan(rows: list[list[Any]], merged: list[tuple[int, int, int, int]]) -> None:
    """Every row ends up in exactly one place, and a plan without errors changes nothing the second time."""
    result = plan(rows, merged=merged)
    assert all(
        issue.render() for issue in (*result.errors.items, *result.warnings.items, *result.skipped.items)
    )
    if result.errors.count:
        return
    filled = sum(any(cell is not None for cell in row) for row in rows)
    assert result.rows + result.skipped.count <= filled
    ledger = [
        asset(number, item.asset.asset_number, item.asset.name, **_rest(item.asset))
        for number, item in enumerate(result.creates, 1)
    ]
    again = plan(rows, ledger, merged=merged)
    assert (again.creates, again.updates, again.missing_in_book) == ((), (), ())


def test_a_product_too_large_for_money_is_an_error() -> None:
    result = plan([("1", "电脑", 1_000_000, 999_999_999)], headers=("资产编号", "名称", "数量", "单价"))
    assert errors(result) == ["第 2 行 D 列“单价”，值“999999999.00”：金额过大，不可能正确，请改正。"]
