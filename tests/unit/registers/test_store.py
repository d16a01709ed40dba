"""Plans in a real ledger: entered as one entry, proved by the history, undone and redone."""

from __future__ import annotations

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import RegisterRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.entries import Entry
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.loans import (
    Loan,
    LoanRequest,
    ReturnCondition,
    ReturnRequest,
    give_back,
    lend,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.nouns import document_of
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import (
    load_state,
    plan_undo,
    write_plan,
)
from sqlalchemy import update

from tests.samples.registers import TODAY
from tests.unit.registers.test_loans import REQUEST


def state_of(ledger: Ledger) -> State:
    with ledger.read() as session:
        assert verify(session).ok
        return load_state(session, TODAY)


def lend_one(ledger: Ledger, request: LoanRequest = REQUEST) -> Entry:
    with ledger.write(actor="刘老师", reason="家长会") as tx:
        state = load_state(tx.session, TODAY)
        return write_plan(tx, state, lend(state, request))


def undo(ledger: Ledger, number: str) -> Entry:
    with ledger.write(actor="刘老师", reason="记错了") as tx:
        state = load_state(tx.session, TODAY)
        return write_plan(tx, state, plan_undo(tx.session, state, number))


def test_an_entry_keeps_who_why_and_what(booked: Ledger) -> None:
    entry = lend_one(booked)
    state = state_of(booked)
    assert state.all(Entry) == {entry.number: entry}
    assert (entry.number, entry.errand, entry.actor, entry.reason) == (
        "2026-0001",
        "lend_asset",
        "刘老师",
        "家长会",
    )
    assert entry.subjects == ("loan:2026-0001", "asset:TY-001")
    assert state.assets["TY-001"].status is AssetStatus.ON_LOAN
    assert state.all(Loan)["2026-0001"].borrower == "王芳"


def test_an_entry_is_undone_and_redone(booked: Ledger) -> None:
    before = state_of(booked)
    entry = lend_one(booked)
    lent = state_of(booked)
    undoing = undo(booked, entry.number)
    undone = state_of(booked)
    assert undone.assets == before.assets
    assert undone.all(Loan) == {}
    assert undone.all(Entry)[entry.number].undone_by == undoing.number
    undo(booked, undoing.number)
    redone = state_of(booked)
    assert (redone.assets, redone.all(Loan)) == (lent.assets, lent.all(Loan))
    assert redone.all(Entry)[entry.number].undone_by is None


def test_a_number_is_never_given_twice(booked: Ledger) -> None:
    undo(booked, lend_one(booked).number)
    lend_one(booked)
    assert list(state_of(booked).all(Loan)) == ["2026-0002"]


def test_what_changed_since_is_undone_first(booked: Ledger) -> None:
    lend_one(booked)
    with booked.write(actor="刘老师", reason="") as tx:
        state = load_state(tx.session, TODAY)
        plan = give_back(
            state, ReturnRequest(asset="TY-001", condition=ReturnCondition.INTACT, received_by="刘老师")
        )
        write_plan(tx, state, plan)
    with pytest.raises(UserError, match=r"entry 2026-0002 \(return_asset\)"):
        undo(booked, "2026-0001")
    undo(booked, "2026-0002")
    undo(booked, "2026-0001")
    assert state_of(booked).all(Loan) == {}


def test_an_entry_is_undone_once(booked: Ledger) -> None:
    undo(booked, lend_one(booked).number)
    with pytest.raises(UserError, match="already undone by entry 2026-0002"):
        undo(booked, "2026-0001")
    with pytest.raises(UserError, match="There is no number 2026-0009"):
        undo(booked, "2026-0009")


def test_a_row_that_was_changed_without_the_ledger_is_seen(booked: Ledger) -> None:
    lend_one(booked)
    loan = state_of(booked).all(Loan)["2026-0001"]
    with booked.write(actor="somebody") as tx:
        forged = {**document_of(loan), "borrower": "赵强"}
        tx.session.execute(update(RegisterRow).where(RegisterRow.kind == "loan").values(document=forged))
    with booked.read() as session:
        found = verify(session)
    assert not found.ok
    assert found.reason is not None
    assert "loan:2026-0001" in found.reason.render()
