"""The words after ``lab run``."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from lab_command import arguments


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    playbooks = tmp_path / "playbooks"
    playbooks.mkdir()
    for name in ("collect_facts.yml", "import_book.yml", "lock_usb.yaml", "README.md"):
        (playbooks / name).touch()
    return playbooks


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("collect_facts", "collect_facts.yml"),
        ("collect_facts.yml", "collect_facts.yml"),
        ("playbooks/collect_facts", "collect_facts.yml"),
        ("playbooks/collect_facts.yml", "collect_facts.yml"),
        ("lock_usb", "lock_usb.yaml"),
    ],
)
def test_playbook_by_any_of_its_names(folder: Path, given: str, found: str) -> None:
    assert arguments.find_playbook(given, folder) == folder / found


def test_playbook_elsewhere_by_its_path(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.touch()
    assert arguments.find_playbook(str(own), folder) == own


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "colect_facts",
            "There is no playbook colect_facts. Did you mean collect_facts?"
            " All: collect_facts, import_book, lock_usb",
        ),
        ("zzz", "There is no playbook zzz. There are: collect_facts, import_book, lock_usb"),
        (
            "../playbooks/collect_facts",
            "There is no playbook ../playbooks/collect_facts. Did you mean collect_facts?"
            " All: collect_facts, import_book, lock_usb",
        ),
    ],
)
def test_unknown_playbook(folder: Path, given: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        arguments.find_playbook(given, folder)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ([], []),
        (["-i", "a.yml"], ["a.yml"]),
        (["-ia.yml"], ["a.yml"]),
        (["--inventory", "a.yml", "--check"], ["a.yml"]),
        (["--inventory=a.yml", "-i", "b.yml"], ["a.yml", "b.yml"]),
        (["--inventory-file=a.yml"], ["a.yml"]),
        (["--check", "-i"], []),
        (["--", "-i", "a.yml"], []),
    ],
)
def test_option_values(words: list[str], values: list[str]) -> None:
    names = ("-i", "--inventory", "--inventory-file")
    assert [option.value for option in arguments.options(words, names)] == values


def test_inventories_are_told_apart_by_their_resolved_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "hosts.yml")
    monkeypatch.chdir(tmp_path)
    one = str(tmp_path / "hosts.yml")
    assert arguments.inventories(["-i", "hosts.yml", "-i", "link", "-i", "./x/../hosts.yml"], []) == [one] * 3
    assert arguments.inventories(["-i", "pc01,"], []) == ["pc01,"]
    assert arguments.inventories(["--check"], ["hosts.yml"]) == [one]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("password=s3cret", {"password": "s3cret"}),
        ("a=1 b='two words'", {"a": "1", "b": "two words"}),
        ('{"a": 1}', {"a": 1}),
        ("path=机房一", {"path": "机房一"}),
    ],
)
def test_extra_variables_leave_the_command_line(tmp_path: Path, value: str, read: dict[str, object]) -> None:
    words = arguments.hide_extra_vars(["--check", "-e", value, "--limit", "pc01"], tmp_path)
    assert words[:2] == ["--check", "-e"]
    assert words[3:] == ["--limit", "pc01"]
    path = Path(words[2].removeprefix("@"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert yaml.safe_load(path.read_text("utf-8")) == read


def test_each_extra_variable_keeps_its_place(tmp_path: Path) -> None:
    words = arguments.hide_extra_vars(["-ea=1", "-e", "@school.yml", "--extra-vars=b=2"], tmp_path)
    assert [word for word in words if word.startswith("-")] == ["-e", "-e", "-e"]
    assert words[3] == "@school.yml"
    assert [json.loads(Path(words[index][1:]).read_text("utf-8")) for index in (1, 5)] == [
        {"a": "1"},
        {"b": "2"},
    ]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], 0),
        (["-K"], 1),
        (["--ask-become-pass", "-k"], 2),
        (["-bK"], 1),
        (["-vvv", "--check"], 0),
        (["-eK=1"], 0),
        (["--ask-vault-pass"], 1),
    ],
)
def test_passwords_are_asked_before_the_run(
    words: list[str], asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arguments.getpass, "getpass", lambda _prompt: "s3cret")
    assert list(arguments.ask_passwords(words).values()) == ["s3cret"] * asked
