"""Removable media locked on a real kernel: what is plugged in, at boot and later, and what still works.

One machine, started by BIOS and GRUB so that its own initramfs counts; the tests run in the order of this file, each on
what the one before left.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import usbguard_rules
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_policy import usb_policy
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.attempt_model import load_attempts
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger

from lab_command.machines.vm.bench import Bench
from lab_command.machines.vm.firmware import Firmware
from lab_command.machines.vm.gadget import Gadget
from lab_command.machines.vm.machine import VirtualMachine
from lab_command.machines.vm.settings import Settings
from tests.integration.agreement import Pc, Step, agree

pytestmark = pytest.mark.vm
Run = Callable[..., Any]
ROOM = "机房一"
# QEMU's own stick (46f4:0001): the pupil's and the teacher's are of one model.
TEACHER = {
    "vendor": "46f4",
    "product": "0001",
    "serial": "TEACHER-0001",
    "room": ROOM,
    "until": "2099-12-31",
    "note": "王芳老师",
}
ENDED = {**TEACHER, "serial": "ENDED-0001", "until": "2020-12-31"}
POLICY = {"usb_allow": [TEACHER, ENDED], "usb_classes": ["audio"]}
ATTEMPTS = "/var/log/jifang/usb-attempts.jsonl"
# An emulated processor takes seconds to start a program that records an attempt.
PATIENCE = 240
# No driver is loaded, and every controller authorises by itself.
GUARD = r"\A(1\s*)+\Z"
RULES = "/etc/usbguard/rules.d/30-jifang-last.conf"
ENROLLED = "/etc/usbguard/rules.d/20-jifang-enrolled.conf"


class Machine(Pc):
    """A virtual machine for the steps of an agreement."""

    def _variables(self) -> dict[str, Any]:
        return {**self.machine, "ansible_become": True, "lab_language": "en"}


@pytest.fixture(scope="module")
def pc(vm_bench: Bench) -> Iterator[VirtualMachine]:
    with vm_bench.machine("locked-pc", Settings(firmware=Firmware.BIOS)) as machine:
        machine.start()
        # As that of a PC with all drivers, its start image has those of storage, and asks for them at each start.
        machine.push("/etc/initramfs-tools/modules", "usb-storage\nuas\n")
        yield machine


@pytest.fixture
def errand(pc: VirtualMachine, run_playbook: Run) -> Run:
    def run(name: str = "lock_usb", *arguments: str, **variables: Any) -> Any:
        return run_playbook(name, pc, arguments=arguments, **{**POLICY, **variables})

    return run


def until(machine: VirtualMachine, command: str, wanted: str) -> str:
    """What the command says once it matches ``wanted``."""
    deadline = time.monotonic() + PATIENCE
    while True:
        said = machine.run(command, check=False).stdout
        if re.search(wanted, said):
            return said
        assert time.monotonic() < deadline, f"{command}: {said}"
        time.sleep(1)


def attempt(machine: VirtualMachine, serial: str, action: str = "refused") -> dict[str, Any]:
    """The newest record of the device with this serial."""
    wanted = f'"action":"{action}".*"serial":"{re.escape(serial)}"'
    lines = until(machine, f"cat {ATTEMPTS}", wanted).splitlines()
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [one for one in records if one["serial"] == serial and one["action"] == action][-1]


def disks(machine: VirtualMachine) -> list[str]:
    """Block devices beside the machine's own disk."""
    names = machine.run("ls /sys/block").stdout.split()
    return [name for name in names if re.match(r"sd|sr|mmcblk", name)]


def keyboard_at_a_login(machine: VirtualMachine, name: str) -> str:
    """Plugs a keyboard in and types the name; gives the keyboard once the password is asked for."""
    keyboard = machine.plug_keyboard()
    until(machine, "cat /proc/bus/input/devices", "QEMU USB Keyboard")
    machine.run("systemctl restart getty@tty1")
    until(machine, "cat /dev/vcs1", "login:")
    machine.type_keys(f"{name}\n")
    until(machine, "cat /dev/vcs1", f"(?s){name}.*Password:")
    return keyboard


def types_into_login(machine: VirtualMachine) -> None:
    machine.unplug(keyboard_at_a_login(machine, "nobody1"))


def test_a_locked_pc_is_as_wanted_and_a_second_run_changes_nothing(pc: VirtualMachine, errand: Run) -> None:
    drive = "/sys/class/scsi_device/*/device/type"
    assert "5" in pc.run(f"cat {drive}").stdout.split(), "the machine has a CD drive"
    done = errand()
    assert done.code == 0, done.said
    again = errand()
    assert (again.code, again.changed) == (0, 0), again.said
    assert pc.run("systemctl is-active usbguard jifang-usb-watch jifang-usb-gate.timer").stdout.split() == [
        *("active", "active", "active")
    ]
    said = pc.run("journalctl -b -u systemd-udevd --no-pager").stdout
    assert "51-jifang-usb.rules:" not in said, "udev understands every rule"


def test_usbguard_reads_the_rules_that_our_own_check_lets_through(pc: VirtualMachine) -> None:
    mine = ['allow id 046d:0825 serial "a\\"b\\\\c\\x0a" via-port { "1-1" "1-2" } label "x"', "reject id *:*"]
    policy = usb_policy(
        {**POLICY, "usb_rules": "\n".join(mine), "usb_classes": ["audio", "network", "video"]}
    )
    rules = usbguard_rules.first_rules(policy, policy.allow) + usbguard_rules.last_rules(policy)
    pc.push("/tmp/rules.conf", rules)
    told = pc.run("usbguard-rule-parser -f /tmp/rules.conf").stdout
    assert told.count("OUTPUT: allow") + told.count("OUTPUT: block") + told.count("OUTPUT: reject") == len(
        usbguard_rules.check_rules(rules)
    )


def test_a_stick_becomes_no_disk_and_is_on_record(pc: VirtualMachine) -> None:
    keyboard = keyboard_at_a_login(pc, "pupil")
    pc.type_keys("pupil\n")
    until(pc, "loginctl list-users", "pupil")
    stick = pc.plug_usb_storage("PUPIL-0001")
    record = attempt(pc, "PUPIL-0001")
    assert (record["vendor"], record["product"], record["class"]) == ("46f4", "0001", "storage")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record["at"])
    assert "pupil" in record["users"]
    assert record["seat"] == "seat0"
    assert disks(pc) == []
    assert pc.run("lsmod").stdout.count("usb_storage") == 0
    # Root itself gets no driver by the ordinary way.
    assert pc.run("modprobe usb-storage", check=False).returncode != 0
    assert pc.run(f"stat -c '%a %U' {ATTEMPTS}").stdout.split() == ["600", "root"]
    pc.run("loginctl terminate-user pupil")
    pc.unplug(stick)
    pc.unplug(keyboard)


def test_the_allowed_stick_works_and_another_of_its_model_does_not(pc: VirtualMachine) -> None:
    allowed = pc.plug_usb_storage("TEACHER-0001")
    attempt(pc, "TEACHER-0001", "allowed")
    until(pc, "ls /sys/block", "sda")
    pc.run("echo lesson > /dev/sda && head -c 6 /dev/sda | grep -qx lesson")
    # While its driver is loaded.
    other = pc.plug_usb_storage("PUPIL-0002")
    attempt(pc, "PUPIL-0002")
    assert disks(pc) == ["sda"]
    types_into_login(pc)
    pc.unplug(other)
    pc.unplug(allowed)
    # Driver and guard go with it.
    until(
        pc,
        "cat /sys/module/usb_storage/initstate; cat /sys/bus/usb/devices/usb*/interface_authorized_default",
        GUARD,
    )


def test_a_stick_whose_last_day_is_over_is_refused(pc: VirtualMachine) -> None:
    stick = pc.plug_usb_storage("ENDED-0001")
    attempt(pc, "ENDED-0001")
    assert disks(pc) == []
    pc.unplug(stick)


def test_a_keyboard_works_and_one_that_brings_storage_does_not(pc: VirtualMachine) -> None:
    types_into_login(pc)
    both = pc.plug_gadget(
        Gadget(vendor="1b1c", product="1b13", serial="BAD-1", functions=("storage", "keyboard"), title="Both")
    )
    assert attempt(pc, "BAD-1")["class"] == "keyboard_with_storage"
    until(pc, "cat /proc/bus/input/devices; echo end", r"\A(?!(?s:.*Jifang Both))(?s:.*)end")
    assert disks(pc) == []
    pc.unplug(both)


def test_a_phone_cannot_be_claimed_and_a_disc_cannot_be_read(pc: VirtualMachine, tmp_path: Path) -> None:
    phone = pc.plug_mtp()
    until(pc, f"cat {ATTEMPTS}", '"class":"phone"')
    # No interface of it is there to be claimed, or none that is authorised.
    interfaces = "for i in /sys/bus/usb/devices/*:*; do echo $(cat $i/bInterfaceClass $i/authorized); done"
    until(pc, f"{interfaces}; echo end", r"\A(?!(?s:.*06 1))(?s:.*)end")
    pc.unplug(phone)

    disc = tmp_path / "disc.iso"
    disc.write_bytes(b"\0" * (1 << 20))
    pc.insert_cdrom(disc)
    time.sleep(5)
    assert disks(pc) == []
    types = "cat /sys/class/scsi_generic/*/device/type /sys/class/scsi_device/*/device/type 2>/dev/null"
    assert "5" not in pc.run(types, check=False).stdout.split()
    assert pc.run("modprobe sr_mod", check=False).returncode != 0
    pc.unplug("cdrom")


def test_the_next_collection_brings_every_attempt_into_the_ledger(
    pc: VirtualMachine, errand: Run, ledger_home: Path
) -> None:
    done = errand("collect_facts", lab_seat="07")
    assert done.code == 0, done.said
    ledger = open_ledger(f"sqlite:///{ledger_home / 'ledger.db'}", migrate=False)
    try:
        with ledger.read() as session:
            found = list(load_attempts(session))
    finally:
        ledger.close()
    assert {(one.host, one.room, one.seat) for one in found} == {(pc.name, ROOM, "07")}
    told = sorted((one.action.value, one.vendor_id, one.product_id, one.serial) for one in found)
    assert [one for one in told if one[1:3] == ("46f4", "0001")] == [
        ("allowed", "46f4", "0001", "TEACHER-0001"),
        ("refused", "46f4", "0001", "ENDED-0001"),
        ("refused", "46f4", "0001", "PUPIL-0001"),
        ("refused", "46f4", "0001", "PUPIL-0002"),
    ]
    assert ("refused", "1b1c", "1b13", "BAD-1") in told
    (first,) = (one for one in found if one.serial == "PUPIL-0001")
    assert "pupil" in first.users
    assert "phone" in {one.kind for one in found}


def test_a_broken_rules_file_of_somebody_else_is_named_before_anything_is_changed(
    pc: VirtualMachine, errand: Run
) -> None:
    pc.push("/etc/usbguard/rules.d/40-school.conf", "allow everything {\n")
    done = errand()
    assert done.code != 0
    assert done.changed == 0
    assert "USBGuard cannot read /etc/usbguard/rules.d/40-school.conf" in done.said
    pc.run("rm /etc/usbguard/rules.d/40-school.conf")


def test_a_broken_rules_file_stops_usbguard_and_neither_keyboard_nor_lock(
    pc: VirtualMachine, errand: Run
) -> None:
    pc.run(f"echo 'allow everything {{' | tee -a {ENROLLED} >> {RULES}")
    pc.run("systemctl restart usbguard", check=False)
    until(pc, "systemctl is-active usbguard", "failed|activating|inactive")
    types_into_login(pc)
    stick = pc.plug_usb_storage("PUPIL-0003")
    attempt(pc, "PUPIL-0003")
    assert disks(pc) == []
    pc.unplug(stick)
    pc.run("systemctl reset-failed usbguard", check=False)
    done = errand()
    assert done.code == 0, done.said
    assert RULES in done.said, "what drifted is named"
    assert "usb_enrolment" in done.said
    assert pc.run("systemctl is-active usbguard").stdout.strip() == "active"


def test_a_stick_that_is_in_at_boot_is_refused_also_in_the_initramfs(pc: VirtualMachine) -> None:
    # zstd reads no link.
    held = pc.run('lsinitramfs "$(readlink -f /initrd.img)"', timeout=900).stdout
    assert "51-jifang-usb.rules" in held
    assert "jifang-usb.conf" in held
    assert "usb-storage.ko" in held, "the driver is there, and must not be loaded"
    stick = pc.plug_usb_storage("PUPIL-0004")
    attempt(pc, "PUPIL-0004")
    pc.run(f"rm {ATTEMPTS}")
    pc.reboot()
    attempt(pc, "PUPIL-0004")
    assert disks(pc) == []
    kernel = pc.run("journalctl -b -k --no-pager").stdout
    assert "PUPIL-0004" in kernel, "the kernel saw it"
    assert "usb-storage" not in kernel
    types_into_login(pc)
    pc.unplug(stick)


def test_an_open_window_ends_by_itself_while_the_machine_is_off(pc: VirtualMachine, errand: Run) -> None:
    trial = errand("unlock_usb", "--check", "--diff", usb_room=ROOM, usb_minutes=15)
    assert (trial.code, trial.changed) == (0, 1), trial.said
    assert pc.run("test -e /run/jifang/usb_unlocked", check=False).returncode != 0
    done = errand("unlock_usb", usb_room=ROOM, usb_minutes=15)
    assert (done.code, done.changed) == (0, 1), done.said
    end = int(pc.run("cat /var/lib/jifang/usb_unlock").stdout.split()[1])
    stick = pc.plug_usb_storage("PUPIL-0005")
    until(pc, "ls /sys/block", "sd[a-z]")
    pc.unplug(stick)
    assert int(pc.run("date +%s").stdout) < end
    pc.power_cut()
    # Its clock goes on while it is off.
    pc.settings = replace(pc.settings, clock=datetime.fromtimestamp(end + 1, UTC))
    pc.start()
    until(pc, "ls /var/lib/jifang; echo end", r"\A(?!(?s:.*usb_unlock))(?s:.*)end")
    pc.plug_usb_storage("PUPIL-0006")
    attempt(pc, "PUPIL-0006")
    assert disks(pc) == []


def test_a_clock_that_is_set_back_opens_nothing(pc: VirtualMachine) -> None:
    pc.run("systemctl stop systemd-timesyncd", check=False)
    now = int(pc.run("date +%s").stdout)
    pc.run(f"echo {now - 600} {now + 900} {now} > /var/lib/jifang/usb_unlock; date -s @{now - 300}")
    pc.run("systemctl start jifang-usb-gate.service")
    assert pc.run("test -e /run/jifang/usb_unlocked", check=False).returncode != 0
    # Set right again, the window is on; then it ends at once by the errand's own command.
    pc.run(f"date -s @{now + 60}; systemctl start jifang-usb-gate.service; test -e /run/jifang/usb_unlocked")
    pc.run("/usr/local/lib/jifang/usb-gate lock", timeout=300)
    assert pc.run("ls /var/lib/jifang /run/jifang").stdout.count("usb_unlock") == 0


def test_the_look_and_the_role_agree_on_what_no_container_has(pc: VirtualMachine, tmp_path: Path) -> None:
    guard = "/etc/usbguard"
    drop_in = "/etc/systemd/system/usbguard.service.d/jifang.conf"
    policy = {
        "usb_allow": [ENDED],
        "usb_classes": ["video"],
        "usb_closed": ["usb_storage", "mtp_ptp"],
        "usb_enrolment": "2026-09",
        "usb_rules": "allow id 046d:0825",
    }
    tampering = (
        f"rm {drop_in} /etc/udev/rules.d/50-jifang-usb-enrolled.rules; echo >> {guard}/usbguard-daemon.conf;"
        f"echo > {guard}/IPCAccessControl.d/:plugdev; systemctl enable usbguard-dbus;"
        "systemctl stop jifang-usb-watch; systemctl disable usbguard"
    )
    steps = [Step(does, {"lab_room": ROOM, **policy}) for does in ("look", "check")]
    place = Machine(tmp_path, {**pc.inventory_host(), "ansible_timeout": 60})
    _tampered, looked, checked = place.run("usb_lockdown", [Step(tampering), *steps])
    assert agree(looked, checked) == {
        *("/etc/modprobe.d/jifang-usb.conf", "/etc/udev/rules.d/51-jifang-usb.rules"),
        *("/etc/polkit-1/rules.d/10-jifang-usb.rules", "/var/lib/jifang/usb_enrolment"),
        *(f"{guard}/usbguard-daemon.conf", f"{guard}/IPCAccessControl.d/:plugdev", drop_in),
        *(f"{guard}/rules.d/10-jifang-first.conf", RULES),
        *("usbguard.service", "usbguard-dbus.service", "jifang-usb-watch.service"),
        *("usb_enrolment", "usb_initramfs", "usbguard"),
    }


def test_taken_back_everything_works_as_before(pc: VirtualMachine, errand: Run) -> None:
    done = errand(usb_lockdown_state="absent")
    assert done.code == 0, done.said
    again = errand(usb_lockdown_state="absent")
    assert (again.code, again.changed) == (0, 0), again.said
    stick = pc.plug_usb_storage("PUPIL-0007")
    until(pc, "cat /sys/block/*/device/model", "QEMU HARDDISK")
    until(pc, "ls /sys/block", r"sr\d")
    assert pc.run(f"test -s {ATTEMPTS}").returncode == 0, "evidence stays"
    left = pc.run(
        "find /etc /usr/local -name '*jifang*' -not -name 'jifang-provision*' -not -path '*/ssh/*'"
    ).stdout
    assert "usb" not in left
    pc.unplug(stick)
