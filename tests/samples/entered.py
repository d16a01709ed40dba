"""What people entered in the small school: its registers after a few terms, made by the errands' own plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from itertools import cycle
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Asset, RegisterKind
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.entries import Entry
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.loans import (
    LoanRequest,
    ReturnCondition,
    ReturnRequest,
    give_back,
    lend,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.nouns import subject_of
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State

from tests.samples.records import NOW


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
    """One overdue loan, one that is out, two that came back; the assets' own states follow."""
    desk = Desk(assets)
    _loans(desk)
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
