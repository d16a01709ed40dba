"""Stocktakes closed and approved: what they add up to, what changes then, and everything refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import rules
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_closing import (
    approve,
    close,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_counts import (
    HandItem,
    count_scans,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_result import (
    Verdict,
    totals,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_scans import Scan
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktakes import (
    Condition,
    Stocktake,
    Uncounted,
)

from tests.samples.stocktakes import (
    APPROVAL,
    CLOSING,
    COUNTED,
    NUMBER,
    approved,
    closed,
    counted,
    done,
    lines_of,
    refused_as,
    started,
    with_more,
)


@pytest.fixture
def state(state: State) -> State:
    return with_more(state)


# --- closing


def test_closing_adds_up(state: State) -> None:
    after = closed(
        counted(
            started(state),
            *(HandItem(asset=f"PC-{number:03d}") for number in range(1, 8)),
            HandItem(asset="PC-008", quantity=0),
            HandItem(asset="YZ-001", quantity=28),
            HandItem(asset="JH-001"),
            HandItem(name="音箱"),
        )
    )
    stocktake = after.one(Stocktake, NUMBER)
    sums = totals(stocktake, list(lines_of(after).values()))
    assert (sums.booked, sums.counted, sums.surplus, sums.shortage) == (39, 37, 1, 3)
    assert sums.value_booked == Decimal("46600.00")
    assert sums.value_short == Decimal("5000.00")
    assert sums.value_counted == Decimal("36400.00")
    assert sums.lines[Verdict.UNCOUNTED] == 1
    assert (
        sums.booked + sums.surplus - sums.shortage == sums.counted - 1 + 1
    )  # the stranger in, the uncounted out


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"counted_by": ""}, "缺少盘点人"),
        ({"supervised_by": ""}, "缺少监盘人"),
        ({"supervised_by": "刘老师"}, "不能既盘点又监盘"),
        ({"closed_on": "2026-09-14"}, "早于盘点 2026-0001 开始或最后一次清点"),
        ({"closed_on": "2026-09-16"}, "尚未到来"),
        ({"uncounted": Uncounted.REFUSE}, "应盘 10 项，还有 9 项未盘：TY-001、YZ-001"),
        ({"stocktake": ""}, "没有编号"),
    ],
)
def test_what_is_not_closed(state: State, changes: dict[str, Any], says: str) -> None:
    refused_as(says, closed, counted(started(state), HandItem(asset="PC-001")), **changes)


def test_an_uncounted_stocktake_is_not_closed(state: State) -> None:
    refused_as("还没有任何盘点记录", closed, started(state))


def test_closed_twice_and_counted_after_closing(state: State) -> None:
    over = closed(counted(started(state), HandItem(asset="PC-001")))
    refused_as("已于 2026-09-15 结束", closed, over)
    refused_as("不能再登记清点", counted, over, HandItem(asset="PC-002"))


def test_what_was_searched_for_and_not_found_is_missing(state: State) -> None:
    over = closed(counted(started(state), HandItem(asset="PC-001")), uncounted=Uncounted.SHORTAGE)
    line = lines_of(over)["YZ-001"]
    assert (line.verdict, line.shortage, line.counted, line.value_short) == (
        Verdict.SHORTAGE,
        30,
        0,
        Decimal("3000.00"),
    )


# --- approval


def test_the_ledger_changes_as_approved_and_only_then(state: State) -> None:
    over = closed(
        counted(
            started(state),
            HandItem(asset="PC-001", seat="9"),
            HandItem(asset="PC-002", condition=Condition.DAMAGED, note="不开机"),
            HandItem(asset="PC-003", quantity=0),
            HandItem(asset="YZ-001", quantity=28),
            HandItem(asset="JH-001"),
            HandItem(asset="PC-004", seat="8"),
            HandItem(name="音箱", model="A1", quantity=2),
        )
    )
    assert over.assets == state.assets
    after = approved(over, all="move+settle+quantity+condition+create", PC_004="leave")
    assets = after.assets
    assert assets["PC-001"].seat == "09"
    assert assets["PC-002"].status is AssetStatus.REPAIR
    assert assets["PC-003"].status is AssetStatus.TO_SCRAP
    assert assets["PC-003"].notes == "盘点 2026-0001 盘亏，待处理"
    assert (assets["YZ-001"].quantity, assets["YZ-001"].original_value) == (28, Decimal("2800.00"))
    assert (assets["JH-001"].room, assets["JH-001"].seat) == ("机房一", None)
    assert assets["PC-004"] == state.assets["PC-004"]
    new = assets["PY-001"]
    assert (new.name, new.model, new.quantity, new.room, new.booked_on) == (
        "音箱",
        "A1",
        2,
        "机房一",
        state.today,
    )
    assert lines_of(after) == lines_of(over)
    assert after.one(Stocktake, NUMBER).approved_by == "李校长"


def test_two_stocktakes_may_find_the_same_move(state: State) -> None:
    both = closed(counted(started(state, None), HandItem(asset="JH-001", seat="9")))
    both = done(both, close(both, replace(CLOSING, stocktake="2026-0002")))
    after = approved(both, all="move")
    again = done(after, approve(after, replace(APPROVAL, stocktake="2026-0002", choices={"all": "move"})))
    assert (again.assets["JH-001"].room, again.assets["JH-001"].seat) == ("机房一", "09")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"approved_by": ""}, "缺少审批人"),
        ({"approved_by": "刘老师"}, "不能兼任审批人"),
        ({"approved_on": "2026-09-14"}, "早于盘点 2026-0001 的结束日期"),
        ({"approved_on": "2026-09-16"}, "尚未到来"),
        ({"choices": {"PC-999": "move"}}, "没有 PC-999 这一行"),
        ({"choices": {"PC-001": "fly"}}, "处理方式 fly 不存在"),
        ({"choices": {"PC-001": 7}}, "处理方式 7 不存在"),
        ({"choices": {"PC-001": "settle"}}, "不适用于盘点的 PC-001 一行"),
        ({"choices": {"2026-0001/2": "create"}}, "没有编号规则"),
    ],
)
def test_what_is_not_approved(state: State, changes: dict[str, Any], says: str) -> None:
    over = closed(counted(started(state), HandItem(asset="PC-001", seat="9"), HandItem(name="音箱")))
    refused_as(says, approve, over, replace(APPROVAL, **changes))


def test_approved_before_closing_and_twice(state: State) -> None:
    begun = counted(started(state), HandItem(asset="PC-001"))
    refused_as("尚未结束", approve, begun, APPROVAL)
    refused_as("已由李校长于 2026-09-15 审批", approve, approved(closed(begun)), APPROVAL)


def test_what_changed_since_is_not_overwritten(state: State) -> None:
    over = closed(counted(started(state), HandItem(asset="PC-001", seat="9")))
    moved = replace(over.assets["PC-001"], room="礼堂")
    later = replace(over, assets={**over.assets, "PC-001": moved})
    refused_as("PC-001 在列入盘点之后又有变动", approved, later, all="move")
    assert approved(later, PC_001="leave").assets["PC-001"] == moved


def test_a_surplus_without_a_name_is_not_made_an_asset(state: State) -> None:
    begun = started(state)
    over = closed(done(begun, count_scans(begun, COUNTED, [Scan(line=1, code="X")], "a.csv", surplus=True)))
    refused_as("（编码 X）没有名称", approved, over, all="create")


def test_what_is_counted_does_not_leave_the_books(state: State) -> None:
    begun = started(state)
    scrapped = replace(begun.assets["PC-008"], status=AssetStatus.SCRAPPED)
    refused_as(
        "PC-008 正在盘点 2026-0001 中",
        rules.hold,
        begun,
        replace(begun, assets={**begun.assets, "PC-008": scrapped}),
    )


def test_dates_before_the_start_of_the_year_keep_the_numbers_apart(state: State) -> None:
    later = replace(closed(counted(started(state), HandItem(asset="PC-001"))), today=date(2027, 1, 5))
    assert list(started(later).all(Stocktake)) == ["2026-0001", "2027-0001"]
