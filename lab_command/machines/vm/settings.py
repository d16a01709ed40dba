"""What a virtual machine is started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .firmware import Firmware
from .hardware import Hardware


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``lan_number`` (1 to 254) is the machine's place in the private network, if it has one.

    A machine that does not show its ``hypervisor`` in the processor's flags passes for a PC where its firmware's words
    do as well; ``processor`` is the name of its processor and ``mac`` the address of its network card, where QEMU's own
    will not do. ``kernel_words`` are added to the kernel's command line where QEMU loads it (``Firmware.KERNEL``).
    ``clock`` is what the hardware clock shows at the start, aware; None: the time that it is.
    """

    firmware: Firmware = Firmware.KERNEL
    hardware: Hardware = field(default_factory=Hardware)
    memory_mib: int = 1024
    processors: int = 2
    lan_number: int | None = None
    kernel_words: str = ""
    shows_hypervisor: bool = True
    processor: str = ""
    mac: str = ""
    clock: datetime | None = None
