"""What is counted over repairs, and what the next facts must agree with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
    Component,
    ComponentKind,
    Machine,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repair_reports import (
    Doubt,
    RepairTotal,
    parts_to_confirm,
    totals,
    unconfirmed_parts,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repairs import (
    Diagnosis,
    FaultCause,
    NewPart,
    Repair,
    RepairClosing,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.terms import Term, term_of
from hypothesis import given
from hypothesis import strategies as st

from tests.samples.registers import ASSETS

CLOSED = date(2026, 9, 10)
REPAIR = Repair(
    number="2026-0001",
    asset_number="PC-001",
    fault="蓝屏",
    reported_by="王芳",
    opened_on=date(2026, 9, 1),
    status_before=AssetStatus.IN_USE,
    room="机房一",
    diagnosis=Diagnosis(
        broken_part="内存条",
        cause=FaultCause.DAMAGE,
        confirmers=("王芳", "刘老师"),
        diagnosed_on=date(2026, 9, 2),
    ),
    closing=RepairClosing(
        closed_on=CLOSED,
        result="已换",
        cost=Decimal("129.00"),
        accepted_by="王芳",
        new_parts=(NewPart(component=ComponentKind.MEMORY, serial="M378-0009"),),
    ),
)


def at(day: int) -> datetime:
    return datetime(2026, 9, day, 3, tzinfo=UTC)


def part(serial: str | None, last: int, removed: int | None = None) -> Component:
    return Component(
        machine_id=1,
        kind=ComponentKind.MEMORY,
        key=serial or "memory-1",
        serial=serial,
        first_seen_at=at(1),
        last_seen_at=at(last),
        removed_at=None if removed is None else at(removed),
    )


def machine(last: int, *parts: Component) -> Machine:
    return Machine(
        id=1,
        host="pc01",
        asset_id=1,
        first_seen_at=at(1),
        last_seen_at=at(last),
        last_status_at=at(last),
        components=parts,
    )


@pytest.mark.parametrize(
    ("seen", "doubts"),
    [
        (None, [(Doubt.AWAITED, ())]),
        (machine(9, part("OLD-0001", 9)), [(Doubt.AWAITED, ())]),
        (machine(10, part("OLD-0001", 10)), [(Doubt.AWAITED, ())]),
        (machine(10, part("m378-0009 ", 10)), []),
        (machine(12, part("OLD-0001", 9, 12), part("M378-0009", 12)), []),
        (machine(14, part("M378-0009", 12, 14), part("NEW-0002", 14)), []),
        (
            machine(12, part("OLD-0001", 12), part("OLD-0002", 12)),
            [(Doubt.DIFFERENT, ("OLD-0001", "OLD-0002"))],
        ),
        (machine(12, part("M378-0009", 8, 9), part("OLD-0001", 12)), [(Doubt.DIFFERENT, ("OLD-0001",))]),
        (machine(12, part(None, 12)), [(Doubt.UNREADABLE, ())]),
        (machine(12, part("00000000", 12)), [(Doubt.UNREADABLE, ())]),
        (machine(12, part("OLD-0001", 9)), [(Doubt.UNREADABLE, ())]),
    ],
)
def test_the_next_facts_agree_or_not(
    seen: Machine | None, doubts: list[tuple[Doubt, tuple[str, ...]]]
) -> None:
    assert [(each.doubt, each.seen) for each in unconfirmed_parts(REPAIR, seen)] == doubts


def test_the_small_hours_are_the_schools_new_day() -> None:
    """One o'clock at night in China is still the day before in UTC."""
    night = datetime(2026, 9, 9, 17, tzinfo=UTC)
    seen = machine(9, replace(part("M378-0009", 9), last_seen_at=night))
    assert unconfirmed_parts(REPAIR, seen) == []


def test_an_open_repair_has_nothing_to_confirm(state: State) -> None:
    assert unconfirmed_parts(replace(REPAIR, closing=None), None) == []
    both = replace(
        state,
        machines=(machine(12, part("OLD-0001", 12)),),
        registers={Repair.kind: {"2026-0001": REPAIR, "2026-0002": replace(REPAIR, closing=None)}},
    )
    assert [(each.repair.number, each.doubt) for each in parts_to_confirm(both)] == [
        ("2026-0001", Doubt.DIFFERENT)
    ]


@pytest.mark.parametrize(
    ("day", "term", "says"),
    [
        (date(2026, 9, 1), Term(2026, 1), "2026—2027 学年第一学期"),
        (date(2026, 12, 31), Term(2026, 1), "2026—2027 学年第一学期"),
        (date(2027, 1, 31), Term(2026, 1), "2026—2027 学年第一学期"),
        (date(2027, 2, 1), Term(2026, 2), "2026—2027 学年第二学期"),
        (date(2027, 8, 31), Term(2026, 2), "2026—2027 学年第二学期"),
        (date(2027, 9, 1), Term(2027, 1), "2027—2028 学年第一学期"),
    ],
)
def test_a_day_belongs_to_one_term(day: date, term: Term, says: str) -> None:
    assert term_of(day) == term
    assert term.message().render() == says


def test_totals_per_term_model_and_room() -> None:
    assets = {asset.asset_number: asset for asset in ASSETS}
    repairs = [
        REPAIR,
        replace(REPAIR, number="2026-0002", asset_number="PC-002", diagnosis=None, closing=None),
        replace(REPAIR, number="2026-0003", asset_number="TY-001", room=None),
        replace(REPAIR, number="2026-0004", opened_on=date(2026, 8, 31)),
        replace(REPAIR, number="2026-0005", asset_number="GONE-1"),
    ]
    first, second = Term(2026, 1), Term(2025, 2)

    def total(term: Term, model: str, room: str, repairs: int, *, open_: int, days: int) -> RepairTotal:
        closed = repairs - open_
        return RepairTotal(
            term=term,
            model=model,
            room=room,
            repairs=repairs,
            still_open=open_,
            damages=closed,
            cost=Decimal("129.00") * closed,
            downtime_days=days,
        )

    assert totals(repairs, assets) == [
        total(first, "GONE-1", "机房一", 1, open_=0, days=9),
        total(first, "爱普生 CB-X49", "", 1, open_=0, days=9),
        total(first, "联想 启天 M420", "机房一", 2, open_=1, days=9),
        total(second, "联想 启天 M420", "机房一", 1, open_=0, days=10),
    ]


@given(
    st.lists(
        st.tuples(
            st.dates(date(2020, 1, 1), date(2026, 9, 1)),
            st.sampled_from(sorted(asset.asset_number for asset in ASSETS)),
            st.decimals(0, 9999, places=2),
            st.booleans(),
        ),
        max_size=30,
    )
)
def test_totals_lose_no_repair_and_no_cent(given_: list[tuple[date, str, Decimal, bool]]) -> None:
    assert REPAIR.closing is not None
    repairs = [
        replace(
            REPAIR,
            number=f"2026-{index:04d}",
            opened_on=day,
            asset_number=asset,
            closing=None if is_open else replace(REPAIR.closing, cost=cost),
        )
        for index, (day, asset, cost, is_open) in enumerate(given_)
    ]
    found = totals(repairs, {asset.asset_number: asset for asset in ASSETS})
    assert sum(each.repairs for each in found) == len(repairs)
    assert sum(each.still_open for each in found) == sum(is_open for *_, is_open in given_)
    assert sum((each.cost for each in found), Decimal(0)) == sum(
        (cost for *_, cost, is_open in given_ if not is_open), Decimal(0)
    )
