"""What a school decides about removable media, for Linux and Windows alike: plain data, checked, nothing of any system.

Four variables say it all (``group_vars/all/usb.yml``). A stick is allowed by vendor, product *and* serial together: a
product id alone would admit every stick of the same model. Without a clock: an entry whose last day is over stays in
the policy, and every PC and every report judges the day by itself (``AllowEntry.ended``), so that an entry that ran
out last night neither stops this morning's run nor changes a single file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from ..i18n import UserError

# What can be closed, in the order in which people read it.
CHANNELS = ("usb_storage", "optical", "card_readers", "mtp_ptp", "firewire", "thunderbolt")
# USB base classes (usb.org, "Defined Class Codes") that a school may let in though they are no input device or hub.
DEVICE_CLASSES: Mapping[str, tuple[str, ...]] = {
    "audio": ("01",),
    "network": ("02", "0a", "e0"),
    "printer": ("07",),
    "smart_card": ("0b",),
    "video": ("0e",),
}
EVERY_ROOM = "*"
# Every variable that a person may set and that begins with usb_: the policy's own, and those of the errands.
POLICY_VARIABLES = ("usb_allow", "usb_classes", "usb_closed", "usb_rules")
_ERRAND_VARIABLES = ("usb_enrolment", "usb_minutes", "usb_room", "usb_until")
_ENTRY_KEYS = ("note", "product", "room", "serial", "until", "vendor")
_MOST_ENTRIES = 500
_MOST_NOTE = 100
_MOST_ROOM = 60
_MOST_RULES = 20_000
_ID = re.compile(r"[0-9a-fA-F]{4}")
# USB 2.0, 9.6.7: a string descriptor holds at most 126 characters. Blanks at an end, quotes and the signs that udev
# reads as a pattern (* ? [ ] |) or as a variable ($ %) cannot be matched exactly, so they are refused.
_SERIAL = re.compile(r"[A-Za-z0-9._:+/#=@~,&-](?:[A-Za-z0-9._:+/#=@~,& -]{0,124}[A-Za-z0-9._:+/#=@~,&-])?")
_SHORTEST_SERIAL = 4
# Cheap sticks carry one of these by the thousand; it tells nothing apart.
_COUNTED = "0123456789ABCDEF0123456789"
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowEntry:
    """One stick of one person. ``vendor`` and ``product``: four hexadecimal digits, small; ``serial`` as the stick
    says it; ``room`` as the book writes it, or ``EVERY_ROOM``; ``until``: the last day on which it works."""

    vendor: str
    product: str
    serial: str
    room: str
    until: date
    note: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """Equal for two entries of one stick. Windows writes serials in capitals, so case tells nothing apart."""
        return self.vendor, self.product, self.serial.upper()

    def holds_in(self, room: str) -> bool:
        return self.room in (EVERY_ROOM, room)

    def ended(self, today: date) -> bool:
        return today > self.until

    def as_data(self) -> dict[str, str]:
        return {**asdict(self), "until": self.until.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbPolicy:
    """``closed``: channels; ``allow``: entries of all rooms, in the school's order; ``classes``: names of
    ``DEVICE_CLASSES``; ``rules``: the school's own lines for USBGuard, checked elsewhere."""

    closed: tuple[str, ...] = CHANNELS
    allow: tuple[AllowEntry, ...] = ()
    classes: tuple[str, ...] = ()
    rules: str = ""

    def closes(self, channel: str) -> bool:
        return channel in self.closed

    def allowed_in(self, room: str) -> tuple[AllowEntry, ...]:
        return tuple(entry for entry in self.allow if entry.holds_in(room))

    def as_data(self) -> dict[str, Any]:
        return {
            "closed": list(self.closed),
            "allow": [entry.as_data() for entry in self.allow],
            "classes": list(self.classes),
            "rules": self.rules,
        }


def usb_policy(variables: Mapping[str, Any]) -> UsbPolicy:
    """The policy that the variables ``POLICY_VARIABLES`` say; None and a missing one mean the default.

    Raises ``UserError`` naming the variable, the entry and its key for an unknown channel, class or key, a malformed
    id or day, an entry without serial, and two entries for one stick in one room.
    """
    rules = variables.get("usb_rules") or ""
    if not isinstance(rules, str) or len(rules) > _MOST_RULES:
        raise UserError(
            "usb",
            "usb_rules must be a text of at most {most} characters, one USBGuard rule on each line.",
            most=_MOST_RULES,
        )
    return UsbPolicy(
        closed=_names("usb_closed", variables.get("usb_closed"), CHANNELS, CHANNELS),
        allow=_entries(variables.get("usb_allow")),
        classes=_names("usb_classes", variables.get("usb_classes"), tuple(DEVICE_CLASSES), ()),
        rules=rules,
    )


def check_rooms(policy: UsbPolicy, rooms: Iterable[str]) -> None:
    """Raises ``UserError`` for an entry of a room that no host is in: the stick would silently work nowhere."""
    known = sorted(set(rooms))
    for number, entry in enumerate(policy.allow, start=1):
        if entry.room not in (EVERY_ROOM, *known):
            raise UserError(
                "usb",
                'usb_allow, entry {number}: no host of the inventory is in room "{room}". Write room as lab_room '
                'has it ({rooms}), or "*" for every room.',
                number=number,
                room=entry.room,
                rooms=tuple(known),
            )


def check_names(names: Iterable[str], role_variables: Iterable[str] = ()) -> None:
    """Raises ``UserError`` for a name that begins with ``usb_`` and means nothing: a misspelt ``usb_allow`` would
    otherwise lock a teacher out, a misspelt ``usb_closed`` leave a room open."""
    errands = (*POLICY_VARIABLES, *_ERRAND_VARIABLES)
    known = (*errands, *role_variables)
    for name in sorted(names):
        if not name.startswith("usb_") or name in known:
            continue
        raise UserError(
            "usb",
            "The variable {name} is unknown, perhaps {meant} is meant. Correct or remove it; known are {known}.",
            name=name[:_SHOWN],
            meant=(get_close_matches(name, known, 1, 0.0) or ["usb_allow"])[0],
            known=errands,
        )


def _names(variable: str, given: Any, known: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    if given is None:
        return default
    if not isinstance(given, list | tuple) or not all(isinstance(name, str) for name in given):
        raise UserError(
            "usb", "{variable} must be a list of names out of {known}.", variable=variable, known=known
        )
    for name in given:
        if name not in known:
            raise UserError(
                "usb",
                '{variable} names "{name}", which is unknown. Take it out, or write one of {known}.',
                variable=variable,
                name=name[:_SHOWN],
                known=known,
            )
    return tuple(name for name in known if name in given)


def _entries(given: Any) -> tuple[AllowEntry, ...]:
    if given is None:
        return ()
    if not isinstance(given, list | tuple) or len(given) > _MOST_ENTRIES:
        raise UserError("usb", "usb_allow must be a list of at most {most} entries.", most=_MOST_ENTRIES)
    entries = tuple(_entry(number, one) for number, one in enumerate(given, start=1))
    _no_overlaps(entries)
    return entries


def _no_overlaps(entries: tuple[AllowEntry, ...]) -> None:
    first: dict[tuple[tuple[str, str, str], str], int] = {}
    anywhere: dict[tuple[str, str, str], int] = {}
    for number, entry in enumerate(entries, start=1):
        other = first.get((entry.identity, entry.room)) or first.get((entry.identity, EVERY_ROOM))
        if other is None and entry.room == EVERY_ROOM:
            other = anywhere.get(entry.identity)
        if other is not None:
            raise UserError(
                "usb",
                "usb_allow, entries {first} and {second} both allow the stick {vendor}:{product} {serial} in room "
                '"{room}". Keep one of them, with the later last day.',
                first=other,
                second=number,
                vendor=entry.vendor,
                product=entry.product,
                serial=entry.serial,
                room=entry.room,
            )
        first[entry.identity, entry.room] = number
        anywhere.setdefault(entry.identity, number)


def _entry(number: int, given: Any) -> AllowEntry:
    if not isinstance(given, Mapping):
        raise UserError(
            "usb", "usb_allow, entry {number}: write the keys {keys}.", number=number, keys=_ENTRY_KEYS
        )
    for key in given:
        if key not in _ENTRY_KEYS:
            raise UserError(
                "usb",
                'usb_allow, entry {number}: the key "{key}" is unknown. Known are {keys}.',
                number=number,
                key=str(key)[:_SHOWN],
                keys=_ENTRY_KEYS,
            )
    return AllowEntry(
        vendor=_id(number, "vendor", given),
        product=_id(number, "product", given),
        serial=_serial(number, given),
        room=_text(number, "room", given, _MOST_ROOM),
        until=_day(number, given),
        note=_text(number, "note", given, _MOST_NOTE),
    )


def _id(number: int, key: str, given: Mapping[str, Any]) -> str:
    value = given.get(key)
    if isinstance(value, str) and _ID.fullmatch(value):
        return value.lower()
    raise UserError(
        "usb",
        'usb_allow, entry {number}: {key} is "{value}". Write the four hexadecimal digits that lsusb shows, in '
        'quotes, such as "0951".',
        number=number,
        key=key,
        value=shown(value),
    )


def _serial(number: int, given: Mapping[str, Any]) -> str:
    value = given.get("serial")
    if value is None or value == "":
        raise UserError(
            "usb",
            "usb_allow, entry {number}: serial is missing. Without it every stick of this model would be let in: "
            "write the serial of the record of a refused attempt, or buy a stick that has one.",
            number=number,
        )
    if not isinstance(value, str) or not _SERIAL.fullmatch(value):
        raise UserError(
            "usb",
            'usb_allow, entry {number}: serial is "{value}". Write it exactly as in the record of a refused attempt, '
            "in quotes; only letters, digits, inner blanks and {signs} can be compared exactly.",
            number=number,
            value=shown(value),
            signs=". _ : + / # = @ ~ , & -",
        )
    if len(value) < _SHORTEST_SERIAL or len(set(value)) == 1 or value.upper() in _COUNTED:
        raise UserError(
            "usb",
            'usb_allow, entry {number}: the serial "{value}" is one that many sticks share. Take a stick with a '
            "serial of its own.",
            number=number,
            value=value,
        )
    return value


def _text(number: int, key: str, given: Mapping[str, Any], most: int) -> str:
    value = given.get(key)
    text = value.strip() if isinstance(value, str) else ""
    if text and len(text) <= most and text.isprintable():
        return text
    raise UserError(
        "usb",
        'usb_allow, entry {number}: {key} is "{value}". Write one line of at most {most} characters: the room as '
        "lab_room has it, and in note whose stick it is and what for.",
        number=number,
        key=key,
        value=shown(value),
        most=most,
    )


def _day(number: int, given: Mapping[str, Any]) -> date:
    value = given.get("until")
    try:
        # YAML makes a date of 2026-12-31 by itself, Ansible one with a tag; a datetime is a date too, and has an hour.
        if isinstance(value, date) and not isinstance(value, datetime):
            return date(value.year, value.month, value.day)
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise UserError(
        "usb",
        'usb_allow, entry {number}: until is "{value}". Write the last day on which the stick works, such as '
        "2026-12-31.",
        number=number,
        value=shown(value),
    )


def shown(value: object, most: int = _SHOWN) -> str:
    """A person's input as a message shows it: one line of at most ``most`` characters."""
    text = "" if value is None else str(value)
    return "".join(sign if sign.isprintable() else "·" for sign in text)[:most]
