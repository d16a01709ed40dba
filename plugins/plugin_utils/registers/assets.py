"""Assets entered and corrected by hand: the same cells, read in the same way, as those of a property book."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from ..i18n import Message, UserError
from ..ledger.book import values
from ..ledger.book.fields import ASSET_FIELDS, FIELDS, REQUIRED, Kind
from ..ledger.book.numbering import Numbers, parse_rule
from ..ledger.book.reading import Cell
from ..ledger.records import Asset, AssetStatus
from .state import Change, Paper, Plan, State, optional


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The school's settings that the import of its book has too (``ledger.book.options``)."""

    numbering: str | None = None
    numbering_values: Mapping[str, str] | None = None
    seat_width: int = 2
    statuses: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterRequest:
    """``fields``: names of the card (``ledger.book.fields``) and what a person wrote. Without a number the school's
    rule gives one."""

    fields: Mapping[str, Cell]
    rules: Rules = Rules()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectRequest:
    """Only the ``fields`` that are named change; an empty one is emptied."""

    asset: str | None
    fields: Mapping[str, Cell]
    reason: str | None
    rules: Rules = Rules()


def enter(state: State, request: EnterRequest) -> Plan:
    """Raises UserError for a field that cannot be read, a number or serial that an asset has, an unknown parent."""
    read = _read(request.fields, request.rules)
    given = {name: value for name, value in read.items() if value is not None}
    if "name" not in given:
        raise UserError("assets", "The asset has no name. Give it as asset_fields.name.")
    number = given.pop("asset_number", None) or _next_number(state, request.rules, given)
    _is_free(state, number)
    _check_class(given.get("class_code"), given.get("class_standard"))
    asset = Asset(id=0, asset_number=number, **given)
    asset = _with_parent(state, asset)
    _serial_is_free(state, asset)
    _check_dates(state, asset)
    return Plan(
        errand="enter_asset",
        changes=(Change("asset.entered", None, asset),),
        message=Message(
            "assets",
            "{asset} ({name}) is entered in the ledger.",
            {"asset": asset.asset_number, "name": asset.name},
        ),
        papers=(Paper("asset_card", asset.asset_number),),
    )


def correct(state: State, request: CorrectRequest) -> Plan:
    """Raises UserError without a reason, for a change of nothing, and for what ``enter`` refuses."""
    asset = state.asset(request.asset)
    if optional(request.reason) is None:
        raise UserError("assets", "A correction needs a reason. Give it as entry_reason.")
    read = _read(request.fields, request.rules)
    if read.pop("asset_number", asset.asset_number) != asset.asset_number:
        raise UserError(
            "assets",
            "The number of {asset} cannot be changed: its label and its history bear it. Enter a new asset, and scrap "
            "this one.",
            asset=asset.asset_number,
        )
    for name in sorted(REQUIRED & read.keys()):
        if read[name] is None:
            raise UserError(
                "assets", "The {field} of {asset} cannot be emptied. Give it a value.", field=FIELDS[name].message,
                asset=asset.asset_number,
            )  # fmt: skip
    after = replace(asset, **read)
    _check_class(after.class_code, after.class_standard)
    after = _with_parent(state, after)
    if after == asset:
        raise UserError(
            "assets",
            "{asset} is already as asset_fields says: nothing would change. Check the fields.",
            asset=asset.asset_number,
        )
    if after.serial != asset.serial:
        _serial_is_free(state, after)
    _check_dates(state, after)
    _status_has_an_errand(asset, after)
    changed = [name for name, value in asdict(after).items() if value != getattr(asset, name)]
    return Plan(
        errand="correct_asset",
        changes=(Change("asset.corrected", asset, after),),
        message=Message(
            "assets",
            "{asset} ({name}) is corrected: {fields}.",
            {
                "asset": asset.asset_number,
                "name": after.name,
                "fields": tuple(FIELDS[name].message for name in changed),
            },
        ),
    )


def _readers(rules: Rules) -> Mapping[Kind, Callable[[Cell, int], Any]]:
    known = values.status_words(rules.statuses)
    return {
        Kind.TEXT: values.read_text,
        Kind.CODE: values.read_code,
        Kind.PERSON: values.read_person,
        Kind.DATE: lambda cell, _: values.read_date(cell),
        Kind.LAST_DATE: lambda cell, _: values.read_date(cell, month_end=True),
        Kind.MONEY: lambda cell, _: values.read_money(cell),
        Kind.QUANTITY: lambda cell, _: values.read_quantity(cell),
        Kind.STATUS: lambda cell, _: values.read_status(cell, known),
        Kind.SEAT: partial(values.read_seat, width=rules.seat_width),
    }


def _read(fields: Mapping[str, Cell], rules: Rules) -> dict[str, Any]:
    readers = _readers(rules)
    unknown = sorted(str(name)[:40] for name in fields if name not in ASSET_FIELDS)
    if unknown:
        raise UserError(
            "assets",
            "The asset card has no field {fields}. Its fields are: {known}.",
            fields=tuple(unknown[:10]),
            known=", ".join(ASSET_FIELDS),
        )
    read = {}
    for name, cell in fields.items():
        field = FIELDS[name]
        if cell is not None and not isinstance(cell, str | int | float | bool):
            cell = str(cell)[:1000]  # noqa: PLW2901 - a date of YAML, or a list that somebody wrote by mistake
        try:
            read[name] = readers[field.kind](cell, field.length)
        except UserError as error:
            raise UserError(
                "assets",
                "{field} (asset_fields.{name}): {reason}",
                field=field.message,
                name=name,
                reason=error.message,
            ) from error
    return read


def _next_number(state: State, rules: Rules, given: Mapping[str, Any]) -> str:
    if not rules.numbering:
        raise UserError(
            "assets",
            "The asset has no number, and there is no rule for numbers. Give asset_fields.asset_number, or set "
            "ledger_number_rule, for example {example}.",
            example="{year}{class}{sequence:04}",
        )
    rule = parse_rule(rules.numbering, rules.numbering_values)
    return Numbers(rule, state.once_given_assets(), rules.numbering_values).next(given)


def _is_free(state: State, number: str) -> None:
    taken = {each.casefold(): each for each in state.assets}
    if number.casefold() in taken:
        raise UserError(
            "assets",
            "The number {number} is already that of {name}. Check the label; to change that asset, use correct_asset.",
            number=number,
            name=state.assets[taken[number.casefold()]].name,
        )


def _serial_is_free(state: State, asset: Asset) -> None:
    """Among things of the same name: a maker's serial numbers are its own."""
    if asset.serial is None:
        return
    for other in state.assets.values():
        same = other.serial is not None and other.serial.casefold() == asset.serial.casefold()
        if same and other.asset_number != asset.asset_number and other.name == asset.name:
            raise UserError(
                "assets",
                "The serial number {serial} is already that of {other} ({name}). Check the plate of the device.",
                serial=asset.serial,
                other=other.asset_number,
                name=other.name,
            )


def _check_class(code: str | None, standard: str | None) -> None:
    """The same code differs between the editions of GB/T 14885: one without the other says nothing."""
    if (code is None) != (standard is None):
        raise UserError(
            "assets",
            "A class code and its standard belong together. Give both class_code and class_standard, for example "
            "GB/T 14885-2022.",
        )


def _check_dates(state: State, asset: Asset) -> None:
    for name in ("booked_on", "purchased_on"):
        when = getattr(asset, name)
        if when is not None and when > state.today:
            raise UserError(
                "assets",
                "The {field} {when} is still to come (today is {today}). Check the date.",
                field=FIELDS[name].message,
                when=when,
                today=state.today,
            )
    bought, end = asset.purchased_on, asset.warranty_until
    if bought is not None and end is not None and end < bought:
        raise UserError(
            "assets",
            "The warranty ends on {end}, before the purchase on {bought}. Check both dates.",
            end=end,
            bought=bought,
        )


def _with_parent(state: State, asset: Asset) -> Asset:
    """With the parent's number as the ledger writes it. Raises UserError where it is unknown or a part of the
    asset itself."""
    if asset.parent_number is None:
        return asset
    folded = {each.casefold(): each for each in state.assets}
    parent = folded.get(asset.parent_number.casefold())
    if parent is None and asset.parent_number.casefold() != asset.asset_number.casefold():
        raise UserError(
            "assets",
            "The parent {parent} of {asset} is not in the ledger. Enter it first, or check its number.",
            parent=asset.parent_number,
            asset=asset.asset_number,
        )
    after = replace(asset, parent_number=parent or asset.asset_number)
    if _is_its_own_ancestor(state, after):
        raise UserError(
            "assets",
            "{asset} would be a part of itself: its parent {parent} belongs to it. Choose another parent.",
            asset=asset.asset_number,
            parent=after.parent_number,
        )
    return after


def _is_its_own_ancestor(state: State, asset: Asset) -> bool:
    seen: set[str] = set()
    above = asset.parent_number
    while above is not None and above not in seen:
        if above == asset.asset_number:
            return True
        seen.add(above)
        above = state.assets[above].parent_number if above in state.assets else None
    return False


def _status_has_an_errand(before: Asset, after: Asset) -> None:
    """Lending needs a slip: a correction does not replace it."""
    if after.status is AssetStatus.ON_LOAN and before.status is not AssetStatus.ON_LOAN:
        raise UserError(
            "assets",
            "{asset} is lent with its own errand, which prints the slip: use lend_asset.",
            asset=after.asset_number,
        )


def contradictions(state: State) -> Iterator[Message]:
    """Parents are there, and nothing is a part of itself."""
    for asset in state.assets.values():
        if asset.parent_number is None:
            continue
        fields = {"asset": asset.asset_number, "parent": asset.parent_number}
        if asset.parent_number not in state.assets:
            yield Message("assets", "{asset} would be a part of {parent}, which is not there.", fields)
        elif _is_its_own_ancestor(state, asset):
            yield Message("assets", "{asset} would be a part of itself.", {"asset": asset.asset_number})
