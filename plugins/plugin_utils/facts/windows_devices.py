"""Display controllers, optical drives, network interfaces, USB devices and batteries of a Windows PC."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from . import cim
from .document import Document
from .evidence import Evidence

_PCI_IDS = re.compile(r"PCI\\VEN_([0-9A-F]{4})&DEV_([0-9A-F]{4})", re.IGNORECASE)
_USB_DEVICE = re.compile(r"USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})(&MI_[0-9A-F]{2})?\\(.+)", re.IGNORECASE)
_USB_CLASS = re.compile(r"USB\\(Dev)?Class_([0-9A-F]{2})", re.IGNORECASE)
_MAC_DIGITS = re.compile(r"[0-9a-f]{12}")
# Devices that software made: remote desktops, virtual private networks, filter drivers.
_SOFTWARE = ("ROOT\\", "SWD\\", "HTREE\\", "{")
_CHEMISTRY = {3: "Lead Acid", 4: "NiCd", 5: "NiMH", 6: "Li-ion", 7: "Zinc-air", 8: "Li-poly"}


def display_controllers(evidence: Evidence, document: Document) -> None:
    """Set ``gpus``. Windows shows one name for vendor and device; the subsystem has none."""
    reading = evidence.rows("Win32_VideoController")
    document.unknown_unless_absent("inventory.gpus", reading)
    document.inventory["gpus"] = [
        _display_controller(row) for row in reading.value or [] if _is_hardware(cim.text(row, "PNPDeviceID"))
    ]
    for place in range(len(document.inventory["gpus"])):
        for field in ("subsystem_vendor", "subsystem", "driver"):
            document.unknown(f"inventory.gpus[{place}].{field}", "not_supported")


def _is_hardware(instance: str | None) -> bool:
    return instance is not None and not instance.upper().startswith(_SOFTWARE)


def _last(instance: str | None) -> str | None:
    return (instance or "").rpartition("\\")[2] or None


def _display_controller(row: cim.Row) -> dict[str, Any]:
    instance = cim.text(row, "PNPDeviceID")
    ids = _PCI_IDS.match(instance or "")
    return {
        "slot": _last(instance),
        "vendor": cim.text(row, "AdapterCompatibility"),
        "model": cim.text(row, "Name"),
        "vendor_id": ids[1].lower() if ids else None,
        "device_id": ids[2].lower() if ids else None,
    }


def optical(evidence: Evidence, document: Document) -> None:
    """Set ``optical``."""
    reading = evidence.rows("Win32_CDROMDrive")
    document.unknown_unless_absent("inventory.optical", reading)
    document.inventory["optical"] = [
        {
            "name": cim.text(row, "Drive"),
            "model": cim.text(row, "Name"),
            "firmware": cim.text(row, "MfrAssignedRevisionLevel"),
        }
        for row in reading.value or []
    ]


def network(evidence: Evidence, document: Document) -> None:
    """Set ``nics`` and ``state.addresses``. The permanent address is in MSFT_NetAdapter only (Windows 8 and
    newer): Win32_NetworkAdapter has the address in use, which a setting can change."""
    modern, classic = evidence.rows("MSFT_NetAdapter"), evidence.rows("Win32_NetworkAdapter")
    by_index = {cim.number(row, "InterfaceIndex"): row for row in classic.value or []}
    if modern.value:
        adapters = [row for row in modern.value if row.get("HardwareInterface") is True]
        nics = [_nic(row, by_index.get(cim.number(row, "InterfaceIndex"), {})) for row in adapters]
    else:
        document.unknown_unless_absent("inventory.nics", classic)
        adapters = [row for row in classic.value or [] if row.get("PhysicalAdapter") is True]
        nics = [_nic({}, row) for row in adapters if _is_hardware(cim.text(row, "PNPDeviceID"))]
    nics.sort(key=lambda nic: nic["name"] or "")
    document.inventory["nics"] = nics
    for place, nic in enumerate(nics):
        if nic["permanent_mac"] is None:
            document.unknown(f"inventory.nics[{place}].permanent_mac", modern.reason or "not_supported")
    _addresses(evidence, document, by_index)


def _nic(modern: cim.Row, classic: cim.Row) -> dict[str, Any]:
    instance = cim.text(modern, "PnPDeviceID") or cim.text(classic, "PNPDeviceID")
    return {
        "name": cim.text(modern, "Name") or cim.text(classic, "NetConnectionID"),
        "permanent_mac": _mac(cim.text(modern, "PermanentAddress")),
        "driver": cim.text(classic, "ServiceName"),
        "bus": instance.partition("\\")[0].lower() if instance else None,
        "slot": _last(instance),
        "vendor": cim.text(classic, "Manufacturer"),
        "model": cim.text(modern, "InterfaceDescription") or cim.text(classic, "Name"),
    }


def _addresses(evidence: Evidence, document: Document, by_index: dict[int | None, cim.Row]) -> None:
    reading = evidence.rows("Win32_NetworkAdapterConfiguration")
    document.unknown_unless_absent("state.addresses", reading)
    found = []
    for row in reading.value or []:
        adapter = by_index.get(cim.number(row, "InterfaceIndex"), {})
        addresses = row.get("IPAddress")
        found.append(
            {
                "interface": cim.text(adapter, "NetConnectionID") or cim.text(adapter, "Name"),
                "mac": _mac(cim.text(row, "MACAddress")),
                "ipv4": [a for a in addresses if _is_ipv4(a)] if isinstance(addresses, list) else [],
            }
        )
    document.state["addresses"] = sorted(found, key=lambda entry: entry["interface"] or "")


def _is_ipv4(address: object) -> bool:
    try:
        ipaddress.IPv4Address(address if isinstance(address, str) else "")
    except ValueError:
        return False
    return True


def _mac(text: str | None) -> str | None:
    digits = re.sub("[:-]", "", (text or "").lower())
    if not _MAC_DIGITS.fullmatch(digits) or not digits.strip("0"):
        return None
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def usb(evidence: Evidence, document: Document) -> None:
    """Set ``usb``. An instance id of Windows' own making holds ``&``; any other is the device's serial number
    (Microsoft, "Standard USB Identifiers"). Interfaces of composite devices are entries of their own
    (``&MI_00``) and are told by vendor and product whose they are."""
    reading = evidence.rows("Win32_PnPEntity")
    document.unknown_unless_absent("inventory.usb", reading)
    devices: list[dict[str, Any]] = []
    interfaces: dict[tuple[str, str], set[str]] = {}
    for row in reading.value or []:
        match = _USB_DEVICE.fullmatch(cim.text(row, "DeviceID") or "")
        if match is None:
            continue
        ids = (match[1].lower(), match[2].lower())
        own = _classes(row, device=False)
        interfaces.setdefault(ids, set()).update(own)
        if match[3] is None:
            devices.append(
                {
                    "path": match[4],
                    "vendor_id": ids[0],
                    "product_id": ids[1],
                    "vendor": cim.text(row, "Manufacturer"),
                    "product": cim.text(row, "Name"),
                    "serial": None if "&" in match[4] else match[4],
                    "class": next(iter(sorted(_classes(row, device=True))), "00"),
                }
            )
    for device in devices:
        device["interface_classes"] = sorted(interfaces[device["vendor_id"], device["product_id"]])
    devices.sort(key=lambda device: (device["vendor_id"], device["product_id"], device["path"]))
    document.inventory["usb"] = devices


def _classes(row: cim.Row, *, device: bool) -> set[str]:
    many = row.get("CompatibleID")
    found = set()
    for name in many if isinstance(many, list) else []:
        match = _USB_CLASS.match(name) if isinstance(name, str) else None
        if match and bool(match[1]) is device:
            found.add(match[2].lower())
    return found


def batteries(evidence: Evidence, document: Document) -> None:
    """Set ``inventory.batteries`` and ``state.batteries``: Win32_Battery says that there is one, the driver's
    classes (root/wmi, in the same order) know more of it."""
    reading = evidence.rows("Win32_Battery")
    document.unknown_unless_absent("inventory.batteries", reading)
    document.unknown_unless_absent("state.batteries", reading)
    document.inventory["batteries"], document.state["batteries"] = [], []
    static, full, cycles = (
        sorted(evidence.rows(name).value or [], key=lambda row: cim.text(row, "InstanceName") or "")
        for name in ("BatteryStaticData", "BatteryFullChargedCapacity", "BatteryCycleCount")
    )
    for place, row in enumerate(reading.value or []):
        data, capacity, count = (rows[place] if place < len(rows) else {} for rows in (static, full, cycles))
        name = cim.text(row, "DeviceID") or cim.text(row, "Name")
        document.inventory["batteries"].append(
            {
                "name": name,
                "manufacturer": cim.text(data, "ManufactureName"),
                "model": cim.text(data, "DeviceName") or cim.text(row, "Name"),
                "serial": cim.text(data, "SerialNumber"),
                "technology": _CHEMISTRY.get(cim.number(row, "Chemistry") or 0),
                "design_capacity_mwh": cim.number(data, "DesignedCapacity")
                or cim.number(row, "DesignCapacity"),
            }
        )
        document.state["batteries"].append(
            {
                "name": name,
                "charge_percent": cim.number(row, "EstimatedChargeRemaining"),
                "full_capacity_mwh": cim.number(capacity, "FullChargedCapacity"),
                "cycles": cim.number(count, "CycleCount") or None,
            }
        )
