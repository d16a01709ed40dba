"""What a snapshot looks like from a report's side."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
    FindingStatus,
    SightingStatus,
    Snapshot,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.views import Views, natural
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.words import State

from tests.samples import NOW, ROOM, asset, large_snapshot, machine, sample_snapshot


def _snapshot(**parts: object) -> Snapshot:
    empty = Snapshot(
        taken_at=NOW, school="", assets=(), machines=(), findings=(), sightings=(), events=(), runs=()
    )
    return replace(empty, **parts)


def test_states_of_the_sample_school() -> None:
    views = Views(sample_snapshot())
    states = {device.page: device.state for device in views.devices}
    assert states == {
        "assets/1.html": State.FINDING,
        "assets/2.html": State.FINDING,
        "assets/3.html": State.FINDING,
        "assets/4.html": State.FINDING,
        "assets/6.html": State.SILENT,
        "assets/7.html": State.FINDING,
        "assets/8.html": State.FINDING,
        "assets/9.html": State.MISSING,
        "assets/21.html": State.FINDING,
        "assets/22.html": State.FINDING,
        "assets/23.html": State.OK,
        "assets/40.html": State.UNCHECKED,
        "assets/41.html": State.UNCHECKED,
        "assets/42.html": State.UNCHECKED,
        "machines/5.html": State.SURPLUS,
    }


def test_rooms_and_seats_of_the_sample_school() -> None:
    servers, room = Views(sample_snapshot()).rooms
    assert (servers.name, [seat.label for seat in servers.apart], servers.grid) == ("中心机房", ["A1"], [])
    assert room.name == ROOM
    assert [(seat.label, seat.state) for seat in room.grid] == [
        ("01", State.FINDING),
        ("02", State.FINDING),
        ("03", State.FINDING),
        ("04", State.FINDING),
        ("05", State.SURPLUS),
        ("06", State.SILENT),
        (None, State.UNCHECKED),
        ("08", State.MISSING),
    ]
    assert [seat.label for seat in room.apart] == ["教师机"]
    assert [device.asset.name for device in room.loose if device.asset] == ["短焦投影仪", "柜式空调"]
    assert sum(room.states.values()) == 13


def test_swapped_monitors_stand_where_they_were_seen() -> None:
    views = Views(sample_snapshot())
    monitor = views.device_of_number("2023-0021")
    assert monitor is not None and monitor.holder is not None
    assert (monitor.holder.host, monitor.seat) == ("pc02", "02")


def test_totals_of_the_sample_school() -> None:
    totals = Views(sample_snapshot()).totals()
    assert (totals.assets, totals.computers, totals.seen, totals.simulated) == (14, 7, 9, 7)
    assert (totals.value, totals.unvalued) == (Decimal("87188.00"), 1)
    assert set(totals.kinds.values()) == {1} and len(totals.kinds) == 12


def test_only_open_findings_change_a_state() -> None:
    base = sample_snapshot()
    closed = tuple(replace(finding, status=FindingStatus.DISMISSED) for finding in base.findings)
    states = {device.page: device.state for device in Views(replace(base, findings=closed)).devices}
    assert states["assets/3.html"] is State.OK
    assert states["machines/5.html"] is State.SURPLUS


@pytest.mark.parametrize("status", [SightingStatus.UNREACHABLE, SightingStatus.FAILED])
def test_a_machine_that_did_not_answer_is_silent_not_missing(status: SightingStatus) -> None:
    booked = asset(1, "台式计算机", "01")
    seen = machine(1, "pc01", "01", asset_id=1, last_status=status)
    assert [d.state for d in Views(_snapshot(assets=(booked,), machines=(seen,))).devices] == [State.SILENT]


def test_a_serial_on_two_monitors_places_neither() -> None:
    booked = asset(1, "液晶显示器", "01", serial="V9-9999")
    pair = (machine(1, "pc01", "01", monitor="V9-9999"), machine(2, "pc02", "02", monitor="V9-9999"))
    monitor = Views(_snapshot(assets=(booked,), machines=pair)).device_of_number(booked.asset_number)
    assert monitor is not None and monitor.holder is None and monitor.state is State.UNCHECKED


def test_seats_far_apart_are_not_padded_with_thousands_of_gaps() -> None:
    machines = (machine(1, "a", "1"), machine(2, "b", "9999"))
    assert [seat.label for seat in Views(_snapshot(machines=machines)).rooms[0].grid] == ["1", "9999"]


def test_spellings_of_a_room_are_one_room() -> None:
    machines = (machine(1, "a", "1", room="机房 一"), machine(2, "b", "2号", room="机房一"))
    rooms = Views(_snapshot(machines=machines)).rooms
    assert [(room.name, len(room.grid)) for room in rooms] == [("机房 一", 2)]


def test_a_scrapped_asset_has_no_seat() -> None:
    booked = asset(1, "台式计算机", "01", status=AssetStatus.SCRAPPED)
    assert Views(_snapshot(assets=(booked,))).rooms == []


def test_rooms_sort_as_people_count() -> None:
    names = ["机房十二", "机房三", None, "机房10", "机房2", "机房二", "机房十", "机房一", "二十号楼"]
    assert sorted(names, key=natural) == [
        "二十号楼", "机房一", "机房2", "机房二", "机房三", "机房10", "机房十", "机房十二", None
    ]  # fmt: skip


def test_every_device_of_a_large_school_stands_in_one_place() -> None:
    views = Views(large_snapshot(400))
    placed = [
        device.page
        for room in views.rooms
        for device in (*room.loose, *(d for seat in (*room.grid, *room.apart) for d in seat.devices))
    ]
    assert Counter(placed) == Counter(device.page for device in views.devices)
    assert len(placed) == 400
