"""软件授权: what the school may install, on how many seats, where, and until when.

Which packages a licence is for is told by names, whole (``wps-office``) or by their beginning (``wps-*``): never by
expressions, which would run what a person typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from ..i18n import Message, UserError
from ..ledger.vocabulary import plain
from .nouns import RegisterKind
from .state import Change, Plan, State, day, not_in_future, optional, required

SEATS_LIMIT = 100_000
_PATTERNS_LIMIT = 50
_PATTERN_LENGTH = 100
_PLACES_LIMIT = 200
_PREFIX_AT_LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """``valid_until`` is its last day, None for a perpetual one. ``rooms`` and ``departments`` are where it may be
    used; with both empty, everywhere."""

    kind: ClassVar[RegisterKind] = RegisterKind.LICENCE

    number: str
    product: str
    seats: int
    proof: str
    patterns: tuple[str, ...]
    valid_from: date
    valid_until: date | None = None
    edition: str | None = None
    publisher: str | None = None
    rooms: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    note: str | None = None
    ended_on: date | None = None
    ended_by: str | None = None
    end_reason: str | None = None

    @property
    def title(self) -> str:
        return f"{self.product} {self.edition}" if self.edition else self.product

    def is_valid(self, today: date) -> bool:
        """From its first day to its last; on the day of an end it is over."""
        if self.ended_on is not None and self.ended_on <= today:
            return False
        return self.valid_from <= today and (self.valid_until is None or today <= self.valid_until)

    def covers(self, package: str) -> bool:
        return any(matches(pattern, package) for pattern in self.patterns)


def matches(pattern: str, package: str) -> bool:
    """Whether a package's name is the pattern, or begins with what stands before its asterisk; without case."""
    wanted, name = plain(pattern), plain(package)
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLicence:
    """As a person gave it: texts may be empty, dates are ``2026-09-01``; no ``valid_until`` is for ever."""

    product: str | None
    seats: int | str | None
    proof: str | None
    patterns: Sequence[str]
    valid_from: str | date | None = None
    valid_until: str | date | None = None
    edition: str | None = None
    publisher: str | None = None
    rooms: Sequence[str] = ()
    departments: Sequence[str] = ()
    note: str | None = None


def enter(state: State, request: NewLicence) -> Plan:
    """Enter a licence that the school owns. Raises UserError."""
    proof = required(
        request.proof, Message("licences", "The number of the proof (contract, invoice, certificate)")
    )
    product = required(request.product, Message("licences", "The product"))
    valid_from = day(request.valid_from, Message("licences", "The first day"), state.today)
    valid_until = (
        None
        if request.valid_until in (None, "")
        else day(request.valid_until, Message("licences", "The last day"), state.today)
    )
    if valid_until is not None and valid_until < valid_from:
        raise UserError(
            "licences",
            "The last day {until} of the licence lies before its first day {start}. Check both dates.",
            until=valid_until,
            start=valid_from,
        )
    made = Licence(
        number=state.next_number(Licence),
        product=product,
        seats=_seats(request.seats),
        proof=proof,
        patterns=_patterns(request.patterns),
        valid_from=valid_from,
        valid_until=valid_until,
        edition=optional(request.edition),
        publisher=optional(request.publisher),
        rooms=_places(request.rooms, Message("licences", "The rooms")),
        departments=_places(request.departments, Message("licences", "The departments")),
        note=optional(request.note),
    )
    twin = next(
        (
            other
            for other in state.all(Licence).values()
            if other.ended_on is None and (other.proof, other.title) == (proof, made.title)
        ),
        None,
    )
    if twin is not None:
        raise UserError(
            "licences",
            "{product} with the proof {proof} is already entered as licence {number}. One proof counts once; to "
            "change it, undo its entry or end it first.",
            product=made.title,
            proof=proof,
            number=twin.number,
        )
    return Plan(
        errand="enter_licence",
        changes=(Change("licence.entered", None, made),),
        message=Message(
            "licences",
            "Licence {number} for {product} with {seats} seats is entered.",
            {"number": made.number, "product": made.title, "seats": made.seats},
        ),
    )


def _seats(given: int | str | None) -> int:
    text = str(given if given is not None else "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 6 and 0 < int(text) <= SEATS_LIMIT:
        return int(text)
    raise UserError(
        "licences",
        "The number of seats {text} is no whole number from 1 to {limit}. It stands in the contract.",
        text=text[:40] or "—",
        limit=SEATS_LIMIT,
    )


def _patterns(given: Sequence[str]) -> tuple[str, ...]:
    patterns = tuple(dict.fromkeys(plain(each).strip() for each in given))
    if not patterns or len(patterns) > _PATTERNS_LIMIT:
        raise UserError(
            "licences",
            "{n} names of packages are given; a licence takes 1 to {limit}. Look for the name in the packages of a "
            "computer that has the product.",
            n=len(patterns),
            limit=_PATTERNS_LIMIT,
        )
    for pattern in patterns:
        stem = pattern.removesuffix("*")
        if "*" in stem or len(pattern) > _PATTERN_LENGTH or len(stem) < _PREFIX_AT_LEAST:
            raise UserError(
                "licences",
                "{pattern} is no name of a package. Write the whole name, or its beginning of at least {n} "
                "characters and one asterisk at the end, such as wps-*.",
                pattern=pattern[:40] or "—",
                n=_PREFIX_AT_LEAST,
            )
    return patterns


def _places(given: Sequence[str], what: Message) -> tuple[str, ...]:
    if len(given) > _PLACES_LIMIT:
        raise UserError(
            "licences",
            "{what}: {n} are too many, at most {limit} are taken. Leave them out to let it count everywhere.",
            what=what,
            n=len(given),
            limit=_PLACES_LIMIT,
        )
    return tuple(dict.fromkeys(required(each, what) for each in given))


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceEnd:
    number: str | None
    reason: str | None
    ended_by: str | None
    ended_on: str | date | None = None


def end(state: State, request: LicenceEnd) -> Plan:
    """End a licence before its last day (returned, replaced, sold). Raises UserError."""
    licence = state.one(Licence, request.number)
    if licence.ended_on is not None:
        raise UserError(
            "licences",
            "Licence {number} was already ended on {day}: {reason}.",
            number=licence.number,
            day=licence.ended_on,
            reason=licence.end_reason,
        )
    ended_on = day(request.ended_on, Message("licences", "The day of the end"), state.today)
    not_in_future(ended_on, state.today)
    if ended_on < licence.valid_from:
        raise UserError(
            "licences",
            "Licence {number} begins on {start}: it cannot end on {day}. Check the date, or undo its entry.",
            number=licence.number,
            start=licence.valid_from,
            day=ended_on,
        )
    ended = replace(
        licence,
        ended_on=ended_on,
        ended_by=required(request.ended_by, Message("licences", "Who ends it")),
        end_reason=required(request.reason, Message("licences", "The reason for the end")),
    )
    return Plan(
        errand="end_licence",
        changes=(Change("licence.ended", licence, ended),),
        message=Message(
            "licences",
            "Licence {number} for {product} is ended. Remove the product from the computers that it was for.",
            {"number": licence.number, "product": licence.title},
        ),
    )


def contradictions(state: State) -> Iterator[Message]:
    """One proof counts once."""
    seen: dict[tuple[str, str], str] = {}
    for licence in state.all(Licence).values():
        if licence.ended_on is not None:
            continue
        key = (licence.proof, licence.title)
        if key in seen:
            yield Message(
                "licences",
                "The proof {proof} of {product} would count twice (licences {one} and {other}).",
                {"proof": licence.proof, "product": licence.title, "one": seen[key], "other": licence.number},
            )
        seen[key] = licence.number
