"""The compiler of usb_lockdown: from variables to files, and nothing where a variable makes no sense."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import asking, compilers, usb_files
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.state import (
    AbsentFile,
    Built,
    DesiredState,
    File,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_policy import CHANNELS
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

STICK = {
    "vendor": "0951",
    "product": "1666",
    "serial": "001A92053B6A",
    "room": "机房一",
    "until": "2026-12-31",
    "note": "王芳",
}
UDEV = "/etc/udev/rules.d/51-jifang-usb.rules"
MODPROBE = "/etc/modprobe.d/jifang-usb.conf"


def compiled(**variables: Any) -> DesiredState:
    given = {
        "usb_lockdown_state": "present",
        "usb_lockdown_closed": None,
        "usb_lockdown_allow": [],
        "usb_lockdown_classes": [],
        "usb_lockdown_rules": "",
        "usb_lockdown_enrolment": 1,
        "usb_lockdown_room": "机房一",
        "usb_lockdown_names": [],
    }
    assert set(given) == set(compilers.defaults("usb_lockdown"))
    return compilers.compile_role(
        "usb_lockdown", given | {f"usb_lockdown_{k}": v for k, v in variables.items()}
    )


def files(state: DesiredState) -> dict[str, File]:
    return {item.path: item for item in state.items if isinstance(item, File)}


def test_the_plan_of_the_probe_can_be_made_of_it() -> None:
    for state in (compiled(), compiled(state="absent")):
        assert asking.questions({"usb_lockdown": state})
        assert json.dumps(state.as_data())


def test_no_driver_of_a_closed_channel_can_be_loaded_but_in_an_open_window() -> None:
    text = files(compiled())[MODPROBE].content
    modules = re.findall(r"^install (\S+) ", text, re.MULTILINE)
    assert {"usb-storage", "uas", "sr_mod", "firewire-sbp2", "thunderbolt", "mmc_block"} <= set(modules)
    assert len(modules) == len(set(modules))
    assert all(usb_files.FLAG in line for line in text.splitlines()[1:])
    assert "blacklist" not in text
    assert files(compiled(closed=[]))[MODPROBE].content.splitlines()[1:] == []


@pytest.mark.parametrize(
    ("types", "rc"), [([], 1), (["SD"], 1), (["MMC"], 0), (["SD", "MMC"], 0), (["SDIO"], 1)]
)
def test_the_driver_of_memory_cards_is_loaded_for_a_pc_whose_own_disk_is_one(
    tmp_path: Path, types: list[str], rc: int
) -> None:
    (command,) = re.findall(r"^install mmc_block (.*)$", files(compiled())[MODPROBE].content, re.MULTILINE)
    for number, kind in enumerate(types):
        (tmp_path / f"mmc{number}").mkdir()
        (tmp_path / f"mmc{number}" / "type").write_text(f"{kind}\n")
    command = command.replace("/sys/bus/mmc/devices", str(tmp_path)).replace("/sbin/modprobe", "true")
    assert subprocess.run(["sh", "-c", command], capture_output=True).returncode == rc


def test_each_channel_has_rules_of_its_own() -> None:
    marks = {
        "usb_storage": ['"*:08????:*"', 'ATTR{bInterfaceClass}=="08"'],
        "mtp_ptp": ['ATTR{bInterfaceClass}=="06"', '"*MTP*"', '"*:ff42??:*"'],
        "optical": ['ATTR{delete}="1"'],
        "card_readers": ['SUBSYSTEM=="mmc"', 'SUBSYSTEMS=="memstick"'],
        "firewire": ['SUBSYSTEMS=="firewire"'],
        "thunderbolt": ['SUBSYSTEM=="thunderbolt"'],
    }
    assert set(marks) == set(CHANNELS)
    for channel, wanted in marks.items():
        alone = files(compiled(closed=[channel]))[UDEV].content
        others = files(compiled(closed=[one for one in CHANNELS if one != channel]))[UDEV].content
        for mark in wanted:
            assert mark in alone
            assert mark not in others


def test_every_label_is_there_and_is_gone_to_forwards() -> None:
    for closed in ([], *([channel] for channel in CHANNELS), list(CHANNELS)):
        lines = files(compiled(closed=closed, allow=[STICK]))[UDEV].content.splitlines()
        labels = {label: n for n, line in enumerate(lines) for label in re.findall(r'LABEL="(\w+)"', line)}
        for number, line in enumerate(lines):
            for label in re.findall(r'GOTO="(\w+)"', line):
                assert labels[label] > number, line


def test_a_stick_is_known_by_three_things_and_only_in_its_room() -> None:
    (rule,) = [line for line in files(compiled(allow=[STICK]))[UDEV].content.splitlines() if "001A92" in line]
    for part in (
        'ATTR{idVendor}=="0951"',
        'ATTR{idProduct}=="1666"',
        'ATTR{serial}=="001A92053B6A"',
        'ENV{JIFANG_USB_UNTIL}="20261231"',
        # What brings a keyboard is no stick.
        'ENV{ID_USB_INTERFACES}!="*:03????:*"',
    ):
        assert part in rule
    elsewhere = compiled(allow=[STICK], room="机房二")
    assert all("001A92" not in file.content for file in files(elsewhere).values())


def test_an_absent_lock_wants_away_every_file_that_a_present_one_writes() -> None:
    away = {item.path for item in compiled(state="absent").items if isinstance(item, AbsentFile)}
    assert set(files(compiled())) - away == set()
    assert "/etc/usbguard/rules.d/20-jifang-enrolled.conf" in away
    (release,) = [
        item for item in compiled(state="absent").items if isinstance(item, Built) and item.name == "usb_lock"
    ]
    assert subprocess.run(["sh", "-n", "-c", release.command[2]]).returncode == 0


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"names": ["usb_alow"]}, "usb_alow"),
        ({"allow": [{**STICK, "serial": ""}]}, "serial is missing"),
        ({"allow": [STICK, STICK]}, "entries 1 and 2"),
        ({"rules": "allow everything"}, "usb_rules, line 1"),
        ({"state": "gone"}, "usb_lockdown_state"),
        ({"enrolment": "一"}, "usb_enrolment"),
        ({"closed": ["floppy"]}, "usb_closed"),
        ({"classes": "audio"}, "usb_classes"),
        # Also where everything is to be taken back: the next run would meet it.
        ({"state": "absent", "closed": ["floppy"]}, "usb_closed"),
    ],
)
def test_a_senseless_variable_is_refused_before_anything_is_wanted(
    variables: dict[str, Any], word: str
) -> None:
    with pytest.raises(UserError) as caught:
        compiled(**variables)
    assert word in str(caught.value)


@pytest.mark.parametrize("name", ["usb_gate.sh", "usb_release.sh"])
def test_the_programs_for_the_pc_are_plain_shell(name: str) -> None:
    path = Path(usb_files.__file__).with_name("pc") / name
    assert subprocess.run(["sh", "-n", str(path)]).returncode == 0
    assert "[[" not in path.read_text()
