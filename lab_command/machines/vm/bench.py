"""A place for virtual machines: their image, a folder that is gone afterwards, a key, and a private network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ...paths import STATE
from ...scratch import scratch
from .acceleration import acceleration
from .image import VmImage, ensure_vm_image
from .machine import Settings, VirtualMachine
from .network import Lan
from .ssh import make_key


@dataclass
class Bench:
    """Machines made here end with it."""

    folder: Path
    image: VmImage
    acceleration: tuple[str, ...]
    key: Path
    lan: Lan
    _names: set[str] = field(default_factory=set)

    @contextmanager
    def machine(self, name: str = "vm", settings: Settings | None = None) -> Iterator[VirtualMachine]:
        """A machine with a new disk, switched off; its disk is gone afterwards. Two have never one name."""
        number = 1
        while (own := name if number == 1 else f"{name}-{number}") in self._names:
            number += 1
        self._names.add(own)
        folder = self.folder / own
        machine = VirtualMachine(own, folder, self.image, self.acceleration, self.key, self.lan, settings)
        try:
            yield machine
        finally:
            machine.stop()
            for disk in folder.glob("*.qcow2"):
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
        yield Bench(folder, image, acceleration(image), folder / "id_ed25519", lan)
