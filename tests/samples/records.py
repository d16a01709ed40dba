"""Single records of a school, with values that hang together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Asset,
    Component,
    ComponentKind,
    Event,
    Machine,
)

NOW = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
EARLIER = NOW - timedelta(days=7)
RUN = "20261123T081500Z-1a2b3c4d"
GIB = 2**30
ROOM = "机房一"
SERVER_ROOM = "中心机房"
TEACHER_SEAT = "教师机"


def part(machine_id: int, kind: ComponentKind, key: str, **fields: Any) -> Component:
    return Component(
        machine_id=machine_id,
        kind=kind,
        key=key,
        **{"first_seen_at": EARLIER, "last_seen_at": NOW, **fields},
    )


def _parts(number: int, gib: int, monitor: str | None) -> tuple[Component, ...]:
    serial = f"{number:04d}"
    mac = f"8c:16:45:00:{number // 256 % 256:02x}:{number % 256:02x}"
    memory = [
        part(
            number,
            ComponentKind.MEMORY,
            f"38A1{serial}{slot}",
            slot=f"DIMM{slot}",
            manufacturer="Samsung",
            model="M378A1K43EB2-CWE",
            serial=f"38A1{serial}{slot}",
            size_bytes=8 * GIB,
            attributes={"type": "DDR4", "speed_mts": 3200, "configured_mts": 2666},
        )
        for slot in range(1, gib // 8 + 1)
    ]
    return (
        part(
            number,
            ComponentKind.BOARD,
            f"L1HF{serial}",
            manufacturer="LENOVO",
            model="3140",
            serial=f"L1HF{serial}",
        ),
        part(
            number,
            ComponentKind.CPU,
            "CPU 1",
            slot="U3E1",
            manufacturer="Intel",
            model="Intel(R) Core(TM) i5-10400 CPU @ 2.90GHz",
            attributes={"cores": 6, "threads": 12},
        ),
        *memory,
        part(
            number,
            ComponentKind.DISK,
            f"S4GV{serial}",
            slot="nvme0n1",
            manufacturer="Samsung",
            model="PM981a",
            serial=f"S4GV{serial}",
            size_bytes=512_110_190_592,
            attributes={"media": "ssd", "bus": "nvme"},
        ),
        part(
            number,
            ComponentKind.NIC,
            mac,
            slot="enp0s31f6",
            model="I219-LM",
            serial=mac,
            attributes={"driver": "e1000e"},
        ),
        *(_monitors(number, monitor) if monitor else ()),
    )


def _monitors(number: int, serial: str) -> tuple[Component, ...]:
    return (
        part(
            number,
            ComponentKind.MONITOR,
            serial,
            slot="HDMI-A-1",
            manufacturer="Lenovo",
            model="T2054pC",
            serial=serial,
            attributes={"width_mm": 432, "height_mm": 240, "year": 2023},
        ),
    )


def _inventory(number: int, gib: int, serial: str | None, os_name: str) -> dict[str, Any]:
    slots = range(1, 5)
    return {
        "system": {
            "manufacturer": "LENOVO",
            "product": "启天M435-A193",
            "serial": serial,
            "uuid": f"4c4c4544-0000-1000-8000-{number:012x}",
        },
        "bios": {"version": "M3CKT39A", "release_date": "2021-05-11", "firmware_type": "uefi"},
        "chassis": {"type": "Desktop", "asset_tag": None},
        "memory": {
            "total_bytes": gib * GIB,
            "modules": [{"slot": f"DIMM{slot}", "populated": slot <= gib // 8} for slot in slots],
        },
        "secure_boot": True,
        "tpm": {"version": "2.0"},
        "virtualization": {"kind": "physical", "hypervisor": None},
        "os": {"pretty_name": os_name, "kernel": "6.6.0-amd64", "architecture": "x86_64"},
    }


def machine(
    number: int,
    host: str,
    seat: str,
    *,
    room: str = ROOM,
    gib: int = 16,
    serial: str | None = None,
    monitor: str | None = None,
    os_name: str = "UnionTech OS Desktop 20 Professional",
    **fields: Any,
) -> Machine:
    """A PC seen at the newest run; ``fields`` are further fields of ``records.Machine``."""
    return Machine(
        **{
            "id": number,
            "host": host,
            "room": room,
            "seat": seat,
            "first_seen_at": EARLIER,
            "last_seen_at": NOW,
            "last_status_at": NOW,
            "inventory": _inventory(number, gib, serial or f"PF2K{number:04d}", os_name),
            "state": {
                "hostname": host,
                "boot_time": "2026-11-23T00:01:12Z",
                "addresses": [
                    {
                        "interface": "enp0s31f6",
                        "mac": f"8c:16:45:00:00:{number % 256:02x}",
                        "ipv4": [f"10.20.1.{number % 250}"],
                    }
                ],
                "smart": [{"disk": "nvme0n1", "passed": True, "power_on_hours": 3120}],
            },
            "components": _parts(number, gib, monitor),
            **fields,
        }
    )


def asset(number: int, name: str, seat: str | None, *, room: str | None = ROOM, **fields: Any) -> Asset:
    """A row of the property book; ``fields`` are further fields of ``records.Asset``."""
    return Asset(
        **{
            "id": number,
            "asset_number": f"2023-{number:04d}",
            "name": name,
            "finance_card": f"GK2023{number:05d}",
            "unit": "台",
            "booked_on": date(2023, 9, 1),
            "purchased_on": date(2023, 8, 18),
            "warranty_until": date(2026, 8, 17),
            "supplier": "某某信息技术有限公司",
            "room": room,
            "seat": seat,
            "custodian": "王老师",
            "department": "信息中心",
            "funding_source": "财政拨款",
            **fields,
        }
    )


def pc(number: int, seat: str, *, name: str = "台式计算机", **fields: Any) -> Asset:
    return asset(
        number,
        name,
        seat,
        **{
            "brand": "联想",
            "model": "启天M435-A193",
            "serial": f"PF2K{number:04d}",
            "specification": "i5-10400/16G/512G SSD",
            "original_value": Decimal("4599.00"),
            **fields,
        },
    )


def monitor(number: int, seat: str, serial: str) -> Asset:
    return asset(
        number,
        "液晶显示器",
        seat,
        brand="联想",
        model="T2054p",
        serial=serial,
        original_value=Decimal("699.00"),
        parent_number=f"2023-{number - 20:04d}",
    )


def event(
    number: int,
    action: str,
    subject: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    **fields: Any,
) -> Event:
    return Event(
        **{
            "number": number,
            "at": EARLIER + timedelta(hours=number),
            "actor": "root",
            "reason": "",
            "action": action,
            "subject": subject,
            "before": before,
            "after": after,
            "previous": f"{number - 1:064x}",
            "digest": f"{number:064x}",
            **fields,
        }
    )
