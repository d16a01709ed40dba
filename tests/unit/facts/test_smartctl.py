"""What smartctl's JSON says of disks of each kind, healthy, failing and silent."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.smartctl import parse_smartctl
from hypothesis import given, settings
from hypothesis import strategies as st

FIXTURES = Path(__file__).parents[2] / "fixtures" / "smartctl"
NOTHING = dict.fromkeys(
    [
        *("disk", "model", "serial", "wwn", "firmware", "rotation_rate", "passed", "power_on_hours"),
        *(
            "temperature_c",
            "reallocated_sectors",
            "pending_sectors",
            "percent_used",
            "media_errors",
            "unknown",
        ),
    ]
)


def read(name: str) -> str:
    return (FIXTURES / f"{name}.json").read_text(encoding="utf-8")


EXPECTED: dict[str, dict[str, Any]] = {
    "ata_hdd": {
        "disk": "sda",
        "model": "ST1000DM010-2EP102",
        "serial": "Z9AQ4T7K",
        "wwn": "5000c500b10bc2d1",
        "firmware": "CC43",
        "rotation_rate": 7200,
        "passed": True,
        "power_on_hours": 14211,
        "temperature_c": 36,
        "reallocated_sectors": 0,
        "pending_sectors": 0,
    },
    "ata_hdd_failing": {
        "disk": "sda",
        "model": "ST1000DM010-2EP102",
        "serial": "Z9AQ4T88",
        "wwn": "5000c500b10bc5d9",
        "firmware": "CC43",
        "rotation_rate": 7200,
        "passed": False,
        "power_on_hours": 14211,
        "temperature_c": 36,
        "reallocated_sectors": 2056,
        "pending_sectors": 2008,  # the raw value holds two more counters
    },
    "ata_ssd": {
        "disk": "sdb",
        "model": "KINGSTON SA400S37240G",
        "serial": "50026B7784C01D2E",
        "wwn": "50026b7784c01d2e",
        "firmware": "SBFKB1D2",
        "rotation_rate": 0,
        "passed": True,
        "power_on_hours": 6123,
        "temperature_c": 31,
        "percent_used": 7,
    },
    "nvme": {
        "disk": "nvme0n1",
        "model": "SAMSUNG MZVLB512HAJQ-000L7",
        "serial": "S3TNNX1K7A0265",
        "wwn": "0025388781b6f782",
        "firmware": "4L2QEXA7",
        "passed": True,
        "power_on_hours": 3150,
        "temperature_c": 41,
        "percent_used": 3,
        "media_errors": 2,
    },
    "scsi_sas": {
        "disk": "sdc",
        "model": "SEAGATE ST600MM0009",
        "serial": "W0M0AAAA0000K6331B7Z",
        "wwn": "5000c500cafe1234",
        "firmware": "N004",
        "rotation_rate": 10500,
        "passed": True,
        "power_on_hours": 38620,
        "temperature_c": 33,
        "reallocated_sectors": 3,
        "media_errors": 5,
    },
    "usb_bridge_unknown": {
        "unknown": {
            "reason": "not_supported",
            "detail": "/dev/sdd: Unknown USB bridge [0x048d:0x1234 (0x200)]",
        },
    },
    "denied": {
        "unknown": {
            "reason": "no_permission",
            "detail": "Smartctl open device: /dev/sda failed: Permission denied",
        },
    },
    "absent": {
        "unknown": {
            "reason": "unreadable",
            "detail": "Smartctl open device: /dev/sdz failed: No such device",
        },
    },
    "no_smart": {
        "disk": "sda",
        "model": "QEMU HARDDISK",
        "firmware": "2.5+",
        "unknown": {"reason": "not_supported", "detail": "smartctl gives no health data of this disk"},
    },
}


def test_every_recorded_file_is_in_the_table() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in FIXTURES.iterdir())


@pytest.mark.parametrize("name", EXPECTED)
def test_recorded_disks(name: str) -> None:
    assert parse_smartctl(read(name)) == {**NOTHING, **EXPECTED[name]}
    assert parse_smartctl(json.loads(read(name))) == {**NOTHING, **EXPECTED[name]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "unreadable"),
        ("smartctl 7.3 2022-02-28 r5338\n/dev/sda: Unknown USB bridge\n", "unreadable"),
        ("[]", "unreadable"),
        ('"text"', "unreadable"),
        ("null", "unreadable"),
        ("{} trailing", "unreadable"),
        (read("nvme") + read("nvme"), "unreadable"),
        (read("nvme") + "x", "unreadable"),
        ('{"a": nonsense, "b": 1, "c": 2}', "unreadable"),
        ('{"a": ' + "[" * 100_000, "unreadable"),
        ('{"a": ' + "9" * 10_000 + "}", "unreadable"),
        ("{", "truncated"),
        ('{"smartctl', "truncated"),
        ('{"smartctl": {"exit_status": 0}', "truncated"),
        ('{"passed": tru', "truncated"),
    ],
)
def test_text_that_is_not_one_object(text: str, reason: str) -> None:
    parsed = parse_smartctl(text)
    assert parsed["unknown"]["reason"] == reason
    assert {key: value for key, value in parsed.items() if key != "unknown" and value is not None} == {}


@settings(max_examples=60)
@given(st.data())
def test_output_that_is_cut_off_is_truncated(data: st.DataObject) -> None:
    whole = read("ata_hdd").rstrip()
    cut = whole[: data.draw(st.integers(1, len(whole) - 1))]
    assert parse_smartctl(cut)["unknown"]["reason"] == "truncated"


def changed(name: str, path: str, value: Any) -> dict[str, Any]:
    """A recorded disk with the value at a dotted path replaced, or removed where ``value`` is None."""
    document: dict[str, Any] = json.loads(read(name))
    *parents, last = path.split(".")
    place: Any = document
    for key in parents:
        place = place.setdefault(key, {})
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value
    return parse_smartctl(document)


@pytest.mark.parametrize(
    ("name", "path", "value", "key", "expected"),
    [
        ("ata_hdd", "smart_status", None, "passed", None),
        ("ata_hdd", "smart_status.passed", "yes", "passed", None),
        ("nvme", "power_on_time", None, "power_on_hours", 3150),
        ("nvme", "temperature", None, "temperature_c", 41),
        ("nvme", "temperature.current", -5, "temperature_c", -5),
        ("ata_hdd", "temperature.current", 4_000_000, "temperature_c", None),
        ("ata_hdd", "temperature", {"current": 0}, "temperature_c", 0),
        ("scsi_sas", "temperature", {"current": 0, "drive_trip": 0}, "temperature_c", None),
        ("scsi_sas", "temperature", {"current": 0, "drive_trip": 65}, "temperature_c", 0),
        ("ata_hdd", "power_on_time.hours", -1, "power_on_hours", None),
        ("ata_hdd", "power_on_time.hours", 2**70, "power_on_hours", None),
        ("ata_hdd", "power_on_time.hours", True, "power_on_hours", None),
        ("ata_hdd", "power_on_time.hours", "14211", "power_on_hours", None),
        ("ata_ssd", "endurance_used.current_percent", 12, "percent_used", 12),  # smartctl 7.4
        ("nvme", "nvme_smart_health_information_log.percentage_used", 130, "percent_used", 130),
        ("scsi_sas", "scsi_percentage_used_endurance_indicator", 1, "percent_used", 1),
        ("ata_ssd", "rotation_rate", 7200, "percent_used", None),
        ("ata_hdd", "serial_number", "  WD-WX12  ", "serial", "WD-WX12"),
        ("ata_hdd", "serial_number", "   ", "serial", None),
        ("ata_hdd", "serial_number", 12, "serial", None),
        ("ata_hdd", "device.name", "/dev/../../etc/passwd", "disk", "passwd"),
        ("ata_hdd", "device.name", "/dev/", "disk", None),
        ("ata_hdd", "wwn.naa", 16, "wwn", None),
        ("ata_hdd", "wwn.oui", 1 << 24, "wwn", None),
        ("ata_hdd", "wwn.id", 1 << 36, "wwn", None),
        ("ata_hdd", "wwn", {"naa": 5, "oui": 0, "id": 0}, "wwn", None),
        ("ata_hdd", "wwn", None, "wwn", None),
        ("nvme", "nvme_namespaces", [{"eui64": {"oui": 0, "ext_id": 0}}], "wwn", None),
        ("nvme", "nvme_namespaces", ["x"], "wwn", None),
        ("nvme", "nvme_namespaces", [], "wwn", None),
        ("scsi_sas", "logical_unit_id", "0x0000000000000000", "wwn", None),
        ("scsi_sas", "logical_unit_id", "naa.5000", "wwn", None),
        ("scsi_sas", "scsi_model_name", None, "model", "ST600MM0009"),
        ("scsi_sas", "scsi_error_counter_log", None, "media_errors", None),
        ("scsi_sas", "scsi_error_counter_log.write.total_uncorrected_errors", 2**63 - 1, "media_errors", 2**63 - 1),
    ],
)  # fmt: skip
def test_single_values(name: str, path: str, value: Any, key: str, expected: object) -> None:
    assert changed(name, path, value)[key] == expected


@pytest.mark.parametrize(
    ("status", "passed"),
    [(8, False), (8 | 64, False), (0, None), (4, None), (32, None), (8 | 2, None), (8 | 1, None)],
)
def test_exit_status_tells_of_a_failing_disk_where_the_status_is_missing(
    status: int, passed: bool | None
) -> None:
    document = json.loads(read("ata_hdd"))
    del document["smart_status"]
    document["smartctl"]["exit_status"] = status
    assert parse_smartctl(document)["passed"] is passed


def attribute(number: int, name: str, value: int, raw: object) -> dict[str, Any]:
    return {
        "smartctl": {"exit_status": 0},
        "rotation_rate": 0,
        "ata_smart_attributes": {"table": [{"id": number, "name": name, "value": value, "raw": raw}]},
    }


@pytest.mark.parametrize(
    ("document", "key", "expected"),
    [
        (attribute(5, "Reallocated_Sector_Ct", 100, {"value": 7}), "reallocated_sectors", 7),
        (
            attribute(5, "Reallocated_Sector_Ct", 100, {"value": 65543, "string": "7 (0 1)"}),
            "reallocated_sectors",
            7,
        ),
        (attribute(5, "Reallocated_Sector_Ct", 100, {"string": "none"}), "reallocated_sectors", None),
        (attribute(5, "Reallocated_Sector_Ct", 100, {"string": "9" * 30}), "reallocated_sectors", None),
        (attribute(5, "Reallocated_Sector_Ct", 100, None), "reallocated_sectors", None),
        (attribute(197, "Current_Pending_Sector", 100, {"value": 1, "string": "1"}), "pending_sectors", 1),
        (attribute(177, "Wear_Leveling_Count", 97, {"value": 60}), "percent_used", 3),
        (attribute(202, "Percent_Lifetime_Remain", 60, {"value": 40}), "percent_used", 40),
        (attribute(233, "Media_Wearout_Indicator", 100, {"value": 0}), "percent_used", 0),
        (attribute(230, "Media_Wearout_Indicator", 2, {"value": 2}), "percent_used", None),  # counts up
        (attribute(177, "Wear_Leveling_Count", 253, {"value": 0}), "percent_used", None),
        (attribute(233, "Unknown_Attribute", 40, {"value": 0}), "percent_used", None),
    ],
)
def test_attributes(document: dict[str, Any], key: str, expected: int | None) -> None:
    assert parse_smartctl(document)[key] == expected


def test_scsi_disks_before_smartctl_7_2() -> None:
    disk = parse_smartctl({"vendor": "SEAGATE", "product": "ST600MM0009", "revision": "N004"})
    assert (disk["model"], disk["firmware"]) == ("ST600MM0009", "N004")


def test_temperature_in_the_environmental_reports() -> None:
    document = {
        "temperature": {"current": 0, "drive_trip": 0},
        "scsi_environmental_reports": {"temperature_1": {"parameter_code": 0, "current": 37}},
    }
    assert parse_smartctl(document)["temperature_c"] == 37


def test_device_statistics() -> None:
    row = {"offset": 8, "name": "Percentage Used Endurance Indicator", "size": 1, "value": 4}
    document = {"ata_device_statistics": {"pages": ["x", {"number": 1}, {"number": 7, "table": ["x", row]}]}}
    assert parse_smartctl(document)["percent_used"] == 4


def test_hostile_messages_stay_text() -> None:
    document = {
        "smartctl": {"messages": [{"string": "{{ 7 * 7 }}"}, {"string": 5}, "x"] + [{"string": "m"}] * 99}
    }
    assert parse_smartctl(document)["unknown"] == {
        "reason": "not_supported",
        "detail": "{{ 7 * 7 }}; m; m; m; m; m",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def sound(parsed: dict[str, Any]) -> None:
    assert parsed.keys() == NOTHING.keys()
    assert parsed["wwn"] is None or (len(parsed["wwn"]) == 16 and int(parsed["wwn"], 16))
    assert parsed["passed"] in {True, False, None}
    for key in ("power_on_hours", "reallocated_sectors", "pending_sectors", "percent_used", "media_errors"):
        assert parsed[key] is None or (type(parsed[key]) is int and 0 <= parsed[key] < 2**63)


@given(st.text())
def test_any_text(text: str) -> None:
    sound(parse_smartctl(text))


def _places(document: object) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON document."""
    pairs = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    found: list[tuple[Any, Any]] = []
    for key, value in pairs:
        found += [(document, key), *_places(value)]
    return found


@settings(max_examples=200)
@given(st.sampled_from(["ata_hdd", "ata_ssd", "nvme", "scsi_sas", "denied"]), st.data())
def test_any_value_anywhere(name: str, data: st.DataObject) -> None:
    document = copy.deepcopy(json.loads(read(name)))
    container, key = data.draw(st.sampled_from(_places(document)))
    container[key] = data.draw(JSON)
    sound(parse_smartctl(document))
    sound(parse_smartctl(json.dumps(document)))
