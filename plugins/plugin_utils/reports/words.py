"""The words and the number formats that site, workbook and terminal share.

Codes of ``records.py`` are turned into words here and nowhere else; titles and advice of findings come from
``ledger.wording``. Times are shown in the school's time zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any

from ..i18n import DEFAULT_LANGUAGE, Translator
from ..ledger import wording
from ..ledger.records import AssetStatus, ComponentKind, FindingKind, FindingStatus, SightingStatus
from .text import plain

CHINA_STANDARD_TIME = timezone(timedelta(hours=8), "UTC+8")  # one zone for the whole country, no summer time


class State(StrEnum):
    """What the newest look at a device says, in the order of urgency."""

    MISSING = "missing"
    SURPLUS = "surplus"
    FINDING = "finding"
    SILENT = "silent"
    UNCHECKED = "unchecked"
    OK = "ok"


STATES = {
    State.MISSING: "Missing",
    State.SURPLUS: "Not in the book",
    State.FINDING: "To be settled",
    State.SILENT: "No answer",
    State.UNCHECKED: "Not checked by network",
    State.OK: "Agrees",
}

STATE_MEANINGS = {
    State.MISSING: "It is in the book, its whole room answered, and it was seen nowhere.",
    State.SURPLUS: "It was seen, but no row of the book belongs to it.",
    State.FINDING: "It was seen, and something about it differs from the book.",
    State.SILENT: "It did not answer at the newest attempt. That says nothing about whether it is there.",
    State.UNCHECKED: "The network cannot see such a thing, or nobody has looked yet. Count it by hand.",
    State.OK: "It was seen at the newest attempt, and nothing differs from the book.",
}

KIND_MEANINGS = {
    FindingKind.SURPLUS: "A computer or device was seen that no row of the book describes.",
    FindingKind.SHORTAGE: "A booked asset was seen nowhere although its whole room answered.",
    FindingKind.MISMATCH: "The asset is there, but a detail such as memory or serial differs from the book.",
    FindingKind.COMPONENT_CHANGED: "A part was added, removed or replaced since the look before.",
    FindingKind.SWAP_SUSPECTED: "Two monitors, computers or parts stand in each other's place.",
    FindingKind.MISPLACED: "The asset was seen in another place than the book says.",
    FindingKind.SERIAL_UNTRUSTED: "The serial identifies nothing: it is shared, or a placeholder of the maker.",
    FindingKind.UNKNOWN: "Nothing can be said, for example because the computer was off. It is not missing.",
}

# Signs that differ without colour, from blocks of Unicode that every Chinese system font has.
STATE_SIGNS = {
    State.MISSING: "✕",
    State.SURPLUS: "+",
    State.FINDING: "!",
    State.SILENT: "?",
    State.UNCHECKED: "–",
    State.OK: "✓",
}

ASSET_STATUSES = {
    AssetStatus.IN_USE: "In use",
    AssetStatus.IDLE: "Idle",
    AssetStatus.REPAIR: "In repair",
    AssetStatus.ON_LOAN: "On loan",
    AssetStatus.SEALED: "Sealed",
    AssetStatus.TO_SCRAP: "To be scrapped",
    AssetStatus.SCRAPPED: "Scrapped",
}

COMPONENT_KINDS = {
    ComponentKind.BOARD: "Main board",
    ComponentKind.CPU: "Processor",
    ComponentKind.MEMORY: "Memory",
    ComponentKind.DISK: "Disk",
    ComponentKind.GPU: "Graphics card",
    ComponentKind.NIC: "Network card",
    ComponentKind.MONITOR: "Monitor",
    ComponentKind.OPTICAL: "Optical drive",
    ComponentKind.BATTERY: "Battery",
}

FINDING_STATUSES = {
    FindingStatus.OPEN: "Open",
    FindingStatus.CONFIRMED: "Confirmed",
    FindingStatus.DISMISSED: "Dismissed",
    FindingStatus.RESOLVED: "Resolved",
}

SIGHTING_STATUSES = {
    SightingStatus.OBSERVED: "Seen",
    SightingStatus.UNREACHABLE: "Did not answer",
    SightingStatus.FAILED: "Collecting failed",
}

REASONS = {
    "no_permission": "no permission",
    "no_tool": "tool not installed",
    "timeout": "took too long",
    "unreadable": "could not be read",
    "truncated": "cut off",
    "not_supported": "not supported by this machine",
    "not_requested": "not asked for",
}

EVENT_ACTIONS = {
    "asset.created": "Entered in the book",
    "asset.updated": "Book entry changed",
    "component.added": "Part appeared",
    "component.removed": "Part gone",
    "finding.opened": "Finding opened",
    "finding.changed": "Finding changed",
    "finding.reopened": "Finding reopened",
    "finding.resolved": "Finding resolved",
    "finding.confirmed": "Finding confirmed",
    "finding.dismissed": "Finding dismissed",
    "import.committed": "Property book imported",
    "machine.added": "First seen",
    "machine.linked": "Matched with the book",
    "machine.moved": "Moved",
    "machine.unlinked": "No longer matched with the book",
    "observation.changed": "Hardware data changed",
    "observation.reparsed": "Evidence read again",
    "run.committed": "Run recorded",
}

# The property card of a school, in its order (fields of records.Asset).
ASSET_FIELDS = {
    "asset_number": "Asset number",
    "name": "Name",
    "finance_card": "Finance card number",
    "class_standard": "Class standard",
    "class_code": "Class code",
    "brand": "Brand",
    "model": "Model",
    "serial": "Serial",
    "specification": "Specification",
    "quantity": "Quantity",
    "unit": "Unit",
    "original_value": "Original value (CNY)",
    "booked_on": "Booked on",
    "purchased_on": "Purchased on",
    "warranty_until": "Warranty until",
    "supplier": "Supplier",
    "room": "Room",
    "seat": "Seat",
    "custodian": "Custodian",
    "department": "Department",
    "funding_source": "Funding source",
    "status": "Status",
    "parent_number": "Belongs to",
    "notes": "Notes",
}


# Fields of events beyond those of the property card.
EVENT_FIELDS = {
    "host": "Host",
    "kind": "Kind",
    "slot": "Slot",
    "manufacturer": "Maker",
    "size_bytes": "Size",
    "advice": "Advice",
    "closed_reason": "Reason",
}


def byte_size(size: int) -> str:
    """``17179869184`` → ``16 GB``: binary units named as on a memory module's label (JEDEC 100B.01)."""
    amount, units = float(size), ["B", "KB", "MB", "GB", "TB", "PB"]
    while amount >= 1024 and len(units) > 1:
        amount /= 1024
        units.pop(0)
    return f"{amount:.1f}".removesuffix(".0") + f" {units[0]}"


def disk_size(size: int) -> str:
    """``512110190592`` → ``512 GB``: decimal units, as on a disk's label."""
    amount, units = float(size), ["B", "kB", "MB", "GB", "TB", "PB"]
    while amount >= 999.5 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    digits = 0 if amount >= 100 or amount == int(amount) else 1
    return f"{amount:.{digits}f}".removesuffix(".0") + f" {units[0]}"


class Words:
    """Codes and values as a person reads them, in one language and one time zone."""

    def __init__(self, language: str = DEFAULT_LANGUAGE, zone: tzinfo = CHINA_STANDARD_TIME) -> None:
        self.language = language
        self.zone = zone
        self.translate = Translator("reports", language)
        _ = self.translate
        self.states = {state: _(text) for state, text in STATES.items()}
        self.state_meanings = {state: _(text) for state, text in STATE_MEANINGS.items()}
        self.asset_statuses = {status: _(text) for status, text in ASSET_STATUSES.items()}
        self.component_kinds = {kind: _(text) for kind, text in COMPONENT_KINDS.items()}
        self.finding_statuses = {status: _(text) for status, text in FINDING_STATUSES.items()}
        self.sighting_statuses = {status: _(text) for status, text in SIGHTING_STATUSES.items()}
        self.asset_fields = {field: _(text) for field, text in ASSET_FIELDS.items()}
        self.kinds = {kind: wording.title(kind).render(language) for kind in FindingKind}
        self._advice: dict[str, str] = {}

    def advice(self, code: str) -> str:
        """What to do next."""
        if code in wording.ADVICE and code not in self._advice:
            self._advice[code] = wording.advice(code).render(self.language)
        return self._advice.get(code, code)

    def field(self, code: str) -> str:
        """The name of ``Difference.field``, or of a field of the property card in an event."""
        if code in wording.FIELDS:
            return wording.field_name(code).render(self.language)
        return self.asset_fields.get(code, code)

    def side(self, field: str, text: str | None) -> str:
        """One side of a difference; a dash where that side has nothing."""
        if not text:
            return "—"
        message = wording.value(field, text)
        return text if message is None else message.render(self.language)

    def action(self, code: str) -> str:
        """What an event did. A code that this version does not know is shown as it is."""
        return self.translate(EVENT_ACTIONS[code]) if code in EVENT_ACTIONS else code

    def reason(self, code: object) -> str:
        """Why a value is unknown (``unknown.<path>.reason`` of the facts)."""
        return self.translate(REASONS[code]) if isinstance(code, str) and code in REASONS else str(code)

    def moment(self, at: datetime | None) -> str:
        """``2026-11-23 16:15`` in the school's time zone."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M") if at else "—"

    def long_date(self, at: datetime) -> str:
        day = at.astimezone(self.zone)
        return self.translate("{year}-{month}-{day}", year=day.year, month=f"{day:%m}", day=f"{day:%d}")

    def place(self, room: str | None, seat: str | None) -> str:
        return " · ".join(part for part in (room, seat) if part) or self.translate("No room")

    def event_field(self, name: str) -> str | None:
        """The name of a field of ``Event.before`` or ``.after``; None for what only the database cares about."""
        if name in self.asset_fields:
            return self.asset_fields[name]
        return self.translate(EVENT_FIELDS[name]) if name in EVENT_FIELDS else None

    def event_value(self, name: str, value: object) -> str | None:
        """The value of such a field with codes as words; None where there is none."""
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return self._code(name, value)
        if name == "size_bytes" and isinstance(value, int):
            return byte_size(value)
        return self.value(value)

    def _code(self, name: str, value: str) -> str:
        words: Mapping[Any, str] = {}
        match name:
            case "status":
                words = {**self.asset_statuses, **self.finding_statuses}
            case "kind":
                words = {**self.component_kinds, **self.kinds}
            case "advice":
                return self.advice(value)
        return words.get(value, value)

    def value(self, value: object) -> str:
        """A value of a card or an event: money with thousands, dates ISO, mappings flat, a dash for nothing."""
        match value:
            case None | "":
                text = "—"
            case AssetStatus():
                text = self.asset_statuses[value]
            case Decimal():
                text = money(value)
            case datetime():
                text = self.moment(value)
            case date():
                text = value.isoformat()
            case Mapping():
                text = "; ".join(f"{key}: {self.value(item)}" for key, item in islice(value.items(), 20))
            case list() | tuple():
                text = ", ".join(self.value(item) for item in value[:20])
            case _:
                text = plain(str(value))
        return text


def money(amount: Decimal) -> str:
    """CNY with thousands separators and two places: ``12,345.00``."""
    return f"{amount:,.2f}"
