"""The sticks that the inventory lets in, as the ledger follows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_policy import AllowEntry
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import load_state, write_changes
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.usb_allowances import UsbAllowance, changes
from hypothesis import given
from hypothesis import strategies as st

from tests.samples.registers import TODAY

STICK = AllowEntry(
    vendor="0781", product="5581", serial="4C530001230721", room="机房一", until=TODAY, note="王老师 课件"
)
OTHER = replace(STICK, room="*", serial="4C530009999999")


def actions(state: State, *entries: AllowEntry) -> list[str]:
    return [change.action for change in changes(state, entries)]


def listed(state: State, *entries: AllowEntry) -> State:
    return state.after(tuple(changes(state, entries)))


def test_the_ledger_follows_the_inventory_and_says_what_changed(state: State) -> None:
    assert actions(state, STICK, OTHER) == ["usb_allowance.added"] * 2
    first = listed(state, STICK, OTHER)
    assert actions(first, OTHER, STICK) == []
    longer = replace(STICK, until=TODAY + timedelta(days=30))
    assert actions(first, longer, OTHER) == ["usb_allowance.changed"]
    assert actions(first, OTHER) == ["usb_allowance.removed"]

    later = replace(first, today=TODAY + timedelta(days=10))
    gone = listed(later, OTHER)
    (ended,) = (one for one in gone.all(UsbAllowance).values() if one.ended_on)
    assert (ended.serial, ended.since, ended.ended_on) == (STICK.serial, TODAY, TODAY + timedelta(days=10))
    assert actions(gone, OTHER) == []
    back = replace(gone, today=TODAY + timedelta(days=20))
    assert actions(back, STICK, OTHER) == ["usb_allowance.added"]
    again = listed(back, STICK, OTHER).all(UsbAllowance)[ended.number]
    assert (again.since, again.ended_on) == (TODAY + timedelta(days=20), None)


def test_a_stick_works_through_its_last_day(state: State) -> None:
    (one,) = listed(state, STICK).all(UsbAllowance).values()
    assert one.works_on(TODAY)
    assert not one.works_on(TODAY + timedelta(days=1))
    assert not one.everywhere


def test_the_history_proves_who_was_let_in_when(ledger: Ledger) -> None:
    for entries in ((STICK, OTHER), (OTHER,), (OTHER,)):
        with ledger.write(actor="root", reason="run:1") as tx:
            write_changes(tx, changes(load_state(tx.session, TODAY), entries))
    with ledger.read() as session:
        assert verify(session).ok
        kept = load_state(session, TODAY).all(UsbAllowance)
    assert {one.serial: one.ended_on for one in kept.values()} == {STICK.serial: TODAY, OTHER.serial: None}


ENTRIES = st.lists(
    st.builds(
        AllowEntry,
        vendor=st.just("0781"),
        product=st.just("5581"),
        serial=st.sampled_from(["AAAA1", "BBBB2", "CCCC3"]),
        room=st.sampled_from(["机房一", "*"]),
        until=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
        note=st.sampled_from(["甲", "乙"]),
    ),
    unique_by=lambda entry: (entry.serial, entry.room),
)


@given(st.lists(ENTRIES, max_size=5))
def test_after_each_look_the_ledger_says_what_the_inventory_says(looks: list[list[AllowEntry]]) -> None:
    state = State(today=TODAY, assets={})
    for day, entries in enumerate(looks):
        state = listed(replace(state, today=TODAY + timedelta(days=day)), *entries)
        there = {
            (one.serial, one.room): one for one in state.all(UsbAllowance).values() if one.ended_on is None
        }
        assert there.keys() == {(entry.serial, entry.room) for entry in entries}
        assert all(there[entry.serial, entry.room].until == entry.until for entry in entries)
        assert actions(state, *entries) == []
