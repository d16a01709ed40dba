"""A disk's own account of its health: ``smartctl --json --all`` of smartmontools 7.0 and newer.

Keys and units are those of smartctl's JSON output (the tool's ``json.cpp``, ``ataprint.cpp``,
``nvmeprint.cpp`` and ``scsiprint.cpp``); the bits of ``exit_status`` are those of smartctl(8),
"EXIT STATUS". A disk that fails makes the tool end with a code other than 0 and is read all the same: only
bit 0 (command line) and bit 1 (open) mean that there is no answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_COMMAND_LINE = 1 << 0
_OPEN_FAILED = 1 << 1
_DISK_FAILING = 1 << 3

_REALLOCATED, _PENDING = 5, 197  # attribute ids on which ATA makers agree
# Attributes whose normalised value is the life that is left, in per cent. Other makers count up under the same
# names, so the number and the name in the tool's drive database must both agree.
_LIFE_LEFT = frozenset(
    {
        (169, "Remaining_Lifetime_Perc"),
        (177, "Wear_Leveling_Count"),
        (202, "Percent_Lifetime_Remain"),
        (231, "SSD_Life_Left"),
        (233, "Media_Wearout_Indicator"),
    }
)
_ENDURANCE_INDICATOR = "Percentage Used Endurance Indicator"  # ATA device statistics, log 04h page 07h
_LARGEST_COUNT = 2**63 - 1
_COLDEST, _HOTTEST = -100, 200  # Celsius; beyond it is no measurement
_LEADING_NUMBER = re.compile(r"\d{1,18}(?!\d)")
_HEX_ID = re.compile(r"(?:0x)?([0-9a-fA-F]{16})")

_KEYS = (
    "disk",
    "model",
    "serial",
    "wwn",
    "firmware",
    "rotation_rate",
    "passed",
    "power_on_hours",
    "temperature_c",
    "reallocated_sectors",
    "pending_sectors",
    "percent_used",
    "media_errors",
    "unknown",
)


def parse_smartctl(source: str | Mapping[str, Any]) -> dict[str, Any]:
    """Read what ``smartctl --json --all`` printed, or the object that it is; never raises.

    Gives the keys of ``state.smart`` and, for the inventory, ``model``, ``firmware``, ``rotation_rate`` (per minute,
    0 for a disk that does not turn) and ``wwn`` (NAA or EUI-64 as 16 lower-case hex digits without prefix, the form of
    ``inventory.disks``). What is not there is None. ``media_errors`` counts NVMe media errors or a SCSI
    disk's uncorrected errors; ``reallocated_sectors`` ATA attribute 5 or the SCSI grown defect list.

    ``unknown`` is None, or ``{"reason", "detail"}`` where the disk gave no health data at all: ``no_permission``,
    ``not_supported`` (a RAID or USB bridge that the tool does not know, a disk without SMART),
    ``truncated`` (JSON that ends too early) or ``unreadable``.
    """
    facts: dict[str, Any] = dict.fromkeys(_KEYS)
    if isinstance(source, str):
        document, reason = _load(source)
        if reason:
            facts["unknown"] = {"reason": reason, "detail": "the output of smartctl is not one JSON object"}
            return facts
    else:
        document = source
    _identify(document, facts)
    _health(document, facts)
    facts["unknown"] = _why_unknown(document, facts)
    return facts


def _load(text: str) -> tuple[Mapping[str, Any], str]:
    """The object, and why there is none."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return {}, "truncated" if _ends_too_early(text, error) else "unreadable"
    except (ValueError, RecursionError):
        return {}, "unreadable"
    return (document, "") if isinstance(document, dict) else ({}, "unreadable")


def _ends_too_early(text: str, error: json.JSONDecodeError) -> bool:
    if not text.lstrip().startswith("{") or error.msg == "Extra data":
        return False
    at_end = error.pos >= len(text.rstrip()) - len("false")
    return at_end or error.msg.startswith("Unterminated string")


def _at(document: object, *path: str) -> Any:
    """What stands at a path of keys, None where any of them is missing."""
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= _LARGEST_COUNT else None


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _identify(document: Mapping[str, Any], facts: dict[str, Any]) -> None:
    device = _text(_at(document, "device", "name"))
    facts["disk"] = device.rpartition("/")[2] or None if device else None
    # What a SCSI disk says of itself got its prefix in 7.2 and its "scsi_model_name" in 7.3.
    facts["model"] = _first(
        *(_text(_at(document, key)) for key in ("model_name", "scsi_model_name", "scsi_product", "product"))
    )
    facts["serial"] = _text(_at(document, "serial_number"))
    facts["firmware"] = _first(
        *(_text(_at(document, key)) for key in ("firmware_version", "scsi_revision", "revision"))
    )
    facts["rotation_rate"] = _count(_at(document, "rotation_rate"))
    facts["wwn"] = _world_wide_name(document)


def _world_wide_name(document: Mapping[str, Any]) -> str | None:
    """ATA: NAA (4 bits), OUI (24), id (36), IDENTIFY DEVICE words 108-111. NVMe: OUI (24), extension (40) of the
    first namespace. SCSI: the logical unit's designator."""
    naa, oui, rest = (_count(_at(document, "wwn", key)) for key in ("naa", "oui", "id"))
    if naa is not None and oui is not None and rest is not None:
        return _sixteen_digits(naa, 4, oui, rest, 36)
    namespaces = _at(document, "nvme_namespaces")
    if isinstance(namespaces, list) and namespaces:
        oui, rest = (_count(_at(namespaces[0], "eui64", key)) for key in ("oui", "ext_id"))
        if oui is not None and rest is not None:
            return _sixteen_digits(0, 0, oui, rest, 40)
    designator = _HEX_ID.fullmatch(_text(_at(document, "logical_unit_id")) or "")
    return designator[1].lower() if designator and int(designator[1], 16) else None


def _sixteen_digits(head: int, head_bits: int, oui: int, rest: int, rest_bits: int) -> str | None:
    if head >> head_bits or oui >> 24 or rest >> rest_bits or not oui | rest:
        return None
    return f"{head << 60 | oui << rest_bits | rest:016x}"


def _health(document: Mapping[str, Any], facts: dict[str, Any]) -> None:
    nvme = _at(document, "nvme_smart_health_information_log")
    table = _at(document, "ata_smart_attributes", "table")
    attributes = [entry for entry in table if isinstance(entry, dict)] if isinstance(table, list) else []
    by_id = {entry["id"]: entry for entry in reversed(attributes) if type(entry.get("id")) is int}
    status = _count(_at(document, "smartctl", "exit_status")) or 0

    passed = _at(document, "smart_status", "passed")
    facts["passed"] = passed if isinstance(passed, bool) else None
    if facts["passed"] is None and status & _DISK_FAILING and not status & (_COMMAND_LINE | _OPEN_FAILED):
        facts["passed"] = False
    facts["power_on_hours"] = _first(
        _count(_at(document, "power_on_time", "hours")), _count(_at(nvme, "power_on_hours"))
    )
    facts["temperature_c"] = _temperature(document, nvme)
    facts["reallocated_sectors"] = _first(
        _raw(by_id.get(_REALLOCATED)), _count(_at(document, "scsi_grown_defect_list"))
    )
    facts["pending_sectors"] = _raw(by_id.get(_PENDING))
    facts["percent_used"] = _percent_used(document, nvme, attributes, facts["rotation_rate"])
    facts["media_errors"] = _first(_count(_at(nvme, "media_errors")), _scsi_errors(document))


def _temperature(document: Mapping[str, Any], nvme: object) -> int | None:
    """A SCSI disk or RAID volume without the temperature log page has 0 as temperature and as limit; newer disks
    have the measurement in the environmental reporting page instead (SPC-5 7.3.6)."""
    told = _celsius(_at(document, "temperature", "current"))
    if told == 0 and _at(document, "temperature", "drive_trip") == 0:
        told = None
    reported = _at(document, "scsi_environmental_reports", "temperature_1", "current")
    measured: int | None = _first(told, _celsius(_at(nvme, "temperature")), _celsius(reported))
    return measured


def _celsius(value: object) -> int | None:
    return value if type(value) is int and _COLDEST <= value <= _HOTTEST else None


def _raw(attribute: Mapping[str, Any] | None) -> int | None:
    """A counter. Makers pack other counters into the upper bytes of the 48-bit raw value; the number that the
    tool prints first, by what its drive database knows of the model, is the counter."""
    printed = _at(attribute, "raw", "string")
    number = _LEADING_NUMBER.match(printed) if isinstance(printed, str) else None
    return int(number[0]) if number else _count(_at(attribute, "raw", "value"))


def _percent_used(
    document: Mapping[str, Any], nvme: object, attributes: list[dict[str, Any]], rotation_rate: int | None
) -> int | None:
    """Life used up, over 100 for a disk past its rated life. Since 7.4 the tool gives it under one key."""
    told = (
        _at(document, "endurance_used", "current_percent"),
        _at(nvme, "percentage_used"),
        _at(document, "scsi_percentage_used_endurance_indicator"),
        _statistic(document, _ENDURANCE_INDICATOR),
        _life_used(attributes) if rotation_rate == 0 else None,
    )
    return next((count for value in told if (count := _count(value)) is not None), None)


def _statistic(document: Mapping[str, Any], name: str) -> object:
    pages = _at(document, "ata_device_statistics", "pages")
    for page in pages if isinstance(pages, list) else ():
        table = _at(page, "table")
        for row in table if isinstance(table, list) else ():
            if _at(row, "name") == name:
                return _at(row, "value")
    return None


def _life_used(attributes: list[dict[str, Any]]) -> int | None:
    for attribute in attributes:
        number, name, left = attribute.get("id"), attribute.get("name"), _count(attribute.get("value"))
        known = isinstance(name, str) and type(number) is int and (number, name) in _LIFE_LEFT
        if known and left is not None and left <= 100:
            return 100 - left
    return None


def _scsi_errors(document: Mapping[str, Any]) -> int | None:
    log = _at(document, "scsi_error_counter_log")
    counts = [_count(_at(log, kind, "total_uncorrected_errors")) for kind in ("read", "write", "verify")]
    known = [count for count in counts if count is not None]
    return min(sum(known), _LARGEST_COUNT) if known else None


def _why_unknown(document: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, str] | None:
    health = ("passed", "power_on_hours", "reallocated_sectors", "percent_used", "media_errors")
    if any(facts[key] is not None for key in health):
        return None
    messages = _at(document, "smartctl", "messages")
    said = "; ".join(
        text
        for message in (messages[:8] if isinstance(messages, list) else ())
        if (text := _text(_at(message, "string")))
    )
    status = _count(_at(document, "smartctl", "exit_status")) or 0
    if re.search("permission denied|operation not permitted", said, re.IGNORECASE):
        reason = "no_permission"
    elif status & _OPEN_FAILED:
        reason = "unreadable"
    else:
        # What the tool says of an unknown bridge or a device type that it cannot detect sets bit 0.
        reason = "not_supported"
    return {"reason": reason, "detail": said or "smartctl gives no health data of this disk"}
