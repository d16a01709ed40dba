"""采购、报废: what is asked for and how far it is, and the disks that were wiped before they left."""

from __future__ import annotations

from collections.abc import Sequence

from ..registers.disk_wipes import DiskWipe, WipeMethod, WipeResult
from ..registers.purchases import PurchaseRequest
from ..registers.scrap import ScrapRequest
from ..registers.state import State as Registers
from .sheets import Cell, Column, Row, Sheet, Table, asset_cell, row_of
from .words import State, Words, money

WIPE_METHODS = {
    WipeMethod.OVERWRITE: "Overwritten",
    WipeMethod.SECURE_ERASE: "Erased by its firmware",
    WipeMethod.CRYPTO_ERASE: "Its key destroyed",
    WipeMethod.DEGAUSS: "Degaussed",
    WipeMethod.DESTROY: "Destroyed",
}
WIPE_RESULTS = {WipeResult.WIPED: "Wiped", WipeResult.FAILED: "Failed"}
_SHOWN = 6


def requests_sheet(registers: Registers, words: Words) -> Sheet:
    """Each table with what is still under way first, then the newest."""
    _ = words.translate
    purchases = sorted(registers.all(PurchaseRequest).values(), key=lambda each: each.number, reverse=True)
    scraps = sorted(registers.all(ScrapRequest).values(), key=lambda each: each.number, reverse=True)
    wipes = sorted(registers.all(DiskWipe).values(), key=lambda each: each.number, reverse=True)
    purchases.sort(key=lambda each: each.is_received)
    scraps.sort(key=lambda each: each.is_disposed)
    pending = sum(not each.is_received for each in purchases) + sum(not each.is_disposed for each in scraps)
    head = (
        Column(title=_("Request")),
        Column(title=_("Asked on")),
        Column(title=_("Applicant")),
        Column(title=_("Reason")),
    )
    return Sheet(
        name="requests",
        title=_("Requests"),
        lead=_("What is asked to be bought or scrapped, and how far it is."),
        empty=_(
            "Nothing has been asked for yet. The errands request_purchase and request_scrap print the forms to sign."
        ),
        figure=_("{n} under way", n=pending),
        tables=(
            Table(
                key="purchases",
                title=_("Purchase requests"),
                columns=(
                    *head,
                    Column(title=_("Wanted")),
                    Column(title=_("Estimate (CNY)"), numeric=True),
                    Column(title=_("State")),
                ),
                rows=tuple(_purchase_row(each, words) for each in purchases),
            ),
            Table(
                key="scraps",
                title=_("Scrap requests"),
                columns=(*head, Column(title=_("Assets"), names_asset=True), Column(title=_("State"))),
                rows=tuple(_scrap_row(each, words) for each in scraps),
            ),
            Table(
                key="wipes",
                title=_("Disk wipes"),
                columns=(
                    Column(title=_("Record")),
                    Column(title=_("Asset"), names_asset=True),
                    Column(title=_("Disk")),
                    Column(title=_("How")),
                    Column(title=_("Result")),
                    Column(title=_("When")),
                    Column(title=_("Who")),
                ),
                rows=tuple(_wipe_row(registers, wipe, words) for wipe in wipes),
            ),
        ),
    )


def _purchase_row(request: PurchaseRequest, words: Words) -> Row:
    _ = words.translate
    if request.is_received:
        state = Cell(text=_("Received on {day}", day=request.received_on), badge=State.OK)
    elif request.is_approved:
        state = Cell(text=_("Approved, not received"), badge=State.FINDING, note=request.approved_by)
    else:
        state = Cell(text=_("Waits for approval"), badge=State.UNCHECKED)
    assets = tuple(dict.fromkeys(number for line in request.lines for number in line.assets))
    return row_of(
        request,
        Cell(text=request.number),
        Cell(text=request.requested_on.isoformat()),
        Cell(text=request.applicant, note=request.department),
        Cell(text=request.reason),
        Cell(
            text=_few([f"{line.item} × {line.quantity}" for line in request.lines], words),
            subjects=_links(assets),
        ),
        Cell(text=_("unknown") if request.total is None else money(request.total)),
        state,
        assets=assets,
    )


def _scrap_row(request: ScrapRequest, words: Words) -> Row:
    _ = words.translate
    if request.is_disposed:
        state = Cell(
            text=_("Disposed of on {day}", day=request.disposed_on), badge=State.OK, note=request.disposed_to
        )
    elif request.is_approved:
        state = Cell(text=_("Approved, not disposed of"), badge=State.FINDING, note=request.approved_by)
    else:
        state = Cell(text=_("Waits for approval"), badge=State.UNCHECKED)
    numbers = request.asset_numbers
    return row_of(
        request,
        Cell(text=request.number),
        Cell(text=request.requested_on.isoformat()),
        Cell(text=request.applicant),
        Cell(text=request.reason, note=request.early_reason),
        Cell(
            subjects=_links(numbers),
            note=_("and {n} more", n=len(numbers) - _SHOWN) if len(numbers) > _SHOWN else None,
        ),
        state,
        assets=numbers,
        words=() if request.document_number is None else (request.document_number,),
    )


def _wipe_row(registers: Registers, wipe: DiskWipe, words: Words) -> Row:
    number = wipe.asset_number
    return row_of(
        wipe,
        Cell(text=wipe.number),
        Cell(text=wipe.host or "—") if number is None else asset_cell(registers, number),
        Cell(text=wipe.disk_serial),
        Cell(text=words.translate(WIPE_METHODS[wipe.method])),
        Cell(
            text=words.translate(WIPE_RESULTS[wipe.result]),
            badge=State.OK if wipe.result is WipeResult.WIPED else State.MISSING,
            note=wipe.note,
        ),
        Cell(text=wipe.wiped_on.isoformat()),
        Cell(text=wipe.wiped_by),
        assets=() if number is None else (number,),
        words=(wipe.disk_serial,),
    )


def _links(numbers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((number, f"asset:{number}") for number in numbers[:_SHOWN])


def _few(texts: Sequence[str], words: Words) -> str:
    shown = "; ".join(texts[:_SHOWN])
    more = len(texts) - _SHOWN
    return f"{shown} {words.translate('and {n} more', n=more)}" if more > 0 else shown
