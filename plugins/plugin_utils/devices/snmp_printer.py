"""Printer-MIB (RFC 3805) and HOST-RESOURCES-MIB (RFC 2790) answers → facts of a printer."""

from __future__ import annotations

from typing import Any

from ..facts.document import Document
from .snmp_tables import Tables
from .values import percent

# hrPrinterStatus, RFC 2790; 1 and 2 are "other" and "unknown".
_STATUS = {3: "idle", 4: "printing", 5: "warmup"}


def printer(tables: Tables, document: Document, state: dict[str, Any]) -> bool:
    """Fill what a printer says; False where nothing of a printer was answered."""
    counts, serials = tables.numbers("prtMarkerLifeCount"), tables.texts("prtGeneralSerialNumber")
    statuses = tables.numbers("hrPrinterStatus")
    if not counts and not serials and not statuses:
        return False
    system = document.inventory["system"]
    system["serial"] = system["serial"] or next(iter(serials.values()), None)
    # hrDeviceDescr has a row for each processor and disk too; the printer's has the index of its status.
    described = tables.texts("hrDeviceDescr")
    named = next((described[row] for row in statuses if row in described), None)
    system["product"] = system["product"] or named
    state["page_count"] = next(iter(counts.values()), None)
    state["status"] = next((_STATUS[code] for code in statuses.values() if code in _STATUS), None)
    state["supplies"] = _supplies(tables)
    return True


def _supplies(tables: Tables) -> list[dict[str, Any]]:
    """Levels below zero are codes (some left, unknown), no amounts."""
    largest = tables.numbers("prtMarkerSuppliesMaxCapacity")
    levels = tables.numbers("prtMarkerSuppliesLevel")
    found = []
    for row, name in tables.texts("prtMarkerSuppliesDescription").items():
        most, left = largest.get(row, 0), levels.get(row, -1)
        full = round(100 * left / most) if 0 < most <= 2**31 and 0 <= left <= 2**31 else None
        found.append({"name": name, "percent": percent(full)})
    return found
