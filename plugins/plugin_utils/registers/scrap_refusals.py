"""Why an asset may not be scrapped."""

from __future__ import annotations

from ..i18n import UserError
from ..ledger.records import Asset, AssetStatus
from .lives import Worth
from .loans import open_loan
from .repairs import open_repair_of
from .state import State


def may_be_scrapped(state: State, asset: Asset) -> None:
    """Raises UserError where it is on loan, in repair or scrapped already."""
    number = asset.asset_number
    loan = open_loan(state, number)
    if loan is not None:
        raise UserError(
            "requests",
            "{asset} is on loan to {borrower} (loan {number}) and cannot be scrapped. Enter its return first.",
            asset=number,
            borrower=loan.borrower,
            number=loan.number,
        )
    repair = open_repair_of(state, number)
    if repair is not None:
        raise UserError(
            "requests",
            "{asset} is being repaired (repair {number}) and cannot be scrapped. Close the repair first.",
            asset=number,
            number=repair.number,
        )
    if asset.status is AssetStatus.ON_LOAN:
        raise UserError(
            "requests",
            "{asset} is on loan by the property book and cannot be scrapped. Enter in the book that it is back.",
            asset=number,
        )
    if asset.status is AssetStatus.REPAIR:
        raise UserError(
            "requests",
            "{asset} is being repaired and cannot be scrapped. Close the repair first, or correct its state in "
            "the property book.",
            asset=number,
        )
    if asset.status is AssetStatus.SCRAPPED:
        raise UserError(
            "requests",
            "{asset} was already scrapped. Check the number on the label.",
            asset=number,
        )


def must_have_served(asset: Asset, worth: Worth) -> None:
    """Raises UserError where it is known that its least number of years is not over."""
    if worth.has_served is not False:
        return
    assert worth.age is not None  # noqa: S101 - told by has_served, for the type checker
    assert worth.life is not None  # noqa: S101
    raise UserError(
        "requests",
        "{asset} was booked in on {day} and is {age} old; {rule} are to be used for at least {years} years ({source}). "
        "Say in scrap_early_reason why it goes before that (damage beyond repair, for example), or keep it.",
        asset=asset.asset_number,
        day=asset.booked_on,
        age=worth.age.message(),
        rule=worth.life.title,
        years=worth.life.years,
        source=worth.life.source,
    )
