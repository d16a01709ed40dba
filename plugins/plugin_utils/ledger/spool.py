"""The spool: a file of JSON lines per run, between the callback that writes it and the commit that reads it.

A file's writer holds a lock on it while it lives. The commit takes the file of its own run, and every file
whose lock is free: what a killed run left behind. A file is removed only after its transaction is on disk.
Format: "Spool record" in ``docs/architecture.md``.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LINE_BYTES = 8 * 1024 * 1024
_SUFFIX = ".jsonl"


def now() -> str:
    """The present in the spool's own form: ISO 8601, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record_line(kind: str, run: str, fields: Mapping[str, Any]) -> str:
    return json.dumps(
        {"v": 1, "kind": kind, "run": run, "at": now(), **fields}, ensure_ascii=False, separators=(",", ":")
    )


class RunSpool:
    """What one ansible-playbook process puts down: the callback writes here and nowhere else.

    Nothing raises: Ansible turns a callback's exception into a warning and goes on, so trouble is kept in
    ``troubles`` for the commit, which can fail the play. With ``dry`` (check mode) lines stay in memory.
    """

    def __init__(self, playbook: str, actor: str, *, dry: bool) -> None:
        self.run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        self.dry = dry
        self.hosts: set[str] = set()
        self.troubles: list[str] = []
        self.directory: Path | None = None
        self.path: Path | None = None
        self._header = record_line("run", self.run, {"playbook": playbook, "actor": actor})
        self._held: list[str] = []
        self._fd = -1

    def add(self, host: str, line: str) -> None:
        """Puts down ``line``; held in memory in check mode, until ``directory`` is set, and after trouble."""
        self.hosts.add(host)
        self._held.append(line)
        if self.directory is not None and not self.dry:
            try:
                self._write(self.directory)
            except OSError as error:
                self.troubles.append(str(error))

    def held_records(self) -> list[Any]:
        """The records that are not in a file, header first; empty where there are none."""
        return [json.loads(line) for line in (self._header, *self._held)] if self._held else []

    def _write(self, directory: Path) -> None:
        # A commit of this run takes its file away. What comes later in the same process starts a new one.
        if self._fd >= 0 and self.path is not None and not self.path.exists():
            self.close()
        lines = self._held
        if self._fd < 0:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path = directory / f"{self.run}-{secrets.token_hex(2)}{_SUFFIX}"
            self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            _sync_folder(directory)
        end = os.lseek(self._fd, 0, os.SEEK_END)
        if end == 0:
            lines = [self._header, *lines]
        view = memoryview("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))
        try:
            while view:
                view = view[os.write(self._fd, view) :]
            os.fsync(self._fd)
        except OSError:
            # Half a line would hide the next one; a full disk still lets a file shrink.
            os.ftruncate(self._fd, end)
            raise
        self._held.clear()

    def let_go(self) -> None:
        """In a forked process: the lock is the writer's alone, not that of a worker which outlives it."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def close(self) -> None:
        self.let_go()
        self.path = None


_current: RunSpool | None = None


def begin(playbook: str, actor: str, *, dry: bool) -> RunSpool:
    """The callback's side: starts the spool of this process."""
    global _current  # noqa: PLW0603 - one process is one run; see current()
    _current = RunSpool(playbook, actor, dry=dry)
    os.register_at_fork(after_in_child=_current.let_go)
    return _current


def current() -> RunSpool | None:
    """The spool of the run that this code belongs to, or None where the callback is not switched on.

    Action plugins run in a worker that Ansible forks from the process in which the callback lives, so they
    see what the callback had put here by then.
    """
    return _current


def _sync_folder(directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def claimed(directory: Path, own: Path | None) -> Iterator[list[Path]]:
    """The files that this commit may read: ``own``, and those whose writer is gone. Others' stay untouched, and
    so does what is no file (see ``strangers``).

    While inside, the orphans are locked, so that two commits do not replay the same file.
    """
    locks: list[int] = []
    files: list[Path] = []
    try:
        for path in sorted(directory.glob(f"*{_SUFFIX}")) if directory.is_dir() else []:
            if path == own:
                files.append(path)
                continue
            if not _is_file(path):
                continue  # a stranger, or another commit has just finished it
            try:
                fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(fd)
                continue
            locks.append(fd)
            if path.exists():  # else its writer has committed it since it was opened
                files.append(path)
        yield files
    finally:
        for fd in locks:
            os.close(fd)


def strangers(directory: Path) -> list[Path]:
    """What is named like a spool file and is none: a link, a pipe, a folder. It is never opened."""
    return [
        path for path in sorted(directory.glob(f"*{_SUFFIX}")) if os.path.lexists(path) and not _is_file(path)
    ]


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def read_records(path: Path, cut: list[str]) -> Iterator[Any]:
    """The records of one file, parsed. A last line without its end was cut by a crash: its file's name goes
    to ``cut`` and the line is left out. A line that is too long or no JSON comes as None, for the commit to
    reject.
    """
    with path.open("rb") as file:
        while line := file.readline(LINE_BYTES + 1):
            if not line.endswith(b"\n"):
                if len(line) <= LINE_BYTES:
                    cut.append(path.name)
                    return
                while (rest := file.readline(LINE_BYTES)) and not rest.endswith(b"\n"):
                    pass
                yield None
                continue
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                yield None


def remove(files: list[Path]) -> None:
    """After the transaction is on disk."""
    for path in files:
        path.unlink(missing_ok=True)
    if files:
        _sync_folder(files[0].parent)


def set_aside(path: Path) -> Path:
    """Moves a file with records that the ledger refused to ``rejected/``, for a person to look at."""
    shelf = path.parent / "rejected"
    shelf.mkdir(mode=0o700, exist_ok=True)
    return path.rename(shelf / path.name)
