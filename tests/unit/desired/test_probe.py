"""The probe as a PC runs it, on this machine's own files, against the judge."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import comparing
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.asking import CAPS, questions
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.built import build_command, fresh_command
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.state import (
    AbsentFile,
    Built,
    DesiredState,
    File,
    Item,
    Link,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.probe import sending, state_payload

OWNER = {"owner": "root", "group": "root"}
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="cannot run here: files of root are compared")


def ask(*items: Item, role: str = "nobody", **caps: int) -> Mapping[str, Any]:
    plan = questions({role: DesiredState(items)})
    plan["caps"].update(caps)
    errand = sending.state_errand(plan, python=sys.executable, through_stdin=True)
    done = subprocess.run(["sh", "-c", errand.command], input=errand.stdin, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(zlib.decompress(sending.unframe(done.stdout.decode())))
    return answer


def reasons(*items: Item) -> list[str]:
    drifts = comparing.compare("nobody", DesiredState(items), ask(*items))
    return [f"{Path(drift.subject).name} {drift.why.render('en')}" for drift in drifts]


def test_the_source_is_valid_for_python_3_6_and_stays_small() -> None:
    ast.parse(Path(state_payload.__file__).read_text(), feature_version=(3, 6))
    errand = sending.state_errand(questions({"nobody": DesiredState(())}), python=None, through_stdin=True)
    assert errand.stdin is not None
    assert len(errand.stdin) < 8000


@needs_root
def test_a_file_is_as_wanted_or_each_difference_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.conf"
    wanted = File(str(path), "开机\n")
    assert reasons(wanted) == ["a.conf is missing"]
    path.write_text("开机\n")
    path.chmod(0o644)
    assert reasons(wanted) == []
    path.write_text("关机\n")
    path.chmod(0o4755)
    os.chown(path, 65534, 4000000)
    assert reasons(wanted) == [
        "a.conf has another content",
        "a.conf has mode 6755 instead of 0644"
        if path.stat().st_mode & 0o2000
        else "a.conf has mode 0755 instead of 0644",
        "a.conf belongs to nobody instead of root",
        "a.conf belongs to 4000000 instead of root",
    ]
    path.unlink()
    path.symlink_to("/etc/hostname")
    assert reasons(wanted) == ["a.conf is a symbolic link instead of a file"]


@needs_root
def test_what_must_not_be_there_and_where_links_lead(tmp_path: Path) -> None:
    gone, link = AbsentFile(str(tmp_path / "gone")), Link(str(tmp_path / "link"), "../there")
    assert reasons(gone, link) == ["link is missing"]
    (tmp_path / "gone").mkdir()
    (tmp_path / "link").symlink_to("elsewhere")
    assert reasons(gone, link) == ["gone is there", "link points to elsewhere instead of ../there"]
    (tmp_path / "gone").rmdir()
    (tmp_path / "gone").symlink_to("/nowhere")
    (tmp_path / "link").unlink()
    (tmp_path / "link").write_text("")
    assert reasons(gone, link) == ["gone is there", "link is a file instead of a link"]


@needs_root
def test_items_whose_conditions_do_not_hold_are_not_wanted(tmp_path: Path) -> None:
    here, not_here = str(tmp_path), str(tmp_path / "none")
    path = f"{here}/x"
    for when, wanted in (
        ((here,), True),
        ((not_here,), False),
        ((f"!{here}",), False),
        ((f"!{not_here}", here), True),
        ((here, not_here), False),
    ):
        assert bool(reasons(File(path, "", when=when))) is wanted, when


def test_a_file_larger_than_the_cap_is_unknown_and_counts_as_drift(tmp_path: Path) -> None:
    wanted = File(str(tmp_path / "big"), "x")
    Path(wanted.path).write_bytes(b"x" * 5000)
    (drift,) = comparing.compare("nobody", DesiredState((wanted,)), ask(wanted, file_bytes=4000))
    assert (drift.known, drift.why.render("en")) == (False, "cannot be looked at: too large")
    assert CAPS["file_bytes"] > 5000


class TestBuilt:
    @pytest.fixture
    def item(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Built:
        monkeypatch.setattr(Built, "stamp", property(lambda self: f"{tmp_path}/stamps/{self.name}"))
        (tmp_path / "in.d").mkdir()
        for name in ("b.conf", "a.conf", ".hidden.conf", "c.off"):
            (tmp_path / "in.d" / name).write_text(name)
        return Built(
            name="menu",
            command=("sh", "-c", f"cat {tmp_path}/in.d/*.conf > {tmp_path}/out-1"),
            sources=(f"{tmp_path}/single", f"{tmp_path}/in.d/*.conf", f"{tmp_path}/none.d/*"),
            artefacts=(f"{tmp_path}/out-*",),
        )

    def fresh(self, item: Built) -> bool:
        """What the probe says, which is what the role's own command says."""
        probe = reasons(item) == []
        code = subprocess.run(fresh_command(item), stdin=subprocess.DEVNULL).returncode
        assert (code == 0) is probe
        assert code in (0, 1)
        return probe

    def build(self, item: Built) -> None:
        subprocess.run(build_command(item), check=True)

    def test_built_once_it_is_fresh_until_anything_differs(self, item: Built, tmp_path: Path) -> None:
        assert not self.fresh(item)
        self.build(item)
        assert self.fresh(item)
        assert (tmp_path / "out-1").read_text() == "a.confb.conf"

    @pytest.mark.parametrize(
        "change",
        [
            lambda folder: (folder / "in.d/a.conf").write_text("other"),
            lambda folder: (folder / "in.d/z.conf").write_text("new"),
            lambda folder: (folder / "in.d/b.conf").unlink(),
            lambda folder: (folder / "single").write_text("appears"),
            lambda folder: (folder / "none.d").mkdir() or (folder / "none.d/x").write_text(""),
            lambda folder: (folder / "out-1").unlink(),
            lambda folder: (folder / "out-2").write_text("a second kernel"),
            lambda folder: (folder / "out-1").write_text("tampered!!!!"),
            lambda folder: os.utime(folder / "out-1", (1, 1)),
            lambda folder: (folder / "stamps/menu").unlink(),
            lambda folder: (folder / "stamps/menu").write_text(""),
        ],
    )
    def test_stale(self, item: Built, tmp_path: Path, change: Any) -> None:
        self.build(item)
        change(tmp_path)
        assert not self.fresh(item)
        self.build(item)
        assert self.fresh(item)

    @pytest.mark.parametrize(
        "change",
        [
            lambda folder: os.utime(folder / "in.d/a.conf", (2**31, 2**31)),
            lambda folder: (folder / "in.d/.other.conf").write_text("hidden"),
            lambda folder: (folder / "in.d/c.off").write_text("no source"),
        ],
    )
    def test_still_fresh(self, item: Built, tmp_path: Path, change: Any) -> None:
        self.build(item)
        change(tmp_path)
        assert self.fresh(item)

    def test_a_build_that_fails_leaves_no_stamp(self, item: Built, tmp_path: Path) -> None:
        self.build(item)
        (tmp_path / "out-1").unlink()
        broken = Built(name="menu", command=("false",), sources=item.sources, artefacts=item.artefacts)
        assert subprocess.run(build_command(broken)).returncode != 0
        assert not self.fresh(item)
