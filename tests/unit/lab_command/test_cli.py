"""What the command line answers before anything is started."""

from __future__ import annotations

import re

import pytest

from lab_command.cli import COMMANDS, main


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_LANGUAGE", "zh_CN")
    monkeypatch.setenv("COLUMNS", "120")


def answer(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    try:
        code = main(words)
    except SystemExit as end:
        code = int(str(end.code))
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    "words", [["--help"], ["demo", "--help"], ["test", "-h"], ["calendar", "-h"], ["due", "-h"], []]
)
def test_help_is_in_one_language(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = answer(words, capsys)
    assert (code, err) == (0, "")
    assert out.startswith("用法：lab")
    assert not any(english in out for english in ("usage", "options", "positional", "show this", "message"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nonsense"], "✘ 没有命令 nonsense。可用命令：demo, run, calendar, due, test, parse"),
        (["demo", "--bogus"], "✘ 无法识别：--bogus"),
        (["demo", "--purge"], "✘ --purge 要与 --down 一起使用"),
        (["--bogus"], "✘ 无法识别：--bogus"),
    ],
)
def test_what_is_not_understood(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = answer(words, capsys)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == sentence


def test_every_command_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = answer(["--help"], capsys)
    assert all(f"\n  {name} " in out or f"\n    {name} " in out for name in COMMANDS)


def test_playbooks_are_listed_with_what_they_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = answer(["run"], capsys)
    assert code == 2
    assert re.search(r"^  update_ledger +更新台帐和报表$", out, re.MULTILINE)
    assert re.search(r"^  verify_ledger +验证台帐历史未被改动$", out, re.MULTILINE)
