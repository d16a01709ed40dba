"""Licences: what is entered and ended, and the comparison with what computers have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
    Machine,
    RegisterKind,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import licences
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.licence_report import (
    LicenceReport,
    LicenceState,
    compare,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.licences import (
    Licence,
    LicenceEnd,
    NewLicence,
    matches,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.rules import contradictions
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State
from hypothesis import given
from hypothesis import strategies as st

from tests.samples.records import EARLIER, NOW
from tests.samples.registers import TODAY

NEW = NewLicence(
    product="WPS Office",
    edition="教育版",
    seats="2",
    proof="HT-2026-01",
    patterns=("wps-office", "WPS-Fonts*"),
)
END = LicenceEnd(number="2026-0001", reason="更换产品", ended_by="刘老师")


def entered(state: State, **changes: Any) -> State:
    return state.after(licences.enter(state, replace(NEW, **changes)).changes)


def refusal(plan: Any) -> str:
    with pytest.raises(UserError) as refused:
        plan()
    return refused.value.message.render("zh_CN")


def test_a_licence_as_it_is_kept(state: State) -> None:
    (made,) = entered(state, rooms=("机房一", "机房一")).all(Licence).values()
    assert made == Licence(
        number="2026-0001",
        product="WPS Office",
        edition="教育版",
        seats=2,
        proof="HT-2026-01",
        patterns=("wps-office", "wps-fonts*"),
        valid_from=TODAY,
        rooms=("机房一",),
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"product": " "}, "缺少软件名称"),
        ({"proof": None}, "缺少证明文件编号"),
        ({"seats": 0}, "授权数量 0 不是"),
        ({"seats": "-5"}, "授权数量 -5 不是"),
        ({"seats": "不限"}, "授权数量 不限 不是"),
        ({"seats": None}, "授权数量 — 不是"),
        ({"patterns": ()}, "0 个软件包名称"),
        ({"patterns": tuple(f"p{n}" for n in range(51))}, "51 个软件包名称"),
        ({"patterns": ("*",)}, "* 不是软件包名称"),
        ({"patterns": ("w*",)}, "w* 不是软件包名称"),
        ({"patterns": ("w*ps",)}, "w*ps 不是软件包名称"),
        ({"patterns": ("wps**",)}, "wps** 不是软件包名称"),
        ({"patterns": ("",)}, "不是软件包名称"),
        ({"patterns": ("w" * 101,)}, "不是软件包名称"),
        ({"valid_from": "去年"}, "不是日期"),
        ({"valid_until": "2026-09-14"}, "早于生效日期"),
        ({"rooms": tuple(f"机房{n}" for n in range(201))}, "最多 200 个"),
    ],
)
def test_what_is_refused(state: State, changes: dict[str, Any], says: str) -> None:
    assert says in refusal(lambda: licences.enter(state, replace(NEW, **changes)))


def test_one_proof_counts_once(state: State) -> None:
    once = entered(state)
    assert "已登记为授权 2026-0001" in refusal(lambda: licences.enter(once, NEW))
    ended = once.after(licences.end(once, END).changes)
    again = entered(ended)
    assert not list(contradictions(again))
    twice = replace(again.all(Licence)["2026-0001"], ended_on=None)
    both = replace(again, registers={RegisterKind.LICENCE: {**again.all(Licence), "2026-0001": twice}})
    assert ["重复计算" in message.render("zh_CN") for message in contradictions(both)] == [True]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": ""}, "缺少终止原因"),
        ({"ended_by": ""}, "缺少终止经办人"),
        ({"ended_on": "2026-09-14"}, "不能在 2026-09-14 终止"),
        ({"ended_on": "2026-09-16"}, "尚未到来"),
        ({"number": "2026-0002"}, "2026-0002"),
    ],
)
def test_an_end_that_is_refused(state: State, changes: dict[str, Any], says: str) -> None:
    after = entered(state)
    assert says in refusal(lambda: licences.end(after, replace(END, **changes)))


def test_an_end_is_entered_once(state: State) -> None:
    after = entered(state)
    after = after.after(licences.end(after, END).changes)
    assert "已于 2026-09-15 终止：更换产品" in refusal(lambda: licences.end(after, END))


@pytest.mark.parametrize(
    ("pattern", "package", "expected"),
    [
        ("wps-office", "wps-office", True),
        ("wps-office", "WPS-Office", True),
        ("wps-office", "wps-office-fonts", False),
        ("wps-*", "wps-office-fonts", True),
        ("wps-*", "xwps-office", False),
        ("a.c", "abc", False),
        ("[ab]*", "abc", False),
        ("{{ 7*7 }}*", "49", False),
    ],
)
def test_a_pattern_is_a_name_or_its_beginning(pattern: str, package: str, expected: bool) -> None:
    assert matches(pattern, package) is expected


# --- the comparison


def machine(
    number: int, packages: Sequence[str] | None, room: str | None = "机房一", **fields: Any
) -> Machine:
    inventory = (
        {}
        if packages is None
        else {"packages": [{"name": name, "version": "1", "architecture": None} for name in packages]}
    )
    return Machine(
        **{
            "id": number,
            "host": f"pc{number:03d}",
            "room": room,
            "first_seen_at": EARLIER,
            "last_seen_at": NOW,
            "last_status_at": NOW,
            "inventory": inventory,
            **fields,
        }
    )


def report(state: State, *machines: Machine, within_days: int = 60) -> LicenceReport:
    return compare(replace(state, machines=machines), within_days=within_days)


WPS = ("wps-office", "bash")


def test_seats_by_room(state: State) -> None:
    found = report(entered(state), machine(1, WPS), machine(2, WPS, "机房二"), machine(3, ("bash",)))
    (use,) = found.uses
    assert [(room.room, room.used) for room in use.rooms] == [("机房一", 1), ("机房二", 1)]
    assert (use.used, use.free, use.over, use.states) == (2, 0, (), (LicenceState.FITS,))
    assert (found.unlicensed, found.machines, found.unknown) == ((), 3, ())


def test_over_used(state: State) -> None:
    (use,) = report(entered(state), *(machine(number, WPS) for number in range(1, 5))).uses
    assert (use.used, use.over, use.states) == (2, ("pc003", "pc004"), (LicenceState.OVER_USED,))


def test_unknown_is_not_without(state: State) -> None:
    found = report(entered(state), machine(1, None), machine(2, ("bash",)))
    (use,) = found.uses
    assert (use.used, use.unknown, use.states) == (0, 1, (LicenceState.UNCERTAIN,))
    assert found.unknown == ("pc001",)
    (use,) = report(entered(state), machine(1, ()), machine(2, ("bash",))).uses
    assert use.states == (LicenceState.UNUSED,)


@pytest.mark.parametrize(
    ("until", "states"),
    [
        ("2026-09-14", (LicenceState.EXPIRED,)),
        ("2026-09-15", (LicenceState.EXPIRING,)),
        ("2026-11-14", (LicenceState.EXPIRING,)),
        ("2026-11-15", (LicenceState.FITS,)),
        ("", (LicenceState.FITS,)),
    ],
)
def test_the_last_day(state: State, until: str, states: tuple[LicenceState, ...]) -> None:
    owned = entered(state, valid_from="2026-01-01", valid_until=until)
    (use,) = report(owned, machine(1, WPS)).uses
    assert use.states == states


def test_what_has_expired_ended_or_not_begun_licenses_nothing(state: State) -> None:
    expired = entered(state, valid_from="2026-01-01", valid_until="2026-09-01")
    ended = entered(state)
    ended = ended.after(licences.end(ended, END).changes)
    for owned, expected in (
        (expired, LicenceState.EXPIRED),
        (ended, LicenceState.ENDED),
        (entered(state, valid_from="2026-10-01"), LicenceState.FUTURE),
    ):
        found = report(owned, machine(1, WPS), machine(2, ("bash",)))
        assert found.uses[0].states == (expected,)
        assert [(each.product, each.room, each.hosts) for each in found.unlicensed] == [
            ("WPS Office 教育版", "机房一", ("pc001",))
        ]


def test_only_where_it_is_for(state: State) -> None:
    owned = entered(state, rooms=("机房 一",), departments=("教务处",))
    office = replace(state.assets["PC-001"], department="教务处", room="办公室")
    owned = replace(owned, assets={**owned.assets, "PC-001": office})
    found = report(
        owned,
        machine(1, WPS, "办公室", asset_id=1),
        machine(2, WPS),
        machine(3, WPS, "机房三"),
        machine(4, WPS, None),
    )
    assert found.uses[0].used == 2
    assert [(each.room, each.hosts) for each in found.unlicensed] == [
        (None, ("pc004",)),
        ("机房三", ("pc003",)),
    ]


def test_only_listed_products_are_looked_for(state: State) -> None:
    found = report(entered(state), machine(1, ("matlab", "photoshop")))
    assert found.unlicensed == ()


def test_a_scrapped_computer_needs_no_seat(state: State) -> None:
    gone = replace(state.assets["PC-001"], status=AssetStatus.SCRAPPED)
    owned = entered(state)
    owned = replace(owned, assets={**owned.assets, "PC-001": gone})
    assert report(owned, machine(1, WPS, asset_id=1)).machines == 0


def test_a_holder_moves_to_let_another_sit(state: State) -> None:
    """The licence for all is taken by the computer that came first, which the licence of its room would do too."""
    owned = entered(state, seats=1)
    owned = entered(owned, seats=1, proof="HT-2", rooms=("机房一",))
    found = report(owned, machine(1, WPS), machine(2, WPS, "机房二"))
    assert [(use.used, use.over) for use in found.uses] == [(1, ()), (1, ())]


ROOMS = ("甲", "乙", "丙")


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sets(st.sampled_from(ROOMS), min_size=1)), min_size=1, max_size=4
    ),
    st.lists(st.sampled_from(ROOMS), max_size=12),
)
def test_as_many_as_possible_have_a_seat(owned: list[tuple[int, set[str]]], rooms: list[str]) -> None:
    """By Hall's theorem in its deficiency form: the unseated are the worst excess of any set of rooms over the
    seats that are for any of them, counted here over all subsets."""
    state = State(today=TODAY, assets={})
    for number, (seats, places) in enumerate(owned):
        state = entered(state, seats=seats, rooms=tuple(sorted(places)), proof=f"HT-{number}")
    licensed = set().union(*(places for _, places in owned))
    computers = [machine(number, WPS, room) for number, room in enumerate(rooms, start=1)]
    found = report(state, *computers)
    count: defaultdict[str, int] = defaultdict(int)
    for room in rooms:
        if room in licensed:
            count[room] += 1
    subsets = [{room for bit, room in enumerate(ROOMS) if mask >> bit & 1} for mask in range(8)]
    deficit = max(
        sum(count[room] for room in subset) - sum(seats for seats, places in owned if places & subset)
        for subset in subsets
    )
    assert sum(len(use.over) for use in found.uses) == deficit
    assert sum(use.used for use in found.uses) == sum(count.values()) - deficit
    assert all(use.used <= use.licence.seats for use in found.uses)
    assert sum(len(each.hosts) for each in found.unlicensed) == len(rooms) - sum(count.values())


def test_seats_of_a_large_school(state: State) -> None:
    """Where a seat is missing for one computer, none is sought for its like."""
    owned = entered(state, seats=500)
    owned = entered(owned, seats=500, proof="HT-2", rooms=("机房一",))
    (first, second) = report(owned, *(machine(number, WPS, "机房一") for number in range(1, 5001))).uses
    assert (first.used, second.used, len(first.over) + len(second.over)) == (500, 500, 4000)


def test_a_day_is_a_day(state: State) -> None:
    licence = entered(state, valid_until=date(2026, 12, 31)).all(Licence)["2026-0001"]
    assert [
        licence.is_valid(day) for day in (date(2026, 9, 14), TODAY, date(2026, 12, 31), date(2027, 1, 1))
    ] == [
        False,
        True,
        True,
        False,
    ]
