"""collect_facts.yml when things go wrong: red, nothing half-written, nothing lost, replayed by the next run."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import spool

from lab_command.run import _descendants
from tests.integration.support import (
    UNREACHABLE,
    Done,
    School,
    finish,
    kill_all,
    leave_behind,
    read_only,
    small_disk,
    spooled_hosts,
    until,
)

SPOOL_TROUBLE = "The spool could not be written ("
# Root's power over the rights of files: without it root may only do what the mode says, like everybody.
WITHOUT_OVERRIDE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]


@pytest.fixture
def school(tmp_path: Path) -> School:
    made = School(tmp_path)
    for host in ("pc01", "pc02", "pc03"):
        made.add(host)
    return made


def all_there(school: School) -> bool:
    return school.statuses() == dict.fromkeys(school.hosts, "observed") and school.spooled() == []


def failed_with(done: Done, sentence: str) -> bool:
    assert done.code != 0, done.said
    assert "Traceback" not in done.said
    return sentence in done.said


def test_the_second_run_changes_nothing(school: School) -> None:
    assert (first := school.collect()).code == 0, first.said
    assert first.changed == 1
    assert all_there(school)
    before = school.snapshot()
    second = school.collect()
    assert (second.code, second.changed) == (0, 0), second.said
    after = school.snapshot()
    assert [machine.inventory for machine in after.machines] == [
        machine.inventory for machine in before.machines
    ]
    assert (len(before.runs), len(after.runs)) == (1, 2)


def test_check_mode_writes_no_file_at_all(school: School, tmp_path: Path) -> None:
    school.write_inventory()
    temporary = tmp_path / "tmp"
    temporary.mkdir()

    def files() -> list[Path]:
        return sorted(path for path in tmp_path.rglob("*") if "ansible" not in path.parts[:-1])

    before = files()
    done = school.collect("--check", "--diff", TMPDIR=str(temporary), ANSIBLE_HOME=str(tmp_path / "ansible"))
    assert (done.code, done.changed) == (0, 1), done.said
    assert "pc03" in done.said
    assert [path for path in files() if path.name != "ansible"] == before
    assert not school.ledger.parent.exists()


def test_check_mode_leaves_what_a_killed_run_left(school: School) -> None:
    school.collect()
    left = school.spool / "20261101T000000Z-0a0b0c0d-0e0f.jsonl"
    records = [
        {"kind": "run", "playbook": "collect_facts.yml", "actor": "root"},
        {"kind": "unreachable", "host": "pc09", "room": "机房一", "seat": "09", "message": "off"},
    ]
    common = {"v": 1, "run": "20261101T000000Z-0a0b0c0d", "at": "2026-11-01T00:00:00.000Z"}
    left.write_text("".join(json.dumps(common | record) + "\n" for record in records))
    before = left.read_bytes()
    assert school.collect("--check").code == 0
    assert left.read_bytes() == before
    assert "pc09" not in school.statuses()
    assert school.collect().code == 0
    assert school.statuses()["pc09"] == "unreachable"
    assert school.spooled() == []


@pytest.fixture
def closed_spool(school: School) -> Iterator[School]:
    """A spool folder whose mode forbids writing, and a run that this binds."""
    school.collect("--limit", "pc01")
    school.spool.chmod(0o555)
    if os.geteuid() == 0:
        school.prefix = WITHOUT_OVERRIDE
    yield school
    school.spool.chmod(0o700)


def test_a_callback_without_the_right_to_write_is_red_and_loses_nothing(closed_spool: School) -> None:
    done = closed_spool.collect()
    assert failed_with(done, SPOOL_TROUBLE), done.said
    assert "Permission denied" in done.said
    assert str(closed_spool.spool) in done.said
    assert "Make its folder writable" in done.said
    assert all_there(closed_spool), "what was read went into the ledger from memory"
    closed_spool.spool.chmod(0o700)
    closed_spool.prefix = []
    assert closed_spool.collect().code == 0


def test_a_read_only_file_system_under_the_spool_is_red_and_loses_nothing(school: School) -> None:
    school.collect("--limit", "pc01")
    with read_only(school.spool):
        done = school.collect()
        assert failed_with(done, SPOOL_TROUBLE), done.said
        assert "Read-only file system" in done.said
        assert all_there(school)
    assert school.collect().code == 0


def test_a_left_over_on_a_read_only_spool_stays_and_is_replayed_once(school: School) -> None:
    school.collect("--limit", "pc01")
    left = leave_behind(school)
    with read_only(school.spool):
        assert failed_with(school.collect(), SPOOL_TROUBLE)
        assert left.exists()
    assert school.collect().code == 0
    assert all_there(school)
    assert sum(run.id == left.name[:25] for run in school.snapshot().runs) == 1


def test_a_full_disk_under_the_spool_is_red_and_loses_nothing(school: School) -> None:
    with small_disk(school.spool, 8):
        done = school.collect()
        assert failed_with(done, SPOOL_TROUBLE), done.said
        assert "No space left on device" in done.said
        assert all_there(school)
    assert school.collect().code == 0


def test_a_full_disk_under_the_ledger_is_red_and_the_spool_waits(school: School, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2000) as disk:
        school.variables["ledger_url"] = f"sqlite:///{disk}/ledger.db"
        assert school.collect("--limit", "pc01").code == 0
        # The index of SQLite's log takes 32 KiB: with less it cannot begin, with little more it cannot end.
        for runs, (kib_left, sentence) in enumerate(
            ((0, "Check the disk and its space."), (96, "There is no room left on the disk of the ledger"))
        ):
            fill(disk, kib_left=kib_left)
            done = school.collect()
            assert failed_with(done, sentence), done.said
            assert str(disk / "ledger.db") in done.said
            assert len(school.spooled()) == runs + 1
            assert spooled_hosts(school) == 3 * (runs + 1)
        (disk / "ballast").unlink()
        assert school.collect("--limit", "pc01").code == 0
        shutil.copytree(disk, school.ledger.parent, dirs_exist_ok=True)
    assert all_there(school)
    assert sorted(run.observed for run in school.snapshot().runs) == [1, 1, 3, 3]


def fill(disk: Path, *, kib_left: int) -> None:
    (disk / "ballast").unlink(missing_ok=True)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (disk / "ballast").write_bytes(bytes(free - kib_left * 1024))


def slow_python(school: School, marker: Path) -> Path:
    """An interpreter that a PC never gets around to start."""
    path = school.folder / "slow-python"
    path.write_text(f"#!/bin/sh\necho $$ >> {marker}\nexec sleep 60\n")
    path.chmod(0o755)
    return path


def test_a_run_killed_in_the_middle_of_collecting_is_replayed(school: School, tmp_path: Path) -> None:
    marker = tmp_path / "sleeping"
    school.add("pc04", ansible_python_interpreter=str(slow_python(school, marker)))
    # One host after the other: the worker of the slow one is forked while the spool file is open.
    process = school.start("collect_facts", "--forks", "1")
    until(lambda: spooled_hosts(school) == 3 and marker.exists(), process)
    orphans = _descendants(process.pid)
    try:
        # As the kernel does it when memory runs out: the main process alone, its worker lives on.
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert not school.ledger.exists()
        (left,) = school.spooled()
        again = school.collect("--limit", "pc01")
        assert again.code == 0, again.said
        assert school.statuses() == dict.fromkeys(("pc01", "pc02", "pc03"), "observed")
        assert not left.exists()
        assert {run.observed for run in school.snapshot().runs} == {3, 1}
    finally:
        for pid in (*orphans, *map(int, marker.read_text().split())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        finish(process)


def test_a_line_cut_by_a_power_cut_is_named_and_the_rest_is_taken(school: School) -> None:
    school.collect("--limit", "pc01")
    left = leave_behind(school)
    data = left.read_bytes()
    left.write_bytes(data[: data.rindex(b'"evidence"')])
    last = json.loads(data.splitlines()[-1])["host"]
    done = school.collect("--limit", "pc01")
    assert done.code == 0, done.said
    assert f"The last line of {left.name} was cut" in " ".join(done.said.split())
    assert school.spooled() == []
    assert school.statuses().keys() == set(school.hosts) - {last} | {"pc01"}
    assert school.collect().code == 0
    assert all_there(school)


SLOW_TRIGGER = """
CREATE VIEW forever AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1e12) SELECT x FROM n;
CREATE TRIGGER slow AFTER INSERT ON event BEGIN SELECT max(x) FROM forever; END;
"""


def test_a_run_killed_in_the_middle_of_its_commit_is_replayed(school: School) -> None:
    school.collect("--limit", "pc01")
    before = school.snapshot()
    with sqlite3.connect(school.ledger) as connection:
        connection.executescript(SLOW_TRIGGER)
    connection.close()
    process = school.start("collect_facts")
    until(lambda: is_being_written(school.ledger), process)
    time.sleep(0.3)
    kill_all(process)
    finish(process)
    # A killed worker lets go of the ledger when the kernel has taken it down, a moment after its parent.
    deadline = time.monotonic() + 20
    while is_being_written(school.ledger) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_being_written(school.ledger)
    with sqlite3.connect(school.ledger) as connection:
        connection.executescript("DROP TRIGGER slow; DROP VIEW forever;")
    connection.close()
    after = school.snapshot()
    assert (after.events, after.runs, after.machines) == (before.events, before.runs, before.machines)
    (left,) = school.spooled()
    assert spooled_hosts(school) == 3
    assert school.collect("--limit", "pc02").code == 0
    assert all_there(school)
    assert {run.id for run in school.snapshot().runs} > {left.name[:25]}


def is_being_written(ledger: Path) -> bool:
    connection = sqlite3.connect(ledger, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorname == "SQLITE_BUSY"
    finally:
        connection.close()
    return False


def test_a_spool_file_that_was_committed_and_not_removed_counts_once(school: School) -> None:
    school.collect("--limit", "pc01")
    left = leave_behind(school)
    kept = left.read_bytes()
    assert school.collect("--limit", "pc01").code == 0
    before = school.snapshot()
    left.write_bytes(kept)
    again = school.collect("--limit", "pc01")
    assert (again.code, again.changed) == (0, 0), again.said
    after = school.snapshot()
    assert len(after.runs) == len(before.runs) + 1
    assert after.machines[1:] == before.machines[1:]
    assert school.spooled() == []


def test_two_runs_at_once_both_land_in_one_chain(school: School, tmp_path: Path) -> None:
    other = School(tmp_path / "other", variables={"ledger_home": str(school.ledger.parent)})
    other.folder.mkdir()
    for host in ("pc04", "pc05", "pc01"):
        other.add(host)
    runs = [one.start("collect_facts") for one in (school, other, school)]
    for done in map(finish, runs):
        assert done.code == 0, done.said
    assert school.statuses() == dict.fromkeys((*school.hosts, "pc04", "pc05"), "observed")
    found = school.snapshot()
    assert [run.observed for run in found.runs] == [3, 3, 3]
    assert len(found.machines) == 5
    assert school.spooled() == []
    assert school.run("verify_ledger").code == 0


def test_a_language_that_there_is_not_is_named_before_any_pc_is_asked(school: School) -> None:
    school.variables["lab_language"] = "fr"
    done = school.collect()
    assert failed_with(done, "变量 lab_language 的值是 fr"), done.said
    assert not school.ledger.exists()


def test_place_and_language_may_be_templates(school: School) -> None:
    school.variables["lab_language"] = "{{ 'e' ~ 'n' }}"
    school.hosts["pc01"]["lab_room"] = "{% if true %}R1{% endif %}"
    school.hosts["pc01"]["lab_seat"] = 7
    assert school.collect("--limit", "pc01").code == 0
    (machine,) = school.snapshot().machines
    assert (machine.room, machine.seat) == ("R1", "7")


def test_a_callback_that_is_not_switched_on_is_red(school: School) -> None:
    # ansible-core refuses an empty list by itself, so another callback is named.
    done = school.collect(ANSIBLE_CALLBACKS_ENABLED="ansible.builtin.minimal")
    assert failed_with(done, "The callback jifang.lab.ledger_spool is not switched on"), done.said
    assert "ansible.cfg" in done.said
    assert not school.ledger.exists()
    assert school.collect().code == 0


def test_a_pc_that_is_off_is_recorded_and_no_failure(school: School) -> None:
    school.hosts["pc09"] = {**UNREACHABLE, "lab_room": "机房一", "lab_seat": "09"}
    done = school.collect()
    assert done.code == 0, done.said
    assert school.statuses() == {**dict.fromkeys(("pc01", "pc02", "pc03"), "observed"), "pc09": "unreachable"}
    (sighting,) = (one for one in school.snapshot().sightings if one.host == "pc09")
    assert (sighting.room, sighting.seat) == ("机房一", "09")
    assert "Connection refused" in sighting.message


def test_a_room_that_is_off_is_recorded_and_no_failure(school: School) -> None:
    school.collect()
    for variables in school.hosts.values():
        variables.update(UNREACHABLE)
    done = school.collect()
    assert (done.code, done.changed) == (0, 0), done.said
    assert school.statuses() == dict.fromkeys(school.hosts, "unreachable")
    machines = school.snapshot().machines
    assert {machine.last_status.value for machine in machines} == {"unreachable"}
    assert all(machine.inventory["system"]["serial"] for machine in machines)


@pytest.mark.parametrize("broken", ["pc01", "pc03"])
def test_a_probe_that_fails_is_red_and_the_others_are_there(school: School, broken: str) -> None:
    school.hosts[broken]["ansible_python_interpreter"] = "/nowhere/python3"
    done = school.collect()
    assert failed_with(done, "the probe did not run (exit code 127)"), done.said
    assert school.statuses() == {**dict.fromkeys(school.hosts, "observed"), broken: "failed"}
    (sighting,) = (one for one in school.snapshot().sightings if one.host == broken)
    assert "/nowhere/python3" in sighting.message


def test_all_probes_fail_and_the_next_run_records_that(school: School) -> None:
    for variables in school.hosts.values():
        variables["ansible_python_interpreter"] = "/nowhere/python3"
    done = school.collect()
    assert failed_with(done, "the probe did not run"), done.said
    for variables in school.hosts.values():
        del variables["ansible_python_interpreter"]
    assert school.collect().code == 0
    assert all_there(school)
    assert sorted((run.observed, run.failed) for run in school.snapshot().runs) == [(0, 3), (3, 0)]


def test_a_pc_that_refuses_root_still_tells_what_it_may(school: School) -> None:
    sudo = school.folder / "sudo"
    sudo.write_text("#!/bin/sh\necho 'sudo: admin is not in the sudoers file' >&2\nexit 1\n")
    sudo.chmod(0o755)
    school.hosts["pc02"].update(ansible_become=True, ansible_become_exe=str(sudo))
    root = Path(school.hosts["pc02"]["lab_hardware_root"])
    for name in ("commands/dmidecode", "sys/class/dmi/id/product_serial"):
        (root / name).chmod(0)
    if os.geteuid() == 0:
        school.prefix = WITHOUT_OVERRIDE
    done = school.collect(ANSIBLE_BECOME_ALLOW_SAME_USER="true")
    assert done.code == 0, done.said
    said = " ".join(done.said.split())
    assert "this host refused to give root" in said
    assert "not in the sudoers file" in said
    assert all_there(school)
    machines = {machine.host: machine for machine in school.snapshot().machines}
    assert machines["pc02"].unknown["inventory.system.serial"]["reason"] == "no_permission"
    assert machines["pc02"].unknown["inventory.memory"]["reason"] == "no_permission"
    assert machines["pc02"].inventory["system"]["product"] == machines["pc01"].inventory["system"]["product"]
    assert "inventory.memory" not in machines["pc01"].unknown


def bad_records(run: str) -> list[object]:
    common = {"v": 1, "run": run, "at": "2026-11-01T00:00:00.000Z"}
    return [
        {**common, "kind": "run", "playbook": "collect_facts.yml", "actor": "root"},
        {**common, "kind": "observed", "host": "pc07", "facts": {"schema": "of another world"}},
        {**common, "kind": "unreachable", "host": "pc08", "message": "off"},
    ]


def test_a_refused_record_is_set_aside_and_red(school: School) -> None:
    school.spool.mkdir(parents=True)
    bad = school.spool / "20261101T000000Z-00000000-0000.jsonl"
    bad.write_text("".join(f"{json.dumps(record)}\n" for record in bad_records("20261101T000000Z-00000000")))
    done = school.collect()
    assert failed_with(done, "1 records were refused and their file was set aside"), done.said
    assert "pc07" in done.said
    assert (school.spool / "rejected" / bad.name).is_file()
    assert school.spooled() == []
    assert school.statuses() == {
        **dict.fromkeys(("pc01", "pc02", "pc03"), "observed"),
        "pc08": "unreachable",
    }
    assert school.collect().code == 0


HOSTILE_FILES = {
    "text": b"{{ lookup('pipe','touch /tmp/jifang-owned') }}\n",
    "nested": b"[" * 200_000 + b"\n",
    "number": b'{"v":1,"kind":"run","run":' + b"9" * 10_000 + b"}\n",
    "binary": bytes(n for n in range(256) if n != 10) * 64 + b"\n",
    "long": b'"' + b"x" * (spool.LINE_BYTES + 1) + b'"\n',
    "path": json.dumps({"v": 1, "kind": "observed", "run": "../../x", "host": "x"}).encode() + b"\n",
    "surrogate": b'{"v":1,"kind":"unreachable","run":"r","at":"2026-11-01T00:00:00Z","host":"\\ud800"}\n',
}


def test_hostile_spool_files_are_set_aside(school: School) -> None:
    school.spool.mkdir(parents=True)
    for name, data in HOSTILE_FILES.items():
        (school.spool / f"{name}.jsonl").write_bytes(data)
    done = school.collect("--limit", "pc01")
    assert failed_with(done, f"{len(HOSTILE_FILES)} records were refused"), done.said
    assert "\x1b" not in done.said
    kept = {path.stem: path.read_bytes() for path in (school.spool / "rejected").iterdir()}
    assert {name: kept.get(name) for name in HOSTILE_FILES} == HOSTILE_FILES
    assert school.statuses() == {"pc01": "observed"}
    assert school.collect("--limit", "pc01").code == 0


def test_what_is_no_file_in_the_spool_is_named_and_stops_nothing(school: School, tmp_path: Path) -> None:
    school.spool.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine\n")
    (school.spool / "link.jsonl").symlink_to(elsewhere)
    (school.spool / "dangling.jsonl").symlink_to(tmp_path / "nowhere")
    os.mkfifo(school.spool / "pipe.jsonl")
    (school.spool / "folder.jsonl").mkdir()
    assert school.collect("--limit", "pc01", "--check").code == 0
    done = school.collect("--limit", "pc01")
    assert failed_with(done, "4 entries of the spool were no files"), done.said
    assert "dangling.jsonl, folder.jsonl, link.jsonl, pipe.jsonl" in done.said
    assert school.statuses() == {"pc01": "observed"}
    assert elsewhere.read_text() == "mine\n"
    assert [path.name for path in school.spool.iterdir()] == ["rejected"]
    assert school.collect("--limit", "pc01").code == 0


def test_the_command_gives_the_same_exit_code_and_sentence(closed_spool: School) -> None:
    done = closed_spool.lab_run("collect_facts")
    assert done.code == 2, done.said
    assert SPOOL_TROUBLE in done.said
