"""A reader meets the whole old report or the whole new one."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.export import export_json
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.files import (
    MARKER,
    replaced_file,
    replaced_folder,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.workbook import write_workbook

from tests.samples import large_snapshot, sample_snapshot

WRITERS = {"site": render_site, "workbook": write_workbook, "json": export_json}


def _fill(target: Path, text: str) -> None:
    with replaced_folder(target) as folder:
        (folder / "page").write_text(text, encoding="utf-8")


def test_folder_is_made_replaced_and_marked(tmp_path: Path) -> None:
    target = tmp_path / "new" / "site"
    _fill(target, "one")
    _fill(target, "two")
    assert (target / "page").read_text(encoding="utf-8") == "two"
    assert [path.name for path in target.parent.iterdir()] == ["site"]
    assert (target / MARKER).is_file()


def test_an_empty_folder_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    _fill(tmp_path / "site", "one")
    assert (tmp_path / "site" / "page").exists()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_not_a_site_is_left_alone(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "site"
    if kind == "folder":
        target.mkdir()
        (target / "thesis.doc").write_text("years of work", encoding="utf-8")
    else:
        target.write_text("years of work", encoding="utf-8")
    with pytest.raises(UserError, match="not a Jifang site"):
        _fill(target, "one")
    kept = target / "thesis.doc" if kind == "folder" else target
    assert kept.read_text(encoding="utf-8") == "years of work"


def test_what_a_killed_run_left_is_cleaned_up(tmp_path: Path) -> None:
    target = tmp_path / "site"
    _fill(target, "one")
    (tmp_path / ".site.new").mkdir()
    (tmp_path / ".site.new" / "half").touch()
    _fill(target, "two")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_run_killed_between_the_two_renames_is_mended(tmp_path: Path) -> None:
    target = tmp_path / "site"
    _fill(target, "one")
    target.rename(tmp_path / ".site.old")
    with pytest.raises(RuntimeError), replaced_folder(target):
        raise RuntimeError("the new run fails too")
    assert (target / "page").read_text(encoding="utf-8") == "one"


def test_two_writers_at_once(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(UserError, match="Another run is writing"):
            _fill(tmp_path / "site", "one")
    finally:
        os.close(descriptor)
    _fill(tmp_path / "site", "one")


def test_a_linked_site_is_replaced_where_it_is(tmp_path: Path) -> None:
    real = tmp_path / "real" / "site"
    _fill(real, "one")
    (tmp_path / "site").symlink_to(real)
    _fill(tmp_path / "site", "two")
    assert (tmp_path / "site").is_symlink()
    assert (real / "page").read_text(encoding="utf-8") == "two"


def test_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "book.json"
    with replaced_file(path) as temporary:
        temporary.write_text("one", encoding="utf-8")
        assert not path.exists()
    with pytest.raises(RuntimeError), replaced_file(path) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise RuntimeError
    assert path.read_text(encoding="utf-8") == "one"
    assert [entry.name for entry in path.parent.iterdir()] == ["book.json"]


def test_a_disk_that_refuses_is_told_with_the_path(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    for attempt in (replaced_file(blocked / "book.json"), replaced_folder(blocked / "site")):
        with pytest.raises(UserError, match=str(blocked)) as caught, attempt:
            pass
        assert "无法写入" in caught.value.message.render()


def _write_with_little_room(name: str, target: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        WRITERS[name](large_snapshot(300), target)
    except UserError as error:
        os._exit(7 if "could not be written" in str(error) else 8)


class Fatal(Decimal):
    """An amount that kills the process which is about to write it."""

    def __format__(self, form: str, /) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return super().__format__(form)

    def __float__(self) -> float:
        os.kill(os.getpid(), signal.SIGKILL)
        return super().__float__()


def _write_until_killed(name: str, target: Path) -> None:
    base = sample_snapshot()
    deadly = replace(base.assets[5], original_value=Fatal(1))
    WRITERS[name](replace(base, assets=(*base.assets[:5], deadly, *base.assets[6:])), target)


def _run(work: Callable[[str, Path], None], name: str, target: Path) -> int | None:
    process = get_context("fork").Process(target=work, args=(name, target))
    process.start()
    process.join(60)
    return process.exitcode


def _content(target: Path) -> bytes:
    return (target / "devices-data.js" if target.is_dir() else target).read_bytes()


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_keeps_the_old_report(tmp_path: Path, name: str) -> None:
    target = tmp_path / "report"
    WRITERS[name](sample_snapshot(), target)
    before = _content(target)
    assert _run(_write_with_little_room, name, target) == 7
    assert _content(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("name", WRITERS)
def test_a_killed_run_keeps_the_old_report_and_the_next_cleans_up(tmp_path: Path, name: str) -> None:
    target = tmp_path / "report"
    WRITERS[name](sample_snapshot(), target)
    before = _content(target)
    assert _run(_write_until_killed, name, target) == -signal.SIGKILL
    assert _content(target) == before
    assert len(list(tmp_path.iterdir())) > 1
    WRITERS[name](sample_snapshot(), target)
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
