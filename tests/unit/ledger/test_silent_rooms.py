"""A room that fell silent is one finding; what has nothing to do with the silence stays as it is."""

from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import run_reconcile
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import FindingRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reconcile import Scope
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import FindingKind, FindingStatus
from sqlalchemy import select

from tests.unit.ledger.ledger_samples import facts_of, pc_inventory, run_of
from tests.unit.ledger.reconcile_samples import (
    asset,
    differences,
    findings,
    machine,
    monitor,
    only,
    screen,
    sighting,
)


def school(count, silent, *, status="unreachable", hours=0):
    """``count`` booked computers at their seats; the first ``silent`` of them did not answer."""
    assets = [asset(n, f"{n:02}", serial=f"PF2KX{n:03}") for n in range(1, count + 1)]
    machines = [machine(n, f"{n:02}", f"PF2KX{n:03}") for n in range(1, count + 1)]
    rows = [
        sighting(
            f"pc{n}", f"{n:02}", status if n <= silent else "observed", hours=hours if n <= silent else 0
        )
        for n in range(1, count + 1)
    ]
    return assets, machines, rows


@pytest.mark.parametrize(
    ("count", "silent", "one"),
    [(50, 50, True), (5, 3, True), (3, 3, True), (2, 2, False), (5, 2, False), (10, 5, False), (10, 6, True)],
)
def test_most_of_a_room_is_one_finding(count, silent, one):
    found = findings(*school(count, silent))
    if not one:
        assert [row.advice for row in found] == ["unknown_off"] * silent
        return
    room = only(found)
    assert (room.kind, room.advice, room.key) == (FindingKind.UNKNOWN, "room_silent", "unknown:room:机房一")
    assert (room.room, room.seat, len(room.hosts), len(room.asset_numbers)) == (
        "机房一",
        None,
        silent,
        silent,
    )
    assert differences(room) == [("answered", str(count), str(count - silent))]


def test_those_that_failed_are_no_silence():
    assert [row.advice for row in findings(*school(5, 5, status="failed"))] == ["unknown_failed"] * 5


def test_silence_of_another_day_is_not_this_look():
    assert [row.advice for row in findings(*school(5, 3, hours=-30))] == ["unknown_off"] * 3


def test_what_cannot_be_decided_because_of_the_silence_is_part_of_it():
    assets, machines, rows = school(5, 4)
    assets += [asset(20, None, serial="PF2KX999"), screen(30, "01")]
    found = only(findings(assets, machines, rows))
    assert found.asset_numbers == ("A0001", "A0002", "A0003", "A0004", "A0020", "A0030")


def test_a_shortage_in_another_room_and_other_findings_stay():
    assets, machines, rows = school(5, 4)
    assets.append(asset(20, "01", serial="PF2KX900", room="机房二"))
    machines.append(machine(21, "02", "PF2KX921", room="机房二"))
    rows.append(sighting("pc21", "02", room="机房二"))
    found = findings(assets, machines, rows)
    assert sorted(row.advice for row in found) == ["room_silent", "shortage", "surplus"]


def test_computers_that_are_not_booked_are_named_too():
    found = findings([], *school(4, 4)[1:])
    assert sorted({row.advice for row in found}) == ["room_silent", "surplus"]


def test_a_room_resolves_when_it_answers_again_and_a_limited_run_does_not_end_it(ledger):
    hosts = [f"pc{n:02}" for n in range(1, 6)]
    where = {host: ("机房一", host[-2:]) for host in hosts}
    on = {host: facts_of(pc_inventory(n)) for n, host in enumerate(hosts, start=1)}

    def night(number, answers, scope):
        commit_records(ledger, run_of(answers, run=f"run-{number}", minutes=number * 60), actor="tester")
        run_reconcile(ledger, actor="tester", scope=scope)
        with ledger.read() as session:
            rows = [row.to_record() for row in session.scalars(select(FindingRow))]
        return [row for row in rows if row.kind is FindingKind.UNKNOWN]

    assert night(0, on, Scope(inventory=where)) == []
    off = night(1, dict.fromkeys(hosts), Scope(inventory=where))
    assert only(off).hosts == tuple(hosts)
    some = {host: on[host] for host in hosts[:3]}
    (still,) = night(2, some, Scope.limited(list(some), where))
    assert still.status is FindingStatus.OPEN
    (over,) = night(3, on, Scope.limited(hosts, where))
    assert over.status is FindingStatus.RESOLVED


@pytest.mark.parametrize(("count", "dark", "one"), [(5, 5, True), (5, 3, True), (5, 2, False), (2, 2, False)])
def test_booked_monitors_that_are_dark_in_most_of_a_room_are_one_finding(count, dark, one):
    assets, machines, rows = school(count, 0)
    assets += [screen(100 + n, f"{n:02}") for n in range(1, count + 1)]
    machines = [
        row if row.id <= dark else replace(row, components=(monitor(row.id, f"SCREEN{100 + row.id:04}"),))
        for row in machines
    ]
    found = findings(assets, machines, rows)
    if not one:
        assert [row.advice for row in found] == ["unknown_monitor"] * dark
        return
    room = only(found)
    assert (room.advice, room.key, len(room.asset_numbers)) == (
        "room_monitors",
        "unknown:monitors:机房一",
        dark,
    )
    assert differences(room) == [("lit", str(count), str(count - dark))]
