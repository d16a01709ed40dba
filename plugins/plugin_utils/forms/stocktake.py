"""The sheets of a stocktake: 盘点表 to walk round with and as counted, 盘盈盘亏表, and the approval (duty 8.4)."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain

from ..i18n import DEFAULT_LANGUAGE, Message, Translator
from ..ledger import wording
from ..ledger.records import Difference
from ..registers.state import State
from ..registers.stocktake_result import Line, Totals, Verdict, result, totals
from ..registers.stocktakes import Choice, Condition, Method, Stocktake, counts_of
from .desk import Desk
from .document import Align, Column, Field, Fields, Form, Opinion, Signatures, Table, Text

_SURPLUS_ROWS = 5  # empty rows for what is on no list
_VERDICTS = {
    Verdict.MATCH: "as booked",
    Verdict.SURPLUS: "surplus",
    Verdict.SHORTAGE: "missing",
    Verdict.MISMATCH: "information differs",
    Verdict.UNCOUNTED: "not counted",
}
_METHODS = {Method.FACTS: "collected facts", Method.FILE: "scanned code", Method.HAND: "by hand"}
_CONDITIONS = {
    Condition.INTACT: "in good order",
    Condition.DAMAGED: "broken",
    Condition.UNUSED: "not in use",
}
_FIELDS = {
    "condition": "condition",
    "place": "place",
    "quantity": "quantity",
    "status": "status",
    "value": "original value",
}
_CHOICES = {
    Choice.MOVE: "place changed to where it was found",
    Choice.SETTLE: "missing, listed as to be settled",
    Choice.QUANTITY: "quantity changed to what was counted",
    Choice.CONDITION: "status changed to its condition",
    Choice.CREATE: "entered as a new asset",
}


class _Sheets:
    """A stocktake with its result and the words of one language."""

    def __init__(self, state: State, number: str, desk: Desk) -> None:
        self.state = state
        self.stocktake = state.one(Stocktake, number)
        self.lines = result(self.stocktake, counts_of(state, self.stocktake))
        self.desk = desk
        self.say = Translator("stocktakes", desk.language)
        self.separator = "；" if desk.language == DEFAULT_LANGUAGE else "; "

    def form(self, title: str, *blocks: Fields | Table | Text | Opinion | Signatures) -> Form:
        return self.desk.form_of(self.state, self.stocktake, title, blocks, landscape=True)

    @property
    def room(self) -> str:
        place = self.stocktake.place
        return place.render(self.desk.language) if isinstance(place, Message) else place

    def value(self, field: str, text: str | None) -> str:
        """A side of a difference in words."""
        if text is None:
            return self.say("none")
        status = wording.value("status", text) if field in ("condition", "status") else None
        if status is not None:
            return status.render(self.desk.language)
        return self.say(_CONDITIONS[Condition(text)]) if field == "condition" else text

    def sides(self, each: Difference) -> dict[str, str]:
        return {
            "field": self.say(_FIELDS[each.field]),
            "book": self.value(each.field, each.book),
            "fact": self.value(each.field, each.fact),
        }

    def remarks(self, line: Line) -> str:
        found = line.found
        apart = (
            self.say("{field}: booked {book}, counted {fact}", **self.sides(each))
            for each in line.differences
            if each.field != "quantity"
        )
        said = (found.note, found.code and f"[{found.code}]") if found is not None else ()
        return self.separator.join(filter(None, chain(apart, said)))

    def against_book(self, line: Line) -> str:
        return self.separator.join(self.finance(each) for each in line.in_book)

    def finance(self, each: Difference) -> str:
        if each.field == "asset":
            return self.say("not in the ledger") if each.fact is None else self.say("not in the finance book")
        return self.say("{field}: finance {book}, ledger {fact}", **self.sides(each))

    def signatures(self) -> tuple[Signatures, Signatures]:
        """Two by two: four boxes side by side are too narrow for a seal."""
        return (
            Signatures((self.say("Counted by"), self.say("Supervised by"))),
            Signatures((self.say("Custodian"), self.say("Head of department"))),
        )


def count_sheet_blank(state: State, number: str, desk: Desk) -> Form:
    """The frozen list with boxes to tick, for walking round. Raises UserError where there is no such stocktake."""
    sheets = _Sheets(state, number, desk)
    stocktake = sheets.stocktake
    say = Translator("stocktakes", desk.language)
    columns = (
        Column(say("No."), 0.5, Align.CENTER),
        Column(say("Asset number"), 1.7),
        Column(say("Name"), 1.6),
        Column(say("Model"), 1.8),
        Column(say("Serial number"), 1.6),
        Column(say("Seat"), 0.8, Align.CENTER),
        Column(say("Booked"), 0.8, Align.RIGHT),
        Column(say("Counted"), 0.8),
        Column(say("As booked"), 0.7, Align.CENTER),
        Column(say("Other place"), 0.7, Align.CENTER),
        Column(say("Broken"), 0.7, Align.CENTER),
        Column(say("Remarks"), 1.8),
    )
    rows = [
        (
            str(place),
            each.asset_number,
            each.name,
            each.model or "",
            each.serial or "",
            each.seat or "",
            _pieces(each.quantity, each.unit),
            "",
            "□",
            "□",
            "□",
            "",
        )
        for place, each in enumerate(stocktake.listed, 1)
    ]
    return sheets.form(
        say("Stocktake sheet"),
        _head(sheets),
        Table(columns=columns, rows=(*rows, *[("",) * len(columns)] * _SURPLUS_ROWS)),
        Text(lines=(say("Things that are on no list are written into the empty rows."),)),
        *sheets.signatures(),
    )


def count_sheet(state: State, number: str, desk: Desk) -> Form:
    """盘点表: every line with what is booked, what was counted, and how. Raises UserError as above."""
    sheets = _Sheets(state, number, desk)
    say = Translator("stocktakes", desk.language)
    sums = totals(sheets.stocktake, sheets.lines)
    columns = (
        Column(say("No."), 0.5, Align.CENTER),
        Column(say("Asset number"), 1.7),
        Column(say("Name"), 1.6),
        Column(say("Seat"), 0.7, Align.CENTER),
        Column(say("Booked"), 0.8, Align.RIGHT),
        Column(say("Counted"), 0.8, Align.RIGHT),
        Column(say("Original value (CNY)"), 1.2, Align.RIGHT),
        Column(say("Result"), 1.0, Align.CENTER),
        Column(say("How"), 1.0, Align.CENTER),
        Column(say("Counted on"), 1.2, Align.CENTER),
        Column(say("Remarks"), 2.4),
    )
    rows = [
        (
            str(place),
            line.key,
            line.name or "",
            (line.listed.seat if line.listed else line.found and line.found.seat) or "",
            str(line.booked),
            "" if line.counted is None else str(line.counted),
            _money(line.listed.value if line.listed is not None and line.booked else None),
            say(_VERDICTS[line.verdict]),
            say(_METHODS[line.method]) if line.method is not None else "",
            line.counted_on.isoformat() if line.counted_on is not None else "",
            sheets.remarks(line),
        )
        for place, line in enumerate(sheets.lines, 1)
    ]
    last = (
        "",
        say("Total"),
        "",
        "",
        str(sums.booked),
        str(sums.counted),
        _money(sums.value_booked),
        "",
        "",
        "",
        "",
    )
    return sheets.form(
        say("Stocktake sheet"),
        _head(sheets),
        Table(columns=columns, rows=rows, totals=last),
        _sums(sheets, sums),
        *sheets.signatures(),
    )


def differences_sheet(state: State, number: str, desk: Desk) -> Form:
    """盘盈盘亏表: the lines that differ, also from the finance book. Raises UserError as above."""
    sheets = _Sheets(state, number, desk)
    say = Translator("stocktakes", desk.language)
    sums = totals(sheets.stocktake, sheets.lines)
    columns = (
        Column(say("Line"), 1.7),
        Column(say("Name"), 1.5),
        Column(say("Booked"), 0.8, Align.RIGHT),
        Column(say("Counted"), 0.8, Align.RIGHT),
        Column(say("Surplus"), 0.7, Align.RIGHT),
        Column(say("Missing"), 0.7, Align.RIGHT),
        Column(say("Value missing (CNY)"), 1.2, Align.RIGHT),
        Column(say("Result"), 1.0, Align.CENTER),
        Column(say("Difference from the ledger"), 2.2),
        Column(say("Difference from the finance book"), 2.2),
    )
    rows = [
        (
            line.key,
            line.name or "",
            str(line.booked),
            "" if line.counted is None else str(line.counted),
            str(line.surplus or ""),
            str(line.shortage or ""),
            _money(line.value_short or None),
            say(_VERDICTS[line.verdict]),
            sheets.remarks(line),
            sheets.against_book(line),
        )
        for line in sheets.lines
        if line.verdict is not Verdict.MATCH or line.in_book
    ]
    last = (say("Total"), "", str(sums.booked), str(sums.counted), str(sums.surplus), str(sums.shortage))
    return sheets.form(
        say("Sheet of surplus and shortage"),
        _head(sheets),
        Table(columns=columns, rows=rows, totals=(*last, _money(sums.value_short), "", "", "")),
        *(() if rows else (Text(lines=(say("Everything is as booked."),)),)),
        _sums(sheets, sums),
        *sheets.signatures(),
    )


def approval_sheet(state: State, number: str, desk: Desk) -> Form:
    """What was approved, line by line, with the boxes for opinion and seal. Raises UserError as above."""
    sheets = _Sheets(state, number, desk)
    stocktake = sheets.stocktake
    say = Translator("stocktakes", desk.language)
    chosen = dict(stocktake.choices)
    columns = (
        Column(say("Line"), 1.5),
        Column(say("Name"), 1.5),
        Column(say("Booked"), 0.8, Align.RIGHT),
        Column(say("Counted"), 0.8, Align.RIGHT),
        Column(say("Result"), 1.0, Align.CENTER),
        Column(say("Difference"), 2.4),
        Column(say("Treatment"), 2.4),
    )
    rows = [
        (
            line.key,
            line.name or "",
            str(line.booked),
            "" if line.counted is None else str(line.counted),
            say(_VERDICTS[line.verdict]),
            sheets.separator.join(filter(None, (sheets.remarks(line), sheets.against_book(line)))),
            sheets.separator.join(say(_CHOICES[each]) for each in chosen.get(line.key, ()))
            or say("left as it is"),
        )
        for line in sheets.lines
        if line.verdict is not Verdict.MATCH
    ]
    return sheets.form(
        say("Approval of the stocktake"),
        _head(sheets),
        Table(columns=columns, rows=rows),
        Fields(
            rows=(
                (
                    Field(say("Approved by"), stocktake.approved_by or ""),
                    Field(
                        say("Approved on"), stocktake.approved_on.isoformat() if stocktake.approved_on else ""
                    ),
                ),
            )
        ),
        Opinion(say("Opinion of the approver")),
        Signatures((say("Asset administration"), say("Finance"), say("Principal"))),
    )


def _head(sheets: _Sheets) -> Fields:
    stocktake = sheets.stocktake
    say = Translator("stocktakes", sheets.desk.language)
    closed = stocktake.closed_on.isoformat() if stocktake.closed_on is not None else ""
    return Fields(
        rows=(
            (
                Field(say("Room"), sheets.room),
                Field(say("As of"), stocktake.started_on.isoformat()),
                Field(say("Closed on"), closed),
            ),
            (
                Field(say("Counted by"), stocktake.counted_by or ""),
                Field(say("Supervised by"), stocktake.supervised_by or ""),
                Field(say("Custodian"), stocktake.custodian or ""),
            ),
        )
    )


def _sums(sheets: _Sheets, sums: Totals) -> Fields:
    say = Translator("stocktakes", sheets.desk.language)
    in_book = "" if sums.value_in_book is None else _money(sums.value_in_book)
    return Fields(
        rows=(
            (
                Field(say("Lines as booked"), str(sums.lines[Verdict.MATCH])),
                Field(say("Lines that differ"), str(sums.lines[Verdict.MISMATCH])),
                Field(say("Lines not counted"), str(sums.lines[Verdict.UNCOUNTED])),
            ),
            (
                Field(say("Value in the ledger (CNY)"), _money(sums.value_booked)),
                Field(say("Value counted (CNY)"), _money(sums.value_counted)),
                Field(say("Value in the finance book (CNY)"), in_book),
            ),
        )
    )


def _pieces(quantity: int, unit: str | None) -> str:
    return f"{quantity} {unit}" if unit else str(quantity)


def _money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f}"
