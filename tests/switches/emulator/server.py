"""Devices over SSH on loopback: echo, pages, slow ends. Any number in one thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import asyncssh

from .device import Device
from .shell import Reply, Shell

_PAGE = 22
_FLOOD = "x" * 4096


class _Server(asyncssh.SSHServer):
    def __init__(self, device: Device, seen: list[str]) -> None:
        self.device, self.seen = device, seen

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        if not self.device.reachable:
            conn.abort()
            return
        self.seen.append("connected")

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's interface
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username == "admin" and password == self.device.password


class _Talk:
    """One session. Bytes come as they are typed; the switch itself echoes them."""

    def __init__(self, device: Device, process: asyncssh.SSHServerProcess[str]) -> None:
        self.device, self.process = device, process
        self.shell = Shell(device)
        self._connection = process.channel.get_connection()

    async def run(self) -> None:
        self.device.on_cut.append(self._abort)
        try:
            self._say("\r\n" + self.shell.prompt)
            hidden = False
            async for line in self._lines():
                if not self.device.reachable:
                    await asyncio.sleep(3600)  # packets get lost: nobody is told
                if not hidden:
                    self._say(line)
                self._say("\r\n")
                reply = self.shell.enter(line)
                hidden = reply.hidden
                if reply.text == _FLOOD:
                    await self._flood()
                await self._pages(reply)
                if reply.ended:
                    break
                if self.device.reachable:
                    self._say(self.shell.prompt)
        except (asyncssh.Error, asyncssh.BreakReceived, asyncssh.TerminalSizeChanged, OSError):
            pass
        finally:
            self.device.on_cut.remove(self._abort)
            with suppress(OSError):
                self.process.exit(0)

    def _abort(self) -> None:
        self._connection.abort()

    def _say(self, text: str) -> None:
        self.process.stdout.write(text)

    async def _flood(self) -> None:
        """Never ends by itself."""
        while not self.process.channel.is_closing():
            self._say(_FLOOD)
            await self.process.stdout.drain()

    async def _lines(self) -> Any:
        line = ""
        while True:
            got = await self._key()
            if got == "":
                return
            if got in "\r\n":
                yield line
                line = ""
            elif got in "\b\x7f":
                line = line[:-1]
            elif got.isprintable():
                line += got

    async def _key(self) -> str:
        while True:
            with suppress(asyncssh.TerminalSizeChanged):
                return str(await self.process.stdin.read(1))

    async def _pages(self, reply: Reply) -> None:
        lines = reply.text.split("\n") if reply.text else []
        while lines:
            page, lines = (
                (lines[:_PAGE], lines[_PAGE:])
                if self.shell.paging or self.device.always_pages
                else (lines, [])
            )
            self._say("\r\n".join(page) + "\r\n")
            if lines:
                self._say(self.device.dialect.pager)
                key = await self._key()
                self._say(self.device.dialect.wipe)
                if key in ("q", "\x03", ""):
                    return


FLOOD = _FLOOD


@dataclass
class Rack:
    """Devices that are being served: ``ports`` by name, and the file of the keys by which they are known."""

    devices: dict[str, Device]
    ports: dict[str, int] = field(default_factory=dict)
    key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    sessions: dict[str, list[str]] = field(default_factory=dict)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def known_hosts(self) -> str:
        public = self.key.export_public_key().decode().strip()
        return "".join(f"[127.0.0.1]:{port} {public}\n" for port in self.ports.values())

    def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def start(self) -> list[asyncssh.SSHAcceptor]:
        acceptors = []
        for name, device in self.devices.items():
            seen = self.sessions.setdefault(name, [])

            async def talk(process: asyncssh.SSHServerProcess[str], device: Device = device) -> None:
                await _Talk(device, process).run()

            acceptor = await asyncssh.create_server(
                lambda device=device, seen=seen: _Server(device, seen),
                "127.0.0.1",
                0,
                server_host_keys=[self.key],
                process_factory=talk,
                line_editor=False,
                server_version="Cisco-1.25",
                # No new key exchange in the midst of a test; nothing here is worth more.
                rekey_bytes=1 << 30,
            )
            self.ports[name] = acceptor.get_port()
            acceptors.append(acceptor)
        return acceptors


@contextmanager
def served(devices: dict[str, Device]) -> Iterator[Rack]:
    """The devices on loopback, in a thread of their own."""
    rack = Rack(devices)
    thread = threading.Thread(target=rack.loop.run_forever, daemon=True)
    thread.start()
    acceptors = rack.call(rack.start())
    try:
        yield rack
    finally:

        async def stop() -> None:
            for acceptor in acceptors:
                acceptor.close()
            for device in devices.values():
                device.cancel()
                device.cut()

        rack.call(stop())
        rack.loop.call_soon_threadsafe(rack.loop.stop)
        thread.join(10)
