"""Stocktakes counted by facts: the machines that answered, and the booked monitors that they reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Asset,
    Component,
    ComponentKind,
    Machine,
    Sighting,
    SightingStatus,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_counts import (
    HandItem,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_facts import count_facts
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_result import (
    Verdict,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktakes import (
    Condition,
    Method,
    Progress,
    Stocktake,
    progress,
)

from tests.samples.stocktakes import (
    COUNTED,
    NUMBER,
    closed,
    counted,
    done,
    lines_of,
    machine,
    refused_as,
    started,
    with_more,
)


@pytest.fixture
def state(state: State) -> State:
    return with_more(state)


NOON = datetime(2026, 9, 15, 4, tzinfo=UTC)


def test_what_was_seen_is_counted_and_what_was_off_is_never_missing(state: State) -> None:
    machines = (
        machine("pc01", 1, NOON, last_status=SightingStatus.UNREACHABLE),
        machine("pc02", 2, NOON, seat="05"),
        machine("pc03", 3, NOON - timedelta(days=3)),
        machine("pc04", None, NOON),
        machine("pc05", 21, NOON),
        machine("pc06", 5, NOON, room="机房二"),
    )
    begun = replace(started(state), machines=machines)
    after = done(begun, count_facts(begun, COUNTED))
    verdicts = {key: line.verdict for key, line in lines_of(after).items() if line.counted is not None}
    assert verdicts == {
        "PC-001": Verdict.MATCH,
        "PC-002": Verdict.MISMATCH,
        "PC-005": Verdict.MISMATCH,
        "JH-001": Verdict.MISMATCH,
    }
    assert lines_of(after)["PC-003"].verdict is Verdict.UNCOUNTED
    assert lines_of(closed(after))["PC-003"].shortage == 0
    assert progress(after, after.one(Stocktake, NUMBER)) == Progress(3, 10)
    wider = done(begun, count_facts(begun, COUNTED, within_days=3))
    assert lines_of(wider)["PC-003"].counted == 1


def test_facts_never_replace_what_a_person_counted(state: State) -> None:
    begun = replace(started(state), machines=(machine("pc01", 1, NOON), machine("pc02", 20, NOON)))
    broken = counted(begun, HandItem(asset="PC-001", condition=Condition.DAMAGED, note="屏裂"))
    after = done(broken, count_facts(broken, COUNTED))
    assert lines_of(after)["PC-001"].method is Method.HAND
    assert lines_of(after)["YZ-001"].counted is None  # one machine does not count a lot
    mended = counted(after, HandItem(asset="PC-001"))
    assert lines_of(mended)["PC-001"].verdict is Verdict.MATCH


def test_a_machine_is_seen_on_the_day_of_the_school(state: State) -> None:
    late = datetime(2026, 9, 14, 23, tzinfo=UTC)  # 07:00 of the 15th in China
    begun = replace(started(state), machines=(machine("pc01", 1, late),))
    refused_as("没有采集到机房一中已对应资产的机器", count_facts, begun, COUNTED)
    plan = count_facts(begun, COUNTED, zone=timezone(timedelta(hours=8)))
    assert len(plan.changes) == 1


@pytest.mark.parametrize("days", [-1, 3651, 10**12])
def test_days_are_bounded(state: State, days: int) -> None:
    refused_as("不在 0 至 3650 之间", count_facts, started(state), COUNTED, within_days=days)


# --- booked monitors


def screen(number: int, *, serial: str | None = None, **changes: Any) -> Asset:
    """A booked monitor of the computer ``PC-<number>``, which says where it is."""
    booked = Asset(
        id=100 + number,
        asset_number=f"XS-{number:03d}",
        name="液晶显示器",
        brand="AOC",
        model="24B2XH",
        serial=serial or f"SCREEN{number:04d}",
        room="机房一",
        parent_number=f"PC-{number:03d}",
    )
    return replace(booked, **changes)


def reports(host: str, asset_id: int | None, seen: datetime, *serials: str, **changes: Any) -> Machine:
    """A computer that reported monitors of these serials when it was last seen."""
    parts = tuple(
        Component(
            machine_id=int(host.removeprefix("pc")),
            kind=ComponentKind.MONITOR,
            key=f"serial:{serial}",
            slot=f"HDMI-A-{place}",
            manufacturer="AOC",
            model="24B2XH",
            serial=serial,
            first_seen_at=seen,
            last_seen_at=seen,
        )
        for place, serial in enumerate(serials, 1)
    )
    return machine(host, asset_id, seen, components=parts, **changes)


def with_screens(state: State, *screens: Asset) -> State:
    return replace(state, assets={**state.assets, **{each.asset_number: each for each in screens}})


def verdicts(state: State) -> dict[str, Verdict]:
    return {key: line.verdict for key, line in lines_of(state).items() if key.startswith("XS-")}


def test_a_booked_monitor_is_counted_where_a_computer_reports_it(state: State) -> None:
    """1 hangs at its computer, 2 at another one; the computer of 3 was off, that of 4 reports no monitor; 5 is booked
    in another room and hangs here; of 6 the computer says model and seat, and no serial."""
    school = with_screens(
        state, *map(screen, (1, 2, 3, 4, 6)), screen(5, room="机房二", seat="31", parent_number=None)
    )
    old = NOON - timedelta(days=3)
    machines = (
        reports("pc01", 1, NOON, "SCREEN0001", "SCREEN0002"),
        reports("pc02", 2, NOON, "SCREEN0005"),
        reports("pc03", 3, old, "SCREEN0003", last_status=SightingStatus.UNREACHABLE),
        reports("pc04", 4, NOON),
        reports("pc06", 6, NOON, "6"),
    )
    begun = replace(started(school), machines=machines)
    after = done(begun, count_facts(begun, COUNTED))
    assert verdicts(after) == {
        "XS-001": Verdict.MATCH,
        "XS-002": Verdict.MISMATCH,
        "XS-003": Verdict.UNCOUNTED,
        "XS-004": Verdict.UNCOUNTED,
        "XS-005": Verdict.MISMATCH,
        "XS-006": Verdict.MATCH,
    }
    lines = lines_of(after)
    assert (lines["XS-001"].method, lines["XS-001"].found.host) == (Method.FACTS, "pc01")
    assert [row.fact for row in lines["XS-002"].differences] == ["机房一 01"]
    assert lines["XS-005"].is_stranger
    assert lines["XS-005"].differences[0].fact == "机房一 02"
    assert lines_of(closed(after))["XS-004"].shortage == 0


def test_a_monitor_is_not_counted_in_a_room_where_it_does_not_hang(state: State) -> None:
    """Its computer is booked elsewhere, and so is it; what hangs in another room is not this stocktake's."""
    school = with_screens(state, screen(1), screen(2, room="机房二", seat="31", parent_number=None))
    machines = (
        reports("pc01", 1, NOON, "SCREEN0001"),
        reports("pc40", None, NOON, "SCREEN0002", room="机房二"),
    )
    begun = replace(started(school), machines=machines)
    assert verdicts(done(begun, count_facts(begun, COUNTED))) == {"XS-001": Verdict.MATCH}


def test_a_monitor_that_was_carried_is_counted_where_it_was_last(state: State) -> None:
    school = with_screens(state, screen(1))
    before = NOON - timedelta(hours=3)
    machines = (reports("pc01", 1, before, "SCREEN0001"), reports("pc02", 2, NOON, "SCREEN0001"))
    begun = replace(started(school), machines=machines)
    line = lines_of(done(begun, count_facts(begun, COUNTED)))["XS-001"]
    assert line.found.host == "pc02"


def test_a_serial_that_two_computers_report_in_one_run_counts_no_monitor(state: State) -> None:
    school = with_screens(state, screen(1))
    machines = tuple(reports(f"pc0{n}", n, NOON + timedelta(seconds=n), "SCREEN0001") for n in (2, 3))
    sightings = tuple(
        Sighting(run_id="one", host=each.host, status=SightingStatus.OBSERVED, at=each.last_seen_at, room=each.room,
                 seat=each.seat, machine_id=each.id)
        for each in machines
    )  # fmt: skip
    begun = replace(started(school), machines=machines, sightings=sightings)
    assert verdicts(done(begun, count_facts(begun, COUNTED))) == {"XS-001": Verdict.UNCOUNTED}


def test_what_a_person_counted_of_a_monitor_stays(state: State) -> None:
    begun = replace(
        started(with_screens(state, screen(1))), machines=(reports("pc01", 1, NOON, "SCREEN0001"),)
    )
    broken = counted(begun, HandItem(asset="XS-001", condition=Condition.DAMAGED, note="屏裂"))
    assert lines_of(done(broken, count_facts(broken, COUNTED)))["XS-001"].method is Method.HAND
