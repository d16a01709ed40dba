"""A stocktake in memory, taken step by step: started, counted, closed, approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Asset,
    AssetStatus,
    Machine,
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
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_result import (
    Line,
    result,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktakes import (
    StartRequest,
    Stocktake,
    Uncounted,
    counts_of,
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


def with_more(state: State) -> State:
    """The school of ``registers.ASSETS`` with a lot, a thing of another room and a scrapped one."""
    more = {each.asset_number: each for each in (CHAIRS, ELSEWHERE, GONE)}
    return replace(state, assets={**state.assets, **more})


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
