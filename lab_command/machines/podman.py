"""The one wrapper around podman."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from ..speech import plain, trouble
from .detect import Engine, detect


class Podman:
    """Calls podman as this host needs it (see ``detect``); every call is bounded in time.

    A failure raises ``UserError`` with podman's last line; a missing program as well.
    """

    def __init__(self, engine: Engine | None = None) -> None:
        self.engine = engine or detect()

    def __call__(self, *arguments: str, stdin: bytes | None = None, seconds: float = 120) -> str:
        done = self._run(arguments, stdin, seconds)
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit {done.returncode}"]
            raise trouble(
                "podman {action} failed: {detail}. Look at it with: podman ps -a",
                action=arguments[0],
                detail=plain(lines[-1], 400),
            )
        return done.stdout.decode("utf-8", "replace")

    def succeeds(self, *arguments: str) -> bool:
        """For questions that podman answers with its exit code, such as ``image exists``."""
        return self._run(arguments, None, 60).returncode == 0

    def json(self, *arguments: str) -> Any:
        """The answer of a command that prints JSON; an empty answer is an empty list."""
        return json.loads(self(*arguments) or "[]") or []

    def _run(
        self, arguments: tuple[str, ...], stdin: bytes | None, seconds: float
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603
                [*self.engine.command, *arguments],
                input=stdin if stdin is not None else b"",
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except FileNotFoundError as error:
            raise trouble(
                "The program {program} is missing. Start the same command again; it installs what is missing.",
                program=error.filename,
            ) from None
        except subprocess.TimeoutExpired:
            raise trouble(
                "podman {action} gave no answer for {n} seconds. Look at it with: podman ps -a",
                action=arguments[0],
                n=int(seconds),
            ) from None
