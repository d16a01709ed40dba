"""Purchases: lines as a person writes them, what the ledger suggests, and the steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
    Difference,
    Finding,
    FindingKind,
    FindingStatus,
    RegisterKind,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import purchases
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.lives import shipped_lives
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.purchases import (
    NewPurchase,
    PurchaseApproval,
    PurchaseBasis,
    PurchaseLine,
    PurchaseReceipt,
    PurchaseRequest,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.rules import contradictions
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.suggestions import ShortStock, suggest

from tests.unit.registers.test_disk_wipes import seen

LIVES = shipped_lives()
ALL = frozenset(PurchaseBasis)
LINE = {"item": "台式计算机", "quantity": 2, "unit_price": "4800", "assets": ["PC-001"]}
NEW = NewPurchase(lines=(LINE,), reason="更新机房一", applicant="刘老师", budget_source="公用经费")
APPROVAL = PurchaseApproval(number="2026-0001", approved_by="李校长")
RECEIPT = PurchaseReceipt(number="2026-0001", received_by="陈老师", delivery_note="SH-88")


def asked(state: State, **changes: Any) -> State:
    return state.after(purchases.ask(state, replace(NEW, **changes)).changes)


def refusal(plan: Any) -> str:
    with pytest.raises(UserError) as refused:
        plan()
    return refused.value.message.render("zh_CN")


def test_a_request_and_its_steps(state: State) -> None:
    after = asked(state)
    (made,) = after.all(PurchaseRequest).values()
    assert made.lines == (
        PurchaseLine(
            item="台式计算机",
            quantity=2,
            basis=PurchaseBasis.NEED,
            unit_price=Decimal("4800.00"),
            budget_source="公用经费",
            assets=("PC-001",),
        ),
    )
    assert made.total == Decimal("9600.00")
    after = after.after(purchases.approve(after, APPROVAL).changes)
    after = after.after(purchases.receive(after, RECEIPT).changes)
    (made,) = after.all(PurchaseRequest).values()
    assert (made.approved_by, made.received_on, made.delivery_note) == ("李校长", state.today, "SH-88")
    assert not list(contradictions(after))


def test_a_total_needs_every_price(state: State) -> None:
    (made,) = asked(state, lines=(LINE, {"item": "鼠标", "quantity": "3"})).all(PurchaseRequest).values()
    assert made.total is None


def test_specification_and_price_are_for_what_replaces_assets(state: State) -> None:
    old = replace(state, today=date(2027, 9, 1))
    short = (ShortStock(item="鼠标", missing=4),)
    lines = suggest(old, LIVES, ALL, short=short, language="zh_CN")
    after = asked(old, suggested=lines, specification="16 GB 内存", unit_price=4500)
    (made,) = after.all(PurchaseRequest).values()
    assert [(line.unit_price, line.specification, line.budget_source) for line in made.lines] == [
        (Decimal("4800.00"), None, "公用经费"),
        (Decimal("4500.00"), "16 GB 内存", "公用经费"),
        (None, None, "公用经费"),
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lines": ()}, "没有可申请的内容"),
        ({"lines": (LINE,) * 201}, "最多 200 行"),
        ({"lines": ("台式计算机",)}, "第 1 行的写法"),
        ({"lines": (LINE, {**LINE, "price": 1})}, "第 2 行中的 price 无法识别"),
        ({"lines": ({**LINE, "item": " "},)}, "缺少第 1 行"),
        ({"lines": ({**LINE, "quantity": 0},)}, "数量 0 不是"),
        ({"lines": ({**LINE, "quantity": -1},)}, "数量 -1 不是"),
        ({"lines": ({**LINE, "quantity": 1.5},)}, "数量 1.5 不是"),
        ({"lines": ({**LINE, "quantity": "²"},)}, "不是 1 到"),
        ({"lines": ({**LINE, "quantity": "9" * 5000},)}, "不是 1 到"),
        ({"lines": ({**LINE, "quantity": None},)}, "不是 1 到"),
        ({"lines": ({**LINE, "unit_price": "约五千"},)}, "不是人民币金额"),
        ({"lines": ({**LINE, "basis": "wish"},)}, "申请依据 wish 无法识别"),
        ({"lines": ({**LINE, "assets": ["PC-099"]},)}, "没有资产 PC-099"),
        ({"unit_price": "x"}, "预计单价"),
        ({"reason": ""}, "缺少采购原因"),
        ({"applicant": ""}, "缺少申请人"),
        ({"requested_on": "2026-10-01"}, "尚未到来"),
    ],
)
def test_what_is_refused(state: State, changes: dict[str, Any], says: str) -> None:
    assert says in refusal(lambda: purchases.ask(state, replace(NEW, **changes)))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"approved_by": ""}, "缺少批准人"),
        ({"approved_by": "刘老师"}, "不能自己批准"),
        ({"approved_on": "2026-09-14"}, "早于上一步"),
        ({"number": "2027-0001"}, "2027-0001"),
    ],
)
def test_an_approval_that_is_refused(state: State, changes: dict[str, Any], says: str) -> None:
    after = asked(state)
    assert says in refusal(lambda: purchases.approve(after, replace(APPROVAL, **changes)))


def test_steps_in_their_order_and_once(state: State) -> None:
    after = asked(state)
    assert "尚未批准" in refusal(lambda: purchases.receive(after, RECEIPT))
    after = after.after(purchases.approve(after, APPROVAL).changes)
    assert "无需再次批准" in refusal(lambda: purchases.approve(after, APPROVAL))
    assert "早于上一步" in refusal(
        lambda: purchases.receive(after, replace(RECEIPT, received_on="2026-09-01"))
    )
    after = after.after(purchases.receive(after, RECEIPT).changes)
    assert "无需再次登记" in refusal(lambda: purchases.receive(after, RECEIPT))


# --- suggestions


def _finding(kind: FindingKind, **fields: Any) -> Finding:
    return Finding(**{"kind": kind, "key": "k", "advice": "a", **fields})


LOST = (Difference(field="memory", book="8 GB", fact=None),)


def test_what_is_over_its_life_is_suggested_by_name_and_room(state: State) -> None:
    old = replace(state, today=date(2027, 9, 1))
    (line,) = suggest(old, LIVES, {PurchaseBasis.OVER_LIFE}, language="zh_CN")
    # PC-008 is to be scrapped: that is a request of its own.
    assert line.assets == tuple(f"PC-{number:03d}" for number in range(1, 8))
    assert (line.item, line.quantity, line.basis) == ("台式计算机", 7, PurchaseBasis.OVER_LIFE)
    assert line.reason is not None
    assert line.reason.startswith("机房一: 7 件超过最低使用年限：PC-001、PC-002")
    assert suggest(state, LIVES, {PurchaseBasis.OVER_LIFE}, language="zh_CN") == []


@pytest.mark.parametrize(
    ("finding", "assets"),
    [
        (_finding(FindingKind.COMPONENT_CHANGED, hosts=("jf1-01",), differences=LOST), ("PC-001", "PC-007")),
        (
            _finding(FindingKind.COMPONENT_CHANGED, asset_numbers=("PC-002",), differences=LOST),
            ("PC-002", "PC-007"),
        ),
        (
            _finding(
                FindingKind.COMPONENT_CHANGED,
                hosts=("jf1-01",),
                differences=(Difference(field="memory", book=None, fact="8 GB"),),
            ),
            ("PC-007",),
        ),
        (
            _finding(
                FindingKind.COMPONENT_CHANGED,
                hosts=("jf1-01",),
                differences=LOST,
                status=FindingStatus.DISMISSED,
            ),
            ("PC-007",),
        ),
        (_finding(FindingKind.COMPONENT_CHANGED, hosts=("jf1-99",), differences=LOST), ("PC-007",)),
        (_finding(FindingKind.MISPLACED, asset_numbers=("PC-002",)), ("PC-007",)),
    ],
)
def test_what_is_broken_is_suggested(state: State, finding: Finding, assets: tuple[str, ...]) -> None:
    (line,) = suggest(
        replace(seen(state), findings=(finding,)), LIVES, {PurchaseBasis.FAULT}, language="zh_CN"
    )
    assert sorted(line.assets) == sorted(assets)


def test_an_open_repair_is_a_fault(state: State) -> None:
    repair = SimpleNamespace(number="2026-0001", asset_number="PC-003", is_open=True)
    repaired = replace(state, registers={RegisterKind.REPAIR: {"2026-0001": repair}})
    (line,) = suggest(repaired, LIVES, {PurchaseBasis.FAULT}, language="en")
    assert line.reason == "机房一: 2 are broken or lack parts: PC-003, PC-007"


@pytest.mark.parametrize("status", [FindingStatus.OPEN, FindingStatus.CONFIRMED])
def test_what_is_missing_is_suggested(state: State, status: FindingStatus) -> None:
    finding = _finding(FindingKind.SHORTAGE, asset_numbers=("PC-004", "TY-001"), status=status)
    lines = suggest(replace(state, findings=(finding,)), LIVES, {PurchaseBasis.SHORTAGE}, language="zh_CN")
    assert [line.assets for line in lines] == [("PC-004",), ("TY-001",)]


def test_what_runs_out_is_suggested(state: State) -> None:
    short = (ShortStock(item="鼠标", missing=4, unit="个"), ShortStock(item="键盘", missing=0))
    (line,) = suggest(state, LIVES, {PurchaseBasis.LOW_STOCK}, short=short, language="zh_CN")
    assert (line.item, line.quantity, line.unit, line.reason) == ("鼠标", 4, "个", "库存低于最低库存量")


def test_an_asset_is_suggested_once_and_not_while_it_is_asked_for(state: State) -> None:
    old = replace(state, today=date(2027, 9, 1))
    finding = _finding(FindingKind.SHORTAGE, asset_numbers=("PC-001",))
    old = replace(old, findings=(finding,))
    lines = suggest(old, LIVES, ALL, language="zh_CN")
    numbers = [number for line in lines for number in line.assets]
    assert len(numbers) == len(set(numbers)) == 7
    after = asked(old, lines=(), suggested=lines)
    assert suggest(after, LIVES, ALL, language="zh_CN") == []


def test_what_is_scrapped_is_not_replaced_by_age(state: State) -> None:
    old = replace(state, today=date(2040, 1, 1))
    gone = {number: replace(asset, status=AssetStatus.SCRAPPED) for number, asset in old.assets.items()}
    assert suggest(replace(old, assets=gone), LIVES, ALL, language="zh_CN") == []
