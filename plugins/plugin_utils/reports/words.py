"""The words and the number formats that site, workbook and terminal share.

Codes of ``records.py`` are turned into words here and nowhere else; titles and advice of findings come from
``ledger.wording``. Times are shown in the school's time zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any

from ..i18n import DEFAULT_LANGUAGE, Translator
from ..ledger import wording
from ..ledger.records import (
    AssetStatus,
    ComponentKind,
    DecisionCategory,
    FindingKind,
    FindingStatus,
    Login,
    SightingStatus,
)
from ..school_time import CHINA_STANDARD_TIME
from .text import plain


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
    FindingKind.LOW_STOCK: "Less of a part or consumable is in store than the level that its card sets.",
    FindingKind.USB_ATTEMPT: "Somebody plugged in a USB device that was refused, and nobody has dealt with it yet.",
    FindingKind.BACKUP: "What is backed up of a machine is missing, too old, damaged or not whole.",
    FindingKind.MISSED_RUN: "A duty of the calendar was due and did not run, or ended with an error.",
    FindingKind.NETWORK: "Something is wrong with a switch, or it is not as the network's description has it.",
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

DECISION_CATEGORIES = {
    DecisionCategory.REPAIR_ORDER: "Exchanged by a repair",
    DecisionCategory.UPGRADE: "Upgraded",
    DecisionCategory.DAMAGE: "Damaged",
    DecisionCategory.OTHER: "Other reason",
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
    "asset.adjusted": "Adjusted after a stocktake",
    "asset.corrected": "Corrected",
    "asset.created": "Entered in the book",
    "asset.entered": "Entered by hand",
    "asset.updated": "Book entry changed",
    "asset.in_repair": "Reported for repair",
    "asset.lent": "Lent",
    "asset.repaired": "Repaired",
    "asset.returned": "Given back",
    "asset.scrapped": "Scrapped",
    "asset.to_scrap": "Approved to be scrapped",
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
_UNDONE = ".undone"

# What an errand is to the one who reads of it: the playbook by that name runs it.
ERRANDS = {
    "add_key": "Enter a key",
    "add_stock_item": "Open a stock card",
    "approve_purchase": "Approve a purchase",
    "approve_scrap": "Approve scrapping",
    "approve_stocktake": "Approve a stocktake",
    "close_repair": "Close a repair",
    "close_stocktake": "Close a stocktake",
    "correct_asset": "Correct an asset",
    "count_stock": "Count stock",
    "count_stocktake": "Enter a count",
    "decide_repair": "Decide on a repair",
    "diagnose_repair": "Diagnose a fault",
    "dispose_assets": "Dispose of assets",
    "end_licence": "End a licence",
    "enter_asset": "Enter an asset",
    "enter_licence": "Enter a licence",
    "issue_key": "Give out a key",
    "issue_stock": "Give out stock",
    "lend_asset": "Lend an asset",
    "open_repair": "Report a fault",
    "print_warning": "Make a warning slip",
    "receive_purchase": "Receive a purchase",
    "receive_stock": "Receive stock",
    "record_disk_wipe": "Record a disk wipe",
    "report_lost_key": "Report a lost key",
    "request_purchase": "Ask for a purchase",
    "request_scrap": "Ask for scrapping",
    "return_asset": "Return an asset",
    "return_key": "Take back a key",
    "start_stocktake": "Start a stocktake",
    "undo_entry": "Undo an entry",
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
    "reason": "Reason",
    "category": "Category",
    "repair_number": "Repair order",
    "whole_at": "Last seen whole",
    "last_whole_at": "Last seen whole",
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
        self.decision_categories = {category: _(text) for category, text in DECISION_CATEGORIES.items()}
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
        """What an event did. A code that this version does not know is shown as it is.

        The undoing of an event carries its code with ``.undone``, once more for each undoing of that.
        """
        done = code
        while done.endswith(_UNDONE):
            done = done.removesuffix(_UNDONE)
        if done not in EVENT_ACTIONS:
            return code
        words = self.translate(EVENT_ACTIONS[done])
        return words if done == code else self.translate("{action} (undone)", action=words)

    def errand(self, name: str) -> str:
        """The name of a playbook as an errand; one that this version does not know is shown as it is."""
        return self.translate(ERRANDS[name]) if name in ERRANDS else name

    def reason(self, code: object) -> str:
        """Why a value is unknown (``unknown.<path>.reason`` of the facts)."""
        return self.translate(REASONS[code]) if isinstance(code, str) and code in REASONS else str(code)

    def moment(self, at: datetime | None) -> str:
        """``2026-11-23 16:15`` in the school's time zone."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M") if at else "—"

    def long_date(self, at: datetime) -> str:
        day = at.astimezone(self.zone)
        return self.translate("{year}-{month}-{day}", year=day.year, month=f"{day:%m}", day=f"{day:%d}")

    def login(self, login: Login) -> str:
        """Who was logged in where, and when a look last saw that."""
        return self.translate(
            "{user} on {host}, seen {moment}",
            user=plain(login.user),
            host=plain(login.host),
            moment=self.moment(login.seen_at),
        )

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
            case "category":
                words = self.decision_categories
            case "whole_at" | "last_whole_at":
                return self._moment_of(value)
            case "advice":
                return self.advice(value)
        return words.get(value, value)

    def _moment_of(self, text: str) -> str:
        """A time as events write it (``column_types.utc_text``); what is none stays as it is."""
        try:
            return self.moment(datetime.fromisoformat(text))
        except ValueError:
            return text

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
