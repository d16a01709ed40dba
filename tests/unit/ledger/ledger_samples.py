"""PCs that were never built, as the spool brings them: valid facts, evidence that unpacks."""

import base64
import hashlib
import json
import zlib
from datetime import UTC, datetime, timedelta

from ansible_collections.jifang.lab.plugins.plugin_utils.facts.document import Document

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(minutes=0):
    return NOON + timedelta(minutes=minutes)


def module(slot, serial, size=8 << 30):
    return {
        "slot": slot,
        "populated": size > 0,
        "size_bytes": size or None,
        "type": "DDR4",
        "manufacturer": "Kingston",
        "part_number": "KVR26N19S8/8",
        "serial": serial,
    }


def pc_inventory(n, **sections):
    """PC number ``n`` with all keys its own; ``sections`` replace sections of the inventory."""
    inventory = {
        "system": {
            "manufacturer": "LENOVO",
            "product": "ThinkCentre M720q",
            "serial": f"PC{n:06}",
            "uuid": f"4c4c4544-0042-3510-8052-{n:012x}",
        },
        "board": {"manufacturer": "LENOVO", "product": "3136", "serial": f"BRD{n:06}"},
        "cpus": [{"socket": "U3E1", "populated": True, "manufacturer": "Intel", "model": "i5-9400T", "cores": 6}],
        "memory": {
            "total_bytes": 16 << 30,
            "modules": [module("DIMM 1", f"{n:04}A1B2"), module("DIMM 2", f"{n:04}C3D4")],
        },
        "disks": [
            {
                "name": "sda",
                "model": "SAMSUNG MZ7LN256",
                "serial": f"S{n:07}",
                "size_bytes": 256060514304,
                "media": "ssd",
                "bus": "sata",
                "removable": False,
            }
        ],
        "nics": [{"name": "eno1", "permanent_mac": f"98:fa:9b:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}",
                  "driver": "e1000e", "bus": "pci", "vendor": "Intel", "model": "I219-V"}],
        "gpus": [{"slot": "0000:00:02.0", "vendor": "Intel", "model": "UHD 630", "vendor_id": "8086",
                  "device_id": "3e92"}],
        "monitors": [{"connector": "HDMI-A-1", "manufacturer_id": "AOC", "manufacturer": "AOC", "model": "24B2XH",
                      "product_code": "2402", "serial": f"AOC{n:05}", "checksum_ok": True, "strings": []}],
        "virtualization": {"kind": "physical", "hypervisor": None},
    }  # fmt: skip
    return {**inventory, **sections}


def facts_of(inventory, *, unknown=(), simulated=False, state=None):
    document = Document("linux", simulated=simulated)
    document.inventory = inventory
    document.state = state or {}
    for path in unknown:
        document.unknown(path, "no_permission", "needs root")
    return document.finish()


def header(run="run-1", minutes=0):
    return {"v": 1, "kind": "run", "run": run, "at": at(minutes).isoformat(), "playbook": "collect_facts.yml",
            "actor": "root"}  # fmt: skip


def observed(host, facts, *, run="run-1", minutes=1, evidence=None, room="机房一", seat=None):
    content = evidence if evidence is not None else {"v": 1, "probe": "linux", "host": host, "t": minutes}
    text = json.dumps(content).encode()
    return {
        "v": 1,
        "kind": "observed",
        "run": run,
        "at": at(minutes).isoformat(),
        "host": host,
        "room": room,
        "seat": seat if seat is not None else host[-2:],
        "facts": facts,
        "evidence": base64.b64encode(zlib.compress(text)).decode(),
        "digest": hashlib.sha256(text).hexdigest(),
    }


def missed(host, *, run="run-1", minutes=1, kind="unreachable", message="No route to host"):
    return {"v": 1, "kind": kind, "run": run, "at": at(minutes).isoformat(), "host": host, "room": "机房一",
            "seat": host[-2:], "message": message}  # fmt: skip


def run_of(hosts, *, run="run-1", minutes=0):
    """A whole run: ``hosts`` maps host to facts, or to None where it did not answer."""
    return [
        header(run, minutes),
        *(
            missed(host, run=run, minutes=minutes + 1)
            if facts is None
            else observed(host, facts, run=run, minutes=minutes + 1)
            for host, facts in hosts.items()
        ),
    ]
