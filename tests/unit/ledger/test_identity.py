"""Identity over time. Letters stand for keys: F firmware, N network, D storage; small sets read like a story."""

import time

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.identity import (
    Basis,
    Decision,
    Known,
    Seen,
    identify,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.keys import KINDS, Keys
from hypothesis import given, settings
from hypothesis import strategies as st

LENOVO = {"manufacturer": "LENOVO", "product": "M720q", "cpu": "i5"}
HP = {"manufacturer": "HP", "product": "400 G5", "cpu": "i5"}


def keys(text):
    """``"serial=A uuid=U mac=1,2 disk=X"``"""
    short = {"serial": "system_serial", "board": "board_serial"}
    pairs = [word.split("=") for word in text.split()]
    return Keys({short.get(kind, kind): frozenset(values.split(",")) for kind, values in pairs})


def seen(host, text="", features=LENOVO, *, simulated=False):
    return Seen(host=host, keys=keys(text), features=features, simulated=simulated)


def known(number, host, text="", features=LENOVO, *, simulated=False):
    return Known(id=number, host=host, keys=keys(text), features=features, simulated=simulated)


FULL = "serial=S1 board=B1 uuid=U1 mac=M1 disk=D1"


@pytest.mark.parametrize(
    ("before", "now", "basis"),
    [
        pytest.param(("pc01", FULL), ("pc01", FULL), Basis.KEYS, id="nothing changed"),
        pytest.param(("pc01", FULL), ("pc99", FULL), Basis.KEYS, id="renamed, moved or re-imaged"),
        pytest.param(
            ("pc01", FULL), ("pc01", "serial=S1 board=B1 uuid=U1 mac=M1 disk=D2"), Basis.KEYS, id="new disk"
        ),
        pytest.param(
            ("pc01", FULL), ("pc07", "serial=S1 board=B1 uuid=U1 mac=M1 disk=D2"), Basis.KEYS, id="and moved"
        ),
        pytest.param(
            ("pc01", FULL), ("pc01", "serial=S1 board=B1 uuid=U1 mac=M9 disk=D1"), Basis.KEYS, id="new NIC"
        ),
        pytest.param(
            ("pc01", FULL),
            ("pc02", "serial=S9 board=B9 uuid=U9 mac=M1 disk=D1"),
            Basis.KEYS,
            id="new board, same NIC and disk",
        ),
        pytest.param(
            ("pc01", FULL),
            ("pc01", "serial=S1 board=B9 uuid=U9 mac=M9 disk=D1"),
            Basis.KEYS,
            id="new board in the old case",
        ),
        pytest.param(("pc01", FULL), ("pc05", "mac=M1 disk=D1"), Basis.KEYS, id="seen without root"),
        pytest.param(
            ("pc01", "serial=S1 uuid=U1 mac=M1 disk=D1,D2"),
            ("pc01", "serial=S1 uuid=U1 mac=M1,M2 disk=D2"),
            Basis.KEYS,
            id="one of two disks gone, a second NIC",
        ),
        pytest.param(("pc01", FULL), ("pc01", "mac=M1"), Basis.HOST_AND_KEY, id="only the MAC, same host"),
        pytest.param(
            ("pc01", FULL),
            ("pc01", "mac=M1 disk=D9"),
            Basis.HOST_AND_KEY,
            id="without root, new disk, same host",
        ),
        pytest.param(
            ("pc01", "serial=S1 disk=D1"),
            ("pc01", "serial=S1 disk=D9"),
            Basis.HOST_AND_KEY,
            id="serial and host",
        ),
        pytest.param(("pc01", ""), ("pc01", ""), Basis.HOST_AND_FEATURES, id="no keys at all"),
        pytest.param(
            ("pc01", "mac=M1"), ("pc01", "serial=S1"), Basis.HOST_AND_FEATURES, id="other keys than before"
        ),
    ],
)
def test_the_same_machine(before, now, basis):
    [decision] = identify([seen(*now)], [known(1, *before)])
    assert (decision.machine_id, decision.basis, decision.ambiguous_with) == (1, basis, ())
    assert decision.weak == (basis is Basis.HOST_AND_FEATURES)


@pytest.mark.parametrize(
    ("before", "now", "ambiguous"),
    [
        pytest.param(
            ("pc01", FULL),
            ("pc01", "serial=S2 board=B2 uuid=U2 mac=M2 disk=D2"),
            False,
            id="another PC, same name",
        ),
        pytest.param(("pc01", FULL), ("pc02", "mac=M1"), True, id="one key, another host"),
        pytest.param(
            ("pc01", FULL),
            ("pc02", "serial=S1 board=B1 uuid=U1 mac=M2 disk=D2"),
            True,
            id="same fake serial, board serial and UUID",
        ),
        pytest.param(
            ("pc01", FULL),
            ("pc01", "serial=S1 board=B1 uuid=U1 mac=M2 disk=D2"),
            True,
            id="the same, under the same name",
        ),
        pytest.param(
            ("pc01", FULL),
            ("pc01", "serial=S2 board=B2 uuid=U2 mac=M2 disk=D1"),
            True,
            id="another PC with the old disk and its host name",
        ),
        pytest.param(
            ("pc01", "serial=S1 mac=M1"),
            ("pc01", "serial=S2 mac=M1"),
            True,
            id="a NIC that was put into another PC of the same name",
        ),
        pytest.param(("pc01", "serial=S1"), ("pc02", "serial=S1"), True, id="never one key"),
        pytest.param(("pc01", ""), ("pc02", ""), False, id="nothing in common but the model"),
    ],
)
def test_not_the_same_machine(before, now, ambiguous):
    [decision] = identify([seen(*now)], [known(1, *before)])
    assert (decision.machine_id, decision.basis) == (None, Basis.NEW)
    assert decision.ambiguous_with == ((1,) if ambiguous else ())


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        (LENOVO, HP, False),
        (LENOVO, {"manufacturer": "LENOVO"}, True),
        (LENOVO, {}, False),
        ({}, {}, True),
        ({"cpu": "i5"}, {"product": "M720q"}, False),
    ],
)
def test_without_keys_the_host_needs_features_that_agree(before, now, same):
    [decision] = identify([seen("pc01", "", now)], [known(1, "pc01", "", before)])
    assert (decision.machine_id == 1) is same
    assert decision.weak


def test_two_pcs_with_the_same_fake_serial_stay_two_in_one_run_and_after():
    fake = "serial=FAKE uuid=FAKE"
    first = identify([seen("pc04", f"{fake} mac=M4 disk=D4"), seen("teacher", f"{fake} mac=M5 disk=D5")], [])
    assert [decision.machine_id for decision in first] == [None, None]
    assert [decision.ambiguous_with for decision in first] == [(), ()]
    both = [known(4, "pc04", f"{fake} mac=M4 disk=D4"), known(5, "teacher", f"{fake} mac=M5 disk=D5")]
    [alone] = identify([seen("teacher", f"{fake} mac=M5 disk=D5")], both)
    assert (alone.machine_id, alone.basis) == (5, Basis.KEYS)
    [renamed] = identify([seen("pc04", f"{fake} mac=M5 disk=D5")], both)
    assert (renamed.machine_id, renamed.basis) == (5, Basis.KEYS)


def test_two_pcs_with_nothing_but_the_same_fake_serial_stay_two():
    pcs = [seen("a", "serial=FAKE"), seen("b", "serial=FAKE")]
    assert [(one.machine_id, one.weak) for one in identify(pcs, [])] == [(None, True), (None, True)]
    both = [known(1, "a", "serial=FAKE"), known(2, "b", "serial=FAKE")]
    assert [one.machine_id for one in identify(pcs, both)] == [1, 2]
    [alone] = identify(pcs[1:], both)
    assert (alone.machine_id, alone.basis) == (2, Basis.HOST_AND_FEATURES)


def test_two_pcs_that_changed_places_are_found_again():
    machines = [known(1, "pc01", "serial=S1 mac=M1 disk=D1"), known(2, "pc02", "serial=S2 mac=M2 disk=D2")]
    run = [seen("pc01", "serial=S2 mac=M2 disk=D2"), seen("pc02", "serial=S1 mac=M1 disk=D1")]
    assert [(one.host, one.machine_id) for one in identify(run, machines)] == [("pc01", 2), ("pc02", 1)]


def test_disks_that_changed_places_move_no_machine():
    machines = [known(1, "pc01", "serial=S1 mac=M1 disk=D1"), known(2, "pc02", "serial=S2 mac=M2 disk=D2")]
    run = [seen("pc01", "serial=S1 mac=M1 disk=D2"), seen("pc02", "serial=S2 mac=M2 disk=D1")]
    decisions = identify(run, machines)
    assert [(one.machine_id, one.ambiguous_with) for one in decisions] == [(1, ()), (2, ())]


def test_the_more_witnesses_win():
    machines = [known(1, "pc01", "serial=S1 mac=M1 disk=D1"), known(2, "pc02", "serial=S2 mac=M2 disk=D2")]
    [decision] = identify([seen("pc02", "serial=S1 mac=M1 disk=D2")], machines)
    assert decision.machine_id == 1


def test_equal_claims_by_two_hosts_are_nobodys():
    machine = known(1, "old", "serial=S1 board=B1 mac=M1,M2 disk=D1,D2")
    run = [seen("a", "mac=M1 disk=D1"), seen("b", "mac=M2 disk=D2")]
    assert identify(run, [machine]) == [
        Decision(
            host=host,
            machine_id=None,
            basis=Basis.NEW,
            ambiguous_with=(1,),
            agreeing=(("disk", f"D{n}"), ("mac", f"M{n}")),
        )
        for host, n in (("a", 1), ("b", 2))
    ]


def test_a_machine_that_is_seen_elsewhere_is_no_ambiguity():
    machines = [known(1, "pc01", FULL)]
    run = [
        seen("pc01", "serial=S1 board=B1 uuid=U1 mac=M1 disk=D9"),
        seen("pc02", "serial=S2 mac=M2 disk=D1"),
    ]
    decisions = identify(run, machines)
    assert [(one.machine_id, one.ambiguous_with) for one in decisions] == [(1, ()), (None, ())]


def test_a_machine_that_the_run_has_seen_before_is_not_given_away():
    [decision] = identify([seen("pc02", FULL)], [known(1, "pc01", FULL)], taken={1})
    assert (decision.machine_id, decision.ambiguous_with) == (None, ())


def test_a_simulated_machine_is_never_a_real_one():
    [decision] = identify([seen("pc01", FULL, simulated=True)], [known(1, "pc01", FULL)])
    assert decision.machine_id is None


def test_of_weak_machines_at_one_host_the_last_added_with_most_in_common_is_meant():
    machines = [
        known(1, "pc01", "", LENOVO),
        known(2, "pc01", "", LENOVO),
        known(3, "pc01", "", {"cpu": "i5"}),
    ]
    [decision] = identify([seen("pc01")], machines)
    assert decision.machine_id == 2


def test_a_host_twice_in_one_run_is_a_mistake():
    with pytest.raises(ValueError, match="twice"):
        identify([seen("a"), seen("a")], [])


values = st.sampled_from("1234")
some_keys = st.dictionaries(st.sampled_from(KINDS), st.frozensets(values, min_size=1, max_size=2)).map(Keys)
features = st.sampled_from([LENOVO, HP, {}, {"cpu": "i5"}])
hosts = st.sampled_from(["a", "b", "c", "d", "e"])
runs = st.dictionaries(hosts, st.tuples(some_keys, features), max_size=5).map(
    lambda run: [Seen(host=host, keys=held, features=looks) for host, (held, looks) in run.items()]
)
ledgers = st.lists(st.tuples(hosts, some_keys, features), max_size=6).map(
    lambda rows: [
        Known(id=n, host=host, keys=held, features=looks)
        for n, (host, held, looks) in enumerate(rows, start=1)
    ]
)


@settings(max_examples=300, derandomize=True)
@given(runs, ledgers, st.randoms(use_true_random=False))
def test_order_is_irrelevant_and_no_two_hosts_are_merged(run, machines, random):
    decisions = identify(run, machines)
    shuffled_run, shuffled_machines = list(run), list(machines)
    random.shuffle(shuffled_run)
    random.shuffle(shuffled_machines)
    assert identify(shuffled_run, shuffled_machines) == decisions

    assert [one.host for one in decisions] == sorted(one.host for one in run)
    taken = [one.machine_id for one in decisions if one.machine_id is not None]
    assert len(taken) == len(set(taken))
    for one in decisions:
        assert one.machine_id is None or one.ambiguous_with == ()


@settings(max_examples=200, derandomize=True)
@given(runs, ledgers)
def test_machines_that_share_nothing_change_nothing(run, machines):
    """What the database leaves unread must not matter."""
    held = {pair for one in run for pair in one.keys.pairs()}
    hosts = {one.host for one in run}
    near = [one for one in machines if one.host in hosts or not held.isdisjoint(one.keys.pairs())]
    assert identify(run, near) == identify(run, machines)


@settings(max_examples=200, derandomize=True)
@given(runs)
def test_a_run_repeated_finds_every_machine_again(run):
    machines = [
        Known(id=n, host=one.host, keys=one.keys, features=one.features) for n, one in enumerate(run, start=1)
    ]
    assert [one.machine_id for one in identify(run, machines)] == [
        machine.id for machine in sorted(machines, key=lambda machine: machine.host)
    ]


def test_two_hundred_hosts_with_identical_keys_stay_apart_and_ten_thousand_are_no_burden():
    same = [seen(f"pc{n:03}", FULL) for n in range(200)]
    machines = [known(n, f"pc{n:03}", FULL) for n in range(200)]
    assert [one.machine_id for one in identify(same, machines)] == list(range(200))

    text = "serial=S{0} board=FAKE uuid=U{0} mac=M{0} disk=D{0}"
    many = [seen(f"pc{n:05}", text.format(n)) for n in range(10_000)]
    ledger = [known(n, f"old{n:05}", text.format(n)) for n in range(10_000)]
    began = time.process_time()
    assert [one.machine_id for one in identify(many, ledger)] == list(range(10_000))
    print(f"10,000 machines: {time.process_time() - began:.2f} s")
