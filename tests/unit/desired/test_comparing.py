"""The judge of what a PC answers: an answer of any shape gives drift and never an error."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import applying, comparing, wording
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.asking import questions, wanted_here
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.comparing import compare
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.state import (
    AbsentFile,
    Account,
    BootOrder,
    Built,
    DesiredState,
    File,
    Link,
    Module,
    Package,
    Unit,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ITEMS = (
    File("/etc/a", "a"),
    AbsentFile("/etc/b"),
    Link("/etc/c", "d"),
    Package("sudo"),
    Unit("ssh.service", enabled=True, active=True, masked=False),
    Module("usb-storage"),
    Account("root", password_locked=True, shell="/bin/bash"),  # noqa: S604 - of an account
    Built(name="menu", command=("true",), sources=("/etc/a",)),
    BootOrder(barred=("usb",)),
)
STATE = DesiredState(ITEMS)
FINE: dict[str, Any] = {
    "exists": {"/etc": 1, "/var/lib/jifang": 1},
    "files": {
        "/etc/a": {
            "type": "file",
            "mode": 0o644,
            "owner": "root",
            "group": "root",
            "sha256": ITEMS[0].digest,  # type: ignore[union-attr]
        },
        "/etc/b": {"error": "absent"},
        "/etc/c": {"type": "link", "mode": 0o777, "owner": "root", "group": "root", "target": "d"},
        "/var/lib/jifang/role.unfinished": {"error": "absent"},
    },
    "packages": {"sudo": 1},
    "units": {
        "rc": 0,
        "out": "Id=ssh.service\nNames=ssh.service sshd.service\nActiveState=active\nUnitFileState=enabled\n",
    },
    "modules": {"usb_storage": 0},
    "accounts": {"root": {"shell": "/bin/bash", "locked": 1}},
    "built": {"menu": {"now": "ab", "stamp": "ab\n"}},
    "boot": {"error": "absent"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def told(**parts: Any) -> list[str]:
    return [wording.as_data(drift, "en")["text"] for drift in compare("role", STATE, {**FINE, **parts})]


def test_everything_is_as_wanted() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"packages": {"sudo": 0}}, "package sudo: is not installed"),
        ({"packages": {"error": "unreadable"}}, "package sudo: cannot be looked at"),
        ({"packages": {}}, "package sudo: cannot be looked at"),
        ({"modules": {"usb_storage": 1}}, "kernel module usb-storage: is loaded"),
        (
            {"built": {"menu": {"now": "ab", "stamp": ""}}},
            "build result menu: was not built from the present files",
        ),
        ({"built": {"menu": {"error": "denied"}}}, "build result menu: cannot be looked at: no permission"),
        ({"accounts": {"root": {"shell": "/bin/bash", "locked": 0}}}, "account root: can log in by password"),
        (
            {"accounts": {"root": {"shell": "/bin/sh", "locked": 2}}},
            "account root: has the shell /bin/sh instead of /bin/bash",
        ),
        (
            {"accounts": {"root": {"shell": "/bin/bash", "locked": {"error": "denied"}}}},
            "account root: cannot be looked at: no permission",
        ),
        (
            {"units": {"error": "timeout", "out": ""}},
            "service ssh.service: cannot be looked at: no answer in time",
        ),
        ({"boot": {"error": "denied"}}, "boot order BootOrder: cannot be looked at: no permission"),
    ],
)
def test_one_thing_is_not(parts: dict[str, Any], said: str) -> None:
    assert told(**parts) == [said]


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("ActiveState=failed\nUnitFileState=enabled", ["does not run"]),
        ("ActiveState=active\nUnitFileState=masked", ["is masked", "does not start with the PC"]),
        (
            "ActiveState=inactive\nUnitFileState=enabled-runtime",
            ["does not start with the PC", "does not run"],
        ),
        ("ActiveState=activating\nUnitFileState=static", []),
    ],
)
def test_units(shown: str, said: list[str]) -> None:
    assert told(units={"rc": 0, "out": f"Id=ssh.service\n{shown}\n"}) == [
        f"service ssh.service: {one}" for one in said
    ]


def test_a_unit_is_found_by_each_of_its_names() -> None:
    units = comparing.parse_units(
        "Id=ssh.service\nNames=ssh.service sshd.service\n\nId=a.service\nNames=a.service\n"
    )
    assert set(units) == {"ssh.service", "sshd.service", "a.service"}


def test_a_broken_off_run_is_told() -> None:
    files = {**FINE["files"], "/var/lib/jifang/role.unfinished": {"type": "file"}}
    assert told(files=files) == ["file /var/lib/jifang/role.unfinished: a run was broken off before its end"]
    assert applying.document("role", STATE, {**FINE, "files": files})["taken_up"] is True
    assert applying.document("role", STATE, FINE)["taken_up"] is False


def test_what_a_pc_says_is_cut_and_cleaned() -> None:
    files = {**FINE["files"], "/etc/c": {"type": "link", "target": "\x1b[31m" + "x" * 5000}}
    (line,) = told(files=files)
    assert "\x1b" not in line
    assert len(line) < 250


def test_the_way_in_is_kept() -> None:
    def document(**account: Any) -> dict[str, Any]:
        return applying.document("role", STATE, {**FINE, "accounts": {"root": account}, "through": through})

    through = ""
    with pytest.raises(UserError):
        document(locked=0, key=0)
    with pytest.raises(UserError):
        document(locked=0)
    assert document(locked=0, key=1)
    assert document(locked=1)
    assert document(locked=2)
    through = "sudo"
    assert document(locked=0, key=0)


def test_what_was_never_open_is_not_opened() -> None:
    state = DesiredState((Account("root", password_locked=False),))
    here = [
        bool(wanted_here(state, {"accounts": {"root": {"locked": locked}}}).items) for locked in (0, 1, 2)
    ]
    assert here == [True, True, False]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FINE, JSON)))
def test_whatever_a_pc_answers_is_judged(answer: dict[str, Any]) -> None:
    drifts = compare("role", STATE, answer)
    document = applying.document("role", DesiredState(ITEMS[:6]), answer)
    assert document["folders"] in ([], ["/etc"], ["/var/lib/jifang"], ["/etc", "/var/lib/jifang"])
    for drift in drifts:
        wording.as_data(drift, "zh_CN")
    # Nothing that was left out of the answer passes as wanted.
    missing = {"packages", "modules", "accounts", "built", "units", "files"} - set(answer)
    assert len({drift.kind for drift in drifts if not drift.known}) >= len(missing)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FINE)), JSON)
def test_one_part_of_any_shape_is_judged(part: str, value: Any) -> None:
    answer = {**FINE, part: {**FINE[part], **value} if isinstance(value, dict) else value}
    for drift in compare("role", STATE, answer):
        wording.as_data(drift, "en")


@pytest.mark.parametrize("path", ["etc/a", "/etc/../a", "/etc/a b", "/etc/$(id)", "/etc/a\n", "/"])
def test_only_plain_paths_are_asked_for(path: str) -> None:
    with pytest.raises(ValueError, match="not a plain absolute path"):
        questions({"role": DesiredState((AbsentFile(path),))})
