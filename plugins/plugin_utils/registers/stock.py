"""备件耗材: what is in the store, what came in, and who signed for what went out (duties 3.3, 5.6).

The level of an item is the sum of its movements and is kept nowhere. What is low is a list (``low_stock``), not a
finding: a finding is a disagreement between the book and what was seen on a computer, that a person confirms or
dismisses; a low level follows from the register alone, is over with the next receipt, and there is nothing to dismiss.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import ClassVar

from ..i18n import Message, UserError
from .amounts import quantity
from .nouns import RegisterKind
from .state import Change, Plan, State, optional, required

_ALIKE = 3


class StockCategory(StrEnum):
    PART = "part"  # 备件
    CONSUMABLE = "consumable"  # 耗材


class MoveCause(StrEnum):
    RECEIPT = "receipt"  # 入库
    ISSUE = "issue"  # 领用
    COUNT = "count"  # 盘点调整


@dataclass(frozen=True, slots=True, kw_only=True)
class StockItem:
    """``minimum`` is the level below which more is to be bought."""

    kind: ClassVar[RegisterKind] = RegisterKind.STOCK_ITEM

    number: str
    name: str
    category: StockCategory
    unit: str
    model: str | None = None
    minimum: int = 0
    place: str | None = None

    @property
    def title(self) -> str:
        return self.name if self.model is None else f"{self.name} {self.model}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMove:
    """``quantity`` is positive for what came in and negative for what went out. ``counted`` is the level that a
    count found. ``slip`` is the number of the first movement on the same slip."""

    kind: ClassVar[RegisterKind] = RegisterKind.STOCK_MOVE

    number: str
    item_number: str
    cause: MoveCause
    quantity: int
    moved_on: date
    supplier: str | None = None
    unit_price: Decimal | None = None
    document: str | None = None
    receiver: str | None = None
    purpose: str | None = None
    asset_number: str | None = None
    repair_number: str | None = None
    slip: str | None = None
    counted: int | None = None
    counted_by: str | None = None
    count_reason: str | None = None

    @property
    def order(self) -> tuple[date, tuple[int, ...]]:
        """By day; within a day as they were entered."""
        return self.moved_on, tuple(int(part) for part in self.number.split("-"))


@dataclass(frozen=True, slots=True)
class LowStock:
    item: StockItem
    level: int

    @property
    def lacking(self) -> int:
        return self.item.minimum - self.level


@dataclass(frozen=True, slots=True, kw_only=True)
class StockItemRequest:
    """As a person gave it: texts may be empty."""

    name: str | None
    unit: str | None
    category: StockCategory = StockCategory.PART
    model: str | None = None
    minimum: str | int | None = None
    place: str | None = None


def add_item(state: State, request: StockItemRequest) -> Plan:
    """Open a card for a part or a consumable. Raises UserError where there is one already."""
    made = StockItem(
        number=state.next_number(StockItem),
        name=required(request.name, Message("stock", "The name of the item")),
        category=request.category,
        unit=required(request.unit, Message("stock", "The unit of the item")),
        model=optional(request.model),
        minimum=0
        if request.minimum in (None, "")
        else quantity(request.minimum, Message("stock", "The minimum level"), least=0),
        place=optional(request.place),
    )
    for item in state.all(StockItem).values():
        if item.title.casefold() == made.title.casefold():
            raise UserError(
                "stock",
                "{title} is in the store already: item {number}. Enter what comes in with receive_stock.",
                title=item.title,
                number=item.number,
            )
    return Plan(
        errand="add_stock_item",
        changes=(Change("stock_item.added", None, made),),
        message=Message(
            "stock",
            "{title} has a card in the store: item {number}.",
            {"title": made.title, "number": made.number},
        ),
    )


def find_item(state: State, wanted: str | None) -> StockItem:
    """By number, by name and model, or by a name that only one has. Raises UserError where none or several fit."""
    words = required(wanted, Message("stock", "The item"))
    items = state.all(StockItem)
    if words in items:
        return items[words]
    folded = words.casefold()
    fitting = [item for item in items.values() if item.title.casefold() == folded] or [
        item for item in items.values() if item.name.casefold() == folded
    ]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UserError(
            "stock",
            "{wanted} can be several items: {items}. Give the number.",
            wanted=words,
            items=tuple(map(_named, fitting)),
        )
    close = get_close_matches(words, [item.name for item in items.values()], n=_ALIKE)
    alike = tuple(
        _named(item) for item in items.values() if folded in item.title.casefold() or item.name in close
    )
    if alike:
        raise UserError(
            "stock",
            "There is no item {wanted} in the store. Alike are: {alike}.",
            wanted=words,
            alike=alike[:_ALIKE],
        )
    raise UserError(
        "stock",
        "There is no item {wanted} in the store. Open a card for it with add_stock_item.",
        wanted=words,
    )


def _named(item: StockItem) -> str:
    return f"{item.title} ({item.number})"


def moves_of(state: State, item_number: str) -> list[StockMove]:
    """The item's movements, the oldest first."""
    moves = (move for move in state.all(StockMove).values() if move.item_number == item_number)
    return sorted(moves, key=lambda move: move.order)


def levels(state: State) -> dict[str, int]:
    """The level of every item, by its number."""
    found = dict.fromkeys(state.all(StockItem), 0)
    for move in state.all(StockMove).values():
        found[move.item_number] = found.get(move.item_number, 0) + move.quantity
    return found


def level(state: State, item_number: str) -> int:
    return sum(move.quantity for move in moves_of(state, item_number))


def level_on(moves: Sequence[StockMove], when: date) -> int:
    """The level at the end of that day."""
    return sum(move.quantity for move in moves if move.moved_on <= when)


def available_on(moves: Sequence[StockMove], when: date) -> int:
    """What may be taken on that day without lacking it later. ``moves`` are in order (``moves_of``)."""
    now = least = level_on(moves, when)
    for move in moves:
        if move.moved_on > when:
            now += move.quantity
            least = min(least, now)
    return least


def low_stock(state: State) -> list[LowStock]:
    """The items under their minimum, those that lack most first."""
    now = levels(state)
    low = (
        LowStock(item, now[item.number])
        for item in state.all(StockItem).values()
        if now[item.number] < item.minimum
    )
    return sorted(low, key=lambda each: (-each.lacking, each.item.number))


def contradictions(state: State) -> Iterator[Message]:
    """No level was ever negative, each count still agrees with what lies before it, no movement is of nothing."""
    items = state.all(StockItem)
    by_item: defaultdict[str, list[StockMove]] = defaultdict(list)
    for move in state.all(StockMove).values():
        by_item[move.item_number].append(move)
    for number, moves in sorted(by_item.items()):
        if number not in items:
            yield Message(
                "stock", "Movements of item {item} would be there without its card.", {"item": number}
            )
            continue
        yield from _wrong_levels(items[number], moves)


def _wrong_levels(item: StockItem, moves: Sequence[StockMove]) -> Iterator[Message]:
    now = 0
    for move in sorted(moves, key=lambda move: move.order):
        now += move.quantity
        fields = {"title": item.title, "item": item.number, "day": move.moved_on, "level": now}
        if now < 0:
            yield Message("stock", "The level of {title} ({item}) would be {level} on {day}.", fields)
            return
        if move.counted is not None and move.counted != now:
            yield Message(
                "stock",
                "{title} ({item}) was counted on {day} and would not agree with the count ({counted}) any more.",
                {**fields, "counted": move.counted},
            )
            return
