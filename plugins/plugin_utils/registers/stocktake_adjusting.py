"""What an approved line of a stocktake makes of its asset. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from ..i18n import Message, UserError
from ..ledger.book.fields import FIELDS
from ..ledger.book.numbering import Numbers
from ..ledger.records import Asset, AssetStatus
from .stocktake_result import Line
from .stocktakes import Choice, Condition, Stocktake

_STATUS = {
    Condition.INTACT: AssetStatus.IN_USE,
    Condition.DAMAGED: AssetStatus.REPAIR,
    Condition.UNUSED: AssetStatus.IDLE,
}


def _has(line: Line, field: str) -> bool:
    return any(difference.field == field for difference in line.differences)


def _is_gone(line: Line) -> bool:
    return line.listed is not None and line.counted == 0


def _is_on_the_books(line: Line) -> bool:
    return line.listed is not None and line.listed.status is not AssetStatus.SCRAPPED


# Whether a choice has something to do with a line. What is lent out has its place and its status from the loan.
FITTING: Mapping[Choice, Callable[[Line], bool]] = {
    Choice.MOVE: lambda line: _is_on_the_books(line) and _has(line, "place"),
    Choice.SETTLE: lambda line: _is_on_the_books(line) and _is_gone(line),
    Choice.QUANTITY: lambda line: _is_on_the_books(line) and not _is_gone(line) and _has(line, "quantity"),
    Choice.CONDITION: lambda line: _is_on_the_books(line) and _has(line, "condition"),
    Choice.CREATE: lambda line: line.listed is None and line.found is not None,
}


def adjusted(asset: Asset, line: Line, choices: tuple[Choice, ...], stocktake: Stocktake) -> Asset:
    """The asset after the choices, each of which fits the line."""
    found = line.found
    for choice in choices:
        if choice is Choice.SETTLE:
            asset = replace(asset, status=AssetStatus.TO_SCRAP, notes=_note(asset, stocktake))
        elif choice is Choice.QUANTITY and line.counted:
            asset = replace(asset, quantity=line.counted, original_value=_value(asset, line.counted))
        elif choice is Choice.MOVE and found is not None:
            seat = asset.seat if found.seat is None and found.room == asset.room else found.seat
            asset = replace(asset, room=found.room, seat=seat)
        elif choice is Choice.CONDITION and found is not None and found.condition is not None:
            asset = replace(asset, status=_STATUS[found.condition])
    return asset


def created(line: Line, approved: Stocktake, numbers: Numbers | None) -> Asset:
    """The new asset of a surplus thing. Its value and its date of purchase are not known, so they stay empty.

    Raises UserError without a numbering rule, or where the thing has no name.
    """
    found = line.found
    assert found is not None  # noqa: S101 - the choice fits the line
    if numbers is None:
        raise UserError(
            "stocktakes",
            "The surplus {key} needs a number, and there is no rule for numbers. Set ledger_number_rule, for example "
            "{example}; or choose leave, and enter it with enter_asset.",
            key=line.key,
            example="{year}{sequence:04}",
        )
    name = found.name or found.note
    if name is None:
        raise UserError(
            "stocktakes",
            "The surplus {key} (code {code}) has no name. Count it by hand with stocktake_name; or choose leave, and "
            "enter it with enter_asset.",
            key=line.key,
            code=found.code or "—",
        )
    condition = found.condition or Condition.INTACT
    asset = Asset(
        id=0,
        asset_number="",
        name=name[: FIELDS["name"].length],
        model=found.model,
        serial=found.serial,
        quantity=found.quantity,
        booked_on=approved.approved_on,
        room=found.room,
        seat=found.seat,
        status=_STATUS[condition],
        notes=Message(
            "stocktakes", "surplus of the stocktake {number}", {"number": approved.number}
        ).render(),
    )
    return replace(asset, asset_number=numbers.next({"booked_on": approved.approved_on}))


def _value(asset: Asset, counted: int) -> Decimal | None:
    """The share of the pieces that are there; more pieces than were bought cost nothing more."""
    if asset.original_value is None or counted >= asset.quantity:
        return asset.original_value
    return (asset.original_value * counted / asset.quantity).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _note(asset: Asset, stocktake: Stocktake) -> str:
    """In the school's language: it is a note of the ledger."""
    note = Message(
        "stocktakes", "missing at the stocktake {number}, to be settled", {"number": stocktake.number}
    ).render()
    joined = f"{asset.notes}；{note}" if asset.notes else note
    return joined if len(joined) <= FIELDS["notes"].length else str(asset.notes)
