"""The command that shows one recorded file as JSON."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.__main__ import (
    LARGEST_FILE,
    PARSERS,
    guess_kind,
    main,
    parse_file,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests" / "fixtures"
HEADER = bytes.fromhex("00ffffffffffff0010acc7a0")
EVIDENCE = {
    "v": 1,
    "probe": "linux",
    "root": "/",
    "uid": 0,
    "files": {"/etc/os-release": "ID=debian\nVERSION_ID=12\n"},
    "globs": {},
    "links": {},
    "commands": {},
    "native": {"hostname": "pc01"},
}
CPUINFO = "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz\n"
DMIDECODE = "# dmidecode 3.4\nGetting SMBIOS data from sysfs.\nSMBIOS 3.2 present.\n\n"


def recorded(kind: str, name: str) -> bytes:
    return (FIXTURES / kind / name).read_bytes()


CONTENTS: list[tuple[str, bytes]] = [
    ("edid", HEADER.ljust(128, b"\0")),
    ("edid", HEADER.ljust(128, b"\0").hex().encode()),
    ("edid", b"\0" + HEADER.ljust(128, b"\0")),
    ("lspci", recorded("lspci", "thinkcentre_vmmnnk.txt")),
    ("lspci", recorded("lspci", "plain_nnk.txt")),
    ("lspci", b'00:02.0 "VGA compatible controller" "Intel Corporation" "HD" "" ""\n'),
    ("smartctl", recorded("smartctl", "nvme.json")),
    ("smartctl", recorded("smartctl", "denied.json")),
    ("who", recorded("who", "utf8_locale.txt")),
    ("who", recorded("who", "c_locale.txt")),
    ("os-release", recorded("os_release", "kylin_desktop_v10_sp1")),
    ("os-release", recorded("os_release", "arch")),
    ("cpuinfo", CPUINFO.encode()),
    ("cpuinfo", b"system type\t\t: loongson-7a-generic-machine\nprocessor\t\t: 0\n"),
    ("dmidecode", DMIDECODE.encode()),
    ("dmidecode", ("\ufeff" + DMIDECODE.replace("\n", "\r\n")).encode("utf-16-le")),
    ("dmidecode", b"Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: LENOVO\n"),
    ("evidence", json.dumps(EVIDENCE).encode()),
    ("evidence", zlib.compress(json.dumps(EVIDENCE).encode())),
    ("evidence", gzip.compress(json.dumps(EVIDENCE).encode())),
]


@pytest.mark.parametrize(("kind", "content"), CONTENTS)
def test_the_kind_is_guessed_by_content(kind: str, content: bytes) -> None:
    assert guess_kind(content) == kind


@pytest.mark.parametrize(
    "content", [b"Linux version 6.1.0\n", b"\xff\xd8\xff\xe0JFIF", b"MZ\x90", b"1234 5678", b"\n"]
)
def test_what_no_tool_prints_is_not_guessed(content: bytes) -> None:
    assert guess_kind(content) is None


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("edid", HEADER.ljust(128, b"\0"), {"manufacturer_id": "DEL", "product_code": "a0c7"}),
        (
            "edid",
            HEADER.ljust(128, b"\0").hex(" ").encode(),
            {"manufacturer_id": "DEL", "product_code": "a0c7"},
        ),
        ("smartctl", recorded("smartctl", "nvme.json"), {"serial": "S3TNNX1K7A0265", "unknown": None}),
        ("os-release", b"ID=kylin\nID_LIKE=debian\n", {"family": "debian"}),
        ("cpuinfo", CPUINFO.encode(), {"model": "Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz"}),
        ("dmidecode", b"\xff\xfe" + DMIDECODE.encode("utf-16-le"), {"smbios_version": "3.2"}),
        (
            "evidence",
            zlib.compress(json.dumps(EVIDENCE).encode()),
            {"schema": "jifang.facts/1", "platform": "linux"},
        ),
    ],
)
def test_objects(tmp_path: Path, kind: str, content: bytes, expected: dict[str, Any]) -> None:
    file = tmp_path / "recorded"
    file.write_bytes(content)
    parsed = parse_file(file, kind)
    assert {key: parsed[key] for key in expected} == expected
    assert parse_file(file) == parsed


def test_lists() -> None:
    assert len(parse_file(FIXTURES / "lspci" / "thinkcentre_vmmnnk.txt")) == 4
    assert len(parse_file(FIXTURES / "who" / "utf8_locale.txt")) == 5


@pytest.mark.parametrize("path", sorted((FIXTURES / "dmidecode").glob("*.txt")), ids=lambda path: path.name)
def test_recorded_dmidecode_output_is_guessed_and_read(path: Path) -> None:
    parsed = parse_file(path)
    assert {"system", "board", "memory", "cpus"} <= parsed.keys()


def test_every_kind_takes_what_is_not_its_own(tmp_path: Path) -> None:
    file = tmp_path / "recorded"
    file.write_bytes(b"\x00\xff{{ [<not> of any kind\n")
    for kind in PARSERS.keys() - {"evidence"}:
        json.dumps(parse_file(file, kind))


def message(file: Path, kind: str | None = None) -> str:
    with pytest.raises(UserError) as caught:
        parse_file(file, kind)
    chinese = caught.value.message.render("zh_CN")
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert str(file) in chinese or kind == "evidence"
    return str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x"
    assert message(file) == f"there is no file {file}; check its name"
    assert message(tmp_path) == f"{tmp_path} is a folder; name a file in it"
    file.write_bytes(b"")
    assert message(file) == f"{file} is empty; record it again on that machine"
    file.write_bytes(b"hello")
    assert message(file).startswith(f"{file} does not look like the output of a known tool")
    below = file / "y"
    assert message(below) == f"{below} cannot be read: Not a directory; copy it to a sound disk"

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert message(file).startswith(f"{file} may not be read")


def test_a_file_beyond_the_limit_is_refused_and_one_at_the_limit_is_not(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as large:
        large.truncate(LARGEST_FILE + 1)
    assert message(file).startswith(f"{file} is larger than 8 MB")
    os.truncate(file, LARGEST_FILE)
    assert parse_file(file, "lspci") == []


@pytest.mark.parametrize(
    "content", [b"{}", b'{"v": 2, "probe": "linux"}', zlib.compress(b"[]"), b"\x78\x9cgarbage"]
)
def test_evidence_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "evidence"
    file.write_bytes(content)
    assert message(file, "evidence")


def test_output_and_exit_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_LANGUAGE", "en")
    assert main([str(FIXTURES / "os_release" / "kylin_desktop_v10_sp1")]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["values"]["PRETTY_NAME"] == "Kylin V10 SP1"
    assert "银河麒麟桌面操作系统" in shown.out
    assert main([str(tmp_path / "none")]) == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", f"there is no file {tmp_path / 'none'}; check its name\n")
    assert main([str(tmp_path / "none"), "--lang", "zh_CN"]) == 1
    assert capsys.readouterr().err == f"找不到文件 {tmp_path / 'none'}，请检查文件名\n"
    with pytest.raises(SystemExit) as stopped:
        main(["x", "--as", "nothing"])
    assert stopped.value.code == 2


def test_help_is_in_the_language_that_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for language, word in (("en", "guessed when missing"), ("zh_CN", "自动判断"), ("tlh", "自动判断")):
        monkeypatch.setenv("LAB_LANGUAGE", language)
        with pytest.raises(SystemExit):
            main(["--help"])
        assert word in capsys.readouterr().out


def test_what_drives_a_terminal_is_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "os-release"
    file.write_text("ID=a\x1b[31m\x9b2J\x7f\u202egnp\n", encoding="utf-8")
    assert main([str(file)]) == 0
    shown = capsys.readouterr().out
    assert shown.replace("\n", "").isprintable()
    assert json.loads(shown)["values"]["ID"] == "a\x1b[31m\x9b2J\x7f\u202egnp"


def test_surrogates_of_hostile_json_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "smart.json"
    file.write_text('{"json_format_version": [1, 0], "serial_number": "a\\ud800"}', encoding="utf-8")
    assert main([str(file)]) == 0
    assert '"serial": "a\\ud800"' in capsys.readouterr().out


def test_it_runs_as_a_module() -> None:
    run = subprocess.run(
        [
            sys.executable,
            *("-m", "ansible_collections.jifang.lab.plugins.plugin_utils.facts"),
            str(FIXTURES / "who" / "c_locale.txt"),
        ],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "collections")},
        timeout=60,
        check=True,
    )
    assert [session["user"] for session in json.loads(run.stdout)] == ["root", "root", "root"]


@given(st.binary(max_size=400))
def test_any_content_has_a_kind_or_none(content: bytes) -> None:
    assert guess_kind(content) in {None, *PARSERS}
