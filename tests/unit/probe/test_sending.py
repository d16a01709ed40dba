import base64
import subprocess
import sys

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.probe import sending

CAPS = {"file_bytes": 10, "command_bytes": 10, "total_bytes": 100, "command_seconds": 1, "total_seconds": 5}
PLAN = {
    "files": ["/etc/hostname"],
    "globs": [],
    "links": [],
    "logs": [],
    "kernel_logs": {},
    "commands": {},
    "each": {},
    "caps": CAPS,
}


@pytest.mark.parametrize("through_stdin", [True, False])
@pytest.mark.parametrize("python", [None, sys.executable])
def test_both_ways_of_travel_give_a_frame(through_stdin, python):
    errand = sending.linux_errand(PLAN, root="/", python=python, through_stdin=through_stdin)
    assert (errand.stdin is not None) is through_stdin
    done = subprocess.run(["sh", "-c", errand.command], input=errand.stdin, capture_output=True, timeout=20)
    assert sending.unframe(done.stdout.decode())[:1] == b"x"


def test_a_host_without_python_says_so():
    errand = sending.linux_errand(PLAN, root="/", python=None, through_stdin=True)
    command = errand.command.replace("python3", "no-such-python").replace("platform-python", "no-such")
    done = subprocess.run(["/bin/sh", "-c", command], input=errand.stdin, capture_output=True, timeout=20)
    assert (done.returncode, done.stderr.decode().strip()) == (127, sending.NO_PYTHON)


def test_a_root_with_quotes_stays_a_value():
    root = '/tmp/it\'s "here"; $(touch /tmp/x)'
    errand = sending.linux_errand(PLAN, root=root, python=sys.executable, through_stdin=False)
    done = subprocess.run(["sh", "-c", errand.command], capture_output=True, timeout=20)
    assert done.returncode == 0, done.stderr


def test_unframe_drops_banners_and_line_ends_of_a_terminal():
    body = base64.b64encode(b"payload" * 20).decode()
    noisy = f"Welcome!\r\nJIFANG<{body[:60]}\r\n{body[60:]}>GNAFIJ\r\nbye"
    assert sending.unframe(noisy) == b"payload" * 20


@pytest.mark.parametrize("answer", ["", "JIFANG<abc", "JIFANG<a>GNAFIJ", "x" * (sending.FRAME_BYTES + 1)])
def test_unframe_refuses_what_is_not_a_whole_frame(answer):
    with pytest.raises(UserError):
        sending.unframe(answer)


def test_the_windows_starter_fits_a_command_line_and_sends_the_script_by_input():
    errand = sending.windows_errand(packages=True)
    assert len(errand.command) < 8191
    assert errand.stdin is not None
    encoded = errand.command.rsplit(" ", 1)[1]
    assert base64.b64decode(encoded).decode("utf-16-le").endswith("-Packages")
