"""Stocktakes: frozen, counted by hand and from scans, compared with the finance book; and everything refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Asset,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State
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
    BookLine,
    Condition,
    Progress,
    Stocktake,
    progress,
)

from tests.samples.stocktakes import (
    COUNTED,
    NUMBER,
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


# --- start


def test_the_list_is_frozen(state: State) -> None:
    begun = started(state)
    moved = replace(begun.assets["TY-001"], room="机房二")
    later = replace(begun, assets={**begun.assets, "TY-001": moved})
    numbers = [each.asset_number for each in later.one(Stocktake, NUMBER).listed]
    assert numbers == ["TY-001", "YZ-001", *(f"PC-{number:03d}" for number in range(1, 9))]
    assert later.one(Stocktake, NUMBER).listed[0].room == "机房一"
    assert progress(later, later.one(Stocktake, NUMBER)) == Progress(0, 10)


def test_the_whole_school_is_one_stocktake_per_room(state: State) -> None:
    state = replace(state, assets={**state.assets, "WZ-1": Asset(id=30, asset_number="WZ-1", name="音箱")})
    begun = started(state, None)
    assert [each.room for each in begun.all(Stocktake).values()] == ["机房一", "机房二", None]
    assert list(begun.all(Stocktake)) == ["2026-0001", "2026-0002", "2026-0003"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"room": "机房三"}, "没有存放在“机房三”的资产。现有存放地点：机房一、机房二"),
        ({"room": ""}, "没有说明盘点哪里"),
        ({"whole_school": True}, "只用其一"),
        ({"started_by": ""}, "缺少盘点发起人"),
        ({"started_on": "2026-09-16"}, "尚未到来"),
        ({"started_on": "明天"}, "不是日期"),
    ],
)
def test_what_is_not_started(state: State, changes: dict[str, Any], says: str) -> None:
    refused_as(says, started, state, **changes)


@pytest.mark.parametrize("room", ["机房一", None])
def test_a_room_is_counted_by_one_open_stocktake(state: State, room: str | None) -> None:
    refused_as("机房一的盘点 2026-0001 于 2026-09-15 开始，尚未结束", started, started(state), room)


def test_a_closed_stocktake_lets_the_next_one_start(state: State) -> None:
    again = started(closed(counted(started(state), HandItem(asset="PC-001"))))
    assert len(again.all(Stocktake)) == 2


# --- counts by hand


@pytest.mark.parametrize(
    ("item", "verdict", "apart", "fields"),
    [
        (HandItem(asset="PC-001", seat="1"), Verdict.MATCH, 0, []),
        (HandItem(asset="PC-001"), Verdict.MATCH, 0, []),
        (HandItem(asset="PC-001", seat="5"), Verdict.MISMATCH, 0, ["place"]),
        (HandItem(asset="PC-001", room="库房"), Verdict.MISMATCH, 0, ["place"]),
        (HandItem(asset="PC-001", quantity=0), Verdict.SHORTAGE, -1, []),
        (
            HandItem(asset="PC-001", condition=Condition.DAMAGED, note="屏裂"),
            Verdict.MISMATCH,
            0,
            ["condition"],
        ),
        (HandItem(asset="PC-007", condition=Condition.INTACT), Verdict.MISMATCH, 0, ["condition"]),
        (HandItem(asset="PC-001", condition=Condition.INTACT), Verdict.MATCH, 0, []),
        (HandItem(asset="YZ-001", quantity="28"), Verdict.SHORTAGE, -2, ["quantity"]),
        (HandItem(asset="YZ-001", quantity=33), Verdict.SURPLUS, 3, ["quantity"]),
        (HandItem(asset="YZ-001"), Verdict.MATCH, 0, []),
    ],
)
def test_a_listed_asset(
    state: State, item: HandItem, verdict: Verdict, apart: int, fields: list[str]
) -> None:
    line = lines_of(counted(started(state), item))[item.asset or ""]
    assert (line.verdict, line.surplus - line.shortage) == (verdict, apart)
    assert [difference.field for difference in line.differences] == fields
    assert (line.counted_on, line.counted_by) == (state.today, "刘老师")


def test_a_recount_mends_a_count(state: State) -> None:
    first = counted(started(state), HandItem(asset="YZ-001", quantity=28))
    assert lines_of(counted(first, HandItem(asset="YZ-001", quantity=30)))["YZ-001"].verdict is Verdict.MATCH


def test_a_thing_of_another_room_or_scrapped_is_no_surplus(state: State) -> None:
    lines = lines_of(counted(started(state), HandItem(asset="JH-001"), HandItem(asset="BF-001")))
    for number, field in (("JH-001", "place"), ("BF-001", "status")):
        line = lines[number]
        assert (line.verdict, line.booked, line.surplus) == (Verdict.MISMATCH, 0, 0)
        assert [difference.field for difference in line.differences] == [field]


def test_a_surplus_thing_has_no_number(state: State) -> None:
    lines = lines_of(counted(started(state), HandItem(name="音箱", quantity=2, seat="3", serial="S1")))
    line = lines["2026-0001/1"]
    assert (line.verdict, line.surplus, line.booked, line.name) == (Verdict.SURPLUS, 2, 0, "音箱")
    assert line.found is not None
    assert (line.found.room, line.found.seat) == ("机房一", "03")


@pytest.mark.parametrize(
    ("item", "changes", "says"),
    [
        (HandItem(asset="PC-999"), {}, "台帐中没有资产 PC-999"),
        (HandItem(), {}, "缺少盘盈物品的名称"),
        (HandItem(name="音箱", quantity=0), {}, "不是盘盈"),
        (HandItem(name="主机", serial="pf2abc001"), {}, "属于资产 PC-001"),
        (HandItem(asset="PC-001", quantity="-1"), {}, "不是数量"),
        (HandItem(asset="PC-001", quantity="１"), {}, "不是数量"),
        (HandItem(asset="PC-001", quantity="9" * 5000), {}, "不是数量"),
        (HandItem(asset="PC-001", condition=Condition.DAMAGED), {}, "stocktake_note"),
        (HandItem(asset="PC-001", note="长" * 501), {}, "超过 500"),
        (HandItem(asset="PC-001"), {"stocktake": "2026-0009"}, "没有编号 2026-0009"),
        (HandItem(asset="PC-001"), {"counted_by": ""}, "缺少盘点人"),
        (HandItem(asset="PC-001"), {"counted_on": "2026-09-14"}, "早于盘点 2026-0001 的开始日期"),
        (HandItem(asset="PC-001"), {"counted_on": "2026-09-16"}, "尚未到来"),
    ],
)
def test_what_is_not_counted(state: State, item: HandItem, changes: dict[str, Any], says: str) -> None:
    refused_as(says, counted, started(state), item, **changes)


def test_nothing_is_no_count(state: State) -> None:
    refused_as("没有填写盘到的资产", counted, started(state))


def test_what_another_open_stocktake_lists_is_counted_there_too(state: State) -> None:
    after = counted(started(state, None), HandItem(asset="JH-001", seat="9"))
    line = lines_of(after, "2026-0002")["JH-001"]
    assert (line.verdict, line.booked, line.counted) == (Verdict.MISMATCH, 1, 1)
    assert line.differences[0].fact == "机房一 09"
    assert lines_of(after)["JH-001"].is_stranger


# --- counts from a scan file


def test_scans_are_entered_all_or_nothing(state: State) -> None:
    begun = started(state)
    scans = [Scan(line=1, code="pc-001"), Scan(line=2, code="XX-1"), Scan(line=3, code="PC-001")]
    refused_as(
        "有 1 个编码不属于任何资产，整个文件没有登记：第 2 行 XX-1",
        count_scans,
        begun,
        COUNTED,
        scans,
        "a.csv",
    )
    after = done(begun, count_scans(begun, COUNTED, scans, "a.csv", surplus=True))
    lines = {key: line for key, line in lines_of(after).items() if line.counted}
    assert {key: line.verdict for key, line in lines.items()} == {
        "PC-001": Verdict.MATCH,
        "2026-0001/2": Verdict.SURPLUS,
    }
    assert lines["2026-0001/2"].found is not None
    assert (lines["2026-0001/2"].found.code, lines["2026-0001/2"].found.line) == ("XX-1", 2)


def test_a_lot_says_how_many(state: State) -> None:
    begun = started(state)
    refused_as(
        "a.csv 第 1 行：YZ-001 账面为一批 30 件",
        count_scans,
        begun,
        COUNTED,
        [Scan(line=1, code="YZ-001")],
        "a.csv",
    )
    scans = [Scan(line=1, code="YZ-001", quantity=29, room="机房一"), Scan(line=2, code="YZ-001")]
    after = done(begun, count_scans(begun, COUNTED, scans, "a.csv"))
    assert lines_of(after)["YZ-001"].shortage == 1


def test_an_empty_file_is_no_count(state: State) -> None:
    refused_as("没有扫到的编码", count_scans, started(state), COUNTED, [], "a.csv")


# --- against the finance book


def test_the_book_is_compared_by_value_count_and_place(state: State) -> None:
    book = (
        BookLine(
            asset_number="PC-001", name="台式计算机", quantity=1, value=Decimal("4800.00"), room="机房一"
        ),
        BookLine(asset_number="PC-002", name="台式计算机", value=Decimal("5000.00"), room="机房二"),
        BookLine(asset_number="YZ-001", name="学生椅", quantity=31),
        BookLine(asset_number="CW-9", name="音箱", room="机房一", value=Decimal("100.00")),
        BookLine(asset_number="CW-8", name="音箱", room="礼堂"),
    )
    after = counted(started(state, book=book, book_name="账.xlsx"), HandItem(asset="PC-001"))
    lines = lines_of(after)
    assert {
        key: [each.field for each in line.in_book]
        for key, line in lines.items()
        if line.key in {b.asset_number for b in book}
    } == {
        "PC-001": [],
        "PC-002": ["value", "place"],
        "YZ-001": ["quantity"],
        "CW-9": ["asset"],
    }
    assert [each.field for each in lines["PC-003"].in_book] == ["asset"]
    stocktake = after.one(Stocktake, NUMBER)
    assert totals(stocktake, list(lines.values())).value_in_book == Decimal("9900.00")
