"""A small school to reconcile: assets, machines and sightings with only what a test names."""

from datetime import UTC, datetime, timedelta

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.matching import match
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reconcile import reconcile
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Asset,
    Component,
    ComponentKind,
    Machine,
    Sighting,
    SightingStatus,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ROOM = "机房一"
GIB = 2**30


def at(hours=0):
    return NOON + timedelta(hours=hours)


def asset(number, seat=None, **fields):
    """A computer booked at a seat of 机房一; ``number`` is its id and gives its asset number."""
    defaults = {
        "asset_number": f"A{number:04}",
        "name": "台式计算机",
        "brand": "联想",
        "model": "启天M430",
        "room": ROOM,
        "seat": seat,
    }
    return Asset(id=number, **{**defaults, **fields})


def screen(number, seat=None, **fields):
    """A monitor booked at a seat."""
    defaults = {"name": "液晶显示器", "brand": "AOC", "model": "22B2HM", "serial": f"SCREEN{number:04}"}
    return asset(number, seat, **{**defaults, **fields})


def inventory(serial=None, gib=16, **sections):
    """The inventory of a Lenovo QiTian; ``sections`` replace sections."""
    made = {
        "system": {
            "manufacturer": "LENOVO",
            "product": "11ECA01TCD",
            "version": "QiTian M430-N000",
            "serial": serial,
        },
        "board": {"manufacturer": "LENOVO", "product": "3140", "serial": None},
        "chassis": {"manufacturer": "LENOVO", "serial": None},
        "cpus": [{"socket": "U3E1", "populated": True, "model": "Intel(R) Core(TM) i5-9500 CPU @ 3.00GHz"}],
        "memory": {"total_bytes": gib * GIB},
        "disks": [{"name": "nvme0n1", "bus": "nvme", "size_bytes": 512110190592, "removable": False}],
        "nics": [],
        "virtualization": {"kind": "physical"},
    }
    return {**made, **sections}


def machine(number, seat=None, serial=None, *, host=None, seen=0, first=-24, components=(), **fields):
    """A machine that host ``pc<number>`` was, at a seat of 机房一; ``seen`` and ``first`` in hours from noon."""
    made = {
        "room": ROOM,
        "seat": seat,
        "first_seen_at": at(first),
        "last_seen_at": at(seen),
        "last_status_at": at(seen),
        "inventory": inventory(serial),
    }
    return Machine(id=number, host=host or f"pc{number}", components=tuple(components), **{**made, **fields})


def part(number, kind, serial=None, *, key=None, first=-24, seen=0, removed=None, **fields):
    """A component of machine ``number``; times in hours from noon."""
    return Component(
        machine_id=number,
        kind=ComponentKind(kind),
        key=key or f"serial:{serial}",
        serial=serial,
        first_seen_at=at(first),
        last_seen_at=at(seen),
        removed_at=None if removed is None else at(removed),
        **fields,
    )


def monitor(number, serial, **fields):
    """A monitor that machine ``number`` reports."""
    return part(
        number, "monitor", serial, **{"manufacturer": "AOC", "model": "22B2HM", "slot": "HDMI-A-1", **fields}
    )


def sighting(host, seat=None, status="observed", *, run="run-1", hours=0, room=ROOM):
    return Sighting(
        run_id=run,
        host=host,
        status=SightingStatus(status),
        at=at(hours),
        room=room,
        seat=seat,
        machine_id=None,
    )


def seen(*machines, run="run-1", hours=0):
    """Sightings of one run in which each of the machines answered."""
    return [sighting(row.host, row.seat, run=run, hours=hours, room=row.room) for row in machines]


def findings(assets, machines, sightings=None, scope=None):
    """Match and reconcile; without ``sightings`` every machine has just answered."""
    rows = seen(*machines) if sightings is None else sightings
    return reconcile(assets, machines, rows, match(assets, machines), scope)


def short(rows):
    """Findings as (kind, asset numbers, hosts): what most tables compare."""
    return [(row.kind.value, " ".join(row.asset_numbers), " ".join(row.hosts)) for row in rows]


def dimm(number, serial, slot="DIMM1", **fields):
    """A module of 8 GB in machine ``number``."""
    return part(number, "memory", serial, slot=slot, manufacturer="Kingston", size_bytes=8 * GIB, **fields)


def differences(finding):
    """Its differences as (field, book, fact)."""
    return [(row.field, row.book, row.fact) for row in finding.differences]


def only(rows):
    """The one finding that there is."""
    assert len(rows) == 1, short(rows)
    return rows[0]
