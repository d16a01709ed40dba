"""入库、领用、清点: the errands that move stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..i18n import Message, UserError
from .amounts import money, quantity
from .state import Change, Paper, Plan, State, day, not_before_purchase, not_in_future, optional, required
from .stock import MoveCause, StockItem, StockMove, available_on, find_item, level, level_on, moves_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRequest:
    """As a person gave it: texts may be empty, the date is ``2026-09-01``, the price yuan for one."""

    item: str | None
    quantity: str | int | None
    supplier: str | None
    unit_price: str | float | Decimal | None = None
    document: str | None = None
    on: str | date | None = None


def receive(state: State, request: ReceiptRequest) -> Plan:
    """Enter what came into the store. Raises UserError."""
    item = find_item(state, request.item)
    on = _move_day(state, item, request.on)
    move = StockMove(
        number=state.next_number(StockMove),
        item_number=item.number,
        cause=MoveCause.RECEIPT,
        quantity=quantity(request.quantity, Message("stock", "The quantity")),
        moved_on=on,
        supplier=required(request.supplier, Message("stock", "The supplier")),
        unit_price=money(request.unit_price, Message("stock", "The unit price")),
        document=optional(request.document),
    )
    return Plan(
        errand="receive_stock",
        changes=(Change("stock_move.received", None, move),),
        message=Message(
            "stock",
            "{quantity} {unit} of {title} are entered; the store has {level} now.",
            {
                "quantity": move.quantity,
                "unit": item.unit,
                "title": item.title,
                "level": level(state, item.number) + move.quantity,
            },
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """One item on a slip, as a person gave it."""

    item: str | None
    quantity: str | int | None = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRequest:
    """As a person gave it: texts may be empty, the date is ``2026-09-01``. It is for a purpose or for an asset."""

    lines: Sequence[IssueLine]
    receiver: str | None
    purpose: str | None = None
    asset: str | None = None
    on: str | date | None = None


def issue(state: State, request: IssueRequest) -> Plan:
    """Give stock out against a signature. Raises UserError where there is not so much of it, or nobody signs."""
    asset = state.asset(request.asset) if optional(request.asset) else None
    purpose = optional(request.purpose)
    if purpose is None and asset is None:
        raise UserError(
            "stock", "What it is for is missing. Give stock_purpose, or stock_asset for one asset."
        )
    on = day(request.on, Message("stock", "The day of the movement"), state.today)
    if asset is not None:
        not_before_purchase(on, asset)
    moves = take(
        state,
        request.lines,
        Slip(
            receiver=request.receiver,
            on=on,
            purpose=purpose,
            asset_number=None if asset is None else asset.asset_number,
        ),
    )
    after = state.after(tuple(Change("stock_move.issued", None, move) for move in moves))
    return Plan(
        errand="issue_stock",
        changes=tuple(Change("stock_move.issued", None, move) for move in moves),
        message=Message(
            "stock",
            "Given to {receiver}: {lines}. Have slip {slip} signed.",
            {
                "receiver": moves[0].receiver,
                "lines": tuple(_line(after, move) for move in moves),
                "slip": moves[0].slip,
            },
        ),
        papers=(Paper("stock_slip", moves[0].number),),
    )


def _line(after: State, move: StockMove) -> Message:
    item = after.all(StockItem)[move.item_number]
    return Message(
        "stock",
        "{title} × {quantity} {unit} ({level} left)",
        {
            "title": item.title,
            "quantity": -move.quantity,
            "unit": item.unit,
            "level": level(after, item.number),
        },
    )


_LINES = 50


def lines_of(texts: Sequence[str]) -> list[IssueLine]:
    """Lines as a person writes them, ``内存条 DDR4 8GB=2``; one piece where no quantity is given."""
    found = []
    for text in texts:
        item, sign, amount = text.rpartition("=")
        found.append(IssueLine(item=item, quantity=amount) if sign else IssueLine(item=amount))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What a slip says above its lines. ``receiver`` is as a person gave it."""

    receiver: str | None
    on: date
    purpose: str | None = None
    asset_number: str | None = None
    repair_number: str | None = None


def take(state: State, lines: Sequence[IssueLine], slip: Slip) -> tuple[StockMove, ...]:
    """The movements that give ``lines`` out on one slip. Raises UserError where one of them is not in stock."""
    if not 1 <= len(lines) <= _LINES:
        raise UserError(
            "stock", "A slip has 1 to {limit} items, this one has {n}.", limit=_LINES, n=len(lines)
        )
    signs = required(slip.receiver, Message("stock", "The receiver who signs"))
    first = state.next_number(StockMove)
    moves: list[StockMove] = []
    for line in lines:
        item = find_item(state, line.item)
        _move_day(state, item, slip.on)
        wanted = quantity(line.quantity, Message("stock", "The quantity"))
        there = available_on(moves_of(state, item.number), slip.on)
        if wanted > there:
            raise UserError(
                "stock",
                "{title} ({item}): {wanted} {unit} are wanted, {level} are in stock on {day}. "
                "Take fewer, enter what came in, or count what is there.",
                title=item.title,
                item=item.number,
                wanted=wanted,
                unit=item.unit,
                level=there,
                day=slip.on,
            )
        move = StockMove(
            number=state.next_number(StockMove),
            item_number=item.number,
            cause=MoveCause.ISSUE,
            quantity=-wanted,
            moved_on=slip.on,
            receiver=signs,
            purpose=slip.purpose,
            asset_number=slip.asset_number,
            repair_number=slip.repair_number,
            slip=first,
        )
        moves.append(move)
        state = state.after((Change("stock_move.issued", None, move),))
    return tuple(moves)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRequest:
    """As a person gave it. ``counted`` is what lies in the store; ``reason`` says where the difference comes from."""

    item: str | None
    counted: str | int | None
    counted_by: str | None
    reason: str | None = None
    on: str | date | None = None


def count(state: State, request: CountRequest) -> Plan:
    """Put the level right by what was counted. Raises UserError where a difference has no reason."""
    item = find_item(state, request.item)
    on = _move_day(state, item, request.on)
    there = level_on(moves_of(state, item.number), on)
    counted = quantity(request.counted, Message("stock", "The counted level"), least=0)
    reason = optional(request.reason)
    if counted != there and reason is None:
        raise UserError(
            "stock",
            "{title} ({item}): {counted} are counted, {level} are in the books. Count again; if it stays so, "
            "give the reason in stock_count_reason.",
            title=item.title,
            item=item.number,
            counted=counted,
            level=there,
        )
    later = [move.moved_on for move in moves_of(state, item.number) if move.moved_on > on]
    if later:
        raise UserError(
            "stock",
            "{title} ({item}) moved on {later} after the count of {day}. Count what is there now.",
            title=item.title,
            item=item.number,
            later=later[-1],
            day=on,
        )
    move = StockMove(
        number=state.next_number(StockMove),
        item_number=item.number,
        cause=MoveCause.COUNT,
        quantity=counted - there,
        moved_on=on,
        counted=counted,
        counted_by=required(request.counted_by, Message("stock", "The person who counted")),
        count_reason=reason,
    )
    return Plan(
        errand="count_stock",
        changes=(Change("stock_move.counted", None, move),),
        message=Message(
            "stock",
            "{title} ({item}) is counted: {counted} {unit}, a difference of {difference}.",
            {
                "title": item.title,
                "item": item.number,
                "counted": counted,
                "unit": item.unit,
                "difference": f"{move.quantity:+d}" if move.quantity else "0",
            },
        ),
    )


def _move_day(state: State, item: StockItem, given: str | date | None) -> date:
    """Raises UserError where it is to come, or lies before the last count: what was counted is settled."""
    on = day(given, Message("stock", "The day of the movement"), state.today)
    not_in_future(on, state.today)
    counts = [move.moved_on for move in moves_of(state, item.number) if move.counted is not None]
    if counts and on < counts[-1]:
        raise UserError(
            "stock",
            "{title} ({item}) was counted on {counted}: nothing can be entered for {day} any more. "
            "Enter it with a later day, or count again.",
            title=item.title,
            item=item.number,
            counted=counts[-1],
            day=on,
        )
    return on
