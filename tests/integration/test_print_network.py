"""The errand that prints the network, on the demo school's description: no machine is needed for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from python_calamine import CalamineWorkbook

from lab_command.paths import ROOT


def play(papers: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible-playbook")),
            *("-i", str(ROOT / "inventory/demo/hosts.yml"), str(ROOT / "playbooks/print_network.yml")),
            *("-e", f"ledger_papers={papers}", *words),
        ],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_table_and_the_drawing_are_written(tmp_path: Path) -> None:
    checked = play(tmp_path / "papers", "--check")
    assert checked.returncode == 0, checked.stdout
    assert not (tmp_path / "papers").exists()
    done = play(tmp_path / "papers")
    assert done.returncode == 0, done.stdout
    assert sorted(path.name for path in (tmp_path / "papers").iterdir()) == ["network.svg", "network.xlsx"]
    assert "pc01" in str(
        CalamineWorkbook.from_path(tmp_path / "papers/network.xlsx").get_sheet_by_index(0).to_python()
    )
    assert "育才实验学校" in (tmp_path / "papers/network.svg").read_text(encoding="utf-8")


def test_a_network_that_is_not_described_is_said_so(tmp_path: Path) -> None:
    done = play(tmp_path, "-e", '{"lab_network": {}}')
    assert done.returncode == 2
    assert "还没有网络规划" in done.stdout
