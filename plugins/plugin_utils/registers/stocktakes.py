"""盘点: what the ledger says of a room is frozen on one day, counted, compared, and adjusted after approval.

Two nouns: the stocktake of one room with its frozen list, and each batch of counting (盘点记录). The counting is in
``stocktake_counts``, the comparison in ``stocktake_result``, closing and approval in ``stocktake_closing``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from ..i18n import Message, UserError
from ..ledger.records import Asset, AssetStatus
from .nouns import RegisterKind
from .state import Change, Paper, Plan, State, day, not_in_future, optional, required

NOWHERE = Message("stocktakes", "no place given")


class Method(StrEnum):
    FACTS = "facts"  # 事实采集
    FILE = "file"  # 扫码文件
    HAND = "hand"  # 人工


class Condition(StrEnum):
    INTACT = "intact"  # 完好
    DAMAGED = "damaged"  # 损坏
    UNUSED = "unused"  # 闲置


class Uncounted(StrEnum):
    """What is done at closing with assets that nobody counted."""

    REFUSE = "refuse"
    SHORTAGE = "shortage"  # searched for and not found
    LEAVE = "leave"  # stay uncounted, and the sheet says so


class Choice(StrEnum):
    """What the approval does with a line."""

    MOVE = "move"  # to where it was found
    SETTLE = "settle"  # a shortage: 盘亏待处理
    QUANTITY = "quantity"  # a lot: as many as were counted
    CONDITION = "condition"  # the status that its condition asks for
    CREATE = "create"  # a surplus: a new asset
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An asset as the ledger had it. ``value`` is of all ``quantity`` pieces, in CNY."""

    asset_number: str
    name: str
    model: str | None = None
    serial: str | None = None
    quantity: int = 1
    unit: str | None = None
    value: Decimal | None = None
    room: str | None = None
    seat: str | None = None
    status: AssetStatus = AssetStatus.IN_USE


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """An asset as the finance book has it. A book that has no column for something says None. ``elsewhere`` is the
    ledger's asset where it is not on the stocktake's list."""

    asset_number: str
    name: str
    quantity: int | None = None
    value: Decimal | None = None
    room: str | None = None
    seat: str | None = None
    elsewhere: Listed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocktake:
    """``room`` is None for what the ledger places nowhere. ``book_name`` says which finance book ``book`` is from.

    ``counts`` are the numbers of the batches that the closing saw; ``choices`` what was approved, by line.
    """

    kind: ClassVar[RegisterKind] = RegisterKind.STOCKTAKE

    number: str
    room: str | None
    started_on: date
    started_by: str
    listed: tuple[Listed, ...]
    book: tuple[BookLine, ...] = ()
    book_name: str | None = None
    closed_on: date | None = None
    counted_by: str | None = None
    supervised_by: str | None = None
    custodian: str | None = None
    head: str | None = None
    uncounted: Uncounted = Uncounted.LEAVE
    counts: tuple[str, ...] = ()
    approved_on: date | None = None
    approved_by: str | None = None
    choices: tuple[tuple[str, tuple[Choice, ...]], ...] = ()

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def place(self) -> str | Message:
        return self.room if self.room is not None else NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """What was found. ``asset_number`` is None for a surplus; ``listed`` is the asset where the stocktake's frozen
    list has it not; ``line`` is the row of the file, ``host`` the machine that was seen."""

    asset_number: str | None
    quantity: int
    room: str | None
    seat: str | None = None
    condition: Condition | None = None
    note: str | None = None
    name: str | None = None
    code: str | None = None
    model: str | None = None
    serial: str | None = None
    line: int | None = None
    host: str | None = None
    listed: Listed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StocktakeCount:
    """One batch of counting. ``source`` is the file's name."""

    kind: ClassVar[RegisterKind] = RegisterKind.STOCKTAKE_COUNT

    number: str
    stocktake: str
    method: Method
    counted_on: date
    counted_by: str
    lines: tuple[CountLine, ...]
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """As a person gave it. ``room`` empty with ``whole_school``: one stocktake per room."""

    room: str | None
    started_by: str | None
    whole_school: bool = False
    started_on: str | date | None = None
    book: tuple[BookLine, ...] = ()
    book_name: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Assets of the frozen list: how many there are and how many of them were counted."""

    counted: int
    total: int


def listed(asset: Asset) -> Listed:
    return Listed(
        asset_number=asset.asset_number,
        name=asset.name,
        model=asset.model,
        serial=asset.serial,
        quantity=asset.quantity,
        unit=asset.unit,
        value=asset.original_value,
        room=asset.room,
        seat=asset.seat,
        status=asset.status,
    )


def counts_of(state: State, stocktake: Stocktake) -> list[StocktakeCount]:
    """Its batches in the order in which they were entered."""
    every = state.all(StocktakeCount).values()
    return sorted(
        (each for each in every if each.stocktake == stocktake.number), key=lambda each: each.number
    )


def open_stocktake(state: State, room: str | None) -> Stocktake | None:
    every = state.all(Stocktake).values()
    return next((each for each in every if each.is_open and each.room == room), None)


def progress(state: State, stocktake: Stocktake) -> Progress:
    ours = {each.asset_number for each in stocktake.listed}
    counted = {line.asset_number for count in counts_of(state, stocktake) for line in count.lines}
    return Progress(len(counted & ours), len(ours))


def start(state: State, request: StartRequest) -> Plan:
    """Freeze the list of a room, or of every room. Raises UserError for a room without assets, or one that is
    being counted already."""
    by = required(request.started_by, Message("stocktakes", "The person who starts the stocktake"))
    on = day(request.started_on, Message("stocktakes", "The day of the stocktake"), state.today)
    not_in_future(on, state.today)
    changes: tuple[Change, ...] = ()
    for room in _rooms(state, request):
        _not_open_twice(state, room)
        stocktake = Stocktake(
            number=state.after(changes[-1:]).next_number(Stocktake),
            room=room,
            started_on=on,
            started_by=by,
            listed=_freeze(state, room),
            book=_book_of(state, request.book, room),
            book_name=optional(request.book_name) if request.book else None,
        )
        changes += (Change("stocktake.started", None, stocktake),)
    numbers = tuple(change.thing.number for change in changes if isinstance(change.thing, Stocktake))
    total = sum(len(change.thing.listed) for change in changes if isinstance(change.thing, Stocktake))
    return Plan(
        errand="start_stocktake",
        changes=changes,
        message=Message(
            "stocktakes",
            "Started: stocktake {numbers}, {total} assets on the list as of {on}. Print the sheet and walk round.",
            {"numbers": numbers, "total": total, "on": on},
        ),
        papers=tuple(Paper("stocktake_blank", number) for number in numbers),
    )


def _on_the_books(state: State) -> Iterator[Asset]:
    return (asset for asset in state.assets.values() if asset.status is not AssetStatus.SCRAPPED)


def _rooms(state: State, request: StartRequest) -> list[str | None]:
    known = {asset.room for asset in _on_the_books(state)}
    ordered = sorted(room for room in known if room is not None)
    wanted = optional(request.room)
    if wanted is None and request.whole_school:
        if not known:
            raise UserError("stocktakes", "The ledger has no asset to count. Import the property book first.")
        return [*ordered, *([None] if None in known else [])]
    if wanted is not None and request.whole_school:
        raise UserError(
            "stocktakes",
            "Both the room {room} and the whole school are asked for. Give stocktake_room or "
            "stocktake_whole_school, not both.",
            room=wanted,
        )
    if wanted is None:
        raise UserError(
            "stocktakes",
            "It is not said what is counted. Give stocktake_room, or set stocktake_whole_school.",
        )
    if wanted not in known:
        raise UserError(
            "stocktakes",
            "The ledger has no assets in a room {room}. Its rooms are: {rooms}.",
            room=wanted[:40],
            rooms=tuple(ordered[:30]) or "—",
        )
    return [wanted]


def _not_open_twice(state: State, room: str | None) -> None:
    running = open_stocktake(state, room)
    if running is not None:
        raise UserError(
            "stocktakes",
            "The stocktake {number} of {room} was started on {on} and is still open. Close it, or undo its start.",
            number=running.number,
            room=running.place,
            on=running.started_on,
        )


def _freeze(state: State, room: str | None) -> tuple[Listed, ...]:
    here = (listed(asset) for asset in _on_the_books(state) if asset.room == room)
    return tuple(sorted(here, key=lambda each: (each.seat or "", each.asset_number)))


def _book_of(state: State, book: tuple[BookLine, ...], room: str | None) -> tuple[BookLine, ...]:
    """What the book says of the assets that either side has in the room."""
    ours = []
    for line in book:
        asset = state.assets.get(line.asset_number)
        is_listed = asset is not None and asset.status is not AssetStatus.SCRAPPED and asset.room == room
        if is_listed:
            ours.append(line)
        elif room is not None and line.room == room:
            ours.append(replace(line, elsewhere=None if asset is None else listed(asset)))
    return tuple(ours)


def contradictions(state: State) -> Iterator[Message]:
    """One open stocktake per room; batches belong to a stocktake, and to a closed one exactly those it saw; what is
    being counted stays on the books."""
    every = state.all(Stocktake)
    opened = Counter(each.room for each in every.values() if each.is_open)
    batches: dict[str, list[str]] = {}
    for count in state.all(StocktakeCount).values():
        batches.setdefault(count.stocktake, []).append(count.number)
        if count.stocktake not in every:
            fields = {"count": count.number, "number": count.stocktake}
            yield Message("stocktakes", "The count {count} would belong to no stocktake ({number}).", fields)
    for room, times in opened.items():
        if times > 1:
            place = room if room is not None else NOWHERE
            yield Message(
                "stocktakes", "{room} would be counted by two open stocktakes at once.", {"room": place}
            )
    for each in every.values():
        if each.is_open:
            yield from _left_the_books(state, each)
        elif sorted(batches.get(each.number, [])) != sorted(each.counts):
            yield Message(
                "stocktakes",
                "The stocktake {number} would be closed upon other counts than it has.",
                {"number": each.number},
            )


def _left_the_books(state: State, stocktake: Stocktake) -> Iterator[Message]:
    for each in stocktake.listed:
        asset = state.assets.get(each.asset_number)
        if asset is None or asset.status is AssetStatus.SCRAPPED:
            yield Message(
                "stocktakes",
                "{asset} would leave the books while the stocktake {number} counts it.",
                {"asset": each.asset_number, "number": stocktake.number},
            )
