"""The payload against small trees and real tools, as the PC runs it: isolated, without site."""

import ast
import json
import os
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.probe import linux_payload, sending

CAPS = {
    "file_bytes": 100,
    "command_bytes": 2000,
    "total_bytes": 10_000,
    "command_seconds": 1,
    "total_seconds": 5,
}
PLAN = {
    "files": [],
    "globs": [],
    "links": [],
    "logs": [],
    "kernel_logs": {},
    "commands": {},
    "each": {},
    "caps": CAPS,
}


def probe(root="/", **plan):
    """Runs the errand as SSH would and returns the evidence."""
    errand = sending.linux_errand({**PLAN, **plan}, root=str(root), python=sys.executable, through_stdin=True)
    done = subprocess.run(["sh", "-c", errand.command], input=errand.stdin, capture_output=True, timeout=20)
    assert done.returncode == 0, done.stderr
    return json.loads(zlib.decompress(sending.unframe(done.stdout.decode())))


@pytest.fixture(params=["posix_spawn", "fork"])
def tools(tmp_path, monkeypatch, request):
    """A folder that the payload searches for tools, in this process; started as old and new Pythons do."""
    if request.param == "fork":
        monkeypatch.delattr(os, "posix_spawn")
    monkeypatch.setattr(linux_payload, "SEARCH", (str(tmp_path), "/usr/bin", "/bin"))

    def tool(name, script):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    return tool


def test_the_source_is_valid_for_python_3_6_and_stays_small():
    source = (Path(linux_payload.__file__)).read_text()
    ast.parse(source, feature_version=(3, 6))
    errand = sending.linux_errand(PLAN, root="/", python=None, through_stdin=True)
    assert len(errand.stdin) < 6000
    assert '"""' not in sending._source("linux_payload.py")


def test_reads_files_globs_and_links_without_the_root_prefix(tmp_path):
    (tmp_path / "sys/block/sda").mkdir(parents=True)
    (tmp_path / "sys/block/sdb").mkdir()
    (tmp_path / "sys/block/sda/size").write_bytes(b"100\xff\n")
    (tmp_path / "sys/link").symlink_to("../devices/pci0000:00/x")
    got = probe(
        tmp_path,
        files=["/sys/block/*/size", "/etc/os-release", "/sys/block/*/nothing"],
        globs=["/sys/block/*", "/sys/class/drm/*", "/sys/block/s*b"],
        links=["/sys/link", "/sys/none"],
    )
    assert got["root"] == str(tmp_path)
    assert got["files"] == {"/sys/block/sda/size": "100\xff\n", "/etc/os-release": {"error": "absent"}}
    assert got["globs"] == {
        "/sys/block/*": ["sda", "sdb"],
        "/sys/class/drm/*": {"error": "absent"},
        "/sys/block/s*b": ["sdb"],
    }
    assert got["links"] == {"/sys/link": "../devices/pci0000:00/x"}


def test_what_is_larger_than_its_cap_is_cut_and_says_so(tmp_path):
    (tmp_path / "big").write_text("x" * 101)
    (tmp_path / "full").write_text("y" * 100)
    got = probe(tmp_path, files=["/big", "/full"])
    assert got["files"] == {"/big": {"error": "too_large", "out": "x" * 100}, "/full": "y" * 100}


def test_the_whole_answer_has_a_cap(tmp_path):
    for number in range(5):
        (tmp_path / f"f{number}").write_text("z" * 100)
    got = probe(tmp_path, files=[f"/f{n}" for n in range(5)], caps={**CAPS, "total_bytes": 250})
    assert [len(v) if isinstance(v, str) else v["error"] for v in got["files"].values()] == [
        100,
        100,
        "too_large",
        "too_large",
        "too_large",
    ]


def test_a_fifo_and_a_folder_do_not_hang_or_kill_it(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    got = probe(tmp_path, files=["/fifo", "/folder"])
    assert got["files"] == {"/fifo": "", "/folder": {"error": "unreadable", "detail": "EISDIR"}}


def test_a_simulated_machine_answers_for_its_tools_and_system_calls(tmp_path):
    (tmp_path / "commands").mkdir()
    (tmp_path / "commands/smartctl__dev_sda").write_text("{}")
    (tmp_path / "sys/block/sda").mkdir(parents=True)
    (tmp_path / "native.json").write_text('{"hostname": "机房一-01"}')
    got = probe(
        tmp_path,
        commands={"dmidecode": ["dmidecode"]},
        each={"smartctl": {"glob": "/sys/block/*", "only": ["sd"], "argv": ["smartctl", "/dev/{name}"]}},
    )
    assert got["commands"] == {"dmidecode": {"error": "absent"}, "smartctl /dev/sda": {"rc": 0, "out": "{}"}}
    # Every string is bytes as latin-1, also where the file held UTF-8.
    assert got["native"]["hostname"].encode("latin-1").decode() == "机房一-01"


def test_real_system_calls_give_the_host_name():
    assert probe()["native"]["hostname"] == os.uname().nodename


def test_commands_run_together_and_report_their_end(tools):
    tools("good", "echo out; echo err >&2; exit 3")
    tools("shows", 'echo "$LC_ALL $TZ"')
    plan = {**PLAN, "commands": {"good": ["good"], "shows": ["shows"], "none": ["no-such-tool"]}}
    got = linux_payload.Probe(plan, "/").run()["commands"]
    assert got == {
        "good": {"rc": 3, "out": "out\n", "err": "err\n"},
        "shows": {"rc": 0, "out": "C UTC\n"},
        "none": {"error": "absent"},
    }


def test_a_tool_that_hangs_is_ended_with_its_children_and_the_others_still_answer(tools):
    tools("hangs", "echo begun; sleep 300 & echo $!; wait")
    tools("good", "echo fine")
    plan = {**PLAN, "commands": {"hangs": ["hangs"], "good": ["good"]}}
    began = time.monotonic()
    got = linux_payload.Probe(plan, "/").run()["commands"]
    assert time.monotonic() - began < 4
    assert got["good"] == {"rc": 0, "out": "fine\n"}
    assert got["hangs"]["error"] == "timeout"
    word, child = got["hangs"]["out"].split()
    assert word == "begun"
    for _ in range(50):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            break
        time.sleep(0.02)
    else:
        pytest.fail("the child of the hanging tool is still alive")


def test_a_tool_that_floods_is_ended(tools):
    tools("floods", "yes jifang")
    got = linux_payload.Probe({**PLAN, "commands": {"floods": ["floods"]}}, "/").run()["commands"]
    assert got["floods"]["error"] == "too_large"
    assert len(got["floods"]["out"]) <= 2000


def test_a_tool_that_dies_by_a_signal_reports_it(tools):
    tools("dies", "kill -SEGV $$")
    assert linux_payload.Probe({**PLAN, "commands": {"dies": ["dies"]}}, "/").run()["commands"]["dies"] == {
        "rc": -11,
        "out": "",
    }


def test_the_whole_probe_has_a_clock(tools):
    tools("slow", "sleep 60")
    plan = {
        **PLAN,
        "commands": {"slow": ["slow"]},
        "caps": {**CAPS, "command_seconds": 30, "total_seconds": 1},
    }
    evidence = linux_payload.Probe(plan, "/").run()
    assert evidence["cut"] == "commands"
    assert evidence["commands"]["slow"]["error"] == "timeout"


@pytest.mark.parametrize("text", ["{", "[" * 90_000, "not json"])
def test_a_damaged_recording_of_system_calls_tells_nothing(tmp_path, text):
    (tmp_path / "native.json").write_text(text)
    assert probe(tmp_path, caps={**CAPS, "file_bytes": 100_000, "total_bytes": 100_000})["native"] == {}


def test_of_a_log_the_end_is_returned_from_the_start_of_a_line_on(tmp_path):
    (tmp_path / "short").write_text("one\ntwo\n")
    (tmp_path / "long").write_text("".join(f"line {n:03}\n" for n in range(30)))
    (tmp_path / "one-line").write_text("x" * 500)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    names = ["/short", "/long", "/one-line", "/none", "/folder", "/fifo"]
    got = probe(tmp_path, logs=names)["files"]
    assert got["/short"] == "one\ntwo\n"
    # 100 bytes are 11 lines of 9 and the end of another, which is left out.
    assert got["/long"] == {"error": "too_large", "out": "".join(f"line {n:03}\n" for n in range(19, 30))}
    assert got["/one-line"] == {"error": "too_large", "out": ""}
    assert got["/none"] == {"error": "absent"}
    assert [got[name]["error"] for name in ("/folder", "/fifo")] == ["unreadable", "unreadable"]


def test_the_kernels_log_is_read_where_no_other_log_is_there(tmp_path):
    (tmp_path / "kmsg").write_text("6,1,2,-;usb 1-1: found\n")
    (tmp_path / "log").write_text("")
    plan = {"kernel_logs": {"/kmsg": "usb", "/none": "usb"}}
    assert probe(tmp_path, **plan, logs=["/absent"])["files"] == {
        "/absent": {"error": "absent"},
        "/kmsg": "6,1,2,-;usb 1-1: found\n",
        "/none": {"error": "absent"},
    }
    assert probe(tmp_path, **plan, logs=["/log", "/absent"])["files"] == {
        "/log": "",
        "/absent": {"error": "absent"},
    }


@pytest.fixture
def records(monkeypatch):
    """Gives a payload whose kernel log has these records: a bytes object, or an error, for each read."""

    def of(*answers, cap=100):
        left = list(answers)

        def read(_, size):
            assert size == 8192
            answer = left.pop(0) if left else BlockingIOError(11, "no more")
            if isinstance(answer, Exception):
                raise answer
            return answer

        made = linux_payload.Probe({**PLAN, "caps": {**CAPS, "file_bytes": cap}}, "/")
        with monkeypatch.context() as patched:
            patched.setattr(linux_payload.os, "read", read)
            return made.kernel_log("/dev/null", b"usb", cap)

    return of


def test_of_the_kernels_records_those_with_the_word_are_kept_and_the_oldest_make_room(records):
    assert records(b"a usb\n", b"other\n", b"b usb\n") == "a usb\nb usb\n"
    assert records() == ""
    assert records(b"1 usb\n", BrokenPipeError(32, "overwritten"), b"2 usb\n") == "1 usb\n2 usb\n"
    assert records(*(b"%d usb\n" % n for n in range(9)), cap=14) == {
        "error": "too_large",
        "out": "7 usb\n8 usb\n",
    }
    assert records(b"1 usb\n", PermissionError(1, "no")) == {"error": "denied"}
    assert records(*([b"z\n"] * 60000)) == ""


def test_the_real_log_of_the_kernel_does_not_wait_for_more():
    got = probe(kernel_logs={"/dev/kmsg": "usb"})["files"]["/dev/kmsg"]
    assert isinstance(got, str) or got["error"] in ("too_large", "absent", "denied")
