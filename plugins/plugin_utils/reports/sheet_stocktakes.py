"""盘点: how far each count is, and what it found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ..i18n import Message
from ..registers.state import State as Registers
from ..registers.stocktake_result import Verdict, result, totals
from ..registers.stocktakes import Method, Stocktake, StocktakeCount, progress
from .sheets import Cell, Column, Row, Sheet, Table, Task, row_of, share_of
from .words import State, Words

COUNT_METHODS = {Method.FACTS: "From facts", Method.FILE: "From scanned codes", Method.HAND: "By hand"}


def stocktakes_sheet(registers: Registers, words: Words) -> Sheet:
    """Open ones first, then those that wait for approval, then the newest."""
    _ = words.translate
    stocktakes = sorted(registers.all(Stocktake).values(), key=lambda each: each.number, reverse=True)
    running = [each for each in stocktakes if each.is_open]
    over = sorted(
        (each for each in stocktakes if not each.is_open), key=lambda each: each.approved_on is not None
    )
    waiting = [each for each in over if each.approved_on is None]
    counts = sorted(registers.all(StocktakeCount).values(), key=lambda each: each.number, reverse=True)
    batches: defaultdict[str, list[StocktakeCount]] = defaultdict(list)
    for count in reversed(counts):
        batches[count.stocktake].append(count)
    head = (Column(title=_("Stocktake")), Column(title=_("Room")), Column(title=_("Started on")))
    return Sheet(
        name="stocktakes",
        title=_("Stocktakes"),
        lead=_("What was on the ledger's list of a room on the first day, against what was counted there."),
        empty=_("Nothing has been counted yet. The errand start_stocktake freezes the list of a room."),
        figure=_("{n} open, {waiting} to be approved", n=len(running), waiting=len(waiting)),
        urgent=bool(running or waiting),
        tables=(
            Table(
                key="open",
                title=_("Open stocktakes"),
                columns=(*head, Column(title=_("Counted"))),
                rows=tuple(_open_row(registers, each, words) for each in running),
                empty=_("No room is being counted."),
            ),
            Table(
                key="closed",
                title=_("Closed stocktakes"),
                columns=(
                    *head,
                    Column(title=_("Counted")),
                    Column(title=_("Surplus"), numeric=True),
                    Column(title=_("Shortage"), numeric=True),
                    Column(title=_("Closed on")),
                    Column(title=_("State")),
                ),
                rows=tuple(_closed_row(each, batches[each.number], words) for each in over),
            ),
            Table(
                key="counts",
                title=_("Counts"),
                columns=(
                    Column(title=_("Count")),
                    Column(title=_("Stocktake")),
                    Column(title=_("When")),
                    Column(title=_("Who")),
                    Column(title=_("How")),
                    Column(title=_("Lines"), numeric=True),
                ),
                rows=tuple(_count_row(each, words) for each in counts),
            ),
        ),
        tasks=(
            *(_counting(registers, each, words) for each in running),
            *(_approving(each, words) for each in waiting),
        ),
    )


def _place(stocktake: Stocktake, words: Words) -> str:
    place = stocktake.place
    return place.render(words.language) if isinstance(place, Message) else place


def _head(stocktake: Stocktake, words: Words) -> tuple[Cell, ...]:
    return (
        Cell(text=stocktake.number),
        Cell(text=_place(stocktake, words)),
        Cell(text=stocktake.started_on.isoformat(), note=stocktake.started_by),
    )


def _counted(counted: int, total: int, words: Words) -> Cell:
    return Cell(
        text=words.translate("{counted} of {total}", counted=counted, total=total),
        share=share_of(counted, total),
    )


def _open_row(registers: Registers, stocktake: Stocktake, words: Words) -> Row:
    done = progress(registers, stocktake)
    return row_of(stocktake, *_head(stocktake, words), _counted(done.counted, done.total, words))


def _closed_row(stocktake: Stocktake, counts: Sequence[StocktakeCount], words: Words) -> Row:
    _ = words.translate
    found = totals(stocktake, result(stocktake, counts))
    total = len(stocktake.listed)
    if stocktake.approved_on is None:
        state = Cell(text=_("Waits for approval"), badge=State.FINDING)
    else:
        state = Cell(
            text=_("Approved on {day}", day=stocktake.approved_on), badge=State.OK, note=stocktake.approved_by
        )
    return row_of(
        stocktake,
        *_head(stocktake, words),
        _counted(total - found.lines[Verdict.UNCOUNTED], total, words),
        Cell(text=str(found.surplus)),
        Cell(text=str(found.shortage)),
        Cell(text=words.value(stocktake.closed_on), note=stocktake.counted_by),
        state,
    )


def _count_row(count: StocktakeCount, words: Words) -> Row:
    return row_of(
        count,
        Cell(text=count.number),
        Cell(text=count.stocktake, subject=f"stocktake:{count.stocktake}"),
        Cell(text=count.counted_on.isoformat()),
        Cell(text=count.counted_by),
        Cell(text=words.translate(COUNT_METHODS[count.method]), note=count.source),
        Cell(text=str(len(count.lines))),
    )


def _counting(registers: Registers, stocktake: Stocktake, words: Words) -> Task:
    done = progress(registers, stocktake)
    return Task(
        subject=f"stocktake:{stocktake.number}",
        badge=State.UNCHECKED,
        kind=words.translate("Stocktake running"),
        text=_place(stocktake, words),
        note=words.translate("{counted} of {total} counted", counted=done.counted, total=done.total),
    )


def _approving(stocktake: Stocktake, words: Words) -> Task:
    return Task(
        subject=f"stocktake:{stocktake.number}",
        badge=State.FINDING,
        kind=words.translate("Stocktake to be approved"),
        text=_place(stocktake, words),
        note=words.translate("closed on {day}", day=stocktake.closed_on),
    )
