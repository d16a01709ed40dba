"""A QEMU process that stays when the command that started it ends, until it is asked to end."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from ...speech import _, plain, trouble
from .qemu import Directory, missing
from .qmp import Monitor

_SECONDS = 60


class ConsoleLog:
    """What a standing machine says goes to a file; nobody types into it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last_lines(self, count: int = 15) -> str:
        try:
            text = self._path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join([line for line in text[-8192:].splitlines() if line.strip()][-count:])


class StandingQemu:
    """The machine of ``folder``, as long as its monitor answers there."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.console = ConsoleLog(folder / "console.log")

    @property
    def running(self) -> bool:
        return self._ask("query-status")

    def launch(self, words: Sequence[str]) -> None:
        """Raises ``UserError`` with QEMU's own words where it does not start."""
        (self.folder / "qmp").unlink(missing_ok=True)
        try:
            done = subprocess.run(  # noqa: S603
                [*words, "-daemonize", "-pidfile", "pid"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError as error:
            raise missing(error.filename) from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise trouble("{name} has ended by itself: {detail}", name=self.name, detail=plain(said[-1500:]))

    def must_run(self) -> None:
        if not self.running:
            said = plain(self.console.last_lines()) or _("no output")
            raise trouble("{name} has ended by itself: {detail}", name=self.name, detail=said)

    def end(self) -> bool:
        """Switches off at once; False where it was off."""
        if not self._ask("quit"):
            return False
        deadline = time.monotonic() + _SECONDS
        while self.running:
            if time.monotonic() > deadline:
                raise trouble("{name} did not switch off within {n} seconds.", name=self.name, n=_SECONDS)
            time.sleep(0.1)
        return True

    def _ask(self, question: str) -> bool:
        if not (self.folder / "qmp").exists():
            return False
        handle = Directory(self.folder)
        try:
            monitor = Monitor(handle.path / "qmp")
            # It may end while it answers.
            with contextlib.suppress(ConnectionError):
                monitor(question)
            monitor.close()
        except (FileNotFoundError, ConnectionError):
            return False
        finally:
            handle.close()
        return True
