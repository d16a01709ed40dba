"""Folders that also a killed run leaves to nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lab_command.paths import ROOT
from lab_command.scratch import scratch

HOLDER = """
import sys
from pathlib import Path
from lab_command.scratch import scratch
with scratch(Path(sys.argv[1])) as folder:
    (folder / "secret").write_text("x")
    print(folder, flush=True)
    sys.stdin.read()
"""


def holder(parent: Path) -> tuple[subprocess.Popen[str], Path]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}"},
    )
    assert child.stdout is not None
    return child, Path(child.stdout.readline().strip())


def test_gone_afterwards_and_closed_to_others(tmp_path: Path) -> None:
    with scratch(tmp_path) as folder:
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "inside").mkdir()
    assert not folder.exists()


def test_one_in_use_stays(tmp_path: Path) -> None:
    child, folder = holder(tmp_path)
    with child, scratch(tmp_path) as mine:
        assert folder != mine
        assert (folder / "secret").is_file()
        child.communicate("")


def test_that_of_a_killed_run_goes_with_the_next(tmp_path: Path) -> None:
    child, folder = holder(tmp_path)
    with child:
        child.kill()
    assert (folder / "secret").is_file()
    with scratch(tmp_path):
        assert not folder.exists()
