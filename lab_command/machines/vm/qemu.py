"""One QEMU process: its words, its start, its monitor and console, its end."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TypeVar

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from ...speech import _, plain, trouble
from .console import SerialConsole
from .hardware import disk_options, escape, smbios_options
from .qmp import Monitor
from .settings import Settings

_CONNECT_SECONDS = 60
ERROR_LINES = 12
_Connection = TypeVar("_Connection", SerialConsole, Monitor)


class Directory:
    """A folder under a short name as long as this is open: a socket's path has room for 107 bytes (unix(7))."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        self.path = Path(f"/proc/self/fd/{self._descriptor}")

    def close(self) -> None:
        os.close(self._descriptor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What a machine is connected to on this host: the ``port`` of its SSH, and QEMU's words of further cards.

    ``given`` are the files that the machine finds inside, by name. Without a ``terminal`` its console goes to a file.
    """

    port: int
    given: Sequence[tuple[str, Path]]
    lan: Sequence[str] = ()
    terminal: bool = True


def command(name: str, folder: Path, settings: Settings, start: Sequence[str], wiring: Wiring) -> list[str]:
    """QEMU's words; ``start`` are those of the processor and of the firmware or kernel.

    File names are as seen from ``folder``.
    """
    card = "virtio-net-pci,netdev=bench,addr=2,romfile=" + (f",mac={settings.mac}" if settings.mac else "")
    console = "socket,path=console,server=on,wait=on" if wiring.terminal else "file,path=console.log"
    return [
        *("qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-name", escape(name)),
        *("-smp", str(settings.processors), "-m", str(settings.memory_mib)),
        # The hardware clock counts in UTC.
        *(("-rtc", f"base={settings.clock.astimezone(UTC):%Y-%m-%dT%H:%M:%S}") if settings.clock else ()),
        *start,
        *smbios_options(settings.hardware, folder),
        # The cards first: their slots are known to the system inside, everything else takes what is left.
        *("-netdev", f"user,id=bench,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:{wiring.port}-:22"),
        *("-device", card),
        *wiring.lan,
        *("-drive", "if=none,id=system,file=disk.qcow2,format=qcow2,cache=unsafe,discard=unmap"),
        *disk_options(settings.hardware.disk, "system"),
        *("-device", "qemu-xhci,id=usb"),
        *("-device", "ide-cd,bus=ide.2,id=cdrom"),
        *("-device", "virtio-rng-pci"),
        *(
            word
            for key, file in wiring.given
            for word in ("-fw_cfg", f"name=opt/jifang/{key},file={escape(file)}")
        ),
        *("-chardev", f"{console},id=console", "-serial", "chardev:console"),
        *("-qmp", "unix:qmp,server=on,wait=off"),
    ]


class Qemu:
    """A running machine. It ends with the thread that made it, however that ends (prctl(2), PR_SET_PDEATHSIG).

    Raises ``UserError`` with QEMU's own words where it does not start.
    """

    def __init__(self, name: str, folder: Path, words: Sequence[str]) -> None:
        self.name = name
        self._log = folder / "qemu.log"
        for socket in ("console", "qmp"):
            (folder / socket).unlink(missing_ok=True)
        with self._log.open("wb") as log:
            try:
                self.process = subprocess.Popen(  # noqa: S603
                    ["setpriv", "--pdeathsig", "KILL", *words],  # noqa: S607
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            except FileNotFoundError as error:
                raise missing(error.filename) from None
        try:
            # QEMU waits for its console, so nothing that the machine says is lost.
            self.console = self._connect(SerialConsole, folder, "console")
            self.monitor = self._connect(Monitor, folder, "qmp")
        except BaseException:
            self.kill()
            raise

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def must_run(self) -> None:
        """Raises ``UserError`` where QEMU has ended by itself."""
        if self.running:
            return
        log = self._log.read_text(encoding="utf-8", errors="replace").strip()
        # setpriv's way to say that there is no such program.
        if self.process.returncode == 127:
            raise missing("qemu-system-x86_64")
        raise trouble(
            "{name} has ended by itself: {detail}",
            name=self.name,
            detail=plain(log[-1500:]) or _("no output"),
        )

    def wait(self, seconds: float) -> None:
        """For the end that was asked for. Raises ``UserError`` where it does not come; then it is forced."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise trouble(
                "{name} did not switch off within {n} seconds.", name=self.name, n=int(seconds)
            ) from None
        self._disconnect()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._disconnect()

    def _disconnect(self) -> None:
        for part in ("monitor", "console"):
            if hasattr(self, part):
                getattr(self, part).close()

    def _connect(self, kind: type[_Connection], folder: Path, name: str) -> _Connection:
        deadline = time.monotonic() + _CONNECT_SECONDS
        handle = Directory(folder)
        try:
            while True:
                try:
                    return kind(handle.path / name)
                except (FileNotFoundError, ConnectionError):
                    self.must_run()
                    if time.monotonic() > deadline:
                        raise trouble(
                            "QEMU's socket {path} did not answer within {n} seconds. Start the same command again.",
                            path=folder / name,
                            n=_CONNECT_SECONDS,
                        ) from None
                    time.sleep(0.05)
        finally:
            handle.close()


def version() -> str:
    """The first line of what QEMU says of itself."""
    try:
        done = subprocess.run(["qemu-system-x86_64", "-version"], capture_output=True, timeout=30, check=True)  # noqa: S607
    except FileNotFoundError as error:
        raise missing(error.filename) from None
    return done.stdout.decode("utf-8", "replace").splitlines()[0]


def missing(program: str) -> UserError:
    return trouble(
        "The program {program} is missing. Start the same command again; it installs what is missing.",
        program=program,
    )
