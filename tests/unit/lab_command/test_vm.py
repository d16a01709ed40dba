"""The pure and small parts of the virtual machines' library; ``tests/vm`` proves it on machines that run."""

from __future__ import annotations

import json
import socket
import struct
import subprocess
from pathlib import Path
from threading import Thread

import pytest
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from demo.school import load
from lab_command.demo_virtual import HOSTS, INVENTORY, part_of, settings
from lab_command.machines.vm import disk, gadget, hardware, usb
from lab_command.machines.vm.console import SerialConsole
from lab_command.machines.vm.gadget import Gadget
from lab_command.machines.vm.hardware import Disk, Hardware, Module
from lab_command.machines.vm.image import RECIPE, digest
from lab_command.machines.vm.qmp import Monitor
from lab_command.paths import ROOT


def test_digest_follows_everything_that_makes_the_image() -> None:
    parts = ["packages: {}", "SIZE = {}", "book{}", "x86_{}"]
    usual = [part.format(1) for part in parts]
    others = [[*usual[:n], parts[n].format(2), *usual[n + 1 :]] for n in range(4)]
    assert len({digest(*each) for each in [usual, *others]}) == 5
    assert digest(f"# Why.\n{usual[0]}", f"{usual[1]}  # bytes", *usual[2:]) == digest(*usual)


def test_recipe_and_disk_name_the_same_file_systems() -> None:
    files = yaml.safe_load(RECIPE.read_text("utf-8"))["files"]
    assert f"UUID={disk.ROOT_UUID} / " in files["/etc/fstab"]
    assert f"UUID={disk.ESP_SERIAL[:4]}-{disk.ESP_SERIAL[4:]} /boot/efi" in files["/etc/fstab"]
    assert f"root=UUID={disk.ROOT_UUID}" in files["/boot/grub/grub.cfg"]


def test_partitions_follow_one_another() -> None:
    starts = [line.split(", ") for line in disk.partition_table().splitlines() if line.startswith("start=")]
    end = 0
    for start, size, _kind in starts:
        first, count = int(start.split("=")[1]), int(size.split("=")[1])
        assert first >= max(end, 2048)
        end = first + count
    # The second table of a GPT takes 33 sectors at the end.
    assert end <= disk.SIZE // disk.SECTOR - 33


def test_loader_points_at_its_second_part(tmp_path: Path) -> None:
    target = tmp_path / "disk"
    target.write_bytes(bytes(4 * 1024 * 1024))
    core = bytes(range(256)) * 5
    disk.write_loader(target, b"\xeb" * 512, core)
    written = target.read_bytes()
    assert struct.unpack_from("<Q", written, 0x5C) == (2048,)
    assert written[0x66:0x68] == b"\x90\x90"
    assert written[0x1B8:512] == bytes(512 - 0x1B8), "the table of partitions stays"
    start = 2048 * 512
    assert struct.unpack_from("<QHH", written, start + 500) == (2049, 2, 0x820)
    assert written[start + 512 : start + len(core)] == core[512:]


@pytest.mark.parametrize(("boot", "core"), [(b"x" * 511, b"y" * 600), (b"x" * 512, b"y" * 512)])
def test_what_is_no_loader_is_refused(tmp_path: Path, boot: bytes, core: bytes) -> None:
    with pytest.raises(ValueError, match="not GRUB's"):
        disk.write_loader(tmp_path / "disk", boot, core)


FULL = Module(slot="A1", gib=8, speed=2666, manufacturer="Kingston", serial="1A2B", part_number="KVR")


def test_memory_device() -> None:
    table = hardware.memory_device(1, FULL)
    assert table[:4] == bytes([17, 34, 0x01, 0x11])
    assert struct.unpack_from("<H", table, 0x0C) == (8192,)
    assert struct.unpack_from("<H", table, 0x15) == (2666,)
    assert table[34:] == b"A1\0BANK 1\0Kingston\0001A2B\0KVR\0\0"
    assert [table[offset] for offset in (0x10, 0x11, 0x17, 0x18, 0x19, 0x1A)] == [1, 2, 3, 4, 0, 5]


def test_a_large_module_uses_the_longer_field() -> None:
    table = hardware.memory_device(0, Module(slot="A", gib=64))
    assert struct.unpack_from("<H", table, 0x0C) == (0x7FFF,)
    assert struct.unpack_from("<I", table, 0x1C) == (65536,)


def test_smbios_words_and_files(tmp_path: Path) -> None:
    pc = Hardware(system={"serial": "A,B"}, modules=(FULL, Module(slot="B1", gib=0)))
    words = hardware.smbios_options(pc, tmp_path)
    assert words[:2] == ["-smbios", "type=1,serial=A,,B"]
    assert [word for word in words if word.startswith("file=")] == [
        f"file={tmp_path}/smbios-{n}" for n in range(3)
    ]
    assert hardware.smbios_options(Hardware(), tmp_path) == []


def test_a_solid_disk_says_so() -> None:
    (_word, device) = hardware.disk_options(Disk(bus="sata", model="X", rotates=False), "system")
    assert device.endswith(",model=X,rotation_rate=1")


@given(st.text(st.sampled_from("abzABZ019 \n-_=+[{]}\\|;:'\",<.>/?!@#$%^&*()`~"), max_size=20))
def test_every_printable_character_has_keys(text: str) -> None:
    for character in text:
        held = usb.keys(character)
        assert (len(held) == 2) is (character in '~!@#$%^&*()_+{}|:"<>?' or character.isupper())


# The time that a shell takes to start is no matter of the test's.
@trying(max_examples=30)
@given(st.text(min_size=1, max_size=30).filter(lambda text: "\0" not in text and max(text) < "\ud800"))
def test_gadget_scripts_are_shell_and_take_any_serial(serial: str) -> None:
    device = Gadget(vendor="0781", product="5581", serial=serial, functions=("storage", "keyboard"))
    for script in (gadget.plug("g1", device), gadget.unplug("g1")):
        checked = subprocess.run(["sh", "-n"], input=script.encode(), capture_output=True)
        assert checked.returncode == 0, checked.stderr


@pytest.fixture
def server(tmp_path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "s"))
    listening.listen()
    listening.settimeout(10)
    return listening


def test_console_text_is_plain_and_found_once(server: socket.socket, tmp_path: Path) -> None:
    console = SerialConsole(tmp_path / "s")
    machine, _address = server.accept()
    for part in ("\x1b[0;3", "2mOK\x1b[0m\r\nloc", "al", " login: "):
        machine.sendall(part.encode())
    # Half of a character, and the rest of it.
    machine.sendall("机".encode()[:2])
    machine.sendall("机".encode()[2:] + b"\n")
    assert console.wait_for("OK", 10)
    assert console.wait_for("login: 机", 10)
    with pytest.raises(TimeoutError, match="login"):
        console.wait_for("login: ", 0.05)
    console.type("a\n")
    assert machine.recv(10) == b"a\r"
    machine.close()
    with pytest.raises(TimeoutError):
        console.wait_for("more", 10)
    assert console.last_lines(1) == "local login: 机"
    console.close()


def test_monitor_keeps_events_and_passes_refusals_on(server: socket.socket, tmp_path: Path) -> None:
    answers = [
        [{"return": {}}],
        [{"event": "STOP"}, {"event": "DEVICE_DELETED", "data": {"device": "a"}}, {"return": 7}],
        [{"error": {"class": "GenericError", "desc": "no such\x1b[31m thing"}}],
    ]
    asked = []

    def serve() -> None:
        machine, _address = server.accept()
        with machine, machine.makefile("rwb") as stream:
            stream.write(b'{"QMP": {}}\n')
            stream.flush()
            for answer in answers:
                asked.append(json.loads(stream.readline()))
                stream.write(b"".join(json.dumps(line).encode() + b"\n" for line in answer))
                stream.flush()

    thread = Thread(target=serve)
    thread.start()
    monitor = Monitor(tmp_path / "s")
    assert monitor("device_del", id="a", some_name=1) == 7
    assert asked[1] == {"execute": "device_del", "arguments": {"id": "a", "some-name": 1}}
    assert monitor.wait_for("DEVICE_DELETED", 1, device="a") == {"device": "a"}
    with pytest.raises(UserError, match="QEMU refuses eject: no such"):
        monitor("eject")
    thread.join(10)
    with pytest.raises(ConnectionError):
        monitor.wait_for("DEVICE_DELETED", 1)
    monitor.close()


def test_the_virtual_demo_is_a_part_of_the_school() -> None:
    school = part_of(load())
    assert tuple(pc.host for pc in school.pcs) == HOSTS
    assert set(school.data["pcs"]) == set(HOSTS)
    hosts = yaml.safe_load(INVENTORY.read_text("utf-8"))["all"]["children"]["machines"]["children"]["room_1"]
    assert {host: values["lab_seat"] for host, values in hosts["hosts"].items()} == {
        pc.host: pc.seat for pc in school.pcs
    }
    assert {pc.room for pc in school.pcs} == {hosts["vars"]["lab_room"]}
    for pc in school.pcs:
        made = settings(pc).hardware
        assert made.system["serial"] == pc.serial
        assert [module.gib for module in made.modules] == list(pc.memory)
        assert made.disk.serial == pc.disk_serial
        assert len(made.disk.serial) <= 20, "QEMU cuts what is longer"


def test_the_virtual_demos_inventory_has_what_the_other_has() -> None:
    other = yaml.safe_load((ROOT / "inventory" / "demo" / "hosts.yml").read_text("utf-8"))["all"]["vars"]
    mine = yaml.safe_load(INVENTORY.read_text("utf-8"))["all"]["vars"]
    same = {"lab_school", "lab_language", "ledger_home", "ledger_url"}
    assert {name: mine[name] for name in same} == {name: other[name] for name in same}
