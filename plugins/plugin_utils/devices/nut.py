"""What a NUT server said of a UPS → facts. Pure; variables by the names of NUT's ``nut-names.txt``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..facts.document import Document
from ..facts.evidence import Evidence
from .kinds import KINDS
from .values import number_in, percent, text_of

_VARIABLE = re.compile(r'VAR \S{1,64} ([a-z0-9.]{1,128}) "((?:[^"\\]|\\.)*)"\s*')
_MOST_LINES = 1024


def read(evidence: Evidence, document: Document) -> None:
    """Fill ``document`` from NUT evidence."""
    listed = evidence.answer("LIST VAR")
    values = variables(text_of_all(listed.value))
    mode = values.get("ups.status", "").split()
    document.inventory["system"] = {
        "manufacturer": _first(values, "device.mfr", "ups.mfr"),
        "product": _first(values, "device.model", "ups.model"),
        "serial": _first(values, "device.serial", "ups.serial"),
        "sku": _first(values, "device.part"),
    }
    document.inventory["device"] = {
        "kind": evidence.kind if evidence.kind in KINDS else "ups",
        "description": _first(values, "device.description", "ups.id"),
        "firmware": _first(values, "ups.firmware", "ups.firmware.aux"),
        "modules": [],
    }
    document.state["device"] = {
        "location": _first(values, "device.location"),
        "uptime_seconds": number_in(values.get("device.uptime")),
        "status": " ".join(mode) or None,
        "errors": [alarm] if (alarm := values.get("ups.alarm")) else [],
        "battery": {
            "charge_percent": percent(number_in(values.get("battery.charge"))),
            "runtime_seconds": number_in(values.get("battery.runtime")),
            "replace": "RB" in mode if mode else None,
            "date": _first(values, "battery.date", "battery.mfr.date"),
        },
        "load_percent": number_in(values.get("ups.load")),
    }
    if not values:
        document.unknown_unless_absent("inventory.system", listed)
        document.unknown("inventory.system", "unreadable")
    if document.inventory["system"]["serial"] is None:
        # The driver tells only what the UPS's own protocol has: not told is not "has none".
        document.unknown("inventory.system.serial", "not_supported")
    document.unknown("inventory.nics", "not_supported", "NUT")
    document.unknown("state.hostname", "not_supported", "NUT")


def text_of_all(data: bytes | None) -> str:
    """All lines of an answer as text, each decoded by itself: one odd line spoils no other."""
    return "\n".join(text_of(line) or "" for line in (data or b"").split(b"\n")[:_MOST_LINES])


def variables(text: str) -> dict[str, str]:
    """``VAR ups battery.charge "100"`` lines as a mapping; other lines are left out."""
    found = (_VARIABLE.fullmatch(line) for line in text.split("\n")[:_MOST_LINES])
    return {match[1]: re.sub(r"\\(.)", r"\1", match[2]) for match in found if match}


def _first(values: Mapping[str, str], *names: str) -> str | None:
    return next((text for name in names if (text := values.get(name, "").strip())), None)
