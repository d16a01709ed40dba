"""USB 违规: what was plugged in, room by room, and whose sticks the school lets in."""

from __future__ import annotations

from collections.abc import Iterable

from ..ledger.records import Attempt, AttemptAction, AttemptUsers, FindingKind, FindingStatus
from ..ledger.vocabulary import room_key
from ..registers.breaches import CURRENT
from ..registers.state import State as Registers
from ..registers.usb_allowances import UsbAllowance
from ..registers.warning_slips import slips_by_attempt
from ..school_time import school_day
from .sheets import Cell, Column, Row, Sheet, Table, Task, row_of
from .text import plain
from .views import natural
from .words import State, Words

_NAMES_SHOWN = 4
_DECIDED = frozenset({FindingStatus.CONFIRMED, FindingStatus.DISMISSED})
DEVICE_KINDS = {
    "storage": "USB stick or disk",
    "phone": "Phone",
    "keyboard_with_storage": "Keyboard with storage",
    "card": "Memory card",
    "other": "Other device",
}


def usb_sheet(registers: Registers, words: Words) -> Sheet:
    """Refused attempts of each room with the newest first, what was let in, and the sticks that are allowed."""
    _ = words.translate
    context = _Context(registers)
    attempts = sorted(registers.attempts, key=lambda each: (each.at, each.id), reverse=True)
    refused = [each for each in attempts if each.action is AttemptAction.REFUSED]
    pending = [each for each in refused if context.is_pending(each)]
    rooms = _by_room(refused)
    allowances = sorted(
        registers.all(UsbAllowance).values(),
        key=lambda one: (one.ended_on is not None, natural(one.room), one.until, one.number),
    )
    ended = sum(not one.works_on(registers.today) for one in allowances if one.ended_on is None)
    return Sheet(
        name="usb",
        title=_("USB attempts"),
        lead=_(
            "What was plugged into locked computers, as their own logs say, and whose sticks the school lets in. Times "
            "are those of the computer's clock."
        ),
        empty=_(
            "No computer has told of a USB device yet. The errand lock_usb locks a room; collect_facts brings the "
            "records."
        ),
        figure=_("{n} to deal with, {ended} allowed sticks ended", n=len(pending), ended=ended),
        urgent=bool(pending),
        tables=(
            *(
                Table(
                    key=f"room-{number:d}",
                    title=_("{room}: refused", room=title or _("No room")),
                    columns=_columns(words),
                    rows=tuple(_attempt_row(each, context, words) for each in some),
                )
                for number, (title, some) in enumerate(rooms, start=1)
            ),
            Table(
                key="let-in",
                title=_("Let in"),
                columns=_columns(words),
                rows=tuple(
                    _attempt_row(each, context, words)
                    for each in attempts
                    if each.action is AttemptAction.ALLOWED
                ),
            ),
            Table(
                key="allowed",
                title=_("Sticks that are allowed"),
                columns=(
                    Column(title=_("Stick")),
                    Column(title=_("Room")),
                    Column(title=_("Whose, what for")),
                    Column(title=_("Until")),
                    Column(title=_("State")),
                ),
                rows=tuple(_allowance_row(registers, one, words) for one in allowances),
                empty=_("No stick is allowed. They are listed in group_vars/all/usb.yml, as usb_allow."),
            ),
        ),
        tasks=tuple(_task(title, some, words) for title, some in _by_room(pending)),
    )


def _columns(words: Words) -> tuple[Column, ...]:
    _ = words.translate
    return (
        Column(title=_("Attempt")),
        Column(title=_("Time")),
        Column(title=_("Seat")),
        Column(title=_("Device")),
        Column(title=_("Serial")),
        Column(title=_("Logged in then")),
        Column(title=_("State")),
    )


class _Context:
    """What became of attempts: the slip that each is on, and what a person decided on it (by ``attempt:17``)."""

    def __init__(self, registers: Registers) -> None:
        self._today = registers.today
        self.slips = slips_by_attempt(registers)
        self.settled = {
            subject: finding.status
            for finding in registers.findings
            if finding.kind is FindingKind.USB_ATTEMPT and finding.status in _DECIDED
            for subject in finding.stands_for
        }
        numbers = {asset.id: asset.asset_number for asset in registers.assets.values()}
        self._assets = {
            machine.id: numbers[machine.asset_id]
            for machine in registers.machines
            if machine.asset_id in numbers
        }

    def is_pending(self, attempt: Attempt) -> bool:
        """Whether a refused attempt still waits for a person; as ``registers.breaches`` has it."""
        if attempt.id in self.slips or f"attempt:{attempt.id}" in self.settled:
            return False
        return self._today - school_day(attempt.collected_at) <= CURRENT

    def assets_of(self, attempt: Attempt) -> tuple[str, ...]:
        number = self._assets.get(attempt.machine_id)
        return () if number is None else (number,)


def _by_room(attempts: Iterable[Attempt]) -> list[tuple[str | None, list[Attempt]]]:
    """Rooms in their order with the attempts of each; a room is called as its newest attempt calls it."""
    rooms: dict[str | None, tuple[str | None, list[Attempt]]] = {}
    for attempt in attempts:
        rooms.setdefault(room_key(attempt.room), (attempt.room, []))[1].append(attempt)
    return sorted(rooms.values(), key=lambda room: natural(room[0]))


def _attempt_row(attempt: Attempt, context: _Context, words: Words) -> Row:
    _ = words.translate
    ids = f"{attempt.vendor_id}:{attempt.product_id}" if attempt.vendor_id and attempt.product_id else None
    kind = words.translate(DEVICE_KINDS[attempt.kind]) if attempt.kind in DEVICE_KINDS else None
    late = attempt.at > attempt.collected_at
    return Row(
        subject=f"attempt:{attempt.id}",
        cells=(
            Cell(text=str(attempt.id)),
            Cell(
                text=words.moment(attempt.at),
                note=_("the computer's clock is ahead") if late else None,
            ),
            Cell(text=attempt.seat or "—", note=attempt.host),
            Cell(text=attempt.name or kind or "—", note=_note(ids, kind if attempt.name else None)),
            Cell(text=attempt.serial or "—"),
            _who(attempt, words),
            _state(attempt, context, words),
        ),
        assets=context.assets_of(attempt),
        rooms=(attempt.room,) if attempt.room else (),
        words=tuple(filter(None, (attempt.serial,))),
    )


def _note(*parts: str | None) -> str | None:
    return " · ".join(part for part in parts if part) or None


def _who(attempt: Attempt, words: Words) -> Cell:
    _ = words.translate
    names = ", ".join(plain(user, 64) for user in attempt.users[:_NAMES_SHOWN])
    match attempt.users_from:
        case AttemptUsers.RECORD:
            return Cell(text=names or _("nobody"))
        case AttemptUsers.SESSION:
            return Cell(text=names, note=_("session went on then"))
        case AttemptUsers.NEAREST:
            return Cell(text=names, note=_("seen nearest to it"))
    return Cell(text="—", note=_("not known"))


def _state(attempt: Attempt, context: _Context, words: Words) -> Cell:
    _ = words.translate
    if slip := context.slips.get(attempt.id):
        return Cell(
            text=_("Slip {number}", number=slip.number), subject=f"warning:{slip.number}", badge=State.OK
        )
    if attempt.action is AttemptAction.ALLOWED:
        return Cell(text=_("Let in"), badge=State.UNCHECKED)
    decided = context.settled.get(f"attempt:{attempt.id}")
    if decided is not None:
        return Cell(text=words.finding_statuses[decided], badge=State.OK)
    return Cell(text=_("Refused"), badge=State.FINDING)


def _allowance_row(registers: Registers, one: UsbAllowance, words: Words) -> Row:
    _ = words.translate
    if one.ended_on is not None:
        state = Cell(text=_("Taken off the list on {day}", day=one.ended_on))
    elif one.works_on(registers.today):
        state = Cell(text=_("Let in"), badge=State.OK)
    else:
        state = Cell(text=_("Its last day is over"), badge=State.MISSING)
    return row_of(
        one,
        Cell(text=f"{one.vendor}:{one.product}", note=one.serial),
        Cell(text=_("Every room") if one.everywhere else one.room),
        Cell(text=one.note, note=_("listed since {day}", day=one.since)),
        Cell(text=one.until.isoformat()),
        state,
        words=(one.serial,),
        rooms=(None,) if one.everywhere else (one.room,),
    )


def _task(room: str | None, attempts: list[Attempt], words: Words) -> Task:
    newest = attempts[0]
    return Task(
        subject=f"attempt:{newest.id}",
        badge=State.FINDING,
        kind=words.translate("USB attempts"),
        text=room or words.translate("No room"),
        note=words.translate.plural(
            "{n} attempt to deal with, the last on {at}",
            "{n} attempts to deal with, the last on {at}",
            len(attempts),
            at=words.moment(newest.at),
        ),
    )
