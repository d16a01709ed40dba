"""The program that role freeze puts on a PC, on real mounts in a namespace: keep, confirm, thaw, freeze, end.

The PC's disk is a read-only file system at /media/root-ro with a second one below it; what a start does with them is
the virtual machine's test (tests/vm/test_freeze.py).
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.compilers import compile_role, defaults
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.state import File
from ansible_collections.jifang.lab.plugins.plugin_utils.freeze import TOOL

# Nothing of the machine that the test runs on is written: every folder that is, is covered by a file system in memory.
SETUP = """
set -eu
mount --make-rprivate /
for place in /media /run /home /var/log /var/lib; do mount -t tmpfs none "$place"; done
mkdir -p /media/root-ro /var/log/jifang
mount -t tmpfs disk /media/root-ro
mkdir -p /media/root-ro/home /media/root-ro/opt /media/root-ro/var/log/jifang /media/root-ro/var/lib/jifang/freeze
ln -s /etc /media/root-ro/var/lib/link
mount -t tmpfs homes /media/root-ro/home
mkdir /media/root-ro/home/pupil
mount -o remount,ro /media/root-ro/home
home=/media/root-ro/var/lib/jifang/freeze
echo "1 2 0" > $home/thaw
echo started > $home/trial
mount -o remount,ro /media/root-ro
refuses() { if "$@" 2>/dev/null; then echo "was taken: $*"; exit 1; fi; }
"""


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """The program as it is compiled, with a list and a ``shutdown`` of the test's own."""
    (item,) = (
        item
        for item in compile_role("freeze", {**defaults("freeze"), "freeze_language": "en"}).items
        if isinstance(item, File) and item.path == TOOL
    )
    (tmp_path / "keep").write_text(
        "/home\n/var/lib/link\n/var/lib/nothing\n/var/log/jifang\n", encoding="utf-8"
    )
    text = item.content.replace("/etc/jifang/freeze-keep", str(tmp_path / "keep"))
    assert text != item.content
    (tmp_path / "tool").write_text(text, encoding="utf-8")
    (tmp_path / "shutdown").write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/said\n', encoding="utf-8")
    (tmp_path / "systemctl").write_text("#!/bin/sh\n", encoding="utf-8")
    for name in ("tool", "shutdown", "systemctl"):
        (tmp_path / name).chmod(0o755)
    return tmp_path / "tool"


def run(tool: Path, script: str) -> str:
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    done = subprocess.run(
        ["unshare", *user, "--mount", "sh", "-c", SETUP + script],
        env={"PATH": f"{tool.parent}:/usr/sbin:/usr/bin:/sbin:/bin", "TOOL": str(tool)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_is_kept_is_written_to_the_disk_and_nothing_else_can_be(tool: Path) -> None:
    said = run(
        tool,
        """
        [ "$($TOOL state)" = frozen ]
        $TOOL keep
        echo attempt > /var/log/jifang/attempts
        echo essay > /home/pupil/essay
        cat /media/root-ro/var/log/jifang/attempts /media/root-ro/home/pupil/essay
        refuses touch /media/root-ro/opt/toy
        refuses touch /media/root-ro/home/toy
        refuses test -e $home/thaw
        """,
    )
    assert said == (
        "not there, not kept: /var/lib/link\nnot there, not kept: /var/lib/nothing\nattempt\nessay\n"
    )


def test_at_shutdown_the_disk_is_let_go_of_cleanly(tool: Path) -> None:
    run(
        tool,
        """
        $TOOL keep > /dev/null
        grep -q ' - tmpfs disk rw' /proc/self/mountinfo
        echo last > /var/log/jifang/attempts
        $TOOL release
        refuses mountpoint -q /var/log/jifang
        [ "$(cat /media/root-ro/var/log/jifang/attempts)" = last ]
        refuses grep ' - tmpfs disk rw' /proc/self/mountinfo
        refuses grep ' - tmpfs homes rw' /proc/self/mountinfo
        """,
    )


def test_the_state_is_written_through_a_read_only_disk_and_it_stays_so(tool: Path) -> None:
    run(
        tool,
        """
        $TOOL keep > /dev/null
        $TOOL confirm
        refuses test -e $home/trial
        until=$(($(date +%s) + 3600))
        $TOOL thaw $until
        read -r since end shift < $home/thaw
        [ "$end" = "$until" ]
        [ "$since" -le "$(date +%s)" ]
        [ "$shift" -ge -86400 ]
        $TOOL freeze
        refuses test -e $home/thaw
        $TOOL arm
        [ "$(cat $home/trial)" = armed ]
        refuses touch /media/root-ro/opt/toy
        echo still > /var/log/jifang/attempts
        """,
    )


def test_a_window_that_is_over_or_far_away_by_this_clock_is_not_opened(tool: Path) -> None:
    run(
        tool,
        """
        refuses $TOOL thaw 5
        refuses $TOOL thaw $(($(date +%s) + 10 * 86400))
        [ "$(cat $home/thaw)" = "1 2 0" ]
        refuses $TOOL nonsense
        """,
    )


def test_without_kept_folders_the_disk_is_read_only_as_a_whole(tool: Path) -> None:
    (tool.parent / "keep").write_text("", encoding="utf-8")
    run(
        tool,
        """
        $TOOL keep
        grep -q '^disk /media/root-ro tmpfs ro' /proc/mounts
        $TOOL confirm
        grep -q '^disk /media/root-ro tmpfs ro' /proc/mounts
        """,
    )


def test_a_thawed_pc_restarts_when_its_window_is_over_and_says_so_once(tool: Path) -> None:
    run(
        tool,
        """
        umount /media/root-ro/home /media/root-ro
        [ "$($TOOL state)" = thawed ]
        $TOOL thaw $(($(date +%s) + 3600))
        $TOOL end
        refuses test -e ${TOOL%/*}/said
        echo "1 2 0" > /var/lib/jifang/freeze/thaw
        $TOOL end
        mkdir -p /run/systemd/shutdown
        : > /run/systemd/shutdown/scheduled
        $TOOL end
        """,
    )
    (said,) = (tool.parent / "said").read_text(encoding="utf-8").splitlines()
    assert said.startswith("-r +5 Maintenance is over.")
