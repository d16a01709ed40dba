"""Which files the checks of ``lab test`` judge."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab_command import testing


def test_sources_without_what_is_ignored_and_without_a_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of the repository that has no .git, or one that git refuses as another user's."""
    monkeypatch.setattr(testing, "ROOT", tmp_path)
    (tmp_path / ".gitignore").write_text("/.venv/\n")
    for name in ("lab", "playbooks/机房.yml", ".venv/bin/python"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "link").symlink_to("playbooks")
    assert testing.sources() == [".gitignore", "lab", "playbooks/机房.yml"]


def test_mypy_is_given_the_packages_that_hold_python() -> None:
    mypy = testing.checks(["demo/school.py", "ansible.cfg"])[2]
    assert mypy.name == "mypy"
    assert mypy.command[1:] == ("-p", "demo")
