"""No sequence of stocktakes, counts, approvals, loans, corrections and undoings leads to a contradiction.

What must hold is said here in other words than in ``registers.rules``, so that neither hides a fault of the other.
"""

from __future__ import annotations

from collections import Counter

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import (
    assets,
    stocktake_closing,
    stocktake_counts,
    stocktakes,
)
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.unit.registers.test_sequences import NUMBERS, Office

STOCKTAKES = st.sampled_from(["2026-0001", "2026-0002", "2026-0003"])
CHOICES = st.lists(st.sampled_from(stocktakes.Choice), min_size=1, max_size=3)
ROOMS = st.sampled_from(["机房一", "机房二", ""])


class StoreRoom(Office):
    """The office of the loans, which also counts."""

    @rule(room=ROOMS)
    def start(self, room: str) -> None:
        request = stocktakes.StartRequest(room=room, started_by="刘老师", whole_school=not room)
        self.give(lambda _, state: stocktakes.start(state, request))

    @rule(number=STOCKTAKES, asset=NUMBERS, quantity=st.sampled_from([None, 0, 1, 3]), room=ROOMS)
    def count(self, number: str, asset: str, quantity: int | None, room: str) -> None:
        request = stocktake_counts.CountRequest(stocktake=number, counted_by="刘老师")
        item = stocktake_counts.HandItem(asset=asset, quantity=quantity, room=room)
        self.give(lambda _, state: stocktake_counts.count_by_hand(state, request, [item]))

    @rule(number=STOCKTAKES)
    def count_surplus(self, number: str) -> None:
        request = stocktake_counts.CountRequest(stocktake=number, counted_by="刘老师")
        item = stocktake_counts.HandItem(name="音箱")
        self.give(lambda _, state: stocktake_counts.count_by_hand(state, request, [item]))

    @rule(number=STOCKTAKES, uncounted=st.sampled_from(stocktakes.Uncounted))
    def close(self, number: str, uncounted: stocktakes.Uncounted) -> None:
        request = stocktake_closing.CloseRequest(
            stocktake=number, counted_by="刘老师", supervised_by="周会计", uncounted=uncounted
        )
        self.give(lambda _, state: stocktake_closing.close(state, request))

    @rule(number=STOCKTAKES, choices=CHOICES)
    def approve(self, number: str, choices: list[stocktakes.Choice]) -> None:
        request = stocktake_closing.ApproveRequest(
            stocktake=number,
            approved_by="李校长",
            choices={"all": [str(each) for each in choices]},
            numbering="PY-{sequence:03}",
        )
        self.give(lambda _, state: stocktake_closing.approve(state, request))

    @rule(asset=NUMBERS, status=st.sampled_from(AssetStatus), parent=NUMBERS)
    def correct(self, asset: str, status: AssetStatus, parent: str) -> None:
        fields = {"status": status.value, "parent_number": parent, "room": "机房二"}
        request = assets.CorrectRequest(asset=asset, fields=fields, reason="核对")
        self.give(lambda _, state: assets.correct(state, request))

    @invariant()
    def each_room_is_counted_once_at_a_time(self) -> None:
        every = self.last.all(stocktakes.Stocktake).values()
        assert set(Counter(each.room for each in every if each.is_open).values()) <= {1}
        assert all(each.closed_on is not None for each in every if each.approved_on is not None)

    @invariant()
    def counts_belong_to_what_was_closed_upon_them(self) -> None:
        every = self.last.all(stocktakes.Stocktake)
        batches = Counter(each.stocktake for each in self.last.all(stocktakes.StocktakeCount).values())
        assert set(batches) <= set(every)
        assert all(batches[number] == len(each.counts) for number, each in every.items() if not each.is_open)

    @invariant()
    def nothing_is_a_part_of_itself(self) -> None:
        for asset in self.last.assets.values():
            steps, above = 0, asset.parent_number
            while above is not None:
                steps, above = steps + 1, self.last.assets[above].parent_number
                assert steps <= len(self.last.assets)


TestStoreRoom = StoreRoom.TestCase
TestStoreRoom.settings = settings(max_examples=25, stateful_step_count=25)
