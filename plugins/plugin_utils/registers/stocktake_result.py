"""The result of a stocktake: 账面数, 实盘数, 盘盈, 盘亏 and 信息不符, against the ledger and the finance book. Pure.

Everything is taken from what was frozen or counted, so that a sheet that was signed can be printed again as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from ..ledger.records import AssetStatus, Difference
from .stocktakes import BookLine, Condition, CountLine, Listed, Method, Stocktake, StocktakeCount, Uncounted


class Verdict(StrEnum):
    MATCH = "match"  # 相符
    SURPLUS = "surplus"  # 盘盈
    SHORTAGE = "shortage"  # 盘亏
    MISMATCH = "mismatch"  # 信息不符
    UNCOUNTED = "uncounted"  # 未盘


# The states of the card that a condition agrees with.
_AGREES = {
    Condition.INTACT: frozenset(
        {AssetStatus.IN_USE, AssetStatus.IDLE, AssetStatus.SEALED, AssetStatus.ON_LOAN, AssetStatus.TO_SCRAP}
    ),
    Condition.DAMAGED: frozenset({AssetStatus.REPAIR, AssetStatus.TO_SCRAP}),
    Condition.UNUSED: frozenset({AssetStatus.IDLE, AssetStatus.SEALED, AssetStatus.TO_SCRAP}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``key`` is the asset's number, or ``batch/place`` for a surplus without one. ``counted`` is None where nobody
    counted it. ``differences`` are ledger against count, ``in_book`` ledger against finance book."""

    key: str
    verdict: Verdict
    listed: Listed | None
    found: CountLine | None = None
    counted: int | None = None
    surplus: int = 0
    shortage: int = 0
    differences: tuple[Difference, ...] = ()
    in_book: tuple[Difference, ...] = ()
    book: BookLine | None = None
    method: Method | None = None
    counted_on: date | None = None
    counted_by: str | None = None

    @property
    def booked(self) -> int:
        """账面数 of this room: nothing for what the ledger keeps elsewhere."""
        return self.listed.quantity if self.listed is not None and not self.is_stranger else 0

    @property
    def is_stranger(self) -> bool:
        """Found here, on the ledger's list of another room or scrapped."""
        return self.found is not None and self.found.listed is not None

    @property
    def name(self) -> str | None:
        if self.listed is not None:
            return self.listed.name
        if self.book is not None:
            return self.book.name
        return self.found.name if self.found is not None else None

    @property
    def value_short(self) -> Decimal:
        """The original value of what is missing, in CNY."""
        return _share(self.listed, self.shortage)

    @property
    def value_counted(self) -> Decimal:
        """The original value of what was counted, as far as the ledger lists it here."""
        return _share(self.listed, min(self.counted or 0, self.booked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Of pieces, and CNY of their original value. ``lines`` by verdict."""

    booked: int
    counted: int
    surplus: int
    shortage: int
    value_booked: Decimal
    value_counted: Decimal
    value_short: Decimal
    value_in_book: Decimal | None
    lines: dict[Verdict, int]


def _share(listed: Listed | None, pieces: int) -> Decimal:
    if listed is None or listed.value is None or pieces == 0:
        return Decimal("0.00")
    return (listed.value * pieces / listed.quantity).quantize(Decimal("0.01"), ROUND_HALF_UP)


def result(stocktake: Stocktake, counts: Sequence[StocktakeCount]) -> tuple[Line, ...]:
    """One line per listed asset, then what was found beyond them, then what only the finance book has here.

    Of an asset counted more than once the last batch holds, as a recount mends a count; but facts never replace what
    a person counted.
    """
    last: dict[str, tuple[StocktakeCount, CountLine]] = {}
    nameless: list[tuple[str, StocktakeCount, CountLine]] = []
    for count in counts:
        for place, line in enumerate(count.lines, 1):
            if line.asset_number is None:
                nameless.append((f"{count.number}/{place}", count, line))
            elif count.method is not Method.FACTS or not _counted_by_person(last.get(line.asset_number)):
                last[line.asset_number] = (count, line)
    book = {line.asset_number: line for line in stocktake.book}
    ours = {each.asset_number for each in stocktake.listed}
    lines = [_listed_line(stocktake, each, last.get(each.asset_number), book) for each in stocktake.listed]
    lines += [
        _stranger_line(stocktake, count, found, book)
        for number, (count, found) in last.items()
        if number not in ours
    ]
    lines += [_surplus_line(key, count, found) for key, count, found in nameless]
    lines += [
        Line(
            key=each.asset_number,
            verdict=Verdict.MISMATCH,
            listed=None,
            book=each,
            in_book=_only_in_book(each),
        )
        for each in stocktake.book
        if each.asset_number not in ours and each.asset_number not in last
    ]
    return tuple(lines)


def _counted_by_person(last: tuple[StocktakeCount, CountLine] | None) -> bool:
    return last is not None and last[0].method is not Method.FACTS


def totals(stocktake: Stocktake, lines: Sequence[Line]) -> Totals:
    values = [each.value for each in stocktake.listed if each.value is not None]
    in_book = [each.value for each in stocktake.book if each.value is not None]
    return Totals(
        booked=sum(line.booked for line in lines),
        counted=sum(line.counted or 0 for line in lines),
        surplus=sum(line.surplus for line in lines),
        shortage=sum(line.shortage for line in lines),
        value_booked=sum(values, Decimal("0.00")),
        value_counted=sum((line.value_counted for line in lines), Decimal("0.00")),
        value_short=sum((line.value_short for line in lines), Decimal("0.00")),
        value_in_book=sum(in_book, Decimal("0.00")) if stocktake.book else None,
        lines={verdict: sum(line.verdict is verdict for line in lines) for verdict in Verdict},
    )


def _listed_line(
    stocktake: Stocktake,
    each: Listed,
    last: tuple[StocktakeCount, CountLine] | None,
    book: dict[str, BookLine],
) -> Line:
    in_book = tuple(_against_book(stocktake, each, book.get(each.asset_number)))
    line = book.get(each.asset_number)
    if last is None:
        searched = stocktake.uncounted is Uncounted.SHORTAGE and not stocktake.is_open
        return Line(
            key=each.asset_number,
            verdict=Verdict.SHORTAGE if searched else Verdict.UNCOUNTED,
            listed=each,
            counted=0 if searched else None,
            shortage=each.quantity if searched else 0,
            in_book=in_book,
            book=line,
            counted_on=stocktake.closed_on if searched else None,
            counted_by=stocktake.counted_by if searched else None,
        )
    count, found = last
    surplus = max(found.quantity - each.quantity, 0)
    shortage = max(each.quantity - found.quantity, 0)
    differences = tuple(_differences(each, found)) if found.quantity else ()
    verdict = Verdict.MISMATCH if differences else Verdict.MATCH
    if shortage or surplus:
        verdict = Verdict.SHORTAGE if shortage else Verdict.SURPLUS
    return Line(
        key=each.asset_number,
        verdict=verdict,
        listed=each,
        found=found,
        counted=found.quantity,
        surplus=surplus,
        shortage=shortage,
        differences=differences,
        in_book=in_book,
        book=line,
        method=count.method,
        counted_on=count.counted_on,
        counted_by=count.counted_by,
    )


def _stranger_line(
    stocktake: Stocktake, count: StocktakeCount, found: CountLine, book: dict[str, BookLine]
) -> Line:
    each = found.listed
    assert each is not None and found.asset_number is not None  # noqa: S101 - counting has put both there
    differences = list(_differences(each, found))
    if each.status is AssetStatus.SCRAPPED:
        differences.append(Difference(field="status", book=each.status, fact=None))
    return Line(
        key=found.asset_number,
        verdict=Verdict.MISMATCH,
        listed=each,
        found=found,
        counted=found.quantity,
        differences=tuple(differences),
        in_book=tuple(_against_book(stocktake, each, book.get(found.asset_number))),
        book=book.get(found.asset_number),
        method=count.method,
        counted_on=count.counted_on,
        counted_by=count.counted_by,
    )


def _surplus_line(key: str, count: StocktakeCount, found: CountLine) -> Line:
    return Line(
        key=key,
        verdict=Verdict.SURPLUS,
        listed=None,
        found=found,
        counted=found.quantity,
        surplus=found.quantity,
        method=count.method,
        counted_on=count.counted_on,
        counted_by=count.counted_by,
    )


def _place(room: str | None, seat: str | None) -> str | None:
    return " ".join(part for part in (room, seat) if part) or None


def _differences(each: Listed, found: CountLine) -> Iterator[Difference]:
    """A count that names no seat says nothing of the seat."""
    if found.room != each.room or (found.seat is not None and found.seat != each.seat):
        yield Difference(
            field="place", book=_place(each.room, each.seat), fact=_place(found.room, found.seat)
        )
    if found.quantity != each.quantity:
        yield Difference(field="quantity", book=str(each.quantity), fact=str(found.quantity))
    if found.condition is not None and each.status not in _AGREES[found.condition]:
        yield Difference(field="condition", book=each.status, fact=found.condition)


def _against_book(stocktake: Stocktake, each: Listed, line: BookLine | None) -> Iterator[Difference]:
    """``book`` is the finance book's side, ``fact`` the ledger's."""
    if not stocktake.book:
        return
    if line is None:
        yield Difference(field="asset", book=None, fact=each.asset_number)
    else:
        yield from _differ(each, line)


def _differ(each: Listed, line: BookLine) -> Iterator[Difference]:
    if line.value is not None and line.value != each.value:
        yield Difference(
            field="value", book=str(line.value), fact=None if each.value is None else str(each.value)
        )
    if line.quantity is not None and line.quantity != each.quantity:
        yield Difference(field="quantity", book=str(line.quantity), fact=str(each.quantity))
    if line.room is not None and (
        line.room != each.room or (line.seat is not None and line.seat != each.seat)
    ):
        yield Difference(field="place", book=_place(line.room, line.seat), fact=_place(each.room, each.seat))


def _only_in_book(line: BookLine) -> tuple[Difference, ...]:
    """The finance book has it in this room; the ledger not at all, elsewhere, or scrapped."""
    each = line.elsewhere
    if each is None:
        return (Difference(field="asset", book=line.asset_number, fact=None),)
    differences = tuple(_differ(each, line))
    if each.status is AssetStatus.SCRAPPED:
        differences += (Difference(field="status", book=None, fact=each.status),)
    return differences
