"""警告单: a USB attempt that was refused becomes a paper that pupil, class teacher and administrator sign.

A slip keeps what it says of the attempts (when, where, which device, which accounts): it reads the same for ever,
whatever becomes of the machine. No attempt is on two slips; the entry of a slip can be undone like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ..i18n import Message, UserError
from ..ledger.records import Attempt, AttemptAction, AttemptUsers, Finding, FindingKind
from ..school_time import school_day
from .nouns import RegisterKind
from .state import Change, Paper, Plan, State, day, not_in_future, optional, required

_PREFIX = "attempt:"
_NUMBER_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What the slip says of one attempt. ``attempt`` is its number in the ledger."""

    attempt: int
    at: datetime
    action: AttemptAction
    vendor_id: str | None = None
    product_id: str | None = None
    serial: str | None = None
    name: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningSlip:
    """``pupil`` is the name that a person gave, or the one account that was logged in. ``accounts`` are all of them,
    ``accounts_from`` the weakest way in which they are known. ``rule`` is what was broken, in the school's words."""

    kind: ClassVar[RegisterKind] = RegisterKind.WARNING

    number: str
    pupil: str
    rule: str
    issued_on: date
    host: str
    incidents: tuple[Incident, ...]
    room: str | None = None
    seat: str | None = None
    pupil_class: str | None = None
    accounts: tuple[str, ...] = ()
    accounts_from: AttemptUsers = AttemptUsers.UNKNOWN
    measure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRequest:
    """As a person gave it: texts may be empty. Either ``attempt`` or ``finding`` is a number of the site's."""

    attempt: str | None = None
    finding: str | None = None
    rule: str | None = None
    pupil: str | None = None
    pupil_class: str | None = None
    measure: str | None = None
    issued_on: str | date | None = None


def standard_rule() -> Message:
    """What a slip says was broken where the school gives no words of its own."""
    return Message(
        "warnings",
        "Rules of the computer rooms: no USB stick, mobile disk, phone or other device may be connected to a computer "
        "without the administrator's leave.",
    )


def slips_by_attempt(state: State) -> dict[int, WarningSlip]:
    """The slip that each attempt is on."""
    return {incident.attempt: slip for slip in state.all(WarningSlip).values() for incident in slip.incidents}


def attempts_of(finding: Finding) -> tuple[int, ...]:
    """The attempts that a finding tells of."""
    return tuple(int(name.removeprefix(_PREFIX)) for name in finding.stands_for if name.startswith(_PREFIX))


def wanted(state: State, request: WarningRequest) -> tuple[int, ...]:
    """The attempts that the slip is asked for; of a finding those that are on no slip yet.

    Raises UserError where neither or both are given, or there is no such finding.
    """
    given = [each for each in (optional(request.attempt), optional(request.finding)) if each is not None]
    if len(given) != 1:
        raise UserError(
            "warnings",
            "Give either warning_attempt, the number of one attempt, or warning_finding, the number of a finding: the "
            "site lists both.",
        )
    number = _number(given[0])
    if optional(request.attempt) is not None:
        return (number,)
    finding = next((each for each in state.findings if each.id == number), None)
    if finding is None or finding.kind is not FindingKind.USB_ATTEMPT:
        raise UserError(
            "warnings",
            "Finding {number} is none of USB attempts. The site lists them under findings.",
            number=number,
        )
    taken = slips_by_attempt(state)
    numbers = attempts_of(finding)
    return tuple(each for each in numbers if each not in taken) or numbers


def issue(state: State, request: WarningRequest) -> Plan:
    """Enter a slip. ``state.attempts`` has those that ``wanted`` names. Raises UserError where it may not be issued."""
    numbers = wanted(state, request)
    known = {attempt.id: attempt for attempt in state.attempts}
    taken = slips_by_attempt(state)
    for number in numbers:
        if number not in known:
            raise UserError(
                "warnings",
                "There is no USB attempt {number} in the ledger. The site lists them under USB attempts.",
                number=number,
            )
        if number in taken:
            slip = taken[number]
            raise UserError(
                "warnings",
                "USB attempt {number} is already on warning slip {slip} of {day}. Print that again with print_paper, "
                "or undo its entry first.",
                number=number,
                slip=slip.number,
                day=slip.issued_on,
            )
    attempts = sorted((known[number] for number in numbers), key=lambda each: (each.at, each.id))
    last = attempts[-1]
    issued_on = day(request.issued_on, Message("warnings", "The day of the slip"), state.today)
    not_in_future(issued_on, state.today)
    happened_on = school_day(min(last.at, last.collected_at))  # a PC's clock may run ahead
    if issued_on < happened_on:
        raise UserError(
            "warnings",
            "The slip is of {issued}, but the attempt was on {day}. Check the date.",
            issued=issued_on,
            day=happened_on,
        )
    accounts = tuple(dict.fromkeys(user for each in attempts for user in each.users))
    slip = WarningSlip(
        number=state.next_number(WarningSlip),
        pupil=optional(request.pupil) or _only(accounts),
        pupil_class=optional(request.pupil_class),
        rule=required(request.rule, Message("warnings", "The rule that was broken")),
        measure=optional(request.measure),
        issued_on=issued_on,
        host=last.host,
        room=last.room,
        seat=last.seat,
        accounts=accounts,
        accounts_from=_weakest(attempts),
        incidents=tuple(_incident(each) for each in attempts),
    )
    return Plan(
        errand="print_warning",
        changes=(Change("warning.issued", None, slip),),
        message=Message(
            "warnings",
            "Warning slip {number} for {pupil}: {place}, {count} USB attempts. Have it signed by the pupil, the class "
            "teacher and the administrator.",
            {
                "number": slip.number,
                "pupil": slip.pupil,
                "place": " ".join(filter(None, (slip.room, slip.seat, slip.host))),
                "count": len(slip.incidents),
            },
        ),
        papers=(Paper("warning_slip", slip.number),),
    )


def contradictions(state: State) -> Iterator[Message]:
    """An attempt is on one slip at most."""
    seen: dict[int, str] = {}
    for slip in state.all(WarningSlip).values():
        for incident in slip.incidents:
            other = seen.setdefault(incident.attempt, slip.number)
            if other != slip.number:
                yield Message(
                    "warnings",
                    "USB attempt {attempt} would be on two warning slips: {first} and {second}.",
                    {"attempt": incident.attempt, "first": other, "second": slip.number},
                )


def _number(text: str) -> int:
    digits = text.removeprefix(_PREFIX)
    if not digits.isascii() or not digits.isdigit() or len(digits) > _NUMBER_DIGITS:
        raise UserError(
            "warnings", "{text} is no number of an attempt or a finding. The site shows them.", text=text[:40]
        )
    return int(digits)


def _only(accounts: tuple[str, ...]) -> str:
    if len(accounts) == 1:
        return accounts[0]
    if accounts:
        raise UserError(
            "warnings",
            "Several accounts were logged in: {accounts}. Find out who it was, and give the name as warning_pupil.",
            accounts=accounts,
        )
    raise UserError(
        "warnings",
        "Nobody is known to have been logged in. Find out who it was, and give the name as warning_pupil.",
    )


def _weakest(attempts: Iterable[Attempt]) -> AttemptUsers:
    order = list(AttemptUsers)
    return max((each.users_from for each in attempts), key=order.index)


def _incident(attempt: Attempt) -> Incident:
    return Incident(
        attempt=attempt.id,
        at=attempt.at,
        action=attempt.action,
        vendor_id=attempt.vendor_id,
        product_id=attempt.product_id,
        serial=attempt.serial,
        name=attempt.name,
        kind=attempt.kind,
    )
