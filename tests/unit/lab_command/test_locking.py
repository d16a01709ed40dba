"""One run at a time per inventory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab_command.locking import BusyError, exclusive
from lab_command.paths import ROOT

HOLDER = """
import sys
from pathlib import Path
from lab_command.locking import exclusive
with exclusive(["/school/hosts.yml"], "collect_facts.yml", Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}"},
    )
    assert child.stdout is not None and child.stdout.readline() == "held\n"
    return child


def test_the_second_is_told_who_and_since_when(tmp_path: Path) -> None:
    with holder(tmp_path) as child:
        with pytest.raises(BusyError) as error, exclusive(["/school/hosts.yml"], "x.yml", tmp_path):
            pytest.fail("two runs at once")
        fields = error.value.message.fields
        assert fields["pid"] == child.pid
        assert fields["playbook"] == "collect_facts.yml"
        assert str(fields["since"])[:2] == "20"
        with exclusive(["/other/hosts.yml"], "x.yml", tmp_path):
            pass
        child.communicate("")


def test_several_inventories_conflict_in_any_order(tmp_path: Path) -> None:
    with holder(tmp_path) as child:
        for inventories in (["/a", "/school/hosts.yml"], ["/school/hosts.yml", "/z"]):
            with pytest.raises(BusyError), exclusive(inventories, "x.yml", tmp_path):
                pytest.fail("two runs at once")
        # What was taken before the conflict is free again.
        with exclusive(["/a", "/z"], "x.yml", tmp_path):
            pass
        child.communicate("")


def test_a_killed_run_blocks_nobody(tmp_path: Path) -> None:
    with holder(tmp_path) as child:
        child.kill()
    with exclusive(["/school/hosts.yml"], "x.yml", tmp_path):
        pass


def test_the_same_inventory_twice_is_one(tmp_path: Path) -> None:
    with exclusive(["/a", "/a"], "x.yml", tmp_path):
        assert len(list(tmp_path.iterdir())) == 1


def test_a_holder_that_has_not_written_its_name(tmp_path: Path) -> None:
    with exclusive(["/a"], "x.yml", tmp_path):
        (lock,) = tmp_path.iterdir()
        os.truncate(lock, 0)
        with (
            pytest.raises(BusyError, match="Another run is just starting"),
            exclusive(["/a"], "x.yml", tmp_path),
        ):
            pytest.fail("two runs at once")
