"""What a printer answered to Get-Printer-Attributes → facts. Pure; attributes of RFC 8011 and PWG 5100.x."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..facts.document import Document
from ..facts.evidence import Evidence
from .ipp_message import Value, parse
from .kinds import KINDS
from .values import percent, text_of

REQUESTED = (
    *("printer-name", "printer-info", "printer-location", "printer-make-and-model", "printer-device-id"),
    *("printer-uuid", "printer-serial-number", "printer-firmware-name", "printer-firmware-string-version"),
    *("printer-state", "printer-state-reasons", "printer-up-time", "printer-dns-sd-name"),
    *("printer-impressions-completed", "printer-pages-completed"),
    *("marker-names", "marker-levels", "marker-high-levels"),
)
_STATES = {3: "idle", 4: "processing", 5: "stopped"}  # RFC 8011, 5.4.11
_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_SUCCESSFUL = range(0x100)  # RFC 8011, appendix B


def read(evidence: Evidence, document: Document) -> None:
    """Fill ``document`` from IPP evidence."""
    given = evidence.answer("Get-Printer-Attributes")
    answer = parse(given.value or b"")
    found = answer.attributes if answer is not None else {}
    device_id = _device_id(_text(found, "printer-device-id"))
    uuid = _UUID.fullmatch((_text(found, "printer-uuid") or "").lower())
    document.inventory["system"] = {
        "manufacturer": device_id.get("MFG") or device_id.get("MANUFACTURER"),
        "product": device_id.get("MDL") or device_id.get("MODEL") or _text(found, "printer-make-and-model"),
        "serial": _text(found, "printer-serial-number")
        or device_id.get("SN")
        or device_id.get("SERN")
        or device_id.get("SERIALNUMBER"),
        "uuid": uuid[1] if uuid else None,
    }
    document.inventory["device"] = {
        "kind": evidence.kind if evidence.kind in KINDS else "printer",
        "description": _text(found, "printer-make-and-model"),
        "firmware": _text(found, "printer-firmware-string-version"),
        "modules": [],
    }
    document.state["hostname"] = _text(found, "printer-dns-sd-name") or _text(found, "printer-name")
    reasons = [text for text in _texts(found, "printer-state-reasons") if text != "none"]
    pages = _number(found, "printer-impressions-completed")
    document.state["device"] = {
        "location": _text(found, "printer-location"),
        "uptime_seconds": _number(found, "printer-up-time"),
        "status": _STATES.get(_number(found, "printer-state") or 0),
        "errors": reasons,
        "page_count": pages if pages is not None else _number(found, "printer-pages-completed"),
        "supplies": _supplies(found),
    }
    if answer is None or answer.status not in _SUCCESSFUL:
        document.unknown(
            "inventory.system", "unreadable", f"IPP {answer.status:#06x}" if answer else "no IPP"
        )
    elif not answer.whole:
        document.unknown("inventory.system", given.reason or "unreadable", "the answer is not whole")
    if document.inventory["system"]["serial"] is None:
        # Most printers tell their UUID and no serial: not told is not "has none".
        document.unknown("inventory.system.serial", "not_supported")
    document.unknown("inventory.nics", "not_supported", "IPP")


def _device_id(text: str | None) -> dict[str, str]:
    """IEEE 1284 device ID: ``MFG:HP;MDL:LaserJet 400;SN:VNB3X12345;`` as a mapping of its keys."""
    pairs = (part.partition(":") for part in (text or "").split(";"))
    return {key.strip().upper(): value.strip() for key, _, value in pairs if value.strip()}


def _supplies(found: Mapping[str, list[Value]]) -> list[dict[str, object]]:
    """marker-levels are percent; below zero they are codes (CUPS: -1 unknown, -2 none, -3 some left)."""
    levels = found.get("marker-levels", [])
    names = _texts(found, "marker-names")
    return [
        {"name": name, "percent": percent(level) if isinstance(level, int) else None}
        for name, level in zip(names, [*levels, *[None] * len(names)], strict=False)
    ]


def _text(found: Mapping[str, list[Value]], name: str) -> str | None:
    return next(iter(_texts(found, name)), None)


def _texts(found: Mapping[str, list[Value]], name: str) -> list[str]:
    texts = (text_of(value) for value in found.get(name, []) if isinstance(value, bytes))
    return [text for text in texts if text]


def _number(found: Mapping[str, list[Value]], name: str) -> int | None:
    return next((value for value in found.get(name, []) if isinstance(value, int) and value >= 0), None)
