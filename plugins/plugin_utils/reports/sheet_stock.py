"""备件耗材: what is in the store, what is low, and every movement."""

from __future__ import annotations

from ..registers.findings import untold_low_stock
from ..registers.state import State as Registers
from ..registers.stock import LowStock, MoveCause, StockCategory, StockItem, StockMove, levels, low_stock
from .sheets import Cell, Column, Row, Sheet, Table, Task, asset_cell, row_of, share_of
from .words import State, Words

STOCK_CATEGORIES = {StockCategory.PART: "Spare part", StockCategory.CONSUMABLE: "Consumable"}
MOVE_CAUSES = {
    MoveCause.RECEIPT: "Received",
    MoveCause.ISSUE: "Given out",
    MoveCause.COUNT: "Set by a count",
}


def stock_sheet(registers: Registers, words: Words) -> Sheet:
    """Low items first, then by number; the movements below, newest first. To do is only what is low and stands in no
    finding yet: a finding says the next step itself."""
    _ = words.translate
    now = levels(registers)
    low = low_stock(registers)
    short = {each.item.number for each in low}
    items = sorted(
        registers.all(StockItem).values(), key=lambda item: (item.number not in short, item.number)
    )
    moves = sorted(registers.all(StockMove).values(), key=lambda move: move.order, reverse=True)
    return Sheet(
        name="stock",
        title=_("Parts and consumables"),
        lead=_(
            "What is in the store. A level is the sum of its movements; below the minimum more is to be bought."
        ),
        empty=_(
            "The store has no cards yet. The errand add_stock_item opens one, receive_stock enters what came in."
        ),
        figure=_("{n} items, {low} low", n=len(items), low=len(low)),
        urgent=bool(low),
        tables=(
            Table(
                key="levels",
                title=_("Levels"),
                columns=(
                    Column(title=_("Item")),
                    Column(title=_("Name")),
                    Column(title=_("Kind")),
                    Column(title=_("Level"), numeric=True),
                    Column(title=_("Minimum"), numeric=True),
                    Column(title=_("State")),
                    Column(title=_("Kept at")),
                ),
                rows=tuple(_item_row(item, now[item.number], words) for item in items),
            ),
            Table(
                key="moves",
                title=_("Movements"),
                columns=(
                    Column(title=_("Movement")),
                    Column(title=_("When")),
                    Column(title=_("Item")),
                    Column(title=_("What")),
                    Column(title=_("Quantity"), numeric=True),
                    Column(title=_("Who")),
                    Column(title=_("What for")),
                ),
                rows=tuple(_move_row(registers, move, words) for move in moves),
            ),
        ),
        tasks=tuple(_task(each, words) for each in untold_low_stock(registers)),
    )


def _item_row(item: StockItem, level: int, words: Words) -> Row:
    _ = words.translate
    if level < item.minimum:
        state = Cell(
            text=_("Low"),
            badge=State.FINDING if level else State.MISSING,
            share=share_of(level, item.minimum),
        )
    else:
        state = Cell(text=_("Enough"), badge=State.OK)
    return row_of(
        item,
        Cell(text=item.number),
        Cell(text=item.name, note=item.model),
        Cell(text=_(STOCK_CATEGORIES[item.category])),
        Cell(text=f"{level} {item.unit}"),
        Cell(text=str(item.minimum)),
        state,
        Cell(text=item.place or "—"),
    )


def _move_row(registers: Registers, move: StockMove, words: Words) -> Row:
    item = registers.all(StockItem).get(move.item_number)
    if move.asset_number is not None:
        purpose = asset_cell(registers, move.asset_number)
    elif move.repair_number is not None:
        purpose = Cell(text=move.repair_number, subject=f"repair:{move.repair_number}")
    else:
        purpose = Cell(text=move.purpose or move.count_reason or "", note=move.document)
    return row_of(
        move,
        Cell(text=move.number),
        Cell(text=move.moved_on.isoformat()),
        Cell(text=item.title if item else move.item_number, subject=f"stock_item:{move.item_number}"),
        Cell(text=words.translate(MOVE_CAUSES[move.cause])),
        Cell(text=f"{move.quantity:+d}"),
        Cell(text=move.receiver or move.supplier or move.counted_by or "—"),
        purpose,
        assets=() if move.asset_number is None else (move.asset_number,),
    )


def _task(low: LowStock, words: Words) -> Task:
    return Task(
        subject=f"stock_item:{low.item.number}",
        badge=State.FINDING if low.level else State.MISSING,
        kind=words.translate("Low stock"),
        text=low.item.title,
        note=words.translate(
            "{level} {unit} left, {minimum} are the minimum",
            level=low.level,
            unit=low.item.unit,
            minimum=low.item.minimum,
        ),
    )
