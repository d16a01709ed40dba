"""Which commands make Windows' write filter restore a PC, by what the PC told and what is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.compilers import defaults
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.win_freeze import (
    UwfPlan,
    compile_win_freeze,
    plan,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import strategies as st

NEW: dict[str, Any] = {"current": False, "next": False, "overlay": "RAM", "overlay_mb": 1024}
SET: dict[str, Any] = {
    "current": True,
    "next": True,
    "overlay": "RAM",
    "overlay_mb": 4096,
    "volumes": ["C:"],
    "files": ["C:\\ProgramData\\JIFANG"],
    "keys": ["HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation"],
    "users": [],
}
ROLE = Path(__file__).parents[3] / "roles/win_freeze"


def planned(present: dict[str, Any], **given: Any) -> UwfPlan:
    variables = {**defaults("win_freeze"), **{f"win_freeze_{name}": value for name, value in given.items()}}
    return plan("win01", compile_win_freeze(variables), present)


def words(made: UwfPlan) -> list[str]:
    return [" ".join(command).removeprefix("uwfmgr.exe ") for command in made.commands]


def test_a_new_pc_gets_its_settings_and_then_the_filter() -> None:
    made = planned(NEW)
    assert words(made) == [
        "overlay set-size 4096",
        "volume protect C:",
        "file add-exclusion C:\\ProgramData\\Jifang",
        "registry add-exclusion HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation",
        "filter enable",
    ]
    assert made.restart


@pytest.mark.parametrize(
    ("present", "given", "commands", "restart"),
    [
        (SET, {}, [], False),
        (SET, {"state": "thawed"}, ["filter disable"], True),
        ({**SET, "current": False, "next": False}, {}, ["filter enable"], True),
        ({**SET, "current": False}, {}, [], True),
        ({**SET, "current": False}, {"restart": False}, [], False),
        ({**SET, "next": False}, {"state": "thawed"}, [], True),
        ({**SET, "current": False, "next": False}, {"state": "thawed"}, [], False),
        (SET, {"state": "absent"}, ["filter disable", "volume unprotect C:"], True),
        ({**NEW, "volumes": []}, {"state": "absent"}, [], False),
        (
            {**SET, "current": False, "files": ["C:\\Old", "c:\\programdata\\jifang"]},
            {},
            ["file remove-exclusion C:\\Old"],
            True,
        ),
        ({**SET, "current": False}, {"overlay": "Disk"}, ["overlay set-type DISK"], True),
    ],
)
def test_only_what_is_wanting_is_done(
    present: dict[str, Any], given: dict[str, Any], commands: list[str], restart: bool
) -> None:
    made = planned(present, **given)
    assert (words(made), made.restart) == (commands, restart)


@pytest.mark.parametrize(
    ("present", "given", "said"),
    [
        ({}, {}, "no Unified Write Filter"),
        ({"current": None, "next": None}, {"state": "thawed"}, "no Unified Write Filter"),
        ({**SET, "overlay_mb": 1024}, {}, "frozen with other settings"),
        ({**NEW, "users": ["pupil"]}, {}, "pupil is logged in on win01"),
        ({**NEW, "users": ["pupil"]}, {"confirm": ["win02"]}, "win_freeze_confirm=win01"),
    ],
)
def test_refusals_name_the_host(present: dict[str, Any], given: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        planned(present, **given)


def test_installing_the_filter_may_restart_the_pc_and_asks_the_same() -> None:
    new = {"current": None, "next": None, "users": ["pupil"]}
    wish = compile_win_freeze(defaults("win_freeze"))
    with pytest.raises(UserError, match="pupil is logged in on win01"):
        plan("win01", wish, new, installing=True)
    assert plan("win01", wish, {**new, "users": []}, installing=True) == UwfPlan((), restart=False)
    assert plan("win01", wish, {**SET, "users": ["pupil"]}, installing=True).commands == ()


def test_a_pc_that_was_named_or_is_not_restarted_is_not_refused() -> None:
    planned({**NEW, "users": ["pupil"]}, confirm=["win01"])
    planned({**NEW, "users": ["pupil"]}, confirm="win01")
    planned({**NEW, "users": ["pupil"]}, restart=False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "on"},
        {"overlay": "Tape"},
        {"overlay_mb": 10},
        {"overlay_mb": "4096"},
        {"volumes": ["C"]},
        {"volumes": "C:"},
        {"keep_paths": ["C:\\Windows"]},
        {"keep_paths": ["C:\\Users"]},
        {"keep_paths": ["D:\\Data"]},
        {"keep_paths": ['C:\\a" & del']},
        {"keep_paths": ["\\\\server\\share"]},
        {"keep_keys": ["HKCU\\Software"]},
    ],
)
def test_a_wrong_variable_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=f"win_freeze_{next(iter(wrong))}"):
        planned(NEW, **wrong)


@given(
    st.dictionaries(st.sampled_from(sorted(SET)), st.none() | st.booleans() | st.text() | st.lists(st.text()))
)
def test_any_answer_is_survived(present: dict[str, Any]) -> None:
    try:
        made = planned(present)
    except UserError:
        return
    assert all('"' not in word for command in made.commands for word in command)


def test_the_script_only_reads_and_names_the_documented_classes() -> None:
    """There is no PowerShell here: its text is held against what it may call."""
    text = (ROLE / "files/read_uwf.ps1").read_text(encoding="utf-8")
    for name in (
        "UWF_Filter",
        "UWF_OverlayConfig",
        "UWF_Volume",
        "UWF_RegistryFilter",
        "root/standardcimv2/embedded",
    ):
        assert name in text
    methods = {
        line.split("-MethodName ")[1].split()[0] for line in text.splitlines() if "-MethodName" in line
    }
    assert methods == {"GetExclusions", "GetOwner"}
    assert text.count("{") == text.count("}")
    assert text.count("(") == text.count(")")
