"""Progress of long steps: a moving line on a terminal, plain lines elsewhere, the output in a log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .speech import _, plain, say, trouble

_DISK_FULL = ("no space left on device", "enough free space", "disk quota exceeded")


def is_terminal() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


@contextmanager
def step(title: str) -> Iterator[None]:
    """Shows ``title`` and the time that the block takes; says so as well when it fails."""
    started = time.monotonic()
    failed = True
    try:
        if is_terminal():
            with _spinner(title):
                yield
        else:
            say(f"→ {title}")
            yield
        failed = False
    finally:
        seconds = f"{time.monotonic() - started:.1f}"
        mark = "✘" if failed else "✔"
        say(f"{mark} {title} · {_('{seconds} s', seconds=seconds)}")


@contextmanager
def _spinner(title: str) -> Iterator[None]:
    # Rich costs 100 ms of imports: only where a terminal shows it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(title, total=None)
        yield


def run_logged(  # noqa: PLR0913  # each is one fact about the step
    argv: Sequence[str],
    log: Path,
    *,
    seconds: float,
    failure: str,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> None:
    """Runs a long command with its output in ``log`` and nothing on standard input.

    ``failure`` is the message id to raise when it fails, with the fields ``{log}`` and ``{detail}`` (the
    last line of the log). Raises ``UserError`` also for a full disk, a missing program and after ``seconds``.
    Its whole process group ends with this command, so Ctrl-C leaves nothing behind.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        try:
            child = subprocess.Popen(  # noqa: S603
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=cwd,
                start_new_session=True,
            )
        except FileNotFoundError:
            raise trouble(
                "The program {program} is missing. Start the same command again; it installs what is missing.",
                program=argv[0],
            ) from None
        try:
            status = child.wait(timeout=seconds)
        except BaseException as interruption:
            _end(child)
            if isinstance(interruption, subprocess.TimeoutExpired):
                raise trouble(
                    failure, log=log, detail=_("no end after {n} seconds", n=int(seconds))
                ) from None
            raise
    if status:
        tail = _tail(log)
        if any(sign in tail.lower() for sign in _DISK_FULL):
            raise trouble(
                "The disk is full. Free some space and start the same command again. Log: {log}", log=log
            )
        lines = [line for line in tail.splitlines() if line.strip()]
        raise trouble(failure, log=log, detail=plain(lines[-1] if lines else _("no output"), 300))


def _end(child: subprocess.Popen[bytes]) -> None:
    for number, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        try:
            os.killpg(child.pid, number)
            child.wait(timeout=patience)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _tail(log: Path, size: int = 8192) -> str:
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - size))
        return stream.read().decode("utf-8", "replace")
