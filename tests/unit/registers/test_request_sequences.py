"""No sequence of requests, loans, wipes, licences and undoings leads to a contradiction, on a real ledger."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import (
    disk_wipes,
    licences,
    purchases,
    repairs,
    scrap,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.disk_wipes import WipeResult
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.entries import Entry
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.licences import Licence
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.loans import Loan
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.purchases import PurchaseRequest
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.scrap import ScrapRequest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.unit.registers.test_disk_wipes import WIPE
from tests.unit.registers.test_licences import END, NEW
from tests.unit.registers.test_purchases import APPROVAL as PURCHASE_APPROVAL
from tests.unit.registers.test_purchases import NEW as PURCHASE
from tests.unit.registers.test_purchases import RECEIPT
from tests.unit.registers.test_scrap import APPROVAL, DISPOSAL, LIVES
from tests.unit.registers.test_scrap import NEW as SCRAP
from tests.unit.registers.test_sequences import NUMBERS, Office

RUNNING = st.sampled_from([f"2026-{number:04d}" for number in range(1, 4)])


class RequestOffice(Office):
    """Lends, takes back and undoes as every office does, and asks for things."""

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=3))
    def ask_to_scrap(self, numbers: list[str]) -> None:
        self.give(lambda _, state: scrap.ask(state, replace(SCRAP, assets=numbers), LIVES))

    @rule(number=RUNNING)
    def approve_scrap(self, number: str) -> None:
        self.give(lambda _, state: scrap.approve(state, replace(APPROVAL, number=number)))

    @rule(number=RUNNING)
    def dispose(self, number: str) -> None:
        self.give(lambda _, state: scrap.dispose(state, replace(DISPOSAL, number=number)))

    @rule(number=NUMBERS)
    def send_to_repair(self, number: str) -> None:
        request = repairs.RepairRequest(asset=number, fault="不开机", reported_by="王芳")
        self.give(lambda _, state: repairs.open_repair(state, request))

    @rule(number=NUMBERS, result=st.sampled_from(WipeResult))
    def wipe(self, number: str, result: WipeResult) -> None:
        request = replace(WIPE, asset=number, result=result, note="坏道")
        self.give(lambda _, state: disk_wipes.record(state, request))

    @rule()
    def ask_to_buy(self) -> None:
        self.give(lambda _, state: purchases.ask(state, PURCHASE))

    @rule(number=RUNNING)
    def approve_purchase(self, number: str) -> None:
        self.give(lambda _, state: purchases.approve(state, replace(PURCHASE_APPROVAL, number=number)))

    @rule(number=RUNNING)
    def receive(self, number: str) -> None:
        self.give(lambda _, state: purchases.receive(state, replace(RECEIPT, number=number)))

    @rule(proof=st.sampled_from(["HT-1", "HT-2"]))
    def enter_licence(self, proof: str) -> None:
        self.give(lambda _, state: licences.enter(state, replace(NEW, proof=proof)))

    @rule(number=RUNNING)
    def end_licence(self, number: str) -> None:
        self.give(lambda _, state: licences.end(state, replace(END, number=number)))

    @invariant()
    def what_is_approved_is_gone_for_good_and_lent_to_nobody(self) -> None:
        requests = self.last.all(ScrapRequest).values()
        named = Counter(number for request in requests for number in request.asset_numbers)
        assert set(named.values()) <= {1}
        out = {loan.asset_number for loan in self.last.all(Loan).values() if loan.is_open}
        gone = {number for number, asset in self.last.assets.items() if asset.status is AssetStatus.SCRAPPED}
        disposed = {number for request in requests if request.is_disposed for number in request.asset_numbers}
        approved = {number for request in requests if request.is_approved for number in request.asset_numbers}
        assert gone == disposed <= approved
        mended = {each.asset_number for each in self.last.all(repairs.Repair).values() if each.is_open}
        assert not gone & mended
        assert not approved & out

    @invariant()
    def steps_follow_one_another(self) -> None:
        for request in self.last.all(PurchaseRequest).values():
            assert request.is_approved or not request.is_received
        live = Counter(each.proof for each in self.last.all(Licence).values() if each.ended_on is None)
        assert set(live.values()) <= {1}

    @invariant()
    def every_entry_names_what_it_changed(self) -> None:
        for entry in self.last.all(Entry).values():
            assert len(entry.subjects) == len(entry.events) >= 1


TestRequestOffice = RequestOffice.TestCase
TestRequestOffice.settings = settings(max_examples=12, stateful_step_count=20)
