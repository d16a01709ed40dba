"""The look of the USB lock and the role itself agree, for every variable of the role: clean, tampered with, taken back.

A container has no USB of its own: what belongs to USBGuard is proven on a virtual machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.agreement import Pc, Step, agree, options, pc

ROLE = "usb_lockdown"
STICK = {
    "vendor": "0951",
    "product": "1666",
    "serial": "001A92053B6A",
    "room": "机房一",
    "until": "2099-12-31",
    "note": "王芳",
}
# Folders that a PC with udev has, and two of ours: a missing one is reported once for all its files.
PREPARE = ("mkdir -p /etc/udev/rules.d /etc/modprobe.d /usr/local/lib/jifang /var/lib/jifang",)
MODPROBE = "/etc/modprobe.d/jifang-usb.conf"
UDEV = "/etc/udev/rules.d/51-jifang-usb.rules"
ENROLMENT = "/var/lib/jifang/usb_enrolment"
LOCK = "usb_lock"
# Other values for every variable, in as few passes of the role as show each difference by itself.
CHANGES: list[tuple[dict[str, Any], set[str]]] = [
    # Only USBGuard's files depend on the classes and on the school's own rules.
    (
        {
            "usb_lockdown_closed": ["usb_storage", "mtp_ptp"],
            "usb_lockdown_enrolment": "2026-09",
            "usb_lockdown_classes": ["audio"],
        },
        {MODPROBE, UDEV, ENROLMENT},
    ),
    ({"usb_lockdown_allow": [STICK], "usb_lockdown_rules": "allow id 046d:0825"}, {UDEV}),
]
OPEN = "mkdir -p /run/jifang; touch /run/jifang/usb_unlocked"
# What somebody does to the PC, what then differs, and what is done besides before it is mended (None: it stays as it
# is). Of each group, one thing at most is of those that the lock is made of.
TAMPERED: list[tuple[str, set[str], str | None]] = [
    # An open window: its flag, then its record alone; mended with both.
    (OPEN, {LOCK}, None),
    ("rm /run/jifang/usb_unlocked; echo 1 9999999999 1 > /var/lib/jifang/usb_unlock", {LOCK}, OPEN),
    (f"rm {UDEV}; systemctl stop jifang-usb-gate.timer", {UDEV, LOCK, "jifang-usb-gate.timer"}, ":"),
    (
        f"echo >> {MODPROBE}; chmod a-x /usr/local/lib/jifang/usb-gate; systemctl disable jifang-usb-gate.timer",
        {MODPROBE, LOCK, "/usr/local/lib/jifang/usb-gate", "jifang-usb-gate.timer"},
        ":",
    ),
]
NAMED_BY_OTHERS = {"usb_lockdown_state", "usb_lockdown_room", "usb_lockdown_names"}

pytestmark = pytest.mark.containers


@pytest.fixture(scope="module")
def machine() -> Iterator[Pc]:
    with pc("agree-usb", *PREPARE) as made:
        yield made


def given(**variables: Any) -> dict[str, Any]:
    return {"usb_lockdown_room": "机房一", **variables}


def test_every_variable_of_the_role_is_tried() -> None:
    tried = {name for variables, _drifts in CHANGES for name in variables}
    assert tried | NAMED_BY_OTHERS == options(ROLE)


def looked_and_checked(**variables: Any) -> list[Step]:
    return [Step("look", given(**variables)), Step("check", given(**variables))]


def test_before_the_first_run_both_name_everything(machine: Pc) -> None:
    # By the word itself: systemd does not know the units yet, and the role has to know why.
    looked, checked = machine.run(ROLE, looked_and_checked(), "--check", "--diff")
    assert {MODPROBE, UDEV, LOCK, "jifang-usb-gate.timer"} <= looked.subjects
    # A unit that is not there yet is started with its file.
    assert looked.subjects - checked.subjects == {"jifang-usb-gate.timer"}
    assert f"+++ after: {MODPROBE}" in checked.said
    assert "+install usb-storage " in checked.said
    assert machine.run("", [Step(f"! test -e {MODPROBE}")])


def test_the_look_and_the_role_agree(machine: Pc) -> None:
    mend = [Step("apply", given()), Step("look", given())]
    steps = [Step("apply", given()), *looked_and_checked()]
    for variables, _drifts in CHANGES:
        steps += looked_and_checked(**variables)
    for command, _drifts, besides in TAMPERED:
        steps += [Step(command), *looked_and_checked()]
        steps += [Step(besides), *mend] if besides else []
    absent = looked_and_checked(usb_lockdown_state="absent")
    steps += [*absent, Step("apply", given(usb_lockdown_state="absent")), *absent]
    done = machine.run(ROLE, steps)
    seen = iter([one for one in done if one.does in ("look", "check")])

    assert agree(next(seen), next(seen)) == set(), "a second run changes nothing"
    for variables, drifts in CHANGES:
        assert agree(next(seen), next(seen)) == drifts, variables
    for command, drifts, besides in TAMPERED:
        assert agree(next(seen), next(seen)) == drifts, command
        if besides:
            assert next(seen).subjects == set(), f"mended: {command}"
    assert {MODPROBE, UDEV} <= agree(next(seen), next(seen))
    # Taken back with its files, of which it is made.
    assert LOCK in done[-3].subjects
    assert agree(next(seen), next(seen)) == set(), "taken back, a second run changes nothing"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"usb_alow": []}, "usb_alow is unknown, perhaps usb_allow is meant"),
        ({"usb_allow": [STICK, STICK]}, "entries 1 and 2 both allow"),
        ({"usb_rules": "allow everything"}, "usb_rules, line 1"),
    ],
)
def test_a_senseless_variable_changes_nothing(machine: Pc, variables: dict[str, Any], words: str) -> None:
    for does in ("look", "apply"):
        (seen,) = machine.run(ROLE, [Step(does, given(**variables))], check=False)
        assert words in seen.said
        assert re.search(r"changed=0 .*failed=1", seen.said)
