"""计算机设备报废申请表 with its appraisal, and 资产处置单 in two copies."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..i18n import Translator
from ..registers.disk_wipes import DiskWipe, WipeMethod, WipeResult, evidence
from ..registers.scrap import ScrapItem, ScrapRequest, age_of
from ..registers.state import State
from ..reports.text import plain
from .desk import Desk
from .document import Align, Block, Break, Column, Field, Fields, Form, Opinion, Signatures, Table, Text

_LEAST_LINES = 3  # appraisers who sign where the school's table asks for none
_MOST_SIGNATURES = 12
_NAME = 40  # characters of a name in a label


def scrap_request(state: State, number: str, desk: Desk) -> Form:
    """The request to sign. Raises UserError where there is none of that number."""
    request = state.one(ScrapRequest, number)
    _ = Translator("requests", desk.language)
    return desk.form_of(
        state,
        request,
        _("Request to scrap computer equipment"),
        landscape=True,
        blocks=(
            Fields(
                rows=(
                    (
                        Field(_("Request number"), request.number),
                        Field(_("The applicant"), request.applicant),
                        Field(_("The day of the request"), request.requested_on.isoformat()),
                    ),
                    (Field(_("The reason for scrapping"), request.reason, span=3),),
                    (Field(_("Why before its years"), request.early_reason or "", span=3),),
                )
            ),
            _assets(state, request, desk),
            *_disks(state, request, _),
            Text(lines=tuple(_notes(request, _))),
            *_appraisal(request, _),
            Opinion(_("Opinion of the department that uses it"), height_mm=22),
            Opinion(_("Opinion of the asset management"), height_mm=22),
            Opinion(_approval(request, _), height_mm=22),
        ),
    )


def _assets(state: State, request: ScrapRequest, desk: Desk) -> Table:
    _ = Translator("requests", desk.language)
    return Table(
        columns=(
            Column(_("No."), 0.9, Align.CENTER),
            Column(_("Asset number"), 2),
            Column(_("Name and model"), 3),
            Column(_("Place"), 1.8),
            Column(_("Booked in on"), 1.6, Align.CENTER),
            Column(_("Age"), 1.6, Align.CENTER),
            Column(_("Least years"), 1.6, Align.CENTER),
            Column(_("Original value"), 1.7, Align.RIGHT),
            Column(_("Depreciated"), 1.7, Align.RIGHT),
            Column(_("Net value"), 1.7, Align.RIGHT),
        ),
        rows=[_row(state, place, item, desk) for place, item in enumerate(request.items, start=1)],
        totals=(
            _("Total"),
            _("{count} assets", count=len(request.items)),
            *("",) * 5,
            _sum([item.original_value for item in request.items], _),
            _sum([item.depreciated for item in request.items], _),
            _sum([item.net_value for item in request.items], _),
        ),
    )


def _row(state: State, place: int, item: ScrapItem, desk: Desk) -> tuple[str, ...]:
    _ = Translator("requests", desk.language)
    asset = state.assets.get(item.asset_number)
    unknown = _("unknown")
    age = age_of(item)
    words = (asset.name, asset.brand, asset.model) if asset else ()
    where = (asset.room, asset.seat) if asset else ()
    return (
        str(place),
        item.asset_number,
        " ".join(filter(None, words)),
        " ".join(filter(None, where)),
        asset.booked_on.isoformat() if asset and asset.booked_on else unknown,
        age.message().render(desk.language) if age else unknown,
        unknown if item.life_years is None else _("{years} years", years=item.life_years),
        _money(item.original_value, unknown),
        _money(item.depreciated, unknown),
        _money(item.net_value, unknown),
    )


def _money(amount: Decimal | None, unknown: str) -> str:
    return unknown if amount is None else f"{amount:,.2f}"


def _sum(amounts: list[Decimal | None], _: Translator) -> str:
    """A total of what is not all known would be wrong."""
    known = [each for each in amounts if each is not None]
    return _money(sum(known, Decimal(0)) if len(known) == len(amounts) else None, _("unknown"))


def _disks(state: State, request: ScrapRequest, _: Translator) -> Iterator[Block]:
    """The evidence that the disks were wiped, or that it is missing."""
    rows = [
        (item.asset_number, disk.serial or _("unknown"), *_wipe(disk.wipe, _))
        for item in request.items
        for disk in evidence(state, item.asset_number, item.disk_serials)
    ]
    yield Text(
        heading=_("Wiping of the disks"), lines=() if rows else (_("No disk is known. Check by eye."),)
    )
    if rows:
        yield Table(
            columns=(
                Column(_("Asset number"), 2),
                Column(_("Disk serial"), 2.5),
                Column(_("Record"), 1.3, Align.CENTER),
                Column(_("Method"), 2, Align.CENTER),
                Column(_("Result"), 1.5, Align.CENTER),
                Column(_("By"), 1.3, Align.CENTER),
                Column(_("On"), 1.5, Align.CENTER),
            ),
            rows=rows,
        )


def _wipe(wipe: DiskWipe | None, _: Translator) -> tuple[str, ...]:
    if wipe is None:
        return ("", "", _("not recorded"), "", "")
    methods = {
        WipeMethod.OVERWRITE: _("overwritten"),
        WipeMethod.SECURE_ERASE: _("erased by its firmware"),
        WipeMethod.CRYPTO_ERASE: _("key erased"),
        WipeMethod.DEGAUSS: _("degaussed"),
        WipeMethod.DESTROY: _("destroyed"),
    }
    results = {WipeResult.WIPED: _("unreadable"), WipeResult.FAILED: _("failed")}
    return (
        wipe.number,
        methods[wipe.method],
        results[wipe.result],
        wipe.wiped_by,
        wipe.wiped_on.isoformat(),
    )


def _notes(request: ScrapRequest, _: Translator) -> Iterator[str]:
    yield _("Nothing may be taken out of what is to be scrapped: all its parts go with it.")
    yield _("The age runs from the book-in date; depreciation is straight-line, by month.")
    yield from (_("Depreciation: {source}", source=source) for source in request.depreciation_sources)
    rules = {(item.rule, item.life_years, item.rule_source) for item in request.items if item.rule}
    for rule, years, source in sorted(rules, key=str):
        yield _("{rule}: at least {years} years ({source})", rule=rule, years=years, source=source)


def _appraisal(request: ScrapRequest, _: Translator) -> Iterator[Block]:
    names = request.appraisers
    lines = min(max(len(names), request.appraisers_needed, _LEAST_LINES), _MOST_SIGNATURES)
    yield Text(heading=_("Technical appraisal"), lines=(request.opinion,) if request.opinion else ())
    if not request.opinion:
        yield Opinion(_("Opinion of the appraisers"), height_mm=25)
    yield Signatures(
        tuple(
            f"{_('Appraiser')} {place + 1}" + (f" {plain(names[place], _NAME)}" if place < len(names) else "")
            for place in range(lines)
        )
    )


def _approval(request: ScrapRequest, _: Translator) -> str:
    if request.approved_on is None:
        return _("Opinion of the principal")
    return _(
        "Opinion of the principal (approved by {who} on {day})",
        who=plain(request.approved_by or "", _NAME),
        day=request.approved_on.isoformat(),
    )


def disposal(state: State, number: str, desk: Desk) -> Form:
    """The form of a disposal, twice: for the asset management and for the finance office. Raises UserError where
    there is no request of that number."""
    request = state.one(ScrapRequest, number)
    _ = Translator("requests", desk.language)
    copies = (_("Copy 1, kept by the asset management"), _("Copy 2, kept by the finance office"))
    blocks: list[Block] = []
    for place, copy in enumerate(copies):
        if place:
            blocks.append(Break())
        blocks += [
            Text(lines=(copy,)),
            _disposed(request, _),
            _assets(state, request, desk),
            *_disks(state, request, _),
            Text(lines=(_("Nothing may be taken out of what is to be scrapped: all its parts go with it."),)),
            Signatures(
                (
                    _("Handed over by (asset management)"),
                    _("Taken over by"),
                    _("Witnessed by (finance office)"),
                )
            ),
        ]
    return desk.form_of(
        state,
        request,
        _("Disposal of scrapped assets"),
        landscape=True,
        blocks=blocks,
    )


def _disposed(request: ScrapRequest, _: Translator) -> Fields:
    return Fields(
        rows=(
            (
                Field(_("Request number"), request.number),
                Field(_("Document number"), request.document_number or ""),
                Field(
                    _("The day of disposal"), request.disposed_on.isoformat() if request.disposed_on else ""
                ),
            ),
            (
                Field(_("Who takes the scrapped assets"), request.disposed_to or ""),
                Field(_("The proceeds"), _money(request.proceeds, "")),
                Field(_("Who approved it"), request.approved_by or ""),
            ),
        )
    )
