"""The Python programs that a locked PC runs: on trees that look like sysfs, with devices that say anything."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import usb_files, usbguard_rules
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FOLDER = Path(usb_files.__file__).with_name("pc")
KEYBOARD, STORAGE, STILL_IMAGE, ADB, PRINTER, HUB = (3, 1), (8, 6), (6, 1), (255, 0x42), (7, 1), (9, 0)


def program(name: str) -> Any:
    specification = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def descriptors(*interfaces: tuple[int, int]) -> bytes:
    """A device, a configuration and an interface descriptor for each pair: USB 2.0, 9.6."""
    device = bytes([18, 1]) + bytes(16)
    configuration = bytes([9, 2]) + bytes(7)
    return (
        device
        + configuration
        + b"".join(
            bytes([9, 4, number, 0, 2, base, sub, 0, 0]) for number, (base, sub) in enumerate(interfaces)
        )
    )


def device(root: Path, port: str, *interfaces: tuple[int, int], **attributes: bytes) -> None:
    folder = root / port
    folder.mkdir(parents=True)
    given = {"idVendor": b"0951", "idProduct": b"1666", "busnum": b"1", "devnum": b"7", **attributes}
    for name, value in given.items():
        (folder / name).write_bytes(value + b"\n")
    (folder / "descriptors").write_bytes(descriptors(*interfaces))


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    module = program("usb_attempt")
    monkeypatch.setattr(module, "DEVICES", str(tmp_path / "devices"))
    monkeypatch.setattr(module, "LOG", str(tmp_path / "log" / "attempts.jsonl"))
    monkeypatch.setattr(module, "SEEN", str(tmp_path / "seen"))
    monkeypatch.setattr(module, "logged_in", lambda: (["student"], "seat0"))
    monkeypatch.setattr(module.syslog, "syslog", lambda *_words: None)
    return module


def record(module: Any, monkeypatch: pytest.MonkeyPatch, *words: str) -> list[dict[str, Any]]:
    monkeypatch.setattr(sys, "argv", ["usb-attempt", *words])
    module.main()
    path = Path(module.LOG)
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.parametrize("name", ["usb_attempt", "usb_enrol"])
def test_they_run_on_an_old_python(name: str) -> None:
    ast.parse((FOLDER / f"{name}.py").read_text(), feature_version=(3, 6))


def test_an_attempt_is_one_line_and_once_for_each_plugging(
    recorder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"manufacturer": b"Kingston", "product": b"DataTraveler", "serial": b"001A92053B6A"}
    device(tmp_path / "devices", "1-4.2", STORAGE, **names)
    (found,) = record(recorder, monkeypatch, "refused", "1-4.2")
    assert {**found, "at": ""} == {
        "v": 1,
        "at": "",
        "action": "refused",
        "vendor": "0951",
        "product": "1666",
        "serial": "001A92053B6A",
        "name": "Kingston DataTraveler",
        "class": "storage",
        "port": "1-4.2",
        "users": ["student"],
        "seat": "seat0",
    }
    assert len(record(recorder, monkeypatch, "refused", "1-4.2")) == 1, "rules run anew"
    (tmp_path / "devices" / "1-4.2" / "devnum").write_text("8\n")
    assert len(record(recorder, monkeypatch, "refused", "1-4.2")) == 2, "plugged in again"
    assert Path(recorder.LOG).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("duration", "at"),
    [
        ("", "10:00:20"),
        ("6800", "10:00:13"),
        # It was in before, and a window ended.
        ("1800000", "10:00:20"),
    ],
)
def test_an_attempt_was_when_the_device_was_plugged_in(
    recorder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, duration: str, at: str
) -> None:
    device(tmp_path / "devices", "1-4", STORAGE)
    (tmp_path / "devices/1-4/power").mkdir()
    (tmp_path / "devices/1-4/power/connected_duration").write_text(f"{duration}\n")
    now = datetime(2026, 11, 25, 10, 0, 20, tzinfo=UTC).timestamp()
    monkeypatch.setattr(recorder.time, "time", lambda: now)
    (found,) = record(recorder, monkeypatch, "refused", "1-4")
    assert found["at"] == f"2026-11-25T{at}Z"


@pytest.mark.parametrize(
    ("interfaces", "kind"),
    [
        ([STORAGE], "storage"),
        ([KEYBOARD, STORAGE], "keyboard_with_storage"),
        ([STILL_IMAGE], "phone"),
        ([(255, 255), ADB], "phone"),
        ([PRINTER], "other"),
        ([], "other"),
    ],
)
def test_its_kind_is_told_by_its_interfaces(
    recorder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interfaces: list[Any], kind: str
) -> None:
    device(tmp_path / "devices", "2-1", *interfaces)
    (found,) = record(recorder, monkeypatch, "refused", "2-1")
    assert found["class"] == kind


def test_a_phone_of_a_vendors_own_class_is_known_by_its_name(
    recorder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device(tmp_path / "devices", "2-1", (255, 255))
    (tmp_path / "devices" / "2-1" / "2-1:1.0").mkdir()
    (tmp_path / "devices" / "2-1" / "2-1:1.0" / "interface").write_text("MTP\n")
    (found,) = record(recorder, monkeypatch, "refused", "2-1")
    assert found["class"] == "phone"


def test_what_usbguard_blocks_is_recorded_and_what_it_allows_is_not(
    recorder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device(tmp_path / "devices", "1-2", (255, 1), serial=b"X1")
    monkeypatch.setenv("USBGUARD_IPC_SIGNAL", "Device.PolicyApplied")
    rule = 'block id 0951:1666 serial "X1" name "a via-port \\"9-9\\"" via-port "1-2" with-interface ff:01:00'
    monkeypatch.setenv("USBGUARD_DEVICE_RULE", rule)
    monkeypatch.setenv("USBGUARD_DEVICE_TARGET_NEW", "allow")
    assert record(recorder, monkeypatch) == []
    monkeypatch.setenv("USBGUARD_DEVICE_TARGET_NEW", "block")
    (found,) = record(recorder, monkeypatch)
    assert (found["port"], found["serial"]) == ("1-2", "X1")


@pytest.mark.parametrize("name", ["", "../../etc", "1-1/..", "usb1", "1-1:1.0", "mmc0", "1-1\n"])
def test_a_name_that_is_no_device_is_nothing(
    recorder: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert record(recorder, monkeypatch, "refused", name) == []


def test_the_log_is_bounded(recorder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "MOST_BYTES", 600)
    device(tmp_path / "devices", "1-1", STORAGE)
    for number in range(12):
        (tmp_path / "devices" / "1-1" / "devnum").write_text(f"{number}\n")
        record(recorder, monkeypatch, "refused", "1-1")
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "log").iterdir()}
    assert set(sizes) == {"attempts.jsonl", "attempts.jsonl.1", "attempts.jsonl.lock"}
    assert max(sizes.values()) <= 600


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=600), st.binary(max_size=600), st.binary(max_size=80))
def test_whatever_a_device_says_becomes_one_short_line(
    recorder: Any, tmp_path: Path, serial: bytes, product: bytes, raw: bytes
) -> None:
    folder = tmp_path / "devices" / "1-1"
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in (("serial", serial), ("product", product), ("manufacturer", product)):
        (folder / name).write_bytes(value)
    (folder / "descriptors").write_bytes(raw)
    found, _plugging = recorder.described("1-1")
    line = json.dumps(found)
    assert "\n" not in line
    assert len(line) < 3600
    assert all(len(value) <= 126 and (value.isprintable() or "\ufffd" in value) for value in found.values())


@pytest.fixture
def enroller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    module = program("usb_enrol")
    monkeypatch.setattr(module, "DEVICES", str(tmp_path / "devices"))
    monkeypatch.setattr(module, "RULES", str(tmp_path / "rules"))
    monkeypatch.setattr(module, "UDEV", str(tmp_path / "udev"))
    monkeypatch.setattr(sys, "argv", ["usb-enrol", "08,06"])
    (tmp_path / "devices").mkdir()
    return module


def test_what_is_there_belongs_to_the_pc_but_no_stick_and_no_phone(enroller: Any, tmp_path: Path) -> None:
    devices = tmp_path / "devices"
    device(devices, "usb1", HUB)
    device(devices, "1-1", HUB)
    device(devices, "1-2", STORAGE, serial=b"STICK-1")
    device(devices, "1-3", STILL_IMAGE, serial=b"PHONE-1")
    device(devices, "1-4", KEYBOARD, serial=b'a" allow')
    device(devices, "1-5", PRINTER, STORAGE, idVendor=b"03f0", serial=b"PRINTER-1")
    enroller.main()
    rules = (tmp_path / "rules").read_text().splitlines()[1:]
    assert rules == [
        # A serial that could mean something in a rule is left out: then it is the device of this port.
        'allow id 0951:1666 via-port "1-4"',
        'allow id 03f0:1666 serial "PRINTER-1"',
    ]
    (udev,) = (tmp_path / "udev").read_text().splitlines()[1:]
    assert 'ATTR{serial}=="PRINTER-1"' in udev
    assert udev.endswith('ENV{JIFANG_ENROLLED}="1"')


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=130), st.lists(st.sampled_from([KEYBOARD, STORAGE, PRINTER]), max_size=3))
def test_no_serial_breaks_the_rules(enroller: Any, tmp_path: Path, serial: bytes, kinds: list[Any]) -> None:
    folder = tmp_path / "devices" / "1-1"
    folder.mkdir(exist_ok=True)
    for name, value in (("idVendor", b"0951"), ("idProduct", b"1666"), ("serial", serial)):
        (folder / name).write_bytes(value)
    (folder / "descriptors").write_bytes(descriptors(*kinds))
    enroller.main()
    usbguard_rules.check_rules((tmp_path / "rules").read_text())
    lines = (tmp_path / "udev").read_text().split("\n")
    assert all(line == "" or line.startswith(("#", "SUBSYSTEM")) for line in lines)
