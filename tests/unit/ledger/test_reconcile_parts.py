"""Monitors and parts: carried, swapped, replaced, gone."""

from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
    FindingKind,
)

from tests.unit.ledger.reconcile_samples import (
    asset,
    differences,
    dimm,
    findings,
    machine,
    monitor,
    only,
    part,
    screen,
    short,
    sighting,
)

# --- monitors


def at_seats(*serials, **fields):
    """Computers 1, 2, … at their booked seats with the monitors of these serials (None: without one)."""
    assets = [asset(n, f"0{n}", serial=f"PF2KX00{n}") for n in range(1, len(serials) + 1)]
    machines = [
        machine(n, f"0{n}", f"PF2KX00{n}", components=[monitor(n, serial, **fields)] if serial else [])
        for n, serial in enumerate(serials, start=1)
    ]
    return assets, machines


def test_a_school_that_books_no_monitors_hears_nothing_of_them():
    assets, machines = at_seats("SCREEN0011", "SCREEN0011")
    assert findings(assets, machines) == []


MONITORS = [
    ("at its seat", screen(11, "01"), ["SCREEN0011"], []),
    ("at another seat", screen(11, "01"), [None, "SCREEN0011"], [("misplaced", "misplaced")]),
    (
        "serial differs, same make and seat",
        screen(11, "01", serial="CN-0V4MW2-72872"),
        ["SCREEN0011"],
        [("mismatch", "mismatch")],
    ),
    ("no serial booked", screen(11, "01", serial=None), ["SCREEN0011"], []),
    (
        "another make at its seat",
        screen(11, "01", brand="惠科", model="H219S"),
        ["OTHER0099"],
        [("shortage", "shortage_monitor")],
    ),
    ("none at its seat", screen(11, "01"), [None], [("unknown", "unknown_monitor")]),
    ("neither seat nor serial", screen(11, None, serial=None), ["SCREEN0011"], []),
    ("seat of its computer", screen(11, None, room=None, parent_number="A0002"), [None, "SCREEN0011"], []),
    (
        "not at the seat of its computer",
        screen(11, None, parent_number="A0001"),
        [None, "SCREEN0011"],
        [("misplaced", "misplaced")],
    ),
    ("model differs", screen(11, "01", model="24B2XH"), ["SCREEN0011"], [("mismatch", "mismatch")]),
    ("in repair", screen(11, "01", status=AssetStatus.REPAIR), [None], []),
    ("no computer at its seat", screen(11, "07"), ["SCREEN0099"], [("unknown", "unknown_monitor")]),
]


@pytest.mark.parametrize(
    ("booked", "serials", "expected"), [row[1:] for row in MONITORS], ids=[row[0] for row in MONITORS]
)
def test_monitors(booked, serials, expected):
    assets, machines = at_seats(*serials)
    assert [(row.kind.value, row.advice) for row in findings([*assets, booked], machines)] == expected


def test_a_serial_that_two_monitors_give_is_one_finding():
    assets, machines = at_seats("SCREEN0011", "SCREEN0011")
    found = only(findings([*assets, screen(11, "01"), screen(12, "02", serial=None)], machines))
    assert (found.kind, found.key, found.hosts) == (
        FindingKind.SERIAL_UNTRUSTED,
        "serial_untrusted:monitor:SCREEN0011",
        ("pc1", "pc2"),
    )


def test_a_monitor_that_was_carried_to_another_seat_is_no_shared_serial():
    """The computer that it left is off and does not know yet."""
    assets, _ = at_seats(None, None)
    left = machine(1, "01", "PF2KX001", seen=-20, components=[monitor(1, "SCREEN0011", first=-99, seen=-20)])
    came = machine(2, "02", "PF2KX002", components=[monitor(2, "SCREEN0011", first=0, seen=0)])
    rows = [sighting("pc1", "01", "unreachable"), sighting("pc2", "02")]
    found = findings([*assets, screen(11, "01")], [left, came], rows)
    assert short(found) == [("misplaced", "A0011", "pc2"), ("unknown", "A0001", "pc1")]


def test_a_built_in_panel_is_no_monitor():
    assets, machines = at_seats("SCREEN0011", slot="eDP-1")
    assert [row.advice for row in findings([*assets, screen(11, "01")], machines)] == ["unknown_monitor"]


def test_monitors_that_the_pc_could_not_read_are_unknown():
    assets, machines = at_seats(None)
    blind = replace(machines[0], unknown={"inventory.monitors": {"reason": "unreadable"}})
    assert [row.advice for row in findings([*assets, screen(11, "01")], [blind])] == ["unknown_monitor"]


# --- parts


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([dimm(1, "AAAA1111")], []),
        (
            [dimm(1, "AAAA1111"), dimm(1, "BBBB2222", "DIMM2", removed=0)],
            [("memory", "8 GB Kingston S/N BBBB2222 (DIMM2)", None)],
        ),
        (
            [dimm(1, "AAAA1111"), dimm(1, "BBBB2222", "DIMM2", first=0)],
            [("memory", None, "8 GB Kingston S/N BBBB2222 (DIMM2)")],
        ),
        (
            [dimm(1, "AAAA1111", removed=0), dimm(1, "BBBB2222", first=0)],
            [("memory", "8 GB Kingston S/N AAAA1111 (DIMM1)", "8 GB Kingston S/N BBBB2222 (DIMM1)")],
        ),
        # The first look had no root: what came to light later was not added.
        ([part(1, "disk", "WD0001"), dimm(1, "AAAA1111", first=-1)], []),
        (
            [
                part(1, "disk", "WD0001"),
                part(1, "monitor", "SCREEN0011", first=-1),
                part(1, "monitor", "SCREEN0012", removed=0),
            ],
            [],
        ),
    ],
)
def test_parts(parts, expected):
    found = findings([asset(1, "01")], [machine(1, "01", components=parts)])
    assert [row for finding in found for row in differences(finding)] == expected
    assert {row.kind for row in found} <= {FindingKind.COMPONENT_CHANGED}


def test_each_change_is_a_finding_of_its_own():
    parts = [
        dimm(1, "AAAA1111"),
        dimm(1, "BBBB2222", "DIMM2", removed=-2),
        part(1, "disk", "WD0001", removed=-1),
    ]
    found = findings([asset(1, "01")], [machine(1, "01", components=parts)])
    assert [row.key for row in found] == [
        "component_changed:1:20261123T100000.000000Z",
        "component_changed:1:20261123T110000.000000Z",
    ]


def test_modules_exchanged_between_two_computers_are_one_swap():
    one = machine(1, "01", components=[dimm(1, "AAAA1111", removed=0), dimm(1, "BBBB2222", first=0)])
    two = machine(2, "02", components=[dimm(2, "BBBB2222", removed=0), dimm(2, "AAAA1111", first=0)])
    found = only(findings([asset(1, "01"), asset(2, "02")], [one, two]))
    assert (found.kind, found.advice, found.hosts) == (
        FindingKind.SWAP_SUSPECTED,
        "swap_parts",
        ("pc1", "pc2"),
    )
    assert differences(found) == [
        ("memory", "pc1: 8 GB Kingston S/N AAAA1111 (DIMM1)", "pc1: 8 GB Kingston S/N BBBB2222 (DIMM1)"),
        ("memory", "pc2: 8 GB Kingston S/N BBBB2222 (DIMM1)", "pc2: 8 GB Kingston S/N AAAA1111 (DIMM1)"),
    ]


def test_a_module_that_went_one_way_names_the_other_computer():
    one = machine(1, "01", components=[dimm(1, "AAAA1111"), dimm(1, "BBBB2222", "DIMM2", removed=0)])
    two = machine(2, "02", components=[dimm(2, "CCCC3333"), dimm(2, "BBBB2222", "DIMM2", first=0)])
    found = findings([asset(1, "01"), asset(2, "02")], [one, two])
    assert [(row.advice, row.hosts) for row in found] == [
        ("component_moved", ("pc1", "pc2")),
        ("component_moved", ("pc2", "pc1")),
    ]
