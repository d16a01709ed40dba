"""Batteries of a Linux machine (``/sys/class/power_supply``).

Units and names: Documentation/ABI/testing/sysfs-class-power. Capacities are in uWh, or in uAh where the
battery counts charge: then its design voltage (uV) turns them into energy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import smbios
from .document import Document
from .evidence import Evidence
from .sysfs_text import key_values


def power(evidence: Evidence, document: Document, table: smbios.Table) -> None:
    """Set ``inventory.batteries`` and ``state.batteries``. Batteries of a mouse or a UPS are not the
    machine's. SMBIOS is asked only where the kernel has no such class."""
    names = evidence.names("/sys/class/power_supply/*")
    document.inventory["batteries"] = []
    document.state["batteries"] = []
    if names.value is None:
        document.inventory["batteries"] = smbios.batteries(table)
        document.unknown_unless_absent("inventory.batteries", names)
        document.unknown("state.batteries", names.reason or "not_supported")
    for name in sorted(names.value or []):
        base = f"/sys/class/power_supply/{name}"
        values = {
            key.removeprefix("POWER_SUPPLY_"): value
            for key, value in key_values(evidence.text(f"{base}/uevent").value).items()
        }
        kind = evidence.word(f"{base}/type") or values.get("TYPE")
        if kind != "Battery" or values.get("SCOPE") == "Device" or values.get("PRESENT") == "0":
            continue
        document.inventory["batteries"].append(_battery(name, values))
        document.state["batteries"].append(
            {
                "name": name,
                "charge_percent": _number(values, "CAPACITY"),
                "full_capacity_mwh": _milliwatt_hours(values, "FULL"),
                "cycles": _number(values, "CYCLE_COUNT") or None,
            }
        )


def _battery(name: str, values: Mapping[str, str]) -> dict[str, Any]:
    technology = values.get("TECHNOLOGY")
    return {
        "name": name,
        "manufacturer": values.get("MANUFACTURER"),
        "model": values.get("MODEL_NAME"),
        "serial": values.get("SERIAL_NUMBER"),
        "technology": None if technology == "Unknown" else technology,
        "design_capacity_mwh": _milliwatt_hours(values, "FULL_DESIGN"),
    }


def _milliwatt_hours(values: Mapping[str, str], which: str) -> int | None:
    energy = _number(values, f"ENERGY_{which}")
    if energy:
        return energy // 1000
    charge, voltage = _number(values, f"CHARGE_{which}"), _number(values, "VOLTAGE_MIN_DESIGN")
    return charge * voltage // 10**9 if charge and voltage else None


def _number(values: Mapping[str, str], key: str) -> int | None:
    text = values.get(key, "")
    return int(text) if len(text) <= 12 and text.isascii() and text.isdigit() else None
