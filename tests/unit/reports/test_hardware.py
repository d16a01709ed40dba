"""Known, absent and unknown are three different things."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import ComponentKind
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.hardware import (
    NOTES_SHOWN,
    PartState,
    facts_of,
    parts_of,
    unknown_notes,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.words import Words, byte_size, disk_size

from tests.samples import machine, sample_snapshot

WORDS = Words("en")


def _fact(seen: object, label: str) -> tuple[str | None, str | None]:
    return next((fact.text, fact.reason) for fact in facts_of(seen, WORDS) if fact.label == label)


@pytest.mark.parametrize(
    ("size", "text"),
    [(17179869184, "16 GB"), (1536 * 2**20, "1.5 GB"), (0, "0 B"), (2**40, "1 TB"), (2**60, "1024 PB")],
)
def test_memory_size(size: int, text: str) -> None:
    assert byte_size(size) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (512110190592, "512 GB"),
        (1000204886016, "1 TB"),
        (240057409536, "240 GB"),
        (3_840_755_982_336, "3.8 TB"),
        (999_999_999_999, "1 TB"),
        (8_012_390_400, "8 GB"),
        (500, "500 B"),
    ],
)
def test_disk_size(size: int, text: str) -> None:
    assert disk_size(size) == text


def test_known_absent_and_unknown_values() -> None:
    seen = machine(
        1,
        "pc01",
        "01",
        unknown={"inventory.tpm": {"reason": "no_permission"}, "state.smart": {"reason": "no_tool"}},
    )
    seen = replace(seen, inventory={**seen.inventory, "tpm": None}, state={})
    assert _fact(seen, "Memory") == ("16 GB", None)
    assert _fact(seen, "Secure Boot") == ("on", None)
    assert _fact(seen, "Asset tag") == (None, None)
    assert _fact(seen, "TPM") == (None, "no permission")
    assert _fact(seen, "Disk health (SMART)") == (None, "tool not installed")


def test_a_placeholder_is_shown_beside_the_empty_value() -> None:
    fact = next(f for f in facts_of(sample_snapshot().machines[0], WORDS) if f.label == "Asset tag")
    assert (fact.text, fact.raw) == (None, "Default string")


def test_empty_slots_removed_and_unknown_parts() -> None:
    third, fourth = sample_snapshot().machines[2:4]
    memory = [(p.slot, p.state) for p in parts_of(third, WORDS) if p.kind is ComponentKind.MEMORY]
    assert memory == [
        ("DIMM1", PartState.PRESENT),
        ("DIMM2", PartState.EMPTY),
        ("DIMM3", PartState.EMPTY),
        ("DIMM4", PartState.EMPTY),
        ("DIMM2", PartState.REMOVED),
    ]
    monitors = [(p.state, p.reason) for p in parts_of(fourth, WORDS) if p.kind is ComponentKind.MONITOR]
    assert monitors == [(PartState.UNKNOWN, "could not be read")]


def test_details_tell_a_parts_class() -> None:
    details = {part.kind: part.detail for part in parts_of(machine(1, "pc01", "01", monitor="V9"), WORDS)}
    assert details[ComponentKind.CPU] == "6C/12T"
    assert details[ComponentKind.DISK] == "SSD NVME"
    assert details[ComponentKind.MONITOR] == "19.5″ 2023"


@pytest.mark.parametrize("junk", [None, 7, "text", ["a", {"b": []}], {"modules": "x"}, [{"passed": "yes"}]])
def test_facts_of_the_wrong_shape_raise_nothing(junk: object) -> None:
    names = ("system", "memory", "os", "chassis")
    odd = machine(
        1,
        "pc01",
        "01",
        inventory=dict.fromkeys(names, junk),
        state={"addresses": junk, "smart": junk, "hostname": junk, "boot_time": junk},
        unknown={"inventory.disks": junk, "state": {"detail": junk}},
    )
    assert facts_of(odd, WORDS) and parts_of(odd, WORDS) and unknown_notes(odd, WORDS)


def test_log_in_sessions_are_not_shown() -> None:
    seen = machine(1, "pc01", "01", state={"sessions": [{"user": "xiaoming"}]})
    assert "xiaoming" not in repr(facts_of(seen, WORDS))


def test_notes_are_bounded() -> None:
    unknown = {f"inventory.usb[{n}].serial": {"reason": "timeout"} for n in range(500)}
    assert len(unknown_notes(machine(1, "pc01", "01", unknown=unknown), WORDS)) == NOTES_SHOWN
