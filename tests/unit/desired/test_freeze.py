"""What role freeze puts on a PC; its start script is run by a real shell, with a clock of the test's own."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import asking
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.compilers import compile_role, defaults
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.freeze import keep_paths
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.state import AbsentFile, File, Package, Unit
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import strategies as st

SETTINGS = "/etc/overlayroot.local.conf"


def variables(**given: Any) -> dict[str, Any]:
    return {**defaults("freeze"), "freeze_language": "zh_CN", **given}


def written(**given: Any) -> dict[str, str]:
    return {
        item.path: item.content
        for item in compile_role("freeze", variables(**given)).items
        if isinstance(item, File)
    }


def test_every_question_can_be_asked_and_every_shell_script_is_sound() -> None:
    state = compile_role("freeze", variables())
    asking.questions({"freeze": state})
    for path, content in written().items():
        assert "@" not in content.replace("%@", ""), path
        if content.startswith("#!/bin/sh") or path == SETTINGS:
            subprocess.run(["shellcheck", "--shell=sh", "-"], input=content, text=True, check=True)


@pytest.mark.parametrize(
    ("answer", "frozen"),
    [
        ({"exists": {asking.FROZEN: 1}}, True),
        ({"exists": {asking.FROZEN: 0}}, False),
        ({"exists": {asking.FROZEN: {"error": "denied"}}}, False),
        ({"exists": "nonsense"}, False),
        ({}, False),
    ],
)
def test_every_role_learns_whether_the_pc_is_frozen(answer: dict[str, Any], frozen: bool) -> None:
    assert asking.FROZEN in asking.questions({"lab_pc": compile_role("freeze", variables())})["exists"]
    assert asking.is_frozen(answer) is frozen


def test_absent_leaves_nothing_of_it() -> None:
    there, gone = (
        compile_role("freeze", variables()),
        compile_role("freeze", variables(freeze_state="absent")),
    )
    removed = {item.path for item in gone.items if isinstance(item, AbsentFile)}
    assert {item.path for item in there.items if isinstance(item, File)} < removed
    for unit in (item for item in there.items if isinstance(item, Unit)):
        assert any(path.endswith(f".wants/{unit.name}") for path in removed)
    assert Package("overlayroot", present=False) in gone.items


def test_home_is_kept_by_choice_and_its_mounts_are_waited_for() -> None:
    assert "/home\n" not in written()["/etc/jifang/freeze-keep"]
    kept = written(freeze_keep_home=True)
    assert "/home\n" in kept["/etc/jifang/freeze-keep"]
    unit = kept["/etc/systemd/system/jifang-freeze-keep.service"]
    assert "RequiresMountsFor=/home /media/root-ro/home " in unit


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            "/",
            "home",
            "/home/../etc",
            "/a b",
            "/a\nb",
            "/a;b",
            "/a$b",
            "/a%b",
            "/a*",
            7,
            None,
            "/./a",
            "//",
        ),
        *(
            "/etc",
            "/etc/hosts",
            "/usr/local/share",
            "/var",
            "/var/lib",
            "/var/lib/dpkg/info",
            "/var/log",
            "/media",
        ),
        *("/media/root-ro/home", "/boot/efi", "/root", "/proc/1"),
    ],
)
def test_what_is_no_path_or_belongs_to_the_system_is_refused(path: object) -> None:
    with pytest.raises(UserError, match="freeze_keep_paths"):
        keep_paths(variables(freeze_keep_paths=[path]))


@pytest.mark.parametrize("path", ["/data", "/data/作业", "/var/log/jifang", "/srv/pupils/", "/opt/course"])
def test_other_folders_can_be_kept(path: str) -> None:
    assert keep_paths(variables(freeze_keep_paths=[path])) == (path.rstrip("/"),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"freeze_keep_paths": "/data"},
        {"freeze_keep_paths": [f"/data/{number}" for number in range(40)]},
        {"freeze_keep_paths": ["/data", "/data/a"]},
        {"freeze_keep_home": True, "freeze_keep_paths": ["/home/pupil"]},
        {"freeze_keep_home": "yes"},
        {"freeze_state": "on"},
    ],
)
def test_a_wrong_variable_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=next(reversed(wrong))):
        compile_role("freeze", variables(**wrong))


@given(st.lists(st.text(), max_size=5))
def test_what_is_kept_can_stand_in_a_unit_and_a_list(paths: list[str]) -> None:
    try:
        kept = keep_paths(variables(freeze_keep_paths=paths))
    except UserError:
        return
    assert all(path.startswith("/") and not set(path) & set(" \t\n\"'\\%$;&*") for path in kept)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/overlayroot.local.conf").write_text(written()[SETTINGS], encoding="utf-8")
    (tmp_path / "var/lib/jifang/freeze").mkdir(parents=True)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, does in (
        ("date", 'echo "$NOW"'),
        # As klibc's, which refuses to remount a folder without a device.
        ("mount", '[ $# = 4 ] || exit 1; echo "$*" >> "$LOG"'),
        ("sync", ":"),
        ("cat", 'echo "$CMDLINE"'),
    ):
        (tools / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    return tmp_path


def start(disk: Path, now: int | str = 1000, cmdline: str = "ro quiet") -> str:
    """What overlayroot reads out of the settings: as its ``parse_cfg`` sources them."""
    done = subprocess.run(
        [
            "sh",
            "-c",
            'readonly __file="$1"; . "$__file" || exit 1; echo "$overlayroot"',
            "-",
            f"{disk}{SETTINGS}",
        ],
        env={
            "PATH": f"{disk}/bin:/usr/bin:/bin",
            "NOW": str(now),
            "CMDLINE": cmdline,
            "LOG": f"{disk}/mounts",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()  # a second one would be taken for a setting
    return line.partition(":")[0]


def state_file(disk: Path, name: str) -> Path:
    return disk / "var/lib/jifang/freeze" / name


@pytest.mark.parametrize(
    ("line", "now", "found"),
    [
        ("900 2000 0", 1000, "disabled"),
        ("900 2000 0", 900, "disabled"),
        ("900 2000 0", 2000, "tmpfs"),
        ("900 2000 0", 899, "tmpfs"),
        ("900 2000 0", "", "tmpfs"),
        ("900 2000 28800", 1000 + 28800, "disabled"),
        ("900 2000 28800", 2000 + 28800, "tmpfs"),
        ("900 2000 28800", 1000, "tmpfs"),
        ("900 2000", 1000, "tmpfs"),
        ("", 1000, "tmpfs"),
        ("a b c", 1000, "tmpfs"),
        ("900 2000 $(reboot)", 1000, "tmpfs"),
        ("900 2000 0 0", 1000, "tmpfs"),
    ],
)
def test_a_window_holds_by_the_clock_and_what_is_broken_is_none(
    disk: Path, line: str, now: int | str, found: str
) -> None:
    state_file(disk, "thaw").write_text(line, encoding="utf-8")
    assert start(disk, now) == found


def test_without_state_the_pc_is_frozen_and_the_disk_is_not_touched(disk: Path) -> None:
    assert start(disk) == "tmpfs"
    assert not (disk / "mounts").exists()


def test_a_trial_that_does_not_come_up_is_not_tried_twice(disk: Path) -> None:
    state_file(disk, "trial").write_text("armed\n", encoding="utf-8")
    assert start(disk) == "tmpfs"
    assert (disk / "mounts").read_text(encoding="utf-8") == (
        f"-o remount,rw none {disk}\n-o remount,ro none {disk}\n"
    )
    assert state_file(disk, "trial").read_text(encoding="utf-8") == "started\n"
    assert start(disk) == "disabled"
    state_file(disk, "trial").unlink()  # confirmed
    assert start(disk) == "tmpfs"


@pytest.mark.parametrize("cmdline", ["ro overlayroot=disabled", "overlayroot=disabled quiet"])
def test_a_start_that_the_administrator_took_over_uses_up_no_trial(disk: Path, cmdline: str) -> None:
    state_file(disk, "trial").write_text("armed\n", encoding="utf-8")
    start(disk, cmdline=cmdline)
    assert state_file(disk, "trial").read_text(encoding="utf-8") == "armed\n"
