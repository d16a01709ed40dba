"""Windows evidence to facts. The CIM output was composed from Microsoft's documentation, not recorded."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts, cim
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.codes import (
    ARRAY_CORRECTIONS,
    ARRAY_USES,
    CHASSIS_TYPES,
    MEMORY_TYPES,
)

from tests.unit.facts.evidence_samples import recording, windows

CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"


def reasons(facts: dict[str, Any]) -> dict[str, str]:
    return {path: note["reason"] for path, note in facts["unknown"].items()}


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2026-11-23T00:15:00Z", "2026-11-23T00:15:00Z"),
        ("2026-11-23T08:15:00+08:00", "2026-11-23T00:15:00Z"),
        ("20261123081500.500000+480", "2026-11-23T00:15:00Z"),
        ("20261122191500.500000-300", "2026-11-23T00:15:00Z"),
        ("/Date(1795392900000)/", "2026-11-23T00:15:00Z"),
        ("/Date(-1000)/", "1969-12-31T23:59:59Z"),
        ("2026-11-23T00:15:00", None),
        ("20261323081500.500000+480", None),
        ("00010101000000.000000+480", None),
        ("/Date(999999999999999)/", None),
        ("yesterday", None),
        (1795392900, None),
        (None, None),
    ],
)
def test_times(value: object, time: str | None) -> None:
    assert cim.iso_time(value) == time
    assert cim.iso_date(value) == (time[:10] if time else None)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("8589934592", 8589934592),
        (0, 0),
        (-1, None),
        (True, None),
        (1.5, None),
        ("x", None),
        ("9" * 20, None),
    ],
)
def test_numbers(value: object, number: int | None) -> None:
    assert cim.number({"A": value}, "A") == number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([65, 79, 67, 0, 0], "AOC"),
        ([0], None),
        ([], None),
        ([65, "x"], "A"),
        ([0xD800, 65], None),
        ([True], None),
        ("AOC", None),
    ],
)
def test_character_arrays(value: object, text: str | None) -> None:
    assert cim.characters(value) == text


def test_smbios_codes() -> None:
    """Values at the ends and around the gaps of DSP0134's tables."""
    assert [CHASSIS_TYPES.get(code) for code in (1, 2, 3, 9, 10, 13, 17, 23, 30, 35, 36, 37)] == [
        "Other",
        None,
        "Desktop",
        "Laptop",
        "Notebook",
        "All In One",
        "Main Server Chassis",
        "Rack Mount Chassis",
        "Tablet",
        "Mini PC",
        "Stick PC",
        None,
    ]
    assert [
        MEMORY_TYPES.get(code) for code in (2, 0x12, 0x13, 0x14, 0x15, 0x18, 0x1A, 0x1E, 0x22, 0x23, 0x24)
    ] == [
        None,
        "DDR",
        "DDR2",
        "DDR2 FB-DIMM",
        None,
        "DDR3",
        "DDR4",
        "LPDDR4",
        "DDR5",
        "LPDDR5",
        "HBM3",
    ]
    assert (ARRAY_USES[3], ARRAY_CORRECTIONS.get(3), ARRAY_CORRECTIONS[6]) == (
        "System Memory",
        None,
        "Multi-bit ECC",
    )


def memory(arrays: list[dict[str, Any]], modules: Any) -> dict[str, Any]:
    return build_facts(windows(Win32_PhysicalMemoryArray=arrays, Win32_PhysicalMemory=modules))


def test_empty_slots_are_what_the_array_has_beyond_its_modules() -> None:
    facts = memory(
        [{"Use": 3, "MemoryDevices": 4}, {"Use": 5, "MemoryDevices": 1}],
        [{"DeviceLocator": "A1", "Capacity": 1 << 33, "SMBIOSMemoryType": 26}, {"SMBIOSMemoryType": 9}],
    )
    modules = facts["inventory"]["memory"]["modules"]
    assert [(m["slot"], m["populated"], m["array"]) for m in modules] == [
        ("A1", True, 0),
        (None, False, 0),
        (None, False, 0),
        (None, False, 0),
    ]
    assert facts["inventory"]["memory"]["total_bytes"] == 1 << 33
    assert reasons(facts)["inventory.memory.modules[1].slot"] == "not_supported"


def test_which_array_of_several_is_not_guessed() -> None:
    facts = memory([{"Use": 3, "MemoryDevices": 2}] * 2, [{"Capacity": 1 << 33}] * 2)
    assert [(m["populated"], m["array"]) for m in facts["inventory"]["memory"]["modules"]] == [
        (True, None),
        (True, None),
        (False, None),
        (False, None),
    ]


@pytest.mark.parametrize(
    ("modules", "total", "reason"),
    [
        ([{"Capacity": 1 << 33}, {"Capacity": 0}], None, "unreadable"),
        ([], None, "unreadable"),
        ({"error": "denied"}, None, "no_permission"),
        ([{"Capacity": 1 << 33}, {"Capacity": str(1 << 32)}], (1 << 33) + (1 << 32), None),
    ],
)
def test_total_memory(modules: Any, total: int | None, reason: str | None) -> None:
    facts = memory([], modules)
    assert facts["inventory"]["memory"]["total_bytes"] == total
    assert reasons(facts).get("inventory.memory.total_bytes") == reason


def test_a_lying_array_makes_a_bounded_list() -> None:
    assert len(memory([{"Use": 3, "MemoryDevices": 10**9}], [])["inventory"]["memory"]["modules"]) == 128


@pytest.mark.parametrize(
    ("row", "bus", "media", "serial"),
    [
        ({"BusType": 17, "SerialNumber": "0025_3891_01B4_5A6C."}, "nvme", "ssd", None),
        (
            {"BusType": 17, "SerialNumber": "0025_3891_01B4_5A6C.", "AdapterSerialNumber": "S4G"},
            "nvme",
            "ssd",
            "S4G",
        ),
        ({"BusType": 11, "MediaType": 3, "SerialNumber": "  WD-1"}, "sata", "hdd", "WD-1"),
        ({"BusType": 8, "MediaType": 4}, "scsi", "ssd", None),
        ({"BusType": 7, "MediaType": 0}, "usb", "unknown", None),
        ({"BusType": "17"}, "nvme", "ssd", None),
        ({}, None, "unknown", None),
    ],
)
def test_disks(row: dict[str, Any], bus: str | None, media: str, serial: str | None) -> None:
    facts = build_facts(windows(MSFT_PhysicalDisk=[{"DeviceId": "0", **row}]))
    disk = facts["inventory"]["disks"][0]
    assert (disk["name"], disk["bus"], disk["media"], disk["serial"]) == (
        "PHYSICALDRIVE0",
        bus,
        media,
        serial,
    )
    if serial is None:
        assert reasons(facts)["inventory.disks[0].serial"] == "not_supported"


def test_storage_spaces_are_no_disks() -> None:
    rows = [
        {"DeviceId": "0", "BusType": 11},
        {"DeviceId": "1", "BusType": 16},
        {"DeviceId": "2", "BusType": 15},
    ]
    facts = build_facts(windows(MSFT_PhysicalDisk=rows))
    assert [disk["name"] for disk in facts["inventory"]["disks"]] == ["PHYSICALDRIVE0"]


@pytest.mark.parametrize(
    ("firmware", "enabled", "secure_boot", "unknown"),
    [
        (2, 1, True, set()),
        (2, 0, False, set()),
        (1, None, None, set()),
        (2, None, None, {"inventory.secure_boot"}),
        (None, None, None, {"inventory.secure_boot", "inventory.bios.firmware_type"}),
        ([2], "1", None, {"inventory.secure_boot", "inventory.bios.firmware_type"}),
    ],
)
def test_firmware_type_and_secure_boot(
    firmware: Any, enabled: Any, secure_boot: bool | None, unknown: set[str]
) -> None:
    registry = {CONTROL: {"PEFirmwareType": firmware}}
    registry[f"{CONTROL}\\SecureBoot\\State"] = {"UEFISecureBootEnabled": enabled}
    facts = build_facts({**windows(), "registry": registry})
    assert facts["inventory"]["secure_boot"] is secure_boot
    paths = {"inventory.secure_boot", "inventory.bios.firmware_type"}
    assert {path for path in facts["unknown"] if path in paths} == unknown


def test_a_monitor_whose_edid_is_damaged_is_told_from_its_class() -> None:
    evidence = recording("cim/windows_10")
    key = next(key for key, values in evidence["registry"].items() if "EDID" in values)
    for damaged in ("not base64!", "", base64.b64encode(b"").decode(), 5, None):
        evidence["registry"][key]["EDID"] = damaged
        monitor = build_facts(evidence)["inventory"]["monitors"][0]
        assert (monitor["manufacturer_id"], monitor["product_code"], monitor["serial"]) == (
            "HPN",
            "3456",
            "CNK0321ABC",
        )
        assert (monitor["week"], monitor["year"], monitor["checksum_ok"]) == (21, 2020, None)


@pytest.mark.parametrize("instance", ["SWD\\REMOTE\\1", "ROOT\\DISPLAY\\0000", None])
def test_display_adapters_made_of_software(instance: str | None) -> None:
    facts = build_facts(windows(Win32_VideoController=[{"Name": "x", "PNPDeviceID": instance}]))
    assert facts["inventory"]["gpus"] == []


def test_usb_serials_are_told_from_generated_ids() -> None:
    rows = [
        {"DeviceID": "USB\\VID_0951&PID_1666\\E0D55EA573DF", "CompatibleID": ["USB\\Class_08"]},
        {"DeviceID": "USB\\VID_046D&PID_C077\\5&2C6BD3A&0&3", "CompatibleID": "USB\\Class_03"},
        {"DeviceID": "USB\\ROOT_HUB30\\4&1"},
        {"DeviceID": 5},
    ]
    usb = build_facts(windows(Win32_PnPEntity=rows))["inventory"]["usb"]
    assert [(device["vendor_id"], device["serial"], device["interface_classes"]) for device in usb] == [
        ("046d", None, []),
        ("0951", "E0D55EA573DF", ["08"]),
    ]


def test_each_class_that_failed_is_unknown_and_the_rest_is_there() -> None:
    evidence = recording("cim/windows_10")
    for name in evidence["cim"]:
        broken = recording("cim/windows_10")
        broken["cim"][name] = {"error": "denied", "detail": "Access denied"}
        facts = build_facts(broken)
        if not name.startswith(("Battery", "MSFT_PhysicalDisk")):
            assert "no_permission" in reasons(facts).values() or name in {
                "Win32_NetworkAdapter",
                "MSFT_NetAdapter",
                "Win32_DiskDrive",
                "MSFT_StorageReliabilityCounter",
            }, name
        assert facts["platform"] == "windows"


def test_programs() -> None:
    rows = [
        {"DisplayName": "WPS Office", "DisplayVersion": "11.1", "Architecture": "x86"},
        {"DisplayName": "7-Zip", "DisplayVersion": "", "Architecture": ""},
        {"DisplayName": "7-Zip", "DisplayVersion": "", "Architecture": ""},
        {"DisplayVersion": "1"},
    ]
    facts = build_facts(windows(Uninstall=rows))
    assert facts["inventory"]["packages"] == [
        {"name": "7-Zip", "version": None, "architecture": None},
        {"name": "WPS Office", "version": "11.1", "architecture": "x86"},
    ]
    assert "inventory.packages" not in facts["unknown"]
