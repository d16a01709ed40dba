"""Network devices beside PCs: what is matched with what, what is said of what was not seen, and no word about PCs."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.matching import match
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reconcile.scope import Scope
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Machine
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.vocabulary import AssetKind, asset_kind
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.wording import ADVICE

from tests.unit.ledger.reconcile_samples import ROOM, asset, findings, machine, seen, sighting

NAMES = {"switch": "网络交换机", "printer": "激光打印机", "projector": "投影仪", "ups": "UPS电源"}


def booked(number: int, kind: str, **fields: Any) -> Any:
    given = {"name": NAMES[kind], "brand": None, "model": None, **fields}
    return asset(number, **given)


def device(number: int, kind: str, serial: str | None = None, **fields: Any) -> Machine:
    system = {"manufacturer": None, "product": fields.pop("product", None), "serial": serial}
    inventory = {"system": system, "nics": [], "device": {"kind": kind}}
    return machine(number, inventory=inventory, host=f"{kind}{number}", **fields)


def told(assets: list[Any], machines: list[Machine], **given: Any) -> set[tuple[str, ...]]:
    rows = findings(assets, machines, **given)
    return {(row.kind.value, row.advice, *(row.asset_numbers or row.hosts)) for row in rows}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("网络交换机", "switch"),
        ("交换机 S5720", "switch"),
        ("48口千兆交换机", "switch"),
        ("KVM交换机", "other"),
        ("无线路由器", "router"),
        ("硬件防火墙", "firewall"),
        ("激光打印机(含硒鼓)", "printer"),
        ("3D打印机", "other"),
        ("计算机教室投影仪", "projector"),
        ("投影仪支架", "other"),
        ("投影幕", "other"),
        ("UPS电源", "ups"),
        ("UPS蓄电池", "other"),
        ("不间断电源", "ups"),
        ("电源适配器", "other"),
        ("打印服务器", "computer"),
        ("台式计算机、打印机", "computer"),
    ],
)
def test_kind_by_name(name: str, kind: str) -> None:
    assert asset_kind(asset(1, name=name)) is AssetKind(kind)


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("A02010200", "核心交换机", "switch"),
        ("A02010200", "计算机", "other"),
        ("A02010300", "防火墙", "firewall"),
        ("A02021000", "办公设备", "printer"),
    ],
)
def test_kind_by_class_code_and_name(code: str, name: str, kind: str) -> None:
    row = asset(1, name=name, class_standard="GB/T 14885-2022", class_code=code)
    assert asset_kind(row) is AssetKind(kind)


@pytest.mark.parametrize(
    ("kind", "name", "linked"),
    [
        ("switch", "网络交换机", True),
        ("router", "网络交换机", True),  # neither side knows for sure which of the three it is
        ("firewall", "路由器", True),
        ("printer", "网络交换机", False),
        ("switch", "台式计算机", False),
        ("other", "无线AP", True),  # the rest of the book by what the thing itself carries
    ],
)
def test_a_device_is_matched_with_a_fitting_kind_alone(kind: str, name: str, linked: bool) -> None:
    row = asset(1, name=name, brand=None, model="S5130-28S", serial="SER12345")
    matches = match([row], [device(1, kind, "SER12345", product="S5130-28S")])
    assert bool(matches.links) is linked


def test_a_pc_is_never_a_device() -> None:
    matches = match([booked(1, "printer", serial="SER12345")], [machine(1, serial="SER12345")])
    assert not matches.links


def test_a_device_of_no_known_kind_is_not_taken_for_a_chair() -> None:
    chairs = [asset(n, "1", name="电脑椅", brand=None, model="X100") for n in range(1, 4)]
    assert not match(chairs, [device(1, "other", "SER12345", seat="1", product="X100")]).links


def test_a_device_that_is_not_booked() -> None:
    assert told([], [device(1, "switch", "SER12345")]) == {("surplus", "surplus_device", "switch1")}


def test_nothing_is_said_of_devices_that_the_inventory_does_not_have() -> None:
    assert told([booked(1, "projector"), booked(2, "switch")], [device(3, "printer", "P1234567")]) == {
        ("surplus", "surplus_device", "printer3")
    }


def test_a_booked_device_is_missing_where_all_of_its_kind_answered() -> None:
    assert told([booked(1, "switch", serial="S1234567")], [device(1, "switch", "OTHER123")]) == {
        ("surplus", "surplus_device", "switch1"),
        ("shortage", "shortage", "A0001"),
    }


def test_with_more_booked_than_listed_it_is_unknown() -> None:
    assets = [booked(n, "printer", serial=f"S123456{n}", model="M401") for n in (1, 2)]
    assert told(assets, [device(1, "printer", "S1234561", product="M401")]) == {
        ("unknown", "unknown_not_listed", "A0002")
    }


def test_a_device_that_is_off_is_unknown_and_its_room_stays_fully_seen_for_pcs() -> None:
    switch = booked(1, "switch", serial="S1234567", model="S5130-28S")
    pc, missing = asset(2, "1", serial="PC123456"), asset(3, "2", serial="PC999999")
    machines = [device(1, "switch", "S1234567", product="S5130-28S"), machine(2, "1", "PC123456")]
    sightings = [sighting("switch1", status="unreachable"), *seen(machines[1])]
    assert told([switch, pc, missing], machines, sightings=sightings) == {
        ("unknown", "unknown_off_device", "A0001"),
        ("shortage", "shortage", "A0003"),
    }


def test_a_pc_that_is_off_hides_no_switch() -> None:
    assets = [booked(1, "switch", serial="S1234567")]
    machines = [device(1, "switch", "OTHER123"), machine(2, "1", "PC123456")]
    sightings = [*seen(machines[0]), sighting("pc2", "1", "unreachable")]
    assert ("shortage", "shortage", "A0001") in told(assets, machines, sightings=sightings)


def test_a_device_that_never_answered_is_what_the_inventory_says() -> None:
    scope = Scope(inventory={"sw": (ROOM, None)}, devices={"sw": AssetKind.SWITCH})
    silent = [sighting("sw", status="unreachable")]
    assert told([booked(1, "switch")], [], sightings=silent, scope=scope) == {
        ("unknown", "unknown_room_device", "A0001")
    }


def test_a_device_in_another_room_and_two_exchanged() -> None:
    assets = [
        booked(n, "projector", serial=f"S123456{n}", model="CB-X06E", room=f"教室{n}", seat="讲台")
        for n in (1, 2)
    ]
    machines = [
        device(n, "projector", f"S123456{n}", product="CB-X06E", room=f"教室{3 - n}", seat="讲台")
        for n in (1, 2)
    ]
    assert told(assets, machines) == {("swap_suspected", "swap_devices", "A0001", "A0002")}
    assert told(assets[:1], machines[:1]) == {("misplaced", "misplaced", "A0001")}


def test_devices_change_no_word_about_pcs() -> None:
    pcs = [machine(1, "1", "PC123456"), machine(2, "2", None)]
    assets = [asset(1, "1", serial="PC123456"), asset(2, "3"), booked(3, "switch", serial="PC123456")]
    before = told(assets[:2], pcs)
    after = told(assets, [*pcs, device(9, "switch", "PC123456"), device(10, "printer", "P1234567", seat="1")])
    assert before <= after
    assert all("device" in row[1] or row[0] == "unknown" for row in after - before)


def test_every_advice_of_a_device_has_words() -> None:
    assert {code for code in ADVICE if code.endswith("_device")} == {
        "surplus_device",
        "surplus_serial_differs_device",
        "unknown_off_device",
        "unknown_failed_device",
        "unknown_room_device",
        "unknown_identity_device",
    }
