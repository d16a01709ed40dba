"""报废: what is asked for, appraised, approved, and disposed of under a document's number.

A request keeps what was known of each asset on its day (age, rule, value), so that the paper that was signed can
be printed again as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ..i18n import Message, UserError
from ..ledger.records import Asset, AssetStatus
from .disk_wipes import disk_serials
from .lives import Age, LifeTable, Worth, reckon
from .loans import open_loan
from .nouns import RegisterKind
from .state import Change, Paper, Plan, State, day, not_before_purchase, not_in_future, optional, required
from .wanted import day_after, money, open_repairs, people

ASSETS_LIMIT = 500
_APPRAISERS_LIMIT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapItem:
    """An asset as it was on the day of the request. ``rule`` and ``rule_source`` are the life that applies; money
    in CNY; None is unknown. ``disk_serials`` are of the disks that it was seen with, None for one without serial."""

    asset_number: str
    age_months: int | None = None
    life_years: int | None = None
    rule: str | None = None
    rule_source: str | None = None
    months_depreciated: int | None = None
    original_value: Decimal | None = None
    depreciated: Decimal | None = None
    net_value: Decimal | None = None
    disk_serials: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapRequest:
    """``early_reason`` is there where an asset has not served its least number of years. ``appraisers`` is empty
    where they write their names on the paper; ``appraisers_needed`` comes from the table of lives."""

    kind: ClassVar[RegisterKind] = RegisterKind.SCRAP_REQUEST

    number: str
    items: tuple[ScrapItem, ...]
    reason: str
    applicant: str
    requested_on: date
    early_reason: str | None = None
    appraisers: tuple[str, ...] = ()
    appraisers_needed: int = 0
    opinion: str | None = None
    approved_on: date | None = None
    approved_by: str | None = None
    disposed_on: date | None = None
    document_number: str | None = None
    disposed_to: str | None = None
    proceeds: Decimal | None = None

    @property
    def is_approved(self) -> bool:
        return self.approved_on is not None

    @property
    def is_disposed(self) -> bool:
        return self.disposed_on is not None

    @property
    def asset_numbers(self) -> tuple[str, ...]:
        return tuple(item.asset_number for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScrap:
    """As a person gave it: texts may be empty, dates are ``2026-09-01``."""

    assets: Sequence[str]
    reason: str | None
    applicant: str | None
    early_reason: str | None = None
    appraisers: Sequence[str] = ()
    opinion: str | None = None
    requested_on: str | date | None = None


def live_request(state: State, asset_number: str) -> ScrapRequest | None:
    """The request of an asset that is not disposed of yet."""
    return next(
        (
            request
            for request in state.all(ScrapRequest).values()
            if not request.is_disposed and asset_number in request.asset_numbers
        ),
        None,
    )


def ask(state: State, request: NewScrap, lives: LifeTable) -> Plan:
    """Ask to scrap one or several assets. Raises UserError where one may not be scrapped. Looks at
    ``state.machines``."""
    assets = _assets(state, request.assets)
    requested_on = day(request.requested_on, Message("requests", "The day of the request"), state.today)
    not_in_future(requested_on, state.today)
    for asset in assets:
        _may_be_scrapped(state, asset)
        not_before_purchase(requested_on, asset)
        other = live_request(state, asset.asset_number)
        if other is not None:
            raise UserError(
                "requests",
                "{asset} is already in scrap request {number} of {day}. Approve that one, or undo its entry first.",
                asset=asset.asset_number,
                number=other.number,
                day=other.requested_on,
            )
    worths = [reckon(asset, lives, requested_on) for asset in assets]
    early_reason = optional(request.early_reason)
    if early_reason is None:
        for asset, worth in zip(assets, worths, strict=True):
            _has_served(asset, worth)
    made = ScrapRequest(
        number=state.next_number(ScrapRequest),
        items=tuple(_item(state, asset, worth) for asset, worth in zip(assets, worths, strict=True)),
        reason=required(request.reason, Message("requests", "The reason for scrapping")),
        applicant=required(request.applicant, Message("requests", "The applicant")),
        requested_on=requested_on,
        early_reason=early_reason,
        appraisers=_appraisers(request.appraisers, lives.appraisal.people),
        appraisers_needed=lives.appraisal.people,
        opinion=optional(request.opinion),
    )
    return Plan(
        errand="request_scrap",
        changes=(Change("scrap_request.made", None, made),),
        message=Message(
            "requests",
            "Scrap request {number} for {count} assets is made. Let it be appraised and signed, then approve it.",
            {"number": made.number, "count": len(assets)},
        ),
        papers=(Paper("scrap_request", made.number),),
    )


def _assets(state: State, numbers: Sequence[str]) -> list[Asset]:
    if not numbers:
        raise UserError("requests", "No asset is named. Give scrap_assets, the numbers on the labels.")
    if len(numbers) > ASSETS_LIMIT:
        raise UserError(
            "requests",
            "{n} assets are too many for one request; it takes {limit}. Make several.",
            n=len(numbers),
            limit=ASSETS_LIMIT,
        )
    assets = [state.asset(number) for number in numbers]
    seen: set[str] = set()
    for asset in assets:
        if asset.asset_number in seen:
            raise UserError(
                "requests",
                "{asset} is named twice. Name each asset once; check whether another one was meant.",
                asset=asset.asset_number,
            )
        seen.add(asset.asset_number)
    return assets


def _may_be_scrapped(state: State, asset: Asset) -> None:
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
    repair = open_repairs(state).get(number)
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


def _has_served(asset: Asset, worth: Worth) -> None:
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


def _item(state: State, asset: Asset, worth: Worth) -> ScrapItem:
    return ScrapItem(
        asset_number=asset.asset_number,
        age_months=None if worth.age is None else worth.age.months,
        life_years=None if worth.life is None else worth.life.years,
        rule=None if worth.life is None else worth.life.title,
        rule_source=None if worth.life is None else worth.life.source,
        months_depreciated=worth.months,
        original_value=worth.original_value,
        depreciated=worth.depreciated,
        net_value=worth.net_value,
        disk_serials=disk_serials(state, asset),
    )


def age_of(item: ScrapItem) -> Age | None:
    return None if item.age_months is None else Age(item.age_months)


def _appraisers(given: Sequence[str], needed: int) -> tuple[str, ...]:
    """Nobody yet, or as many as are needed, each a person of their own."""
    names = people(given, Message("requests", "The appraisers"), _APPRAISERS_LIMIT)
    if names and len(names) < needed:
        raise UserError(
            "requests",
            "{count} appraisers are named, {needed} are needed: {people}. Name the others too, or none so that "
            "they write their names on the paper.",
            count=len(names),
            needed=needed,
            people=names,
        )
    return names


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapApproval:
    """``appraisers`` and ``opinion`` are what they wrote on the paper, where the request did not have them."""

    number: str | None
    approved_by: str | None
    approved_on: str | date | None = None
    appraisers: Sequence[str] = ()
    opinion: str | None = None


def approve(state: State, request: ScrapApproval) -> Plan:
    """Enter the approval: the assets are to be scrapped (待报废). Raises UserError."""
    asked = state.one(ScrapRequest, request.number)
    if asked.is_approved:
        raise UserError(
            "requests",
            "Scrap request {number} was already approved on {day} by {who}. Enter its disposal next.",
            number=asked.number,
            day=asked.approved_on,
            who=asked.approved_by,
        )
    approved_on = day_after(
        request.approved_on, Message("requests", "The day of approval"), asked.requested_on, state.today
    )
    appraisers = _appraisers(request.appraisers, asked.appraisers_needed) or asked.appraisers
    if len(appraisers) < asked.appraisers_needed:
        raise UserError(
            "requests",
            "Who appraised scrap request {number} is not said. Give the names on the signed paper in "
            "scrap_appraisers, at least {needed}.",
            number=asked.number,
            needed=asked.appraisers_needed,
        )
    assets = [state.asset(number) for number in asked.asset_numbers]
    for asset in assets:
        _may_be_scrapped(state, asset)
    approved = replace(
        asked,
        approved_on=approved_on,
        approved_by=required(request.approved_by, Message("requests", "Who approved it")),
        appraisers=appraisers,
        opinion=optional(request.opinion) or asked.opinion,
    )
    return Plan(
        errand="approve_scrap",
        changes=(
            Change("scrap_request.approved", asked, approved),
            *(
                Change("asset.to_scrap", asset, replace(asset, status=AssetStatus.TO_SCRAP))
                for asset in assets
                if asset.status is not AssetStatus.TO_SCRAP
            ),
        ),
        message=Message(
            "requests",
            "Scrap request {number} is approved; {count} assets are to be scrapped. Wipe their disks before that.",
            {"number": asked.number, "count": len(assets)},
        ),
        papers=(Paper("scrap_request", asked.number),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapDisposal:
    """``document_number`` is that of the document that allows the disposal (处置批复文号)."""

    number: str | None
    document_number: str | None
    disposed_to: str | None
    disposed_on: str | date | None = None
    proceeds: str | float | Decimal | None = None


def dispose(state: State, request: ScrapDisposal) -> Plan:
    """Enter that the assets of an approved request are gone (已报废). Raises UserError."""
    asked = state.one(ScrapRequest, request.number)
    if asked.is_disposed:
        raise UserError(
            "requests",
            "The assets of scrap request {number} were already disposed of on {day} (document {document}).",
            number=asked.number,
            day=asked.disposed_on,
            document=asked.document_number,
        )
    if asked.approved_on is None:
        raise UserError(
            "requests",
            "Scrap request {number} is not approved yet: nothing of it may leave. Enter its approval first.",
            number=asked.number,
        )
    assets = [state.asset(number) for number in asked.asset_numbers]
    for asset in assets:
        _may_be_scrapped(state, asset)
    disposed = replace(
        asked,
        disposed_on=day_after(
            request.disposed_on, Message("requests", "The day of disposal"), asked.approved_on, state.today
        ),
        document_number=required(
            request.document_number,
            Message("requests", "The number of the document that allows the disposal"),
        ),
        disposed_to=required(request.disposed_to, Message("requests", "Who takes the scrapped assets")),
        proceeds=money(request.proceeds, Message("requests", "The proceeds")),
    )
    return Plan(
        errand="dispose_assets",
        changes=(
            Change("scrap_request.disposed", asked, disposed),
            *(
                Change("asset.scrapped", asset, replace(asset, status=AssetStatus.SCRAPPED))
                for asset in assets
            ),
        ),
        message=Message(
            "requests",
            "{count} assets of scrap request {number} are scrapped under document {document}.",
            {"count": len(assets), "number": asked.number, "document": disposed.document_number},
        ),
        papers=(Paper("disposal", asked.number),),
    )


_EXPECTED = {True: AssetStatus.SCRAPPED, False: AssetStatus.TO_SCRAP}


def contradictions(state: State) -> Iterator[Message]:
    """What is approved is to be scrapped, what is disposed of is scrapped, and nothing is in two requests."""
    seen: set[str] = set()
    for request in state.all(ScrapRequest).values():
        for number in request.asset_numbers:
            fields = {"asset": number, "number": request.number}
            asset = state.assets.get(number)
            if number in seen:
                yield Message("requests", "{asset} would be scrapped twice (request {number}).", fields)
            seen.add(number)
            if asset is None:
                yield Message(
                    "requests", "{asset} would be gone, and scrap request {number} names it.", fields
                )
            elif request.is_approved and asset.status is not _EXPECTED[request.is_disposed]:
                yield Message(
                    "requests",
                    "{asset} would be in use again although scrap request {number} is approved.",
                    fields,
                )
