"""No sequence of errands and undoings leads to a contradiction: random ones on a real ledger.

What must hold is said here in other words than in ``registers.rules``, so that neither hides a fault of the other.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import loans
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.entries import Entry
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import (
    load_state,
    plan_undo,
    write_plan,
)
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.samples.registers import ASSETS, TODAY, enter
from tests.unit.registers.test_loans import REQUEST

NUMBERS = st.sampled_from([asset.asset_number for asset in ASSETS])


class Office(RuleBasedStateMachine):
    """Somebody who gives errands at random; what is refused must change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="jifang-office-")
        self.ledger = open_ledger(
            f"sqlite:///{self.folder.name}/ledger.db", clock=lambda: datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
        )
        enter(self.ledger, ASSETS)
        self.last = self.state()

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()

    def state(self) -> State:
        with self.ledger.read() as session:
            return load_state(session, TODAY)

    def give(self, errand: Any) -> None:
        """``errand`` is (session, state) → plan. A refusal leaves the ledger as it was."""
        before = self.last
        with suppress(UserError), self.ledger.write(actor="test", reason="test") as tx:
            state = load_state(tx.session, TODAY)
            plan: Plan = errand(tx.session, state)
            write_plan(tx, state, plan)
            self.last = state  # only to tell that it was not refused
        now = self.state()
        if self.last is before:
            assert now == before
        self.last = now

    @rule(number=NUMBERS, borrower=st.sampled_from(["王芳", "赵强"]))
    def lend(self, number: str, borrower: str) -> None:
        self.give(lambda _, state: loans.lend(state, replace(REQUEST, asset=number, borrower=borrower)))

    @rule(number=NUMBERS, condition=st.sampled_from(loans.ReturnCondition))
    def take_back(self, number: str, condition: loans.ReturnCondition) -> None:
        request = loans.ReturnRequest(asset=number, condition=condition, received_by="刘老师", note="缺线")
        self.give(lambda _, state: loans.give_back(state, request))

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        entries = sorted(self.last.all(Entry))
        if entries:
            number = data.draw(st.sampled_from(entries))
            self.give(lambda session, state: plan_undo(session, state, number))

    @invariant()
    def nothing_is_lent_twice_and_only_what_is_lent_is_on_loan(self) -> None:
        open_loans = Counter(loan.asset_number for loan in self.last.all(loans.Loan).values() if loan.is_open)
        assert set(open_loans.values()) <= {1}
        lent = {number for number, asset in self.last.assets.items() if asset.status is AssetStatus.ON_LOAN}
        assert set(open_loans) == lent

    @invariant()
    def the_history_agrees(self) -> None:
        with self.ledger.read() as session:
            assert verify(session).ok


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=25, stateful_step_count=20)
