"""A PC is frozen, written on, cut from its power, thawed, and frozen again by the clock: on a real kernel and disk.

One machine, started by BIOS and GRUB so that its own initramfs counts; the tests run in the order of this file, each
on what the one before left.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.freeze.window import shown
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot

from lab_command.machines.vm.bench import Bench
from lab_command.machines.vm.firmware import Firmware
from lab_command.machines.vm.machine import Settings, VirtualMachine

pytestmark = pytest.mark.vm
Run = Callable[..., Any]
ROOM = "机房一"
ATTEMPTS = "/var/log/jifang/usb-attempts.jsonl"
# Whatever is written on a file system changes the time of its entry, which nobody can set.
METADATA = (
    "cd /media/root-ro && find . -xdev -not -path './var/log/jifang*' -not -path './var/lib/systemd/timesync*' "
    "-not -path './var/lib/jifang*' -not -path './home*' -printf '%P %i %s %C@ %m\\n' | LC_ALL=C sort | sha256sum"
)


@pytest.fixture(scope="module")
def pc(vm_bench: Bench) -> Iterator[VirtualMachine]:
    with vm_bench.machine("frozen-pc", Settings(firmware=Firmware.BIOS)) as machine:
        machine.start()
        # The image brings no keys of its own: each machine of the bench gets them at its start.
        machine.run("ssh-keygen -A -q")
        # As an installer writes it; the bench mounts the partition only where it is asked for.
        machine.run(
            "sed -i s/umask=0077,noauto/umask=0077/ /etc/fstab && grep -q 'vfat umask=0077 ' /etc/fstab"
        )
        yield machine


@pytest.fixture
def freeze(pc: VirtualMachine, run_playbook: Run) -> Run:
    usual = {"freeze_room": ROOM, "freeze_restart_seconds": 900}

    def run(name: str = "freeze_room", *arguments: str, **variables: Any) -> Any:
        done = run_playbook(name, pc, arguments=arguments, **{**usual, **variables})
        pc.close_connections()  # its connection went with the restart
        return done

    return run


def is_frozen(pc: VirtualMachine) -> bool:
    pc.close_connections()
    return pc.run("/usr/local/lib/jifang/freeze state").stdout.strip() == "frozen"


def root_partition(pc: VirtualMachine, folder: Path) -> Path:
    """The machine's root partition as it stands on its disk; the machine is off."""
    disk = folder / "disk.raw"
    subprocess.run(["qemu-img", "convert", "-O", "raw", pc.folder / "disk.qcow2", disk], check=True)
    table = json.loads(subprocess.run(["sfdisk", "--json", disk], capture_output=True, check=True).stdout)
    root = table["partitiontable"]["partitions"][2]
    target = folder / "root.raw"
    subprocess.run(
        [
            *("dd", f"if={disk}", f"of={target}", "bs=1M", "iflag=skip_bytes,count_bytes", "conv=sparse"),
            *(f"skip={root['start'] * 512}", f"count={root['size'] * 512}", "status=none"),
        ],
        check=True,
    )
    disk.unlink()
    return target


def digest(partition: Path) -> str:
    """Of every byte but those that Debian's check of a clean file system itself writes at each start: the superblock's
    time of the last write, kilobytes ever written, and checksum (kernel documentation, "ext4 Data Structures and
    Algorithms")."""
    found = hashlib.sha256()
    with partition.open("rb") as stream:
        first = bytearray(stream.read(4096))
        for offset, size in ((0x30, 4), (0x178, 8), (0x274, 1), (0x3FC, 4)):
            first[1024 + offset : 1024 + offset + size] = bytes(size)
        found.update(first)
        while chunk := stream.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def test_a_pc_with_a_pupil_at_it_is_not_restarted(pc: VirtualMachine, freeze: Run) -> None:
    pc.console.wait_for("login: ", 300)
    pc.console.type("pupil\n")
    pc.console.wait_for("assword: ", 120)
    pc.console.type("pupil\n")
    pc.console.wait_for(r"\$ ", 120)
    done = freeze()
    assert done.code != 0
    assert "pupil is logged in on frozen-pc" in done.said
    assert done.changed == 0
    pc.console.type("exit\n")
    pc.console.wait_for("login: ", 120)


def test_check_mode_says_what_would_be_done_and_does_none_of_it(pc: VirtualMachine, freeze: Run) -> None:
    done = freeze("freeze_room", "--check", "--diff")
    assert done.code == 0, done.said
    assert "will be restarted and then restored at each start" in done.said
    assert "stays writable all the same: /boot/efi" in done.said
    assert "+overlayroot=" in done.said
    assert done.changed >= 3
    assert pc.run("test -e /etc/overlayroot.local.conf", check=False).returncode != 0


def test_a_power_cut_in_the_middle_of_a_write_leaves_the_disk_as_it_was(
    pc: VirtualMachine, freeze: Run, tmp_path: Path
) -> None:
    done = freeze(freeze_keep_paths=[])
    assert done.code == 0, done.said
    assert is_frozen(pc)
    again = freeze(freeze_keep_paths=[])
    assert (again.code, again.changed) == (0, 0), again.said

    pc.power_cut()
    before = digest(root_partition(pc, tmp_path))
    pc.start()
    assert is_frozen(pc)
    pc.run("echo essay > /home/pupil/essay; echo broken > /etc/fstab; rm /etc/hostname; sync")
    pc.run("dd if=/dev/urandom of=/home/pupil/film bs=1M count=300 > /dev/null 2>&1 & sleep 2")
    pc.power_cut()
    partition = root_partition(pc, tmp_path)
    after = digest(partition)
    checked = subprocess.run(["e2fsck", "-f", "-n", partition], capture_output=True)
    partition.unlink()
    pc.start()
    assert after == before, "nothing on the partition has changed"
    assert checked.returncode == 0, checked.stdout
    assert is_frozen(pc)
    assert pc.run("ls /home/pupil /etc/hostname; cat /etc/fstab").stdout.count("broken") == 0
    assert pc.run("test -e /home/pupil/essay", check=False).returncode != 0


def test_the_facts_tell_a_frozen_pc(pc: VirtualMachine, run_playbook: Run, ledger_home: Path) -> None:
    done = run_playbook("collect_facts", pc)
    assert done.code == 0, done.said
    ledger = open_ledger(f"sqlite:///{ledger_home / 'ledger.db'}", migrate=False)
    with ledger.read() as session:
        (machine,) = load_snapshot(session, school="").machines
    ledger.close()
    assert machine.state["frozen"] is True


def test_other_settings_thaw_the_pc_and_freeze_it_again(pc: VirtualMachine, freeze: Run) -> None:
    """And what is kept outlasts a restart, the rest not, home by choice."""
    done = freeze(freeze_keep_home=True)
    assert done.code == 0, done.said
    assert "is frozen with other settings" in done.said
    assert is_frozen(pc)
    identity = "cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub"
    same = pc.run(identity).stdout
    before = pc.run(METADATA).stdout
    pc.run(f"echo attempt >> {ATTEMPTS}; echo essay > /home/pupil/essay; echo toy > /opt/toy; sync")
    pc.power_cut()
    pc.start()
    assert is_frozen(pc)
    assert pc.run(f"cat {ATTEMPTS} /home/pupil/essay").stdout == "attempt\nessay\n"
    assert pc.run("test -e /opt/toy", check=False).returncode != 0
    assert pc.run(identity).stdout == same
    assert pc.run(METADATA).stdout == before
    assert pc.run("touch /media/root-ro/opt/toy", check=False).returncode != 0


def test_other_roles_refuse_a_frozen_pc(pc: VirtualMachine, run_playbook: Run) -> None:
    done = run_playbook("lock_usb", pc)
    assert done.code != 0
    assert "frozen-pc is frozen: what role usb_lockdown changes there would be gone" in done.said


def test_a_window_is_open_and_ends_while_the_pc_is_off(pc: VirtualMachine, freeze: Run) -> None:
    until = datetime.now(UTC) + timedelta(hours=3)
    done = freeze("thaw_room", freeze_thaw_until=shown(until))
    assert done.code == 0, done.said
    assert f"is thawed until {shown(until)}" in done.said
    assert not is_frozen(pc)
    assert pc.run("systemctl is-active jifang-freeze-end.timer").stdout.strip() == "active"
    again = freeze("thaw_room", freeze_thaw_until=shown(until))
    assert (again.code, again.changed) == (0, 0), again.said
    pc.run("echo course > /opt/course; sync")
    pc.shut_down()
    pc.settings = replace(pc.settings, clock=datetime.now(UTC) + timedelta(hours=4))
    pc.start()
    assert is_frozen(pc)
    assert pc.run("cat /opt/course").stdout == "course\n", (
        "what was done in the window is in the clean system"
    )
    # The window is forgotten: a clock that is set back opens nothing.
    pc.shut_down()
    pc.settings = replace(pc.settings, clock=None)
    pc.start()
    assert is_frozen(pc)


def test_the_administrator_gets_an_ordinary_start_by_the_command_line(pc: VirtualMachine) -> None:
    pc.power_cut()
    pc.settings = replace(pc.settings, firmware=Firmware.KERNEL, kernel_words="overlayroot=disabled")
    pc.start()
    assert not is_frozen(pc)
    assert pc.run("touch /opt/by-hand && echo written").stdout == "written\n"


def test_absent_leaves_an_ordinary_pc(pc: VirtualMachine, freeze: Run) -> None:
    done = freeze(freeze_state="absent")
    assert done.code == 0, done.said
    again = freeze(freeze_state="absent")
    assert (again.code, again.changed) == (0, 0), again.said
    left = "ls /etc/overlayroot.local.conf /usr/local/lib/jifang/freeze /etc/systemd/system/jifang-freeze*"
    assert pc.run(left, check=False).stdout == ""
    assert pc.run("dpkg-query -W -f '${db:Status-Status}' overlayroot", check=False).stdout != "installed"
