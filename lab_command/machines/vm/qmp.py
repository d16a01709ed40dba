"""A client of the QEMU Machine Protocol: JSON lines over a UNIX socket (QEMU, docs/interop/qmp-spec.rst)."""

from __future__ import annotations

import json
import socket
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...speech import plain, trouble

_SECONDS = 60
# QEMU's longest answers (the tree of devices) are some ten thousand bytes.
_MAX_LINE = 4 * 1024 * 1024
_KEPT_EVENTS = 1000


class Monitor:
    """One connection to one machine; QEMU serves one at a time.

    Events that arrive meanwhile are kept for ``wait_for``. Raises ``UserError`` for what QEMU refuses, and
    ``ConnectionError`` where the machine is gone.
    """

    def __init__(self, path: Path) -> None:
        self._events: deque[Mapping[str, Any]] = deque(maxlen=_KEPT_EVENTS)
        self._buffer = b""
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(_SECONDS)
            self._socket.connect(str(path))
            self._next(time.monotonic() + _SECONDS)  # the greeting
            self("qmp_capabilities")
        except BaseException:
            self._socket.close()
            raise

    def __call__(self, command: str, **arguments: Any) -> Any:
        """Runs one command and gives what it returns. Names with ``_`` stand for QEMU's with ``-``."""
        words = {name.replace("_", "-"): value for name, value in arguments.items()}
        return self.execute(command, words)

    def execute(self, command: str, arguments: Mapping[str, Any]) -> Any:
        """The same with the arguments' own names: options of devices have ``_`` in some and ``-`` in others."""
        self._socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        deadline = time.monotonic() + _SECONDS
        while True:
            answer = self._next(deadline)
            if "event" in answer:
                self._events.append(answer)
            elif "error" in answer:
                raise trouble(
                    "QEMU refuses {command}: {detail}. Look at what was asked of the machine.",
                    command=command,
                    detail=plain(str(answer["error"].get("desc", "")), 300),
                )
            elif "return" in answer:
                return answer["return"]

    def wait_for(self, event: str, seconds: float, **data: Any) -> Mapping[str, Any]:
        """The data of the next such event whose fields are as given; it is taken out of those that are kept.

        Raises ``TimeoutError`` if there is none in time.
        """
        deadline = time.monotonic() + seconds
        while True:
            for kept in self._events:
                found: Mapping[str, Any] = kept.get("data", {})
                if kept["event"] == event and all(found.get(name) == value for name, value in data.items()):
                    self._events.remove(kept)
                    return found
            message = self._next(deadline)
            if "event" in message:
                self._events.append(message)

    def forget_events(self) -> None:
        self._events.clear()

    def close(self) -> None:
        self._socket.close()

    def _next(self, deadline: float) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            if len(self._buffer) > _MAX_LINE:
                raise ConnectionError("QEMU's answer has no end")
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            received = self._socket.recv(65536)
            if not received:
                raise ConnectionResetError("QEMU has ended")
            self._buffer += received
        line, self._buffer = self._buffer.split(b"\n", 1)
        message: dict[str, Any] = json.loads(line)
        return message
