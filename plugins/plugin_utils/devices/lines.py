"""A conversation in lines over TCP (PJLink, NUT) that ends: bounded in time, in bytes, and by line."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..i18n import Message, UserError
from .target import Target, Unreachable

LINE_BYTES = 4096
ALL_BYTES = 256 * 1024
NAMES = {"ipp": "IPP", "pjlink": "PJLink", "nut": "NUT"}


class Lines:
    """``line`` and ``send`` raise ``Unreachable`` where the device stops answering in time, ``UserError`` where it
    says more than any device does."""

    def __init__(self, connection: socket.socket, target: Target, end: float, terminator: bytes) -> None:
        self._connection = connection
        self._target = target
        self._end = end
        self._terminator = terminator
        self._buffer = b""
        self._left = ALL_BYTES

    def send(self, text: str) -> None:
        self._connection.settimeout(self._remaining())
        try:
            self._connection.sendall(text.encode("utf-8") + self._terminator)
        except OSError as error:
            raise silent(self._target) from error

    def line(self) -> bytes:
        """The next line without its end."""
        while self._terminator not in self._buffer:
            if len(self._buffer) > LINE_BYTES or self._left <= 0:
                raise UserError(
                    "devices",
                    "{address} sent more than such a device does; check that the address and port are those of "
                    "the device, and look at it",
                    address=self._target.shown,
                )
            self._connection.settimeout(self._remaining())
            try:
                data = self._connection.recv(4096)
            except OSError as error:
                raise silent(self._target) from error
            if not data:
                raise silent(self._target)
            self._left -= len(data)
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(self._terminator)
        return line

    def _remaining(self) -> float:
        remaining = self._end - time.monotonic()
        if remaining <= 0:
            raise silent(self._target)
        return remaining


@contextmanager
def conversation(target: Target, terminator: bytes) -> Iterator[Lines]:
    """A connection to ``target`` of at most ``target.seconds``. Raises ``Unreachable`` where there is none."""
    end = time.monotonic() + target.seconds
    try:
        connection = socket.create_connection((target.address, target.port), timeout=target.seconds)
    except OSError as error:
        raise silent(target, error) from error
    with connection:
        yield Lines(connection, target, end, terminator)


def silent(target: Target, error: OSError | None = None) -> Unreachable:
    """What to say where nothing, or not all, came in time. ``error`` tells more where connecting failed."""
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(
            Message(
                "devices",
                "{address} refused the connection; check the address and the port, and that {protocol} is switched on "
                "in the device",
                {"address": target.shown, "protocol": NAMES[target.protocol]},
            )
        )
    return Unreachable(
        Message(
            "devices",
            "{address} did not answer {protocol} within {seconds} seconds or hung up; check that it is on, its "
            "address, and that {protocol} is switched on in it",
            {
                "address": target.shown,
                "protocol": NAMES[target.protocol],
                "seconds": round(target.seconds),
            },
        )
    )
