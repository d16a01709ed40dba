"""The registry that locks a Windows PC: what is closed, what an allowed stick opens, and that no keyboard is meant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.registry import RegistryState
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_policy import CHANNELS
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.win_usb_lockdown import (
    LAYERED_BUILD,
    compile_win_usb_lockdown,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import strategies as st

STICK = {
    "vendor": "0951",
    "product": "1666",
    "serial": "001a92053B6AF9A0C",
    "room": "机房一",
    "until": date(2026, 12, 31),
    "note": "课件",
}
ALLOWED = "USB\\VID_0951&PID_1666\\001A92053B6AF9A0C"


def compiled(**given: Any) -> RegistryState:
    usual = {"state": "present", "closed": None, "allow": [], "classes": [], "rules": "", "room": "机房一"}
    variables = {**usual, "today": "2026-11-25", **given}
    return compile_win_usb_lockdown({f"win_usb_lockdown_{name}": value for name, value in variables.items()})


def values(state: RegistryState) -> dict[str, int | str | None]:
    return {f"{value.key}\\{value.name}": value.data for value in state.values}


def texts(state: RegistryState, key: str) -> tuple[str, ...]:
    (found,) = (one.texts for one in state.lists if one.key.endswith(key))
    return found


def test_everything_closed_bars_drivers_access_and_new_devices() -> None:
    state = compiled()
    found = values(state)
    for driver in ("USBSTOR", "UASPStor", "cdrom", "1394ohci", "sbp2port"):
        assert found[f"Services\\{driver}\\Start"] == 4
    assert found["Policies\\Microsoft\\Windows\\RemovableStorageDevices\\Deny_All"] == 1
    assert found["Policies\\Microsoft\\Windows\\Kernel DMA Protection\\DeviceEnumerationPolicy"] == 0
    assert texts(state, "DenyDeviceIDs") == (
        "USB\\Class_08",
        "USB\\Class_06",
        "USB\\MS_COMP_MTP",
        "PCI\\CC_0C0A",
    )
    assert texts(state, "AllowInstanceIDs") == ()
    assert state.build == 0


def test_an_allowed_stick_is_known_by_its_instance_and_stands_above_what_is_barred() -> None:
    state = compiled(allow=[STICK])
    found = values(state)
    assert texts(state, "AllowInstanceIDs") == (ALLOWED,)
    assert texts(state, "DenyDeviceIDs")[0] == "USB\\Class_08"
    restrictions = "Policies\\Microsoft\\Windows\\DeviceInstall\\Restrictions"
    for name in ("AllowInstanceIDs", "AllowDenyLayered", "DenyDeviceIDs", "DenyDeviceIDsRetroactive"):
        assert found[f"{restrictions}\\{name}"] == 1
    assert found["Services\\USBSTOR\\Start"] == 3, "the allowed one needs its driver"
    assert found["Policies\\Microsoft\\Windows\\RemovableStorageDevices\\Deny_All"] is None, (
        "it knows no exception"
    )
    assert found["Services\\cdrom\\Start"] == 4
    assert state.build == LAYERED_BUILD


@pytest.mark.parametrize(
    "others",
    [
        {"room": "机房二"},
        {"today": "2027-01-01"},
        {"allow": [{**STICK, "serial": "AB CD EF"}]},
        {"allow": [{**STICK, "serial": "AB,CDEF"}]},
        {"state": "absent"},
        {"closed": ["optical"]},
    ],
)
def test_no_stick_is_allowed_elsewhere_later_or_without_a_usable_serial(others: dict[str, Any]) -> None:
    assert texts(compiled(**{"allow": [STICK], **others}), "AllowInstanceIDs") == ()


def test_what_windows_cannot_do_is_said() -> None:
    said = " ".join(
        note.render("en") for note in compiled(allow=[STICK, {**STICK, "serial": "AB CD EF"}]).notes
    )
    assert "AB CD EF" in said
    assert "cards in built-in slots" in said


def test_absent_takes_every_policy_away_and_lets_drivers_start_as_delivered() -> None:
    state = compiled(state="absent", allow=[STICK])
    policies = {value.data for value in state.values if not value.driver}
    assert policies == {None}
    starts = {value.key.rpartition("\\")[2]: value.data for value in state.values if value.driver}
    assert starts == {"USBSTOR": 3, "UASPStor": 3, "cdrom": 1, "1394ohci": 3, "sbp2port": 0}
    assert all(one.texts == () for one in state.lists)


@pytest.mark.parametrize(
    "wrong", [{"state": "on"}, {"today": "tomorrow"}, {"closed": ["usb"]}, {"allow": [{}]}]
)
def test_a_wrong_variable_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=next(iter(wrong))):
        compiled(**wrong)


@given(st.sets(st.sampled_from(CHANNELS)), st.booleans(), st.booleans())
def test_no_choice_touches_input_devices_hubs_or_the_systems_own_disk(
    closed: set[str], allowed: bool, absent: bool
) -> None:
    state = compiled(
        closed=sorted(closed), allow=[STICK] if allowed else [], state="absent" if absent else "present"
    )
    drivers = {value.key.rpartition("\\")[2].lower() for value in state.values if value.driver}
    never = {
        "hidusb",
        "kbdhid",
        "kbdclass",
        "mouhid",
        "mouclass",
        "i8042prt",
        "usbhub",
        "usbhub3",
        "usbxhci",
        "usbccgp",
    }
    assert not drivers & (never | {"disk", "storahci", "stornvme", "sdbus", "sdstor"})
    for barred in texts(state, "DenyDeviceIDs"):
        assert not barred.upper().startswith(
            ("HID", "USB\\CLASS_03", "USB\\CLASS_09", "USB\\COMPOSITE", "USB\\ROOT")
        )
    # "Removable device" and setup classes would mean keyboards, too.
    assert not any("DenyRemovableDevices" in name or "DenyDeviceClasses" in name for name in values(state))


@given(st.sets(st.sampled_from(CHANNELS)), st.booleans())
def test_every_choice_says_the_same_values_so_that_each_can_be_taken_back(
    closed: set[str], allowed: bool
) -> None:
    state = compiled(closed=sorted(closed), allow=[STICK] if allowed else [])
    assert values(state).keys() == values(compiled()).keys()
    assert [one.key for one in state.lists] == [one.key for one in compiled().lists]


def test_on_a_running_pc_missing_drivers_are_not_made_and_foreign_entries_go() -> None:
    state = compiled(allow=[STICK])
    found: dict[str, Any] = dict.fromkeys(state.asked)
    found[state.asked[0]] = {"Start": {}}
    listed = next(one for one in state.lists if one.key.endswith("DenyDeviceIDs"))
    found[listed.path] = {"1": {}, "9": {}}
    online = state.online(found)
    assert [value["path"] for value in online["values"] if value["driver"]] == [state.asked[0]]
    assert online["extra"] == [{"path": listed.path, "name": "9"}]
    assert online["gone"] == []
    assert compiled(state="absent").online({})["gone"] == [one.path for one in state.lists]
    assert state.asked[0] == "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\USBSTOR"


@pytest.mark.parametrize("build", [None, "", "18363", "x", "19041x", "９９９９９"])
def test_an_old_windows_is_refused_where_a_stick_is_allowed(build: str | None) -> None:
    with pytest.raises(UserError, match="19041"):
        compiled(allow=[STICK]).must_be_understood(build)
    compiled().must_be_understood(build)
    compiled(allow=[STICK]).must_be_understood("19045")
