"""The role was applied twice: the timers wait for their hour, and nothing else of the machine changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from testinfra.host import Host

UNITS = "/etc/systemd/system"
TIMERS = ("jifang-duty-ready_check", "jifang-duty-daily_check", "jifang-watch")


@pytest.mark.parametrize("name", TIMERS)
def test_a_timer_waits(host: Host, name: str) -> None:
    timer = host.service(f"{name}.timer")
    assert timer.is_enabled
    assert timer.is_running
    shown = host.check_output(f"systemctl show -p NextElapseUSecRealtime -p Persistent {name}.timer")
    assert "Persistent=yes" in shown
    assert "NextElapseUSecRealtime=\n" not in shown + "\n"


def test_the_ready_check_is_ten_minutes_before_the_bell(host: Host) -> None:
    timer = host.file(f"{UNITS}/jifang-duty-ready_check.timer").content_string
    assert "OnCalendar=*-*-* 07:50:00 Asia/Shanghai\n" in timer
    service = host.file(f"{UNITS}/jifang-duty-ready_check.service").content_string
    assert "ExecStart=/usr/bin/true due ready_check --run -i /srv/school/hosts.yml\n" in service
    assert "Description=课前检查\n" in service


def test_what_is_done_by_hand_has_no_timer(host: Host) -> None:
    assert not host.file(f"{UNITS}/jifang-duty-log_export.timer").exists


def test_a_service_starts(host: Host) -> None:
    with host.sudo():
        host.check_output("systemctl start jifang-duty-daily_check.service")
    assert host.check_output("systemctl show -p Result jifang-duty-daily_check.service") == "Result=success"


def test_secrets_are_the_users_alone(host: Host) -> None:
    with host.sudo():
        notices = host.file("/etc/jifang/notices")
        assert (notices.mode, notices.user) == (0o600, "root")
        # sudo logs these commands, too: the pattern does not match itself.
        assert host.run("grep -r 'molecule-[s]ecret' /etc/systemd /var/log").rc == 1
        assert host.run("journalctl --no-pager | grep 'molecule-[s]ecret'").rc == 1


def test_the_day_of_installation_is_kept(host: Host) -> None:
    since = json.loads(host.file("/usr/bin/reports/runs/schedules.json").content_string)["since"]
    assert timedelta(0) <= datetime.now(UTC) - datetime.fromisoformat(since) < timedelta(hours=1)


def test_nothing_else_changed(touched: set[str]) -> None:
    ours = (f"{UNITS}/jifang-", f"{UNITS}/timers.target.wants/jifang-", "/etc/jifang/", "/usr/bin/reports/")
    assert [line for line in touched if not line.startswith(ours)] == []
