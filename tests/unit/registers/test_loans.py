"""Loans: what may leave, with whose names, and how it comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.loans import (
    Loan,
    LoanRequest,
    ReturnCondition,
    ReturnRequest,
    give_back,
    lend,
    overdue,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State

REQUEST = LoanRequest(
    asset="TY-001",
    borrower="王芳",
    principal="李校长",
    leader="张主任",
    purpose="家长会",
    due_on="2026-09-20",
)


def lent(state: State, **changes: Any) -> State:
    return state.after(lend(state, replace(REQUEST, **changes)).changes)


def test_a_loan_names_three_people_and_marks_the_asset(state: State) -> None:
    after = lent(state, contact=" 138 0000  0000 ")
    (loan,) = after.all(Loan).values()
    assert loan == Loan(
        number="2026-0001",
        asset_number="TY-001",
        borrower="王芳",
        principal="李校长",
        leader="张主任",
        purpose="家长会",
        lent_on=date(2026, 9, 15),
        due_on=date(2026, 9, 20),
        status_before=AssetStatus.IDLE,
        contact="138 0000 0000",
    )
    assert after.assets["TY-001"].status is AssetStatus.ON_LOAN


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"asset": "TY-100"}, "台帐中没有资产 TY-100"),
        ({"asset": ""}, "台帐中没有资产"),
        ({"asset": "PC-007"}, "正在维修"),
        ({"asset": "PC-008"}, "待报废"),
        ({"borrower": " "}, "缺少借方"),
        ({"principal": None}, "缺少校长"),
        ({"leader": "李校长"}, "三个人"),
        ({"purpose": ""}, "缺少用途"),
        ({"due_on": ""}, "缺少归还日期"),
        ({"due_on": "2026-09-14"}, "早于借出日期"),
        ({"due_on": "下周"}, "不是日期"),
        ({"lent_on": "2025-01-01"}, "早于"),
        ({"lent_on": "2026-09-16"}, "尚未到来"),
        ({"purpose": "长" * 501}, "超过 500"),
    ],
)
def test_what_is_refused(state: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        lend(state, replace(REQUEST, **changes))
    assert says in refused.value.message.render("zh_CN")


def test_what_is_on_loan_is_not_lent_again(state: State) -> None:
    with pytest.raises(UserError) as refused:
        lend(lent(state), replace(REQUEST, borrower="赵强"))
    assert refused.value.message.render().startswith("TY-001 已于 2026-09-15 借给王芳")


@pytest.mark.parametrize(
    ("condition", "note", "status"),
    [
        (ReturnCondition.INTACT, None, AssetStatus.IDLE),
        (ReturnCondition.INCOMPLETE, "缺遥控器", AssetStatus.IDLE),
        (ReturnCondition.DAMAGED, "镜头划伤", AssetStatus.REPAIR),
    ],
)
def test_a_return_closes_the_loan(
    state: State, condition: ReturnCondition, note: str | None, status: AssetStatus
) -> None:
    out = lent(state)
    after = out.after(
        give_back(
            out, ReturnRequest(asset="TY-001", condition=condition, note=note, received_by="刘老师")
        ).changes
    )
    (loan,) = after.all(Loan).values()
    assert (loan.is_open, loan.returned_on, loan.condition_note) == (False, state.today, note)
    assert after.assets["TY-001"].status is status


def test_a_return_of_what_was_never_lent_is_refused(state: State) -> None:
    with pytest.raises(UserError, match="is not on loan"):
        give_back(
            state, ReturnRequest(asset="TY-001", condition=ReturnCondition.INTACT, received_by="刘老师")
        )


def test_damage_is_described(state: State) -> None:
    with pytest.raises(UserError, match="loan_condition_note"):
        give_back(
            lent(state),
            ReturnRequest(asset="TY-001", condition=ReturnCondition.DAMAGED, received_by="刘老师"),
        )


def test_a_return_is_not_before_the_loan(state: State) -> None:
    with pytest.raises(UserError, match="cannot come back"):
        give_back(
            lent(state),
            ReturnRequest(
                asset="TY-001",
                condition=ReturnCondition.INTACT,
                received_by="刘老师",
                returned_on="2026-09-14",
            ),
        )


def test_overdue_begins_the_day_after(state: State) -> None:
    out = lent(state)
    assert overdue(replace(out, today=date(2026, 9, 20))) == []
    assert [loan.borrower for loan in overdue(replace(out, today=date(2026, 9, 21)))] == ["王芳"]
