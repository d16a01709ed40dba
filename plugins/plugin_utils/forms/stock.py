"""领用单 and 库存表: the papers of the store (duties 3.3, 5.6)."""

from __future__ import annotations

from collections.abc import Mapping

from ..i18n import Translator, UserError
from ..registers.state import State
from ..registers.stock import StockCategory, StockItem, StockMove, levels
from .desk import Desk
from .document import Align, Column, Field, Fields, Form, Signatures, Table

CATEGORIES = {StockCategory.PART: "part", StockCategory.CONSUMABLE: "consumable"}


def stock_slip(state: State, number: str, desk: Desk) -> Form:
    """What one person received at once. ``number`` is the first movement's; raises UserError where there is none."""
    first = state.one(StockMove, number)
    moves = [
        move for move in state.all(StockMove).values() if move.slip is not None and move.slip == first.slip
    ]
    if not moves:
        raise UserError(
            "stock",
            "Movement {number} gave nothing out, so it has no slip. Choose one of an issue.",
            number=number[:40],
        )
    _ = Translator("stock", desk.language)
    items = state.all(StockItem)
    return desk.form(
        _("Slip for parts and consumables"),
        first.slip or first.number,
        code=desk.code_of_entry(state, first),
        blocks=(
            Fields(
                rows=(
                    (
                        Field(_("Receiver"), first.receiver or ""),
                        Field(_("Given out on"), first.moved_on.isoformat()),
                    ),
                    (
                        Field(_("For asset"), first.asset_number or ""),
                        Field(_("For repair"), first.repair_number or ""),
                    ),
                    (Field(_("Purpose"), first.purpose or "", span=2),),
                )
            ),
            Table(
                columns=(
                    Column(_("Movement"), 2),
                    Column(_("The item"), 4),
                    Column(_("Unit"), 1),
                    Column(_("The quantity"), 1, Align.RIGHT),
                ),
                rows=tuple(_row(move, items) for move in sorted(moves, key=lambda move: move.order)),
            ),
            Signatures((_("Receiver"), _("Given out by"), _("Person in charge"))),
        ),
    )


def _row(move: StockMove, items: Mapping[str, StockItem]) -> tuple[str, str, str, str]:
    item = items[move.item_number]
    return move.number, item.title, item.unit, str(-move.quantity)


def stock_list(state: State, number: str, desk: Desk) -> Form:
    """Every item with its level; what is low is marked. ``number`` is the school's own, for its files."""
    _ = Translator("stock", desk.language)
    now = levels(state)
    return desk.form(
        _("Parts and consumables in the store"),
        number,
        blocks=(
            Table(
                columns=(
                    Column(_("Number"), 2),
                    Column(_("The item"), 3.6),
                    Column(_("Category"), 1.2),
                    Column(_("Place"), 2),
                    Column(_("Unit"), 1),
                    Column(_("Minimum"), 1.5, Align.RIGHT),
                    Column(_("Level"), 1.5, Align.RIGHT),
                    Column(_("Remark"), 1.2),
                ),
                rows=tuple(
                    (
                        item.number,
                        item.title,
                        _(CATEGORIES[item.category]),
                        item.place or "",
                        item.unit,
                        str(item.minimum),
                        str(now[item.number]),
                        _("low") if now[item.number] < item.minimum else "",
                    )
                    for item in sorted(state.all(StockItem).values(), key=lambda item: item.number)
                ),
            ),
            Signatures((_("Keeper of the store"), _("Person in charge"))),
        ),
    )
