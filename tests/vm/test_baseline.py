"""The baseline on a machine with a boot loader and a console: what a pupil who sits at it can and cannot do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from lab_command.machines.vm.firmware import Firmware
from lab_command.machines.vm.machine import VirtualMachine
from tests.vm.conftest import RunPlaybook

pytestmark = pytest.mark.vm
# grub-mkpasswd-pbkdf2 made it of "teacher-menu", with 1,000 rounds: an emulated processor is slow.
PASSWORD = "teacher-menu"
SLOW = 300


def menu_hash(machine: VirtualMachine) -> str:
    said = machine.run(
        f"printf '{PASSWORD}\\n{PASSWORD}\\n' | grub-mkpasswd-pbkdf2 --iteration-count=1000 --salt=32"
    ).stdout
    return said[said.index("grub.pbkdf2") :].split()[0]


def log_in(machine: VirtualMachine, user: str, password: str) -> str:
    """The console's answer to a log-in: a prompt of a shell, or the refusal."""
    console = machine.console
    # Asked by itself, also after a refusal; login(1) would take an empty line for a name.
    console.wait_for(r"login: ", SLOW)
    console.type(f"{user}\n")
    console.wait_for(r"Password: ", SLOW)
    console.type(f"{password}\n")
    answer = console.wait_for(r"[$#] |Login incorrect", SLOW)[0]
    if answer != "Login incorrect":
        console.type("exit\n")
    return answer.strip()


def test_a_locked_pc(
    make_virtual_machine: Callable[..., VirtualMachine], run_playbook: RunPlaybook, tmp_path: Path
) -> None:
    machine = make_virtual_machine(firmware=Firmware.BIOS)
    machine.start()
    machine.run("echo root:known | chpasswd")
    assert log_in(machine, "root", "known") == "#"

    secret = menu_hash(machine)
    variables = {"lab_pc_boot_password_hash": secret, "lab_pc_logout_minutes": 0}
    tried = run_playbook("apply_baseline", machine, arguments=("--check", "--diff"), **variables)
    assert tried.code == 0, tried.said
    assert tried.changed > 0
    assert machine.run("ls /etc/grub.d/09_jifang_lab_pc", check=False).returncode != 0
    done = run_playbook("apply_baseline", machine, arguments=("-vvv", "--diff"), **variables)
    assert done.code == 0, done.said
    # The secret is in no output, not even in the most talkative one.
    assert secret not in tried.said + done.said
    again = run_playbook("apply_baseline", machine, **variables)
    assert (again.code, again.changed) == (0, 0), again.said

    # root: the console is closed, a key still opens.
    assert log_in(machine, "root", "known") == "Login incorrect"
    assert log_in(machine, "pupil", "pupil") == "$"
    assert machine.run("id -u").stdout.strip() == "0"

    # A normal start asks nothing: SSH answers, with the menu as the role has it.
    machine.reboot()
    assert "Enter username" not in machine.console.text
    assert machine.run("stat -c %a /boot/grub/jifang_lab_pc.cfg").stdout.strip() == "600"
    assert secret not in machine.run("cat /boot/grub/grub.cfg").stdout

    # With time to press a key, which a PC has not: the editor and the command line ask who that is.
    machine.push("/etc/default/grub.d/zz_test.cfg", "GRUB_TIMEOUT=600\nGRUB_TIMEOUT_STYLE=menu\n")
    look = run_playbook("check_baseline", machine, **variables)
    assert "build result boot_menu: was not built from the present files" in look.said
    assert run_playbook("apply_baseline", machine, **variables).code == 0
    machine.run("systemctl --no-block reboot")
    console = machine.console
    console.wait_for("GNU GRUB", SLOW)
    console.wait_for("Debian", SLOW)
    for key in ("e", "c"):
        console.type(key)
        console.wait_for("Enter username", SLOW)
        console.type("root\n")
        console.wait_for("Enter password", SLOW)
        console.type("wrong\n")
        # Back in the menu, and nothing was opened.
        console.wait_for("GNU GRUB", SLOW)
    console.type("e")
    console.wait_for("Enter username", SLOW)
    console.type("root\n")
    console.wait_for("Enter password", SLOW)
    console.type(f"{PASSWORD}\n")
    console.wait_for("setparams", SLOW)
    console.type("\x1b")
    console.wait_for("GNU GRUB", SLOW)
    # The first entry starts without a question.
    console.type("\n")
    machine.wait_until_ready()


# A boot entry as a firmware writes one for a stick (UEFI Specification 2.10, 3.1.3 and 10.3), first in its order.
STICK = """
import struct
guid = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
folder = "/sys/firmware/efi/efivars"
path = bytes.fromhex("02010c00d041030a00000000" "01010600001d" "030506000100" "7fff0400")
entry = struct.pack("<IH", 1, len(path)) + "UEFI: School Stick".encode("utf-16-le") + bytes(2) + path
with open(f"{folder}/Boot00A5-{guid}", "wb") as file:
    file.write(struct.pack("<I", 7) + entry)
with open(f"{folder}/BootOrder-{guid}", "rb") as file:
    present = file.read()
with open(f"{folder}/BootOrder-{guid}", "wb") as file:
    file.write(present[:4] + struct.pack("<H", 0xA5) + present[4:])
"""


def test_the_firmware_no_longer_starts_from_a_stick(
    make_virtual_machine: Callable[..., VirtualMachine], run_playbook: RunPlaybook
) -> None:
    machine = make_virtual_machine(firmware=Firmware.UEFI)
    machine.start()
    machine.push("/tmp/stick.py", STICK)
    before = boot_order(machine)
    machine.run("chattr -i /sys/firmware/efi/efivars/Boot*; python3 /tmp/stick.py")
    assert boot_order(machine) == ["00A5", *before]
    look = run_playbook("check_baseline", machine)
    assert "boot order BootOrder: starts from UEFI: School Stick" in look.said
    done = run_playbook("apply_baseline", machine)
    assert done.code == 0, done.said
    assert boot_order(machine) == before
    again = run_playbook("apply_baseline", machine)
    assert (again.code, again.changed) == (0, 0), again.said
    machine.reboot()
    assert boot_order(machine) == before


def boot_order(machine: VirtualMachine) -> list[str]:
    told = machine.run("efibootmgr").stdout
    return told[told.index("BootOrder: ") :].splitlines()[0].removeprefix("BootOrder: ").split(",")


def test_the_administrator_is_not_locked_out(
    make_virtual_machine: Callable[..., VirtualMachine], run_playbook: RunPlaybook
) -> None:
    """Logged in as root by a key that the next configuration of the server would not take: the lock is refused."""
    machine = make_virtual_machine()
    machine.start()
    machine.run("echo root:known | chpasswd")
    # The running server goes on; what it would read next takes no keys of root.
    machine.run("echo 'AuthorizedKeysFile none' > /etc/ssh/sshd_config.d/00-none.conf")
    refused = run_playbook("apply_baseline", machine)
    assert refused.code != 0
    assert "root is not closed for passwords on this PC" in refused.said
    assert machine.run("passwd -S root").stdout.split()[1] == "P"
    machine.run("rm /etc/ssh/sshd_config.d/00-none.conf")
    done = run_playbook("apply_baseline", machine)
    assert done.code == 0, done.said
    assert machine.run("passwd -S root").stdout.split()[1] == "L"
    undone = run_playbook("apply_baseline", machine, lab_pc_state="absent")
    assert undone.code == 0, undone.said
    assert machine.run("passwd -S root").stdout.split()[1] == "P"
    with pytest.raises(UserError):
        machine.run("find /etc /boot -name '*jifang_lab_pc*' | grep .")
