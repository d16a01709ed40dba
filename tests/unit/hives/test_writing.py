"""The policy in hive files, through hivex itself: what is written, what is refused, and what stays as it was."""

from __future__ import annotations

import shutil
import struct
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.registry import (
    Hive,
    RegistryList,
    RegistryState,
    RegistryValue,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.win_usb_lockdown import (
    compile_win_usb_lockdown,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.hives import writing
from ansible_collections.jifang.lab.plugins.plugin_utils.hives.plan import (
    Questions,
    changes,
    decoded,
    encoded,
    questions,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.hives.writing import Outcome, ask, bring_about
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import strategies as st

from .hive_files import DRIVERS, empty_hive, put, windows

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
STICK = {
    "vendor": "0951",
    "product": "1666",
    "serial": "001A92053B6AF9A0C",
    "room": "*",
    "until": date(2026, 12, 31),
    "note": "课件",
}
RESTRICTIONS = "Policies\\Microsoft\\Windows\\DeviceInstall\\Restrictions"


def policy(**given: Any) -> RegistryState:
    usual = {"state": "present", "closed": None, "allow": [], "classes": [], "rules": "", "room": "机房一"}
    variables = {**usual, "today": "2026-11-25", **given}
    return compile_win_usb_lockdown({f"win_usb_lockdown_{name}": value for name, value in variables.items()})


def write(root: Path, *, check: bool = False, **given: Any) -> Outcome:
    return bring_about(root, policy(**given), now=NOW, check=check)


def value(hive: Path, key: str, name: str) -> Any:
    return decoded(ask(hive, Questions(((key, name),), ()))["values"][0])


def listed(hive: Path, key: str) -> Any:
    (found,) = ask(hive, Questions((), (key,)))["lists"]
    return found and {name: decoded(one) for name, one in found.items()}


@pytest.mark.parametrize("control_set", [1, 3])
def test_the_policy_is_written_into_the_control_set_that_windows_starts_with(
    tmp_path: Path, control_set: int
) -> None:
    folder = windows(tmp_path, control_set=control_set)
    outcome = write(tmp_path)
    services = f"ControlSet{control_set:03d}\\Services"
    assert value(folder / "SYSTEM", f"{services}\\USBSTOR", "Start") == 4
    assert value(folder / "SYSTEM", f"{services}\\kbdhid", "Start") == 3
    assert decoded(
        ask(folder / "SYSTEM", Questions(((f"{services}\\USBSTOR", "ImagePath"),), ()))["values"][0]
    )
    assert not any(ask(folder / "SYSTEM", Questions(((f"{services}\\sbp2port", "Start"),), ()))["keys"]), (
        "not made"
    )
    assert listed(folder / "SOFTWARE", f"{RESTRICTIONS}\\DenyDeviceIDs") == {
        "1": "USB\\Class_08",
        "2": "USB\\Class_06",
        "3": "USB\\MS_COMP_MTP",
        "4": "PCI\\CC_0C0A",
    }
    assert "USBSTOR\\Start = 3\n" in outcome.diff["before"]
    assert "USBSTOR\\Start = 4\n" in outcome.diff["after"]


def test_a_second_run_changes_no_byte_and_check_mode_none_at_all(tmp_path: Path) -> None:
    folder = windows(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    planned = write(tmp_path, check=True)
    assert planned.changed
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    done = write(tmp_path)
    assert done.diff == planned.diff
    assert {backup.name: backup.read_bytes() for backup in done.backups} == {
        f"{name}.jifang-20261125T080000Z": data for name, data in before.items()
    }
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    again = write(tmp_path)
    assert not again.changed
    assert again.backups == []
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == after


def test_absent_takes_the_policy_back_and_leaves_what_others_wrote(tmp_path: Path) -> None:
    folder = windows(tmp_path)
    put(folder / "SOFTWARE", [[f"{RESTRICTIONS}", "Theirs", *encoded(5)]])
    write(tmp_path, allow=[STICK])
    write(tmp_path, state="absent")
    for driver, start in DRIVERS.items():
        assert value(folder / "SYSTEM", f"ControlSet001\\Services\\{driver}", "Start") == start
    assert listed(folder / "SOFTWARE", RESTRICTIONS) == {"Theirs": 5}
    assert listed(folder / "SOFTWARE", f"{RESTRICTIONS}\\DenyDeviceIDs") is None


def test_a_list_holds_exactly_what_is_wanted(tmp_path: Path) -> None:
    folder = windows(tmp_path)
    key = f"{RESTRICTIONS}\\AllowInstanceIDs"
    put(folder / "SOFTWARE", [[key, "1", *encoded("USB\\OTHER")], [key, "7", *encoded("USB\\THEIRS")]])
    write(tmp_path, allow=[STICK])
    assert listed(folder / "SOFTWARE", key) == {"1": "USB\\VID_0951&PID_1666\\001A92053B6AF9A0C"}
    write(tmp_path)
    assert listed(folder / "SOFTWARE", key) is None


def test_names_are_found_whatever_their_case(tmp_path: Path) -> None:
    folder = windows(tmp_path)
    (folder.parent.parent).rename(tmp_path / "WINDOWS")
    folder = tmp_path / "WINDOWS/System32/config"
    (folder / "SYSTEM").rename(folder / "system")
    put(folder / "system", [["controlset001\\services\\usbstor", "START", *encoded(4)]])
    outcome = write(tmp_path)
    assert "USBSTOR" not in outcome.diff["after"], "it is so already"
    assert value(folder / "system", "ControlSet001\\Services\\cdrom", "start") == 4


def head(data: bytes, at: int, word: int, *, mend: bool) -> bytes:
    changed = bytearray(data)
    changed[at : at + 4] = struct.pack("<I", word)
    if mend:
        checksum = 0
        for (one,) in struct.iter_unpack("<I", bytes(changed[:508])):
            checksum ^= one
        changed[508:512] = struct.pack("<I", checksum)
    return bytes(changed)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: head(data, 4, 99, mend=True), "not shut down properly"),
        (lambda data: head(data, 40, 0x123000, mend=False), "damaged"),
        (lambda data: b"regX" + data[4:], "no registry hive"),
        (lambda data: data[:100], "no registry hive"),
        (lambda data: data[:4096] + bytes(len(data) - 4096), "cannot be read as a hive"),
    ],
)
@pytest.mark.parametrize("name", ["SOFTWARE", "SYSTEM"])
def test_a_hive_that_is_not_whole_is_refused_and_nothing_changes(
    tmp_path: Path, name: str, spoil: Any, said: str
) -> None:
    folder = windows(tmp_path)
    (folder / name).write_bytes(spoil((folder / name).read_bytes()))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UserError, match=said):
        write(tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_no_windows_one_that_sleeps_and_an_old_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="BitLocker"):
        write(tmp_path / "none")
    with pytest.raises(UserError, match="BitLocker"):
        write(tmp_path)
    folder = windows(tmp_path, build="17763")
    with pytest.raises(UserError, match="build 17763"):
        write(tmp_path, allow=[STICK])
    (tmp_path / "hiberfil.sys").write_bytes(b"HIBR" + bytes(100))
    with pytest.raises(UserError, match="asleep"):
        write(tmp_path)
    (tmp_path / "hiberfil.sys").write_bytes(bytes(100))
    put(folder / "SYSTEM", [["Select", "Current", *encoded(0)]])
    with pytest.raises(UserError, match="no current control set"):
        write(tmp_path)


def test_a_folder_that_cannot_be_written_leaves_the_hive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = windows(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.shutil, "copy2", full)
    with pytest.raises(UserError, match="No space left"):
        write(tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_without_hivex_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows(tmp_path)
    monkeypatch.setattr(writing, "PYTHONS", ("/nonexistent/python3",))
    with pytest.raises(UserError, match="python3-hivex"):
        writing._run({}, ())


def test_on_ntfs_the_new_hive_keeps_the_rights_of_the_old(tmp_path: Path) -> None:
    """A hive that everyone may read would give the PC's secrets away."""
    image, mounted = tmp_path / "disk.img", tmp_path / "mounted"
    mounted.mkdir()
    with image.open("wb") as stream:
        stream.truncate(16 * 1024**2)
    subprocess.run(["mkfs.ntfs", "-q", "-F", image], check=True, capture_output=True)
    subprocess.run(["ntfs-3g", image, mounted], check=True)
    try:
        folder = windows(mounted)
        rights = writing.image.security_of(folder / "SYSTEM")
        assert rights
        own = bytes([*rights["system.ntfs_acl"]])
        outcome = write(mounted)
        assert writing.image.security_of(folder / "SYSTEM")["system.ntfs_acl"] == own
        assert all(writing.image.security_of(backup)["system.ntfs_acl"] == own for backup in outcome.backups)
    finally:
        subprocess.run(["umount", mounted], check=True)
    assert subprocess.run(["ntfsfix", "-n", image], capture_output=True).returncode == 0


_texts = st.text(st.characters(min_codepoint=1, exclude_categories=("Cs",)), max_size=20)
_data = st.none() | st.integers(0, 2**32 - 1) | _texts


@given(st.dictionaries(st.sampled_from("abcdef"), _data), st.dictionaries(st.sampled_from("abcdef"), _data))
def test_changes_lead_to_what_is_wanted_and_then_there_are_none(
    present: dict[str, Any], wanted: dict[str, Any]
) -> None:
    state = RegistryState(
        tuple(RegistryValue(Hive.SOFTWARE, "K", name, data) for name, data in wanted.items())
    )
    asked = questions(state, Hive.SOFTWARE, "")

    def answer(there: dict[str, Any]) -> dict[str, Any]:
        told = [None if there.get(name) is None else list(encoded(there[name])) for _, name in asked.ask]
        return {"values": told, "keys": [True] * len(told), "lists": []}

    made = changes(state, Hive.SOFTWARE, "", answer(present))
    after = dict(present)
    for _, name, kind, data in made.put:
        after[name] = decoded([kind, data])
    for _, name in made.drop:
        after[name] = None
    assert not changes(state, Hive.SOFTWARE, "", answer(after))
    assert all(after.get(name) == data for name, data in wanted.items())


@given(st.lists(_texts, max_size=4), st.dictionaries(st.sampled_from(["1", "2", "9", ""]), _texts))
def test_changes_make_a_list_exact(texts: list[str], present: dict[str, str]) -> None:
    state = RegistryState((), (RegistryList(Hive.SOFTWARE, "K", tuple(texts)),))
    found = {name: list(encoded(text)) for name, text in present.items()}
    made = changes(state, Hive.SOFTWARE, "", {"values": [], "keys": [], "lists": [found or None]})
    after = {} if made.remove else dict(present)
    for _, name in made.drop:
        del after[name]
    after.update({name: decoded([kind, data]) for _, name, kind, data in made.put})
    assert after == {str(number): text for number, text in enumerate(texts, start=1)}


def test_an_empty_hive_is_one_to_hivex(tmp_path: Path) -> None:
    (tmp_path / "hive").write_bytes(empty_hive())
    assert value(tmp_path / "hive", "Select", "Current") is None
    shutil.copy(tmp_path / "hive", tmp_path / "copy")
    put(tmp_path / "copy", [["A\\B\\C", "name", *encoded("机房")]])
    assert value(tmp_path / "copy", "a\\b\\c", "NAME") == "机房"
