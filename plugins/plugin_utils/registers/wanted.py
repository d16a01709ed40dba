"""What requests have in common: days, amounts, lists of people, and the repairs that are open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

from ..i18n import Message, UserError
from .nouns import RegisterKind
from .state import State, day, not_in_future, required

_HIGHEST = Decimal(1_000_000_000)
_AMOUNT_LIMIT = 30


class RepairLike(Protocol):
    """What is asked of a repair."""

    @property
    def number(self) -> str: ...
    @property
    def asset_number(self) -> str: ...
    @property
    def is_open(self) -> bool: ...


def open_repairs(state: State) -> dict[str, RepairLike]:
    """By asset number."""
    repairs: list[RepairLike] = list(state.registers.get(RegisterKind.REPAIR, {}).values())
    return {repair.asset_number: repair for repair in repairs if repair.is_open}


def money(given: str | float | Decimal | None, what: Message) -> Decimal | None:
    """An amount in CNY with at most two places; None where none is given. Raises UserError."""
    text = str(given if given is not None else "").strip()
    if not text:
        return None
    try:
        if len(text) > _AMOUNT_LIMIT:
            raise InvalidOperation
        amount = Decimal(text.replace(",", "").replace("，", ""))
        if not amount.is_finite() or not 0 <= amount < _HIGHEST or amount != round(amount, 2):
            raise InvalidOperation
    except InvalidOperation as error:
        raise UserError(
            "requests",
            "{what}: {text} is no amount in CNY. Write it as 4800 or 4800.50.",
            what=what,
            text=text[:_AMOUNT_LIMIT],
        ) from error
    return round(amount, 2)


def people(given: Sequence[str], what: Message, limit: int) -> tuple[str, ...]:
    """Names, none of them twice. Raises UserError."""
    if len(given) > limit:
        raise UserError(
            "requests",
            "{what}: {n} people are too many, at most {limit} fit. Shorten the list.",
            what=what,
            n=len(given),
            limit=limit,
        )
    names = tuple(required(name, what) for name in given)
    for place, name in enumerate(names):
        if name in names[:place]:
            raise UserError(
                "requests",
                "{what}: {name} is named twice. One person signs once; name somebody else.",
                what=what,
                name=name,
            )
    return names


def day_after(given: str | date | None, what: Message, first: date, today: date) -> date:
    """``given``, else today; from ``first`` on. Raises UserError."""
    when = day(given, what, today)
    not_in_future(when, today)
    if when < first:
        raise UserError(
            "requests",
            "{what} {when} lies before {first}, when the step before it was done. Check the date.",
            what=what,
            when=when,
            first=first,
        )
    return when
