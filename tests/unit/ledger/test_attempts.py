"""USB attempts in the ledger: each once, with who and where, and proven by the history."""

from datetime import timedelta

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import attempts
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.attempt_model import (
    AttemptRow,
    load_attempts,
    load_some_attempts,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import EventRow, MachineRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AttemptAction, AttemptUsers
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reparse import reparse
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from tests.unit.ledger.ledger_samples import NOON, at, facts_of, header, observed, pc_inventory


def told(minutes=0, seconds=0, **fields):
    """An item of ``state.usb_attempts``."""
    when = at(minutes) + timedelta(seconds=seconds)
    item = {
        "at": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "action": "refused",
        "vendor_id": "0951",
        "product_id": "1666",
        "serial": "001A92053B6A",
        "name": "Kingston DataTraveler 3.0",
        "kind": "storage",
        "port": "1-4.2",
        "users": ["student"],
        "users_recorded": True,
        "sources": ["role"],
    }
    return {**item, **fields}


def session(user, since):
    return {"user": user, "terminal": "tty1", "since": at(since).strftime("%Y-%m-%dT%H:%M:%SZ"), "from": None}


def look(
    ledger, *items, run="run-1", minutes=60, host="pc01", number=1, sessions=(), seat=None, room="机房一"
):
    state = {"usb_attempts": list(items), "sessions": list(sessions)}
    facts = facts_of(pc_inventory(number), state=state)
    records = [header(run, minutes), observed(host, facts, run=run, minutes=minutes, seat=seat, room=room)]
    return commit_records(ledger, records, actor="tester")


def kept(ledger):
    with ledger.read() as session:
        return list(load_attempts(session))


def test_an_attempt_with_all_that_is_known_of_it(ledger):
    summary = look(ledger, told(10))
    assert (summary.attempts_refused, summary.attempts_allowed) == (1, 0)
    (one,) = kept(ledger)
    assert (one.host, one.room, one.seat, one.at, one.collected_at) == (
        "pc01",
        "机房一",
        "01",
        at(10),
        at(60),
    )
    assert (one.vendor_id, one.product_id, one.serial, one.name, one.kind, one.port) == (
        *("0951", "1666", "001A92053B6A"),
        *("Kingston DataTraveler 3.0", "storage", "1-4.2"),
    )
    assert (one.action, one.users, one.users_from, one.sources) == (
        *(AttemptAction.REFUSED, ("student",)),
        *(AttemptUsers.RECORD, ("role",)),
    )
    with ledger.read() as session:
        assert verify(session).ok
        assert load_snapshot(session, school="").attempts == (one,)
        assert load_some_attempts(session, [one.id, 99]) == {one.id: one}
        (event,) = session.scalars(select(EventRow).where(EventRow.subject == f"attempt:{one.id}"))
        assert "student" not in event.after  # pupils' names are no part of a history that forgets nothing
        assert "001A92053B6A" in event.after
        machine = session.scalars(select(MachineRow)).one()
        assert "usb_attempts" not in machine.state


def test_the_same_log_read_night_after_night_is_written_once(ledger):
    first = look(ledger, told(10), told(20, serial="OTHER"))
    again = look(ledger, told(10, seconds=1), told(20, serial="OTHER"), told(30), run="run-2", minutes=120)
    assert (first.attempts_refused, again.attempts_refused) == (2, 1)
    # Another day's window begins between two words of one attempt, and other logs tell of it.
    look(ledger, told(10, seconds=5, sources=["kernel"], users_recorded=False), run="run-3", minutes=180)
    assert [one.at for one in kept(ledger)] == [at(30), at(20), at(10)]
    assert look(ledger, told(10), run="run-3", minutes=180).duplicates == 1


def test_the_same_stick_at_two_machines_are_two_attempts(ledger):
    look(ledger, told(10))
    look(ledger, told(10), run="run-2", host="pc02", number=2)
    assert sorted(one.host for one in kept(ledger)) == ["pc01", "pc02"]


def test_a_spool_that_comes_late_still_tells_of_its_attempts(ledger):
    look(ledger, run="run-2", minutes=120)
    assert look(ledger, told(10), run="run-1", minutes=60).attempts_refused == 1


def test_a_memory_card_has_no_ids(ledger):
    card = {"vendor_id": None, "product_id": None, "serial": None, "kind": "card", "name": None}
    look(ledger, told(10, **card), told(20, **card, action="allowed"))
    summary = look(ledger, told(10, **card), told(20, **card, action="allowed"), run="run-2", minutes=90)
    assert (summary.attempts_refused, summary.attempts_allowed) == (0, 0)
    assert [one.action for one in kept(ledger)] == [AttemptAction.ALLOWED, AttemptAction.REFUSED]


def test_where_it_was_is_where_the_machine_stood_then(ledger):
    look(ledger, told(1))
    look(
        ledger,
        told(1),
        told(30, serial="BEFORE"),
        told(90, serial="SINCE"),
        run="run-2",
        minutes=120,
        room="机房二",
        seat="9",
    )
    places = {one.serial: (one.room, one.seat) for one in kept(ledger)}
    assert places == {"001A92053B6A": ("机房一", "01"), "BEFORE": ("机房一", "01"), "SINCE": ("机房二", "9")}


@pytest.mark.parametrize(
    ("minutes", "users", "users_from"),
    [
        (30, ["early"], AttemptUsers.SESSION),  # logged in from 20 on, and still there at 60
        (10, ["early"], AttemptUsers.NEAREST),  # ten minutes before it
        (80, ["early"], AttemptUsers.NEAREST),  # twenty minutes after it was seen last; the next came at 119
        (118, ["late"], AttemptUsers.NEAREST),
        (119, ["late"], AttemptUsers.SESSION),
        (-1000, [], AttemptUsers.UNKNOWN),
    ],
)
def test_who_was_logged_in_where_the_log_does_not_say(ledger, minutes, users, users_from):
    look(ledger, sessions=[session("early", 20)])
    item = told(minutes, users=[], users_recorded=False)
    look(ledger, item, run="run-2", minutes=120, sessions=[session("late", 119)])
    (one,) = kept(ledger)
    assert (list(one.users), one.users_from) == (users, users_from)


def test_nobody_logged_in_is_not_unknown(ledger):
    look(ledger, told(30, users=[]), sessions=[session("early", 20)])
    (one,) = kept(ledger)
    assert (one.users, one.users_from) == ((), AttemptUsers.RECORD)


@pytest.mark.parametrize(
    "change", [{"users": ["somebody else"]}, {"serial": "X"}, {"at": NOON}, {"room": None}, {"salt": "00"}]
)
def test_an_altered_attempt_is_found(ledger, change):
    look(ledger, told(10), told(20))
    with ledger.write(actor="villain") as tx:
        tx.session.execute(update(AttemptRow).where(AttemptRow.id == 2).values(**change))
    with ledger.read() as session:
        found = verify(session)
    assert not found.ok
    assert "2" in found.reason.render("en")


def test_a_removed_attempt_is_found(ledger):
    look(ledger, told(10))
    with ledger.write(actor="villain") as tx:
        tx.session.execute(delete(AttemptRow))
    with ledger.read() as session:
        assert not verify(session).ok


def test_a_dry_run_writes_none(ledger):
    state = {"usb_attempts": [told(10)]}
    records = [header(), observed("pc01", facts_of(pc_inventory(1), state=state))]
    assert commit_records(ledger, records, actor="tester", dry_run=True).attempts_refused == 1
    assert kept(ledger) == []


ITEMS = st.lists(
    st.builds(
        lambda seconds, serial: told(seconds=seconds, serial=serial),
        st.integers(0, 40),
        st.sampled_from(["A", "B", None]),
    ),
    max_size=25,
)


@given(ITEMS, st.data())
def test_any_part_of_a_log_read_again_is_not_new(items, data):
    def seen(one):
        return one["vendor_id"], one["product_id"], one["serial"], attempts.at(one)

    first = list(attempts.fresh(items, []))
    known = [seen(one) for one in first]
    assert list(attempts.fresh(items, known)) == []
    some = data.draw(st.lists(st.sampled_from(items))) if items else []
    assert list(attempts.fresh(some, known)) == []


def test_a_better_parser_finds_attempts_in_kept_evidence(ledger):
    look(ledger)
    facts = facts_of(pc_inventory(1), state={"usb_attempts": [told(10)]})
    (found,) = reparse(ledger, actor="tester", build=lambda _: facts)
    assert ("state.usb_attempts", None, 1) in found.differences
    assert [one.at for one in kept(ledger)] == [at(10)]
    assert reparse(ledger, actor="tester", build=lambda _: facts) == []


def test_what_is_current_goes_by_our_clock(ledger):
    look(ledger, told(-60 * 24 * 9000))
    with ledger.read() as session:
        assert len(list(load_attempts(session, since=at(59)))) == 1
        assert list(load_attempts(session, since=at(61))) == []
