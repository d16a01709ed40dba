"""The demo school's machines, for real: made, reached by their keys, left alone, removed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab_command.demo import summary
from lab_command.demo_machines import INVENTORY, DemoMachines
from lab_command.display import Display
from lab_command.paths import ROOT
from lab_command.run import run_playbook

pytestmark = pytest.mark.containers


def ssh(
    school: DemoMachines, host: str, *command: str, options: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["ssh", "-F", str(school.ssh_config), "-o", "BatchMode=yes", *options, host, *command],
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def test_every_machine_is_in_its_state(demo_school: DemoMachines) -> None:
    states = {name: entry["state"] for name, entry in demo_school.group.states().items()}
    expected = {demo_school.group.container(pc.host): pc.powered for pc in demo_school.school.pcs}
    assert {name: state == "running" for name, state in states.items()} == expected


def test_admin_comes_in_by_key_and_becomes_root(demo_school: DemoMachines) -> None:
    for pc in demo_school.school.pcs:
        if pc.powered:
            done = ssh(demo_school, pc.host, "id -un; hostname; sudo -n id -un")
            assert done.stdout.split() == ["admin", pc.host, "root"], done.stderr


def test_systemd_runs(demo_school: DemoMachines) -> None:
    done = ssh(demo_school, "pc01", "systemctl is-system-running --wait; systemctl --failed --no-legend")
    assert done.stdout.split() == ["running"]


def test_the_probes_interpreter_is_complete(demo_school: DemoMachines) -> None:
    modules = "zlib, socket, fcntl, struct, array, select, json, binascii"
    done = ssh(demo_school, "oa", f"python3 -I -S -c 'import {modules}'")
    assert done.returncode == 0, done.stderr


def test_hardware_tree_is_read_only(demo_school: DemoMachines) -> None:
    done = ssh(demo_school, "pc03", "cat /srv/hardware/etc/os-release; sudo -n touch /srv/hardware/x")
    assert "UnionTech" in done.stdout
    assert "Read-only file system" in done.stderr


def test_another_host_key_is_refused(demo_school: DemoMachines, tmp_path: Path) -> None:
    lines = (demo_school.home / "known_hosts").read_text().splitlines()
    keys = [line.split(" ", 1) for line in lines]
    swapped = tmp_path / "known_hosts"
    swapped.write_text(
        "".join(f"{address} {keys[index - 1][1]}\n" for index, (address, _key) in enumerate(keys))
    )
    done = ssh(demo_school, "pc01", "true", options=("-o", f"UserKnownHostsFile={swapped}"))
    assert done.returncode == 255
    assert "Host key verification failed" in done.stderr


def test_no_password_login(demo_school: DemoMachines) -> None:
    done = ssh(demo_school, "pc01", "true", options=("-o", "PubkeyAuthentication=no", "-v"))
    assert done.returncode == 255
    assert "Authentications that can continue: publickey\n" in done.stderr.replace("\r", "")


def test_the_network_leads_nowhere_else(demo_school: DemoMachines) -> None:
    done = ssh(demo_school, "pc01", "ip route")
    assert "default" not in done.stdout


def test_starting_again_changes_nothing(demo_school: DemoMachines) -> None:
    before = demo_school.podman.json(
        "ps", "--all", "--filter", f"label={demo_school.group.label}", "--format", "json"
    )
    demo_school.prepare()
    demo_school.start(demo_school.image(), lambda _pc: None)
    after = demo_school.podman.json(
        "ps", "--all", "--filter", f"label={demo_school.group.label}", "--format", "json"
    )
    assert {row["Id"] for row in before} == {row["Id"] for row in after}
    assert len(after) == len(demo_school.school.pcs)


def test_a_machine_that_went_down_comes_back(demo_school: DemoMachines) -> None:
    name = demo_school.group.container("pc02")
    demo_school.podman("stop", "--time", "2", name)
    demo_school.start(demo_school.image(), lambda _pc: None)
    assert demo_school.group.states()[name]["state"] == "running"


def test_removing_touches_only_its_own(demo_school: DemoMachines, tmp_path: Path) -> None:
    other = DemoMachines("other", tmp_path)
    assert other.stop() == 0
    assert len(demo_school.group.states()) == len(demo_school.school.pcs)


@pytest.fixture(scope="module")
def ledger(demo_school: DemoMachines, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a whole day's work: the book taken over, facts collected, compared and written down."""
    folder = tmp_path_factory.mktemp("ledger")
    inventory = ("-i", str(INVENTORY))
    for name, arguments in (
        ("import_book", (*inventory, "-e", f"ledger_book={demo_school.book}")),
        ("update_ledger", (*inventory, "-e", f"ledger_reports={folder / 'reports'}")),
    ):
        assert not run_playbook(
            name, arguments, environment=demo_school.environment, runs=folder / "runs", display=Display()
        )
    return folder


def test_the_summary_names_all_five_disagreements(demo_school: DemoMachines, ledger: Path) -> None:
    lines = summary(demo_school, "en")
    findings = [line for line in lines if line.startswith("[")]
    assert len(findings) == 5, lines
    for words in (
        ("pc05",),
        ("pc06", "2021-0106"),
        ("pc03", "16 GB", "8 GB"),
        ("pc04", "teacher", "GX620210915A"),
    ):
        assert any(all(word in line for word in words) for line in findings), (words, findings)
    assert any("2021-0201" in line and "2021-0202" in line for line in findings)


def test_reports_are_there(ledger: Path) -> None:
    assert (ledger / "reports" / "site" / "index.html").is_file()
    assert list((ledger / "reports").glob("*.xlsx"))


def test_plain_ansible_playbook_gives_the_same_ledger(demo_school: DemoMachines, ledger: Path) -> None:
    before = summary(demo_school, "en")
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible-playbook")),
            *(
                "-i",
                str(INVENTORY),
                "-e",
                f"ledger_reports={ledger / 'plain'}",
                "playbooks/update_ledger.yml",
            ),
        ],
        cwd=ROOT,
        env={**os.environ, **demo_school.environment, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    findings = [line for line in summary(demo_school, "en") if line.startswith("[")]
    assert findings == [line for line in before if line.startswith("[")]
    assert (ledger / "plain" / "site" / "index.html").is_file()
