"""Physical network interfaces and addresses of a Linux machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .document import Document
from .evidence import Evidence
from .lspci import Device
from .sysfs_text import key_values, pci_address, usb_port

_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_PERMANENT = 0  # NET_ADDR_PERM of include/uapi/linux/netdevice.h: the address is the adapter's own
_LOOPBACK = "lo"


def network(evidence: Evidence, document: Document, pci: Mapping[str, Device]) -> None:
    """Set ``inventory.nics`` and ``state.addresses``. ``pci``: devices by PCI address."""
    names = evidence.names("/sys/class/net/*")
    document.unknown_unless_absent("inventory.nics", names)
    listed = sorted(names.value or [])
    physical = [name for name in listed if _has_device(evidence, name)]
    document.inventory["nics"] = [_nic(evidence, name, pci) for name in physical]
    for place, nic in enumerate(document.inventory["nics"]):
        if nic["permanent_mac"] is None:
            document.unknown(f"inventory.nics[{place}].permanent_mac", "not_supported")
    addressed = sorted({*physical, *evidence.native.addresses} - {_LOOPBACK})
    document.state["addresses"] = [
        {
            "interface": name,
            "mac": _mac(evidence.word(f"/sys/class/net/{name}/address")),
            "ipv4": evidence.native.addresses.get(name, []),
        }
        for name in addressed
    ]


def _has_device(evidence: Evidence, name: str) -> bool:
    """Bridges, VLANs, bonds and tunnels have no device behind them."""
    base = f"/sys/class/net/{name}"
    return bool(evidence.link(f"{base}/device")) or evidence.text(f"{base}/device/uevent").value is not None


def _nic(evidence: Evidence, name: str, pci: Mapping[str, Device]) -> dict[str, Any]:
    base = f"/sys/class/net/{name}"
    uevent = key_values(evidence.text(f"{base}/device/uevent").value)
    path = f"{evidence.link(base) or ''}/{evidence.link(f'{base}/device') or ''}"
    slot = uevent.get("PCI_SLOT_NAME") or pci_address(path)
    port = usb_port(path)
    bus = _bus(path, uevent, slot, port)
    device = pci.get(slot or "")
    vendor, model = (device.vendor, device.device) if device else (None, None)
    if bus == "usb":
        slot = port
        vendor = evidence.word(f"/sys/bus/usb/devices/{port}/manufacturer")
        model = evidence.word(f"/sys/bus/usb/devices/{port}/product")
    return {
        "name": name,
        "permanent_mac": _permanent_mac(evidence, name),
        "driver": uevent.get("DRIVER"),
        "bus": bus,
        "slot": slot,
        "vendor": vendor,
        "model": model,
    }


def _bus(path: str, uevent: Mapping[str, str], slot: str | None, port: str | None) -> str | None:
    """The bus that the device hangs on; the first word of MODALIAS names those without a path of their own."""
    if port is not None or uevent.get("DEVTYPE") == "usb_interface":
        return "usb"
    alias = uevent.get("MODALIAS", "").partition(":")[0]
    if "/virtio" in path or alias == "virtio":
        return "virtio"
    return "pci" if slot else alias or None


def _permanent_mac(evidence: Evidence, name: str) -> str | None:
    if mac := _mac(evidence.native.permaddr.get(name)):
        return mac
    if evidence.number(f"/sys/class/net/{name}/addr_assign_type") == _PERMANENT:
        return _mac(evidence.word(f"/sys/class/net/{name}/address"))
    return None


def _mac(text: str | None) -> str | None:
    mac = (text or "").strip().lower().replace("-", ":")
    return mac if _MAC.fullmatch(mac) and mac != "00:00:00:00:00:00" else None
