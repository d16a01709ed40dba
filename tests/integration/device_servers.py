"""Real devices on the loopback: net-snmp with the trees of a switch, CUPS' printer, NUT's server and dummy UPS, and a
projector in PJLink. Each ends with its ``with``."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 20
USER, AUTH_KEY, PRIV_KEY = "jifang", "auth-canary-8d1f", "priv-canary-77ab"
COMMUNITY = "community-canary-2c9e"
PASSWORD = "pjlink-canary-4d"
PASS = Path(__file__).with_name("pass_persist.py")


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def octets(text: str) -> str:
    """Bytes as ``pass_persist`` wants them."""
    return " ".join(f"{byte:02x}" for byte in bytes.fromhex(text.replace(":", "")))


MAC = "94:29:2f:10:20"
_ENTITY, _IF, _IFX = "1.3.6.1.2.1.47.1.1.1.1", "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
_LLDP, _UPS = "1.0.8802.1.1.2.1", "1.3.6.1.2.1.33.1"
SWITCH_TREE = [
    *((f"{_ENTITY}.5.1", "integer", 3), (f"{_ENTITY}.7.1", "string", "Slot 0")),
    *((f"{_ENTITY}.10.1", "string", "7.1.070 R3506"), (f"{_ENTITY}.11.1", "string", "219801A2WE9216000042")),
    *((f"{_ENTITY}.12.1", "string", "H3C"), (f"{_ENTITY}.13.1", "string", "S5130S-28S-EI")),
    *((f"{_ENTITY}.5.2", "integer", 6), (f"{_ENTITY}.7.2", "string", "PSU 1")),
    *(
        row
        for port in range(1, 29)
        for row in (
            (f"{_IF}.2.{port}", "string", f"GigabitEthernet1/0/{port}"),
            (f"{_IF}.3.{port}", "integer", 6),
            (f"{_IF}.6.{port}", "octet", octets(f"{MAC}:{port:02x}")),
            (f"{_IF}.8.{port}", "integer", 1 if port < 3 else 2),
            (f"{_IFX}.1.{port}", "string", f"GE1/0/{port}"),
            (f"{_IFX}.15.{port}", "gauge", 1000),
        )
    ),
    *((f"{_IF}.2.99", "string", "Vlan-interface1"), (f"{_IF}.3.99", "integer", 136)),
    *((f"{_LLDP}.3.1.0", "integer", 4), (f"{_LLDP}.3.2.0", "octet", octets(f"{MAC}:00"))),
    (f"{_LLDP}.3.6.0", "octet", "28 00"),
    *((f"{_LLDP}.3.7.1.2.1", "integer", 5), (f"{_LLDP}.3.7.1.3.1", "string", "GE1/0/1")),
    *(
        (f"{_LLDP}.4.1.1.4.0.1.1", "integer", 4),
        (f"{_LLDP}.4.1.1.5.0.1.1", "octet", octets("00:1b:21:aa:bb:cc")),
    ),
    *((f"{_LLDP}.4.1.1.6.0.1.1", "integer", 5), (f"{_LLDP}.4.1.1.7.0.1.1", "string", "Te0/1")),
    (f"{_LLDP}.4.1.1.9.0.1.1", "string", "core"),
]
UPS_TREE = [
    *((f"{_UPS}.1.1.0", "string", "SANTAK"), (f"{_UPS}.1.2.0", "string", "C3KS")),
    *((f"{_UPS}.2.3.0", "integer", 42), (f"{_UPS}.2.4.0", "integer", 97), (f"{_UPS}.4.1.0", "integer", 3)),
    (f"{_UPS}.4.4.1.5.1", "integer", 18),
]


@contextmanager
def _process(
    command: list[str], ready: Callable[[], bool], **settings: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """``command`` until the end of the block, from when it is ``ready``."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **settings
    )
    try:
        until = time.monotonic() + SECONDS
        while not ready():
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < until, f"{command[0]} was not ready in {SECONDS} seconds"
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _has_ups(port: int) -> bool:
    """upsd listens before its driver has told it anything."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as asking:
            asking.sendall(b"GET VAR rack device.serial\n")
            return asking.recv(256).startswith(b"VAR")
    except OSError:
        return False


def _bound(port: int) -> bool:
    rows = Path("/proc/net/udp").read_text().splitlines()
    return any(f":{port:04X} " in row for row in rows)


@contextmanager
def snmp_agent(folder: Path, tree: list[tuple[str, str, Any]], description: str) -> Iterator[int]:
    """net-snmp's snmpd with ``tree`` in place of its own interfaces; gives its UDP port."""
    folder.mkdir(parents=True)
    port = free_port(socket.SOCK_DGRAM)
    (folder / "tree.json").write_text(json.dumps(tree))
    script = f"{sys.executable} -u {PASS} {folder / 'tree.json'}"
    roots = (
        "1.3.6.1.2.1.2",
        "1.3.6.1.2.1.31",
        "1.3.6.1.2.1.33",
        "1.3.6.1.2.1.43",
        "1.3.6.1.2.1.47",
        "1.0.8802",
    )
    lines = [
        f"agentaddress udp:127.0.0.1:{port}",
        f"rocommunity {COMMUNITY} 127.0.0.1",
        f"createUser {USER} SHA-256 {AUTH_KEY} AES {PRIV_KEY}",
        f"rouser {USER} priv",
        f"sysDescr {description}",
        "sysServices 2",
        *(f"pass_persist .{root} {script}" for root in roots),
    ]
    (folder / "snmpd.conf").write_text("\n".join(lines) + "\n")
    modules = "-ifTable,ifXTable,interface,interfaces,ifNumber,ifTableLastChange,host,hr_device,hr_print"
    command = ["/usr/sbin/snmpd", "-f", "-LE", "3", "-C", "-c", str(folder / "snmpd.conf"), "-I", modules]
    home = {**os.environ, "SNMP_PERSISTENT_DIR": str(folder / "state")}
    with _process(command, lambda: _bound(port), env=home):
        yield port


_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><listen>unix:path={path}</listen><auth>EXTERNAL</auth><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""
_AVAHI = """[server]
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
"""


@contextmanager
def _name_service(folder: Path) -> Iterator[dict[str, str]]:
    """What ippeveprinter does not start without: DNS-SD, here on a bus of its own and on the loopback alone. Gives the
    environment that leads to it."""
    bus, avahi = folder / "bus", Path("/run/avahi-daemon/pid")
    if avahi.exists() and Path("/proc", avahi.read_text().strip()).exists():
        yield {**os.environ}
        return
    (folder / "bus.conf").write_text(_BUS.format(path=bus))
    (folder / "avahi.conf").write_text(_AVAHI)
    there = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}"}
    daemon = ["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile"]
    names = [
        "avahi-daemon",
        "-f",
        str(folder / "avahi.conf"),
        "--no-drop-root",
        "--no-chroot",
        "--no-rlimits",
    ]
    with _process(daemon, bus.exists), _process(names, avahi.exists, env=there):
        yield there


@contextmanager
def printer(folder: Path) -> Iterator[int]:
    """CUPS' ippeveprinter; gives its port."""
    folder.mkdir(parents=True)
    port = free_port()
    command = [
        *("ippeveprinter", "-p", str(port), "-d", str(folder), "-n", "localhost", "-r", "off"),
        *("-M", "HP", "-m", "LaserJet 400", "-l", "办公室 201", "-f", "application/pdf", "Office printer"),
    ]
    with (
        _name_service(folder) as environment,
        _process(command, lambda: _listens(port), cwd=folder, env=environment),
    ):
        yield port


@contextmanager
def ups_server(folder: Path, **changes: str) -> Iterator[int]:
    """NUT's upsd with the driver dummy-ups; gives its port."""
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    port = free_port()
    values = {
        "ups.mfr": "APC",
        "ups.model": "Smart-UPS 1500",
        "ups.serial": "AS1234567890",
        "ups.status": "OL CHRG",
        "ups.load": "23.4",
        "battery.charge": "97",
        "battery.runtime": "2520",
        "battery.mfr.date": "2023/06/12",
        **changes,
    }
    (folder / "rack.dev").write_text("".join(f"{name}: {value}\n" for name, value in values.items()))
    (folder / "ups.conf").write_text(
        f"[rack]\n driver = dummy-ups\n port = {folder / 'rack.dev'}\n mode = dummy-once\n"
    )
    (folder / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {port}\n")
    (folder / "upsd.users").write_text("")
    for path in folder.iterdir():
        path.chmod(0o640)
    nut = {
        **os.environ,
        "NUT_CONFPATH": str(folder),
        "NUT_STATEPATH": str(folder),
        "NUT_ALTPIDPATH": str(folder),
    }
    driver = ["/lib/nut/dummy-ups", "-a", "rack", "-u", "root", "-D"]
    with (
        _process(driver, (folder / "dummy-ups-rack").exists, env=nut),
        _process(["/lib/nut/upsd", "-u", "root", "-D"], lambda: _has_ups(port), env=nut),
    ):
        yield port


PROJECTOR = {
    "CLSS": "2",
    "NAME": "多媒体教室 301",
    "INF1": "EPSON",
    "INF2": "CB-X06E",
    "INFO": "",
    "POWR": "1",
    "LAMP": "1532 1",
    "ERST": "000010",
    "SNUM": "X5AA1234567",
    "SVER": "1.02",
    "FILT": "ERR1",
    "RLMP": "ELPLP96",
}


@contextmanager
def projector(password: str | None = PASSWORD, said: dict[str, str] | None = None) -> Iterator[int]:
    """A projector that speaks PJLink, with the log-in of the specification; gives its port."""
    answers = PROJECTOR if said is None else said

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            greeting = "PJLINK 0\r" if password is None else "PJLINK 1 498e4a67\r"
            self.wfile.write(greeting.encode())
            digest = hashlib.md5(f"498e4a67{password}".encode(), usedforsecurity=False).hexdigest()
            expected = "" if password is None else digest
            while line := _until(self.rfile, b"\r").decode():
                if not line.startswith(expected):
                    self.wfile.write(b"PJLINK ERRA\r")
                    return
                command = line[len(expected) :]
                expected = ""
                self.wfile.write(f"{command[:6]}={answers.get(command[2:6], 'ERR1')}\r".encode())

    with server(Conversation) as port:
        yield port


def _until(stream: Any, end: bytes) -> bytes:
    line = b""
    while (byte := stream.read(1)) and byte != end:
        line += byte
    return line


@contextmanager
def server(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    """A TCP server of the tests' own; gives its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as listening:
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield listening.server_address[1]
        finally:
            listening.shutdown()
            thread.join(SECONDS)


def missing() -> list[str]:
    """What ``packages.txt`` installs and this machine does not have."""
    wanted = (
        *("/usr/sbin/snmpd", "/lib/nut/upsd", "/lib/nut/dummy-ups"),
        *("ippeveprinter", "avahi-daemon", "dbus-daemon"),
    )
    return [name for name in wanted if shutil.which(name) is None]
