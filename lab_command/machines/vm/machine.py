"""One virtual machine: started, asked, plugged into, cut from its power."""

from __future__ import annotations

import contextlib
import itertools
import shlex
import socket
import subprocess
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...speech import _, plain, trouble
from . import usb
from .console import SerialConsole
from .firmware import Firmware, firmware_options
from .hardware import Disk, Hardware, Module, disk_options, escape, smbios_options
from .image import VmImage
from .network import Directory, Lan, address, network_unit
from .qmp import Monitor
from .ssh import Access, known_host, make_key

# Emulated on two busy cores a start takes minutes; by KVM seconds.
START_SECONDS = 420
_ERROR_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a machine is started with. ``lan_number`` (1 to 254) is its place in the private network, if it has one.
    ``clock``: what the hardware clock shows at the start, aware; None: the time that it is.
    """

    firmware: Firmware = Firmware.KERNEL
    hardware: Hardware = Hardware()
    memory_mib: int = 1024
    processors: int = 2
    lan_number: int | None = None
    kernel_words: str = ""
    clock: datetime | None = None


class VirtualMachine:
    """``folder`` is the machine's own and keeps its disk; whoever made the folder removes it.

    QEMU ends with the thread that called ``start``, however that ends (prctl(2), PR_SET_PDEATHSIG).
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        image: VmImage,
        acceleration: tuple[str, ...],
        key: Path,
        lan: Lan | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.name = name
        self.folder = folder
        self.image = image
        self.settings = settings or Settings()
        self._acceleration = acceleration
        self._key = key
        self._lan = lan
        self._process: subprocess.Popen[bytes] | None = None
        self._monitor: Monitor | None = None
        self._console: SerialConsole | None = None
        self._numbers = itertools.count(1)
        self._nodes: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.ssh_port = free_port()
        make_key(folder / "host_key", name)
        (folder / "known_hosts").write_text(
            known_host(self.ssh_port, folder / "host_key.pub"), encoding="ascii"
        )
        self.access = Access(self.ssh_port, key, folder / "known_hosts")

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
        assert self.settings.lan_number is not None  # noqa: S101
        return address(self.settings.lan_number)

    def inventory_host(self) -> dict[str, str | int]:
        """The machine's variables in Ansible's inventory."""
        return self.access.variables()

    # Power.

    def start(self, seconds: float = START_SECONDS, *, wait: bool = True) -> None:
        """Switches on, and with ``wait`` returns once SSH answers. Raises ``UserError`` as ``wait_until_ready``."""
        self._launch()
        if wait:
            self.wait_until_ready(seconds)

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Returns once SSH answers. Raises ``UserError`` with the console's last lines where it does not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._must_run()
            if self._greets():
                return
            time.sleep(0.3)
        raise trouble(
            "{name} was started but its SSH did not answer within {n} seconds. Its console said last:\n{lines}",
            name=self.name,
            n=int(seconds),
            lines=plain(self.console.last_lines(_ERROR_LINES)),
        )

    def shut_down(self, seconds: float = 180) -> None:
        """In good order, by the power button."""
        self.qmp("system_powerdown")
        try:
            self.monitor.wait_for("SHUTDOWN", seconds)
            self._ended(seconds)
        except (ConnectionError, TimeoutError):
            self._ended(1)
        self._forget()

    def reboot(self, seconds: float = START_SECONDS) -> None:
        """By the system itself; returns once SSH answers again."""
        self.monitor.forget_events()
        self.run("systemctl --no-block reboot")
        self._after_reset(seconds)

    def reset(self, seconds: float = START_SECONDS) -> None:
        """By the button: the system is not asked."""
        self.monitor.forget_events()
        self.qmp("system_reset")
        self._after_reset(seconds)

    def power_cut(self) -> None:
        """At once, without a word to the system. What the disk had taken stays; what the system held is gone."""
        self._close_ssh()
        with contextlib.suppress(ConnectionError):
            self.qmp("quit")
        self._ended(30)
        self._forget()

    def stop(self) -> None:
        """Ends QEMU in any state; for the end of a test."""
        if self._process is None:
            return
        self._close_ssh()
        self._process.kill()
        self._process.wait()
        self._forget()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    # Inside.

    def run(
        self, command: str, *, timeout: float = 120, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Runs a shell command as root. With ``check`` raises ``UserError`` where it fails, with what it said last."""
        done = self._ssh(command, None, timeout)
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
        done = self._ssh(f"install -D -m {mode} /dev/stdin {shlex.quote(path)}", data, 120)
        if done.returncode:
            raise trouble(
                "{name} could not write {path}: {detail}",
                name=self.name,
                path=path,
                detail=plain(done.stderr, 300),
            )

    @property
    def console(self) -> SerialConsole:
        if self._console is None:
            raise _off(self.name)
        return self._console

    # Devices.

    @property
    def monitor(self) -> Monitor:
        if self._monitor is None:
            raise _off(self.name)
        return self._monitor

    def qmp(self, command: str, **arguments: Any) -> Any:
        """One command of the QEMU Machine Protocol; names with ``_`` stand for QEMU's with ``-``."""
        return self.monitor(command, **arguments)

    def plug_usb_storage(
        self, serial: str, *, size: str = "16M", content: Path | None = None, uas: bool = False
    ) -> str:
        """A stick of QEMU's make (46f4:0001, with ``uas`` 46f4:0003); gives the device's name.

        It is empty, or holds ``content``, a file that it writes to.
        """
        identity = f"stick{next(self._numbers)}"
        if content is None:
            content = self.folder / f"{identity}.raw"
            _qemu_img("create", "-q", "-f", "raw", str(content), size)
        self._add_node(identity, content)
        self._plug(usb.storage(identity, identity, serial, uas=uas))
        return identity

    def plug_keyboard(self, serial: str = "") -> str:
        identity = f"keyboard{next(self._numbers)}"
        self._plug(usb.keyboard(identity, serial or identity))
        return identity

    def plug_mtp(self, folder: Path | None = None, label: str = "Phone") -> str:
        """A phone as a media device; it shows ``folder``, by default an empty one."""
        identity = f"phone{next(self._numbers)}"
        shown = folder or self.folder / identity
        shown.mkdir(exist_ok=True)
        self._plug(usb.mtp(identity, shown, label))
        return identity

    def insert_cdrom(self, path: Path) -> str:
        """Puts a disc (an ISO image) into the machine's drive; gives the drive's name, for ``unplug``."""
        self.qmp(
            "blockdev-change-medium",
            id="cdrom",
            filename=str(path.absolute()),
            format="raw",
            read_only_mode="read-only",
        )  # noqa: E501
        return "cdrom"

    def unplug(self, device: str) -> None:
        """Pulls a USB device out and waits until it is gone; of the CD drive, takes the disc out."""
        if device == "cdrom":
            self.qmp("eject", id="cdrom", force=True)
            return
        self.qmp("device_del", id=device)
        self.monitor.wait_for("DEVICE_DELETED", 60, device=device)
        if node := self._nodes.pop(device, None):
            self.qmp("blockdev-del", node_name=node)

    def type_keys(self, text: str) -> None:
        """Types on the machine's newest keyboard; a line ends with ``\\n``."""
        for character in text:
            held = [{"type": "qcode", "data": name} for name in usb.keys(character)]
            self.qmp("send-key", keys=held, hold_time=40)
            # Keys come one at a time; the next would be held together with this one.
            time.sleep(0.12)

    def _add_node(self, identity: str, content: Path) -> None:
        self.qmp(
            "blockdev-add",
            driver="raw",
            node_name=identity,
            file={"driver": "file", "filename": str(content.absolute())},
        )
        self._nodes[identity] = identity

    def _plug(self, devices: list[dict[str, Any]]) -> None:
        for device in devices:
            self.monitor.execute("device_add", device)

    # How it is done.

    def _launch(self) -> None:
        self.stop()
        self._make_overlay()
        (self.folder / "hostname").write_text(self.name, encoding="ascii")
        if self.settings.lan_number is not None:
            (self.folder / "lan").write_text(network_unit(self.settings.lan_number), encoding="ascii")
        for name in ("console", "qmp"):
            (self.folder / name).unlink(missing_ok=True)
        with (self.folder / "qemu.log").open("wb") as log:
            try:
                self._process = subprocess.Popen(  # noqa: S603
                    ["setpriv", "--pdeathsig", "KILL", *self._command()],  # noqa: S607
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            except FileNotFoundError as error:
                raise trouble(
                    "The program {program} is missing. Start the same command again; it installs what is missing.",
                    program=error.filename,
                ) from None
        try:
            self._connect()
        except BaseException:
            self.stop()
            raise

    def _command(self) -> list[str]:
        settings = self.settings
        given = {"host_key": "host_key", "hostname": "hostname"}
        lan: list[str] = []
        if settings.lan_number is not None:
            assert self._lan is not None  # noqa: S101
            lan = self._lan.options(self.name, settings.lan_number)
            given["lan"] = "lan"
        words = [f"name=opt/jifang/{name},file={file}" for name, file in given.items()]
        words.append(f"name=opt/jifang/authorized_key,file={escape(self._key.with_suffix('.pub'))}")
        disk = settings.hardware.disk
        return [
            *("qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-vga", "std"),
            *("-name", escape(self.name), *self._acceleration),
            *("-rtc", f"base={_clock(settings.clock)}"),
            *("-smp", str(settings.processors), "-m", str(settings.memory_mib)),
            *firmware_options(settings.firmware, self.image, self.folder, settings.kernel_words),
            *smbios_options(settings.hardware, self.folder),
            # The cards first: their slots are known, everything else takes what is left.
            *("-netdev", f"user,id=bench,restrict=on,hostfwd=tcp:127.0.0.1:{self.ssh_port}-:22"),
            *("-device", "virtio-net-pci,netdev=bench,addr=2,romfile="),
            *lan,
            *("-drive", "if=none,id=system,file=disk.qcow2,format=qcow2,cache=unsafe,discard=unmap"),
            *disk_options(disk, "system"),
            *("-device", "qemu-xhci,id=usb"),
            *("-device", "ide-cd,bus=ide.2,id=cdrom"),
            *("-device", "virtio-rng-pci"),
            *(word for value in words for word in ("-fw_cfg", value)),
            *("-chardev", "socket,id=console,path=console,server=on,wait=on", "-serial", "chardev:console"),
            *("-qmp", "unix:qmp,server=on,wait=off"),
        ]

    def _make_overlay(self) -> None:
        if not (self.folder / "disk.qcow2").exists():
            source = str(self.image.disk)
            _qemu_img(
                "create", "-q", "-f", "qcow2", "-b", source, "-F", "raw", str(self.folder / "disk.qcow2")
            )

    def _connect(self) -> None:
        """QEMU waits for its console, so nothing that it says is lost."""
        self._console = None
        handle = Directory(self.folder)
        try:
            deadline = time.monotonic() + 30
            while self._monitor is None:
                try:
                    self._console = self._console or SerialConsole(handle.path / "console")
                    self._monitor = Monitor(handle.path / "qmp")
                except (FileNotFoundError, ConnectionError):
                    self._must_run()
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.05)
        finally:
            handle.close()

    def _greets(self) -> bool:
        """Whether an SSH server greets behind the forwarded port (RFC 4253, section 4.2)."""
        try:
            with socket.create_connection(("127.0.0.1", self.ssh_port), timeout=5) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False

    def _must_run(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        log = (self.folder / "qemu.log").read_text(encoding="utf-8", errors="replace").strip()
        said = log or (self._console.last_lines(_ERROR_LINES) if self._console else "")
        raise trouble(
            "{name} has ended by itself: {detail}",
            name=self.name,
            detail=plain(said[-1500:]) or _("no output"),
        )

    def _after_reset(self, seconds: float) -> None:
        self.monitor.wait_for("RESET", min(seconds, 180))
        self._close_ssh()
        self.wait_until_ready(seconds)

    def _ended(self, seconds: float) -> None:
        assert self._process is not None  # noqa: S101
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise trouble(
                "{name} did not switch off within {n} seconds.", name=self.name, n=int(seconds)
            ) from None

    def _forget(self) -> None:
        if self._monitor:
            self._monitor.close()
        if self._console:
            self._console.close()
        self._process = self._monitor = None
        self._nodes.clear()

    def _ssh(self, command: str, data: bytes | None, seconds: float) -> subprocess.CompletedProcess[str]:
        # One connection for all commands: an emulated processor takes seconds for each key exchange.
        shared = ["-o", "ControlMaster=auto", "-o", "ControlPath=./ssh-%n", "-o", "ControlPersist=300"]
        words = ["ssh", *shared, *self.access.command(command)[1:]]
        try:
            done = subprocess.run(  # noqa: S603
                words, cwd=self.folder, input=data or b"", capture_output=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise trouble(
                "{name} gave no answer to {command} for {n} seconds. Its console said last:\n{lines}",
                name=self.name,
                command=plain(command, 200),
                n=int(seconds),
                lines=plain(self.console.last_lines(_ERROR_LINES)),
            ) from None
        return subprocess.CompletedProcess(
            words,
            done.returncode,
            done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"),
        )

    def _close_ssh(self) -> None:
        if not (self.folder / "ssh-127.0.0.1").exists():
            return
        subprocess.run(  # noqa: S603
            ["ssh", "-o", "ControlPath=./ssh-%n", "-O", "exit", "127.0.0.1"],  # noqa: S607
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
            check=False,
        )


def _clock(shows: datetime | None) -> str:
    """QEMU's word for the time of the hardware clock, which counts in UTC."""
    return "utc" if shows is None else shows.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _qemu_img(*words: str) -> None:
    done = subprocess.run(["qemu-img", *words], capture_output=True, timeout=120, check=False)  # noqa: S603, S607
    if done.returncode:
        raise trouble(
            "qemu-img failed: {detail}", detail=plain(done.stderr.decode("utf-8", "replace")[-300:])
        )


def _off(name: str) -> Exception:
    return trouble("{name} is switched off. Start it first.", name=name)
