"""Assets entered and corrected by hand: read as a book is read, refused where the ledger would contradict itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Asset, AssetStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import rules
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.assets import (
    CorrectRequest,
    EnterRequest,
    Rules,
    correct,
    enter,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.loans import lend
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import (
    load_state,
    plan_undo,
    write_plan,
)

from tests.samples.registers import TODAY
from tests.unit.registers.test_loans import REQUEST

MONITOR = {"asset_number": "XS-001", "name": "显示器", "parent_number": "pc-001"}
NO_RULE = Rules()
RULE = Rules(numbering="{year}-{sequence:03}")


def entered(state: State, rules_: Rules = NO_RULE, **fields: Any) -> Asset:
    (change,) = enter(state, EnterRequest(fields={**MONITOR, **fields}, rules=rules_)).changes
    assert isinstance(change.after, Asset)
    return change.after


def corrected(state: State, asset: str, **fields: Any) -> State:
    plan = correct(state, CorrectRequest(asset=asset, fields=fields, reason="核对"))
    after = state.after(plan.changes)
    rules.hold(state, after)
    return after


def test_cells_are_read_as_those_of_a_book(state: State) -> None:
    asset = entered(
        state,
        original_value="¥1,299.00",
        purchased_on="2026年3月1日",
        booked_on=date(2026, 3, 5),
        warranty_until="2029-3",
        seat="1号机",
        room="机房一",
        quantity="1台",
        status="闲置",
        custodian="张　三",
        serial=" ＣＮ０１２３ ",
        supplier="",
    )
    assert asset == Asset(
        id=0,
        asset_number="XS-001",
        name="显示器",
        serial="CN0123",
        original_value=Decimal("1299.00"),
        booked_on=date(2026, 3, 5),
        purchased_on=date(2026, 3, 1),
        warranty_until=date(2029, 3, 31),
        room="机房一",
        seat="01",
        custodian="张三",
        status=AssetStatus.IDLE,
        parent_number="PC-001",
    )


def test_the_rule_of_the_school_gives_the_number(state: State) -> None:
    first = entered(state, RULE, asset_number=None, booked_on="2026-09-01")
    again = entered(
        replace(state, assets={**state.assets, first.asset_number: first}),
        RULE,
        asset_number="",
        booked_on="2026-09-01",
    )
    assert (first.asset_number, again.asset_number) == ("2026-001", "2026-002")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "没有填写资产名称"),
        ({"asset_number": None}, "没有编号规则"),
        ({"asset_number": "pc-002"}, "已是“台式计算机”的编号"),
        ({"parent_number": "PC-999"}, "上级资产 PC-999 不在台帐中"),
        ({"parent_number": "xs-001"}, "成为自己的附属设备"),
        ({"original_value": "很贵"}, "原值（变量 asset_fields.original_value）"),
        ({"original_value": "-1"}, "asset_fields.original_value"),
        ({"purchased_on": "01/02/03"}, "asset_fields.purchased_on"),
        ({"purchased_on": "2026-09-16"}, "尚未到来"),
        ({"purchased_on": "2026-01-02", "warranty_until": "2025-01-01"}, "早于购置日期"),
        ({"status": "飞走"}, "asset_fields.status"),
        ({"quantity": "0"}, "asset_fields.quantity"),
        ({"serial": "pf2abc001", "name": "台式计算机"}, "序列号 pf2abc001 已属于 PC-001"),
        ({"class_code": "A02010105"}, "class_standard"),
        ({"colour": "red"}, "没有 colour 这一项"),
        ({"model_specification": "x"}, "没有 model_specification 这一项"),
        ({"name": "长" * 201}, "asset_fields.name"),
        ({"name": ["a", "b"] * 200}, "asset_fields.name"),
    ],
)
def test_what_is_refused(state: State, fields: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        entered(state, **fields)
    assert says in refused.value.message.render("zh_CN")


def test_a_correction_changes_only_what_it_names(state: State) -> None:
    after = corrected(state, "TY-001", room="多媒体教室", seat="", brand=None)
    before = state.assets["TY-001"]
    assert after.assets["TY-001"] == replace(before, room="多媒体教室", brand=None)


@pytest.mark.parametrize(
    ("asset", "fields", "says"),
    [
        ("TY-001", {"name": ""}, "不能清空"),
        ("TY-001", {"status": None}, "不能清空"),
        ("TY-001", {}, "没有可更正的内容"),
        ("TY-001", {"room": "机房一"}, "没有可更正的内容"),
        ("TY-001", {"asset_number": "TY-002"}, "编号不能更改"),
        ("TY-001", {"status": "外借"}, "lend_asset"),
        ("TY-001", {"parent_number": "TY-001"}, "成为自己的附属设备"),
        ("TY-001", {"class_code": "A02020200"}, "class_standard"),
        ("PC-001", {"serial": "PF2ABC002"}, "已属于 PC-002"),
        ("PC-100", {"room": "x"}, "台帐中没有资产 PC-100"),
    ],
)
def test_what_no_correction_does(state: State, asset: str, fields: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        corrected(state, asset, **fields)
    assert says in refused.value.message.render("zh_CN")


def test_a_correction_has_a_reason(state: State) -> None:
    with pytest.raises(UserError, match="needs a reason"):
        correct(state, CorrectRequest(asset="TY-001", fields={"room": "机房二"}, reason=" "))


def test_parents_go_round_in_no_circle(state: State) -> None:
    chain = corrected(corrected(state, "PC-002", parent_number="PC-001"), "PC-003", parent_number="PC-002")
    with pytest.raises(UserError, match="part of itself"):
        corrected(chain, "PC-001", parent_number="PC-003")


def test_what_is_on_loan_keeps_its_status(state: State) -> None:
    lent = state.after(lend(state, REQUEST).changes)
    with pytest.raises(UserError, match="contradict itself"):
        corrected(lent, "TY-001", status="在用")


def test_an_asset_with_parts_is_not_undone_before_them(ledger: Ledger) -> None:
    def do(plan_of: Any) -> str:
        with ledger.write(actor="刘老师", reason="登记") as tx:
            now = load_state(tx.session, TODAY)
            return write_plan(tx, now, plan_of(tx.session, now)).number

    host = do(lambda _, now: enter(now, EnterRequest(fields={"asset_number": "ZJ-1", "name": "主机"})))
    do(lambda _, now: enter(now, EnterRequest(fields={**MONITOR, "parent_number": "ZJ-1"})))
    do(lambda _, now: correct(now, CorrectRequest(asset="XS-001", fields={"seat": "9"}, reason="搬动")))
    with pytest.raises(UserError, match="XS-001 would be a part of ZJ-1"):
        do(lambda session, now: plan_undo(session, now, host))
    for number in ("2026-0003", "2026-0002", host):
        do(lambda session, now, number=number: plan_undo(session, now, number))
    with ledger.read() as session:
        assert verify(session).ok
        after = load_state(session, TODAY)
    assert {"ZJ-1", "XS-001"}.isdisjoint(after.assets)
    with pytest.raises(UserError, match="no asset ZJ-1"):
        after.asset("ZJ-1")
