"""Which booked asset is which machine."""

import random

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.matching import Undecided, match
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.vocabulary import (
    AssetKind,
    asset_kind,
    brand,
    models_agree,
    place,
    serial_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.ledger.reconcile_samples import asset, inventory, machine, screen


def links(assets, machines):
    """machine id → (asset id, the keys that agree)."""
    found = match(assets, machines).links
    return {i: (link.asset_id, " ".join(link.reasons)) for i, link in found.items()}


DELL = {"manufacturer": "Dell Inc.", "product": "OptiPlex 3080", "serial": None}
TAGGED = inventory("PF2KX900", chassis={"asset_tag": "A0001", "serial": None})
BLANK = inventory(system={"manufacturer": None, "product": None, "serial": None}, board={})
UUID = "4c4c4544-0042-3510-8052-b4c04f4d3032"

# what agrees · asset · machine · reasons, None: no link
PAIRS = [
    (
        "serial, seat and model",
        asset(1, "03", serial="PF2KX001"),
        machine(1, "03", "PF2KX001"),
        "serial seat model brand",
    ),
    (
        "serial in another room",
        asset(1, "03", serial="pf2kx001 "),
        machine(1, "9", "PF2KX001", room="机房二"),
        "serial model brand",
    ),
    (
        "serial is the chassis'",
        asset(1, "03", serial="CH12345"),
        machine(1, "03", inventory=inventory(chassis={"serial": "CH12345"})),
        "serial seat model brand",
    ),
    (
        "serial with its label",
        asset(1, "03", serial="S/N:PF2KX001"),
        machine(1, "03", "PF2KX001"),
        "serial seat model brand",
    ),
    ("O is not 0", asset(1, "03", serial="PFOKX001"), machine(1, "03", "PF0KX001"), None),
    ("seat and model", asset(1, "03"), machine(1, "3号", "PF2KX001"), "seat model brand"),
    ("seat and brand", asset(1, "03", model=None), machine(1, "03"), "seat brand"),
    (
        "brand in the name",
        asset(1, "03", brand=None, model=None, name="联想台式机"),
        machine(1, "03"),
        "seat brand",
    ),
    (
        "placeholder in the book",
        asset(1, "03", serial="无"),
        machine(1, "03", "PF2KX001"),
        "seat model brand",
    ),
    ("serials differ", asset(1, "03", serial="PF2KX001"), machine(1, "03", "PF2KX002"), None),
    (
        "serials differ, tag agrees",
        asset(1, "03", serial="PF2KX001"),
        machine(1, "03", inventory=TAGGED),
        "tag seat model brand",
    ),
    (
        "other brand at the seat",
        asset(1, "03"),
        machine(1, "03", inventory=inventory(system=DELL, board={})),
        None,
    ),
    ("seat alone", asset(1, "03", brand=None, model=None), machine(1, "03"), None),
    ("host name alone", asset(1, None, room=None), machine(1, "03", host="a0001"), None),
    ("host name and seat", asset(1, "03", brand=None, model=None), machine(1, "03", host="A0001"), None),
    (
        "serial alone",
        asset(1, None, room=None, brand=None, model=None, serial="PF2KX001"),
        machine(1, "03", "PF2KX001"),
        None,
    ),
    ("tag and model", asset(1, None, room=None), machine(1, "03", inventory=TAGGED), "tag model brand"),
    (
        "MAC in the notes",
        asset(1, None, room=None, notes="网卡 98-FA-9B-00-00-01"),
        machine(1, "03", inventory=inventory(nics=[{"permanent_mac": "98:fa:9b:00:00:01"}])),
        "mac model brand",
    ),
    (
        "UUID as serial",
        asset(1, "03", serial=UUID.upper()),
        machine(1, "03", inventory=inventory(system={"uuid": UUID, "manufacturer": "LENOVO"})),
        "uuid seat brand",
    ),
    ("history and model", asset(1, "03"), machine(1, "09", asset_id=1), "room history model brand"),
    ("history alone", asset(1, "03", brand=None, model=None), machine(1, "09", asset_id=1), None),
    ("only one in its room", asset(1, None), machine(1, "03"), "room model brand"),
    ("lot in its room", asset(1, None, quantity=30), machine(1, "03"), "room model brand"),
    ("not a computer", asset(1, "03", name="电脑桌"), machine(1, "03"), None),
    ("a monitor", screen(1, "03", serial="PF2KX001"), machine(1, "03", "PF2KX001"), None),
    ("nothing known of the machine", asset(1, "03"), machine(1, "03", inventory={}), None),
    (
        "hostile facts",
        asset(1, "03"),
        machine(1, "03", inventory={"system": "x", "nics": [1], "cpus": {}, "board": [2]}),
        None,
    ),
]


@pytest.mark.parametrize(
    ("booked", "seen", "reasons"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS]
)
def test_pair(booked, seen, reasons):
    assert links([booked], [seen]) == ({} if reasons is None else {1: (1, reasons)})


ONE_KEY = {
    "seat alone",
    "serial alone",
    "history alone",
    "nothing known of the machine",
    "host name and seat",
    "hostile facts",
}


@pytest.mark.parametrize(
    ("name", "booked", "seen"),
    [row[:3] for row in PAIRS if row[3] is None],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_one_key_without_contradiction_is_undecided(name, booked, seen):
    undecided = match([booked], [seen]).undecided
    assert undecided == ((Undecided((1,), (1,)),) if name in ONE_KEY else ())


def test_a_serial_that_two_machines_give_is_not_used():
    assets = [asset(1, "01", serial="FAKE0001"), asset(2, "02", serial="REAL0002")]
    machines = [machine(1, "01", "FAKE0001"), machine(2, "02", "FAKE0001")]
    found = match(assets, machines)
    assert {i: link.asset_id for i, link in found.links.items()} == {1: 1, 2: 2}
    assert [(row.text, row.machine_ids, row.asset_ids) for row in found.untrusted] == [
        ("FAKE0001", (1, 2), (1,))
    ]


def test_a_serial_booked_twice_is_not_used():
    assets = [asset(1, "01", serial="FAKE0001"), asset(2, "02", serial="FAKE0001")]
    found = match(assets, [machine(1, "02", "FAKE0001")])
    assert {i: link.asset_id for i, link in found.links.items()} == {1: 2}
    assert [(row.text, row.machine_ids, row.asset_ids) for row in found.untrusted] == [
        ("FAKE0001", (1,), (1, 2))
    ]


def test_placeholders_are_one_group_for_each_text():
    raw = {"inventory.system.serial": "To be filled by O.E.M."}
    machines = [machine(1, "01", raw=raw), machine(2, "02", raw=raw), machine(3, "03", "PF2KX003", raw=raw)]
    found = match([], machines)
    assert [(row.text, row.machine_ids, row.placeholder) for row in found.untrusted] == [
        ("To be filled by O.E.M.", (1, 2), True)
    ]
    assert found.shared == frozenset()


def test_a_serial_beats_a_seat():
    """Two PCs that changed seats keep their assets, whichever seat each stands at."""
    assets = [asset(1, "01", serial="PF2KX001"), asset(2, "02", serial="PF2KX002")]
    machines = [machine(1, "02", "PF2KX001"), machine(2, "01", "PF2KX002")]
    assert links(assets, machines) == {1: (1, "serial room model brand"), 2: (2, "serial room model brand")}


def test_history_beats_a_seat_where_there_is_no_serial():
    assets = [asset(1, "01"), asset(2, "02")]
    machines = [machine(1, "02", asset_id=1), machine(2, "01", asset_id=2)]
    assert {i: row[0] for i, row in links(assets, machines).items()} == {1: 1, 2: 2}


def test_a_tie_is_undecided():
    found = match([asset(1, "01")], [machine(1, "01"), machine(2, "01")])
    assert not found.links
    assert found.undecided == (Undecided((1, 2), (1,)),)


def test_like_assets_without_seats_are_one_undecided_group():
    assets = [asset(n) for n in range(1, 5)]
    found = match(assets, [machine(n, f"{n:02}") for n in range(1, 4)])
    assert not found.links
    assert found.undecided == (Undecided((1, 2, 3), (1, 2, 3, 4)),)


def test_a_lot_takes_every_machine_of_its_room_and_model():
    other = inventory(system=DELL, board={})
    machines = [
        machine(1, "01"),
        machine(2, "02"),
        machine(3, "03", inventory=other),
        machine(4, "04", room="机房二"),
    ]
    assert {i: row[0] for i, row in links([asset(1, None, quantity=30)], machines).items()} == {1: 1, 2: 1}


def test_a_lot_takes_machines_by_its_list_of_serials():
    lot = asset(1, None, room=None, quantity=2, serial="PF2KX001、PF2KX002")
    assert links([lot], [machine(1, "01", "PF2KX001"), machine(2, "02", "PF2KX002")]) == {
        1: (1, "serial model brand"),
        2: (1, "serial model brand"),
    }


def test_an_asset_in_use_is_preferred_to_a_scrapped_one():
    assets = [asset(1, "01", status=AssetStatus.SCRAPPED), asset(2, "01")]
    assert links(assets, [machine(1, "01")]) == {1: (2, "seat model brand")}


def test_a_machine_that_another_replaced_keeps_only_what_it_carries():
    """The newer machine of the same host takes the seat; the older one holds its asset by serial alone."""
    old, new = machine(1, "01", host="pc1", seen=-30, asset_id=1), machine(2, "01", host="pc1")
    assert links([asset(1, "01")], [old, new]) == {2: (1, "seat model brand")}
    old = machine(1, "01", "PF2KX001", host="pc1", seen=-30)
    assert links([asset(1, "01", serial="PF2KX001")], [old, machine(2, "01", host="pc1")]) == {
        2: (1, "seat model brand")
    }
    new = machine(2, "01", "PF2KX002", host="pc1")
    assert links([asset(1, "01", serial="PF2KX001")], [old, new])[1][0] == 1


def test_the_asset_that_only_a_serial_speaks_against_is_named():
    found = match([asset(1, "03", serial="PF2KX001")], [machine(7, "03", "PF2KX002")])
    assert found.opposed == {7: 1}


def test_a_key_that_many_share_is_no_key():
    """A book that puts everything at one seat must not make matching quadratic."""
    assets = [asset(n, "01", serial=f"PF2KX{n:04}") for n in range(1, 41)]
    machines = [machine(n, "01", f"PF2KX{n:04}") for n in range(1, 41)]
    assert {i: row[0] for i, row in links(assets, machines).items()} == {n: n for n in range(1, 41)}
    assert links([asset(n, "01") for n in range(1, 41)], machines) == {}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("台式计算机", "computer"),
        ("计算机(含显示器)", "computer"),
        ("电脑主机+显示器", "computer"),
        ("联想启天M420台式机", "computer"),
        ("教师用计算机 1台", "computer"),
        ("便携式笔记本电脑", "computer"),
        ("机架式服务器", "computer"),
        ("一体机电脑", "computer"),
        ("HP/台式机", "computer"),
        ("液晶显示器", "monitor"),
        ("电脑显示器", "monitor"),
        ("显示屏", "monitor"),
        ("LED显示屏", "other"),
        ("显示器支架", "other"),
        ("电脑桌", "other"),
        ("电脑桌椅", "other"),
        ("服务器机柜", "other"),
        ("计算机教室空调", "other"),
        ("空调主机", "other"),
        ("监控主机", "other"),
        ("打印复印一体机", "printer"),
        ("教学触控一体机", "other"),
        ("笔记本电源适配器", "other"),
        ("网络交换机", "switch"),
        ("计算机软件", "other"),
        ("", "other"),
    ],
)
def test_kind_by_name(name, kind):
    assert asset_kind(asset(1, name=name)) is AssetKind(kind)


@pytest.mark.parametrize(
    ("standard", "code", "kind"),
    [
        ("GB/T 14885-2022", "A02010105", "computer"),
        ("gb/t14885-2022", "a02010105", "computer"),
        ("GB/T 14885-2022", "A02020200", "projector"),
        ("GB/T 14885-2022", "A99", "computer"),  # not in the table: the name decides
        (None, "A02020200", "computer"),  # a code without its standard says nothing
    ],
)
def test_kind_by_class_code(standard, code, kind):
    assert asset_kind(asset(1, class_standard=standard, class_code=code)) is AssetKind(kind)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("PF2KX104", "PF2KX104"),
        (" pf2k x104 ", "PF2KX104"),
        ("PF2KX104", "PF2KX104"),
        ("SN:PF2KX104", "PF2KX104"),
        ("CN-0V4MW2-72872", "CN-0V4MW2-72872"),
        ("无", None),
        ("见附件", None),
        ("N/A", None),
        ("000000", None),
        ("00-00-00", None),
        ("123", None),
        ("To be filled by O.E.M.", None),
        ("", None),
        (None, None),
    ],
)
def test_serial_key(text, key):
    assert serial_key(text) == key


@pytest.mark.parametrize(
    ("book", "facts", "agree"),
    [
        ("启天M430", ("11ECA01TCD", "QiTian M430-N000"), True),
        ("超翔TZ830-V3", ("CHAOXIANG TZ830-V3",), True),
        ("ProDesk 480 G7", ("HP ProDesk 480 G7 Microtower PC",), True),
        ("ThinkCentre M720", ("ThinkCentre M720t",), True),
        ("启天M430", ("QiTian M420",), False),
        ("i5-10400/16G/512G", ("QiTian M420",), None),
        ("商用台式机", ("QiTian M420",), None),
        ("启天M430", (), None),
        (None, ("QiTian M420",), None),
    ],
)
def test_models_agree(book, facts, agree):
    assert models_agree(book, facts) is agree


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("联想(Lenovo)", "Lenovo"),
        ("LENOVO", "Lenovo"),
        ("Dell Inc.", "Dell"),
        ("Hewlett-Packard", "HP"),
        ("PHILIPS", "Philips"),
        ("联想/惠普", None),
        ("杂牌", None),
        (None, None),
    ],
)
def test_brand(text, name):
    assert brand(text) == name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("机房一", "03"), ("机房一", "3号"), True),
        (("机房 一", "A-03"), ("机房一", "a-3"), True),
        (("机房一", "教师机"), ("机房一", "教师"), True),
        (("机房一", "13"), ("机房一", "3"), False),
        (("机房一", "A1-2"), ("机房一", "A12"), False),
        (("机房一", None), ("机房一", ""), True),
    ],
)
def test_place(one, other, same):
    assert (place(*one) == place(*other)) is same


seats = st.sampled_from([None, "01", "02", "03"])
serials = st.sampled_from([None, "PF2KX001", "PF2KX002", "PF2KX003", "无"])
many_assets = st.lists(
    st.builds(
        lambda seat, serial, model, quantity: {
            "seat": seat,
            "serial": serial,
            "model": model,
            "quantity": quantity,
        },
        seats,
        serials,
        st.sampled_from([None, "启天M430", "启天M420"]),
        st.sampled_from([1, 1, 1, 3]),
    ),
    max_size=6,
)
many_machines = st.lists(
    st.builds(
        lambda seat, serial, host, previous: {
            "seat": seat,
            "serial": serial,
            "host": host,
            "asset_id": previous,
        },
        seats,
        serials,
        st.sampled_from(["pc1", "pc2", "pc3", "pc4"]),
        st.sampled_from([None, 1, 2]),
    ),
    max_size=6,
)


@settings(max_examples=150)
@given(many_assets, many_machines, st.randoms(use_true_random=False))
def test_the_order_of_input_is_irrelevant_and_nothing_is_matched_twice(
    booked, observed, chance: random.Random
):
    assets = [asset(n, **fields) for n, fields in enumerate(booked, start=1)]
    machines = [machine(n, seen=-n, **fields) for n, fields in enumerate(observed, start=1)]
    found = match(assets, machines)
    chance.shuffle(assets)
    chance.shuffle(machines)
    assert match(assets, machines) == found
    single = {row.id for row in assets if row.quantity == 1}
    used = [link.asset_id for link in found.links.values() if link.asset_id in single]
    assert len(used) == len(set(used))
    for link in found.links.values():
        assert len(link.reasons) >= 2
        assert set(link.reasons) != {"seat", "host"}
    grouped = [i for group in found.undecided for i in group.machine_ids]
    assert len(grouped) == len(set(grouped))
    assert not set(grouped) & found.links.keys()


def test_groups_that_share_a_lot_are_one():
    """Undecided groups never overlap: each is a finding of its own."""
    lot, without_seat, at_seat = asset(1, "01", quantity=2), asset(2), asset(3, "01")
    found = match([lot, without_seat, at_seat], [machine(1), machine(2, "01")])
    assert found.undecided == (Undecided((1, 2), (1, 2, 3)),)
