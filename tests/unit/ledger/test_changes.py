"""Changes of parts from spool to findings: every kind, moved, exchanged, a whole room, and who was there."""

from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import run_reconcile
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import FindingRow, MachineRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import FindingKind, FindingStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_machines
from sqlalchemy import select

from tests.unit.ledger.ledger_samples import at, facts_of, module, observed, pc_inventory, run_of
from tests.unit.ledger.reconcile_samples import at as hour
from tests.unit.ledger.reconcile_samples import (
    differences,
    dimm,
    findings,
    machine,
    monitor,
    only,
    part,
    screen,
)

CHANGES = {FindingKind.COMPONENT_CHANGED, FindingKind.SWAP_SUSPECTED}
DAY = 24 * 60


def look(ledger, hosts, night, **reconcile):
    """One night: ``hosts`` maps host to facts, None where it did not answer."""
    commit_records(ledger, run_of(hosts, run=f"night-{night:03}", minutes=night * DAY), actor="tester")
    return run_reconcile(ledger, actor="tester", **reconcile)


def changes(ledger, *, status=FindingStatus.OPEN):
    with ledger.read() as session:
        rows = [row.to_record() for row in session.scalars(select(FindingRow).order_by(FindingRow.id))]
    return [row for row in rows if row.kind in CHANGES and row.status is status]


def logged_in(*users):
    return {"sessions": [{"user": user, "terminal": "tty2", "since": None, "from": None} for user in users]}


def nic(name, mac):
    return {
        "name": name,
        "permanent_mac": mac,
        "driver": "e1000e",
        "bus": "pci",
        "vendor": "Intel",
        "model": name,
    }


def gpu(device, model):
    return {
        "slot": "0000:01:00.0",
        "vendor": "NVIDIA",
        "model": model,
        "vendor_id": "10de",
        "device_id": device,
    }


def display(serial, connector="HDMI-A-1"):
    return {"connector": connector, "manufacturer_id": "AOC", "manufacturer": "AOC", "model": "24B2XH",
            "product_code": "2402", "serial": serial, "checksum_ok": True, "strings": []}  # fmt: skip


def disk(name, serial):
    return {"name": name, "model": "WD10EZEX", "serial": serial, "size_bytes": 10**12, "media": "hdd",
            "bus": "sata", "removable": False}  # fmt: skip


OWN = pc_inventory(1)
BOTH = OWN["memory"]["modules"]
BOARD = {"manufacturer": "LENOVO", "product": "3136"}

# what · before · after · (field, was there before, is there after)
KINDS = [
    ("memory removed", {}, {"memory": {"modules": BOTH[:1]}}, ("memory", True, False)),
    ("memory added", {"memory": {"modules": BOTH[:1]}}, {}, ("memory", False, True)),
    (
        "memory replaced",
        {},
        {"memory": {"modules": [BOTH[0], module("DIMM 2", "NEW00001", 4 << 30)]}},
        ("memory", True, True),
    ),
    ("disk removed", {"disks": [*OWN["disks"], disk("sdb", "WD000001")]}, {}, ("disk", True, False)),
    ("disk added", {}, {"disks": [*OWN["disks"], disk("sdb", "WD000001")]}, ("disk", False, True)),
    ("disk replaced", {}, {"disks": [disk("sda", "WD000001")]}, ("disk", True, True)),
    ("gpu removed", {"gpus": [*OWN["gpus"], gpu("2504", "RTX 3060")]}, {}, ("gpu", True, False)),
    ("gpu added", {}, {"gpus": [*OWN["gpus"], gpu("2504", "RTX 3060")]}, ("gpu", False, True)),
    ("first gpu added", {"gpus": []}, {"gpus": [gpu("2504", "RTX 3060")]}, ("gpu", False, True)),
    ("gpu replaced", {"gpus": [gpu("2504", "RTX 3060")]}, {"gpus": [gpu("1c82", "GTX 1050")]}, ("gpu", True, True)),
    ("nic removed", {"nics": [*OWN["nics"], nic("enp3s0", "98:fa:9b:aa:bb:01")]}, {}, ("nic", True, False)),
    ("nic added", {}, {"nics": [*OWN["nics"], nic("enp3s0", "98:fa:9b:aa:bb:01")]}, ("nic", False, True)),
    ("nic replaced", {}, {"nics": [nic("eno1", "98:fa:9b:aa:bb:01")]}, ("nic", True, True)),
    ("board replaced", {}, {"board": {**BOARD, "serial": "BRD999999"}}, ("board", True, True)),
    ("monitor added", {}, {"monitors": [*OWN["monitors"], display("AOC99999", "DP-1")]}, ("monitor", False, True)),
    ("first monitor added", {"monitors": []}, {}, ("monitor", False, True)),
    ("monitor replaced", {}, {"monitors": [display("AOC99999")]}, ("monitor", True, True)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "expected"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS]
)
def test_a_change_of_each_kind_tells_before_after_when_whole_and_who(ledger, before, after, expected):
    look(ledger, {"pc01": facts_of(pc_inventory(1, **before), state=logged_in("teacher"))}, 0)
    assert changes(ledger) == []
    look(ledger, {"pc01": facts_of(pc_inventory(1, **after), state=logged_in("pupil07"))}, 1)
    found = only(changes(ledger))
    (difference,) = found.differences
    assert (difference.field, difference.book is not None, difference.fact is not None) == expected
    assert found.last_whole_at == at(1)
    assert [(row.user, row.host, row.seen_at) for row in found.logins] == [
        ("pupil07", "pc01", at(1 + DAY)),
        ("teacher", "pc01", at(1)),
    ]


NO_CHANGES = [
    ("another slot", {}, {"memory": {"modules": [{**BOTH[0], "slot": "DIMM 4"}, BOTH[1]]}}, ()),
    ("memory unknown", {}, {"memory": {"modules": []}}, ("inventory.memory",)),
    ("disks unknown", {}, {"disks": []}, ("inventory.disks",)),
    ("gpus unknown", {}, {"gpus": []}, ("inventory.gpus",)),
    ("nics unknown", {}, {"nics": []}, ("inventory.nics",)),
    ("board unknown", {}, {"board": {}}, ("inventory.board",)),
    ("monitors unknown", {}, {"monitors": []}, ("inventory.monitors",)),
    ("everything unknown", {}, {name: {} if name == "board" else [] for name in ("board", "disks", "gpus", "nics")},
     ("inventory",)),
    ("monitor dark", {}, {"monitors": []}, ()),
    ("another connector", {}, {"monitors": [display("AOC00001", "DP-2")]}, ()),
    ("its serial not readable", {}, {"disks": [{**OWN["disks"][0], "serial": None}]}, ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "unknown"), [row[1:] for row in NO_CHANGES], ids=[row[0] for row in NO_CHANGES]
)
def test_what_is_no_change(ledger, before, after, unknown):
    look(ledger, {"pc01": facts_of(pc_inventory(1, **before))}, 0)
    look(ledger, {"pc01": facts_of(pc_inventory(1, **after), unknown=unknown)}, 1)
    assert changes(ledger) == []
    look(ledger, {"pc01": facts_of(pc_inventory(1, **before))}, 2)
    assert changes(ledger) == []


def test_last_whole_is_the_last_look_that_knew_the_part(ledger):
    """On the nights between, memory could not be read; who was there then may have taken it."""
    look(ledger, {"pc01": facts_of(pc_inventory(1), state=logged_in("before"))}, 0)
    look(ledger, {"pc01": facts_of(pc_inventory(1), state=logged_in("whole"))}, 1)
    blind = pc_inventory(1, memory={"modules": []})
    look(ledger, {"pc01": facts_of(blind, unknown=["inventory.memory"], state=logged_in("between"))}, 2)
    look(ledger, {"pc01": facts_of(pc_inventory(1, memory={"modules": BOTH[:1]}))}, 3)
    found = only(changes(ledger))
    assert found.last_whole_at == at(1 + DAY)
    assert [row.user for row in found.logins] == ["between", "whole"]


def test_what_a_machine_remembers_of_people_is_bounded(ledger):
    crowd = logged_in(*(f"pupil{number:02}" + "x" * 200 for number in range(60)))
    look(ledger, {"pc01": facts_of(pc_inventory(1), state=crowd)}, 0)
    with ledger.read() as session:
        (kept,) = session.scalars(select(MachineRow.logins))
    assert len(kept) == 8
    assert {len(row["user"]) for row in kept} == {64}


# --- from one computer to another


def carried(number, kind, gone, came):
    """Computer ``number``, from which one part went and to which another came; each a serial or None."""
    parts = [part(number, kind, gone, removed=0, whole_at=hour(-1))] if gone else []
    parts += [part(number, kind, came, first=0, whole_at=hour(-1))] if came else []
    return machine(number, f"{number:02}", components=parts)


CARRIED = ["board", "memory", "disk", "gpu", "nic", "monitor"]
SERIALS = {"nic": ("98:fa:9b:00:00:01", "98:fa:9b:00:00:02")}


@pytest.mark.parametrize("kind", CARRIED)
def test_parts_that_two_computers_exchanged_are_one_finding(kind):
    first, second = SERIALS.get(kind, ("AAAA1111", "BBBB2222"))
    machines = [carried(1, kind, first, second), carried(2, kind, second, first)]
    found = only([row for row in findings([], machines) if row.kind in CHANGES])
    assert (found.kind, found.hosts, found.key) == (
        FindingKind.SWAP_SUSPECTED,
        ("pc1", "pc2"),
        f"swap_suspected:{kind}:1:2",
    )
    assert [row[0] for row in differences(found)] == [kind, kind]
    assert len(found.stands_for) == 2


@pytest.mark.parametrize("kind", CARRIED)
def test_a_part_that_went_one_way_names_both_hosts(kind):
    serial = SERIALS.get(kind, ("AAAA1111",))[0]
    one, two = carried(1, kind, serial, None), carried(2, kind, None, serial)
    found = [row for row in findings([], [one, two]) if row.kind in CHANGES]
    assert [(row.advice, row.hosts) for row in found] == [
        ("component_moved", ("pc1", "pc2")),
        ("component_moved", ("pc2", "pc1")),
    ]


def card(number, gone, came, hours=0):
    """Computer ``number``, in which one card without a serial, as graphics cards are, gave way to another."""
    whole = {"whole_at": hour(hours - 1)}
    parts = [part(number, "gpu", key=f"pci:{gone}", removed=hours, seen=hours - 1, **whole)] if gone else []
    parts += [part(number, "gpu", key=f"pci:{came}", first=hours, seen=hours, **whole)] if came else []
    return machine(number, f"{number:02}", components=parts)


def told_of(machines):
    others = [machine(number, f"{number:02}") for number in range(17, 22)]
    found = [row for row in findings([], [*machines, *others]) if row.kind in CHANGES]
    return {row.hosts: row.advice for row in found}


LIKELY = {("pc1", "pc2"): "component_moved_likely", ("pc2", "pc1"): "component_moved_likely"}
WEEK = 7 * 24


def apart(*numbers):
    return {(f"pc{number}",): "component_changed" for number in numbers}


@pytest.mark.parametrize(
    ("machines", "told"),
    [
        ([card(1, "x", "y"), card(2, "y", "x")], {("pc1", "pc2"): "swap_parts"}),
        # Which of the two got the card of the first cannot be told; that of the second came to the first.
        ([card(1, "x", "y"), card(2, "y", "x"), card(3, None, "x")], {**LIKELY, **apart(3)}),
        # One went, one came: both seats are named.
        ([card(1, "x", None), card(2, None, "x")], LIKELY),
        ([card(1, "x", None), card(2, None, "x", hours=WEEK)], LIKELY),
        ([card(1, "x", None), card(2, None, "x#2")], LIKELY),
        # Long after, it is another one; and what came before the other went was there beside it.
        ([card(1, "x", None), card(2, None, "x", hours=WEEK + 1)], apart(1, 2)),
        ([card(1, "x", None, hours=48), card(2, None, "x")], apart(1, 2)),
        # Two of the model went, or came, in those days.
        ([card(1, "x", None), card(2, None, "x"), card(3, "x", None, hours=40)],
         apart(1, 2, 3)),
        ([card(1, "x", None), card(2, None, "x"), card(3, None, "x", hours=40)],
         apart(1, 2, 3)),
        # What happened long before says nothing against it.
        ([card(1, "x", None), card(2, None, "x"), card(3, "x", None, hours=-WEEK - 1)], {**LIKELY, **apart(3)}),
        ([card(1, "x", None), card(2, None, "y")], apart(1, 2)),
    ],
)  # fmt: skip
def test_cards_without_a_serial_are_likely_the_one_of_their_model_that_went(machines, told):
    assert told_of(machines) == told


def test_parts_of_which_not_even_the_model_is_known_are_nowhere_else():
    gone = part(1, "memory", key="model:||4294967296", removed=0, whole_at=hour(-1))
    came = part(2, "memory", key="model:||4294967296", first=0, whole_at=hour(-1))
    machines = [machine(1, "01", components=[gone]), machine(2, "02", components=[came])]
    assert set(told_of(machines).values()) == {"component_changed"}


def test_a_card_that_was_carried_over_night_is_two_findings_that_name_both_computers(ledger):
    """The first says more once the card appears."""
    bare, with_card = pc_inventory(1, gpus=[]), pc_inventory(1, gpus=[gpu("2504", "RTX 3060")])
    other_bare, other_with = pc_inventory(2, gpus=[]), pc_inventory(2, gpus=[gpu("2504", "RTX 3060")])
    look(ledger, {"pc01": facts_of(with_card), "pc02": facts_of(other_bare)}, 0)
    look(ledger, {"pc01": facts_of(bare), "pc02": facts_of(other_bare)}, 1)
    assert [(row.advice, row.hosts) for row in changes(ledger)] == [("component_changed", ("pc01",))]
    look(ledger, {"pc01": facts_of(bare), "pc02": facts_of(other_with)}, 2)
    assert [(row.advice, row.hosts) for row in changes(ledger)] == [
        ("component_moved_likely", ("pc01", "pc02")),
        ("component_moved_likely", ("pc02", "pc01")),
    ]


def test_a_serial_that_a_third_computer_holds_proves_no_move():
    one = machine(1, "01", components=[dimm(1, "AAAA1111", removed=0)])
    two = machine(2, "02", components=[dimm(2, "BBBB2222"), dimm(2, "AAAA1111", "DIMM2", first=0)])
    three = machine(3, "03", components=[dimm(3, "AAAA1111"), dimm(3, "CCCC3333", removed=-5)])
    found = findings([], [one, two, three])
    assert {row.advice for row in found if row.kind in CHANGES} == {"component_changed"}


# --- monitors


def test_a_monitor_that_is_switched_off_every_night_is_no_finding(ledger):
    dark, on = facts_of(pc_inventory(1, monitors=[])), facts_of(pc_inventory(1))
    for night in range(20):
        look(ledger, {"pc01": dark if night % 2 else on}, night)
        assert changes(ledger) == []


def test_a_monitor_that_stays_dark_for_a_week_is_a_finding_and_back_resolves_it(ledger):
    look(ledger, {"pc01": facts_of(pc_inventory(1))}, 0)
    for night in range(1, 7):
        look(ledger, {"pc01": facts_of(pc_inventory(1, monitors=[]))}, night)
        assert changes(ledger) == []
    look(ledger, {"pc01": facts_of(pc_inventory(1, monitors=[]))}, 7)
    assert only(changes(ledger)).last_whole_at == at(1)
    look(ledger, {"pc01": facts_of(pc_inventory(1))}, 8)
    assert changes(ledger) == []
    assert len(changes(ledger, status=FindingStatus.RESOLVED)) == 1


def test_nights_on_which_the_computer_is_off_do_not_count(ledger):
    look(ledger, {"pc01": facts_of(pc_inventory(1))}, 0)
    look(ledger, {"pc01": facts_of(pc_inventory(1, monitors=[]))}, 1)
    for night in range(2, 12):
        look(ledger, {"pc01": None}, night)
        assert changes(ledger) == []


def test_monitors_put_back_where_they_were_are_no_finding():
    one = machine(1, "01", components=[monitor(1, "AAAA1111", first=0, whole_at=hour(-24), returned=True)])
    two = machine(2, "02", components=[monitor(2, "AAAA1111", removed=0, seen=-1, whole_at=hour(-1))])
    assert [row for row in findings([], [one, two]) if row.kind in CHANGES] == []


def test_a_booked_monitor_is_told_of_once():
    """It stands at another seat than booked: misplaced, and no part that moved."""
    one = machine(1, "01", components=[monitor(1, "SCREEN0011", removed=0, whole_at=hour(-1))])
    two = machine(2, "02", components=[monitor(2, "SCREEN0011", first=0, whole_at=hour(-1))])
    found = [row for row in findings([screen(11, "01")], [one, two]) if row.kind is not FindingKind.SURPLUS]
    assert [(row.kind, row.asset_numbers) for row in found] == [(FindingKind.MISPLACED, ("A0011",))]


def test_a_monitor_taken_from_where_one_is_booked_is_told_of_once():
    gone = monitor(1, "SCREEN0099", removed=-200, seen=-201, first=-400, whole_at=hour(-201))
    found = findings([screen(11, "01", serial=None)], [machine(1, "01", components=[gone])])
    assert [row.advice for row in found if row.kind is not FindingKind.SURPLUS] == ["unknown_monitor"]


# --- a whole room


def room_of(count, lost, *, kind="memory", apart=0):
    return [
        machine(
            n,
            f"{n:02}",
            components=[
                part(n, kind, f"KEEP{n:04}"),
                *(
                    [part(n, kind, f"GONE{n:04}", removed=-apart * n, whole_at=hour(-300))]
                    if n <= lost
                    else []
                ),
            ],
        )
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("count", "lost", "apart", "wide"),
    [
        (50, 50, 0, True),
        (5, 3, 0, True),
        (5, 2, 0, False),
        (2, 2, 0, False),
        (10, 5, 0, False),
        (10, 6, 0, True),
        (10, 10, 30, False),
    ],
)
def test_a_room_that_lost_the_same_kind_of_part_is_one_finding(count, lost, apart, wide):
    found = [row for row in findings([], room_of(count, lost, apart=apart)) if row.kind in CHANGES]
    if not wide:
        assert [row.advice for row in found] == ["component_changed"] * lost
        return
    finding = only(found)
    assert (finding.advice, finding.room, finding.seat) == ("room_parts", "机房一", None)
    assert len(finding.hosts) == len(finding.differences) == len(finding.stands_for) == lost


def test_a_room_whose_monitors_went_dark_is_one_finding_after_a_week():
    dark = {"first": -500, "seen": -200, "removed": -199, "whole_at": hour(-200)}
    machines = [machine(n, f"{n:02}", components=[monitor(n, f"SCREEN{n:04}", **dark)]) for n in range(1, 6)]
    assert only([row for row in findings([], machines) if row.kind in CHANGES]).advice == "room_parts"
    fresh = [replace(row, last_seen_at=hour(-150)) for row in machines]
    assert [row for row in findings([], fresh) if row.kind in CHANGES] == []


def test_the_parts_that_changed_otherwise_stay_findings_of_their_own():
    machines = room_of(4, 4)
    other = part(4, "disk", "WD000001", removed=0)
    machines[3] = replace(machines[3], components=(*machines[3].components, other))
    found = [row for row in findings([], machines) if row.kind in CHANGES]
    assert sorted(row.advice for row in found) == ["component_changed", "room_parts"]


def test_who_was_there_is_in_no_event(ledger):
    look(ledger, {"pc01": facts_of(pc_inventory(1), state=logged_in("pupil07"))}, 0)
    look(
        ledger,
        {"pc01": facts_of(pc_inventory(1, memory={"modules": BOTH[:1]}), state=logged_in("pupil07"))},
        1,
    )
    look(ledger, {"pc01": facts_of(pc_inventory(1, memory={"modules": BOTH}), state=logged_in("pupil08"))}, 2)
    with ledger.read() as session:
        assert "pupil" not in repr(list(session.connection().exec_driver_sql("SELECT * FROM event")))
        (seen,) = load_machines(session)
    assert {row.user for one in seen.components for row in one.logins} == {"pupil07", "pupil08"}


def test_a_room_that_was_seen_late_is_two_looks(ledger):
    """The clock of the runs decides, not the order in which they are committed."""
    hosts = {f"pc{n:02}": facts_of(pc_inventory(n)) for n in range(1, 5)}
    look(ledger, hosts, 0)
    less = {
        host: facts_of(pc_inventory(n, memory={"modules": pc_inventory(n)["memory"]["modules"][:1]}))
        for n, host in enumerate(hosts, start=1)
    }
    late = [
        record
        for n, (host, facts) in enumerate(less.items())
        for record in [observed(host, facts, run="late", minutes=(1 + 3 * n) * DAY)]
    ]
    commit_records(ledger, late, actor="tester")
    run_reconcile(ledger, actor="tester")
    assert [row.advice for row in changes(ledger)] == ["component_changed"] * 4
    assert {row.last_whole_at for row in changes(ledger)} == {at(1)}
