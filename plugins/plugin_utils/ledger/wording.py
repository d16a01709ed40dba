"""The words of findings: what a code of ``records.Finding`` says to a person.

Findings are kept in the ledger as codes, so that one ledger reads in every language. Each function
returns an ``i18n.Message`` of the domain ``reconcile``; the edge renders it.
"""

from __future__ import annotations

from ..calendar.duty_reading import title_of
from ..i18n import Message
from .records import FindingKind

DOMAIN = "reconcile"

KINDS = {
    FindingKind.SURPLUS: "Surplus",
    FindingKind.SHORTAGE: "Shortage",
    FindingKind.MISMATCH: "Details differ",
    FindingKind.COMPONENT_CHANGED: "Parts changed",
    FindingKind.SWAP_SUSPECTED: "Swap suspected",
    FindingKind.MISPLACED: "In another place",
    FindingKind.SERIAL_UNTRUSTED: "Serial not trustworthy",
    FindingKind.UNKNOWN: "Unknown",
    FindingKind.LOW_STOCK: "Low stock",
    FindingKind.USB_ATTEMPT: "USB attempt",
    FindingKind.MISSED_RUN: "Missed run",
    FindingKind.NETWORK: "Network",
    FindingKind.BACKUP: "Backup not good",
}

ADVICE = {
    "surplus": "Check the computer itself, then enter it in the book, or record it as borrowed equipment.",
    "surplus_serial_differs": (
        "The book has a computer with another serial at this seat. Read the label: correct the serial in "
        "the book, or enter this computer and find out where the booked one is."
    ),
    "shortage": (
        "Look for it on site and ask its custodian. If it cannot be found, report the shortage as the "
        "school's rules say."
    ),
    "shortage_seat_taken": (
        "Another computer stands at its seat. Find out whether it was replaced or moved, then correct the "
        "book or report the shortage."
    ),
    "shortage_monitor": (
        "The computer at its seat reports another monitor. Read the label, look for the booked monitor, "
        "then correct the book or report the shortage."
    ),
    "unknown_off": "Switch the computer on, check the network cable, and collect again.",
    "room_silent": (
        "Most computers of this room did not answer. Check the room's power and its switch, switch them on, and"
        " collect again."
    ),
    "unknown_failed": (
        "The computer answered but collecting failed. Read the reason in the run, put it right, and collect"
        " again."
    ),
    "unknown_room": (
        "Not every computer of this room was seen. Switch them all on and collect the whole room before "
        "deciding."
    ),
    "unknown_not_covered": (
        "The inventory has no computer in this room. Add the room's computers to the inventory, or check on"
        " site."
    ),
    "unknown_no_room": "The book names no room for it. Enter where it stands, then reconcile again.",
    "unknown_match": (
        "Not enough agrees to tell which booked asset this is. Read the serial on the label, complete "
        "serial, model and seat in the book, then reconcile again."
    ),
    "unknown_monitor": (
        "No such monitor was reported by the computer at its seat. Check that it is plugged in and on, then"
        " collect again."
    ),
    "unknown_not_in_use": (
        "The book says that it is not in use, so it was not expected to answer. Check on site when taking "
        "stock."
    ),
    "unknown_identity": (
        "It cannot be told whether these are one computer or two. Compare the labels, enter serial and seat"
        " in the book, then collect again."
    ),
    "surplus_device": (
        "Check the device itself, then enter it in the book, or record it as borrowed equipment."
    ),
    "surplus_serial_differs_device": (
        "The book has a device with another serial at this place. Read the label: correct the serial in the "
        "book, or enter this device and find out where the booked one is."
    ),
    "unknown_off_device": "Switch the device on, check its network cable and its settings, and collect again.",
    "unknown_failed_device": (
        "The device answered but refused to be read. Read the reason in the run, correct its password or "
        "community, and collect again."
    ),
    "unknown_room_device": (
        "Not every device of this kind in this room was seen. Switch them all on and collect again before "
        "deciding."
    ),
    "unknown_identity_device": (
        "It cannot be told whether these are one device or two. Compare the labels, enter serial and place in"
        " the book, then collect again."
    ),
    "unknown_not_listed": (
        "The book has more devices of this kind in this room than the inventory. Add it to the inventory if it "
        "is on the network; else check on site when taking stock."
    ),
    "mismatch": (
        "Check the machine itself and correct the side that is wrong; if a part was replaced, record it."
    ),
    "mismatch_memory_less": (
        "Less memory than booked. Open the case and count the modules; find out where the missing ones are,"
        " or correct the book."
    ),
    "mismatch_quantity": (
        "Count them on site, then correct the quantity in the book or report the difference."
    ),
    "mismatch_status": (
        "The book says that it is not in use here, yet it was seen. Correct the status in the book, or take"
        " it out of use."
    ),
    "component_changed": (
        "Compare with the repair and upgrade records. If it was planned, confirm it; if not, find out who "
        "changed the parts."
    ),
    "component_moved": (
        "The part is now in the other computer. If the move was planned, confirm it; if not, put it back."
    ),
    "component_moved_likely": (
        "A part of this model left one of the two computers and came to the other within a week; it has no serial, so"
        " this is likely and not certain. Open both cases and compare. If the move was planned, confirm both findings;"
        " if not, put it back."
    ),
    "room_monitors": (
        "Most computers of this room report no monitor. Switch the monitors on and collect again; if they are gone,"
        " report it at once."
    ),
    "room_parts": (
        "The same kind of part changed in most computers of this room at once. If it was planned, confirm it; if"
        " not, check the room now and find out who was there."
    ),
    "swap_computers": "Swap the two computers back, or correct both seats in the book.",
    "swap_devices": "Swap the two devices back, or correct both places in the book.",
    "swap_monitors": "Swap the two monitors back, or correct both seats in the book.",
    "swap_parts": "The two computers have exchanged parts. Swap them back, or confirm the change.",
    "misplaced": "Put it back in its place, or correct the place in the book.",
    "serial_shared": (
        "Several machines give the same serial, so it identifies none of them. Use the serial on the label "
        "or stick an asset label on each, and enter it in the book."
    ),
    "serial_placeholder": (
        "The maker left a placeholder instead of a serial. Use the serial on the label or stick an asset "
        "label on it, and enter it in the book."
    ),
    "low_stock": "Ask for a purchase; request_purchase fills in what is short. Enter what arrives with receive_stock.",
    "usb_attempt": (
        "Find out who it was. Print a warning slip with print_warning, or confirm or dismiss the finding with a reason."
    ),
    "run_missed": (
        "This duty was due and did not run. See that the control node is on and its timers are active"
        " (systemctl list-timers), then run it by hand."
    ),
    "run_failed": (
        "This duty ran and ended with an error. Read the run's output in the folder of runs, mend the cause, and run"
        " it by hand."
    ),
    "network_changed": (
        "Somebody changed this switch other than by the suite. Compare with git log in the folder of configurations,"
        " then confirm it, or run configure_switches to undo it."
    ),
    "network_place": "Put the cable where the description has it, or correct lab_network, then check again.",
    "network_health": "Do what the finding says, then run check_switches again.",
    "network_silent": "Look whether the switch has power and its uplink is plugged in, then run check_switches again.",
    "backup_lost": (
        "The backup server does not have the machine's repository. See whether its disk is mounted; if it is lost, run"
        " configure_backups and back_up, and find out why."
    ),
    "backup_damaged": (
        "What is backed up is damaged. Check the backup server's disk and back up again at once; do not rely on older"
        " backups until a drill has proven them."
    ),
    "backup_gone": (
        "The machine deleted backups, which it may not. Treat it as taken over; the data is still there, see the page"
        " of check_backups."
    ),
    "backup_wrong_key": (
        "The passphrase does not open the repository. Put back the one that it was made with."
    ),
    "backup_locked": (
        "The repository was left locked. See that nobody uses it, then run check_backups with backup_unlock."
    ),
    "backup_full": "The backup server is nearly full. Enlarge its disk or keep fewer backups.",
    "backup_unchecked": (
        "The backup was not checked for days. Run check_backups; if it fails, mend what it names."
    ),
    "backup_never": "The machine was never backed up. Run back_up.",
    "backup_missed": "The newest backup is too old. See that the machine is on and run back_up.",
    "backup_interrupted": "The last backup was cut off before its end. Run back_up again.",
    "backup_failed": "The last backup failed. Run check_backups to read why, mend it and run back_up again.",
    "backup_empty": (
        "The newest backup is empty. See whether the disk with the data is mounted, then run back_up again."
    ),
    "backup_incomplete": (
        "The newest backup lacks databases. See whether they are running, then run back_up again."
    ),
    "backup_shrunken": (
        "The newest backup is much smaller than those before. Find out what is missing before old backups go."
    ),
    "backup_clock": "A clock is wrong, so nobody can tell how old a backup is. Set the clock.",
    "backup_copy": (
        "The second copy is too old. Plug in its medium, or see to the other place, and run back_up."
    ),
    "serial_booked_twice": (
        "The book has the same serial on several assets. Read the labels and correct the book."
    ),
}

FIELDS = {
    "asset_number": "Asset number",
    "host": "Host",
    "name": "Name",
    "place": "Place",
    "brand": "Brand",
    "model": "Model",
    "serial": "Serial",
    "memory": "Memory",
    "disk": "Disk",
    "cpu": "Processor",
    "quantity": "Quantity",
    "status": "Status",
    "sighting": "Sighting",
    "monitor": "Monitor",
    "board": "Main board",
    "gpu": "Graphics card",
    "nic": "Network card",
    "optical": "Optical drive",
    "battery": "Battery",
    "stock": "Stock",
    "usb": "USB device",
    "duty": "Duty",
    "due": "Due at",
    "rooms": "Rooms",
    "backup": "Backup",
    "backup_newest": "Newest backup",
    "answered": "Computers that answered",
    "lit": "Computers with their monitor",
    "switch": "Switch",
    "said": "Seen there",
    "changed_at": "Changed before",
    "commit": "Commit",
}

VALUES = {
    "status": {
        "in_use": "in use",
        "idle": "idle",
        "repair": "in repair",
        "on_loan": "on loan",
        "sealed": "sealed",
        "to_scrap": "to be scrapped",
        "scrapped": "scrapped",
        "seen": "seen in use",
    },
    "duty": {"missed": "did not run", "failed": "ended with an error"},
    "backup": {
        "good": "good every day",
        "lost": "repository lost",
        "damaged": "data damaged",
        "gone": "deleted by the machine",
        "wrong_key": "wrong passphrase",
        "locked": "left locked",
        "full": "no room left",
        "unchecked": "not checked",
        "never": "never made",
        "missed": "too old",
        "interrupted": "cut off",
        "failed": "failed",
        "empty": "empty",
        "incomplete": "lacks databases",
        "shrunken": "much smaller",
        "clock": "clock wrong",
        "copy": "second copy too old",
    },
    "sighting": {
        "booked": "booked",
        "seen": "seen",
        "unreachable": "did not answer",
        "failed": "collecting failed",
        "not_seen": "not seen",
        "room_incomplete": "room not fully seen",
        "not_covered": "room not in the inventory",
        "no_room": "no room in the book",
        "not_connected": "no monitor reported",
        "undecided": "cannot be told apart",
    },
}


def title(kind: FindingKind) -> Message:
    """What a kind of finding is called, as on the school's stock-taking form."""
    return Message(DOMAIN, KINDS[kind])


def advice(code: str) -> Message:
    """The sentence that says what to do next. A code that this version does not know is shown as it is."""
    return Message(DOMAIN, ADVICE.get(code, code))


def field_name(code: str) -> Message:
    """The name of ``Difference.field``. A code that this version does not know is shown as it is."""
    return Message(DOMAIN, FIELDS.get(code, code))


def value(field: str, text: str) -> Message | None:
    """The words for ``Difference.book`` or ``.fact`` where they are a code of that field; None where the
    value is data, to be shown (escaped) as it is."""
    if field == "duty" and (named := title_of(text)) is not None:
        return named
    msgid = VALUES.get(field, {}).get(text)
    return None if msgid is None else Message(DOMAIN, msgid)
