"""What must not be lost or half-written when things go wrong around the ledger."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import EventRow
from sqlalchemy import func, select

from tests.unit.ledger.ledger_samples import facts_of, pc_inventory, run_of
from tests.unit.ledger.test_commit import commit, everything, good

ROOT = Path(__file__).parents[3]
PRELUDE = """
import json, resource, sys, time
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
url, path = sys.argv[1:3]
"""


def child(script, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "collections"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process):
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def a_run(count, run="run-1", minutes=0):
    return run_of({f"pc{n:03}": facts_of(pc_inventory(n)) for n in range(count)}, run=run, minutes=minutes)


def written(path, records):
    path.write_text(json.dumps(records))
    return path


def test_a_run_killed_before_its_commit_leaves_nothing_and_is_replayed(ledger, ledger_url, tmp_path):
    commit(ledger, a_run(3))
    before = everything(ledger)
    records = a_run(20, "run-2", 60)
    process = child(
        """
from sqlalchemy.orm import Session
def stop_here(self):
    print("all is written, nothing committed", flush=True)
    time.sleep(60)
Session.commit = stop_here
commit_records(open_ledger(url), json.load(open(path)), actor="root")
""",
        ledger_url,
        written(tmp_path / "records.json", records),
    )
    assert process.stdout.readline().startswith("all is written")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert everything(ledger) == before
    assert commit(ledger, records).new_machines == 17
    assert good(ledger)


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.06])
def test_a_run_killed_at_any_time_lands_whole_or_not_at_all(ledger, ledger_url, tmp_path, delay):
    before = everything(ledger)
    records = a_run(60)
    process = child(
        """
ledger, records = open_ledger(url), json.load(open(path))
print("begins", flush=True)
commit_records(ledger, records, actor="root")
""",
        ledger_url,
        written(tmp_path / "records.json", records),
    )
    process.stdout.readline()
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    after = everything(ledger)
    assert after == before or len(after["sighting"]) == 60
    again = commit(ledger, records)
    assert again.hosts + again.duplicates == 60
    assert len(everything(ledger)["sighting"]) == 60
    assert good(ledger)


def test_two_writers_at_once_both_land_in_one_chain(ledger, ledger_url):
    script = """
ledger = open_ledger(url)
for n in range(25):
    with ledger.write(actor=path) as tx:
        tx.record("finding.opened", f"finding:{path}-{n}", None, {"n": n})
"""
    for process in [child(script, ledger_url, name) for name in ("one", "two")]:
        finished(process)
    with ledger.read() as session:
        result = verify(session)
        actors = dict(session.execute(select(EventRow.actor, func.count()).group_by(EventRow.actor)).all())
    assert (result.ok, result.count) == (True, 50)
    assert actors == {"one": 25, "two": 25}


def test_two_commits_at_once_of_the_same_run_count_it_once(ledger, ledger_url, tmp_path):
    path = written(tmp_path / "records.json", a_run(30))
    script = """
print(commit_records(open_ledger(url), json.load(open(path)), actor="root").hosts)
"""
    told = [int(finished(process)) for process in [child(script, ledger_url, path) for _ in range(2)]]
    assert sorted(told) == [0, 30]
    assert good(ledger)


def test_several_processes_may_open_a_new_ledger_at_once(empty_ledger_url):
    script = """
with open_ledger(url).write(actor=path) as tx:
    tx.record("finding.opened", "finding:1", None, {})
"""
    for process in [child(script, empty_ledger_url, n) for n in range(4)]:
        finished(process)
    with open_ledger(empty_ledger_url).read() as session:
        assert verify(session).count == 4


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path):
    """A limit on the size of files stands for the disk: SQLite's write fails in its middle, as on a full one."""
    path = tmp_path / "ledger.sqlite"
    ledger = open_ledger(f"sqlite:///{path}")
    commit(ledger, a_run(3))
    before = everything(ledger)
    records = a_run(100, "run-2", 60)
    process = child(
        """
ledger, records = open_ledger(url), json.load(open(path))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    commit_records(ledger, records, actor="root")
except UserError as error:
    print(error.message.render("en"))
""",
        f"sqlite:///{path}",
        written(tmp_path / "records.json", records),
    )
    said = finished(process)
    assert "disk of the ledger" in said
    assert "Nothing was written" in said
    assert everything(ledger) == before
    assert commit(ledger, records).new_machines == 97
    assert good(ledger)


def as_another_user(action):
    """Run ``action`` in a fork without root's right to write everywhere; gives the message it ends with."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        try:
            action()
            said = "nothing"
        except BaseException as error:  # whatever it is, the parent judges it
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(pid, 0)
    with os.fdopen(reader) as pipe:
        return pipe.read()


def test_a_ledger_that_may_only_be_read_is_said_to_be():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        ledger = open_ledger(f"sqlite:///{path}")
        commit(ledger, a_run(1))
        before = everything(ledger)
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        said = as_another_user(lambda: commit(open_ledger(f"sqlite:///{path}"), a_run(2, "run-2", 60)))
        assert said.startswith("UserError: The ledger")
        assert str(path) in said
        said = as_another_user(lambda: open_ledger(f"sqlite:///{folder}/new.sqlite"))
        assert said.startswith("UserError: The ledger")
        assert "cannot be opened (Permission denied)" in said
        Path(folder).chmod(0o700)
        assert everything(ledger) == before


def test_a_damaged_file_is_said_to_be(tmp_path):
    path = tmp_path / "ledger.sqlite"
    ledger = open_ledger(f"sqlite:///{path}")
    commit(ledger, a_run(5))
    ledger.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(UserError, match=r"is damaged|is not a ledger"):
        commit(open_ledger(f"sqlite:///{path}"), a_run(6, "run-2", 60))
