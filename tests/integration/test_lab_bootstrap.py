"""The bash part of ``lab`` on hosts that lack something: stand-ins for apt, sudo and Python, everything else real."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab_command.paths import ROOT

TOOLS = (
    *("awk", "bash", "cat", "chmod", "cp", "cut", "dirname", "env", "flock", "grep", "kill", "mkdir"),
    *("readlink", "rm", "sed", "setpriv", "sha256sum", "sleep", "touch", "true"),
)
PYTHON = """#!/bin/bash
# Stands for the system's Python and, copied, for the environment's.
echo "$*" >> "$CALLS"
case "$*" in
  "-c import ensurepip"*) exit "${FAKE_PYTHON:-0}" ;;
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-VV") echo "Python 3.11.2 stand-in" ;;
  "-m pip install"*) echo "${PIP_SAYS:-fine}"; exit "${PIP_STATUS:-0}" ;;
  "-m lab_command"*) echo "lab_command got: ${*:3}"; exit 7 ;;
esac
"""


@dataclass
class Host:
    home: Path
    tools: Path
    calls: Path

    def tool(self, name: str, body: str) -> None:
        path = self.tools / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/bash\n{body}\n")
        path.chmod(0o755)

    def lab(self, *arguments: str, user: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        words = [str(self.home / "lab"), *arguments]
        if user:
            words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *words]
        return subprocess.run(
            words,
            env={
                "PATH": str(self.tools),
                "CALLS": str(self.calls),
                "LAB_PYTHON": str(self.tools / "stand-in-python"),
                "LAB_LANGUAGE": "en",
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=self.home.parent,
        )

    def called(self, word: str) -> int:
        return sum(word in line for line in self.calls.read_text().splitlines())


@pytest.fixture
def host() -> Iterator[Host]:
    if os.geteuid():
        pytest.skip("cannot run here: only root can pretend to be another user")
    # pytest's own folders are closed to the other users that some tests pretend to be.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield _host(Path(folder))


def _host(folder: Path) -> Host:
    home, tools = folder / "jifang", folder / "tools"
    for name in ("lab", "lab_command/packages.txt", "plugins/plugin_utils/locale/zh_CN/lab.po"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, home / name)
    (home / "requirements").mkdir()
    for name in ("control", "test"):
        (home / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
    tools.mkdir()
    for name in TOOLS:
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    (tools / "stand-in-python").write_text(PYTHON)
    (tools / "stand-in-python").chmod(0o755)
    made = Host(home, tools, folder / "calls")
    made.calls.touch()
    made.calls.chmod(0o666)
    # A host with every package: dpkg-query knows all that is in `installed`, or everything.
    made.tool("dpkg-query", 'echo "dpkg-query $4" >> "$CALLS"; [[ $4 != ${LACKS:-none} ]] && printf "ii "')
    made.tool("dpkg", 'echo "dpkg $*" >> "$CALLS"')
    made.tool("apt-get", 'echo "apt-get $*" >> "$CALLS"; echo "${APT_SAYS:-fine}"; exit "${APT_STATUS:-0}"')
    return made


def test_hands_over_with_all_arguments_and_the_exit_code(host: Host) -> None:
    done = host.lab("run", "collect_facts", "--limit", "pc01", "two words")
    assert done.returncode == 7
    assert done.stdout == "lab_command got: run collect_facts --limit pc01 two words\n"


def test_language_in_front_is_taken_off(host: Host) -> None:
    for words in (["--lang", "en"], ["--lang=en"]):
        assert host.lab(*words, "demo", LAB_LANGUAGE="zh").stdout == "lab_command got: demo\n"


def test_second_start_installs_nothing(host: Host) -> None:
    host.lab("demo")
    host.lab("demo")
    assert host.called("-m pip install") == 1
    assert host.called("-m venv") == 1
    assert host.called("apt-get") == 0


def test_changed_requirements_are_installed(host: Host) -> None:
    host.lab("demo")
    (host.home / "requirements" / "control.txt").write_text("control==2\n")
    host.lab("demo")
    assert host.called("-m pip install") == 2


def test_test_environment_serves_the_other_commands(host: Host) -> None:
    host.lab("test")
    assert "requirements/test.txt" in host.calls.read_text()
    host.lab("demo")
    assert host.called("-m pip install") == 1


def test_packages_are_checked_by_need(host: Host) -> None:
    host.lab("run", "x")
    assert host.called("dpkg-query podman") == 0
    host.lab("demo")
    assert (host.called("dpkg-query podman"), host.called("dpkg-query shellcheck")) == (1, 0)
    host.lab("test")
    assert host.called("dpkg-query shellcheck") == 1


def test_missing_packages_are_named_before_they_are_installed(host: Host) -> None:
    done = host.lab("demo", LACKS="podman")
    assert "These Debian packages are missing and will be installed: podman\n" in done.stderr
    assert host.called("dpkg --configure -a") == 1
    assert host.called("install -y --no-install-recommends podman") == 1
    assert done.returncode == 7


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ("E: Unable to fetch some archives", "Debian packages could not be installed. Check the network"),
        ("E: You don't have enough free space in /var/cache/apt/archives/.", "The disk is full."),
        (
            "E: Could not get lock /var/lib/dpkg/lock-frontend.",
            "Another program is installing packages just now.",
        ),
    ],
)
def test_apt_that_fails_is_one_sentence_and_the_next_run_carries_on(
    host: Host, says: str, sentence: str
) -> None:
    failed = host.lab("demo", LACKS="podman", APT_SAYS=says, APT_STATUS="100")
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith(f"✘ {sentence}")
    assert (host.home / ".lab" / "logs" / "apt.log").read_text().count(says) >= 1
    assert host.lab("demo", LACKS="podman").returncode == 7


def test_pip_that_fails_is_one_sentence_and_the_next_run_carries_on(host: Host) -> None:
    failed = host.lab("demo", PIP_STATUS="1", PIP_SAYS="ERROR: No matching distribution")
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("✘ Python packages could not be installed.")
    assert host.lab("demo").returncode == 7
    # pip may have left a package half there, so the environment was made anew.
    assert host.called("-m venv") == 2


def test_a_killed_installation_is_made_anew(host: Host) -> None:
    """pip is killed with all that it started, as by a power cut."""
    sleeper = PYTHON.replace('echo "${PIP_SAYS:-fine}"', 'kill -KILL "$PPID" "$$"')
    (host.tools / "stand-in-python").write_text(sleeper)
    host.lab("demo")
    assert not list((host.home / ".venv").glob(".lab-control"))
    (host.tools / "stand-in-python").write_text(PYTHON)
    assert host.lab("demo").returncode == 7
    assert host.called("-m venv") == 2
    assert host.called("-m pip install") == 2
    assert not (host.home / ".venv" / ".lab-unfinished").exists()


def test_a_second_start_waits_and_says_so(host: Host) -> None:
    (host.home / ".lab").mkdir()
    holder = subprocess.Popen(["flock", str(host.home / ".lab" / "setup.lock"), "sleep", "4"])
    done = host.lab("demo")
    holder.wait(timeout=20)
    assert done.returncode == 7
    assert done.stderr.startswith("Another start of this command is preparing this folder.")


def test_interrupted_while_it_installs(host: Host) -> None:
    slow = PYTHON.replace('echo "${PIP_SAYS:-fine}"', 'touch "$CALLS.pip"; sleep 30')
    (host.tools / "stand-in-python").write_text(slow)
    child = subprocess.Popen(
        [str(host.home / "lab"), "demo"],
        env={
            "PATH": str(host.tools),
            "CALLS": str(host.calls),
            "LAB_PYTHON": str(host.tools / "stand-in-python"),
            "LAB_LANGUAGE": "en",
        },
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 20
    while not Path(f"{host.calls}.pip").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _out, said = child.communicate(timeout=20)
    assert child.returncode == 130
    assert said.splitlines()[-1] == "Stopped. Start the same command again to carry on."


def test_broken_environment_is_made_anew(host: Host) -> None:
    host.lab("demo")
    (host.home / ".venv" / "bin" / "python").write_text("#!/bin/bash\nexit 1\n")
    assert host.lab("demo").returncode == 7
    assert host.called("-m venv") == 2


def test_without_privilege(host: Host) -> None:
    shutil.chown(host.home, 65534)
    done = host.lab("demo", user=65534, LACKS="podman")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("✘ Installing packages needs root.")
    assert host.called("apt-get") == 0


def test_sudo_that_refuses(host: Host) -> None:
    shutil.chown(host.home, 65534)
    host.tool("sudo", 'echo "sudo: a password is required" >&2; exit 1')
    done = host.lab("demo", user=65534, LACKS="podman")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("✘ Installing packages needs root.")


def test_sudo_is_used(host: Host) -> None:
    shutil.chown(host.home, 65534)
    host.tool(
        "sudo", 'echo "sudo $*" >> "$CALLS"; [[ $1 == -n ]] && shift; [[ $1 == -- ]] && shift; exec "$@"'
    )
    done = host.lab("demo", user=65534, LACKS="podman")
    assert done.returncode == 7, done.stderr
    assert host.called("sudo -n -- env DEBIAN_FRONTEND=noninteractive apt-get") == 2


def test_folder_that_cannot_be_written(host: Host) -> None:
    done = host.lab("demo", user=65534)
    assert done.returncode == 1
    assert done.stderr.startswith(f"✘ The folder {host.home / '.lab'} cannot be written.")


def test_not_debian(host: Host) -> None:
    (host.tools / "apt-get").unlink()
    done = host.lab("demo")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("✘ This is not Debian or a relative of it")


def test_chinese_by_default(host: Host) -> None:
    done = host.lab("demo", LACKS="podman", LAB_LANGUAGE="")
    assert "将安装以下缺少的 Debian 软件包：podman" in done.stderr


def test_closed_standard_input(host: Host) -> None:
    done = subprocess.run(
        ["bash", "-c", f"exec {host.home / 'lab'} demo <&-"],
        env={
            "PATH": str(host.tools),
            "CALLS": str(host.calls),
            "LAB_PYTHON": str(host.tools / "stand-in-python"),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 7, done.stderr
