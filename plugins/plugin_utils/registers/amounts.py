"""Numbers that a person gives: how many, and how much money."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from ..i18n import Message, UserError

# A school's store has no million of anything, and no part for ten million yuan: such a number is a slip of the hand.
QUANTITY_LIMIT = 100_000
MONEY_LIMIT = Decimal(10_000_000)
_DIGITS = 20


def quantity(given: str | int | None, what: Message, *, least: int = 1) -> int:
    """A whole number from ``least`` to QUANTITY_LIMIT. Raises UserError where it is none."""
    text = str(given if given is not None else "").strip()[: _DIGITS + 1]
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if not least <= number <= QUANTITY_LIMIT or isinstance(given, bool):
        raise UserError(
            "amounts",
            "{what}: {given} is not possible. Give a whole number from {least} to {limit}.",
            what=what,
            given=text or "—",
            least=least,
            limit=QUANTITY_LIMIT,
        )
    return number


def money(given: str | float | Decimal | None, what: Message) -> Decimal | None:
    """CNY with two decimals, from 0 to MONEY_LIMIT; None where none is given. Raises UserError where it is none."""
    text = str(given if given is not None else "").strip().removeprefix("¥").replace(",", "")[: _DIGITS + 1]
    if not text:
        return None
    try:
        amount = Decimal(text)
        possible = amount.is_finite() and 0 <= amount <= MONEY_LIMIT and amount == round(amount, 2)
    except InvalidOperation:
        possible = False
    if not possible or isinstance(given, bool):
        raise UserError(
            "amounts",
            "{what}: {given} is no amount of money. Give yuan with at most two decimals, such as 350.00, "
            "up to {limit}.",
            what=what,
            given=text,
            limit=MONEY_LIMIT,
        )
    return round(abs(amount), 2)
