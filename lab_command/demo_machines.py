"""The demo school's machines: keys, hardware trees, property book, and the containers that use them.

Everything is kept in one folder (``home``), so that a test has a school of its own beside the demo's.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from demo.book import write_book
from demo.hardware import Folder, Link, Tree, tree, write_tree
from demo.school import Pc, School, load

from .demo_home import DemoHome
from .machines.containers import Content, Machine, MachineGroup
from .machines.image import REPOSITORY, ensure_image
from .machines.keys import make_key
from .machines.podman import Podman
from .paths import ROOT, STATE

INVENTORY = ROOT / "inventory" / "demo" / "hosts.yml"
HARDWARE = "/srv/hardware"


class DemoMachines(DemoHome):
    """``name`` tells one school's containers and network from another's; see ``MachineGroup``."""

    def __init__(self, name: str = "demo", home: Path = STATE / "demo", school: School | None = None) -> None:
        super().__init__(home, school or load())
        self.podman = Podman()
        self.group = MachineGroup(name, self.podman)

    def prepare(self) -> None:
        """Makes the keys that are missing, the hardware trees and the book."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_key(self.home / "id_ed25519", "jifang-demo")
        for pc in self.school.pcs:
            make_key(self._host_key(pc), pc.host)
            files = tree(pc)
            stamp = self.home / "hardware" / f"{pc.host}.digest"
            # Writing a tree under a running machine is rare; a machine whose tree changed is made anew anyway.
            if not stamp.is_file() or stamp.read_text() != _digest(files):
                write_tree(files, self.hardware(pc))
                stamp.write_text(_digest(files))
        write_book(self.school, self.book)

    def image(self) -> str:
        return ensure_image(self.podman)

    def start(self, image: str, ready: Callable[[Pc], None]) -> dict[str, str]:
        """Brings every machine into its state and writes down addresses and host keys; gives the addresses."""
        override = os.environ.get("LAB_DEMO_SUBNET")
        subnet = self.group.ensure_network([override] if override else list(self.school.subnets))
        by_name = {pc.host: pc for pc in self.school.pcs}
        addresses = self.group.ensure(
            [self._machine(pc) for pc in self.school.pcs],
            image,
            subnet,
            lambda machine: ready(by_name[machine.name]),
        )
        known = [
            f"{addresses[pc.host]} {' '.join(self._host_key(pc).with_suffix('.pub').read_text().split()[:2])}\n"
            for pc in self.school.pcs
        ]
        (self.home / "known_hosts").write_text("".join(known))
        (self.home / "addresses.json").write_text(json.dumps(addresses, indent=1))
        self.ssh_config.write_text(self._ssh_configuration(addresses))
        return addresses

    def stop(self) -> int:
        """Removes the machines and their network; gives how many there were. The ledger stays."""
        return self.group.remove()

    def purge(self) -> None:
        """Removes also the folder with keys and ledger, and every image of machines that nobody uses."""
        shutil.rmtree(self.home, ignore_errors=True)
        images = self.podman.json("images", "--filter", f"reference={REPOSITORY}", "--format", "json")
        for image in images:
            # Another school may be running on it: podman then refuses, and the image stays.
            self.podman.succeeds("rmi", image["Id"])

    def _ssh_configuration(self, addresses: Mapping[str, str]) -> str:
        hosts = "".join(f"Host {host}\n  HostName {address}\n" for host, address in addresses.items())
        return hosts + (
            f'Host *\n  User admin\n  IdentityFile "{self.home / "id_ed25519"}"\n  IdentitiesOnly yes\n'
            f'  UserKnownHostsFile "{self.home / "known_hosts"}"\n  StrictHostKeyChecking yes\n'
        )

    def _machine(self, pc: Pc) -> Machine:
        public = (self.home / "id_ed25519.pub").read_bytes()
        return Machine(
            name=pc.host,
            number=pc.number,
            files={
                "/etc/ssh/ssh_host_ed25519_key": Content(self._host_key(pc).read_bytes(), 0o600),
                "/etc/ssh/authorized_keys.d/admin": Content(public),
            },
            mounts={HARDWARE: self.hardware(pc)},
            version=_digest(tree(pc)),
            powered=pc.powered,
        )

    def _host_key(self, pc: Pc) -> Path:
        return self.home / "host_keys" / pc.host

    def hardware(self, pc: Pc) -> Path:
        """The tree that the machine has at ``HARDWARE``: what is changed here changes in the running machine."""
        return self.home / "hardware" / pc.host


def _digest(files: Tree) -> str:
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        match content:
            case Link(target):
                body = b"->" + target.encode()
            case Folder():
                body = b"/"
            case bytes():
                body = content
        digest.update(f"{path}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()
