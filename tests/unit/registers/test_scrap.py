"""Scrapping: what is asked, appraised, approved and disposed of, and everything that is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus, RegisterKind
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import scrap
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.lives import LifeTable, shipped_lives
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.loans import lend
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.rules import contradictions
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.scrap import (
    NewScrap,
    ScrapApproval,
    ScrapDisposal,
    ScrapRequest,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Change, State

from tests.samples.registers import TODAY
from tests.unit.registers.test_loans import REQUEST as LOAN

LIVES = shipped_lives()
PEOPLE = ("陈老师", "周老师", "吴老师")
NEW = NewScrap(
    assets=("PC-001", "PC-002"),
    reason="主板损坏",
    applicant="刘老师",
    early_reason="无法修复",
    appraisers=PEOPLE,
)
APPROVAL = ScrapApproval(number="2026-0001", approved_by="李校长")
DISPOSAL = ScrapDisposal(
    number="2026-0001", document_number="教资〔2026〕12号", disposed_to="某某再生资源", proceeds="120"
)


def asked(state: State, lives: LifeTable = LIVES, **changes: Any) -> State:
    return state.after(scrap.ask(state, replace(NEW, **changes), lives).changes)


def approved(state: State) -> State:
    state = asked(state)
    return state.after(scrap.approve(state, APPROVAL).changes)


def refusal(plan: Any) -> str:
    with pytest.raises(UserError) as refused:
        plan()
    return refused.value.message.render("zh_CN")


def test_a_request_keeps_what_was_known_on_its_day(state: State) -> None:
    (made,) = asked(state).all(ScrapRequest).values()
    first = made.items[0]
    assert made.asset_numbers == ("PC-001", "PC-002")
    assert (first.age_months, first.life_years, first.rule, first.months_depreciated) == (
        60,
        6,
        "计算机设备",
        60,
    )
    assert (first.original_value, first.depreciated, first.net_value) == (
        Decimal("4800.00"),
        Decimal("4000.00"),
        Decimal("800.00"),
    )
    assert first.rule_source is not None
    assert "财会〔2017〕4号" in first.rule_source
    assert asked(state).assets["PC-001"].status is AssetStatus.IN_USE


def test_approved_then_disposed_of(state: State) -> None:
    after = approved(state)
    assert after.assets["PC-002"].status is AssetStatus.TO_SCRAP
    plan = scrap.dispose(after, DISPOSAL)
    gone = after.after(plan.changes)
    assert gone.assets["PC-001"].status is AssetStatus.SCRAPPED
    (made,) = gone.all(ScrapRequest).values()
    assert (made.document_number, made.disposed_on, made.proceeds) == (
        "教资〔2026〕12号",
        TODAY,
        Decimal("120.00"),
    )
    assert [paper.kind for paper in plan.papers] == ["disposal"]
    assert not list(contradictions(gone))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"assets": ()}, "没有指定资产"),
        ({"assets": ("PC-099",)}, "台帐中没有资产 PC-099"),
        ({"assets": ("PC-001", " PC-001 ")}, "填写了两次"),
        ({"assets": tuple(f"X-{n}" for n in range(501))}, "最多 500 件"),
        ({"assets": ("PC-007",)}, "正在维修"),
        ({"reason": " "}, "缺少报废原因"),
        ({"applicant": None}, "缺少申请人"),
        (
            {"early_reason": ""},
            "PC-001 于 2021-09-01 入账，已使用 5 年 0 个月；计算机设备最低使用年限为 6 年",
        ),
        ({"appraisers": ("陈老师", "周老师", "陈老师")}, "陈老师填写了两次"),
        ({"appraisers": ("陈老师", "周老师")}, "需要 3 人，只填写了 2 人"),
        ({"appraisers": tuple(f"{n}" for n in range(13))}, "最多 12 人"),
        ({"requested_on": "2026-09-16"}, "尚未到来"),
        ({"requested_on": "2020-01-01"}, "早于"),
        ({"requested_on": "明天"}, "不是日期"),
    ],
)
def test_what_is_refused(state: State, changes: dict[str, Any], says: str) -> None:
    assert says in refusal(lambda: scrap.ask(state, replace(NEW, **changes), LIVES))


def test_what_is_on_loan_is_not_scrapped(state: State) -> None:
    lent = state.after(lend(state, LOAN).changes)
    says = refusal(lambda: scrap.ask(lent, replace(NEW, assets=("TY-001",)), LIVES))
    assert says == "TY-001 已借给王芳（外借 2026-0001），不能报废。请先登记归还。"
    book = {**state.assets, "PC-003": replace(state.assets["PC-003"], status=AssetStatus.ON_LOAN)}
    by_book = replace(state, assets=book)
    assert "外借状态" in refusal(lambda: scrap.ask(by_book, replace(NEW, assets=("PC-003",)), LIVES))


def test_what_is_being_repaired_is_not_scrapped(state: State) -> None:
    repair = SimpleNamespace(number="2026-0003", asset_number="PC-001", is_open=True)
    repaired = replace(state, registers={RegisterKind.REPAIR: {"2026-0003": repair}})
    assert "维修 2026-0003" in refusal(lambda: scrap.ask(repaired, NEW, LIVES))
    closed = replace(
        state,
        registers={RegisterKind.REPAIR: {"2026-0003": SimpleNamespace(**{**vars(repair), "is_open": False})}},
    )
    assert scrap.ask(closed, NEW, LIVES)


def test_what_was_scrapped_or_is_asked_for_already(state: State) -> None:
    gone = approved(state)
    gone = gone.after(scrap.dispose(gone, DISPOSAL).changes)
    assert "已经报废" in refusal(lambda: scrap.ask(gone, NEW, LIVES))
    assert "已在 2026-09-15 的报废申请 2026-0001 中" in refusal(
        lambda: asked(asked(state), assets=("PC-002",))
    )


def test_after_its_years_no_reason_of_its_own_is_asked(state: State) -> None:
    old = replace(state, today=date(2027, 9, 1))
    assert (
        asked(old, early_reason=None, assets=("PC-001",)).all(ScrapRequest)["2027-0001"].early_reason is None
    )


def test_an_unknown_age_stays_unknown(state: State) -> None:
    unknown = replace(state.assets["PC-001"], booked_on=None)
    state = replace(state, assets={**state.assets, "PC-001": unknown})
    (made,) = asked(state, assets=("PC-001",), early_reason=None).all(ScrapRequest).values()
    assert (made.items[0].age_months, made.items[0].net_value) == (None, None)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"number": "2026-0009"}, "没有编号 2026-0009"),
        ({"approved_by": ""}, "缺少批准人"),
        ({"approved_on": "2026-09-14"}, "早于上一步"),
        ({"approved_on": "2026-09-16"}, "尚未到来"),
        ({"appraisers": ("陈老师",)}, "需要 3 人"),
    ],
)
def test_an_approval_that_is_refused(state: State, changes: dict[str, Any], says: str) -> None:
    waiting = asked(state)
    message = refusal(lambda: scrap.approve(waiting, replace(APPROVAL, **changes)))
    assert says in message


def test_an_approval_needs_the_names_on_the_paper(state: State) -> None:
    waiting = asked(state, appraisers=())
    assert "至少 3 人" in refusal(lambda: scrap.approve(waiting, APPROVAL))
    plan = scrap.approve(waiting, replace(APPROVAL, appraisers=PEOPLE, opinion="无维修价值"))
    (made,) = waiting.after(plan.changes).all(ScrapRequest).values()
    assert (made.appraisers, made.opinion) == (PEOPLE, "无维修价值")


def test_a_school_without_appraisal(state: State) -> None:
    own = replace(LIVES, appraisal=replace(LIVES.appraisal, people=0))
    waiting = asked(state, own, appraisers=())
    assert scrap.approve(waiting, APPROVAL).changes


def test_nothing_is_approved_or_disposed_of_twice_or_too_early(state: State) -> None:
    waiting = asked(state)
    assert "尚未批准" in refusal(lambda: scrap.dispose(waiting, DISPOSAL))
    ready = approved(state)
    assert "已于 2026-09-15 由李校长批准" in refusal(lambda: scrap.approve(ready, APPROVAL))
    gone = ready.after(scrap.dispose(ready, DISPOSAL).changes)
    assert "已于 2026-09-15 处置" in refusal(lambda: scrap.dispose(gone, DISPOSAL))


def test_what_was_lent_since_the_request_is_not_approved(state: State) -> None:
    waiting = asked(state)
    lent = waiting.after(lend(waiting, replace(LOAN, asset="PC-001")).changes)
    assert "请先登记归还" in refusal(lambda: scrap.approve(lent, APPROVAL))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"document_number": " "}, "缺少处置批复文号"),
        ({"disposed_to": None}, "缺少接收单位"),
        ({"disposed_on": "2026-09-01"}, "早于上一步"),
        ({"proceeds": "一百"}, "不是人民币金额"),
        ({"proceeds": "-1"}, "不是人民币金额"),
        ({"proceeds": "NaN"}, "不是人民币金额"),
        ({"proceeds": "1e400"}, "不是人民币金额"),
        ({"proceeds": "1.005"}, "不是人民币金额"),
        ({"proceeds": "9" * 40}, "不是人民币金额"),
    ],
)
def test_a_disposal_that_is_refused(state: State, changes: dict[str, Any], says: str) -> None:
    ready = approved(state)
    assert says in refusal(lambda: scrap.dispose(ready, replace(DISPOSAL, **changes)))


def test_contradictions_are_seen(state: State) -> None:
    ready = approved(state)
    back = replace(ready.assets["PC-001"], status=AssetStatus.IN_USE)
    without = {number: asset for number, asset in ready.assets.items() if number != "PC-002"}
    wrong = replace(ready, assets={**without, "PC-001": back})
    twin = replace(ready.all(ScrapRequest)["2026-0001"], number="2026-0002", approved_on=None)
    wrong = wrong.after((Change("x", None, twin),))
    said = [message.render("zh_CN") for message in contradictions(wrong)]
    assert len(said) == len(set(said)) == 5
