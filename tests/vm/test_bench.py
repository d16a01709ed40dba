"""The bench does what tests rely on: each firmware starts, devices come and go, power is cut, machines meet."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from lab_command.machines.vm.bench import Bench
from lab_command.machines.vm.firmware import Firmware
from lab_command.machines.vm.gadget import Gadget
from lab_command.machines.vm.machine import VirtualMachine

pytestmark = pytest.mark.vm


def until(machine: VirtualMachine, command: str, wanted: str, seconds: float = 60) -> str:
    """What the command says once it matches ``wanted``."""
    deadline = time.monotonic() + seconds
    while True:
        said = machine.run(command, check=False).stdout
        if re.search(wanted, said):
            return said
        assert time.monotonic() < deadline, said
        time.sleep(0.5)


def test_a_started_machine_goes_on(virtual_machine: VirtualMachine) -> None:
    said = virtual_machine.run("hostname; id -un; date +%s; systemctl is-system-running").stdout.split()
    assert said[:2] == [virtual_machine.name, "root"]
    assert abs(int(said[2]) - time.time()) < 60
    assert said[3] in ("running", "degraded")


def test_another_host_key_is_refused(virtual_machine: VirtualMachine, tmp_path: Path) -> None:
    other = tmp_path / "known_hosts"
    key = virtual_machine.access.key.with_suffix(".pub").read_text().split()[:2]
    other.write_text(f"[127.0.0.1]:{virtual_machine.ssh_port} {' '.join(key)}\n")
    words = virtual_machine.access.command("true")
    words[words.index(f'UserKnownHostsFile="{virtual_machine.access.known_hosts}"')] = (
        f"UserKnownHostsFile={other}"
    )
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 255
    assert "Host key verification failed" in done.stderr


def test_a_stick_comes_and_goes(virtual_machine: VirtualMachine) -> None:
    stick = virtual_machine.plug_usb_storage("JF-0001", size="8M")
    until(virtual_machine, "lsblk -dno SERIAL,SIZE", r"JF-0001\s+8M")
    assert "46f4:0001" in virtual_machine.run("lsusb").stdout
    virtual_machine.unplug(stick)
    assert "46f4:0001" not in virtual_machine.run("lsusb").stdout
    uas = virtual_machine.plug_usb_storage("JF-0002", uas=True)
    until(virtual_machine, "lsblk -dno SERIAL,TRAN", r"JF-0002\s+usb")
    virtual_machine.unplug(uas)


def test_a_stick_of_any_make_comes_and_goes(virtual_machine: VirtualMachine) -> None:
    stick = virtual_machine.plug_usb_storage("4C530001", vendor="0781", product="5581", size="8M")
    until(virtual_machine, "lsblk -dno NAME,SIZE,TRAN", r"sd[a-z]\s+8M\s+usb")
    assert "4C530001" in virtual_machine.run("lsusb -v -d 0781:5581 2>/dev/null | grep iSerial").stdout
    virtual_machine.unplug(stick)
    until(virtual_machine, "lsusb", r"^(?![\s\S]*0781:5581)")


def test_keyboard_and_storage_in_one_device(virtual_machine: VirtualMachine) -> None:
    device = Gadget(
        vendor="1b1c", product="1b13", serial="BAD-1", functions=("storage", "keyboard"), title="Both"
    )
    both = virtual_machine.plug_gadget(device)
    classes = until(
        virtual_machine, "lsusb -v -d 1b1c:1b13 2>/dev/null | grep bInterfaceClass", "Interface Device"
    )
    assert "Mass Storage" in classes
    until(virtual_machine, "cat /proc/bus/input/devices", "Jifang Both")
    virtual_machine.unplug(both)


def test_a_plugged_keyboard_types_into_the_login_prompt(virtual_machine: VirtualMachine) -> None:
    keyboard = virtual_machine.plug_keyboard()
    until(virtual_machine, "cat /proc/bus/input/devices", "QEMU USB Keyboard")
    until(virtual_machine, "cat /dev/vcs1", "login:")
    virtual_machine.type_keys("pupil\n")
    until(virtual_machine, "cat /dev/vcs1", "Password:")
    virtual_machine.type_keys("pupil\n")
    until(virtual_machine, "who", r"pupil\s+tty1")
    virtual_machine.unplug(keyboard)


def test_the_serial_console_is_a_terminal(virtual_machine: VirtualMachine) -> None:
    console = virtual_machine.console
    console.type("\n")
    console.wait_for("login: ", 60)
    console.type("pupil\n")
    console.wait_for("Password: ", 60)
    console.type("pupil\n")
    console.wait_for(r"pupil@\S+", 60)
    console.type("echo $((6 * 7))4\n")
    console.wait_for("424", 60)
    console.type("exit\n")


def test_a_disc_goes_in_and_out(virtual_machine: VirtualMachine, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "readme.txt").write_text("Disc of the day\n")
    disc = tmp_path / "disc.iso"
    subprocess.run(["genisoimage", "-quiet", "-o", disc, tmp_path / "content"], check=True, timeout=60)
    drive = virtual_machine.insert_cdrom(disc)
    until(virtual_machine, "mount -o ro /dev/sr0 /mnt && cat /mnt/readme.txt; umount /mnt", "Disc of the day")
    virtual_machine.unplug(drive)
    until(
        virtual_machine, "blockdev --getsize64 /dev/sr0 2>&1; dd if=/dev/sr0 count=1 2>&1", "No medium found"
    )


def test_a_phone_is_plugged(virtual_machine: VirtualMachine) -> None:
    phone = virtual_machine.plug_mtp()
    until(virtual_machine, "lsusb", "46f4:0004")
    virtual_machine.unplug(phone)


def test_a_power_cut_loses_what_was_not_on_the_disk(
    make_virtual_machine: Callable[..., VirtualMachine],
) -> None:
    """By BIOS and its GRUB, so that what starts is what lies on the disk."""
    machine = make_virtual_machine("bios", firmware=Firmware.BIOS)
    machine.start()
    assert machine.run("[ -d /sys/firmware/efi ] || echo bios").stdout == "bios\n"
    machine.run("echo kept > /var/tmp/kept; sync; echo lost > /var/tmp/lost")
    machine.power_cut()
    assert not machine.running
    with pytest.raises(UserError, match="switched off"):
        machine.run("true")
    machine.start()
    assert machine.run("cat /var/tmp/kept; cat /var/tmp/lost; true").stdout == "kept\n"


@pytest.mark.parametrize("firmware", [Firmware.UEFI, Firmware.SECURE_BOOT])
def test_uefi_says_whether_it_checks_signatures(
    make_virtual_machine: Callable[..., VirtualMachine], firmware: Firmware
) -> None:
    machine = make_virtual_machine("uefi", firmware=firmware)
    machine.start()
    secure = firmware is Firmware.SECURE_BOOT
    assert machine.run("mokutil --sb-state").stdout.strip().splitlines()[0] == (
        "SecureBoot enabled" if secure else "SecureBoot disabled"
    )
    lockdown = machine.run("cat /sys/kernel/security/lockdown").stdout
    assert ("[integrity]" in lockdown) is secure


def test_two_machines_meet_on_their_network(make_virtual_machine: Callable[..., VirtualMachine]) -> None:
    left = make_virtual_machine("left", lan_number=1, processors=1)
    right = make_virtual_machine("right", lan_number=2, processors=1)
    left.start(wait=False)
    right.start(wait=False)
    left.wait_until_ready()
    right.wait_until_ready()
    assert " 0% packet loss" in left.run(f"ping -c 3 -W 10 {right.lan_address}").stdout
    right.shut_down()
    assert "100% packet loss" in left.run(f"ping -c 1 -W 3 {right.lan_address}", check=False).stdout


def test_a_start_that_hangs_shows_the_console(make_virtual_machine: Callable[..., VirtualMachine]) -> None:
    machine = make_virtual_machine("stuck", kernel_words="init=/nonexistent root=/dev/nowhere")
    with pytest.raises(UserError, match="did not answer within 20 seconds"):
        machine.start(seconds=20)
    machine.stop()
    assert not machine.running


def test_nothing_is_left_of_a_killed_test(vm_bench: Bench) -> None:
    """A machine ends with the process that started it, however that ends."""
    script = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from lab_command.machines.vm.bench import bench\n"
        "with bench() as place, place.machine('orphan') as machine:\n"
        "    machine.start(wait=False)\n"
        "    print(machine._on.process.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    import sys  # noqa: PLC0415

    from lab_command.paths import ROOT  # noqa: PLC0415

    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, env=environment
    )
    deadline = time.monotonic() + 20
    while Path(f"/proc/{int(done.stdout)}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
