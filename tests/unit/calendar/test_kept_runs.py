"""Kept runs read back: what ``lab run`` wrote, and folders that hold anything else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.kept_runs import (
    INSTALLED_FILE,
    duty_of,
    read_history,
    write_duty,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import Occurrence
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DUE = datetime(2026, 11, 25, 1, 45, tzinfo=UTC)
NAME = "20261125T014501.000001Z-update_ledger"


def folder(runs: Path, name: str = NAME, **files: str) -> Path:
    made = runs / name
    made.mkdir(parents=True)
    for file, text in files.items():
        (made / file).write_text(text, encoding="utf-8")
    return made


def test_a_run_of_a_duty(tmp_path: Path) -> None:
    made = folder(
        tmp_path, rc="0", command=json.dumps({"command": ["ansible-playbook", "--limit", "room_1"]})
    )
    write_duty(made, "ready_check", [Occurrence(DUE, "ready_check", "room_1")])
    (run,) = read_history(tmp_path).runs
    assert (run.playbook, run.code, run.whole) == ("update_ledger", 0, False)
    assert run.occurrences == (Occurrence(DUE, "ready_check", "room_1"),)
    assert duty_of(made) == "ready_check"


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (["-i", "/srv/school/hosts.yml"], True),
        (["-i", "x", "-e", "@/tmp/x.yml", "-K"], True),
        (["--check"], False),
        (["-C"], False),
        (["-lroom_1"], False),
        (["--limit=room_1"], False),
        (["--tags", "x"], False),
        (["--list-hosts"], False),
    ],
)
def test_only_a_whole_run_by_hand_speaks_for_the_school(
    tmp_path: Path, words: list[str], whole: bool
) -> None:
    folder(tmp_path, rc="0", command=json.dumps({"command": ["ansible-playbook", *words, "x.yml"]}))
    (run,) = read_history(tmp_path).runs
    assert run.whole is whole


def test_a_run_that_was_cut_off_or_is_running_has_no_code(tmp_path: Path) -> None:
    folder(tmp_path, command="{}")
    (run,) = read_history(tmp_path).runs
    assert (run.code, run.whole) == (None, False)


def test_no_folder_is_no_history(tmp_path: Path) -> None:
    assert read_history(tmp_path / "none").runs == ()
    assert read_history(tmp_path / "none").since is None


def test_the_time_that_was_forgotten_is_not_known(tmp_path: Path) -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    (tmp_path / INSTALLED_FILE).write_text(json.dumps({"since": start.isoformat()}))
    for day in range(5):
        folder(tmp_path, f"{start + timedelta(days=day):%Y%m%dT%H%M%S.%f}Z-x", rc="0")
    assert read_history(tmp_path, keeps=6).since == start
    assert read_history(tmp_path, keeps=3).since == start + timedelta(days=2)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
RECORD = st.fixed_dictionaries(
    {},
    optional={
        "duty": ANYTHING,
        "occurrences": ANYTHING
        | st.lists(
            st.fixed_dictionaries({"due": ANYTHING | st.just("9999-12-31T23:59:59-23:59"), "room": ANYTHING})
        ),
        "since": ANYTHING,
        "command": ANYTHING,
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECORD | ANYTHING, st.text(max_size=12))
def test_anything_in_a_folder_is_read_or_left_out(tmp_path: Path, record: object, code: str) -> None:
    made = tmp_path / NAME
    made.mkdir(exist_ok=True)
    for name in ("duty", "command"):
        (made / name).write_text(json.dumps(record), encoding="utf-8", errors="replace")
    (tmp_path / INSTALLED_FILE).write_text(json.dumps(record), encoding="utf-8", errors="replace")
    (made / "rc").write_text(code, encoding="utf-8", errors="replace")
    (tmp_path / "99999999T999999.999999Z-x").mkdir(exist_ok=True)
    (tmp_path / "a file").write_text("x")
    assert len(read_history(tmp_path).runs) == 1
