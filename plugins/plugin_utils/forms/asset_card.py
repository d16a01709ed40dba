"""固定资产卡片: one asset with the fields of a school's property card and the record of its changes.

The fields are those of GB/T 24589.1 (accounting interface) as university guides print them. What the ledger does
not know stays an empty cell for a pen: nothing is guessed, above all no depreciation.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..ledger.records import Asset, Event, Machine
from ..registers.state import State
from ..reports.hardware import PartState, parts_of
from .desk import Desk
from .document import (
    TITLE_CHARACTERS,
    Align,
    Block,
    Column,
    Field,
    Fields,
    Form,
    Signatures,
    Table,
    Text,
)
from .words import PaperWords, amount, cell, iso_day, place

_BLANK_CHANGES = 4  # lines for changes that will be written by hand


def card_of(state: State, number: str, desk: Desk) -> Form:
    """The card of the asset of that number, with what ``state.machines`` and ``state.history`` say of it. Raises
    UserError where there is none."""
    asset = state.asset(number)
    machine = next((each for each in state.machines if each.asset_id == asset.id), None)
    return asset_card(asset, machine, state.history.get(asset.asset_number, ()), desk)


def asset_card(
    asset: Asset,
    machine: Machine | None,
    history: Sequence[Event],
    desk: Desk,
) -> Form:
    """The card of ``asset`` with the parts of ``machine`` as they were seen and ``history``, oldest first."""
    words = PaperWords(desk.language)
    _ = words.translate
    blocks: list[Block] = [Fields(_fields(asset, words))]
    if machine is not None and (parts := _parts(machine, words)) is not None:
        blocks += [Text(_("Parts as seen by the network")), parts]
    blocks += [
        Text(_("Record of changes")),
        _changes(history, words),
        Signatures((_("Made by"), _("Custodian"), _("Head of department"))),
    ]
    return desk.form(
        _("Fixed asset card"),
        cell(asset.asset_number, TITLE_CHARACTERS),
        blocks,
        code=desk.code(asset.asset_number),
    )


def _fields(asset: Asset, words: PaperWords) -> tuple[tuple[Field, ...], ...]:
    _ = words.translate
    asset_class = " ".join(part for part in (asset.class_code, asset.class_standard) if part)
    return (
        (
            Field(_("Card number"), cell(asset.finance_card)),
            Field(_("Asset number"), cell(asset.asset_number)),
        ),
        (Field(_("Asset name"), cell(asset.name)), Field(_("Asset class"), cell(asset_class))),
        (Field(_("Brand"), cell(asset.brand)), Field(_("Model"), cell(asset.model))),
        (Field(_("Serial"), cell(asset.serial)), Field(_("Label number"))),
        (Field(_("Specification"), cell(asset.specification), span=2),),
        (Field(_("Unit"), cell(asset.unit)), Field(_("Quantity"), cell(asset.quantity))),
        (
            Field(_("Acquired on"), iso_day(asset.purchased_on)),
            Field(_("Booked on"), iso_day(asset.booked_on)),
        ),
        (Field(_("Way of acquisition")), Field(_("Form of procurement"))),
        (Field(_("Funding source"), cell(asset.funding_source)), Field(_("Invoice number"))),
        (
            Field(_("Supplier"), cell(asset.supplier)),
            Field(_("Warranty until"), iso_day(asset.warranty_until)),
        ),
        (Field(_("Original value (CNY)"), amount(asset.original_value)), Field(_("Depreciation method"))),
        (Field(_("Expected life (months)")), Field(_("Months depreciated"))),
        (Field(_("Accumulated depreciation")), Field(_("Net value"))),
        (
            Field(_("Residual rate")),
            Field(_("State of use"), words.shared.asset_statuses[asset.status]),
        ),
        (Field(_("Department"), cell(asset.department)), Field(_("Use"))),
        (Field(_("User")), Field(_("Custodian"), cell(asset.custodian))),
        (Field(_("Place"), cell(place(asset))), Field(_("Belongs to"), cell(asset.parent_number))),
        (Field(_("Notes"), cell(asset.notes), span=2),),
    )


def _parts(machine: Machine, words: PaperWords) -> Table | None:
    _ = words.translate
    rows = [
        (
            words.shared.component_kinds[part.kind],
            cell(part.slot),
            cell(_maker_and_model(part.manufacturer, part.model)),
            cell(part.size),
            cell(part.serial),
        )
        for part in parts_of(machine, words.shared)
        if part.state is PartState.PRESENT
    ]
    columns = (
        Column(_("Part"), 1.1),
        Column(_("Slot"), 1.3),
        Column(_("Maker and model"), 3.2),
        Column(_("Size"), 1.0, Align.RIGHT),
        Column(_("Serial"), 2.2),
    )
    return Table(columns, rows) if rows else None


def _maker_and_model(maker: str | None, model: str | None) -> str:
    """Makers often begin the model with their own name."""
    if maker and model and model.startswith(maker):
        return model
    return " ".join(text for text in (maker, model) if text)


def _changes(history: Sequence[Event], words: PaperWords) -> Table:
    """One row per event, and empty rows below for what is written by hand."""
    _ = words.translate
    rows = [
        (
            event.at.astimezone(words.shared.zone).date().isoformat(),
            words.shared.action(event.action),
            *words.change(event),
            cell(event.reason),
            cell(event.actor),
        )
        for event in history
    ]
    columns = (
        Column(_("Date"), 1.4),
        Column(_("Change"), 1.4),
        Column(_("Before"), 2.2),
        Column(_("After"), 2.2),
        Column(_("Reason"), 1.8),
        Column(_("Handled by"), 1.1),
    )
    return Table(columns, [*rows, *[("",) * len(columns)] * _BLANK_CHANGES])
