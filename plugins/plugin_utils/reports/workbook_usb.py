"""The workbook's sheet of USB attempts and that of allowed sticks. Who was logged in is left to the site."""

from __future__ import annotations

from collections.abc import Iterator

from ..ledger.records import AttemptAction
from ..registers.breaches import device_text
from ..registers.state import State as Registers
from ..registers.usb_allowances import UsbAllowance
from ..registers.warning_slips import slips_by_attempt
from .columns import Cell, Column
from .words import Words


def attempt_columns(words: Words) -> list[Column]:
    _ = words.translate
    return [
        Column(_("Attempt"), 10, "number"),
        Column(_("Time"), 17, "moment"),
        Column(_("Room"), 14),
        Column(_("Seat"), 9),
        Column(_("Host"), 14),
        Column(_("Device"), 56),
        Column(_("State"), 10),
        Column(_("Slip"), 14),
    ]


def attempt_rows(registers: Registers, words: Words) -> Iterator[list[Cell]]:
    """The newest first."""
    slips = slips_by_attempt(registers)
    for attempt in registers.attempts:
        slip = slips.get(attempt.id)
        refused = attempt.action is AttemptAction.REFUSED
        yield [
            attempt.id,
            attempt.at.astimezone(words.zone).replace(tzinfo=None),
            attempt.room,
            attempt.seat,
            attempt.host,
            device_text(attempt),
            words.translate("Refused") if refused else words.translate("Let in"),
            None if slip is None else slip.number,
        ]


def allowance_columns(words: Words) -> list[Column]:
    _ = words.translate
    return [
        Column(_("Room"), 14),
        Column(_("Stick"), 12),
        Column(_("Serial"), 30),
        Column(_("Whose, what for"), 40),
        Column(_("Listed since"), 12, "date"),
        Column(_("Until"), 12, "date"),
        Column(_("Taken off"), 12, "date"),
    ]


def allowance_rows(registers: Registers, words: Words) -> Iterator[list[Cell]]:
    """Those on the list first."""
    allowances = registers.all(UsbAllowance).values()
    for one in sorted(
        allowances, key=lambda one: (one.ended_on is not None, one.room, one.until, one.number)
    ):
        yield [
            words.translate("Every room") if one.everywhere else one.room,
            f"{one.vendor}:{one.product}",
            one.serial,
            one.note,
            one.since,
            one.until,
            one.ended_on,
        ]
