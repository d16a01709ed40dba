"""IPP, PJLink and NUT answers of several makers → facts, as tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.devices.ipp_message import parse, request
from ansible_collections.jifang.lab.plugins.plugin_utils.devices.nut import variables
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts

from tests.unit.devices.device_samples import ipp, nut, pjlink


def system(document: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    row = document["inventory"]["system"]
    return row["manufacturer"], row["product"], row["serial"]


@pytest.mark.parametrize(
    ("device_id", "expected"),
    [
        ("MFG:Hewlett-Packard;CMD:PJL,PCL;MDL:HP LaserJet 400 M401dn;SN:VNB3X12345;", "VNB3X12345"),
        ("MANUFACTURER:Pantum;MODEL:P3305DN;SERIALNUMBER:CA7B012345", "CA7B012345"),
        ("mfg:Brother;mdl:HL-5590DN;sern:E78123A8N100000;;:;x", "E78123A8N100000"),
        ("MFG:Canon;MDL:LBP252;SN:0123456789;", None),  # a placeholder that says nothing
        ("", None),
    ],
)
def test_a_printers_serial_is_in_its_device_id(device_id: str, expected: str | None) -> None:
    document = build_facts(ipp({"printer-device-id": [device_id], "printer-make-and-model": ["X 1"]}))
    assert system(document)[2] == expected


def test_a_printer() -> None:
    document = build_facts(
        ipp(
            {
                "printer-make-and-model": ["Kyocera ECOSYS P2235dn"],
                "printer-uuid": ["urn:uuid:4509A320-00A0-008F-00B6-002507510ECA"],
                "printer-state": [5],
                "printer-state-reasons": ["media-jam-error", "none"],
                "printer-impressions-completed": [18231],
                "marker-names": ["黑色墨粉", "waste"],
                "marker-levels": [42, -3],
            }
        )
    )
    state = document["state"]["device"]
    assert document["inventory"]["system"]["uuid"] == "4509a320-00a0-008f-00b6-002507510eca"
    assert (state["status"], state["errors"], state["page_count"]) == ("stopped", ["media-jam-error"], 18231)
    assert state["supplies"] == [{"name": "黑色墨粉", "percent": 42}, {"name": "waste", "percent": None}]


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (ipp({"printer-name": ["x"]}, status=0x0406), "unreadable"),
        (ipp({"printer-name": ["x"]}, end=b"\x41\xff\xff"), "unreadable"),
        (ipp({}, end=b""), "unreadable"),
    ],
)
def test_a_damaged_or_refusing_answer_is_unknown(evidence: dict[str, Any], reason: str) -> None:
    assert build_facts(evidence)["unknown"]["inventory.system"]["reason"] == reason


def test_the_request_is_an_ipp_message() -> None:
    message = request("ipp://10.0.0.9/ipp/print", ("printer-name", "printer-info"))
    assert message[:8] == b"\x01\x01\x00\x0b\x00\x00\x00\x01"
    assert message.endswith(b"\x44\x00\x00\x00\x0cprinter-info\x03")
    assert parse(b"HTTP/1.1 200 OK\r\n") is None


@pytest.mark.parametrize(
    ("lamp", "lamps"),
    [
        ("1532 1", [{"hours": 1532, "on": True}]),
        ("100 0 99999 1", [{"hours": 100, "on": False}, {"hours": 99999, "on": True}]),
        ("", []),
        ("999999 1", []),
        ("x", []),
        ("1 1 " * 40, [{"hours": 1, "on": True}] * 8),
    ],
)
def test_lamps(lamp: str, lamps: list[dict[str, Any]]) -> None:
    assert build_facts(pjlink(LAMP=lamp))["state"]["device"]["lamps"] == lamps


@pytest.mark.parametrize(
    ("status", "errors"),
    [
        ("000000", []),
        ("012002", ["lamp: warning", "temperature: error", "other: error"]),
        ("00", []),
        ("333333", []),
    ],
)
def test_projector_errors(status: str, errors: list[str]) -> None:
    assert build_facts(pjlink(ERST=status))["state"]["device"]["errors"] == errors


def test_a_projector_of_nec_in_class_1() -> None:
    document = build_facts(pjlink(INF1="NEC", INF2="NP-M300X+", POWR="3", NAME="3\x1b[2J01"))
    assert system(document) == ("NEC", "NP-M300X+", None)
    assert document["unknown"]["inventory.system.serial"]["reason"] == "not_supported"
    assert document["state"]["device"]["status"] == "warm-up"
    assert document["state"]["hostname"] == "3[2J01"


def test_a_ups_over_nut() -> None:
    document = build_facts(
        nut(
            device_mfr="American Power Conversion",
            device_model="Smart-UPS 1500",
            device_serial="AS1234567890  ",
            ups_status="OB DISCHRG RB",
            ups_load="101.5",
            battery_charge="9.9",
            battery_runtime="61",
        )
    )
    assert system(document) == ("American Power Conversion", "Smart-UPS 1500", "AS1234567890")
    state = document["state"]["device"]
    assert (state["status"], state["load_percent"]) == ("OB DISCHRG RB", 101)
    assert state["battery"] == {"charge_percent": 9, "runtime_seconds": 61, "replace": True, "date": None}


def test_a_small_ups_tells_no_serial() -> None:
    document = build_facts(nut(ups_status="OL", ups_mfr="SANTAK"))
    assert document["unknown"]["inventory.system.serial"]["reason"] == "not_supported"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r'VAR u a.b "say \"hi\" \\"', {"a.b": 'say "hi" \\'}),
        ('VAR u a "1"\nVAR u a "2"\nnoise\nVAR u b "', {"a": "2"}),
        ('VAR u A "1"', {}),
        ("", {}),
    ],
)
def test_nut_variables(text: str, found: dict[str, str]) -> None:
    assert variables(text) == found
