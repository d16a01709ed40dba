"""Repairs: from the fault to the end, with everything that is refused on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
    ComponentKind,
    Finding,
    FindingKind,
    Machine,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import rules
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.lives import shipped_lives
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.loans import lend
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.nouns import (
    RegisterKind,
    document_of,
    noun_from,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.purchases import PurchaseRequest
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repair_closing import (
    ClosingRequest,
    close,
    new_parts_of,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repair_decision import (
    DecisionRequest,
    decide,
    scrap_request_of,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repairs import (
    DiagnosisRequest,
    FaultCause,
    NewPart,
    PartUsed,
    Repair,
    RepairRequest,
    RepairRoute,
    RepairStage,
    diagnose,
    open_repair,
    open_repairs,
    who_sat_there,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.scrap import NewScrap, ScrapRequest, ask
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Paper, State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock import (
    StockItemRequest,
    StockMove,
    add_item,
    level,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock_moves import (
    ReceiptRequest,
    lines_of,
    receive,
)

from tests.unit.registers.test_loans import REQUEST as LOAN

FAULT = RepairRequest(asset="PC-001", fault="不能开机", reported_by="王芳", on="2026-09-10")
DIAGNOSIS = DiagnosisRequest(
    repair="2026-0001",
    broken_part="内存条",
    cause=FaultCause.WEAR,
    confirmers=("王芳", "刘老师"),
    on="2026-09-11",
)
DECISION = DecisionRequest(
    repair="2026-0001",
    route=RepairRoute.STOCK,
    approved_by="张主任",
    parts=lines_of(["内存条=1"]),
    receiver="刘老师",
    on="2026-09-12",
)
CLOSING = ClosingRequest(
    repair="2026-0001",
    result="更换内存条后正常",
    cost="129",
    accepted_by="王芳",
    downtime_hours="20",
    new_parts=new_parts_of(["memory=M378A1K43-0009"]),
    on="2026-09-14",
)
LIVES = shipped_lives()
SEEN = datetime(2026, 9, 10, 1, tzinfo=UTC)
WARRANTY = replace(FAULT, asset="TY-001", fault="不亮")


@pytest.fixture
def store(state: State) -> State:
    """Two memory modules and a mouse card without any; purchase and scrap requests of these numbers."""
    for name in ("内存条", "鼠标"):
        state = state.after(add_item(state, StockItemRequest(name=name, unit="个")).changes)
    receipt = ReceiptRequest(item="内存条", quantity=2, supplier="某某科技", on="2026-09-01")
    state = state.after(receive(state, receipt).changes)
    purchase = PurchaseRequest(
        number="2026-0007", lines=(), reason="内存不足", applicant="王芳", requested_on=date(2026, 9, 1)
    )
    scrap = ScrapRequest(
        number="2026-0008", items=(), reason="老化", applicant="王芳", requested_on=date(2026, 9, 1)
    )
    requests = {each.kind: {each.number: each} for each in (purchase, scrap)}
    return replace(state, registers={**state.registers, **requests})


def opened(state: State, **changes: Any) -> State:
    return state.after(open_repair(state, replace(FAULT, **changes)).changes)


def diagnosed(state: State, **changes: Any) -> State:
    return state.after(diagnose(state, replace(DIAGNOSIS, **changes)).changes)


def decided(state: State, **changes: Any) -> State:
    return state.after(decide(state, replace(DECISION, **changes)).changes)


def said(refused: pytest.ExceptionInfo[UserError]) -> str:
    return refused.value.message.render("zh_CN")


def test_a_repair_from_fault_to_end(store: State) -> None:
    open_ = opened(store)
    assert open_.assets["PC-001"].status is AssetStatus.REPAIR
    assert [(each.room, each.seat, each.stage) for each in open_repairs(open_)] == [
        ("机房一", "01", RepairStage.OPEN)
    ]
    plan = decide(diagnosed(open_), DECISION)
    assert plan.papers == (Paper("repair_record", "2026-0001"), Paper("stock_slip", "2026-0002"))
    out = diagnosed(open_).after(plan.changes)
    assert level(out, "2026-0001") == 1
    assert out.all(StockMove)["2026-0002"].repair_number == "2026-0001"
    done = out.after(close(out, CLOSING).changes)
    repair = done.all(Repair)["2026-0001"]
    assert (repair.stage, repair.downtime_days) == (RepairStage.CLOSED, 4)
    assert repair.parts == (PartUsed(item_number="2026-0001", quantity=1, move_number="2026-0002"),)
    assert repair.closing is not None
    assert (repair.closing.cost, repair.closing.downtime_hours) == (Decimal("129.00"), 20)
    assert repair.closing.new_parts == (NewPart(component=ComponentKind.MEMORY, serial="M378A1K43-0009"),)
    assert done.assets["PC-001"].status is AssetStatus.IN_USE
    assert open_repairs(done) == []
    assert noun_from(Repair, document_of(repair)) == repair
    assert not list(rules.contradictions(done))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"asset": "PC-100"}, "台帐中没有资产 PC-100"),
        ({"asset": "PC-008"}, "已列为待报废，请先撤销报废"),
        ({"fault": " "}, "缺少故障现象"),
        ({"reported_by": None}, "缺少报修人"),
        ({"on": "2020-01-01"}, "早于 PC-001 的购置日期"),
        ({"on": "2026-09-16"}, "尚未到来"),
        ({"on": "昨天"}, "不是日期"),
        ({"finding": "99"}, "没有编号为 99 的待处理事项"),
        ({"fault": "长" * 501}, "超过 500"),
    ],
)
def test_what_is_not_opened(store: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        open_repair(store, replace(FAULT, **changes))
    assert says in said(refused)


def test_what_is_lent_or_scrapped_is_not_repaired(store: State) -> None:
    lent = store.after(lend(store, LOAN).changes)
    with pytest.raises(UserError) as refused:
        open_repair(lent, WARRANTY)
    assert said(refused) == "TY-001 不能报修：已外借，请先登记归还。"
    scrapped = replace(store.assets["PC-001"], status=AssetStatus.SCRAPPED)
    with pytest.raises(UserError) as refused:
        open_repair(replace(store, assets={"PC-001": scrapped}), FAULT)
    assert said(refused) == "PC-001 不能报修：已报废。"


def test_an_asset_has_one_open_repair(store: State) -> None:
    with pytest.raises(UserError) as refused:
        open_repair(opened(store), replace(FAULT, fault="蓝屏"))
    assert said(refused).startswith("PC-001 自 2026-09-10 起已在维修：维修 2026-0001（不能开机）")


def machine(sessions: Any) -> Machine:
    return Machine(
        id=1,
        host="pc01",
        asset_id=1,
        first_seen_at=SEEN,
        last_seen_at=SEEN,
        last_status_at=SEEN,
        state={"sessions": sessions},
    )


@pytest.mark.parametrize(
    ("sessions", "user"),
    [
        (None, None),
        ([], None),
        ("root", None),
        ([{"user": None, "since": "2026-09-10T00:00:00Z"}, 7], None),
        (
            [
                {"user": "s2023014", "since": "2026-09-10T00:30:00Z"},
                {"user": "teacher", "since": "2026-09-09T00:30:00Z"},
                {"user": "nobody", "since": None},
            ],
            "s2023014",
        ),
        ([{"user": "a\x1b[31m\nb" + "c" * 900, "since": "1"}], "a [31m b" + "c" * 92),
    ],
)
def test_who_sat_there_comes_from_the_newest_session(sessions: Any, user: str | None) -> None:
    assert who_sat_there(machine(sessions)) == user


def test_damage_is_traced_to_who_sat_there(store: State) -> None:
    finding = Finding(kind=FindingKind.COMPONENT_CHANGED, key="k", advice="component_changed", id=12)
    seen = replace(
        store,
        machines=(machine([{"user": "s2023014", "since": "2026-09-10T00:30:00Z"}]),),
        findings=(finding,),
    )
    (repair,) = opened(seen, finding="12").all(Repair).values()
    assert (repair.sat_there, repair.finding) == ("s2023014", 12)
    (named,) = opened(seen, sat_there="学号 2023014").all(Repair).values()
    assert named.sat_there == "学号 2023014"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"repair": "2026-0009"}, "没有编号 2026-0009"),
        ({"broken_part": ""}, "缺少损坏部件"),
        ({"confirmers": ("王芳", " 王芳 ")}, "必须是不同的人，王芳 只是一人"),
        ({"confirmers": ("王芳", "刘老师", "赵强")}, "请只填两人"),
        ({"on": "2026-09-09"}, "早于维修的上一步（2026-09-10）"),
        ({"on": "2026-09-16"}, "尚未到来"),
    ],
)
def test_which_diagnosis_is_refused(store: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        diagnose(opened(store), replace(DIAGNOSIS, **changes))
    assert says in said(refused)


def test_a_diagnosis_is_mended_until_it_is_decided(store: State) -> None:
    again = diagnosed(diagnosed(opened(store)), broken_part="主板")
    (repair,) = again.all(Repair).values()
    assert repair.diagnosis is not None
    assert repair.diagnosis.broken_part == "主板"
    with pytest.raises(UserError) as refused:
        diagnose(decided(again), DIAGNOSIS)
    assert "已作决定" in said(refused)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"route": RepairRoute.WARRANTY, "parts": ()}, "保修期到 2024-08-20 为止"),
        ({"approved_by": ""}, "缺少审批的负责人"),
        ({"parts": ()}, "没有说明领用哪些配件"),
        ({"parts": lines_of(["内存条=3"])}, "库存只有 2"),
        ({"parts": lines_of(["鼠标"])}, "库存只有 0"),
        ({"parts": lines_of(["键盘"])}, "库中没有 键盘"),
        ({"receiver": ""}, "缺少领用签字人"),
        ({"route": RepairRoute.NO_PARTS}, "请改选，或不填配件"),
        ({"route": RepairRoute.PURCHASE, "parts": ()}, "缺少采购申请编号"),
        ({"route": RepairRoute.PURCHASE, "parts": (), "purchase_request": "2026-0008"}, "没有申请 2026-0008"),
        ({"route": RepairRoute.SCRAP, "parts": (), "scrap_request": "2026-0007"}, "没有申请 2026-0007"),
        ({"on": "2026-09-10"}, "早于维修的上一步（2026-09-11）"),
    ],
)
def test_which_decision_is_refused(store: State, changes: dict[str, Any], says: str) -> None:
    ready = diagnosed(opened(store))
    with pytest.raises(UserError) as refused:
        decide(ready, replace(DECISION, **changes))
    assert says in said(refused)


@pytest.mark.parametrize("confirmers", [(), ("王芳",)])
@pytest.mark.parametrize("route", [RepairRoute.STOCK, RepairRoute.NO_PARTS])
def test_out_of_warranty_two_people_confirm(
    store: State, confirmers: tuple[str, ...], route: RepairRoute
) -> None:
    ready = diagnosed(opened(store), confirmers=confirmers)
    with pytest.raises(UserError) as refused:
        decide(ready, replace(DECISION, route=route))
    assert "须由两名不同的确认人" in said(refused)


def test_steps_come_in_their_order(store: State) -> None:
    open_ = opened(store)
    for step, request, says in (
        (decide, DECISION, "尚未检测"),
        (close, CLOSING, "尚未检测"),
    ):
        with pytest.raises(UserError) as refused:
            step(open_, request)  # type: ignore[operator]
        assert says in said(refused)
    with pytest.raises(UserError) as refused:
        close(diagnosed(open_), CLOSING)
    assert "尚未决定如何处理" in said(refused)
    done = decided(diagnosed(open_))
    done = done.after(close(done, CLOSING).changes)
    with pytest.raises(UserError) as refused:
        close(done, CLOSING)
    assert "已结案" in said(refused)


def test_in_warranty_the_vendor_is_called(store: State) -> None:
    ready = diagnosed(opened(store, asset="TY-001"), confirmers=())
    plan = decide(ready, DecisionRequest(repair="2026-0001", route=RepairRoute.WARRANTY, on="2026-09-12"))
    assert plan.papers == (Paper("repair_record", "2026-0001"), Paper("vendor_call", "2026-0001"))
    done = ready.after(plan.changes)
    after = done.after(close(done, replace(CLOSING, cost="0", new_parts=())).changes)
    assert after.assets["TY-001"].status is AssetStatus.IDLE


def test_in_warranty_the_school_pays_for_damage_only(store: State) -> None:
    ready = diagnosed(opened(store, asset="TY-001"))
    with pytest.raises(UserError) as refused:
        decide(ready, DECISION)
    assert said(refused).startswith("TY-001 保修至 2028-02-20，请先找厂家报修")
    damage = decided(diagnosed(ready, cause=FaultCause.DAMAGE))
    assert damage.all(Repair)["2026-0001"].stage is RepairStage.DECIDED


def test_the_last_day_of_the_warranty_counts_and_an_unknown_one_does_not(store: State) -> None:
    def warranty_until(last: date | None) -> State:
        asset = replace(store.assets["TY-001"], warranty_until=last)
        return diagnosed(opened(replace(store, assets={**store.assets, "TY-001": asset}), asset="TY-001"))

    request = replace(DECISION, route=RepairRoute.WARRANTY, parts=())
    assert decide(warranty_until(date(2026, 9, 10)), request).papers[1].kind == "vendor_call"
    with pytest.raises(UserError, match="out of warranty since 2026-09-09"):
        decide(warranty_until(date(2026, 9, 9)), request)
    with pytest.raises(UserError, match="does not know until when TY-001"):
        decide(warranty_until(None), request)


def test_a_purchase_is_linked_and_its_parts_leave_the_store_at_the_end(store: State) -> None:
    out = decided(
        diagnosed(opened(store)), route=RepairRoute.PURCHASE, parts=(), purchase_request="2026-0007"
    )
    plan = close(out, replace(CLOSING, parts=lines_of(["内存条=2"]), receiver="刘老师"))
    assert Paper("stock_slip", "2026-0002") in plan.papers
    done = out.after(plan.changes)
    assert level(done, "2026-0001") == 0
    assert [part.quantity for part in done.all(Repair)["2026-0001"].parts] == [2]
    without = replace(done, registers={**done.registers, RegisterKind.PURCHASE_REQUEST: {}})
    assert "会引用不存在的申请 2026-0007" in " ".join(m.render() for m in rules.contradictions(without))


def test_a_scrap_decision_leads_to_the_scrap_request(store: State) -> None:
    out = decided(diagnosed(opened(store)), route=RepairRoute.SCRAP, parts=())
    repair = out.all(Repair)["2026-0001"]
    assert scrap_request_of(out, repair) is None
    refused = NewScrap(assets=["PC-001"], reason="主板烧毁", applicant="王芳", early_reason="无法修复")
    with pytest.raises(UserError, match="is being repaired"):
        ask(out, refused, LIVES)
    done = out.after(close(out, replace(CLOSING, cost=0, new_parts=())).changes)
    asked = done.after(ask(done, refused, LIVES).changes)
    assert scrap_request_of(asked, repair) == "2026-0009"


def test_a_scrap_decision_may_name_a_request_that_is_there(store: State) -> None:
    out = decided(diagnosed(opened(store)), route=RepairRoute.SCRAP, parts=(), scrap_request="2026-0008")
    done = out.after(close(out, replace(CLOSING, cost=0, new_parts=())).changes)
    assert done.assets["PC-001"].status is AssetStatus.TO_SCRAP


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"cost": None}, "缺少维修费用"),
        ({"cost": "-1"}, "不是金额"),
        ({"result": ""}, "缺少维修结果"),
        ({"accepted_by": ""}, "缺少验收人"),
        ({"downtime_hours": 121}, "超过 2026-09-10 至 2026-09-14 的总时数（120）"),
        ({"downtime_hours": "x"}, "不合理"),
        ({"on": "2026-09-11"}, "早于维修的上一步（2026-09-12）"),
        ({"new_parts": new_parts_of(["memory="])}, "缺少新部件的序列号"),
        ({"new_parts": new_parts_of(["memory=N/A"])}, "不像序列号"),
        ({"new_parts": new_parts_of(["disk=WD-1234", "disk=wd-1234"])}, "填了两次"),
        ({"new_parts": new_parts_of([f"disk=WD-{n:04d}" for n in range(33)])}, "最多 32 个"),
        ({"parts": lines_of(["内存条=2"]), "receiver": "刘老师"}, "库存只有 1"),
    ],
)
def test_which_end_is_refused(store: State, changes: dict[str, Any], says: str) -> None:
    out = decided(diagnosed(opened(store)))
    with pytest.raises(UserError) as refused:
        close(out, replace(CLOSING, **changes))
    assert says in said(refused)


def test_a_kind_of_part_that_there_is_not() -> None:
    with pytest.raises(UserError) as refused:
        new_parts_of(["内存=123456"])
    assert "种类有：board、cpu、memory" in said(refused)


def test_what_the_book_had_in_repair_is_in_use_afterwards(store: State) -> None:
    out = decided(diagnosed(opened(store, asset="PC-007")))
    done = out.after(close(out, CLOSING).changes)
    assert done.assets["PC-007"].status is AssetStatus.IN_USE


def test_contradictions_are_told(store: State) -> None:
    out = decided(diagnosed(opened(store)))
    repair = out.all(Repair)["2026-0001"]
    wrong = replace(
        out,
        assets=store.assets,
        registers={
            Repair.kind: {"2026-0001": repair, "2026-0002": replace(repair, number="2026-0002")},
        },
    )
    told = " ".join(message.render() for message in rules.contradictions(wrong))
    assert "会同时维修两次（维修 2026-0002）" in told
    assert "会既在维修（2026-0001）又不在维修" in told
    assert "没有出库记录" in told
