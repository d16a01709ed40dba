import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.components import (
    SECTIONS,
    Part,
    components,
    diff,
    unknown_kinds,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import ComponentKind as Kind
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.ledger.ledger_samples import module, pc_inventory


def memory(*modules):
    return {"memory": {"modules": list(modules)}}


def changes(before, after, unknown=()):
    found = diff(components(before), components(after), {path: {"reason": "no_tool"} for path in unknown})
    return [part.key for part in found.added], [part.key for part in found.removed]


def test_the_parts_of_a_pc():
    parts = components(pc_inventory(7))
    assert [(part.kind.value, part.key) for part in parts] == [
        ("board", "serial:BRD000007"),
        ("cpu", "model:Intel|i5-9400T|"),
        ("memory", "serial:0007A1B2"),
        ("memory", "serial:0007C3D4"),
        ("disk", "serial:S0000007"),
        ("gpu", "pci:8086:3e92"),
        ("nic", "serial:98:FA:9B:00:00:07"),
        ("monitor", "serial:AOC00007"),
    ]
    assert parts[2] == Part(
        kind=Kind.MEMORY,
        key="serial:0007A1B2",
        slot="DIMM 1",
        manufacturer="Kingston",
        model="KVR26N19S8/8",
        serial="0007A1B2",
        size_bytes=8 << 30,
        attributes={"type": "DDR4"},
    )


@pytest.mark.parametrize(
    "inventory",
    [
        {},
        {"board": {"manufacturer": "X", "product": None, "serial": None}, "memory": {"modules": []}},
        memory(module("DIMM 1", None, size=0)),
        {"cpus": [{"socket": "CPU2", "populated": False}]},
        {"disks": [{"name": "sdb", "bus": "usb", "serial": "X1"}, {"name": "sr1", "removable": True}]},
        {"nics": [{"name": "enx1", "bus": "usb", "permanent_mac": "00:e0:4c:00:00:01"}]},
    ],
    ids=["nothing", "all unknown", "empty slot", "empty socket", "carried disks", "carried NIC"],
)
def test_what_is_no_part(inventory):
    assert components(inventory) == []


def test_parts_alike_are_told_apart_by_a_number():
    twins = memory(module("B", None), module("A", None))
    assert [(part.key, part.slot) for part in components(twins)] == [
        ("model:Kingston|KVR26N19S8/8|8589934592", "A"),
        ("model:Kingston|KVR26N19S8/8|8589934592#2", "B"),
    ]
    fake = memory(module("A", "12345678"), module("B", "12345678"))
    assert [part.key for part in components(fake)] == ["serial:12345678", "serial:12345678#2"]


def test_a_monitor_on_two_cables_is_one_and_a_numeric_serial_counts():
    panel = {
        "manufacturer_id": "AOC",
        "product_code": "2402",
        "model": "24B2",
        "serial": "X1",
        "serial_number": 5,
    }
    two = {"monitors": [{**panel, "connector": "DP-1"}, {**panel, "connector": "HDMI-A-1"}]}
    assert [(part.slot, part.serial) for part in components(two)] == [("DP-1", "X1")]
    number = {"monitors": [{**panel, "serial": None, "model": None, "connector": "DP-1"}]}
    [part] = components(number)
    assert (part.manufacturer, part.model, part.serial) == ("AOC", "AOC2402", "5")


@pytest.mark.parametrize(
    ("before", "after", "unknown", "added", "removed"),
    [
        pytest.param(
            memory(module("A", "S1"), module("B", "S2")),
            memory(module("B", "S1"), module("C", "S2")),
            (),
            [],
            [],
            id="other slots",
        ),
        pytest.param(
            memory(module("A", None), module("B", None)),
            memory(module("C", None), module("D", None)),
            (),
            [],
            [],
            id="other slots, no serials",
        ),
        pytest.param(
            memory(module("A", "S1"), module("B", "S2")),
            memory(module("A", "S1")),
            (),
            [],
            ["serial:S2"],
            id="taken out",
        ),
        pytest.param(
            memory(module("A", "S1")),
            memory(module("A", "S9")),
            (),
            ["serial:S9"],
            ["serial:S1"],
            id="replaced",
        ),
        pytest.param(
            memory(module("A", None), module("B", None)),
            memory(module("A", None)),
            (),
            [],
            ["model:Kingston|KVR26N19S8/8|8589934592#2"],
            id="one of two alike",
        ),
        pytest.param(
            memory(module("A", None)),
            memory(module("A", None, size=16 << 30)),
            (),
            ["model:Kingston|KVR26N19S8/8|17179869184"],
            ["model:Kingston|KVR26N19S8/8|8589934592"],
            id="another size",
        ),
        pytest.param(memory(module("A", "S1")), {}, ("inventory.memory",), [], [], id="section unknown"),
        pytest.param(memory(module("A", "S1")), {}, ("inventory.memory.modules",), [], [], id="list unknown"),
        pytest.param(memory(module("A", "S1")), {}, ("inventory",), [], [], id="all unknown"),
        pytest.param(
            memory(module("A", "S1")),
            {},
            ("inventory.disks",),
            [],
            ["serial:S1"],
            id="another section unknown",
        ),
        pytest.param(
            memory(module("A", "S1")),
            memory(),
            ("inventory.memory.modules[0].serial",),
            [],
            ["serial:S1"],
            id="only a serial unknown",
        ),
        pytest.param(
            memory(module("A", None), module("B", None)),
            memory(module("A", "S1"), module("B", "S2")),
            (),
            [],
            [],
            id="serials now known",
        ),
        pytest.param(
            memory(module("A", "S1"), module("B", "S2")),
            memory(module("A", None), module("B", None)),
            (),
            [],
            [],
            id="serials no longer known",
        ),
        pytest.param({}, memory(module("A", "S1")), (), ["serial:S1"], [], id="added"),
    ],
)
def test_what_changed(before, after, unknown, added, removed):
    assert changes(before, after, unknown) == (added, removed)


def test_unknown_kinds_follow_the_parents_of_a_path():
    assert unknown_kinds({"inventory.memory": {}}) == {Kind.MEMORY}
    assert unknown_kinds({"inventory": {}}) == set(SECTIONS)
    assert unknown_kinds({"inventory.board.serial": {}, "inventory.disks[0]": {}, "state": {}}) == frozenset()


modules = st.lists(
    st.builds(
        module,
        st.sampled_from("ABCD"),
        st.sampled_from([None, "S1", "S2", "S3"]),
        st.sampled_from([0, 4 << 30, 8 << 30]),
    ),
    max_size=6,
).map(lambda found: memory(*found))


@settings(max_examples=300, derandomize=True)
@given(modules, modules)
def test_every_part_is_kept_added_or_removed_once(before, after):
    old, new = components(before), components(after)
    assert len({(part.kind, part.key) for part in new}) == len(new)
    found = diff(old, new, {})
    assert sorted(part.key for part in old) == sorted(
        [part.key for part in found.removed] + [former.key for former, _ in found.kept]
    )
    assert sorted(part.key for part in new) == sorted(
        [part.key for part in found.added] + [part.key for _, part in found.kept]
    )
    unchanged = diff(new, new, {})
    assert (unchanged.added, unchanged.removed) == ((), ())
    assert diff(old, new, {"inventory": {}}).removed == ()
