"""Stock, keys, repairs and loans at random on a real ledger, with undoings: never a negative level, never a key
with two people, never a repair of what is away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import (
    keys,
    repair_closing,
    repair_decision,
    repairs,
    stock,
    stock_moves,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from tests.unit.registers.test_keys import ISSUE as KEY_ISSUE
from tests.unit.registers.test_keys import KEY, LOSS, RETURN
from tests.unit.registers.test_repairs import CLOSING, DECISION, DIAGNOSIS, FAULT
from tests.unit.registers.test_sequences import NUMBERS, Office
from tests.unit.registers.test_stock import COUNT, ISSUE, MEMORY, RECEIPT

DAYS = st.sampled_from(["2026-09-12", "2026-09-13", "2026-09-14", "2026-09-15"])
AMOUNTS = st.integers(0, 3)
PEOPLE = st.sampled_from(["王芳", "赵强"])
COPIES = st.sampled_from([None, 1, 2, 3])
# A purchase needs a request, which this ledger has not.
ROUTES = st.sampled_from(["stock", "no_parts", "scrap", "warranty"]).map(repairs.RepairRoute)
REPAIRS = st.sampled_from([f"2026-{number:04d}" for number in range(1, 4)])


class Workshop(Office):
    """The office, with a store, a key cabinet and a bench."""

    def do(self, errand: Callable[[State, Any], Plan], request: Any) -> None:
        self.give(lambda _, state: errand(state, request))

    @initialize()
    def set_up(self) -> None:
        self.do(stock.add_item, MEMORY)
        self.do(keys.add_key, KEY)
        self.do(stock_moves.receive, RECEIPT)

    @rule(amount=AMOUNTS, on=DAYS)
    def receive(self, amount: int, on: str) -> None:
        self.do(stock_moves.receive, replace(RECEIPT, quantity=amount, on=on))

    @rule(amount=AMOUNTS, on=DAYS)
    def issue(self, amount: int, on: str) -> None:
        lines = (stock_moves.IssueLine(item="内存条", quantity=amount),)
        self.do(stock_moves.issue, replace(ISSUE, lines=lines, on=on))

    @rule(amount=AMOUNTS, on=DAYS)
    def count(self, amount: int, on: str) -> None:
        self.do(stock_moves.count, replace(COUNT, counted=amount, on=on))

    @rule(holder=PEOPLE, copy=COPIES, on=DAYS)
    def issue_key(self, holder: str, copy: int | None, on: str) -> None:
        self.do(keys.issue_key, replace(KEY_ISSUE, holder=holder, copy=copy, on=on))

    @rule(copy=COPIES, on=DAYS)
    def return_key(self, copy: int | None, on: str) -> None:
        self.do(keys.return_key, replace(RETURN, copy=copy, on=on))

    @rule(copy=COPIES, on=DAYS)
    def lose_key(self, copy: int | None, on: str) -> None:
        self.do(keys.report_loss, replace(LOSS, copy=copy, lost_on=on))

    @rule(asset=NUMBERS, on=DAYS)
    def open_repair(self, asset: str, on: str) -> None:
        self.do(repairs.open_repair, replace(FAULT, asset=asset, on=on))

    @rule(asset=NUMBERS, route=ROUTES, amount=AMOUNTS, steps=st.integers(1, 3))
    def go_on(self, asset: str, route: repairs.RepairRoute, amount: int, steps: int) -> None:
        """The next steps of the asset's open repair, or of the one that is open longest; else one is opened."""
        for _ in range(steps):
            open_ = repairs.open_repair_of(self.last, asset) or next(
                iter(repairs.open_repairs(self.last)), None
            )
            if open_ is None:
                self.do(repairs.open_repair, replace(FAULT, asset=asset, on="2026-09-14"))
            else:
                self.step(open_, route, amount)

    def step(self, repair: repairs.Repair, route: repairs.RepairRoute, amount: int) -> None:
        if repair.stage is repairs.RepairStage.OPEN:
            self.do(repairs.diagnose, replace(DIAGNOSIS, repair=repair.number, on=None))
        elif repair.stage is repairs.RepairStage.DIAGNOSED:
            parts = (stock_moves.IssueLine(item="内存条", quantity=amount),) if route == "stock" else ()
            request = replace(DECISION, repair=repair.number, route=route, parts=parts, on=None)
            self.do(repair_decision.decide, request)
        else:
            self.do(repair_closing.close, replace(CLOSING, repair=repair.number, on=None))

    @rule(repair=REPAIRS)
    def close(self, repair: str) -> None:
        self.do(repair_closing.close, replace(CLOSING, repair=repair, on=None))

    @invariant()
    def no_level_was_ever_negative(self) -> None:
        by_day: defaultdict[str, int] = defaultdict(int)
        for move in self.last.all(stock.StockMove).values():
            by_day[move.moved_on.isoformat()] += move.quantity
        level = 0
        for _, moved in sorted(by_day.items()):
            level += moved
            assert level >= 0

    @invariant()
    def a_key_has_one_holder(self) -> None:
        away = [issue for issue in self.last.all(keys.KeyIssue).values() if issue.returned_on is None]
        assert set(Counter(issue.copy for issue in away).values()) <= {1}
        assert {issue.copy for issue in away} <= {1, 2}

    @invariant()
    def what_is_repaired_is_here_and_repaired_once(self) -> None:
        open_ = Counter(repair.asset_number for repair in repairs.open_repairs(self.last))
        assert set(open_.values()) <= {1}
        assert {self.last.assets[number].status for number in open_} <= {AssetStatus.REPAIR}

    @invariant()
    def parts_of_repairs_have_left_the_store(self) -> None:
        moves = self.last.all(stock.StockMove)
        for repair in self.last.all(repairs.Repair).values():
            assert [-moves[part.move_number].quantity for part in repair.parts] == [
                part.quantity for part in repair.parts
            ]


TestWorkshop = Workshop.TestCase
TestWorkshop.settings = settings(max_examples=25, stateful_step_count=30)
