"""What holds in any school, and that every code has its words."""

import random

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import wording
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.matching import match
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reconcile import Scope, reconcile
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
    FindingKind,
    SightingStatus,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.ledger.reconcile_samples import (
    asset,
    dimm,
    machine,
    monitor,
    screen,
    sighting,
)

# --- properties

seats = st.sampled_from([None, "01", "02", "03"])
rooms = st.sampled_from(["机房一", "机房一", "机房二", None])
serials = st.sampled_from([None, "PF2KX001", "PF2KX002", "PF2KX003"])
screens = st.sampled_from([None, "SCREEN0001", "SCREEN0002"])
schools = st.tuples(
    st.lists(
        st.builds(
            lambda room, seat, serial, status, quantity: {
                "room": room,
                "seat": seat,
                "serial": serial,
                "status": status,
                "quantity": quantity,
            },
            rooms,
            seats,
            serials,
            st.sampled_from(AssetStatus),
            st.sampled_from([1, 1, 2]),
        ),
        max_size=5,
    ),
    st.lists(st.tuples(rooms, seats, screens), max_size=3),
    st.lists(
        st.tuples(
            rooms, seats, serials, screens, st.sampled_from(["pc1", "pc2", "pc3"]), st.sampled_from([0, -1])
        ),
        max_size=5,
    ),
    st.dictionaries(st.sampled_from(["pc1", "pc2", "pc3", "pc4"]), st.sampled_from(SightingStatus)),
)


def school(drawn):
    booked, screens_booked, observed, statuses = drawn
    assets = [asset(n, **fields) for n, fields in enumerate(booked, start=1)]
    assets += [
        screen(100 + n, room=room, seat=seat, serial=serial)
        for n, (room, seat, serial) in enumerate(screens_booked)
    ]
    machines = []
    for n, (room, seat, serial, shows, host, changed) in enumerate(observed, start=1):
        parts = [dimm(n, "AAAA1111", removed=changed), dimm(n, f"BBBB000{n}", first=changed)]
        parts += [monitor(n, shows)] if shows else []
        machines.append(machine(n, seat, serial, room=room, host=host, seen=-n, components=parts))
    sightings = [sighting(host, f"0{host[-1]}", status) for host, status in sorted(statuses.items())]
    return assets, machines, sightings


@settings(max_examples=150)
@given(schools, st.randoms(use_true_random=False))
def test_any_school(drawn, chance: random.Random):
    assets, machines, sightings = school(drawn)
    matches = match(assets, machines)
    found = reconcile(assets, machines, sightings, matches)

    for rows in (assets, machines, sightings):
        chance.shuffle(rows)
    assert reconcile(assets, machines, sightings, match(assets, machines)) == found

    keys = [row.key for row in found]
    assert len(keys) == len(set(keys))
    by_kind = {kind: [row for row in found if row.kind is kind] for kind in FindingKind}
    short_of = {number for row in by_kind[FindingKind.SHORTAGE] for number in row.asset_numbers}
    unknown = {number for row in by_kind[FindingKind.UNKNOWN] for number in row.asset_numbers}
    assert not short_of & unknown
    linked_hosts = {row.host for row in machines if row.id in matches.links and row.id in matches.present}
    assert not linked_hosts & {host for row in by_kind[FindingKind.SURPLUS] for host in row.hosts}
    for row in found:
        assert row.differences, row.key
        assert all(difference.book or difference.fact for difference in row.differences), row.key
        assert row.advice in wording.ADVICE
        assert {difference.field for difference in row.differences} <= wording.FIELDS.keys()

    for hosts in (["pc1"], ["pc1", "pc2"], ["pc1", "pc2", "pc3"]):
        where = {host: ("机房一", f"0{host[-1]}") for host in ("pc1", "pc2", "pc3", "pc4")}
        whole = reconcile(assets, machines, sightings, matches, Scope(inventory=where))
        part_of = reconcile(assets, machines, sightings, matches, Scope.limited(hosts, where))
        assert {row.key: row for row in part_of}.items() <= {row.key: row for row in whole}.items()


# --- words


def test_every_code_has_its_chinese_sentence():
    sentences = [
        *(wording.title(kind) for kind in FindingKind),
        *(wording.advice(code) for code in wording.ADVICE),
        *(wording.field_name(code) for code in wording.FIELDS),
        *(wording.value(field, code) for field, codes in wording.VALUES.items() for code in codes),
    ]
    for message in sentences:
        chinese = Translator(message.domain)(message.text)
        assert chinese != message.text, message.text
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese), message.text


def test_statuses_and_sightings_have_words():
    assert {status.value for status in AssetStatus} <= wording.VALUES["status"].keys()
    assert {SightingStatus.UNREACHABLE.value, SightingStatus.FAILED.value} <= wording.VALUES[
        "sighting"
    ].keys()


def test_values_that_are_data_have_no_words():
    assert wording.value("serial", "scrapped") is None
    assert wording.value("status", "{hostile}") is None
    assert wording.advice("of a later version").render() == "of a later version"
