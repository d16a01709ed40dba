"""What holds whatever is plugged, unplugged, unreadable and off, in any order."""

import random

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.components import Part, components, diff
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import ComponentKind, FindingKind
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.ledger.ledger_samples import module
from tests.unit.ledger.reconcile_samples import at, findings, machine, part

CHANGES = {FindingKind.COMPONENT_CHANGED, FindingKind.SWAP_SUSPECTED}
KINDS = [ComponentKind.MEMORY, ComponentKind.DISK, ComponentKind.GPU, ComponentKind.NIC, ComponentKind.BOARD,
         ComponentKind.MONITOR]  # fmt: skip

# --- one machine: any sequence of observations

serials = st.lists(st.sampled_from(["AAAA1111", "BBBB2222", "CCCC3333"]), unique=True, max_size=3)
looks = st.lists(
    st.tuples(serials, st.booleans(), st.randoms(use_true_random=False)), min_size=1, max_size=12
)


@given(looks)
def test_an_unknown_never_removes_and_a_slot_never_matters(sequence):
    """The parts known are those of the last look that could read them, wherever they are plugged."""
    known: list[Part] = []
    expected: set[str] = set()
    for present, readable, chance in sequence:
        slots = [f"DIMM {number}" for number in range(8)]
        chance.shuffle(slots)
        rows = (
            [module(slot, serial) for slot, serial in zip(slots, present, strict=False)] if readable else []
        )
        after = components({"memory": {"modules": rows}})
        changes = diff(
            known, after, {} if readable else {"inventory.memory.modules": {"reason": "no_permission"}}
        )
        if not readable:
            assert not changes.removed
            assert not changes.added
            continue
        assert {one.serial for one in changes.removed} == expected - set(present)
        assert {one.serial for one in changes.added} == set(present) - expected
        known, expected = after, set(present)


# --- a school: any parts that went and came, with times that can be

hours = st.integers(min_value=-400, max_value=0)
rows = st.lists(
    st.tuples(
        st.integers(min_value=1, max_value=4),
        st.sampled_from(KINDS),
        st.sampled_from([None, "AAAA1111", "BBBB2222", "CCCC3333"]),
        st.booleans(),
        hours,
        st.booleans(),
    ),
    max_size=14,
    unique_by=lambda row: row[:3],
)


def school(drawn):
    held = {number: [] for number in range(1, 5)}
    for number, kind, serial, added, hour, returned in drawn:
        times = {"first": hour} if added else {"first": -500, "seen": hour - 1, "removed": hour}
        held[number].append(
            part(
                number,
                kind,
                serial,
                key=None if serial else "model:x",
                whole_at=at(hour - 1),
                returned=returned,
                **times,
            )
        )
    return [machine(number, f"0{number}", components=parts, first=-500) for number, parts in held.items()]


@settings(max_examples=300)
@given(rows, st.randoms(use_true_random=False))
def test_every_change_is_told_once_and_the_order_is_irrelevant(drawn, chance: random.Random):
    machines = school(drawn)
    found = [row for row in findings([], machines) if row.kind in CHANGES]
    keys = [row.key for row in found]
    assert len(keys) == len(set(keys))
    hosts = {row.host: row.id for row in machines}
    for finding in found:
        assert finding.stands_for
        assert {int(token.partition(":")[0]) for token in finding.stands_for} <= {
            hosts[h] for h in finding.hosts
        }
        assert all(row.book or row.fact for row in finding.differences)
        assert finding.last_whole_at is not None
    silent = {ComponentKind.MONITOR.value}
    wanted = {f"{number}:{kind.value}" for number, kind, *_ in drawn if kind.value not in silent}
    told_of = {
        f"{token.partition(':')[0]}:{token.rpartition(':')[2]}" for row in found for token in row.stands_for
    }
    assert wanted <= told_of

    chance.shuffle(drawn)
    again = school(drawn)
    chance.shuffle(again)
    assert [row for row in findings([], again) if row.kind in CHANGES] == found


@settings(max_examples=100)
@given(
    st.sampled_from(KINDS),
    hours,
    st.integers(min_value=0, max_value=23),
    st.integers(min_value=1, max_value=3),
)
def test_an_exchange_is_one_finding_however_late_the_other_is_seen(kind, hour, later, count):
    def side(number, gone, came, when):
        return machine(
            number,
            f"0{number}",
            first=-500,
            components=[
                *(part(number, kind, f"{gone}000{n}", first=-500, seen=hour - 30, removed=when, whole_at=at(hour - 30))
                  for n in range(count)),
                *(part(number, kind, f"{came}000{n}", first=when, whole_at=at(hour - 30)) for n in range(count)),
            ],
        )  # fmt: skip

    machines = [side(1, "AAAA", "BBBB", hour), side(2, "BBBB", "AAAA", hour + later)]
    (finding,) = [row for row in findings([], machines) if row.kind in CHANGES]
    assert (finding.kind, finding.hosts) == (FindingKind.SWAP_SUSPECTED, ("pc1", "pc2"))
