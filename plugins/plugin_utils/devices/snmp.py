"""What an SNMP agent answered → facts: system, ports, parts, neighbours, printer and UPS. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..facts.document import Document
from ..facts.evidence import Evidence
from .kinds import KINDS, network_kind
from .snmp_oids import SYSTEM, WALKED
from .snmp_printer import printer
from .snmp_tables import Tables
from .snmp_ups import ups
from .values import mac_in, mac_of, number_in, text_of

# entPhysicalClass (RFC 6933) in the MIB's words; containers, sensors, ports and backplanes are no parts to count.
_CLASSES = {3: "chassis", 6: "powerSupply", 7: "fan", 9: "module", 11: "stack"}
_CHASSIS, _STACK = 3, 11
# ifType (IANAifType-MIB): Ethernet in its older and newer numbers, and Wi-Fi.
_PHYSICAL = frozenset({6, 62, 69, 71, 117})
_UP = 1
_BY_MAC, _BY_PORT_MAC = 4, 3  # LldpChassisIdSubtype macAddress, LldpPortIdSubtype macAddress


def read(evidence: Evidence, document: Document) -> None:
    """Fill ``document`` from SNMP evidence."""
    tables = Tables(evidence)
    description = tables.text(SYSTEM["sysDescr"])
    chassis_id = _chassis_id(tables)
    modules = _modules(tables)
    device: dict[str, Any] = {
        "description": description,
        "object_id": tables.oid(SYSTEM["sysObjectID"]),
        "chassis_id": chassis_id,
        "modules": modules,
    }
    state: dict[str, Any] = {
        "location": tables.text(SYSTEM["sysLocation"]),
        "uptime_seconds": _hundredths(tables.number(SYSTEM["sysUpTime"])),
    }
    document.inventory["device"], document.state["device"] = device, state
    document.state["hostname"] = tables.text(SYSTEM["sysName"])
    # A stack has a row for itself and one for each member: the first chassis speaks for the whole.
    chassis = next((row for row in modules if row["class"] == "chassis"), {})
    document.inventory["system"] = {
        "manufacturer": chassis.get("manufacturer"),
        "product": chassis.get("model"),
        "serial": chassis.get("serial"),
    }
    device["firmware"] = _firmware(tables)
    _ports(tables, document, state, chassis_id)
    state["neighbours"] = _neighbours(tables, state["ports"])
    printed, supplied = printer(tables, document, state), ups(tables, document, state)
    if document.inventory["system"]["serial"] is None:
        # Small switches and every UPS-MIB tell none: not told is not "has none".
        document.unknown_unless_absent("inventory.system.serial", evidence.fault("entPhysicalSerialNum"))
        document.unknown("inventory.system.serial", "not_supported")
    device["kind"] = _kind(evidence, tables, description, printed=printed, supplied=supplied)
    for path, names in _SOURCES.items():
        document.unknown_unless_absent(path, *(evidence.fault(name) for name in names))


_SOURCES: Mapping[str, tuple[str, ...]] = {
    "inventory.system": ("entPhysicalClass", "entPhysicalSerialNum", "entPhysicalModelName"),
    "inventory.device.modules": tuple(name for name in WALKED if name.startswith("entPhysical")),
    "inventory.nics": ("ifType", "ifPhysAddress", "ifDescr"),
    "state.device.ports": ("ifType", "ifDescr", "ifName", "ifOperStatus"),
    "state.device.neighbours": tuple(name for name in WALKED if name.startswith("lldpRem")),
}


def _kind(
    evidence: Evidence, tables: Tables, description: str | None, *, printed: bool, supplied: bool
) -> str:
    if evidence.kind in KINDS:
        return str(evidence.kind)
    if supplied:
        return "ups"
    if printed:
        return "printer"
    capabilities = tables.raw(f"{WALKED['lldpLocal']}.6.0")
    return network_kind(description, tables.number(SYSTEM["sysServices"]), capabilities)


def _hundredths(ticks: int | None) -> int | None:
    return None if ticks is None else ticks // 100


def _chassis_id(tables: Tables) -> str | None:
    local = WALKED["lldpLocal"]
    return _identifier(tables.raw(f"{local}.2.0"), tables.number(f"{local}.1.0") == _BY_MAC)


def _identifier(data: bytes | None, is_mac: bool) -> str | None:
    if is_mac and (mac := mac_of(data)):
        return mac
    text = text_of(data)
    return mac_in(text) or text


def _modules(tables: Tables) -> list[dict[str, Any]]:
    columns = {
        name: tables.texts(column)
        for name, column in (
            ("descr", "entPhysicalDescr"),
            ("name", "entPhysicalName"),
            ("firmware", "entPhysicalFirmwareRev"),
            ("software", "entPhysicalSoftwareRev"),
            ("manufacturer", "entPhysicalMfgName"),
            ("model", "entPhysicalModelName"),
            ("serial", "entPhysicalSerialNum"),
        )
    }
    return [
        {
            "class": _CLASSES[number],
            "name": columns["name"].get(row) or columns["descr"].get(row),
            "manufacturer": columns["manufacturer"].get(row),
            "model": columns["model"].get(row),
            "serial": columns["serial"].get(row),
            "firmware": columns["firmware"].get(row) or columns["software"].get(row),
        }
        for row, number in tables.numbers("entPhysicalClass").items()
        if number in _CLASSES
    ]


def _firmware(tables: Tables) -> str | None:
    classes = tables.numbers("entPhysicalClass")
    software, firmware = tables.texts("entPhysicalSoftwareRev"), tables.texts("entPhysicalFirmwareRev")
    rows = [row for row, number in classes.items() if number in (_CHASSIS, _STACK)]
    return next((text for column in (software, firmware) for row in rows if (text := column.get(row))), None)


def _ports(tables: Tables, document: Document, state: dict[str, Any], chassis_id: str | None) -> None:
    """``inventory.nics`` and ``state.device.ports``: physical ports alone; VLANs and bundles are settings."""
    names, described = tables.texts("ifName"), tables.texts("ifDescr")
    aliases, up, speeds = (
        tables.texts("ifAlias"),
        tables.numbers("ifOperStatus"),
        tables.numbers("ifHighSpeed"),
    )
    macs = {row: mac_of(data) for row, data in tables.bytes("ifPhysAddress").items()}
    rows = [row for row, number in tables.numbers("ifType").items() if number in _PHYSICAL]
    nics = [
        {"name": names.get(row) or described.get(row) or row, "permanent_mac": macs.get(row)} for row in rows
    ]
    base = mac_in(chassis_id)
    if base is not None and base not in {nic["permanent_mac"] for nic in nics}:
        nics.append({"name": "chassis", "permanent_mac": base})
    document.inventory["nics"] = nics
    state["ports"] = [
        {
            "name": names.get(row) or described.get(row) or row,
            "description": aliases.get(row),
            "up": up[row] == _UP if row in up else None,
            "speed_mbps": speeds.get(row),
        }
        for row in rows
    ]


def _neighbours(tables: Tables, ports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of lldpRemTable, whose index is (time mark, local port number, number)."""
    own = _local_ports(tables)
    chassis_kinds, chassis = tables.numbers("lldpRemChassisIdSubtype"), tables.bytes("lldpRemChassisId")
    port_kinds, remote = tables.numbers("lldpRemPortIdSubtype"), tables.bytes("lldpRemPortId")
    descriptions, names = tables.texts("lldpRemPortDesc"), tables.texts("lldpRemSysName")
    systems = tables.texts("lldpRemSysDesc")
    known = {port["name"] for port in ports}
    found = []
    for row in chassis:
        index = row.split(".")
        number = index[1] if len(index) == 3 else ""
        local = own.get(number, {})
        port_id = _identifier(remote.get(row), port_kinds.get(row) == _BY_PORT_MAC)
        found.append(
            {
                # The port by the name that the table of ports has, where one of its own words is that name.
                "port": next((word for word in local.values() if word in known), None)
                or local.get("id")
                or local.get("description")
                or number
                or None,
                "chassis_id": _identifier(chassis[row], chassis_kinds.get(row) == _BY_MAC),
                "remote_port": port_id or descriptions.get(row),
                "name": names.get(row),
                "description": systems.get(row),
            }
        )
    return sorted(found, key=lambda item: (number_in(item["port"]) or 0, item["port"] or ""))


def _local_ports(tables: Tables) -> dict[str, dict[str, str]]:
    """Local port number → what it is called: ``id`` (lldpLocPortId) and ``description`` (lldpLocPortDesc)."""
    found: dict[str, dict[str, str]] = {}
    kinds = tables.under(f"{WALKED['lldpLocal']}.7.1.2")
    for name, column in (("id", "3"), ("description", "4")):
        for row in tables.under(f"{WALKED['lldpLocal']}.7.1.{column}"):
            data = tables.raw(f"{WALKED['lldpLocal']}.7.1.{column}.{row}")
            by_mac = name == "id" and kinds.get(row) == _BY_PORT_MAC
            if text := _identifier(data, by_mac):
                found.setdefault(row, {})[name] = text
    return found
