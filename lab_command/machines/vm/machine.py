"""One virtual machine: started, asked, cut from its power."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...speech import plain, trouble
from ..keys import make_key
from .console import SerialConsole
from .firmware import firmware_options
from .hardware import Module, escape
from .image import VmImage
from .network import Lan, address
from .ports import Ports, qemu_img
from .qemu import ERROR_LINES, Qemu, Wiring
from .qemu import command as qemu_command
from .qmp import Monitor
from .settings import Settings
from .ssh import Access, known_host

# Emulated on two busy cores a start takes minutes; by KVM seconds.
START_SECONDS = 600
_RESUME_SECONDS = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What machines share: ``acceleration`` are QEMU's words, ``key`` is root's on all of them."""

    image: VmImage
    acceleration: tuple[str, ...]
    key: Path
    lan: Lan | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A started machine as files: its disk, its memory (``state``), and the host key that it was started with."""

    folder: Path

    @property
    def disk(self) -> Path:
        return self.folder / "disk.qcow2"

    @property
    def state(self) -> Path:
        return self.folder / "state"


class VirtualMachine(Ports):
    """``folder`` is the machine's own and keeps its disk; whoever made the folder removes it.

    QEMU ends with the thread that called ``start``, however that ends (prctl(2), PR_SET_PDEATHSIG). With a
    ``snapshot``, the first start goes on where the snapshot was taken, which takes seconds; ``settings`` are then
    its settings, and every later start is a full one.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # each is one fact about the machine
        self,
        name: str,
        folder: Path,
        place: Place,
        settings: Settings | None = None,
        snapshot: Snapshot | None = None,
        port: int = 0,
    ) -> None:
        super().__init__()
        self.name = name
        self.folder = folder
        self.place = place
        self.settings = settings or Settings()
        self._snapshot = snapshot
        self._qemu: Qemu | None = None
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if snapshot:
            for key in ("host_key", "host_key.pub"):
                shutil.copy(snapshot.folder / key, folder / key)
        make_key(folder / "host_key", name)
        self.ssh_port = port or free_port()
        known = known_host(self.ssh_port, folder / "host_key.pub")
        (folder / "known_hosts").write_text(known, encoding="ascii")
        self.access = Access(self.ssh_port, place.key, folder / "known_hosts")

    # Before the start.

    def with_smbios(self, **parts: Any) -> VirtualMachine:
        """Sets parts of ``Hardware`` (``system``, ``board``, ``modules`` …) for the next start."""
        self.settings = replace(self.settings, hardware=replace(self.settings.hardware, **parts))
        return self

    def with_modules(self, *modules: Module) -> VirtualMachine:
        return self.with_smbios(modules=modules)

    def with_disk_serial(self, serial: str) -> VirtualMachine:
        return self.with_smbios(disk=replace(self.settings.hardware.disk, serial=serial))

    @property
    def lan_address(self) -> str:
        """In the private network. Raises ``UserError`` for a machine that is not in it."""
        if self.settings.lan_number is None:
            raise trouble("{name} is not in the private network. Give it a lan_number.", name=self.name)
        return address(self.settings.lan_number)

    def inventory_host(self) -> dict[str, str | int]:
        """The machine's variables in Ansible's inventory."""
        return self.access.variables()

    # Power.

    def start(self, seconds: float = START_SECONDS, *, wait: bool = True) -> None:
        """Switches on, and with ``wait`` returns once SSH answers. Raises ``UserError`` as ``wait_until_ready``."""
        self.stop()
        snapshot, self._snapshot = self._snapshot, None
        self.make_overlay(snapshot)
        words = ["-incoming", f"exec:cat {shlex.quote(str(snapshot.state))}"] if snapshot else []
        self._qemu = Qemu(self.name, self.folder, [*self.command(), *words])
        if snapshot:
            self._resume()
        elif wait:
            self.wait_until_ready(seconds)

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Returns once SSH answers. Raises ``UserError`` with the console's last lines where it does not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._on.must_run()
            if greets(self.ssh_port):
                return
            time.sleep(0.5)
        raise trouble(
            "{name} was started but its SSH did not answer within {n} seconds. Its console said last:\n{lines}",
            name=self.name,
            n=int(seconds),
            lines=plain(self.console.last_lines(ERROR_LINES)),
        )

    def shut_down(self, seconds: float = 240) -> None:
        """In good order, by the power button."""
        self.close_connections()
        self.qmp("system_powerdown")
        self._on.wait(seconds)
        self._qemu = None

    def reboot(self, seconds: float = START_SECONDS) -> None:
        """By the system itself; returns once SSH answers again."""
        self.monitor.forget_events()
        self.run("systemctl --no-block reboot")
        self._after_reset(seconds)

    def reset(self, seconds: float = START_SECONDS) -> None:
        """By the button: the system is not asked. Returns once SSH answers again."""
        self.monitor.forget_events()
        self.qmp("system_reset")
        self._after_reset(seconds)

    def power_cut(self) -> None:
        """At once, without a word to the system. What the disk had taken stays; what the system held is gone."""
        self.close_connections()
        with contextlib.suppress(ConnectionError):
            self.qmp("quit")
        self._on.wait(60)
        self._qemu = None

    def stop(self) -> None:
        """Ends QEMU in any state; for the end of a test."""
        if self._qemu is not None:
            self.close_connections()
            self._qemu.kill()
            self._qemu = None

    @property
    def running(self) -> bool:
        return self._qemu is not None and self._qemu.running

    @property
    def console(self) -> SerialConsole:
        return self._on.console

    @property
    def monitor(self) -> Monitor:
        return self._on.monitor

    # Inside.

    def run(
        self, command: str, *, timeout: float = 240, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Runs a shell command as root. With ``check`` raises ``UserError`` where it fails, with what it said last."""
        done = self._ssh(command, b"", timeout)
        if check and done.returncode:
            raise trouble(
                "{name} could not run {command} (exit code {code}): {detail}",
                name=self.name,
                command=plain(command, 200),
                code=done.returncode,
                detail=plain((done.stderr or done.stdout).strip()[-600:]),
            )
        return done

    def push(self, path: str, text: str | bytes, mode: str = "0644") -> None:
        """Writes a file of root's, with the folders above it."""
        data = text.encode() if isinstance(text, str) else text
        done = self._ssh(f"install -D -m {mode} /dev/stdin {shlex.quote(path)}", data, 240)
        if done.returncode:
            raise trouble(
                "{name} could not write {path}: {detail}",
                name=self.name,
                path=path,
                detail=plain(done.stderr, 300),
            )

    # How it is done.

    @property
    def _on(self) -> Qemu:
        if self._qemu is None:
            raise trouble("{name} is switched off. Start it first.", name=self.name)
        return self._qemu

    def command(self, *, terminal: bool = True) -> list[str]:
        """QEMU's words for the next start; what it takes as files is written to the folder."""
        settings, place = self.settings, self.place
        (self.folder / "hostname").write_text(self.name, encoding="ascii")
        given = [(name, Path(name)) for name in ("host_key", "hostname")]
        given.append(("authorized_key", place.key.with_suffix(".pub")))
        lan: list[str] = []
        if settings.lan_number is not None and place.lan:
            (self.folder / "lan").write_text(f"{self.lan_address}/24", encoding="ascii")
            given.append(("lan", Path("lan")))
            lan = place.lan.options(self.name, settings.lan_number)
        # The last of these words is the processor's model.
        start = [*place.acceleration]
        if not settings.shows_hypervisor:
            start[-1] += ",-hypervisor"
        if settings.processor:
            start[-1] += f",model-id={escape(settings.processor)}"
        start += firmware_options(settings.firmware, place.image, self.folder, settings.kernel_words)
        wiring = Wiring(port=self.ssh_port, given=given, lan=lan, terminal=terminal)
        return qemu_command(self.name, self.folder, settings, start, wiring)

    def make_overlay(self, snapshot: Snapshot | None = None) -> None:
        """The machine's own disk over the image's or the snapshot's, unless it has one."""
        overlay = self.folder / "disk.qcow2"
        if not overlay.exists():
            base, kind = (snapshot.disk, "qcow2") if snapshot else (self.place.image.disk, "raw")
            size = [str(self.settings.hardware.disk.size)] if self.settings.hardware.disk.size else []
            qemu_img("create", "-q", "-f", "qcow2", "-b", str(base), "-F", kind, str(overlay), *size)

    def _resume(self) -> None:
        """The system believes that no time has passed, and that its name is the snapshot's."""
        deadline = time.monotonic() + _RESUME_SECONDS
        while self.qmp("query-status")["status"] == "inmigrate":
            self._on.must_run()
            if time.monotonic() > deadline:
                raise trouble("{name} did not come back from its snapshot. Remove {path} and start again.",
                              name=self.name, path=self.place.image.folder)  # fmt: skip
            time.sleep(0.1)
        self.qmp("cont")
        self.run(f"date --set @{time.time():.0f}; hostname {shlex.quote(self.name)}", timeout=_RESUME_SECONDS)

    def _after_reset(self, seconds: float) -> None:
        try:
            self.monitor.wait_for("RESET", seconds)
        except TimeoutError:
            raise trouble(
                "{name} did not start anew within {n} seconds. Its console said last:\n{lines}",
                name=self.name,
                n=int(seconds),
                lines=plain(self.console.last_lines(ERROR_LINES)),
            ) from None
        self.close_connections()
        self.wait_until_ready(seconds)

    def _ssh(self, command: str, data: bytes, seconds: float) -> subprocess.CompletedProcess[str]:
        # One connection for all commands: an emulated processor takes seconds for each key exchange.
        shared = ["-o", "ControlMaster=auto", "-o", "ControlPath=./ssh", "-o", "ControlPersist=600"]
        words = ["ssh", *shared, *self.access.command(command)[1:]]
        self._on.must_run()
        try:
            done = subprocess.run(  # noqa: S603
                words, cwd=self.folder, input=data, capture_output=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise trouble(
                "{name} gave no answer to {command} for {n} seconds. Its console said last:\n{lines}",
                name=self.name,
                command=plain(command, 200),
                n=int(seconds),
                lines=plain(self.console.last_lines(ERROR_LINES)),
            ) from None
        return subprocess.CompletedProcess(
            words,
            done.returncode,
            done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"),
        )

    def close_connections(self) -> None:
        """The shared connection would wait for a machine that is gone."""
        if (self.folder / "ssh").exists():
            subprocess.run(
                ["ssh", "-o", "ControlPath=./ssh", "-O", "exit", "127.0.0.1"],  # noqa: S607
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=30,
                check=False,
            )


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def greets(port: int) -> bool:
    """Whether an SSH server greets behind the forwarded port (RFC 4253, section 4.2)."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False
