"""A place for virtual machines: their image, a folder that is gone afterwards, a key, and a private network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ...paths import STATE
from ...scratch import scratch
from ..keys import make_key
from .acceleration import acceleration
from .image import ensure_vm_image
from .machine import Place, VirtualMachine
from .network import Lan
from .settings import Settings
from .snapshot import ensure_snapshot, snapshot_key


class Bench:
    """Machines made here end with it."""

    def __init__(self, folder: Path, place: Place) -> None:
        self.folder = folder
        self.place = place
        self._names: set[str] = set()

    @contextmanager
    def machine(self, name: str = "vm", settings: Settings | None = None) -> Iterator[VirtualMachine]:
        """A machine with a new disk and a key of this run, switched off. Two have never one name."""
        own = self._name(name)
        with self._gone_afterwards(VirtualMachine(own, self.folder / own, self.place, settings)) as machine:
            yield machine

    @contextmanager
    def started_machine(self, name: str = "vm") -> Iterator[VirtualMachine]:
        """A machine with the usual settings that has been started long ago and goes on now, in seconds."""
        image = self.place.image
        place = Place(image=image, acceleration=self.place.acceleration, key=snapshot_key(image))
        snapshot = ensure_snapshot(place)
        own = self._name(name)
        made = VirtualMachine(own, self.folder / own, place, snapshot=snapshot)
        with self._gone_afterwards(made) as machine:
            machine.start()
            yield machine

    def _name(self, name: str) -> str:
        number = 1
        while (own := name if number == 1 else f"{name}-{number}") in self._names:
            number += 1
        self._names.add(own)
        return own

    @contextmanager
    def _gone_afterwards(self, machine: VirtualMachine) -> Iterator[VirtualMachine]:
        try:
            yield machine
        finally:
            machine.stop()
            for disk in machine.folder.glob("*.qcow2"):
                disk.unlink()


@contextmanager
def bench() -> Iterator[Bench]:
    """Raises ``UserError`` where the image cannot be made."""
    image = ensure_vm_image()
    with ExitStack() as stack:
        folder = stack.enter_context(scratch(STATE))
        make_key(folder / "id_ed25519", "jifang-vm")
        lan = Lan(folder)
        stack.callback(lan.close)
        words = acceleration(image)
        yield Bench(folder, Place(image=image, acceleration=words, key=folder / "id_ed25519", lan=lan))
