"""Long steps: their log, their failures, their end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from lab_command.progress import run_logged, step

FAILURE = (
    "The machines' image could not be made: {detail}. Check the network and the package sources,"
    " then start the same command again. Log: {log}"
)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_LANGUAGE", "en")


def shell(script: str, log: Path, seconds: float = 20) -> None:
    run_logged(["sh", "-c", script], log, seconds=seconds, failure=FAILURE)


def test_output_goes_to_the_log(tmp_path: Path) -> None:
    shell("echo out; echo err >&2; cat", tmp_path / "logs" / "x.log")
    assert (tmp_path / "logs" / "x.log").read_text() == "out\nerr\n"


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo one; echo two; echo; exit 3", "The machines' image could not be made: two."),
        ("exit 3", "The machines' image could not be made: no output."),
        ("printf 'a\\033[1mb\\n'; exit 1", "The machines' image could not be made: a[1mb."),
        ("echo 'write error: No space left on device'; exit 1", "The disk is full."),
    ],
)
def test_failure_is_one_sentence(script: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        shell(script, tmp_path / "x.log")
    assert str(error.value).startswith(sentence)
    assert str(error.value).endswith(f"Log: {tmp_path / 'x.log'}")


def test_a_step_without_end_is_ended_with_its_children(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no end after 1 seconds"):
        shell(f"sh -c 'sleep 3; touch {tmp_path}/late' & wait", tmp_path / "x.log", seconds=1)
    time.sleep(3)
    assert not (tmp_path / "late").exists()


def test_missing_program(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="The program nothing-of-the-kind is missing"):
        run_logged(["nothing-of-the-kind"], tmp_path / "x.log", seconds=5, failure=FAILURE)


def test_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with step("First"):
        pass
    with pytest.raises(ValueError, match="x"), step("Second"):
        raise ValueError("x")
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" · ")[0] for line in lines] == ["→ First", "✔ First", "→ Second", "✘ Second"]
