"""放行名单: whose sticks the school lets in, as the ledger knows it.

The inventory decides (``usb_allow`` in ``group_vars/all/usb.yml``); each collection brings the ledger in line, with an
event for what came, changed or went. So the history says who was let in when, also after an entry left the inventory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from ..desired.usb_policy import EVERY_ROOM, AllowEntry
from .nouns import RegisterKind
from .state import Change, State


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbAllowance:
    """``number`` is made of the stick and the room. ``until`` is the last day on which it works, ``since`` the day on
    which the ledger first saw it in the inventory, ``ended_on`` that on which it was no longer there."""

    kind: ClassVar[RegisterKind] = RegisterKind.USB_ALLOWANCE

    number: str
    vendor: str
    product: str
    serial: str
    room: str
    until: date
    note: str
    since: date
    ended_on: date | None = None

    @property
    def everywhere(self) -> bool:
        return self.room == EVERY_ROOM

    def works_on(self, today: date) -> bool:
        return self.ended_on is None and today <= self.until


def changes(state: State, entries: Iterable[AllowEntry]) -> Iterator[Change]:
    """What brings the ledger in line with the inventory's ``entries``; nothing where it is."""
    there = state.all(UsbAllowance)
    listed: set[str] = set()
    for entry in entries:
        number = f"{entry.vendor}:{entry.product}:{entry.serial}@{entry.room}"
        listed.add(number)
        before = there.get(number)
        is_new = before is None or before.ended_on is not None
        after = UsbAllowance(
            number=number,
            vendor=entry.vendor,
            product=entry.product,
            serial=entry.serial,
            room=entry.room,
            until=entry.until,
            note=entry.note,
            since=state.today if before is None or is_new else before.since,
        )
        if after != before:
            yield Change("usb_allowance.added" if is_new else "usb_allowance.changed", before, after)
    for number, gone in there.items():
        if number not in listed and gone.ended_on is None:
            yield Change("usb_allowance.removed", gone, replace(gone, ended_on=state.today))
