"""A stocktake in a real ledger: proved, read again as it was, undone in order; and the book as it was imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.apply import import_book
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.options import ImportOptions
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.assets import CorrectRequest, correct
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_book import (
    imported_lines,
    read_lines,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_closing import (
    ApproveRequest,
    CloseRequest,
    approve,
    close,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_counts import (
    CountRequest,
    HandItem,
    count_by_hand,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktakes import (
    StartRequest,
    Stocktake,
    StocktakeCount,
    Uncounted,
    start,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import (
    load_state,
    plan_undo,
    write_plan,
)

from tests.samples.registers import TODAY

BOOK = (
    "资产编号,资产名称,数量,原值,存放地点\nPC-001,台式计算机,1,4800,机房一-01\nYZ-001,学生椅,30,3000,机房一\n"
)


def do(ledger: Ledger, errand: Any) -> str:
    with ledger.write(actor="刘老师", reason="盘点") as tx:
        state = load_state(tx.session, TODAY)
        return write_plan(tx, state, errand(tx.session, state)).number


def state_of(ledger: Ledger) -> State:
    with ledger.read() as session:
        assert verify(session).ok
        return load_state(session, TODAY)


def whole_errand(ledger: Ledger) -> list[str]:
    number = "2026-0001"
    return [
        do(ledger, lambda _, state: start(state, StartRequest(room="机房一", started_by="刘老师"))),
        do(
            ledger,
            lambda _, state: count_by_hand(
                state,
                CountRequest(stocktake=number, counted_by="刘老师"),
                [HandItem(asset="PC-001", seat="9"), HandItem(name="音箱")],
            ),
        ),
        do(
            ledger,
            lambda _, state: close(
                state,
                CloseRequest(
                    stocktake=number,
                    counted_by="刘老师",
                    supervised_by="周会计",
                    uncounted=Uncounted.LEAVE,
                ),
            ),
        ),
        do(
            ledger,
            lambda _, state: approve(
                state,
                ApproveRequest(
                    stocktake=number,
                    approved_by="李校长",
                    choices={"PC-001": "move", "2026-0001/2": ["create"]},
                    numbering="PY-{sequence:03}",
                ),
            ),
        ),
    ]


def test_a_stocktake_is_undone_in_order_and_redone(booked: Ledger) -> None:
    before = state_of(booked)
    entries = whole_errand(booked)
    after = state_of(booked)
    assert (after.assets["PC-001"].seat, after.assets["PY-001"].name) == ("09", "音箱")
    for earlier in entries[:3]:
        with pytest.raises(UserError):
            do(booked, lambda session, state, number=earlier: plan_undo(session, state, number))
    undoings = [
        do(booked, lambda session, state, number=number: plan_undo(session, state, number))
        for number in reversed(entries)
    ]
    undone = state_of(booked)
    assert (undone.assets, undone.all(Stocktake), undone.all(StocktakeCount)) == (before.assets, {}, {})
    for number in reversed(undoings):
        do(booked, lambda session, state, number=number: plan_undo(session, state, number))
    redone = state_of(booked)
    assert redone.all(Stocktake) == after.all(Stocktake)
    assert redone.all(StocktakeCount) == after.all(StocktakeCount)
    assert {number: (asset.room, asset.seat) for number, asset in redone.assets.items()} == {
        number: (asset.room, asset.seat) for number, asset in after.assets.items()
    }


def test_the_book_is_what_was_imported_whatever_was_corrected_since(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(BOOK, encoding="utf-8")
    import_book(ledger, path, actor="test")
    fields = {"room": "机房二", "original_value": "1"}
    do(ledger, lambda _, state: correct(state, CorrectRequest(asset="PC-001", fields=fields, reason="搬动")))
    with ledger.read() as session:
        name, lines = imported_lines(session)
    assert name == "book.csv"
    assert (name, lines) == read_lines(path, ImportOptions())
    assert [(line.asset_number, line.quantity, str(line.value), line.room, line.seat) for line in lines] == [
        ("PC-001", 1, "4800.00", "机房一", "01"),
        ("YZ-001", 30, "3000.00", "机房一", None),
    ]


def test_a_ledger_without_a_book_has_nothing_to_compare(ledger: Ledger) -> None:
    with ledger.read() as session:
        assert imported_lines(session) == (None, ())


def test_a_book_with_errors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(BOOK.replace("4800", "很贵"), encoding="utf-8")
    with pytest.raises(UserError):
        read_lines(path, ImportOptions())
