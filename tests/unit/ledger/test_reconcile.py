"""The book against what was seen: the eight kinds of findings, and what is none."""

from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reconcile import Scope
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
    FindingKind,
    SightingStatus,
)

from tests.unit.ledger.reconcile_samples import (
    GIB,
    asset,
    differences,
    findings,
    inventory,
    machine,
    monitor,
    only,
    screen,
    seen,
    short,
    sighting,
)


def test_what_agrees_is_no_finding():
    assets = [asset(1, "01", serial="PF2KX001", specification="i5-9500/16G/512G SSD"), screen(2, "01")]
    assert findings(assets, [machine(1, "01", "PF2KX001", components=[monitor(1, "SCREEN0002")])]) == []


def test_the_demo_school_has_its_five_disagreements():
    hp = inventory(system={"manufacturer": "HP", "product": "HP ProDesk 480 G7", "serial": "GX620210915A"})
    assets = [
        asset(1, "01", serial="PF2KX001"),
        asset(2, "02", serial="PF2KX002"),
        asset(3, "03", serial="PF2KX003", specification="i5-9500/16G/512G SSD"),
        asset(4, "04", serial="PF2KX004"),
        asset(6, "06", serial="PF2KX006"),
        asset(7, "教师机", serial="8CG1220QJ7", brand="惠普", model="ProDesk 480 G7"),
        *[screen(10 + n, f"0{n}") for n in (1, 2, 3, 4, 6)],
        asset(30, name="网络交换机"),
    ]
    machines = [
        machine(1, "01", "PF2KX001", components=[monitor(1, "SCREEN0012")]),
        machine(2, "02", "PF2KX002", components=[monitor(2, "SCREEN0011")]),
        machine(3, "03", inventory=inventory("PF2KX003", gib=8), components=[monitor(3, "SCREEN0013")]),
        machine(4, "04", "GX620210915A", components=[monitor(4, "SCREEN0014")]),
        machine(5, "05", "PF2KX005", components=[monitor(5, "SCREEN0015")]),
        machine(7, "教师机", host="teacher", inventory=hp),
    ]
    found = findings(assets, machines, [*seen(*machines), sighting("pc6", "06", "unreachable")])
    assert [(row.advice, *row_short) for row, row_short in zip(found, short(found), strict=True)] == [
        ("surplus", "surplus", "", "pc5"),
        ("mismatch_memory_less", "mismatch", "A0003", "pc3"),
        ("swap_monitors", "swap_suspected", "A0011 A0012", "pc1 pc2"),
        ("serial_shared", "serial_untrusted", "A0004 A0007", "pc4 teacher"),
        ("unknown_off", "unknown", "A0006 A0016", "pc6"),
    ]
    assert differences(found[1]) == [("memory", "16 GB", "8 GB")]
    assert differences(found[2]) == [
        ("monitor", "机房一 / 01: A0011", "机房一 / 01: A0012"),
        ("monitor", "机房一 / 02: A0012", "机房一 / 02: A0011"),
    ]
    assert differences(found[3]) == [("serial", "8CG1220QJ7, PF2KX004", "GX620210915A")]
    assert differences(found[4])[:2] == [
        ("sighting", "booked", "unreachable"),
        ("place", "机房一 / 06", None),
    ]


# --- not seen: shortage or unknown

OTHER = machine(9, "09", "PF2KX009")
BOOK_OF_OTHER = asset(9, "09", serial="PF2KX009")
INVENTORY = {"pc1": ("机房一", "01"), "pc9": ("机房一", "09")}

# asset's fields · sightings · inventory · kind, advice
UNSEEN = [
    ("room fully seen", {}, [], {}, ("shortage", "shortage")),
    ("its host is off", {}, [sighting("pc1", "01", "unreachable")], {}, ("unknown", "unknown_off")),
    ("its host failed", {}, [sighting("pc1", "01", "failed")], {}, ("unknown", "unknown_failed")),
    ("another host is off", {}, [sighting("pc5", "05", "unreachable")], {}, ("unknown", "unknown_room")),
    ("a host never targeted", {}, [], INVENTORY, ("unknown", "unknown_room")),
    ("seen days apart", {}, [sighting("pc5", "05", hours=-30)], {}, ("unknown", "unknown_room")),
    ("seen hours apart", {}, [sighting("pc5", "05", hours=-3)], {}, ("shortage", "shortage")),
    (
        "off since",
        {},
        [sighting("pc5", "05", hours=-3), sighting("pc5", "05", "unreachable", run="run-2")],
        {},
        ("unknown", "unknown_room"),
    ),
    ("no host in the room", {"room": "办公室"}, [], {}, ("unknown", "unknown_not_covered")),
    ("no room in the book", {"room": None}, [], {}, ("unknown", "unknown_no_room")),
    ("no seat in the book", {"seat": None, "serial": "PF2KX001"}, [], {}, ("shortage", "shortage")),
    ("its seat is taken", {"seat": "09", "serial": "PF2KX001"}, [], {}, ("shortage", "shortage_seat_taken")),
    ("idle", {"status": AssetStatus.IDLE}, [], {}, ("unknown", "unknown_not_in_use")),
    ("sealed", {"status": AssetStatus.SEALED}, [], {}, ("unknown", "unknown_not_in_use")),
    ("on loan", {"status": AssetStatus.ON_LOAN}, [], {}, None),
    ("in repair", {"status": AssetStatus.REPAIR}, [], {}, None),
    ("scrapped", {"status": AssetStatus.SCRAPPED}, [], {}, None),
    ("not a computer", {"name": "投影仪"}, [], {}, None),
]


@pytest.mark.parametrize(
    ("fields", "sightings", "hosts", "expected"), [row[1:] for row in UNSEEN], ids=[row[0] for row in UNSEEN]
)
def test_unseen(fields, sightings, hosts, expected):
    booked = asset(1, **{"seat": "01", **fields})
    found = findings([booked, BOOK_OF_OTHER], [OTHER], [*seen(OTHER), *sightings], Scope(inventory=hosts))
    assert [(row.kind.value, row.advice) for row in found] == ([expected] if expected else [])


def test_a_matched_machine_that_is_off_is_unknown_and_keeps_its_mismatch():
    """What was known of it yesterday still differs from the book today."""
    booked = asset(1, "01", specification="16G/512G")
    away = machine(1, "01", inventory=inventory(gib=8), last_status=SightingStatus.UNREACHABLE)
    found = findings([booked], [away], [sighting("pc1", "01", "unreachable")])
    assert [(row.kind.value, row.advice) for row in found] == [
        ("mismatch", "mismatch_memory_less"),
        ("unknown", "unknown_off"),
    ]


def test_seen_in_another_room_is_misplaced_not_missing():
    moved = machine(1, "05", "PF2KX001", room="机房二")
    found = only(findings([asset(1, "01", serial="PF2KX001"), BOOK_OF_OTHER], [moved, OTHER]))
    assert (found.kind, differences(found)) == (
        FindingKind.MISPLACED,
        [("place", "机房一 / 01", "机房二 / 05")],
    )


def test_a_serial_that_differs_at_the_seat_names_both_sides():
    found = findings([asset(1, "01", serial="PF2KX001")], [machine(1, "01", "PF2KX111")])
    assert [(row.kind.value, row.advice) for row in found] == [
        ("surplus", "surplus_serial_differs"),
        ("shortage", "shortage_seat_taken"),
    ]
    assert ("serial", "PF2KX001", "PF2KX111") in differences(found[0])
    assert ("asset_number", "A0001", None) in differences(found[0])


# --- surplus


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({}, ["surplus"]),
        ({"inventory": inventory("PF2KX001", virtualization={"kind": "virtual"})}, []),
        (
            {"inventory": inventory("PF2KX001", virtualization={"kind": "container"}), "simulated": True},
            ["surplus"],
        ),
        ({"ambiguous_with": (77,)}, ["surplus"]),  # a machine that is no longer in the ledger
    ],
)
def test_surplus(fields, kinds):
    assert [row.kind.value for row in findings([], [machine(1, "01", "PF2KX001", **fields)])] == kinds


def test_a_machine_that_may_be_another_is_unknown_not_surplus():
    old = machine(1, "01", host="pc1", seen=-48)
    new = machine(2, "01", host="pc1", ambiguous_with=(1,))
    assert short(findings([], [old, new], seen(new))) == [("unknown", "", "pc1")]
    beside = machine(3, "02", host="pc3", ambiguous_with=(2,))
    assert short(findings([], [new, beside])) == [("surplus", "", "pc1"), ("surplus", "", "pc3")]


def test_a_machine_that_left_its_host_is_no_surplus():
    old, new = machine(1, "01", host="pc1", seen=-48), machine(2, "01", host="pc1")
    assert short(findings([asset(1, "01")], [old, new])) == []


def test_what_cannot_be_told_apart_is_one_finding():
    found = only(findings([asset(n) for n in (1, 2, 3)], [machine(1, "01"), machine(2, "02")]))
    assert (found.advice, found.asset_numbers, found.hosts) == (
        "unknown_match",
        ("A0001", "A0002", "A0003"),
        ("pc1", "pc2"),
    )
    assert ("quantity", "3", "2") in differences(found)


# --- details


def laptop(**sections):
    return machine(1, "01", inventory=inventory("PF2KX001", **sections))


DISK = {"name": "sda", "bus": "sata", "removable": False}
RIGHT = {"serial": "PF2KX001", "specification": "i5-9500/16G/512G SSD"}

# asset's fields · machine · the differences
DETAILS = [
    ("all agrees", {}, laptop(), []),
    ("less memory", {}, laptop(memory={"total_bytes": 8 * GIB}), [("memory", "16 GB", "8 GB")]),
    ("more memory", {}, laptop(memory={"total_bytes": 32 * GIB}), [("memory", "16 GB", "32 GB")]),
    (
        "memory unknown",
        {},
        replace(
            laptop(memory={"total_bytes": None}), unknown={"inventory.memory": {"reason": "no_permission"}}
        ),
        [],
    ),
    (
        "memory partly unknown",
        {},
        replace(
            laptop(memory={"total_bytes": 8 * GIB}),
            unknown={"inventory.memory.modules": {"reason": "truncated"}},
        ),
        [],
    ),
    ("memory a text", {}, laptop(memory={"total_bytes": "8"}), []),
    ("memory not booked", {"specification": "i5-9500"}, laptop(memory={"total_bytes": 8 * GIB}), []),
    (
        "booked in the model",
        {"specification": None, "model": "启天M430 i5-9500/16G/512G"},
        laptop(memory={"total_bytes": 8 * GIB}),
        [("memory", "16 GB", "8 GB")],
    ),
    (
        "smaller disk",
        {},
        laptop(disks=[{**DISK, "size_bytes": 256060514304}]),
        [("disk", "512 GB", "256.1 GB")],
    ),
    ("disk by another base", {"specification": "16G/500G"}, laptop(), []),
    (
        "two disks booked as sum",
        {"specification": "内存16G 硬盘512G+1T"},
        laptop(disks=[{**DISK, "size_bytes": 512110190592}, {**DISK, "size_bytes": 1000204886016}]),
        [],
    ),
    (
        "a stick does not count",
        {},
        laptop(
            disks=[{**DISK, "size_bytes": 512110190592}, {**DISK, "bus": "usb", "size_bytes": 64 * 10**9}]
        ),
        [],
    ),
    (
        "disks unknown",
        {},
        replace(laptop(disks=[]), unknown={"inventory.disks": {"reason": "no_permission"}}),
        [],
    ),
    ("disk of unknown size", {}, laptop(disks=[{**DISK, "size_bytes": None}]), []),
    ("RAID volume", {}, laptop(disks=[{**DISK, "bus": "scsi", "size_bytes": 10**12}]), []),
    (
        "other processor",
        {},
        laptop(cpus=[{"model": "Intel(R) Core(TM) i3-10100 CPU @ 3.60GHz"}]),
        [("cpu", "I5-9500", "Intel(R) Core(TM) i3-10100 CPU @ 3.60GHz")],
    ),
    ("processor's family", {"specification": "i5/16G/512G"}, laptop(), []),
    ("processor unknown", {}, laptop(cpus=[]), []),
    (
        "other model",
        {"model": "启天M420"},
        laptop(),
        [("model", "启天M420", "11ECA01TCD / QiTian M430-N000")],
    ),
    ("other brand", {"brand": "惠普", "model": None}, laptop(), [("brand", "惠普", "LENOVO")]),
    ("unknown brand", {"brand": "杂牌"}, laptop(), []),
    ("scrapped, yet seen", {"status": AssetStatus.SCRAPPED}, laptop(), [("status", "scrapped", "seen")]),
    ("on loan, yet seen", {"status": AssetStatus.ON_LOAN}, laptop(), [("status", "on_loan", "seen")]),
    ("idle and seen", {"status": AssetStatus.IDLE}, laptop(), []),
    (
        "serial, by its asset tag",
        {"serial": "PF2KX999"},
        laptop(chassis={"asset_tag": "A0001"}),
        [("serial", "PF2KX999", "PF2KX001")],
    ),
]


@pytest.mark.parametrize(
    ("fields", "observed", "expected"), [row[1:] for row in DETAILS], ids=[row[0] for row in DETAILS]
)
def test_details(fields, observed, expected):
    found = findings([asset(1, "01", **{**RIGHT, **fields})], [observed])
    assert [row for finding in found for row in differences(finding)] == expected
    assert {row.kind for row in found} <= {FindingKind.MISMATCH}


@pytest.mark.parametrize(
    ("quantity", "machines", "sightings", "expected"),
    [
        (2, 2, [], []),
        (3, 2, [], [("mismatch", "mismatch_quantity", ("quantity", "3", "2"))]),
        (2, 3, [], [("mismatch", "mismatch_quantity", ("quantity", "2", "3"))]),
        (3, 2, [sighting("pc8", "08", "unreachable")], [("unknown", "unknown_room", ("quantity", "3", "2"))]),
    ],
)
def test_the_count_of_a_lot(quantity, machines, sightings, expected):
    rows = [machine(n, f"{n:02}") for n in range(1, machines + 1)]
    found = findings([asset(1, quantity=quantity)], rows, [*seen(*rows), *sightings])
    assert [(row.kind.value, row.advice, differences(row)[0]) for row in found] == expected


def test_a_lot_of_which_nothing_was_seen_is_a_shortage():
    found = only(findings([asset(1, quantity=30), BOOK_OF_OTHER], [OTHER]))
    assert (found.kind, differences(found)[0]) == (FindingKind.SHORTAGE, ("quantity", "30", "0"))


# --- places


def test_two_computers_at_each_others_seats_are_one_swap():
    assets = [asset(1, "01", serial="PF2KX001"), asset(2, "02", serial="PF2KX002")]
    found = only(findings(assets, [machine(1, "02", "PF2KX001"), machine(2, "01", "PF2KX002")]))
    assert (found.kind, found.advice, found.key) == (
        FindingKind.SWAP_SUSPECTED,
        "swap_computers",
        "swap_suspected:host:A0001:A0002",
    )


def test_three_in_a_ring_are_misplaced():
    assets = [asset(n, f"0{n}", serial=f"PF2KX00{n}") for n in (1, 2, 3)]
    machines = [machine(n, f"0{n % 3 + 1}", f"PF2KX00{n}") for n in (1, 2, 3)]
    assert [row.kind.value for row in findings(assets, machines)] == ["misplaced"] * 3


@pytest.mark.parametrize(
    ("booked", "stands", "kinds"),
    [
        (("机房一", None), ("机房一", "05"), []),
        (("机房一", "05"), ("机房一", None), []),
        ((None, "05"), ("机房一", "06"), []),
        (("机房一", "05"), (None, None), []),
        (("机房一", "5号"), ("机房 一", "05"), []),
        (("机房一", None), ("机房二", "05"), ["misplaced"]),
        (("机房一", "05"), ("机房一", "06"), ["misplaced"]),
    ],
)
def test_places(booked, stands, kinds):
    found = findings(
        [asset(1, room=booked[0], seat=booked[1], serial="PF2KX001")],
        [machine(1, room=stands[0], seat=stands[1], serial="PF2KX001")],
    )
    assert [row.kind.value for row in found] == kinds


# --- serials


def test_each_shared_serial_is_one_finding():
    raw = {"inventory.system.serial": "Default string"}
    machines = [
        machine(1, "01", "FAKE0001"),
        machine(2, "02", "FAKE0001"),
        machine(3, "03", raw=raw),
        machine(4, "04", raw=raw),
    ]
    found = findings([asset(n, f"0{n}") for n in (1, 2, 3, 4)], machines)
    assert [(row.advice, row.hosts) for row in found] == [
        ("serial_placeholder", ("pc3", "pc4")),
        ("serial_shared", ("pc1", "pc2")),
    ]


def test_a_serial_booked_twice_names_both_assets():
    assets = [asset(1, "01", serial="PF2KX001"), asset(2, "02", serial="PF2KX001")]
    found = only(findings(assets, [machine(1, "01", "PF2KX001"), machine(2, "02", "PF2KX002")]))
    assert (found.advice, found.asset_numbers) == ("serial_booked_twice", ("A0001", "A0002"))


# --- scope

TWO_ROOMS = {"pc1": ("机房一", "01"), "pc2": ("机房一", "02"), "pc3": ("机房二", "01")}


@pytest.mark.parametrize(
    ("scope", "numbers"),
    [
        (Scope(inventory=TWO_ROOMS), ["A0001", "A0002", "A0003"]),
        (Scope.limited(["pc1", "pc2"], TWO_ROOMS), ["A0001", "A0002"]),
        (Scope.limited(["pc3"], TWO_ROOMS), ["A0003"]),
        (Scope.limited(["pc1"], TWO_ROOMS), ["A0001"]),
        (Scope.of_rooms(["机房 二"], TWO_ROOMS), ["A0003"]),
        (Scope.limited([], TWO_ROOMS), []),
    ],
)
def test_scope(scope, numbers):
    assets = [asset(1, "01"), asset(2, "02"), asset(3, "01", room="机房二")]
    rows = [
        sighting("pc1", "01", "unreachable"),
        sighting("pc2", "02", "unreachable"),
        sighting("pc3", "01", "unreachable", room="机房二"),
    ]
    assert [number for row in findings(assets, [], rows, scope) for number in row.asset_numbers] == numbers
