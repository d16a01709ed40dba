"""The firewall's errands over real SSH, from a control node that the rules can lock out.

The control node and the firewall are namespaces; sshd runs in the firewall's, with folders of its own in place of
/usr/local/sbin and /var/lib, so that nothing of this machine is touched.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab_command.paths import ROOT
from tests.integration.network_namespaces import Namespaces, namespaces, network, run
from tests.integration.reaching import SECONDS as REACHING_SECONDS

PROGRAM = ROOT / "roles/firewall/files/jifang_firewall.py"
SECONDS = 25
ADDRESS = "10.0.99.254"
PC = "10.0.11.1"
FAR = [("tcp", "203.0.113.1", 80), ("tcp", "2001:db8:113::1", 80)]
_PLAY = """
- name: Load
  hosts: firewalls
  gather_facts: false
  tasks:
    - name: Work out
      jifang.lab.network_files:
        what: firewall
      register: rules
    - name: Send
      ansible.builtin.copy:
        content: "{{ rules.content }}"
        dest: /var/lib/jifang/firewall/candidate.nft
        mode: "0600"
        validate: nft --check --file %s
    - name: Load
      jifang.lab.firewall_rules:
        seconds: SECONDS
""".replace("SECONDS", str(SECONDS))

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("ip", "nft", "sshd", "ssh-keygen"))),
    reason="needs root, iproute2, nftables and openssh-server",
)


@dataclass
class Control:
    school: Namespaces
    folder: Path

    def play(self, playbook: Path, model: dict[str, Any], *words: str) -> tuple[int, str]:
        """Exit code and words of a run in the control node's namespace."""
        group_vars = self.folder / "group_vars/all/network.yml"
        group_vars.parent.mkdir(parents=True, exist_ok=True)
        group_vars.write_text(yaml.safe_dump({"lab_network": model}, allow_unicode=True), encoding="utf-8")
        done = run(
            *(
                "ip",
                "netns",
                "exec",
                f"{self.school.prefix}admin",
                "env",
                f"ANSIBLE_CONFIG={ROOT}/ansible.cfg",
            ),
            *("LC_ALL=C.UTF-8", "ANSIBLE_NOCOLOR=1"),
            *(str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(self.folder / "hosts.yml")),
            *(str(playbook), *words),
            check=False,
            seconds=180,
        )
        return done.returncode, done.stdout + done.stderr

    def load(self, model: dict[str, Any]) -> tuple[int, str]:
        (self.folder / "load.yml").write_text(_PLAY, encoding="utf-8")
        return self.play(self.folder / "load.yml", model)


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    folder = tmp_path_factory.mktemp("control")
    for name in ("id", "host"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
    shutil.copy(folder / "id.pub", folder / "authorized_keys")
    kind, key = (folder / "host.pub").read_text().split()[:2]
    (folder / "known_hosts").write_text("".join(f"{one} {kind} {key}\n" for one in (ADDRESS, PC)))
    (folder / "sshd_config").write_text(
        f"Port 22\nHostKey {folder}/host\nPidFile none\nUsePAM no\nStrictModes no\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nPasswordAuthentication no\nUseDNS no\nPrintMotd no\n"
        "PermitRootLogin prohibit-password\n"
    )
    host = {
        "ansible_host": ADDRESS,
        "ansible_user": "root",
        "ansible_become": False,
        "ansible_python_interpreter": "/usr/bin/python3",
        "ansible_ssh_private_key_file": str(folder / "id"),
        "ansible_ssh_common_args": f"-o UserKnownHostsFile={folder}/known_hosts -o IdentitiesOnly=yes",
        "ansible_timeout": 3,
    }
    hosts = {
        "firewalls": {"hosts": {"gateway": host}},
        "room_1": {"hosts": {"pc1": {**host, "ansible_host": PC}}},
    }
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"children": hosts}}))
    # The program names its own path to the timer, so it is a file there and no link.
    start = (
        "mount -t tmpfs none /usr/local/sbin && mount -t tmpfs none /var/lib && mount -t tmpfs none /run "
        "&& mkdir -p /var/lib/jifang/firewall /run/sshd "
        f"&& install -m 755 {PROGRAM} /usr/local/sbin/jifang-firewall && exec {shutil.which('sshd')} -D -e -f "
        f"{folder}/sshd_config"
    )
    with namespaces() as school:
        for name in ("pc1", "pc2", "far"):
            school.serve(name, "tcp/80")
        school.serve("oa", "tcp/80")
        school.start("fw", "sh", "-c", start)
        school.start("pc1", "sh", "-c", start)
        end = time.monotonic() + 20
        while not school.ask("admin", [("tcp", ADDRESS, 22)])[0] and time.monotonic() < end:
            time.sleep(REACHING_SECONDS)
        yield Control(school, folder)


def test_rules_are_loaded_and_confirmed_once(control: Control) -> None:
    code, said = control.load(network())
    assert code == 0, said
    assert "changed=2" in said
    code, said = control.load(network())
    assert (code, "changed=0" in said) == (0, True), said


def test_rules_that_lock_the_control_node_out_come_to_nothing(control: Control) -> None:
    assert control.load(network())[0] == 0
    bad: Any = network()
    bad["rules"] = [rule for rule in bad["rules"] if rule["to"] != "firewall"]
    code, said = control.load(bad)
    assert code == 2
    assert f"{SECONDS} 秒后防火墙已自动恢复原规则" in "".join(said.split("\n"))
    # The control node is back, and what was refused is still to be done.
    assert control.school.ask("admin", [("tcp", ADDRESS, 22)]) == [True]
    code, said = control.load(network())
    assert code == 0, said


def test_a_lesson_without_internet(control: Control) -> None:
    assert control.load(network())[0] == 0
    lock, unlock = (ROOT / f"playbooks/{name}_internet.yml" for name in ("lock", "unlock"))
    words = ("-e", "ansible_become=false", "-e", "lock_rooms=机房一")
    code, said = control.play(lock, network(), *words, "-e", "lock_until=45", "--check")
    assert (code, "changed=1" in said) == (0, True), said
    assert control.school.ask("pc1", FAR) == [True, True]
    code, said = control.play(lock, network(), *words, "-e", "lock_until=45")
    assert (code, "changed=1" in said) == (0, True), said
    assert control.school.ask("pc1", FAR) == [False, False]
    assert control.school.ask("pc2", FAR) == [True, True]
    for changed in (1, 0):
        code, said = control.play(unlock, network(), *words)
        assert (code, f"changed={changed}" in said) == (0, True), said
    assert control.school.ask("pc1", FAR) == [True, True]


def test_a_computer_says_what_it_reaches(control: Control) -> None:
    assert control.load(network())[0] == 0
    check = ROOT / "playbooks/check_firewall.yml"
    words = ("--limit", "pc1", "-e", "check_outside=203.0.113.1,2001:db8:113::1", "-v")
    code, said = control.play(check, network(), *words)
    assert code == 0, said
    assert "✔ lab → server: oa oa-web tcp/80 fd20:20::20: 通 × 通" in said
    assert "✔ lab → lab: pc2 web tcp/80 10.0.12.1: 不通 × 不通" in said
    # A way that no rule lets through, as where somebody loaded other rules by hand.
    control.school.inside("fw", "nft", "add", "rule", "inet", "jifang", "from_lab", "accept")
    code, said = control.play(check, network(), *words)
    assert code == 2
    assert "✘ lab → lab: pc2 web tcp/80 10.0.12.1: 不通 × 通" in said
    control.school.inside("fw", "nft", "flush", "ruleset")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("-e", "lock_rooms=机房九", "-e", "lock_until=45"), "没有房间“机房九”"),
        (("-e", "lock_rooms=机房一"), "没有写明何时结束"),
        (("-e", "lock_rooms=机房一", "-e", "lock_until=9999"), "不在今后 24 小时之内"),
        (("-e", "lock_until=45"), "没有写明房间"),
    ],
)
def test_a_lock_that_means_nothing_is_refused(control: Control, words: tuple[str, ...], answer: str) -> None:
    code, said = control.play(
        ROOT / "playbooks/lock_internet.yml", network(), "-e", "ansible_become=false", *words
    )
    assert code == 2
    assert answer in said


def test_mistakes_are_told_with_file_and_line_before_anything_is_touched(control: Control) -> None:
    bad: Any = network()
    bad["rules"][0]["from"] = ["labs"]
    bad["rules"].append({"name": "twice", "from": ["lab"], "to": "internet", "services": ["web"]})
    before = control.school.inside("fw", "nft", "--stateless", "list", "ruleset")
    code, said = control.load(bad)
    text = (control.folder / "group_vars/all/network.yml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, one in enumerate(text, start=1) if "- labs" in one)
    assert code == 2
    assert f"group_vars/all/network.yml:{line} lab_network.rules[0].from[0]: 没有区域 labs" in said
    assert "lab_network.rules[4]: 规则“twice”永远不起作用" in said
    assert control.school.inside("fw", "nft", "--stateless", "list", "ruleset") == before
