"""What is kept of the switches on the control node: configurations in git, closed rooms, the newest look."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.closing import FILE as CLOSED
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.closing import Closings
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.findings import TOLD, network_findings
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.keeping import Maker, Repository
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.looks import (
    FILE,
    Look,
    Trouble,
    as_data,
    read_look,
    state_of,
    write_look,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.states import read_state

from tests.samples.switch_answers import ANSWERS
from tests.samples.switches import found_running

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def test_who_changed_a_configuration_is_written_down(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "switches")
    steps = [
        ("a\n", False, Maker.FIRST),
        ("a\n", True, None),
        ("b\n", True, Maker.SUITE),
        ("c\n", False, Maker.UNKNOWN),
    ]
    for text, ours, maker in steps:
        kept = repository.keep("sw1", text, made_by_suite=ours, actor="周敏 <x>\n")
        assert (kept.maker if kept else None) is maker
    changes = repository.changes()
    assert [one.maker for one in changes] == [Maker.UNKNOWN, Maker.SUITE, Maker.FIRST]
    assert changes[0].lines == 2
    assert repository.last("sw1") == "c\n"
    assert repository.changes("sw2") == []
    folder = tmp_path / "switches"
    assert folder.stat().st_mode & 0o077 == 0
    authors = subprocess.run(
        ["git", "-C", str(folder / "configurations"), "log", "--format=%an"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert set(authors.split()) == {"周敏", "x"}


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    key = repository.key()
    assert len(key) == 32
    assert Repository(tmp_path).key() == key
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "configurations" / "key").exists()


@pytest.mark.parametrize("name", ["../etc", "a/b", "", ".git", "-x", "x" * 64, "开"])
def test_a_name_that_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError):
        Repository(tmp_path).keep(name, "a\n", made_by_suite=True, actor="x")
    assert list(tmp_path.iterdir()) == []


def test_hooks_and_settings_of_a_person_have_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "settings"
    settings.write_text("[commit]\n\tgpgsign = true\n[core]\n\thooksPath = /nonexistent\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    kept = Repository(tmp_path / "s").keep("sw1", "a\n", made_by_suite=True, actor="x")
    assert kept is not None
    assert not (tmp_path / "elsewhere").exists()


def test_a_room_is_closed_until_its_end(tmp_path: Path) -> None:
    closings = Closings(tmp_path)
    end = NOW + timedelta(minutes=45)
    assert closings.close(["机房一", "机房二"], end, NOW)
    assert not closings.close(["机房一"], end, NOW)
    assert set(closings.at(NOW)) == {"机房一", "机房二"}
    assert closings.open(["机房二"], NOW)
    assert set(closings.at(NOW)) == {"机房一"}
    assert closings.at(end) == {}
    # What is over is forgotten with the next entry.
    assert closings.close(["机房三"], end + timedelta(hours=1), end)
    assert "机房一" not in (tmp_path / CLOSED).read_text("utf-8")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": "b"}', '{"a": 1e400}', '{"a": null}'])
def test_a_spoilt_file_closes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / CLOSED).write_text(text)
    assert Closings(tmp_path).at(NOW) == {}


@pytest.mark.parametrize("platform", sorted(ANSWERS))
def test_a_look_is_read_as_it_was_written(platform: str, tmp_path: Path) -> None:
    state = read_state(platform, ANSWERS[platform], found_running(platform))
    assert state_of(as_data(state)) == state
    trouble = Trouble(switch="sw1", room="机房一", kind="hub", port="Gi1/0/2", what="集线器")
    look = Look(states={"sw1": state}, troubles=(trouble,))
    write_look(tmp_path, look)
    assert read_look(tmp_path) == look


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"states": [], "troubles": []}', '{"states": {"a": 1}}'])
def test_a_spoilt_look_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert read_look(tmp_path) is None
    assert network_findings(tmp_path, NOW) == []


def test_troubles_and_changes_by_others_are_findings(tmp_path: Path) -> None:
    kinds = {"hub": "network_place", "fan": "network_health", "silent": "network_silent"}
    troubles = tuple(
        Trouble(switch="sw1", room="机房一", kind=kind, port="Gi1/0/2", what="x") for kind in (*kinds, "hub")
    )
    write_look(tmp_path, Look(states={}, troubles=troubles))
    repository = Repository(tmp_path)
    repository.keep("sw1", "a\n", made_by_suite=False, actor="x")
    repository.keep("sw1", "b\n", made_by_suite=False, actor="x")
    now = datetime.now(UTC)
    found = network_findings(tmp_path, now)
    assert sorted(one.advice for one in found) == sorted([*kinds.values(), "network_changed"])
    assert len({one.key for one in found}) == 4
    later = network_findings(tmp_path, now + TOLD + timedelta(days=1))
    assert "network_changed" not in {one.advice for one in later}
