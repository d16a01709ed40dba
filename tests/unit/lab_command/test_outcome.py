"""What ``lab test`` says at the end, and what it counts as a failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab_command.paths import ROOT
from lab_command.testing import FAILED_CHECKS, checks

PASSES = "def test_good(): pass\n"
EXCUSED = "import pytest\ndef test_vm(): pytest.skip('cannot run here: no KVM')\n"
QUIET = "import pytest\n@pytest.mark.skip(reason='later')\ndef test_lazy(): pass\n"
QUIET_MODULE = "import pytest\npytest.importorskip('nothing_of_the_kind')\n"


def session(folder: Path, *sources: str, failed: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    for number, source in enumerate(sources):
        (folder / f"test_{number}.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "lab_command.outcome",
            "-p",
            "no:cacheprovider",
            str(folder),
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}",
            "LAB_LANGUAGE": "en",
            FAILED_CHECKS: json.dumps(failed),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("sources", "failed", "code", "said"),
    [
        ((PASSES,), (), 0, "1 passed"),
        ((PASSES, EXCUSED), (), 0, "no KVM (1 tests, the first is test_1.py::test_vm)"),
        ((PASSES, QUIET), (), 1, "test_1.py::test_lazy: Skipped: later"),
        ((PASSES, QUIET_MODULE), (), 1, "could not import 'nothing_of_the_kind'"),
        ((PASSES,), ("mypy",), 1, "checks that found something"),
        (("def test_bad(): assert False\n",), (), 1, "1 failed"),
        ((), (), 5, "no tests ran"),
    ],
)
def test_outcome(
    tmp_path: Path, sources: tuple[str, ...], failed: tuple[str, ...], code: int, said: str
) -> None:
    done = session(tmp_path, *sources, failed=failed)
    assert done.returncode == code, done.stdout
    assert said in done.stdout


def test_the_last_line_is_pytests_own(tmp_path: Path) -> None:
    done = session(tmp_path, PASSES, EXCUSED)
    assert "1 passed, 1 skipped in" in done.stdout.rstrip().splitlines()[-1]


def test_checks_judge_the_files_of_the_repository() -> None:
    commands = {check.name: check.command for check in checks(["lab", "demo/school.yml", "LICENSE"])}
    assert commands["shellcheck"] == ("shellcheck", "lab")
    assert commands["yamllint"][1:] == ("--strict", "demo/school.yml")
    assert set(commands) == {"ruff", "ruff format", "mypy", "yamllint", "ansible-lint", "shellcheck"}
