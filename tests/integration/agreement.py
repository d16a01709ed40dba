"""A PC in a container on which the look and the role itself must agree, whatever was done to the PC.

One ansible-playbook run goes through a list of steps: the role for real, the look, the role in check mode, a command as
somebody who tampers. What the look names and what the role would change are then compared by name.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab_command.machines.detect import obstacle
from lab_command.machines.podman import Podman
from lab_command.paths import ROOT, STATE

SECONDS = 3600  # a pass of the role starts some forty Pythons on the PC
# Tasks of the role ``desired_state`` that follow the look instead of looking themselves.
_FOLLOWING = ("Begin | ", "Files | Tell", "Take the mark")
_PACKAGES = "Packages | "
_HANDLERS = {
    handler["name"]
    for handler in yaml.safe_load((ROOT / "roles/desired_state/handlers/main.yml").read_text())
}
_CENSORED = "(censored due to no_log)"


@dataclass(frozen=True, slots=True)
class Step:
    """``look``, ``check`` and ``apply`` are what they say; anything else is a shell command as root on the PC."""

    does: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one step found or would change, by name; a package as ``packages``, as the role asks for all at once.

    ``said`` of the last step has the recap as well.
    """

    does: str
    subjects: frozenset[str]
    said: str


@dataclass
class Pc:
    """One running container with SSH."""

    folder: Path
    machine: Mapping[str, Any]

    def run(self, role: str, steps: Sequence[Step], *arguments: str, check: bool = True) -> list[Seen]:
        """The steps one after the other; one that fails ends the run, and with ``check`` the test. ``arguments`` go to
        ansible-playbook."""
        book = self.folder / "steps.yml"
        book.write_text(yaml.safe_dump([_play(number, role, step) for number, step in enumerate(steps)]))
        inventory = self.folder / "hosts.yml"
        inventory.write_text(yaml.safe_dump({"all": {"hosts": {"pc": self._variables()}}}))
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "LAB_"))
        }
        environment |= {
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            # Many tasks on one machine: here a master connection pays.
            "ANSIBLE_SSH_ARGS": "-o ControlMaster=auto -o ControlPersist=20s",
            "ANSIBLE_NOCOLOR": "1",
            "LC_ALL": "C.UTF-8",
        }
        environment.pop("PYTHONPATH", None)
        done = subprocess.run(
            [Path(sys.executable).with_name("ansible-playbook"), "-i", inventory, *arguments, book],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
        if check:
            assert done.returncode == 0, done.stdout
        return [
            _seen(step, said)
            for step, said in zip(steps, re.split(r"^PLAY (?=\[)", done.stdout, flags=re.M)[1:], strict=False)
        ]

    def _variables(self) -> dict[str, Any]:
        machine = self.machine
        return {
            "ansible_host": machine["address"],
            "ansible_user": machine["user"],
            "ansible_ssh_private_key_file": machine["identity_file"],
            "ansible_ssh_common_args": f"-o UserKnownHostsFile={machine['known_hosts']} -o IdentitiesOnly=yes",
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_become": True,
            "lab_language": "en",
        }


def _play(number: int, role: str, step: Step) -> dict[str, Any]:
    tasks: dict[str, list[dict[str, Any]]] = {
        "look": [{"jifang.lab.drift": {"roles": [role]}}],
        "apply": [{"ansible.builtin.import_role": {"name": f"jifang.lab.{role}"}}],
        "check": [{"ansible.builtin.import_role": {"name": f"jifang.lab.{role}"}}],
    }
    return {
        "name": f"{number} {step.does[:40]}",
        "hosts": "all",
        "gather_facts": False,
        # Of the play and not of the task: handlers inherit nothing from a task that imports their role.
        **({"check_mode": True} if step.does == "check" else {}),
        "vars": dict(step.variables),
        "tasks": tasks.get(step.does, [{"ansible.builtin.raw": step.does}]),
    }


def _seen(step: Step, said: str) -> Seen:
    if step.does == "look":
        _, _, found = said.partition("=> ")
        # A look that failed names nothing.
        items = json.JSONDecoder().raw_decode(found)[0].get("items", []) if found.startswith("{") else []
        return Seen(step.does, frozenset(_subject(item) for item in items), said)
    subjects = set()
    for task in re.split(r"^(?:TASK|RUNNING HANDLER) ", said, flags=re.M)[1:]:
        name = task[1:].partition("]")[0].rpartition(" : ")[2]
        if name.startswith(_FOLLOWING) or name in _HANDLERS:
            continue
        for line in re.findall(r"^changed: \[pc\](.*)$", task, flags=re.M):
            item = re.match(r" => \(item=(.*)\)", line)
            subjects.add("packages" if name.startswith(_PACKAGES) else item[1] if item else name)
    return Seen(step.does, frozenset(subjects), said)


def _subject(item: Mapping[str, Any]) -> str:
    return "packages" if item["kind"] == "package" else str(item["subject"])


def options(role: str) -> set[str]:
    """Every variable of the role, as its argument specification has it."""
    told = yaml.safe_load((ROOT / "roles" / role / "meta/argument_specs.yml").read_text())
    return set(told["argument_specs"]["main"]["options"])


def agree(looked: Seen, checked: Seen, secrets: frozenset[str] = frozenset()) -> frozenset[str]:
    """What both name. Fails where one names what the other does not.

    ``secrets``: files of which Ansible says only that one changed.
    """
    censored = secrets if _CENSORED in checked.subjects else frozenset()
    named = {_CENSORED if name in censored else name for name in looked.subjects}
    assert checked.subjects == named, f"{checked.subjects ^ named}\n{looked.said}\n{checked.said}"
    return looked.subjects


@contextmanager
def pc(name: str, *prepare: str) -> Iterator[Pc]:
    """A container of its own, gone at the end. ``prepare``: commands that make it the PC that the role expects."""
    if reason := obstacle():
        pytest.skip(f"cannot run here: {reason}")
    folder = STATE / name
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}"}
    command = [sys.executable, "-m", "lab_command.machines"]
    subprocess.run([*command, "down", name, folder], env=environment, capture_output=True)
    up = subprocess.run(
        [*command, "up", name, folder, "pc01"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert up.returncode == 0
        # The container's own name servers are mounted over a file that a PC may replace.
        Podman()("exec", "--privileged", f"jifang-{name}-pc01", "umount", "/etc/resolv.conf")
        machine = Pc(folder, json.loads(up.stdout[up.stdout.index("[") :])[0])
        machine.run("", [Step(command) for command in prepare])
        yield machine
    finally:
        subprocess.run([*command, "down", name, folder], env=environment, capture_output=True)
