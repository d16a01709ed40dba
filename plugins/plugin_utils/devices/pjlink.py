"""What a projector answered in PJLink → facts. Pure; commands and codes of the PJLink Specifications 2.10."""

from __future__ import annotations

import re

from ..facts.document import Document
from ..facts.evidence import Evidence
from .kinds import KINDS
from .values import number_in, text_of

_POWER = {"0": "standby", "1": "on", "2": "cooling", "3": "warm-up"}
_PARTS = ("fan", "lamp", "temperature", "cover", "filter", "other")
_LEVELS = {"1": "warning", "2": "error"}
_LAMPS = re.compile(r"(?<!\d)(\d{1,5}) ([01])(?: |$)", re.ASCII)
_ERROR_STATUS = re.compile(r"[012]{6}")


def read(evidence: Evidence, document: Document) -> None:
    """Fill ``document`` from PJLink evidence."""
    said = {name: text_of(evidence.answer(name).value) for name in _COMMANDS}
    document.inventory["system"] = {
        "manufacturer": said["INF1"],
        "product": said["INF2"],
        "serial": said["SNUM"],
    }
    document.inventory["device"] = {
        "kind": evidence.kind if evidence.kind in KINDS else "projector",
        "description": said["INFO"],
        "firmware": said["SVER"],
        "modules": [],
    }
    lamps = said["LAMP"] or ""
    document.state["hostname"] = said["NAME"]
    document.state["device"] = {
        "status": _POWER.get((said["POWR"] or "").strip()),
        "errors": _errors(said["ERST"]),
        "lamps": [{"hours": number_in(hours), "on": on == "1"} for hours, on in _LAMPS.findall(lamps)[:8]],
    }
    for command, path in _COMMANDS.items():
        reading = evidence.answer(command)
        if reading.value is None:
            document.unknown_unless_absent(path, reading)
            # PJLink never says "there is none": a projector of class 1 has no word for its serial.
            document.unknown(path, "not_supported", command)
    document.unknown("inventory.nics", "not_supported", "PJLink")


_COMMANDS = {
    "INF1": "inventory.system.manufacturer",
    "INF2": "inventory.system.product",
    "SNUM": "inventory.system.serial",
    "SVER": "inventory.device.firmware",
    "INFO": "inventory.device.description",
    "LAMP": "state.device.lamps",
    "ERST": "state.device.errors",
    "POWR": "state.device.status",
    "NAME": "state.hostname",
}


def _errors(status: str | None) -> list[str]:
    digits = (status or "").strip()
    if not _ERROR_STATUS.fullmatch(digits):
        return []
    return [
        f"{part}: {_LEVELS[digit]}" for part, digit in zip(_PARTS, digits, strict=True) if digit in _LEVELS
    ]
