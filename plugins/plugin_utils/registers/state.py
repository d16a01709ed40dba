"""What an errand may look at, and what it decides. Pure: no database and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from ..i18n import Message, UserError
from ..ledger.records import Asset, Attempt, Baseline, Event, Finding, Machine, Sighting
from .nouns import N, Noun, RegisterKind

_TEXT_LIMIT = 500
_NUMBER_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after; None where it is not there. ``action`` is the event's: ``loan.opened``."""

    action: str
    before: Noun | Asset | None
    after: Noun | Asset | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("a change of nothing")

    @property
    def thing(self) -> Noun | Asset:
        thing = self.after if self.after is not None else self.before
        assert thing is not None  # noqa: S101 - __post_init__ has refused it
        return thing


@dataclass(frozen=True, slots=True)
class Paper:
    """A printable page that belongs to an entry: its kind in ``papers.PAPERS`` and the number of its subject."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an errand will do. ``message`` says it to the person; ``undoes`` names the entry that it takes back."""

    errand: str
    changes: tuple[Change, ...]
    message: Message
    papers: tuple[Paper, ...] = ()
    undoes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The ledger as an errand sees it. ``today`` is the school's day. ``machines`` (with the newest ``sightings`` of
    the hosts) and ``findings`` are there for the errands that ask for them (``store.load_state``), and so are
    ``attempts`` for what is about them, ``baseline`` for reports, and ``history`` for papers: the events of an asset by
    its number, oldest first (``store.load_history``)."""

    today: date
    assets: Mapping[str, Asset]
    registers: Mapping[RegisterKind, Mapping[str, Any]] = field(default_factory=dict)
    machines: tuple[Machine, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    findings: tuple[Finding, ...] = ()
    history: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    baseline: Baseline | None = None

    def asset(self, number: str | None) -> Asset:
        """The asset of that number. Raises UserError where there is none."""
        wanted = " ".join((number or "").split())[:_NUMBER_LIMIT]
        if wanted in self.assets:
            return self.assets[wanted]
        alike = get_close_matches(wanted, self.assets, n=3)
        if alike:
            raise UserError(
                "registers",
                "There is no asset {number} in the ledger. Alike are: {alike}. Check the label.",
                number=wanted,
                alike=tuple(alike),
            )
        raise UserError(
            "registers",
            "There is no asset {number} in the ledger. Check the label, or import the property book first.",
            number=wanted or "—",
        )

    def all(self, noun: type[N]) -> Mapping[str, N]:
        """A register, by number."""
        return self.registers.get(noun.kind, {})

    def one(self, noun: type[N], number: str | None) -> N:
        """Raises UserError where the register has no such number."""
        wanted = " ".join((number or "").split())[:_NUMBER_LIMIT]
        found = self.all(noun).get(wanted)
        if found is None:
            raise UserError(
                "registers",
                "There is no number {number} in the register {register}. The site lists all of them.",
                number=wanted or "—",
                register=register_name(noun.kind),
            )
        return found

    def next_number(self, noun: type[Noun]) -> str:
        """The year and a running number: ``2026-0001``. A number that was once given is not given again, as
        what is undone keeps its events under it; the entries remember."""
        year = f"{self.today.year}-"
        taken = [*self.registers.get(noun.kind, {}), *self._once_given(noun.kind)]
        used = [int(number.removeprefix(year)) for number in taken if _is_running(number, year)]
        return f"{year}{max(used, default=0) + 1:04d}"

    def once_given_assets(self) -> set[str]:
        """Every asset number that is or once was given by an errand: what is undone keeps its label."""
        prefix = "asset:"
        entries = self.registers.get(RegisterKind.ENTRY, {}).values()
        gone = (subject for entry in entries for subject in entry.subjects if subject.startswith(prefix))
        return {*self.assets, *(subject.removeprefix(prefix) for subject in gone)}

    def _once_given(self, kind: RegisterKind) -> list[str]:
        prefix = f"{kind}:"
        return [
            subject.removeprefix(prefix)
            for entry in self.registers.get(RegisterKind.ENTRY, {}).values()
            for subject in entry.subjects
            if subject.startswith(prefix)
        ]

    def after(self, changes: tuple[Change, ...]) -> State:
        """The state once ``changes`` are made."""
        assets: dict[str, Any] = dict(self.assets)
        registers = {kind: dict(numbers) for kind, numbers in self.registers.items()}
        for change in changes:
            thing = change.thing
            numbers: dict[str, Any]
            if isinstance(thing, Asset):
                number = thing.asset_number
                numbers = assets
            else:
                number = thing.number
                numbers = registers.setdefault(thing.kind, {})
            if change.after is None:
                numbers.pop(number, None)
            else:
                numbers[number] = change.after
        return replace(self, assets=assets, registers=registers)


def _is_running(number: str, year: str) -> bool:
    rest = number.removeprefix(year)
    return rest != number and rest.isascii() and rest.isdigit()


_NAMES = {
    RegisterKind.ENTRY: "Entries",
    RegisterKind.LOAN: "Loans",
    RegisterKind.REPAIR: "Repairs",
    RegisterKind.STOCK_ITEM: "Parts and consumables",
    RegisterKind.STOCK_MOVE: "Stock movements",
    RegisterKind.KEY: "Keys",
    RegisterKind.KEY_ISSUE: "Keys given out",
    RegisterKind.STOCKTAKE: "Stocktakes",
    RegisterKind.STOCKTAKE_COUNT: "Stocktake counts",
    RegisterKind.PURCHASE_REQUEST: "Purchase requests",
    RegisterKind.SCRAP_REQUEST: "Scrap requests",
    RegisterKind.DISK_WIPE: "Disk wipes",
    RegisterKind.LICENCE: "Software licences",
    RegisterKind.WARNING: "Warning slips",
    RegisterKind.USB_ALLOWANCE: "Sticks let in",
}


def register_name(kind: RegisterKind) -> Message:
    return Message("registers", _NAMES[kind])


def required(text: str | None, what: Message) -> str:
    """A person's words, on one line and bounded. Raises UserError where there are none."""
    words = optional(text)
    if words is None:
        raise UserError("registers", "{what} is missing. Give it and run the errand again.", what=what)
    return words


def optional(text: str | None) -> str | None:
    words = " ".join((text or "").split())
    if len(words) > _TEXT_LIMIT:
        raise UserError(
            "registers",
            "The text that begins with “{beginning}” is longer than {limit} characters. Shorten it.",
            beginning=words[:20],
            limit=_TEXT_LIMIT,
        )
    return words or None


def day(text: str | date | None, what: Message, default: date) -> date:
    """A date as ``2026-09-01``; ``default`` where none is given. Raises UserError where it is no date."""
    if text in (None, ""):
        return default
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError as error:
        raise UserError(
            "registers",
            "{what}: {text} is no date. Write it as 2026-09-01.",
            what=what,
            text=str(text)[:40],
        ) from error


def not_before_purchase(when: date, asset: Asset) -> None:
    """Raises UserError where ``when`` lies before the school had the asset."""
    owned = min((each for each in (asset.purchased_on, asset.booked_on) if each is not None), default=None)
    if owned is not None and when < owned:
        raise UserError(
            "registers",
            "{when} lies before {number} was bought ({owned}). Check the date, or correct the date of purchase in "
            "the property book.",
            when=when,
            number=asset.asset_number,
            owned=owned,
        )


def not_in_future(when: date, today: date) -> None:
    if when > today:
        raise UserError(
            "registers",
            "{when} is still to come (today is {today}). Enter it on that day.",
            when=when,
            today=today,
        )
