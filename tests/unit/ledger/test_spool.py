import errno
import json
import os
import subprocess
import sys

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import spool


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def observed(run, host):
    return spool.record_line("observed", run.run, {"host": host})


def test_a_file_begins_with_its_run_and_has_a_line_per_host(tmp_path):
    run = spool.RunSpool("collect_facts.yml", "admin", dry=False)
    run.directory = tmp_path / "spool"
    run.add("pc01", observed(run, "pc01"))
    run.add("pc02", observed(run, "pc02"))
    head, first, second = lines(run.path)
    assert (head["kind"], head["playbook"], head["actor"], head["run"]) == (
        "run",
        "collect_facts.yml",
        "admin",
        run.run,
    )
    assert [first["host"], second["host"]] == ["pc01", "pc02"]
    assert run.path.stat().st_mode & 0o777 == 0o600
    assert run.hosts == {"pc01", "pc02"}


def test_lines_wait_in_memory_until_a_folder_is_known(tmp_path):
    run = spool.RunSpool("p", "a", dry=False)
    run.add("pc01", observed(run, "pc01"))
    assert [record["kind"] for record in run.held_records()] == ["run", "observed"]
    run.directory = tmp_path
    run.add("pc02", observed(run, "pc02"))
    assert [record.get("host") for record in lines(run.path)] == [None, "pc01", "pc02"]
    assert run.held_records() == []


def test_check_mode_writes_nothing(tmp_path):
    run = spool.RunSpool("p", "a", dry=True)
    run.directory = tmp_path
    run.add("pc01", observed(run, "pc01"))
    assert list(tmp_path.iterdir()) == []
    assert [record.get("host") for record in run.held_records()] == [None, "pc01"]


def test_a_full_disk_is_kept_as_trouble_and_loses_no_line(tmp_path, monkeypatch):
    run = spool.RunSpool("p", "a", dry=False)
    run.directory = tmp_path
    run.add("pc01", observed(run, "pc01"))
    real = os.write

    calls = []

    def fills_up(fd, data):
        calls.append(fd)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(fd, bytes(data)[:10])

    monkeypatch.setattr(os, "write", fills_up)
    run.add("pc02", observed(run, "pc02"))
    monkeypatch.setattr(os, "write", real)
    assert "No space left" in run.troubles[0]
    assert [record.get("host") for record in lines(run.path)] == [None, "pc01"]
    assert [record.get("host") for record in run.held_records()] == [None, "pc02"]
    run.add("pc03", observed(run, "pc03"))
    assert [record.get("host") for record in lines(run.path)] == [None, "pc01", "pc02", "pc03"]


def test_after_a_commit_the_same_process_starts_a_new_file(tmp_path):
    run = spool.RunSpool("p", "a", dry=False)
    run.directory = tmp_path
    run.add("pc01", observed(run, "pc01"))
    first = run.path
    spool.remove([first])
    run.add("pc02", observed(run, "pc02"))
    assert run.path != first
    assert [record["kind"] for record in lines(run.path)] == ["run", "observed"]


WRITER = """
import sys, time
sys.path.insert(0, "collections")
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import spool
from pathlib import Path
run = spool.RunSpool("p", "a", dry=False)
run.directory = Path(sys.argv[1])
run.add("pc01", spool.record_line("observed", run.run, {"host": "pc01"}))
print("ready", flush=True)
time.sleep(60)
"""


def test_another_runs_file_is_left_alone_while_it_lives_and_claimed_when_it_died(tmp_path, pytestconfig):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=pytestconfig.rootpath,
    )
    try:
        assert writer.stdout.readline() == b"ready\n"
        with spool.claimed(tmp_path, None) as files:
            assert files == []
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    with spool.claimed(tmp_path, None) as files:
        assert len(files) == 1
        with spool.claimed(tmp_path, None) as second:
            assert second == [], "two commits must not replay one file"


@pytest.mark.parametrize(
    ("data", "expected", "cut"),
    [
        (b'{"a":1}\n{"b":2}\n', [{"a": 1}, {"b": 2}], False),
        (b'{"a":1}\n{"b":', [{"a": 1}], True),
        (b"not json\n[]\n", [None, []], False),
        (b"[" * 100_000 + b"\n", [None], False),
        (b"\xff\xfe\n", [None], False),
        (b"", [], False),
    ],
)
def test_reading_survives_what_a_crash_or_an_enemy_left(tmp_path, data, expected, cut):
    path = tmp_path / "x.jsonl"
    path.write_bytes(data)
    names = []
    assert list(spool.read_records(path, names)) == expected
    assert names == (["x.jsonl"] if cut else [])


def test_a_line_beyond_the_cap_is_refused_without_being_held(tmp_path):
    path = tmp_path / "x.jsonl"
    with path.open("wb") as file:
        file.write(b'"' + b"x" * (spool.LINE_BYTES + 10) + b'"\n{"a":1}\n')
    assert list(spool.read_records(path, [])) == [None, {"a": 1}]


def test_refused_files_are_set_aside_and_removed_ones_are_gone(tmp_path):
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text("")
    two.write_text("")
    assert spool.set_aside(one) == tmp_path / "rejected/one.jsonl"
    spool.remove([two, tmp_path / "gone.jsonl"])
    assert [path.name for path in tmp_path.iterdir()] == ["rejected"]
