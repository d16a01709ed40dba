"""A look at many PCs on which nothing has changed, beside the same roles run as Ansible runs them, and beside pyinfra.

    python tests/benchmarks/look_first.py [--hosts 50] [--peer-hosts 10] [--rounds 3] [--pyinfra PATH]

One container with systemd, brought into the state that the roles want, answers on as many addresses as there are hosts,
so that each has a connection and a session of its own. What the PCs spend is the container's own account, its init and
services included; what the control node spends is that of this program's children. Both are CPU seconds, user and
system.

Prints CPU milliseconds per host (the minimum of the rounds; the roles run once). Exits non-zero where a bound is
missed.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "collections"), str(Path(__file__).parent)]

import yaml  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import compilers  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.asking import wanted_here  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.built import fresh_command  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.state import DesiredState  # noqa: E402
from loopback_hosts import control_cpu, end_masters  # noqa: E402

from lab_command.machines.podman import Podman  # noqa: E402
from tests.integration import test_baseline_agreement as baseline  # noqa: E402
from tests.integration import test_usb_agreement as usb  # noqa: E402
from tests.integration.agreement import Pc, Step, pc  # noqa: E402

GROUP = "bench-look"
# Each role, and the playbook that looks before it.
PLAYBOOKS = {"lab_pc": "apply_baseline", "usb_lockdown": "lock_usb"}
ROLES = tuple(PLAYBOOKS)
VARIABLES: Mapping[str, Any] = {
    **baseline.ON,
    "lab_pc_packages": ["jifang-lesson", "sudo", "openssh-server"],
    "lab_room": "机房一",
    # Every variable of the lock as plain data: pyinfra's deploy is written without Ansible's templates.
    "usb_lockdown_state": "present",
    "usb_lockdown_room": "机房一",
    "usb_lockdown_closed": ["usb_storage", "optical", "card_readers", "mtp_ptp", "firewire", "thunderbolt"],
    "usb_lockdown_allow": [usb.STICK],
    "usb_lockdown_classes": [],
    "usb_lockdown_rules": "",
    "usb_lockdown_enrolment": 1,
    "usb_lockdown_names": [],
}
BOUND = 0.1
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
# sshd refuses connections at random beyond ten that have not logged in yet: sshd_config(5), MaxStartups.
_MANY = "echo MaxStartups 1000 > /etc/ssh/sshd_config.d/00-many.conf; systemctl reload ssh"


@dataclass
class Hosts:
    """The addresses of one machine, each a host."""

    machine: Pc
    addresses: dict[str, str]
    folder: Path

    @property
    def variables(self) -> dict[str, Any]:
        machine = self.machine.machine
        return {
            "ansible_user": machine["user"],
            "ansible_ssh_private_key_file": machine["identity_file"],
            "ansible_ssh_common_args": f"-o UserKnownHostsFile={self.known_hosts} -o IdentitiesOnly=yes",
            "ansible_python_interpreter": "/usr/bin/python3",
            **VARIABLES,
        }

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    def inventory(self, count: int) -> Path:
        path = self.folder / f"hosts-{count}.yml"
        hosts = {name: {"ansible_host": address} for name, address in list(self.addresses.items())[:count]}
        path.write_text(yaml.safe_dump({"all": {"vars": self.variables, "hosts": hosts}}))
        return path

    def cpu(self) -> float:
        """Seconds that the machine has used since its start, ended processes included."""
        return _machine_cpu(self.cgroup)

    @property
    def cgroup(self) -> list[Path]:
        (found,) = Podman().json("inspect", f"jifang-{GROUP}-pc01")
        lines = Path(f"/proc/{found['State']['Pid']}/cgroup").read_text().splitlines()
        paths = []
        for line in lines:
            _, controllers, path = line.split(":", 2)
            path = path.removesuffix("/init.scope").lstrip("/")
            folder = (
                Path("/sys/fs/cgroup") / controllers / path if controllers else Path("/sys/fs/cgroup") / path
            )
            paths.append(folder)
        return paths


def _machine_cpu(cgroup: list[Path]) -> float:
    for folder in cgroup:
        if (folder / "cpuacct.usage").exists():
            return int((folder / "cpuacct.usage").read_text()) / 1e9
        if (folder / "cpu.stat").exists() and "usage_usec" in (text := (folder / "cpu.stat").read_text()):
            return int(text.split("usage_usec ")[1].split()[0]) / 1e6
    raise SystemExit("no account of the container's CPU: neither cpu.stat nor cpuacct.usage in its cgroup")


@contextmanager
def hosts(count: int) -> Iterator[Hosts]:
    with pc(GROUP, *baseline.PREPARE, *usb.PREPARE, _MANY) as machine:
        for role in ROLES:
            machine.run(role, [Step("apply", VARIABLES), Step("look", VARIABLES)])
        first = IPv4Address(machine.machine["address"])
        network = int(first) & ~0xFF
        addresses = {f"host{n:03}": str(IPv4Address(network + 100 + n)) for n in range(count)}
        podman = Podman()
        for address in addresses.values():
            podman(
                "exec",
                "--privileged",
                f"jifang-{GROUP}-pc01",
                "ip",
                "address",
                "add",
                f"{address}/24",
                "dev",
                "eth0",
            )
        found = Hosts(machine, addresses, machine.folder)
        key = (machine.folder / "known_hosts").read_text().split()[1:3]
        found.known_hosts.write_text(
            "".join(f"{address} {' '.join(key)}\n" for address in addresses.values())
        )
        yield found


def ansible(found: Hosts, book: Path, count: int, config: Path, *, tasks: str = "[0-9]+") -> None:
    """A run without changes; ``tasks``: how many each host went through, as a regular expression."""
    control = found.folder / "cp"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "PYTHONPATH"))}
    environment = kept | {
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(control),
        "ANSIBLE_HOME": str(found.folder / "home"),
        "ANSIBLE_TIMEOUT": "120",
        "LC_ALL": "C.UTF-8",
    }
    words = [Path(sys.executable).with_name("ansible-playbook"), "-i", found.inventory(count), book]
    done = subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, text=True)
    end_masters(control)
    good = rf" ok={tasks} +changed=0 +unreachable=0 +failed=0 "
    if done.returncode or len(re.findall(good, done.stdout)) != count:
        raise SystemExit(
            f"{book} was not a run without changes:\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}"
        )


def pyinfra(found: Hosts, tool: Path, count: int) -> None:
    """Its dry run: it collects its facts and compares, and changes nothing."""
    inventory = found.folder / "pyinfra_hosts.py"
    deploy = found.folder / "pyinfra_deploy.py"
    data = {
        "ssh_user": found.machine.machine["user"],
        "ssh_key": found.machine.machine["identity_file"],
        "ssh_known_hosts_file": str(found.known_hosts),
        "ssh_strict_host_key_checking": "yes",
        "ssh_connect_retries": 5,
        "_sudo": True,
    }
    names = list(found.addresses.values())[:count]
    inventory.write_text(f"hosts = ({names!r}, {data!r})\n")
    deploy.write_text(_deploy(found))
    # Without -y, which would leave out the comparison.
    words = [tool, "--dry", inventory, deploy]
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(words, env=kept, cwd=found.folder, capture_output=True, text=True)
    said = done.stdout + done.stderr
    changes = re.search(r"\b\d+ \(\d", said)
    if done.returncode or changes or "Detected changes" not in said:
        raise SystemExit(f"pyinfra:\n{said[-4000:]}")


def _deploy(found: Hosts) -> str:
    """The same checks as operations and facts of pyinfra."""
    states = [_wanted(role) for role in ROLES]
    answer = _answer(found, states)
    lines = [
        "from io import StringIO",
        "from pyinfra import host",
        "from pyinfra.facts.server import Command",
        "from pyinfra.operations import apt, files, systemd",
    ]
    for state in states:
        present: list[str] = []
        barred: list[str] = []
        for item in wanted_here(state, answer).items:
            data = item.as_data()
            match data["kind"]:
                case "file":
                    lines.append(
                        f"files.put(src=StringIO({data['content']!r}), dest={data['path']!r}, "
                        f"mode={data['mode'][1:]!r}, user={data['owner']!r}, group={data['group']!r})"
                    )
                case "absent":
                    lines.append(f"files.file(path={data['path']!r}, present=False)")
                case "package":
                    (present if data["present"] else barred).append(data["name"])
                case "unit":
                    lines.append(
                        f"systemd.service(service={data['name']!r}, running={data['active']}, "
                        f"enabled={data['enabled']})"
                    )
                case "account":
                    lines.append(f"host.get_fact(Command, 'passwd -S {data['name']}', _sudo=True)")
                case "built":
                    lines.append(f"host.get_fact(Command, {shlex.join(fresh_command(item))!r}, _sudo=True)")
        lines.append(f"apt.packages(packages={present!r}, present=True)")
        lines.append(f"apt.packages(packages={barred!r}, present=False)")
    return "\n".join(lines) + "\n"


def _wanted(role: str) -> DesiredState:
    defaults = compilers.defaults(role)
    return compilers.compile_role(
        role, {name: VARIABLES.get(name, value) for name, value in defaults.items()}
    )


def _answer(found: Hosts, states: Sequence[DesiredState]) -> Mapping[str, Any]:
    """Which conditions hold on the machine."""
    paths = sorted({path.lstrip("!") for state in states for item in state.items for path in item.when})
    script = f"import json, os; print(json.dumps({{p: int(os.path.exists(p)) for p in {paths!r}}}))"
    told = Podman()("exec", f"jifang-{GROUP}-pc01", "python3", "-c", script)
    return {"exists": json.loads(told)}


def measure(found: Hosts, count: int, work: Callable[[], None]) -> tuple[float, float]:
    """CPU milliseconds per host: (control node, host)."""
    cgroup = found.cgroup
    control, remote = control_cpu(), _machine_cpu(cgroup)
    work()
    settled = _machine_cpu(cgroup)
    for _ in range(50):  # until the last sessions have ended
        time.sleep(0.2)
        now = _machine_cpu(cgroup)
        if now - settled < 0.002:
            break
        settled = now
    return (control_cpu() - control) * 1000 / count, (settled - remote) * 1000 / count


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument(
        "--peer-hosts", type=int, default=10, help="for the roles by default settings, which take long"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pyinfra", type=Path, default=Path(sys.executable).with_name("pyinfra"))
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    with hosts(options.hosts) as found:
        plain = found.folder / "empty.cfg"
        plain.write_text("")
        roles = found.folder / "roles.yml"
        tasks = [{"ansible.builtin.import_role": {"name": f"jifang.lab.{role}"}} for role in ROLES]
        play = {"name": "Roles", "hosts": "all", "become": True, "gather_facts": False, "tasks": tasks}
        roles.write_text(yaml.safe_dump([play]))

        def look() -> None:
            for playbook in PLAYBOOKS.values():
                book = ROOT / "playbooks" / f"{playbook}.yml"
                # The look alone, and once for all hosts that of the rooms. A host that seemed to have drifted would
                # go through the role.
                ansible(found, book, options.hosts, ROOT / "ansible.cfg", tasks="[12]")

        ways: dict[str, tuple[int, Callable[[], None]]] = {
            "look": (options.hosts, look),
            "pyinfra": (options.hosts, lambda: pyinfra(found, options.pyinfra, options.hosts)),
            "roles": (options.peer_hosts, lambda: ansible(found, roles, options.peer_hosts, plain)),
        }
        spent: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for number in range(options.rounds):
            for way, (count, work) in ways.items():
                if way == "roles" and number:
                    continue  # noise decides no factor of fifty
                spent[way].append(measure(found, count, work))
                control, remote = spent[way][-1]
                print(f"round {number + 1} {way:8} {control:8.1f} + {remote:8.1f} ms", flush=True)
    total = {way: min(map(sum, runs)) for way, runs in spent.items()}
    print(f"\n{options.hosts} hosts, CPU ms per host (control node + PC), minimum of {options.rounds} rounds")
    for way, runs in spent.items():
        control, remote = min(runs, key=sum)
        print(f"  {way:8} {control:8.1f} + {remote:8.1f} = {total[way]:8.1f}")
    share, peer = total["look"] / total["roles"], total["look"] / total["pyinfra"]
    print(f"  the look against the roles by default settings: {share:.4f} of the CPU (at most {BOUND})")
    print(f"  the look against pyinfra: {peer:.3f} of the CPU (at most 1)")
    return 0 if share <= BOUND and peer <= 1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
