"""Monitors of a Windows PC: EDID from the registry, and what WmiMonitorID says where that is not to be had."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from . import cim
from .document import Document
from .edid import manufacturer_name, parse_edid
from .evidence import Evidence

_ENUM = "HKLM\\SYSTEM\\CurrentControlSet\\Enum"
_INSTANCE_NUMBER = re.compile(r"_\d{1,4}$")
_MODEL_YEAR = 255  # WeekOfManufacture has EDID's FFh: the year is a model year


def monitors(evidence: Evidence, document: Document) -> None:
    """Set ``monitors``: those that WmiMonitorID calls active."""
    reading = evidence.rows("WmiMonitorID")
    document.unknown_unless_absent("inventory.monitors", reading)
    if reading.error == "absent":
        document.unknown("inventory.monitors", "not_supported", "WmiMonitorID")
    found: list[dict[str, Any]] = []
    for row in sorted(reading.value or [], key=lambda row: cim.text(row, "InstanceName") or ""):
        instance = _INSTANCE_NUMBER.sub("", cim.text(row, "InstanceName") or "")
        monitor = _from_registry(evidence, instance)
        if monitor is None:
            monitor = _from_class(row)
            document.unknown(f"inventory.monitors[{len(found)}]", "not_supported", "no EDID in the registry")
        found.append({"connector": instance.rpartition("\\")[2] or None, **monitor})
    document.inventory["monitors"] = found


def _from_registry(evidence: Evidence, instance: str) -> dict[str, Any] | None:
    value = evidence.registry(f"{_ENUM}\\{instance}\\Device Parameters", "EDID")
    if not isinstance(value, str):
        return None
    try:
        return parse_edid(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return None


def _from_class(row: cim.Row) -> dict[str, Any]:
    maker = cim.characters(row.get("ManufacturerName"))
    code = cim.characters(row.get("ProductCodeID"))
    week, year = cim.number(row, "WeekOfManufacture"), cim.number(row, "YearOfManufacture")
    return {
        "manufacturer_id": maker,
        "manufacturer": manufacturer_name(maker),
        "model": cim.characters(row.get("UserFriendlyName")),
        "product_code": code.lower() if code else None,
        "serial": cim.characters(row.get("SerialNumberID")),
        "week": week if week and week != _MODEL_YEAR else None,
        "year": year if week != _MODEL_YEAR else None,
        "model_year": year if week == _MODEL_YEAR else None,
    }
