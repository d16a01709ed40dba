"""What can be plugged into a running machine and pulled out again: USB devices and discs."""

from __future__ import annotations

import itertools
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...speech import plain, trouble
from . import gadget, usb
from .gadget import Gadget
from .qmp import Monitor


class Ports:
    """A base of ``VirtualMachine``: everything here needs the machine switched on."""

    folder: Path
    _numbers: Iterator[int]
    _nodes: set[str]

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._nodes = set()

    @property
    def monitor(self) -> Monitor:
        raise NotImplementedError

    def qmp(self, command: str, **arguments: Any) -> Any:
        """One command of the QEMU Machine Protocol; names with ``_`` stand for QEMU's with ``-``."""
        return self.monitor(command, **arguments)

    def run(
        self, command: str, *, timeout: float = 240, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        raise NotImplementedError

    def plug_gadget(self, device: Gadget) -> str:
        """A device with numbers and functions of one's choice, by the machine's own kernel; gives its name."""
        identity = f"gadget{next(self._numbers)}"
        self.run(gadget.plug(identity, device))
        return identity

    def plug_usb_storage(  # noqa: PLR0913  # each is one property of the stick
        self,
        serial: str,
        *,
        vendor: str | None = None,
        product: str | None = None,
        size: str = "16M",
        content: Path | None = None,
        uas: bool = False,
    ) -> str:
        """A stick; gives the device's name.

        With ``vendor`` and ``product`` (four hex digits) it is a ``Gadget``, else QEMU's own (``usb.STORAGE``, or
        ``usb.UAS``), which is empty or holds ``content``, a file that it writes to.
        """
        if vendor and product:
            return self.plug_gadget(Gadget(vendor=vendor, product=product, serial=serial, size=size))
        identity = f"stick{next(self._numbers)}"
        if content is None:
            content = self.folder / f"{identity}.raw"
            qemu_img("create", "-q", "-f", "raw", str(content), size)
        file = {"driver": "file", "filename": str(content.absolute())}
        self.qmp("blockdev-add", driver="raw", node_name=identity, file=file)
        self._nodes.add(identity)
        self._plug(usb.storage(identity, identity, serial, uas=uas))
        if uas:
            # QEMU lets the machine see it once its disk is there as well.
            self.qmp("qom-set", path=f"/machine/peripheral/{identity}", property="attached", value=True)
        return identity

    def plug_keyboard(self, serial: str = "") -> str:
        """Another keyboard (``usb.KEYBOARD``); ``type_keys`` types on the newest one."""
        identity = f"keyboard{next(self._numbers)}"
        self._plug(usb.keyboard(identity, serial or identity))
        return identity

    def plug_mtp(self, folder: Path | None = None, label: str = "Phone") -> str:
        """A phone as a media device (``usb.MTP``) that shows ``folder``, by default an empty one."""
        identity = f"phone{next(self._numbers)}"
        shown = folder or self.folder / identity
        shown.mkdir(exist_ok=True)
        self._plug(usb.mtp(identity, shown.absolute(), label))
        return identity

    def insert_cdrom(self, path: Path) -> str:
        """Puts a disc (an ISO image) into the machine's drive; gives the drive's name, for ``unplug``."""
        words = {
            "id": "cdrom",
            "filename": str(path.absolute()),
            "format": "raw",
            "read-only-mode": "read-only",
        }
        self.monitor.execute("blockdev-change-medium", words)
        return "cdrom"

    def unplug(self, device: str) -> None:
        """Pulls a USB device out and waits until it is gone; of the CD drive, takes the disc out."""
        if device == "cdrom":
            # A system that has locked the tray is told of the wish first; the second time it is forced.
            self.qmp("eject", id="cdrom", force=True)
            return
        if device.startswith("gadget"):
            self.run(gadget.unplug(device))
            return
        self.qmp("device_del", id=device)
        self.monitor.wait_for("DEVICE_DELETED", 60, device=device)
        if device in self._nodes:
            self._nodes.remove(device)
            self.qmp("blockdev-del", node_name=device)

    def type_keys(self, text: str) -> None:
        """Types on the machine's newest keyboard; a line ends with ``\\n``."""
        for character in text:
            held = [{"type": "qcode", "data": name} for name in usb.keys(character)]
            self.qmp("send-key", keys=held, hold_time=40)
            # Keys come one at a time: the next must not be held together with this one.
            time.sleep(0.12)

    def _plug(self, devices: list[dict[str, Any]]) -> None:
        for device in devices:
            self.monitor.execute("device_add", device)


def qemu_img(*words: str) -> None:
    done = subprocess.run(["qemu-img", *words], capture_output=True, timeout=120, check=False)  # noqa: S603, S607
    if done.returncode:
        raise trouble(
            "qemu-img failed: {detail}", detail=plain(done.stderr.decode("utf-8", "replace")[-300:])
        )
