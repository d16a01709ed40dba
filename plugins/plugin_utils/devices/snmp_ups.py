"""UPS-MIB (RFC 1628) answers → facts of a UPS."""

from __future__ import annotations

from typing import Any

from ..facts.document import Document
from .snmp_oids import WALKED
from .snmp_tables import Tables
from .values import percent

_IDENT, _BATTERY = WALKED["upsIdent"], WALKED["upsBattery"]
_SOURCES = {2: "none", 3: "normal", 4: "bypass", 5: "battery", 6: "booster", 7: "reducer"}
# upsWellKnownAlarms, RFC 1628 section 4: the last number of the OID.
_ALARMS_OID = "1.3.6.1.2.1.33.1.6.3."
_ALARMS = dict(
    enumerate(
        (
            *("battery bad", "on battery", "low battery", "depleted battery", "temperature bad", "input bad"),
            *("output bad", "output overload", "on bypass", "bypass bad", "output off as requested"),
            *("ups off as requested", "charger failed", "ups output off", "ups system off", "fan failure"),
            *("fuse failure", "general fault", "diagnostic test failed", "communications lost"),
            *("awaiting power", "shutdown pending", "shutdown imminent", "test in progress"),
        ),
        1,
    )
)
_BATTERY_BAD = "battery bad"


def ups(tables: Tables, document: Document, state: dict[str, Any]) -> bool:
    """Fill what a UPS says; False where nothing of UPS-MIB was answered."""
    maker, model = tables.text(f"{_IDENT}.1.0"), tables.text(f"{_IDENT}.2.0")
    source = tables.number(f"{WALKED['upsOutputSource']}.0")
    charge = tables.number(f"{_BATTERY}.4.0")
    if maker is None and model is None and source is None and charge is None:
        return False
    system, device = document.inventory["system"], document.inventory["device"]
    system["manufacturer"] = system["manufacturer"] or maker
    system["product"] = system["product"] or model
    device["firmware"] = device["firmware"] or tables.text(f"{_IDENT}.3.0")
    minutes = tables.number(f"{_BATTERY}.3.0")
    state["status"] = _SOURCES.get(source or 0)
    state["errors"] = _alarms(tables)
    state["battery"] = {
        "charge_percent": percent(charge),
        "runtime_seconds": minutes * 60 if minutes is not None and 0 <= minutes < 2**31 else None,
        "replace": _BATTERY_BAD in state["errors"],
        "date": None,
    }
    loads = [load for load in tables.numbers("upsOutputPercentLoad").values() if 0 <= load <= 200]
    # Of several output lines the fullest is what matters.
    state["load_percent"] = max(loads, default=None)
    return True


def _alarms(tables: Tables) -> list[str]:
    found = []
    for value in tables.under(WALKED["upsAlarmDescr"]).values():
        oid = value.get("oid") if isinstance(value, dict) else None
        if isinstance(oid, str):
            number = oid[len(_ALARMS_OID) :] if oid.startswith(_ALARMS_OID) else ""
            known = (
                _ALARMS.get(int(number))
                if number.isascii() and number.isdigit() and len(number) < 4
                else None
            )
            found.append(known or oid)
    return found
