"""SNMP answers of several makers → facts, as tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.devices.kinds import network_kind
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.keys import machine_keys

from tests.unit.devices.device_samples import HUAWEI, LASERJET, mac, oid, snmp


def test_a_huawei_switch() -> None:
    document = build_facts(HUAWEI)
    inventory, state = document["inventory"], document["state"]
    assert document["platform"] == "snmp"
    assert inventory["system"] == {
        "manufacturer": "Huawei",
        "product": "S5735-L24T4S-A1",
        "version": None,
        "serial": "2102352UPBDMN1000123",
        "uuid": None,
        "sku": None,
        "family": None,
    }
    assert inventory["device"]["kind"] == "switch"
    assert inventory["device"]["firmware"] == "V200R019C10SPC500"
    assert [row["class"] for row in inventory["device"]["modules"]] == ["chassis", "module"]
    assert [nic["name"] for nic in inventory["nics"]] == ["GigabitEthernet0/0/1", "GigabitEthernet0/0/2"]
    assert state["hostname"] == "机房交换机"
    assert state["device"]["uptime_seconds"] == 86400
    assert state["device"]["ports"][0] == {
        "name": "GigabitEthernet0/0/1",
        "description": "到中心机房",
        "up": True,
        "speed_mbps": 1000,
    }


def test_it_is_known_by_serial_and_addresses() -> None:
    keys = machine_keys(build_facts(HUAWEI)["inventory"])
    assert set(keys.pairs()) == {("system_serial", "2102352UPBDMN1000123"), ("mac", "c4:b8:b4:01:02:03")}


def test_what_only_a_pc_has_is_unknown_and_not_absent() -> None:
    unknown = build_facts(HUAWEI)["unknown"]
    assert {unknown[f"inventory.{name}"]["reason"] for name in ("cpus", "disks", "monitors")} == {
        "not_requested"
    }


def test_a_printer_over_snmp() -> None:
    document = build_facts(LASERJET)
    system, state = document["inventory"]["system"], document["state"]["device"]
    assert (system["product"], system["serial"]) == ("HP LaserJet 400 M401dn", "VNB3X12345")
    assert document["inventory"]["device"]["kind"] == "printer"
    assert (state["page_count"], state["status"]) == (48211, "idle")
    assert state["supplies"] == [{"name": "Black Cartridge HP CF280A", "percent": 37}]


@pytest.mark.parametrize(
    ("description", "services", "capabilities", "kind"),
    [
        ("Cisco IOS Software, C2960X Software", 6, b"\x28\x00", "switch"),
        ("Ruijie Full Gigabit Routing Switch", 78, None, "switch"),
        ("RouterOS RB4011iGS+", 78, b"\x08\x00", "router"),
        ("TP-LINK router", 4, None, "router"),
        ("FortiGate-60F v7.0", 78, b"\x28\x00", "firewall"),
        ("Cisco Adaptive Security Appliance Version 9.8(2)", 4, None, "firewall"),
        ("Huawei USG6305E", 78, None, "firewall"),
        ("Linux camera", 72, None, "other"),
        (None, None, None, "other"),
        (None, None, b"", "other"),
    ],
)
def test_kind(description: str | None, services: int | None, capabilities: bytes | None, kind: str) -> None:
    assert network_kind(description, services, capabilities) == kind


def test_the_persons_word_goes_before() -> None:
    assert build_facts(snmp(kind="firewall", sysServices=6))["inventory"]["device"]["kind"] == "firewall"
    assert build_facts(snmp(kind="toaster", sysServices=6))["inventory"]["device"]["kind"] == "switch"


def test_a_ups_with_alarms() -> None:
    document = build_facts(
        snmp(
            upsIdent={"1.0": "APC", "2.0": "Smart-UPS 3000", "3.0": "UPS 09.3"},
            upsBattery={"3.0": 0, "4.0": 4},
            upsOutputSource={"0": 5},
            upsOutputPercentLoad={"1": 40, "2": 61, "3": 9999},
            upsAlarmDescr={
                "1": oid("1.3.6.1.2.1.33.1.6.3.1"),
                "2": oid("1.3.6.1.2.1.33.1.6.3.2"),
                "3": oid("1.3.6.1.4.1.318.9"),
            },
        )
    )
    state = document["state"]["device"]
    assert document["inventory"]["device"]["kind"] == "ups"
    assert state["status"] == "battery"
    assert state["errors"] == ["battery bad", "on battery", "1.3.6.1.4.1.318.9"]
    assert state["battery"] == {"charge_percent": 4, "runtime_seconds": 0, "replace": True, "date": None}
    assert state["load_percent"] == 61


@pytest.mark.parametrize(
    ("rows", "neighbour"),
    [
        (
            {
                "lldpRemChassisIdSubtype": 4,
                "lldpRemChassisId": mac("00:1b:21:aa:bb:cc"),
                "lldpRemPortId": "Gi1/0/48",
            },
            ("00:1b:21:aa:bb:cc", "Gi1/0/48"),
        ),
        (
            {"lldpRemChassisIdSubtype": 7, "lldpRemChassisId": "core", "lldpRemPortDesc": "uplink"},
            ("core", "uplink"),
        ),
        (
            {
                "lldpRemChassisId": "00-1B-21-AA-BB-CC",
                "lldpRemPortIdSubtype": 3,
                "lldpRemPortId": mac("00:1b:21:00:00:01"),
            },
            ("00:1b:21:aa:bb:cc", "00:1b:21:00:00:01"),
        ),
    ],
)
def test_neighbours(rows: dict[str, Any], neighbour: tuple[str, str]) -> None:
    document = build_facts(snmp(**{name: {"0.7.1": value} for name, value in rows.items()}))
    (found,) = document["state"]["device"]["neighbours"]
    assert (found["chassis_id"], found["remote_port"], found["port"]) == (*neighbour, "7")


@pytest.mark.parametrize(
    ("fault", "path", "reason"),
    [
        ("entPhysicalSerialNum", "inventory.system", "timeout"),
        ("ifPhysAddress", "inventory.nics", "timeout"),
        ("lldpRemChassisId", "state.device.neighbours", "timeout"),
    ],
)
def test_what_was_not_answered_in_time_is_unknown(fault: str, path: str, reason: str) -> None:
    document = build_facts(snmp(sysServices=2, faults={fault: {"error": "timeout"}}))
    assert document["unknown"][path]["reason"] == reason


def test_chinese_in_gb18030_and_bytes_that_are_no_text() -> None:
    document = build_facts(
        snmp(sysName="机房".encode("gb18030"), sysLocation=b"\xff\xfe\xff\x00", sysDescr=b"a\x1b[31mb\x00")
    )
    assert document["state"]["hostname"] == "机房"
    assert document["inventory"]["device"]["description"] == "a[31mb"
