"""A machine's serial console: what it says is read all the time, and one may type into it."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from pathlib import Path
from threading import Condition, Thread

_KEPT = 4 * 1024 * 1024
# Colours, cursor movements and the like (ECMA-48, "CSI"), and a terminal's title (OSC).
_CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|[\x00\x07\x08\r]")


class SerialConsole:
    """Connected to QEMU's socket at ``path``; its thread ends with QEMU."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._said = ""
        # Where the next wait begins to look: what was waited for is not found again.
        self._seen = 0
        self._news = Condition()
        self._open = True
        Thread(target=self._listen, name=f"console {path.name}", daemon=True).start()

    @property
    def text(self) -> str:
        """Everything so far without control characters, up to the newest four million characters."""
        with self._news:
            return self._said

    def last_lines(self, count: int = 15) -> str:
        lines = [line for line in self.text.splitlines() if line.strip()]
        return "\n".join(lines[-count:])

    def wait_for(self, pattern: str, seconds: float) -> re.Match[str]:
        """The next match behind the previous one.

        Raises ``TimeoutError`` with the last lines where there is none in time or the machine ended.
        """
        wanted = re.compile(pattern)
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                if found := wanted.search(self._said, self._seen):
                    self._seen = found.end()
                    return found
                left = deadline - time.monotonic()
                if left <= 0 or not self._open:
                    raise TimeoutError(
                        f"no {pattern!r} on the console within {seconds} s:\n{self._said[-2000:]}"
                    )
                self._news.wait(left)

    def type(self, text: str) -> None:
        """Types; a line ends with ``\\n``."""
        self._socket.sendall(text.replace("\n", "\r").encode())

    def close(self) -> None:
        self._open = False
        # QEMU may have closed it already.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _listen(self) -> None:
        rest = b""
        while True:
            try:
                received = self._socket.recv(65536)
            except OSError:
                received = b""
            with self._news:
                if not received:
                    self._open = False
                    self._news.notify_all()
                    return
                # A control sequence or character that is cut in two stays for the next time.
                rest += received
                whole, rest = _cut(rest)
                self._said += _CONTROL.sub("", whole.decode("utf-8", "replace"))
                if len(self._said) > _KEPT:
                    gone = len(self._said) - _KEPT
                    self._said = self._said[gone:]
                    self._seen = max(0, self._seen - gone)
                self._news.notify_all()


def _cut(data: bytes) -> tuple[bytes, bytes]:
    """What can be read now, and an unfinished escape sequence or UTF-8 character at the end."""
    if unfinished := re.search(
        rb"(\x1b(\[[0-?]*[ -/]*|\][^\x07\x1b]{0,200})?|[\xc0-\xff][\x80-\xbf]{0,2})$", data
    ):
        last = unfinished[0]
        size = 4 if last[0] >= 0xF0 else 3 if last[0] >= 0xE0 else 2 if last[0] >= 0xC0 else len(last) + 1
        if len(last) < size:
            return data[: unfinished.start()], last
    return data, b""
