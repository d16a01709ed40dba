"""The baseline as a pupil meets it."""

from __future__ import annotations

import pytest
from testinfra.host import Host


def test_root_has_no_password_and_the_administrator_is_still_in(host: Host) -> None:
    with host.sudo():
        assert host.run("getent shadow root").stdout.split(":")[1].startswith("!")
        assert host.run("id -u").stdout.strip() == "0"


def test_a_shell_ends_by_itself_and_the_limit_cannot_be_lifted(host: Host) -> None:
    told = host.run("bash -lc %s", "echo $TMOUT; TMOUT=0")
    assert told.stdout.split()[0] == "1800"
    assert "readonly" in told.stderr


def test_idle_sessions_end(host: Host) -> None:
    assert "StopIdleSessionSec=30min" in host.run("systemd-analyze cat-config systemd/logind.conf").stdout


def test_teachers_may_what_they_are_given(host: Host) -> None:
    with host.sudo():
        assert host.run("visudo -c").rc == 0
        host.check_output("groupadd --force teachers")
        host.check_output("id teacher 2>/dev/null || useradd --groups teachers teacher")
        allowed = host.check_output("sudo -l -U teacher")
    assert "/usr/sbin/poweroff" in allowed
    assert "NOPASSWD" not in allowed


@pytest.mark.parametrize("path", ["/var/lib/jifang/lab_pc.unfinished", "/root", "/home/admin"])
def test_nothing_was_left_behind(host: Host, path: str) -> None:
    with host.sudo():
        files = host.run("find %s -type f -path '*ansible*' -o -name '*.unfinished'", path)
    assert files.stdout == ""
