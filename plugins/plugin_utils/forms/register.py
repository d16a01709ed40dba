"""计算机设备台帐: every asset on landscape paper, with the totals of number and value."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ..ledger.records import Asset
from .desk import Desk
from .document import TITLE_CHARACTERS, Align, Block, Column, Form, Signatures, Table, Text
from .words import PaperWords, amount, cell, iso_day, place

_CELL_CHARACTERS = 200  # a register's cell; the whole text is in the workbook


def register(assets: Sequence[Asset], desk: Desk, *, number: str, code: str | None = None) -> Form:
    """The register of ``assets`` in their order. Values that the book does not have are counted below the totals."""
    words = PaperWords(desk.language)
    _ = words.translate
    known = [asset.original_value for asset in assets if asset.original_value is not None]
    columns = (
        Column(_("Row"), 0.8, Align.CENTER),
        Column(_("Asset number"), 2.1),
        Column(_("Asset name"), 2.2),
        Column(_("Brand"), 1.1),
        Column(_("Model"), 2.6),
        Column(_("Serial"), 2.1),
        Column(_("Specification"), 3.0),
        Column(_("Qty"), 0.8, Align.RIGHT),
        Column(_("Unit"), 0.8, Align.CENTER),
        Column(_("Original value (CNY)"), 1.8, Align.RIGHT),
        Column(_("Booked on"), 1.9, Align.CENTER),
        Column(_("Place"), 2.0),
        Column(_("Custodian"), 1.5, Align.CENTER),
        Column(_("State of use"), 1.4, Align.CENTER),
    )
    totals = ["", _("Total"), *[""] * (len(columns) - 2)]
    totals[7] = f"{sum(asset.quantity for asset in assets):,}"
    totals[9] = amount(sum(known, Decimal(0)))
    blocks: list[Block] = [
        Table(columns, [_row(at, asset, words) for at, asset in enumerate(assets, start=1)], totals)
    ]
    if len(known) < len(assets):
        missing = _(
            "{n} entries have no original value in the book; the total is without them.",
            n=len(assets) - len(known),
        )
        blocks.append(Text(lines=(missing,)))
    blocks.append(Signatures((_("Made by"), _("Checked by"), _("Person in charge"))))
    return desk.form(
        _("Register of computer equipment"),
        cell(number, TITLE_CHARACTERS),
        blocks,
        code=code,
        landscape=True,
    )


def _row(at: int, asset: Asset, words: PaperWords) -> tuple[str, ...]:
    texts = (
        asset.asset_number,
        asset.name,
        asset.brand,
        asset.model,
        asset.serial,
        asset.specification,
        asset.quantity,
        asset.unit,
    )
    return (
        str(at),
        *(cell(text, _CELL_CHARACTERS) for text in texts),
        amount(asset.original_value),
        iso_day(asset.booked_on),
        cell(place(asset), _CELL_CHARACTERS),
        cell(asset.custodian, _CELL_CHARACTERS),
        words.shared.asset_statuses[asset.status],
    )
