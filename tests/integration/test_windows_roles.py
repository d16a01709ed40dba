"""The Windows roles on a Windows of one file: the modules of ansible.windows that they call are stood in for.

There is no Windows here. What the stand-ins take is held against the real collection's documentation, so that a task
with an option that the real module does not have fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab_command.paths import ROOT

TOOLS = Path(sys.executable).parent
RESTRICTIONS = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows\\DeviceInstall\\Restrictions"
SERVICES = "HKLM:\\SYSTEM\\CurrentControlSet\\Services"
VERSION = "HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
STICK = {
    "vendor": "0951",
    "product": "1666",
    "serial": "001A92053B6AF9A0C",
    "room": "机房一",
    "until": "2099-12-31",
    "note": "课件",
}
STAND_INS = ROOT / "tests/fixtures/windows"


@pytest.fixture
def windows(tmp_path: Path) -> Path:
    """A Windows 10 as far as the roles look at it: its registry, its write filter, not yet installed."""
    drivers = {"USBSTOR": 3, "UASPStor": 3, "cdrom": 1, "1394ohci": 3}
    services = {f"{SERVICES}\\{name}": {"Start": start} for name, start in drivers.items()}
    uwf = {"current": False, "next": False, "overlay": "RAM", "overlay_mb": 1024}
    whole = {
        "registry": {VERSION: {"CurrentBuildNumber": "19045"}, **services},
        "features": [],
        "uwf": {**uwf, "volumes": [], "files": ["C:\\Old"], "keys": [], "users": []},
    }
    file = tmp_path / "windows.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    return file


def run(windows: Path, *arguments: str, playbook: str = "lock_usb_windows", **variables: Any) -> str:
    host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "lab_room": "机房一"}
    inventory = {"windows": {"hosts": {"win01": {**host, "lab_language": "en", **variables}}}}
    path = windows.with_name("hosts.json")
    path.write_text(json.dumps({"all": {"children": inventory}}), encoding="utf-8")
    done = subprocess.run(
        [TOOLS / "ansible-playbook", "-i", path, *arguments, ROOT / f"playbooks/{playbook}.yml"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(windows.parent),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": f"{STAND_INS}:{ROOT / 'collections'}",
            "WINDOWS_FILE": str(windows),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    return f"{done.stdout}{done.stderr}"


def whole(windows: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(windows.read_text(encoding="utf-8"))
    return read


def content(windows: Path) -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = whole(windows)["registry"]
    return read


def change(windows: Path, registry: dict[str, Any]) -> None:
    windows.write_text(json.dumps({**whole(windows), "registry": registry}), encoding="utf-8")


def test_it_locks_once_keeps_to_check_mode_and_can_be_taken_back(windows: Path) -> None:
    before = content(windows)
    assert "changed=0" not in run(windows, "--check")
    assert content(windows) == before
    said = run(windows)
    assert "failed=0" in said, said
    locked = content(windows)
    assert locked[f"{SERVICES}\\USBSTOR"] == {"Start": 4}
    assert f"{SERVICES}\\sbp2port" not in locked, "a driver that this Windows does not have"
    assert locked[f"{RESTRICTIONS}\\DenyDeviceIDs"]["1"] == "USB\\Class_08"
    assert "changed=0" in run(windows)
    run(windows, win_usb_lockdown_state="absent")
    back = content(windows)
    assert {path: values for path, values in back.items() if values} == before
    assert "changed=0" in run(windows, win_usb_lockdown_state="absent")


def test_an_allowed_stick_and_a_foreign_entry(windows: Path) -> None:
    key = f"{RESTRICTIONS}\\AllowInstanceIDs"
    there = {**content(windows), key: {"1": "USB\\OLD", "7": "USB\\OTHER"}}
    change(windows, there)
    said = run(windows, usb_allow=[STICK])
    assert "failed=0" in said, said
    assert content(windows)[key] == {"1": "USB\\VID_0951&PID_1666\\001A92053B6AF9A0C"}
    assert "cards in built-in slots" in said


def test_an_old_windows_is_refused_before_anything_is_written(windows: Path) -> None:
    before = {**content(windows), VERSION: {"CurrentBuildNumber": "17763"}}
    change(windows, before)
    said = run(windows, usb_allow=[STICK])
    assert "build 17763" in said
    assert content(windows) == before


def test_a_windows_is_frozen_once_thawed_and_let_go(windows: Path) -> None:
    before = whole(windows)
    assert "changed=0" not in run(windows, "--check", playbook="freeze_windows")
    assert whole(windows) == before
    said = run(windows, playbook="freeze_windows")
    assert "failed=0" in said, said
    frozen = whole(windows)["uwf"]
    assert (frozen["current"], frozen["next"], frozen["overlay_mb"], frozen["volumes"]) == (
        True,
        True,
        4096,
        ["C:"],
    )
    assert frozen["files"] == ["C:\\ProgramData\\Jifang"]
    assert "changed=0" in run(windows, playbook="freeze_windows")
    assert "frozen with other settings" in run(windows, playbook="freeze_windows", win_freeze_overlay_mb=8192)
    run(windows, playbook="freeze_windows", win_freeze_state="thawed")
    assert whole(windows)["uwf"]["current"] is False
    run(windows, playbook="freeze_windows", win_freeze_state="absent")
    assert whole(windows)["uwf"]["volumes"] == []
    assert "changed=0" in run(windows, playbook="freeze_windows", win_freeze_state="absent")


def test_a_windows_with_a_pupil_at_it_is_not_restarted(windows: Path) -> None:
    there = whole(windows)
    there["uwf"]["users"] = ["pupil"]
    windows.write_text(json.dumps(there), encoding="utf-8")
    assert "pupil is logged in on win01" in run(windows, playbook="freeze_windows")
    assert whole(windows)["uwf"] == there["uwf"]
    assert "failed=0" in run(windows, playbook="freeze_windows", win_freeze_confirm=["win01"])


@cache
def documented() -> dict[str, Any]:
    """The modules that the Windows roles call, as the real collection documents them."""
    done = subprocess.run(
        [TOOLS / "ansible-doc", "--json", "--type", "module", *sorted(called())],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def tasks() -> list[tuple[str, dict[str, Any]]]:
    """Every task of the Windows roles, with the file that it is in."""
    files = [
        path
        for role in ("win_usb_lockdown", "win_freeze")
        for path in (ROOT / "roles" / role / "tasks").glob("*.yml")
    ]
    return [(path.name, task) for path in files for task in yaml.safe_load(path.read_text(encoding="utf-8"))]


def called() -> set[str]:
    return {name for _, task in tasks() for name in task if name.startswith("ansible.windows.")}


def test_the_real_collection_has_every_module_and_option_that_is_used() -> None:
    assert {"ansible.windows.win_regedit", "ansible.windows.win_reg_stat"} <= called()
    for file, task in tasks():
        for name in task.keys() & called():
            options = documented()[name]["doc"]["options"]
            known = set(options) | {
                alias for option in options.values() for alias in option.get("aliases", [])
            }
            assert set(task[name] or {}) <= known, (file, task["name"])
