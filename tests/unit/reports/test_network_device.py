"""The page of a network device: what it counts, its tables, no row about what only a PC has, and nothing that runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    ComponentKind,
    Machine,
    Snapshot,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.hardware import (
    facts_of,
    parts_of,
    unknown_notes,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.network_device import (
    ROWS_SHOWN,
    device_kind,
    duration,
    tables,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.views import Views
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.words import Words

from tests.samples import machine, sample_snapshot
from tests.unit.devices.device_samples import HUAWEI, LASERJET, nut, pjlink, snmp

WORDS, CHINESE = Words("en"), Words("zh_CN")


def device(evidence: dict[str, Any], number: int = 90, host: str = "device") -> Machine:
    facts = build_facts(evidence)
    parts = {name: facts[name] for name in ("inventory", "state", "unknown", "raw")}
    return replace(machine(number, host, "01"), components=(), **parts)


def shown(evidence: dict[str, Any]) -> dict[str, str | None]:
    return {fact.label: fact.text for fact in facts_of(device(evidence), WORDS)}


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (LASERJET, {"Product": "HP LaserJet 400 M401dn", "Pages printed": "48,211", "Its state": "idle"}),
        (
            pjlink(LAMP="1532 1 20 0", ERST="020000", POWR="1"),
            {"Lamp": "1,532 hours; 20 hours", "It complains of": "lamp: error", "Its state": "switched on"},
        ),
        (
            nut(battery_charge="97", battery_runtime="2520", ups_load="23", ups_status="OL RB"),
            {
                "Battery charge": "97 %",
                "Battery lasts": "42 minutes",
                "Load": "23 %",
                "Battery": "asks to be replaced",
            },
        ),
        (HUAWEI, {"Running for": "1 days 0 hours", "Firmware version": "V200R019C10SPC500"}),
    ],
)
def test_what_a_device_says(evidence: dict[str, Any], expected: dict[str, str]) -> None:
    assert expected.items() <= shown(evidence).items()


def test_what_a_kind_does_not_have_is_no_gap() -> None:
    assert not {"Lamp", "Pages printed", "Battery charge", "Memory", "Secure Boot"} & shown(HUAWEI).keys()
    seen = device(HUAWEI)
    assert {part.kind for part in parts_of(seen, WORDS)} <= {ComponentKind.NIC}
    assert [path for path, _reason in unknown_notes(seen, WORDS) if "cpus" in path] == []


@pytest.mark.parametrize(
    ("evidence", "word"), [(HUAWEI, "交换机"), (LASERJET, "打印机"), (pjlink(), "投影机")]
)
def test_kind(evidence: dict[str, Any], word: str) -> None:
    assert device_kind(device(evidence), CHINESE) == word


def test_a_pc_has_no_kind_and_no_tables() -> None:
    assert device_kind(machine(1, "pc01", "01"), WORDS) is None
    assert device_kind(None, WORDS) is None
    assert tables(machine(1, "pc01", "01"), WORDS) == []


def test_tables() -> None:
    found = {table.title: table for table in tables(device(HUAWEI), WORDS)}
    assert found["Ports"].rows[0] == ("GigabitEthernet0/0/1", "到中心机房", "connected", "1000 Mbit/s")
    assert found["Modules"].rows[0] == ("Chassis", None, "Huawei S5735-L24T4S-A1", "2102352UPBDMN1000123")
    (supplies,) = (table for table in tables(device(LASERJET), WORDS) if table.title == "Supplies")
    assert supplies.rows == (("Black Cartridge HP CF280A", "37 %"),)


def test_a_long_table_is_cut_and_says_how_much_is_left() -> None:
    many = snmp(ifType={str(number): 6 for number in range(1, 400)})
    (ports,) = (table for table in tables(device(many), WORDS) if table.title == "Ports")
    assert (len(ports.rows), ports.total) == (ROWS_SHOWN, 399)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(59, "0 minutes"), (7199, "119 minutes"), (7200, "2 hours"), (90000, "1 days 1 hours")],
)
def test_duration(seconds: int, text: str) -> None:
    assert duration(seconds, WORDS) == text


@pytest.mark.parametrize(
    "value", [None, 7, "x", [], [1, None, {}], {"a": 1}, [{"name": 3, "hours": "x", "up": []}]]
)
def test_state_of_any_shape_breaks_no_page(value: Any) -> None:
    names = ("ports", "neighbours", "lamps", "errors", "battery", "supplies", "page_count", "load_percent")
    seen = replace(device(HUAWEI), state={"device": dict.fromkeys(names, value)})
    assert facts_of(seen, WORDS)
    tables(seen, WORDS)


def with_devices(*seen: Machine) -> Snapshot:
    snapshot = sample_snapshot()
    return replace(snapshot, machines=(*snapshot.machines, *seen))


def test_a_printer_takes_no_pcs_seat_on_the_map_and_is_no_computer() -> None:
    before, after = Views(sample_snapshot()), Views(with_devices(device(LASERJET)))
    assert after.totals().computers == before.totals().computers

    def first(views: Views) -> dict[str | None, str]:
        return {
            f"{room.name} {seat.label}": seat.devices[0].page
            for room in views.rooms
            for seat in (*room.grid, *room.apart)
            if seat.devices
        }

    assert first(before).items() <= first(after).items()


def test_hostile_answers_stay_text(tmp_path: Path) -> None:
    text = "<script>alert(1)</script>"
    hostile = snmp(
        sysDescr=text,
        ifType={"1": 6},
        ifName={"1": text},
        ifAlias={"1": text},
        lldpRemChassisId={"0.1.1": text},
        lldpRemSysName={"0.1.1": text},
        prtMarkerSuppliesDescription={"1.1": text},
    )
    render_site(with_devices(device(hostile)), tmp_path / "site")
    pages = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")]
    assert [page for page in pages if text in page] == []
    assert any("&lt;script&gt;alert(1)" in page for page in pages)
