"""Stock: the level is the sum of its movements, and never negative."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import rules
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Paper, State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock import (
    LowStock,
    StockCategory,
    StockItem,
    StockItemRequest,
    StockMove,
    add_item,
    find_item,
    level,
    levels,
    low_stock,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock_moves import (
    CountRequest,
    IssueLine,
    IssueRequest,
    ReceiptRequest,
    count,
    issue,
    lines_of,
    receive,
)

MEMORY = StockItemRequest(name="内存条", model="DDR4 8GB", unit="条", minimum="2", place="备件柜一")
RECEIPT = ReceiptRequest(
    item="内存条",
    quantity="3",
    supplier="某某科技",
    unit_price="129.00",
    document="发票 0412",
    on="2026-09-10",
)
ISSUE = IssueRequest(lines=(IssueLine(item="内存条", quantity=1),), receiver="王芳", asset="PC-001")
COUNT = CountRequest(item="内存条", counted=2, counted_by="刘老师", reason="一条烧毁未登记")


@pytest.fixture
def store(state: State) -> State:
    """Two items; three memory modules came in on 2026-09-10."""
    for request in (MEMORY, StockItemRequest(name="硒鼓", unit="个", category=StockCategory.CONSUMABLE)):
        state = state.after(add_item(state, request).changes)
    return state.after(receive(state, RECEIPT).changes)


def test_the_level_is_the_sum_of_the_movements(store: State) -> None:
    assert levels(store) == {"2026-0001": 3, "2026-0002": 0}
    plan = issue(store, ISSUE)
    after = store.after(plan.changes)
    assert level(after, "2026-0001") == 2
    assert plan.papers == (Paper("stock_slip", "2026-0002"),)
    assert (
        plan.message.render() == "已发给王芳：内存条 DDR4 8GB × 1 条（余 2）。请在领用单 2026-0002 上签字。"
    )
    move = after.all(StockMove)["2026-0002"]
    assert (move.quantity, move.receiver, move.asset_number) == (-1, "王芳", "PC-001")
    assert store.all(StockMove)["2026-0001"].unit_price == Decimal("129.00")


def test_one_slip_has_several_lines_and_they_share_the_stock(store: State) -> None:
    plan = issue(store, replace(ISSUE, lines=lines_of(["内存条=1", "2026-0001=2"])))
    moves = list(store.after(plan.changes).all(StockMove).values())[1:]
    assert [(move.number, move.slip, move.quantity) for move in moves] == [
        ("2026-0002", "2026-0002", -1),
        ("2026-0003", "2026-0002", -2),
    ]
    with pytest.raises(UserError, match="2 条 are wanted, 1 are in stock"):
        issue(store, replace(ISSUE, lines=lines_of(["内存条=2", "内存条=2"])))


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        (["内存条"], [IssueLine(item="内存条")]),
        (["内存条=2"], [IssueLine(item="内存条", quantity="2")]),
        (["网线 A=B=2"], [IssueLine(item="网线 A=B", quantity="2")]),
    ],
)
def test_lines_are_read_as_they_are_written(texts: list[str], lines: list[IssueLine]) -> None:
    assert lines_of(texts) == lines


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lines": lines_of(["内存条=4"])}, "库存只有 3"),
        ({"lines": lines_of(["硒鼓"])}, "库存只有 0"),
        ({"lines": lines_of(["内存条=0"])}, "不合理"),
        ({"lines": lines_of(["内存条=-1"])}, "不合理"),
        ({"lines": lines_of(["内存条=1000000"])}, "1 至 100000"),
        ({"lines": lines_of(["内存条=1.5"])}, "不合理"),
        ({"lines": lines_of(["内存条=" + "9" * 5000])}, "不合理"),
        ({"lines": [IssueLine(item="内存条", quantity=True)]}, "不合理"),
        ({"lines": []}, "1 至 50"),
        ({"lines": lines_of(["内存=1"])}, "相近的有：内存条 DDR4 8GB (2026-0001)"),
        ({"lines": lines_of(["键盘"])}, "请先用 add_stock_item"),
        ({"lines": lines_of([""])}, "缺少物品"),
        ({"receiver": " "}, "缺少领用签字人"),
        ({"asset": None}, "没有说明用途"),
        ({"asset": "PC-100"}, "台帐中没有资产 PC-100"),
        ({"on": "2026-09-09"}, "2026-09-09 库存只有 0"),
        ({"on": "2026-09-16"}, "尚未到来"),
        ({"on": "2020-01-01"}, "早于 PC-001"),
    ],
)
def test_what_is_not_given_out(store: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        issue(store, replace(ISSUE, **changes))
    assert says in refused.value.message.render("zh_CN")


def test_what_is_needed_later_is_not_taken_earlier(store: State) -> None:
    later = store.after(issue(store, replace(ISSUE, lines=lines_of(["内存条=3"]), on="2026-09-12")).changes)
    refilled = later.after(receive(later, replace(RECEIPT, on="2026-09-12")).changes)
    with pytest.raises(UserError, match="1 条 are wanted, 0 are in stock on 2026-09-11"):
        issue(refilled, replace(ISSUE, on="2026-09-11"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"item": "键盘"}, "请先用 add_stock_item"),
        ({"quantity": 0}, "不合理"),
        ({"quantity": None}, "数量：— 不合理"),
        ({"supplier": ""}, "缺少供应商"),
        ({"unit_price": "-5"}, "不是金额"),
        ({"unit_price": "很贵"}, "不是金额"),
        ({"unit_price": "1.005"}, "最多两位小数"),
        ({"unit_price": "NaN"}, "不是金额"),
        ({"unit_price": "1e99"}, "不是金额"),
        ({"on": "2026-09-16"}, "尚未到来"),
    ],
)
def test_what_does_not_come_in(store: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        receive(store, replace(RECEIPT, **changes))
    assert says in refused.value.message.render("zh_CN")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "缺少物品名称"),
        ({"unit": None}, "缺少计量单位"),
        ({"minimum": "-1"}, "0 至 100000"),
        ({"model": "ddr4 8gb"}, "已有卡片"),
    ],
)
def test_which_card_is_not_opened(store: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        add_item(store, replace(MEMORY, **changes))
    assert says in refused.value.message.render("zh_CN")


def test_a_name_that_several_items_have_is_asked_back(store: State) -> None:
    other = store.after(add_item(store, replace(MEMORY, model="DDR5 16GB")).changes)
    with pytest.raises(UserError, match="can be several items"):
        find_item(other, "内存条")
    assert find_item(other, "内存条 ddr5 16gb").number == "2026-0003"


def test_a_count_puts_the_level_right(store: State) -> None:
    plan = count(store, COUNT)
    after = store.after(plan.changes)
    assert level(after, "2026-0001") == 2
    assert "差额 -1" in plan.message.render()
    assert not list(rules.contradictions(after))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": ""}, "清点数 2，账面数 3"),
        ({"counted": -1}, "0 至 100000"),
        ({"counted_by": ""}, "缺少清点人"),
        ({"item": "键盘"}, "没有 键盘"),
        ({"on": "2026-09-09"}, "2026-09-10 又有出入库"),
    ],
)
def test_which_count_is_refused(store: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        count(store, replace(COUNT, **changes))
    assert says in refused.value.message.render("zh_CN")


def test_what_was_counted_is_settled(store: State) -> None:
    counted = store.after(count(store, COUNT).changes)
    with pytest.raises(UserError, match=r"was counted on 2026-09-15: nothing can be entered for 2026-09-12"):
        issue(counted, replace(ISSUE, on="2026-09-12"))
    taken = counted.after(issue(counted, ISSUE).changes)
    assert level(taken, "2026-0001") == 1


def test_a_level_that_agrees_needs_no_reason(store: State) -> None:
    plan = count(store, replace(COUNT, counted="3", reason=None))
    assert level(store.after(plan.changes), "2026-0001") == 3


def test_what_is_low_is_listed_the_worst_first(store: State) -> None:
    assert low_stock(store) == []
    low = store.after(issue(store, replace(ISSUE, lines=lines_of(["内存条=2"]))).changes)
    item = low.all(StockItem)["2026-0001"]
    assert low_stock(low) == [LowStock(item, 1)]
    worse = low.after(add_item(low, replace(MEMORY, name="硬盘", minimum=5)).changes)
    assert [(each.item.name, each.lacking) for each in low_stock(worse)] == [("硬盘", 5), ("内存条", 1)]


def test_movements_are_in_the_order_of_day_and_number() -> None:
    move = StockMove(
        number="2026-9999", item_number="1", cause="issue", quantity=1, moved_on=date(2026, 9, 1)
    )
    later = replace(move, number="2026-10000")
    assert sorted([later, move], key=lambda each: each.order) == [move, later]
