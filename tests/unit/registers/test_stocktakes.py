"""Stocktakes: frozen, counted in three ways, compared in three ways, closed, approved; and everything refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Asset,
    AssetStatus,
    Machine,
    SightingStatus,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import rules
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_closing import (
    ApproveRequest,
    CloseRequest,
    approve,
    close,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_counts import (
    CountRequest,
    HandItem,
    count_by_hand,
    count_facts,
    count_scans,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_result import (
    Line,
    Verdict,
    result,
    totals,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_scans import Scan
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktakes import (
    BookLine,
    Condition,
    Method,
    Progress,
    StartRequest,
    Stocktake,
    Uncounted,
    counts_of,
    progress,
    start,
)

CHAIRS = Asset(
    id=20,
    asset_number="YZ-001",
    name="学生椅",
    quantity=30,
    unit="把",
    original_value=Decimal("3000.00"),
    room="机房一",
)
ELSEWHERE = Asset(id=21, asset_number="JH-001", name="交换机", room="机房二", seat="教师机")
GONE = Asset(id=22, asset_number="BF-001", name="旧主机", room="机房一", status=AssetStatus.SCRAPPED)
NUMBER = "2026-0001"
COUNTED = CountRequest(stocktake=NUMBER, counted_by="刘老师")
CLOSING = CloseRequest(
    stocktake=NUMBER, counted_by="刘老师", supervised_by="周会计", uncounted=Uncounted.LEAVE
)
APPROVAL = ApproveRequest(stocktake=NUMBER, approved_by="李校长")


@pytest.fixture
def state(state: State) -> State:
    return replace(
        state, assets={**state.assets, **{each.asset_number: each for each in (CHAIRS, ELSEWHERE, GONE)}}
    )


def done(state: State, plan: Plan) -> State:
    after = state.after(plan.changes)
    rules.hold(state, after)
    return after


def started(state: State, room: str | None = "机房一", **changes: Any) -> State:
    request = StartRequest(room=room, started_by="刘老师", whole_school=room is None)
    return done(state, start(state, replace(request, **changes)))


def counted(state: State, *items: HandItem, **changes: Any) -> State:
    return done(state, count_by_hand(state, replace(COUNTED, **changes), items))


def closed(state: State, **changes: Any) -> State:
    return done(state, close(state, replace(CLOSING, **changes)))


def approved(state: State, **choices: str | Sequence[str]) -> State:
    request = replace(APPROVAL, choices={key.replace("_", "-"): each for key, each in choices.items()})
    return done(state, approve(state, replace(request, numbering="PY-{sequence:03}")))


def lines_of(state: State, number: str = NUMBER) -> Mapping[str, Line]:
    stocktake = state.one(Stocktake, number)
    return {line.key: line for line in result(stocktake, counts_of(state, stocktake))}


def machine(host: str, asset_id: int | None, seen: datetime, **changes: Any) -> Machine:
    seat = host.removeprefix("pc")
    known = Machine(
        id=int(seat),
        host=host,
        room="机房一",
        seat=seat,
        asset_id=asset_id,
        first_seen_at=seen,
        last_seen_at=seen,
        last_status_at=seen,
    )
    return replace(known, **changes)


def refused_as(says: str, call: Any, *arguments: Any, **named: Any) -> None:
    with pytest.raises(UserError) as refused:
        call(*arguments, **named)
    assert says in refused.value.message.render("zh_CN")


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


# --- counts from facts

NOON = datetime(2026, 9, 15, 4, tzinfo=UTC)


def test_what_was_seen_is_counted_and_what_was_off_is_never_missing(state: State) -> None:
    machines = (
        machine("pc01", 1, NOON, last_status=SightingStatus.UNREACHABLE),
        machine("pc02", 2, NOON, seat="05"),
        machine("pc03", 3, NOON - timedelta(days=3)),
        machine("pc04", None, NOON),
        machine("pc05", 21, NOON),
        machine("pc06", 5, NOON, room="机房二"),
    )
    begun = replace(started(state), machines=machines)
    after = done(begun, count_facts(begun, COUNTED))
    verdicts = {key: line.verdict for key, line in lines_of(after).items() if line.counted is not None}
    assert verdicts == {
        "PC-001": Verdict.MATCH,
        "PC-002": Verdict.MISMATCH,
        "PC-005": Verdict.MISMATCH,
        "JH-001": Verdict.MISMATCH,
    }
    assert lines_of(after)["PC-003"].verdict is Verdict.UNCOUNTED
    assert lines_of(closed(after))["PC-003"].shortage == 0
    assert progress(after, after.one(Stocktake, NUMBER)) == Progress(3, 10)
    wider = done(begun, count_facts(begun, COUNTED, within_days=3))
    assert lines_of(wider)["PC-003"].counted == 1


def test_facts_never_replace_what_a_person_counted(state: State) -> None:
    begun = replace(started(state), machines=(machine("pc01", 1, NOON), machine("pc02", 20, NOON)))
    broken = counted(begun, HandItem(asset="PC-001", condition=Condition.DAMAGED, note="屏裂"))
    after = done(broken, count_facts(broken, COUNTED))
    assert lines_of(after)["PC-001"].method is Method.HAND
    assert lines_of(after)["YZ-001"].counted is None  # one machine does not count a lot
    mended = counted(after, HandItem(asset="PC-001"))
    assert lines_of(mended)["PC-001"].verdict is Verdict.MATCH


def test_a_machine_is_seen_on_the_day_of_the_school(state: State) -> None:
    late = datetime(2026, 9, 14, 23, tzinfo=UTC)  # 07:00 of the 15th in China
    begun = replace(started(state), machines=(machine("pc01", 1, late),))
    refused_as("没有采集到机房一中已对应资产的机器", count_facts, begun, COUNTED)
    plan = count_facts(begun, COUNTED, zone=timezone(timedelta(hours=8)))
    assert len(plan.changes) == 1


@pytest.mark.parametrize("days", [-1, 3651, 10**12])
def test_days_are_bounded(state: State, days: int) -> None:
    refused_as("不在 0 至 3650 之间", count_facts, started(state), COUNTED, within_days=days)


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
    after = approved(over, all=["move", "settle", "quantity", "condition", "create"], PC_004="leave")
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
