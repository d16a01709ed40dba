"""``lab run`` with a real ansible-playbook on the control node."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lab_command.paths import ROOT
from lab_command.run import BUSY, _forget_old_runs, _identity

RUN = """
import sys
from pathlib import Path
from lab_command import run
from lab_command.display import Display
run.run_playbook.__kwdefaults__.update(runs=Path(sys.argv[1]))
sys.exit(run.command(sys.argv[2:]))
"""
HEAD = """\
- hosts: all
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
"""


@dataclass
class Lab:
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, tasks: str, *arguments: str, name: str = "errand") -> subprocess.Popen[str]:
        playbook = self.folder / f"{name}.yml"
        playbook.write_text(HEAD + tasks)
        return subprocess.Popen(
            [sys.executable, "-c", RUN, str(self.folder / "runs"), str(playbook), *arguments],
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}",
                "LAB_LANGUAGE": "en",
                "LC_ALL": "C.UTF-8",
                **self.environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, tasks: str, *arguments: str) -> tuple[int, str]:
        child = self.start(tasks, "-i", "pc01,pc02,", *arguments)
        _out, said = child.communicate(timeout=120)
        return child.returncode, said

    @property
    def artifacts(self) -> Path:
        (folder,) = (self.folder / "runs").iterdir()
        return folder

    def everything_kept(self) -> str:
        return "\n".join(path.read_text("utf-8") for path in self.artifacts.rglob("*") if path.is_file())


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_success(lab: Lab) -> None:
    code, said = lab.run("    - ansible.builtin.debug: {msg: 'seat {{ inventory_hostname }}'}\n")
    assert code == 0
    assert "    ✔ pc01: seat pc01\n" in said
    assert "  ✔ pc02 · fine · 1 done, 0 changed, 0 left out\n" in said
    assert (lab.artifacts / "rc").read_text() == "0"
    assert (lab.artifacts / "status").read_text() == "successful"
    assert "seat pc01" in (lab.artifacts / "stdout").read_text("utf-8")


def test_failure_passes_the_exit_code_on(lab: Lab) -> None:
    code, said = lab.run(
        "    - ansible.builtin.fail: {msg: no disk}\n      when: inventory_hostname == 'pc02'\n"
    )
    assert code == 2
    assert "✘ pc02: Task failed: Action failed: no disk" in said or "✘ pc02: no disk" in said
    assert (lab.artifacts / "rc").read_text() == "2"
    assert list((lab.artifacts / "job_events").iterdir())


def test_arguments_reach_ansible(lab: Lab) -> None:
    tasks = (
        "    - ansible.builtin.debug:\n"
        "        msg: 'check {{ ansible_check_mode }} diff {{ ansible_diff_mode }} value {{ value }}'\n"
    )
    code, said = lab.run(tasks, "--check", "--diff", "--limit", "pc02", "-e", "value=a-b")
    assert code == 0
    assert "pc02: check True diff True value a-b" in said
    assert "pc01:" not in said


def test_secrets_stay_out_of_the_artifacts(lab: Lab) -> None:
    lab.environment["LEDGER_PASSWORD"] = "env-hunter2"
    tasks = "    - ansible.builtin.command: 'true'\n      no_log: true\n      environment: {TOKEN: '{{ token }}'}\n"
    code, _said = lab.run(tasks, "-e", "token=arg-hunter2")
    assert code == 0
    assert "hunter2" not in lab.everything_kept()
    command = json.loads((lab.artifacts / "command").read_text("utf-8"))
    assert command.keys() == {"command", "cwd"}
    assert lab.artifacts.stat().st_mode & 0o077 == 0


def test_configuration_is_the_repositorys(lab: Lab) -> None:
    """ansible-runner by itself would turn host key checking off."""
    tasks = (
        "    - ansible.builtin.debug:\n"
        "        msg: '{{ ansible_config_file }} {{ lookup('ansible.builtin.config', 'HOST_KEY_CHECKING') }}"
        ' [{{ lookup("ansible.builtin.env", "ANSIBLE_HOST_KEY_CHECKING") }}]\'\n'
    ).replace(
        "lookup('ansible.builtin.config', 'HOST_KEY_CHECKING')",
        'lookup("ansible.builtin.config", "HOST_KEY_CHECKING")',
    )
    code, said = lab.run(tasks)
    assert code == 0
    assert f"pc01: {ROOT / 'ansible.cfg'} True []" in said


def test_the_second_run_is_told_who_holds_the_inventory(lab: Lab) -> None:
    inventory = lab.folder / "hosts.ini"
    inventory.write_text("pc01\n")
    first = lab.start("    - ansible.builtin.wait_for: {timeout: 30}\n", "-i", str(inventory), name="collect")
    runs = lab.folder / "runs"
    deadline = time.monotonic() + 30
    while not (runs.is_dir() and list(runs.glob("*/job_events/*"))) and time.monotonic() < deadline:
        time.sleep(0.1)
    second = lab.start("    - ansible.builtin.ping:\n", "-i", "hosts.ini")
    _out, said = second.communicate(timeout=60)
    other = lab.start("    - ansible.builtin.debug: {msg: x}\n", "-i", "pc09,", name="other")
    other.communicate(timeout=60)
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)
    assert second.returncode == BUSY
    assert f"(process {first.pid}) has been running collect.yml since" in said
    assert str(inventory) in said
    assert other.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_ansible_and_its_workers(lab: Lab, number: signal.Signals) -> None:
    marker = lab.folder / "pid"
    tasks = f"    - ansible.builtin.shell: 'echo $$ > {marker}.$$; exec sleep 60'\n"
    child = lab.start(tasks, "-i", "pc01,")
    deadline = time.monotonic() + 60
    while not (found := list(lab.folder.glob("pid.*"))) and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.2)
    child.send_signal(number)
    child.communicate(timeout=60)
    assert child.returncode == 128 + number
    assert (lab.artifacts / "rc").is_file()
    (sleeper,) = (int(path.suffix[1:]) for path in found)
    time.sleep(1)
    assert not Path(f"/proc/{sleeper}").exists()


def test_unknown_playbook_suggests(lab: Lab) -> None:
    child = subprocess.run(
        [str(ROOT / ".venv" / "bin" / "python"), "-m", "lab_command", "run", "colect_facts"],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}", "LAB_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 1
    assert "Did you mean collect_facts?" in child.stderr
    assert "Traceback" not in child.stderr


def test_only_the_newest_runs_are_kept(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    names = [_identity(Path("x.yml"), runs) for _ in range(5)]
    assert names == sorted(names)
    assert len(set(names)) == 5
    _forget_old_runs(runs, 3)
    assert sorted(path.name for path in runs.iterdir()) == names[2:]
