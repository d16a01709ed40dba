"""The calendar at work: duties that really run and really are missed, and timers that really fire."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.kept_runs import (
    INSTALLED_FILE,
    read_history,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import FindingKind, FindingStatus

from demo.school import load
from lab_command.locking import exclusive
from lab_command.machines.__main__ import down, up
from lab_command.machines.detect import obstacle
from lab_command.machines.podman import Podman
from lab_command.paths import LOCKS, ROOT, STATE
from tests.integration.support import SECONDS, Done, School, finish

_LAB_DUE = """
import sys
from pathlib import Path
from lab_command import due
sys.exit(due.command(sys.argv[2] or None, [sys.argv[3]], run=True, notify=False, runs=Path(sys.argv[1])))
"""
_OTHERS = (
    *("ready_check", "daily_check", "closing_check", "friday_backup", "history_proof"),
    *("hardware_check", "log_export", "term_start_check", "term_end_closing"),
    *("backup_check", "restore_drill"),
)


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def calendar(duties: dict[str, Any]) -> dict[str, Any]:
    """A calendar around today in UTC, with these duties alone."""
    today = datetime.now(UTC).date()
    return {
        "calendar_zone": "UTC",
        "calendar_national": "none",
        "calendar_terms": [
            {
                "name": "term",
                "starts": str(today - timedelta(days=40)),
                "ends": str(today + timedelta(days=40)),
            }
        ],
        "calendar_duties": {**{name: {"enabled": False} for name in _OTHERS}, **duties},
    }


class Scheduled(School):
    """A school of ``support`` that keeps a calendar."""

    def keep(self, duties: dict[str, Any]) -> None:
        file = self.folder / "group_vars" / "all" / "calendar.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(calendar(duties)), encoding="utf-8")
        self.variables["lab_runs"] = str(self.runs)
        self.runs.mkdir(exist_ok=True)
        since = datetime.now(UTC) - timedelta(hours=3)
        (self.runs / INSTALLED_FILE).write_text(json.dumps({"since": since.isoformat()}))

    @property
    def runs(self) -> Path:
        return self.folder / "runs"

    def start_due(self, duty: str = "") -> subprocess.Popen[str]:
        self.write_inventory()
        return subprocess.Popen(
            [sys.executable, "-c", _LAB_DUE, str(self.runs), duty, str(self.inventory)],
            cwd=ROOT,
            env=self.environment(PYTHONPATH=f"{ROOT}:{ROOT / 'collections'}", LAB_LANGUAGE="en"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def due(self, duty: str = "") -> Done:
        return finish(self.start_due(duty))

    def missed(self) -> dict[str, FindingStatus]:
        found = self.snapshot().findings
        return {one.key: one.status for one in found if one.kind is FindingKind.MISSED_RUN}


@pytest.fixture
def school(tmp_path: Path) -> Scheduled:
    made = Scheduled(tmp_path)
    made.add("pc01")
    return made


def test_a_duty_runs_and_a_missed_one_is_a_finding_until_it_ran(school: Scheduled) -> None:
    now = datetime.now(UTC)
    school.keep(
        {
            "look": {
                "days": "every_day",
                "at": clock(now - timedelta(minutes=2)),
                "playbook": "update_ledger",
            },
            "proof": {
                "days": "every_day",
                "at": clock(now - timedelta(minutes=60)),
                "playbook": "verify_ledger",
                "tolerance": "5m",
            },
        }
    )
    done = school.due("look")
    assert done.code == 0, done.said
    (run,) = read_history(school.runs).runs
    assert (run.code, [one.duty for one in run.occurrences]) == (0, ["look"])
    assert school.missed() == {"missed_run:proof": FindingStatus.OPEN}
    page = (school.reports / "site" / "calendar.html").read_text(encoding="utf-8")
    assert 'data-standing="missed"' in page
    assert (school.reports / "site" / "calendar.ics").is_file()

    again = school.due("look")
    assert (again.code, len(read_history(school.runs).runs)) == (0, 1)

    by_hand = school.lab_run("verify_ledger")
    assert by_hand.code == 0, by_hand.said
    assert school.run("reconcile_ledger").code == 0
    assert school.missed() == {"missed_run:proof": FindingStatus.RESOLVED}


def test_a_failed_duty_is_a_finding_and_passes_its_code_on(school: Scheduled) -> None:
    school.keep(
        {
            "book": {
                "days": "every_day",
                "at": clock(datetime.now(UTC) - timedelta(minutes=1)),
                "playbook": "import_book",
                "arguments": ["-e", "ledger_book=/nowhere/book.xlsx"],
            }
        }
    )
    assert school.due().code == 2
    assert school.run("reconcile_ledger").code == 0
    (finding,) = (one for one in school.snapshot().findings if one.kind is FindingKind.MISSED_RUN)
    assert (finding.advice, finding.differences[0].fact) == ("run_failed", "failed")


def test_a_dry_run_of_reconciling_sees_it_and_writes_nothing(school: Scheduled) -> None:
    assert school.run("reconcile_ledger").code == 0
    at = clock(datetime.now(UTC) - timedelta(minutes=60))
    school.keep({"proof": {"days": "every_day", "at": at, "playbook": "verify_ledger"}})
    done = school.run("reconcile_ledger", "--check", "--diff")
    assert "missed_run:proof" in done.said
    assert school.missed() == {}


def test_what_the_calendar_starts_waits_for_its_turn(school: Scheduled) -> None:
    at = clock(datetime.now(UTC) - timedelta(minutes=1))
    school.keep({"proof": {"days": "every_day", "at": at, "playbook": "reconcile_ledger"}})
    school.write_inventory()
    with exclusive([str(school.inventory)], "by_hand.yml", LOCKS):
        process = school.start_due("proof")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        assert read_history(school.runs).runs == ()
    done = finish(process)
    assert done.code == 0, done.said
    assert [run.code for run in read_history(school.runs).runs] == [0]


# --- timers, in a machine with systemd

_GROUP = "schedules"
_FOLDER = STATE / "test-schedules"
_COMMAND = "/opt/jifang/lab"
_STUB = '#!/bin/sh\necho "$(id -un) $*" >>/var/log/lab-calls\n'
_PLAYBOOK = """\
- hosts: all
  gather_facts: false
  become: true
  tasks:
    - ansible.builtin.import_role:
        name: jifang.lab.schedules
"""


class ControlNode:
    """A machine that stands for the control node; its ``lab`` writes down how it was called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (self.instance,) = up(_GROUP, _FOLDER, [load().pcs[0].host])
        self.podman = Podman()
        self.name = f"jifang-{_GROUP}-{self.instance['instance']}"
        self.run(f"mkdir -p /opt/jifang && printf '%s' '{_STUB}' >{_COMMAND} && chmod 755 {_COMMAND}")
        # The duties run as a user who may not make files there.
        self.run("touch /var/log/lab-calls && chmod 666 /var/log/lab-calls")

    def run(self, command: str) -> str:
        return self.podman("exec", self.name, "sh", "-ec", command)

    def calls(self) -> list[str]:
        return self.run("cat /var/log/lab-calls").splitlines()

    def now(self) -> datetime:
        return datetime.fromtimestamp(int(self.run("date +%s")), UTC)

    def apply(self, duties: dict[str, Any], *arguments: str) -> Done:
        variables = {
            "ansible_host": self.instance["address"],
            "ansible_user": self.instance["user"],
            "ansible_ssh_private_key_file": self.instance["identity_file"],
            "ansible_ssh_common_args": f"-o UserKnownHostsFile={self.instance['known_hosts']} -o IdentitiesOnly=yes",
            "schedules_command": _COMMAND,
            "schedules_user": "admin",
            "schedules_inventories": ["/srv/school/hosts.yml"],
            **calendar(duties),
        }
        inventory = self.folder / "hosts.json"
        inventory.write_text(json.dumps({"all": {"vars": variables, "hosts": {"control": {}}}}))
        playbook = self.folder / "schedules.yml"
        playbook.write_text(_PLAYBOOK)
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("ansible-playbook")),
                *("-i", str(inventory), *arguments, str(playbook)),
            ],
            cwd=ROOT,
            env={**School(self.folder).environment(), "PYTHONPATH": ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS * 2,
            check=False,
        )
        return Done(done.returncode, done.stdout)

    def wait_for_call(self, words: str, seconds: int = 200) -> None:
        deadline = time.monotonic() + seconds
        while not any(words in call for call in self.calls()):
            assert time.monotonic() < deadline, self.run(
                "cat /var/log/lab-calls; systemctl list-timers --all; journalctl -u 'jifang-*' --no-pager"
            )
            time.sleep(2)


@pytest.fixture
def control(tmp_path: Path) -> Iterator[ControlNode]:
    if reason := obstacle():
        pytest.skip(f"cannot run here: {reason}")
    down(_GROUP, _FOLDER)
    try:
        yield ControlNode(tmp_path)
    finally:
        down(_GROUP, _FOLDER)
        shutil.rmtree(_FOLDER, ignore_errors=True)


def duty(at: str, **more: Any) -> dict[str, Any]:
    return {"days": "every_day", "at": at, "playbook": "verify_ledger", **more}


@pytest.mark.containers
def test_timers_fire_make_up_for_a_power_failure_and_go(control: ControlNode) -> None:
    far = clock(control.now() + timedelta(hours=6))
    done = control.apply({"soon": duty(far), "later": duty(far)})
    assert done.code == 0, done.said
    assert control.apply({"soon": duty(far), "later": duty(far)}).changed == 0

    # Its hour moves to one that comes while the test waits.
    soon = control.now() + timedelta(minutes=2)
    assert control.apply({"soon": duty(clock(soon)), "later": duty(far)}).code == 0
    control.wait_for_call("admin due soon --run -i /srv/school/hosts.yml")
    assert not any("due later" in call for call in control.calls())

    # Off for three days: systemd compares with the time of a file of its own (systemd.timer(5), Persistent=).
    timer = "jifang-duty-later.timer"
    control.run(
        f"systemctl stop {timer} && touch -d '3 days ago' /var/lib/systemd/timers/stamp-{timer}"
        f" && systemctl start {timer}"
    )
    control.wait_for_call("admin due later --run", 30)
    assert sum("due later" in call for call in control.calls()) == 1

    # The calendar no longer has it: its timer goes, the other's hour moves.
    moved = clock(soon + timedelta(hours=7))
    changed = control.apply({"soon": duty(moved)})
    assert changed.code == 0, changed.said
    timers = control.run("systemctl list-timers --all --no-legend")
    assert timer not in timers
    assert f"{moved}:00" in control.run("systemctl cat jifang-duty-soon.timer")

    assert control.apply({"soon": duty(moved)}, "-e", "schedules_state=absent").code == 0
    assert "jifang-" not in control.run("systemctl list-timers --all --no-legend; ls /etc/systemd/system")
    assert control.apply({"soon": duty(moved)}, "-e", "schedules_state=absent").changed == 0


@pytest.mark.containers
def test_a_unit_that_systemd_does_not_understand_is_never_installed(control: ControlNode) -> None:
    control.run(f"chmod 644 {_COMMAND}")
    done = control.apply({"soon": duty("08:00")})
    assert done.code == 2
    assert "is not executable" in done.said
    assert "jifang-" not in control.run("ls /etc/systemd/system")
