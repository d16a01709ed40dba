"""A private network of virtual machines: a hub of datagrams in this process, seen by nobody else.

Each machine sends its Ethernet frames to the hub's UNIX socket and gets everybody else's. It needs no root, no
bridge and no address of this host's; it is gone with this process.
"""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from threading import Thread

from .qemu import Directory

_FRAME = 65536 + 64


class Lan:
    """``folder`` holds the sockets; QEMU is started there, so their names stay short (unix(7): 108 bytes)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._handle = Directory(folder)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self._handle.path / "lan"))
        Thread(target=self._pass_on, name="lan", daemon=True).start()

    def options(self, name: str, number: int) -> list[str]:
        """QEMU's words for the machine ``name``, whose network card ends with ``number`` (1 to 254)."""
        return [
            "-netdev",
            f"dgram,id=lan,local.type=unix,local.path=../lan-{name},remote.type=unix,remote.path=../lan",
            "-device",
            f"virtio-net-pci,netdev=lan,addr=3,romfile=,mac={mac(number)}",
        ]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._handle.close()

    def _pass_on(self) -> None:
        while True:
            try:
                frame, sender = self._socket.recvfrom(_FRAME)
            except OSError:
                return
            if not frame:
                return
            for other in self.folder.glob("lan-*"):
                # A machine that is off, or slower than its neighbours, loses the frame, as on a wire.
                if other.name != Path(sender).name:
                    with contextlib.suppress(OSError):
                        self._socket.sendto(frame, socket.MSG_DONTWAIT, str(self._handle.path / other.name))


def mac(number: int) -> str:
    return f"52:54:00:6a:66:{number:02x}"


def address(number: int) -> str:
    return f"10.77.0.{number}"
