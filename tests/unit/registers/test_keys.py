"""Keys: one copy with one holder, who does not lend it on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.keys import (
    Key,
    KeyIssue,
    KeyIssueRequest,
    KeyLossRequest,
    KeyRequest,
    KeyReturnRequest,
    add_key,
    contradictions,
    issue_key,
    issues_out,
    report_loss,
    return_key,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State

KEY = KeyRequest(number="A-301", room="机房一", copies="2")
ISSUE = KeyIssueRequest(key="A-301", holder="王芳", purpose="晚自习", on="2026-09-10")
RETURN = KeyReturnRequest(key="A-301", received_by="刘老师")
LOSS = KeyLossRequest(key="A-301", reported_by="王芳", circumstances="操场遗失")


@pytest.fixture
def cabinet(state: State) -> State:
    return state.after(add_key(state, KEY).changes)


@pytest.fixture
def out(cabinet: State) -> State:
    """Copy 1 is with 王芳."""
    return cabinet.after(issue_key(cabinet, ISSUE).changes)


def test_a_key_is_given_out_and_comes_back(out: State) -> None:
    assert out.all(Key)["A-301"] == Key(number="A-301", room="机房一", copies=2)
    (issue,) = issues_out(out)
    assert (issue.copy, issue.holder, issue.issued_on) == (1, "王芳", date(2026, 9, 10))
    back = out.after(return_key(out, RETURN).changes)
    assert issues_out(back) == []
    assert back.all(KeyIssue)["2026-0001"].received_by == "刘老师"


def test_a_key_that_is_out_is_not_lent_on(out: State) -> None:
    with pytest.raises(UserError) as refused:
        issue_key(out, replace(ISSUE, holder="赵强", copy="1"))
    assert (
        refused.value.message.render()
        == "钥匙 A-301 第 1 把不在柜中：王芳自 2026-09-10 持有。钥匙不能随意转借，请先归还。"
    )
    both = out.after(issue_key(out, replace(ISSUE, holder="赵强")).changes)
    with pytest.raises(UserError) as refused:
        issue_key(both, replace(ISSUE, holder="孙丽"))
    assert "已全部领出：王芳自 2026-09-10 持有、赵强自 2026-09-10 持有" in refused.value.message.render()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"key": "A-300"}, "没有编号 A-300"),
        ({"holder": " "}, "缺少领用签字人"),
        ({"holder": "王芳"}, "一人只领一把"),
        ({"copy": 3}, "共 2 把，没有第 3 把"),
        ({"copy": "x"}, "不合理"),
        ({"on": "2026-09-16"}, "尚未到来"),
    ],
)
def test_which_issue_is_refused(out: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        issue_key(out, replace(ISSUE, **{"holder": "赵强", **changes}))
    assert says in refused.value.message.render("zh_CN")


def test_a_copy_is_not_given_out_before_it_was_back(out: State) -> None:
    back = out.after(return_key(out, RETURN).changes)
    with pytest.raises(UserError, match="was away until 2026-09-15"):
        issue_key(back, replace(ISSUE, holder="赵强"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"copies": 0}, "不合理"),
        ({"copies": 51}, "最多 50 把"),
        ({"number": "长" * 51}, "最多 50 个字"),
        ({"number": ""}, "缺少钥匙牌号"),
        ({"number": "A-302", "room": ""}, "缺少钥匙所属房间"),
        ({}, "已登记，用于机房一"),
    ],
)
def test_which_key_is_refused(cabinet: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        add_key(cabinet, replace(KEY, **changes))
    assert says in refused.value.message.render("zh_CN")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"holder": "赵强"}, "没有这样一把领出在外"),
        ({"copy": 2}, "没有这样一把领出在外"),
        ({"received_by": ""}, "缺少接收人"),
        ({"on": "2026-09-09"}, "早于"),
        ({"on": "2026-09-16"}, "尚未到来"),
    ],
)
def test_which_return_is_refused(out: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        return_key(out, replace(RETURN, **changes))
    assert says in refused.value.message.render("zh_CN")


def test_which_of_two_copies_is_asked_back(out: State) -> None:
    both = out.after(issue_key(out, replace(ISSUE, holder="赵强")).changes)
    with pytest.raises(UserError, match=r"Several copies .* key_copy or key_holder"):
        return_key(both, RETURN)
    back = both.after(return_key(both, replace(RETURN, holder="赵强")).changes)
    assert [issue.holder for issue in issues_out(back)] == ["王芳"]


def test_a_loss_is_reported_at_once(out: State) -> None:
    plan = report_loss(out, LOSS)
    assert plan.message.render() == "钥匙 A-301 第 1 把已登记遗失。请更换机房一的锁，再登记新钥匙。"
    late = report_loss(out, replace(LOSS, lost_on="2026-09-12"))
    assert "迟报 3 天" in late.message.render()
    lost = out.after(plan.changes)
    assert issues_out(lost) == []
    with pytest.raises(UserError, match="already reported lost"):
        report_loss(lost, LOSS)
    with pytest.raises(UserError, match="is out: lost by 王芳"):
        issue_key(lost, replace(ISSUE, holder="赵强", copy=1))
    found = lost.after(return_key(lost, RETURN).changes)
    issue = found.all(KeyIssue)["2026-0001"]
    assert (issue.is_lost, issue.lost_on, issue.returned_on) == (False, date(2026, 9, 15), date(2026, 9, 15))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reported_by": ""}, "缺少报告人"),
        ({"circumstances": ""}, "缺少遗失经过"),
        ({"lost_on": "2026-09-01"}, "早于领出"),
        ({"copy": 2}, "没有这样一把"),
    ],
)
def test_which_loss_is_refused(out: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        report_loss(out, replace(LOSS, **changes))
    assert says in refused.value.message.render("zh_CN")


def test_contradictions_are_told(out: State) -> None:
    assert list(contradictions(out)) == []
    issue = out.all(KeyIssue)["2026-0001"]
    doubled = replace(
        out,
        registers={
            **out.registers,
            KeyIssue.kind: {
                "2026-0001": issue,
                "2026-0002": replace(issue, number="2026-0002"),
                "2026-0003": replace(issue, number="2026-0003", copy=9, holder="赵强"),
            },
        },
    )
    said = " ".join(message.render() for message in contradictions(doubled))
    assert "会同时在两个人手里" in said
    assert "会同时持有两把" in said
    assert "没有这把钥匙" in said
