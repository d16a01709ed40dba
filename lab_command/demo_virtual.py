"""Some of the demo school's PCs as virtual machines: they start, and their firmware and disks say what they are.

What a container cannot have is read here from the machine itself: nothing of it is simulated.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from demo.book import write_book
from demo.school import Pc, School, load

from .demo_home import DemoHome
from .machines.keys import make_key
from .machines.vm.acceleration import acceleration
from .machines.vm.hardware import Disk, Hardware, Module
from .machines.vm.image import VmImage, ensure_vm_image, home
from .machines.vm.machine import START_SECONDS, Place, VirtualMachine, greets
from .machines.vm.qemu import ERROR_LINES
from .machines.vm.settings import Settings
from .machines.vm.standing import StandingQemu
from .paths import ROOT, STATE
from .speech import plain, trouble

INVENTORY = ROOT / "inventory" / "demo_vm" / "hosts.yml"
# As many as two processors start in two minutes, and among them what a stocktaking finds.
HOSTS = ("pc01", "pc03", "pc05")
_MEMORY_MIB = 768
_FORM_FACTORS = {"Desktop": "3"}


def part_of(school: School) -> School:
    """The same school with these PCs alone, in its book too. Virtual machines have no monitor."""
    pcs = {
        host: {name: value for name, value in entry.items() if name != "monitor"}
        for host, entry in school.data["pcs"].items()
        if host in HOSTS
    }
    present = tuple(replace(pc, monitor=None, powered=True) for pc in school.pcs if pc.host in HOSTS)
    return replace(school, pcs=present, data={**school.data, "pcs": pcs, "others": []})


def settings(pc: Pc) -> Settings:
    """The PC as a virtual machine."""
    model = pc.model
    bios, board, cpu = model["bios"], model["board"], model["cpus"][0]
    common = {"manufacturer": model["manufacturer"]}
    hardware = Hardware(
        bios={"vendor": bios["vendor"], "version": bios["version"], "date": bios["date"]},
        system=common
        | {"product": model["product"], "version": model["version"], "serial": pc.serial, "uuid": pc.uuid}
        | {"sku": model["sku"], "family": model["family"]},
        board={"manufacturer": board["manufacturer"], "product": board["product"]}
        | {"version": board["version"], "serial": pc.board_serial},
        chassis=common | {"serial": pc.serial},
        processor={"manufacturer": cpu["manufacturer"], "version": cpu["model"]},
        modules=[_module(pc, index) for index in range(len(pc.memory))],
        disk=Disk(
            bus="sata",
            serial=pc.disk_serial,
            model=pc.disk["model"],
            size=pc.disk["size"],
            rotates=pc.disk["media"] == "hdd",
        ),
    )
    return Settings(
        hardware=hardware,
        memory_mib=_MEMORY_MIB,
        shows_hypervisor=False,
        processor=cpu["model"],
        mac=pc.mac,
    )


def _module(pc: Pc, index: int) -> Module:
    memory, gib = pc.model["memory"], pc.memory[index]
    slot = memory["slots"][index]
    if not gib:
        return Module(slot=slot, gib=0)
    maker = pc.modules[gib]
    return Module(
        slot=slot,
        gib=gib,
        kind=memory["type"],
        speed=memory["speed"],
        manufacturer=maker["manufacturer"],
        serial=pc.code(f"memory {index}", 8),
        part_number=maker["part_number"],
    )


class DemoVirtualMachines(DemoHome):
    """Like ``DemoMachines``, with QEMU in place of podman. Everything of theirs is in ``home``."""

    def __init__(self, home: Path = STATE / "demo-vm", school: School | None = None) -> None:
        super().__init__(home, part_of(school or load()))

    def prepare(self) -> None:
        """Makes the keys that are missing, and the book."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_key(self.home / "id_ed25519", "jifang-demo")
        write_book(self.school, self.book)

    def image(self) -> VmImage:
        return ensure_vm_image()

    def start(self, image: VmImage, ready: Callable[[Pc], None]) -> dict[str, int]:
        """Brings every machine into its state and writes down ports and host keys; gives the ports.

        What runs as described is left alone. All start at once; ``ready`` is called as each answers.
        """
        place = Place(image=image, acceleration=acceleration(image), key=self.home / "id_ed25519")
        machines = {pc.host: self._bring(pc, place) for pc in self.school.pcs}
        self._write_access(machines)
        waiting = {pc.host: pc for pc in self.school.pcs}
        deadline = time.monotonic() + START_SECONDS
        while waiting:
            for host in list(waiting):
                standing = StandingQemu(host, machines[host].folder)
                standing.must_run()
                if greets(machines[host].ssh_port):
                    ready(waiting.pop(host))
                elif time.monotonic() > deadline:
                    raise trouble(
                        "{name} was started but its SSH did not answer within {n} seconds."
                        " Its console said last:\n{lines}",
                        name=host,
                        n=START_SECONDS,
                        lines=plain(standing.console.last_lines(ERROR_LINES)),
                    )
            time.sleep(0.5)
        return {host: machine.ssh_port for host, machine in machines.items()}

    def stop(self) -> int:
        """Switches the machines off and removes their disks; gives how many ran. The ledger stays."""
        ended = 0
        for folder in sorted((self.home / "machines").glob("*")):
            ended += StandingQemu(folder.name, folder).end()
            shutil.rmtree(folder)
        return ended

    def purge(self) -> None:
        """Removes also the folder with keys and ledger, and the virtual machines' images."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(home(), ignore_errors=True)

    def _bring(self, pc: Pc, place: Place) -> VirtualMachine:
        folder = self.home / "machines" / pc.host
        standing = StandingQemu(pc.host, folder)
        port = folder / "port"
        machine = VirtualMachine(
            pc.host, folder, place, settings(pc), port=_kept(port) if standing.running else 0
        )
        port.write_text(str(machine.ssh_port), encoding="ascii")
        words = machine.command(terminal=False)
        digest = hashlib.sha256(json.dumps([words, image_of(place)]).encode()).hexdigest()
        made = folder / "made"
        same = made.is_file() and made.read_text(encoding="ascii") == digest
        if standing.running and same:
            return machine
        standing.end()
        (folder / "disk.qcow2").unlink(missing_ok=True)
        machine.make_overlay()
        standing.launch(words)
        made.write_text(digest, encoding="ascii")
        return machine

    def _write_access(self, machines: Mapping[str, VirtualMachine]) -> None:
        known = "".join(machine.access.known_hosts.read_text("ascii") for machine in machines.values())
        (self.home / "known_hosts").write_text(known, encoding="ascii")
        ports = {host: machine.ssh_port for host, machine in machines.items()}
        (self.home / "ports.json").write_text(json.dumps(ports, indent=1), encoding="ascii")
        hosts = "".join(f"Host {host}\n  Port {port}\n" for host, port in ports.items())
        self.ssh_config.write_text(
            f'{hosts}Host *\n  HostName 127.0.0.1\n  User root\n  IdentityFile "{self.home / "id_ed25519"}"\n'
            f'  IdentitiesOnly yes\n  UserKnownHostsFile "{self.home / "known_hosts"}"\n'
            "  StrictHostKeyChecking yes\n",
            encoding="utf-8",
        )


def image_of(place: Place) -> str:
    return place.image.digest


def _kept(port: Path) -> int:
    return int(port.read_text(encoding="ascii"))
