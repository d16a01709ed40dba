"""Role win_usb_lockdown against a registry of the test's own: two modules of ansible.windows are stood in for.

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
# As ansible.windows 2 and 3 behave (plugins/modules/win_regedit.ps1, win_reg_stat.ps1), over a JSON file.
COMMON = """
import json
import pathlib
from ansible.module_utils.basic import AnsibleModule

FILE = pathlib.Path(%r)


def load():
    return json.loads(FILE.read_text())
"""
REG_STAT = """
def main():
    module = AnsibleModule({"path": {"type": "str"}, "name": {"type": "str"}}, supports_check_mode=True)
    values = load().get(module.params["path"])
    name = module.params["name"]
    if name is None:
        there = {one: {"value": value} for one, value in (values or {}).items()}
        module.exit_json(changed=False, exists=values is not None, properties=there)
    module.exit_json(changed=False, exists=name in (values or {}), value=(values or {}).get(name))


main()
"""
REGEDIT = """
def main():
    spec = {"path": {"type": "str"}, "name": {"type": "str"}, "data": {"type": "raw"}, "type": {"type": "str"},
            "state": {"type": "str", "default": "present"}, "delete_key": {"type": "bool", "default": True}}
    module = AnsibleModule(spec, supports_check_mode=True)
    given, registry = module.params, load()
    before = json.dumps(registry, sort_keys=True)
    path, name = given["path"], given["name"]
    if given["state"] == "present":
        data = int(given["data"]) if given["type"] == "dword" else str(given["data"])
        registry.setdefault(path, {})[name] = data
    elif name is None and given["delete_key"]:
        registry = {one: values for one, values in registry.items() if one != path}
    else:
        registry.get(path, {}).pop(name, None)
    after = json.dumps(registry, sort_keys=True)
    if not module.check_mode:
        FILE.write_text(after)
    module.exit_json(changed=after != before)


main()
"""


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A Windows 10's registry as far as the role looks at it; beside it the stand-ins."""
    modules = tmp_path / "ansible_collections/ansible/windows/plugins/modules"
    modules.mkdir(parents=True)
    file = tmp_path / "registry.json"
    drivers = {"USBSTOR": 3, "UASPStor": 3, "cdrom": 1, "1394ohci": 3}
    services = {f"{SERVICES}\\{name}": {"Start": start} for name, start in drivers.items()}
    file.write_text(json.dumps({VERSION: {"CurrentBuildNumber": "19045"}, **services}), encoding="utf-8")
    for name, text in (("win_reg_stat", REG_STAT), ("win_regedit", REGEDIT)):
        (modules / f"{name}.py").write_text(COMMON % str(file) + text, encoding="utf-8")
    return file


def run(registry: Path, *arguments: str, **variables: Any) -> str:
    host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "lab_room": "机房一"}
    inventory = {"windows": {"hosts": {"win01": {**host, "lab_language": "en", **variables}}}}
    path = registry.with_name("hosts.json")
    path.write_text(json.dumps({"all": {"children": inventory}}), encoding="utf-8")
    done = subprocess.run(
        [TOOLS / "ansible-playbook", "-i", path, *arguments, ROOT / "playbooks/lock_usb_windows.yml"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(registry.parent),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": f"{registry.parent}:{ROOT / 'collections'}",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    return f"{done.stdout}{done.stderr}"


def content(registry: Path) -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = json.loads(registry.read_text(encoding="utf-8"))
    return read


def test_it_locks_once_keeps_to_check_mode_and_can_be_taken_back(registry: Path) -> None:
    before = content(registry)
    assert "changed=0" not in run(registry, "--check")
    assert content(registry) == before
    said = run(registry)
    assert "failed=0" in said, said
    locked = content(registry)
    assert locked[f"{SERVICES}\\USBSTOR"] == {"Start": 4}
    assert f"{SERVICES}\\sbp2port" not in locked, "a driver that this Windows does not have"
    assert locked[f"{RESTRICTIONS}\\DenyDeviceIDs"]["1"] == "USB\\Class_08"
    assert "changed=0" in run(registry)
    run(registry, win_usb_lockdown_state="absent")
    back = content(registry)
    assert {path: values for path, values in back.items() if values} == before
    assert "changed=0" in run(registry, win_usb_lockdown_state="absent")


def test_an_allowed_stick_and_a_foreign_entry(registry: Path) -> None:
    key = f"{RESTRICTIONS}\\AllowInstanceIDs"
    there = {**content(registry), key: {"1": "USB\\OLD", "7": "USB\\OTHER"}}
    registry.write_text(json.dumps(there), encoding="utf-8")
    said = run(registry, usb_allow=[STICK])
    assert "failed=0" in said, said
    assert content(registry)[key] == {"1": "USB\\VID_0951&PID_1666\\001A92053B6AF9A0C"}
    assert "cards in built-in slots" in said


def test_an_old_windows_is_refused_before_anything_is_written(registry: Path) -> None:
    before = {**content(registry), VERSION: {"CurrentBuildNumber": "17763"}}
    registry.write_text(json.dumps(before), encoding="utf-8")
    said = run(registry, usb_allow=[STICK])
    assert "build 17763" in said
    assert content(registry) == before


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
            assert set(task[name]) <= known, (file, task["name"])
