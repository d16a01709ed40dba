"""What people entered in the small school: its registers after a few terms, made by the errands' own plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from itertools import cycle
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Asset,
    ComponentKind,
    RegisterKind,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.disk_wipes import (
    WipeMethod,
    WipeRequest,
    WipeResult,
    record,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.entries import Entry
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.keys import (
    KeyIssueRequest,
    KeyLossRequest,
    KeyRequest,
    add_key,
    issue_key,
    report_loss,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.licences import NewLicence, enter
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.lives import shipped_lives
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.loans import (
    LoanRequest,
    ReturnCondition,
    ReturnRequest,
    give_back,
    lend,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.nouns import subject_of
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.purchases import NewPurchase, ask
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repair_closing import (
    ClosingRequest,
    NewPartRequest,
    close,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repair_decision import (
    DecisionRequest,
    decide,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repairs import (
    DiagnosisRequest,
    FaultCause,
    Repair,
    RepairRequest,
    RepairRoute,
    diagnose,
    open_repair,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.scrap import NewScrap
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.scrap import ask as ask_to_scrap
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Change, Plan, State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock import (
    StockCategory,
    StockItemRequest,
    add_item,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock_moves import (
    IssueLine,
    IssueRequest,
    ReceiptRequest,
    issue,
    receive,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_closing import CloseRequest
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_closing import (
    close as close_stocktake,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_counts import (
    CountRequest,
    HandItem,
    count_by_hand,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktakes import (
    StartRequest,
    Stocktake,
    start,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.usb_allowances import (
    changes as allowance_changes,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.warning_slips import WarningRequest
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.warning_slips import issue as issue_warning

from tests.samples.attempts import sample_allowances, sample_attempts
from tests.samples.records import NOW, ROOM


class Desk:
    """Where errands are run one after the other, each on a day and as an entry, without a ledger."""

    def __init__(self, assets: Iterable[Asset]) -> None:
        self.state = State(today=NOW.date(), assets={asset.asset_number: asset for asset in assets})

    def on(self, day: date) -> State:
        self.state = replace(self.state, today=day)
        return self.state

    def enter(self, plan: Plan, *, actor: str = "王老师", reason: str = "") -> None:
        number = self.state.next_number(Entry)
        self.state = self.state.after(plan.changes)
        entry = Entry(
            number=number,
            errand=plan.errand,
            at=datetime.combine(self.state.today, time(2, 30), UTC),
            actor=actor,
            reason=reason,
            subjects=tuple(subject_of(change.thing) for change in plan.changes),
            events=(),
            undoes=plan.undoes,
        )
        entries = {**self.state.all(Entry), number: entry}
        self.state = replace(self.state, registers={**self.state.registers, RegisterKind.ENTRY: entries})


def entered(assets: Iterable[Asset]) -> State:
    """Something in every state that the registers know; the assets' own states follow."""
    desk = Desk(assets)
    _store(desk)
    _repairs(desk)
    _keys(desk)
    _loans(desk)
    _requests(desk)
    _stocktakes(desk)
    _undone(desk)
    _warnings(desk)
    desk.on(NOW.date())
    return desk.state


def _loans(desk: Desk) -> None:
    signed = {"principal": "李校长", "leader": "张主任"}
    today = NOW.date()
    for asset, borrower, purpose, lent, due in (
        ("2023-0001", "高二（3）班 陈敏", "信息学竞赛集训", 60, 40),
        ("2023-0002", "教务处 刘伟", "期中考试监考登分", 45, 30),
        ("2023-0040", "英语组 王芳", "家长会展示", 30, 12),
        ("2023-0006", "总务处 赵强", "宿舍门禁录入", 5, -9),
    ):
        state = desk.on(today - timedelta(days=lent))
        request = LoanRequest(
            asset=asset,
            borrower=borrower,
            purpose=purpose,
            due_on=today - timedelta(days=due),
            contact="内线 8021",
            accessories="电源线、鼠标",
            **signed,
        )
        desk.enter(lend(state, request), reason="外借单已签字")
    for asset, condition, note, ago in (
        ("2023-0001", ReturnCondition.INTACT, None, 41),
        ("2023-0002", ReturnCondition.INCOMPLETE, "缺鼠标一只", 29),
    ):
        state = desk.on(today - timedelta(days=ago))
        request_back = ReturnRequest(asset=asset, condition=condition, received_by="孙老师", note=note)
        desk.enter(give_back(state, request_back), reason="收回入库")


def _store(desk: Desk) -> None:
    """Memory is low, keyboards are used up, toner is enough."""
    for name, model, unit, category, minimum, place in (
        ("内存条", "DDR4 8G", "条", StockCategory.PART, 4, "库房 A-2"),
        ("USB 键盘", "K4500", "只", StockCategory.PART, 5, "库房 A-1"),
        ("硒鼓", "LD2451", "支", StockCategory.CONSUMABLE, 2, "库房 B-1"),
    ):
        state = desk.on(date(2025, 9, 1))
        desk.enter(
            add_item(
                state,
                StockItemRequest(
                    name=name, model=model, unit=unit, category=category, minimum=minimum, place=place
                ),
            )
        )
    for item, quantity, price in (("内存条", 6, "159.00"), ("USB 键盘", 5, "45.00"), ("硒鼓", 4, "388.00")):
        state = desk.on(date(2025, 9, 2))
        desk.enter(
            receive(
                state,
                ReceiptRequest(
                    item=item, quantity=quantity, unit_price=price, supplier="某某信息技术有限公司"
                ),
            ),
            reason="开学备货",
        )
    state = desk.on(date(2026, 3, 3))
    lines = (IssueLine(item="USB 键盘", quantity=5), IssueLine(item="内存条", quantity=3))
    desk.enter(
        issue(state, IssueRequest(lines=lines, receiver="孙老师", purpose="机房一更换")), actor="李老师"
    )


def _repairs(desk: Desk) -> None:
    """Closed ones over three terms, one that is being decided, one just reported."""
    for asset, fault, opened, cost, part in (
        ("2023-0003", "开机无显示，内存报警", date(2025, 10, 13), "0.00", None),
        ("2023-0009", "电源异响后断电", date(2026, 3, 16), "320.00", None),
        ("2023-0021", "屏幕有竖线", date(2026, 5, 11), "460.00", None),
        (
            "2023-0003",
            "硬盘坏道，无法启动",
            date(2026, 9, 14),
            "218.00",
            NewPartRequest(component=ComponentKind.DISK, serial="S4NEW0003"),
        ),
    ):
        number = _decided(desk, asset, fault, opened)
        state = desk.on(opened + timedelta(days=6))
        closing = ClosingRequest(
            repair=number,
            result="更换后测试正常",
            cost=cost,
            accepted_by="王老师",
            new_parts=() if part is None else (part,),
        )
        desk.enter(close(state, closing), reason="验收通过")
    _decided(desk, "2023-0004", "主板接口松动，键盘失灵", date(2026, 11, 9))
    state = desk.on(date(2026, 11, 20))
    desk.enter(
        open_repair(state, RepairRequest(asset="2023-0009", fault="蓝屏", reported_by="高一（2）班 周老师")),
        reason="课间报修",
    )


def _decided(desk: Desk, asset: str, fault: str, opened: date) -> str:
    state = desk.on(opened)
    desk.enter(
        open_repair(state, RepairRequest(asset=asset, fault=fault, reported_by="陈老师")), reason="课上报修"
    )
    number = max(desk.state.all(Repair))
    desk.enter(
        diagnose(
            desk.state,
            DiagnosisRequest(
                repair=number, broken_part="配件损坏", cause=FaultCause.WEAR, confirmers=("王老师", "孙老师")
            ),
        )
    )
    desk.enter(
        decide(
            desk.state,
            DecisionRequest(repair=number, route=RepairRoute.NO_PARTS, approved_by="张主任"),
        )
    )
    return number


def _keys(desk: Desk) -> None:
    state = desk.on(date(2025, 9, 1))
    desk.enter(add_key(state, KeyRequest(number="JF1", room="机房一", copies=3)))
    for holder, on in (
        ("王老师", date(2025, 9, 1)),
        ("孙老师", date(2026, 2, 24)),
        ("值周学生", date(2026, 9, 7)),
    ):
        state = desk.on(on)
        desk.enter(issue_key(state, KeyIssueRequest(key="JF1", holder=holder, purpose="日常管理")))
    state = desk.on(date(2026, 10, 12))
    loss = KeyLossRequest(key="JF1", holder="值周学生", reported_by="王老师", circumstances="体育课后找不到")
    desk.enter(report_loss(state, loss), reason="已通知总务处换锁")


def _requests(desk: Desk) -> None:
    state = desk.on(date(2026, 11, 2))
    wanted = (
        {
            "item": "内存条 DDR4 8G",
            "quantity": 10,
            "basis": "low_stock",
            "unit": "条",
            "unit_price": "159.00",
        },
    )
    desk.enter(
        ask(state, NewPurchase(lines=wanted, reason="备件不足", applicant="王老师", department="信息中心"))
    )
    licence = NewLicence(
        product="WPS Office",
        edition="教育版",
        seats=3,
        proof="合同 XX-2025-118",
        patterns=("wps-office",),
        valid_from="2025-01-01",
        valid_until="2026-12-31",
    )
    desk.enter(enter(desk.state, licence))
    scrap = NewScrap(
        assets=("2023-0023",),
        reason="屏幕漏液，无维修价值",
        applicant="王老师",
        early_reason="修理费用高于净值",
        appraisers=("王老师", "孙老师", "李老师"),
    )
    desk.enter(ask_to_scrap(desk.state, scrap, shipped_lives()))
    wipe = WipeRequest(
        disk_serial="S4GV0042",
        method=WipeMethod.OVERWRITE,
        result=WipeResult.WIPED,
        wiped_by="孙老师",
        asset="2023-0042",
    )
    desk.enter(record(desk.state, wipe))


def _stocktakes(desk: Desk) -> None:
    """机房二 is counted and waits for approval, 机房一 is half counted."""
    state = desk.on(date(2026, 11, 16))
    desk.enter(start(state, StartRequest(room="机房二", started_by="王老师")), reason="年终盘点")
    first = max(desk.state.all(Stocktake))
    request = CountRequest(stocktake=first, counted_by="王老师")
    desk.enter(count_by_hand(desk.state, request, [HandItem(asset="2023-0008")]))
    closing = CloseRequest(stocktake=first, counted_by="王老师", supervised_by="孙老师")
    desk.enter(close_stocktake(desk.state, closing))
    desk.enter(start(desk.state, StartRequest(room=ROOM, started_by="王老师")), reason="年终盘点")
    request = CountRequest(stocktake=max(desk.state.all(Stocktake)), counted_by="王老师")
    items = [
        HandItem(asset=number) for number in ("2023-0001", "2023-0002", "2023-0003", "2023-0021", "2023-0022")
    ]
    desk.enter(count_by_hand(desk.state, request, items))


def _undone(desk: Desk) -> None:
    """A wrong receipt, taken back."""
    state = desk.on(date(2026, 11, 18))
    plan = receive(state, ReceiptRequest(item="硒鼓", quantity=40, supplier="某某信息技术有限公司"))
    desk.enter(plan, reason="数量录错")
    wrong = max(desk.state.all(Entry))
    (change,) = plan.changes
    entry = desk.state.all(Entry)[wrong]
    undoing = replace(entry, undone_by=desk.state.next_number(Entry))
    desk.enter(
        Plan(
            errand="undo_entry",
            changes=(
                Change("stock_move.received.undone", change.after, None),
                Change("entry.undone", entry, undoing),
            ),
            message=plan.message,
            undoes=wrong,
        ),
        reason="应为 4 支，重新入库",
    )


def _warnings(desk: Desk) -> None:
    """One attempt has its slip; the sticks that the inventory lists, and one that it no longer does."""
    state = replace(desk.on(NOW.date()), attempts=sample_attempts())
    rule = "机房管理制度第 6 条：不得接入 U 盘。"
    request = WarningRequest(attempt="1", rule=rule, pupil="陈敏", pupil_class="高二（3）班")
    desk.enter(issue_warning(state, request), reason="班主任已知")
    listed = sample_allowances(NOW.date())
    gone = replace(listed[0], serial="4C530007777777", note="实习教师")
    for entries in ((*listed, gone), listed):
        desk.state = desk.state.after(tuple(allowance_changes(desk.state, entries)))


def hostile_registers(
    registers: Mapping[RegisterKind, Mapping[str, Any]], attacks: Iterable[str]
) -> dict[RegisterKind, dict[str, Any]]:
    """The registers with an attack in every free text; numbers stay, as the ledger gives them."""
    endless = cycle(attacks)
    return {
        kind: {number: _attacked(noun, endless) for number, noun in nouns.items()}
        for kind, nouns in registers.items()
    }


def _attacked(thing: Any, attacks: Any) -> Any:
    texts = {
        field.name: next(attacks)
        for field in fields(thing)
        if type(getattr(thing, field.name)) is str and not _is_number(field.name)
    }
    nested = {
        field.name: tuple(_attacked(each, attacks) for each in value)
        for field in fields(thing)
        if isinstance(value := getattr(thing, field.name), tuple)
        and value
        and is_dataclass(value[0])
        and not isinstance(value[0], Enum)
    }
    return replace(thing, **texts, **nested)


def _is_number(name: str) -> bool:
    """Whether a field refers to something by its number."""
    return "number" in name or name in {"item", "key", "stocktake", "undoes", "undone_by"}
