"""What a school says about sticks: taken as it is meant, or refused with the variable, the entry and the key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_policy import (
    CHANNELS,
    AllowEntry,
    check_names,
    check_rooms,
    usb_policy,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import strategies as st

STICK = {
    "vendor": "0951",
    "product": "1666",
    "serial": "001A92053B6A",
    "room": "机房一",
    "until": "2026-12-31",
    "note": "王芳老师，课件",
}


def stick(**other: Any) -> dict[str, Any]:
    return {name: value for name, value in {**STICK, **other}.items() if value is not ...}


def refusal(variables: Mapping[str, Any]) -> str:
    with pytest.raises(UserError) as caught:
        usb_policy(variables)
    assert "{" not in caught.value.message.render("zh_CN")
    return str(caught.value)


def test_everything_is_closed_and_nobody_allowed_where_nothing_is_said() -> None:
    policy = usb_policy({})
    assert policy.closed == CHANNELS
    assert policy.allow == ()
    assert policy.as_data() == {"closed": list(CHANNELS), "allow": [], "classes": [], "rules": ""}


def test_an_entry_is_plain_data_and_judged_by_room_and_day() -> None:
    (entry,) = usb_policy({"usb_allow": [stick(vendor="0AbC", until=date(2026, 12, 31))]}).allow
    assert entry == AllowEntry(
        vendor="0abc",
        product="1666",
        serial="001A92053B6A",
        room="机房一",
        until=date(2026, 12, 31),
        note="王芳老师，课件",
    )
    assert entry.as_data()["until"] == "2026-12-31"
    assert not entry.ended(date(2026, 12, 31))
    assert entry.ended(date(2027, 1, 1))
    assert entry.holds_in("机房一")
    assert not entry.holds_in("机房二")


def test_an_entry_for_every_room_holds_in_each() -> None:
    policy = usb_policy({"usb_allow": [stick(room="*"), stick(room="机房二", serial="OTHER-1")]})
    assert [entry.serial for entry in policy.allowed_in("机房一")] == ["001A92053B6A"]
    assert [entry.serial for entry in policy.allowed_in("机房二")] == ["001A92053B6A", "OTHER-1"]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"usb_closed": "usb_storage"}, ["usb_closed", "list"]),
        ({"usb_closed": ["usb", "optical"]}, ["usb_closed", '"usb"', "usb_storage"]),
        ({"usb_classes": ["sound"]}, ["usb_classes", '"sound"', "audio"]),
        ({"usb_rules": ["allow"]}, ["usb_rules"]),
        ({"usb_allow": {}}, ["usb_allow", "list"]),
        ({"usb_allow": [stick(), "0951:1666"]}, ["usb_allow", "entry 2", "vendor"]),
        ({"usb_allow": [stick(vender="0951")]}, ["entry 1", '"vender"', "vendor"]),
        ({"usb_allow": [stick(vendor=951)]}, ["entry 1", "vendor", "951", "lsusb"]),
        ({"usb_allow": [stick(product="166")]}, ["entry 1", "product", "166"]),
        ({"usb_allow": [stick(product="0x1666")]}, ["entry 1", "product"]),
        ({"usb_allow": [stick(serial=...)]}, ["entry 1", "serial is missing", "every stick"]),
        ({"usb_allow": [stick(serial="")]}, ["entry 1", "serial is missing"]),
        ({"usb_allow": [stick(serial="*")]}, ["entry 1", 'serial is "*"']),
        ({"usb_allow": [stick(serial="AB[0-9]CD")]}, ["entry 1", "serial"]),
        ({"usb_allow": [stick(serial='A"B C D')]}, ["entry 1", "serial"]),
        ({"usb_allow": [stick(serial="ABCD ")]}, ["entry 1", "serial"]),
        ({"usb_allow": [stick(serial="$name")]}, ["entry 1", "serial"]),
        ({"usb_allow": [stick(serial="0" * 12)]}, ["entry 1", "many sticks share"]),
        ({"usb_allow": [stick(serial="123456789ABC")]}, ["entry 1", "many sticks share"]),
        ({"usb_allow": [stick(serial="A1")]}, ["entry 1", "many sticks share"]),
        ({"usb_allow": [stick(room="")]}, ["entry 1", "room"]),
        ({"usb_allow": [stick(note=...)]}, ["entry 1", "note"]),
        ({"usb_allow": [stick(note="a\nb")]}, ["entry 1", "note", "a·b"]),
        ({"usb_allow": [stick(until=...)]}, ["entry 1", "until"]),
        ({"usb_allow": [stick(until="2026-02-30")]}, ["entry 1", "until", "2026-02-30"]),
        ({"usb_allow": [stick(until="31.12.2026")]}, ["entry 1", "until"]),
        ({"usb_allow": [stick(until=datetime(2026, 12, 31, 8))]}, ["entry 1", "until"]),
        ({"usb_allow": [stick(), stick(until="2027-01-31")]}, ["entries 1 and 2", "001A92053B6A", "机房一"]),
        ({"usb_allow": [stick(), stick(serial="001a92053b6a")]}, ["entries 1 and 2"]),
        ({"usb_allow": [stick(), stick(room="*")]}, ["entries 1 and 2"]),
        ({"usb_allow": [stick(room="*"), stick()]}, ["entries 1 and 2"]),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(variables: Mapping[str, Any], words: list[str]) -> None:
    said = refusal(variables)
    for word in words:
        assert word in said


def test_one_stick_may_be_in_two_rooms() -> None:
    policy = usb_policy({"usb_allow": [stick(), stick(room="机房二", until="2027-01-31")]})
    assert [entry.room for entry in policy.allow] == ["机房一", "机房二"]


def test_a_misspelt_variable_is_found_and_its_name_guessed() -> None:
    check_names(["usb_allow", "usb_lockdown_state", "lab_room"], ["usb_lockdown_state"])
    with pytest.raises(UserError, match="usb_alow is unknown, perhaps usb_allow is meant"):
        check_names(["usb_allow", "usb_alow"])
    with pytest.raises(UserError, match="usb_lockdown_stat"):
        check_names(["usb_lockdown_stat"], ["usb_lockdown_state"])


def test_an_entry_of_a_room_without_hosts_is_found() -> None:
    policy = usb_policy({"usb_allow": [stick(), stick(room="*", serial="OTHER-1")]})
    check_rooms(policy, ["机房一", "机房二"])
    with pytest.raises(UserError, match='entry 1: no host of the inventory is in room "机房一"'):
        check_rooms(policy, ["第一机房"])


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=7),
    max_leaves=12,
)
almost = st.lists(
    st.fixed_dictionaries({}, optional={key: anything | st.just(value) for key, value in STICK.items()}),
    max_size=3,
)


@given(st.fixed_dictionaries({}, optional={"usb_allow": anything | almost, "usb_closed": anything}))
def test_whatever_is_said_becomes_a_policy_or_a_clear_refusal(variables: dict[str, Any]) -> None:
    try:
        policy = usb_policy(variables)
    except UserError as error:
        assert "usb_" in str(error)
        assert error.message.render("zh_CN")
    else:
        # Each key once, so that no stick is allowed until two days in one room.
        held = [(entry.identity, entry.room) for entry in policy.allow]
        assert len(held) == len(set(held))
        assert usb_policy({"usb_allow": policy.as_data()["allow"]}).allow == policy.allow
