"""Configurations kept in a git repository: what each switch ran when, and whether the suite made the change.

The trailer ``Made-by`` of a commit says so: ``suite`` where an errand changed the switch, ``unknown`` where what runs
is not what was kept last. A person's own name is the author either way: who ran the errand that wrote it down.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from ..facts.shape import clean_text
from ..i18n import UserError

_KEY_BYTES = 32
_SECONDS = 60
_MOST_CHANGES = 200
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", re.ASCII)
_SHOWN = 300


class Maker(StrEnum):
    SUITE = "suite"
    UNKNOWN = "unknown"
    FIRST = "first"  # nothing was kept of this switch before


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A configuration that differed from the one before. ``commit`` is git's name for it; ``lines`` changed."""

    switch: str
    maker: Maker
    commit: str
    at: datetime
    lines: int


class Repository:
    """``folder`` is made where it is not there. Several runs may write at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._repository = folder / "configurations"

    def key(self) -> bytes:
        """Of the hashes that stand for secrets. It lies beside the repository and never in it; made at first use."""
        path = self.folder / "key"
        with self._locked():
            if not path.exists():
                with _private(path) as stream:
                    os.write(stream, secrets.token_hex(_KEY_BYTES).encode())
            return bytes.fromhex(path.read_text("ascii").strip())

    def last(self, switch: str) -> str | None:
        path = self._path(switch)
        return path.read_text("utf-8") if path.exists() else None

    def keep(self, switch: str, text: str, *, made_by_suite: bool, actor: str) -> Kept | None:
        """Writes down ``text``, which holds no secret; None where it is what was kept last."""
        path = self._path(switch)
        with self._locked():
            self._begin()
            before = self.last(switch)
            if before == text:
                return None
            maker = Maker.SUITE if made_by_suite else Maker.FIRST if before is None else Maker.UNKNOWN
            path.write_text(text, encoding="utf-8")
            self._git("add", "--", path.name)
            name = clean_text(actor).replace("<", "").replace(">", "") or "unknown"
            self._git(
                *("-c", f"user.name={name}", "-c", "user.email=jifang@localhost"),
                *("commit", "--quiet", "--no-verify", "--no-gpg-sign"),
                *("--message", f"{switch}\n\nMade-by: {maker.value}", "--", path.name),
            )
            return next(self._changes(switch, 1))

    def changes(self, switch: str | None = None) -> list[Kept]:
        """The newest changes first, at most 200."""
        if not (self._repository / ".git").exists():
            return []
        return list(self._changes(switch, _MOST_CHANGES))

    def _changes(self, switch: str | None, most: int) -> Iterator[Kept]:
        told = self._git(
            *(
                "log",
                f"--max-count={most}",
                "--numstat",
                "--format=%x00%H %ct %s %(trailers:key=Made-by,valueonly,separator=)",
            ),
            *(("--", f"{switch}.cfg") if switch else ()),
        )
        for entry in told.split("\0")[1:]:
            head, _, numbers = entry.partition("\n")
            commit, seconds, name, maker = (head.split(" ") + [""] * 4)[:4]
            counted = re.findall(r"^(\d+)\t(\d+)\t", numbers, re.MULTILINE)
            yield Kept(
                switch=name,
                maker=Maker(maker) if maker in set(Maker) else Maker.UNKNOWN,
                commit=commit,
                at=datetime.fromtimestamp(int(seconds), UTC),
                lines=sum(int(added) + int(removed) for added, removed in counted),
            )

    def _path(self, switch: str) -> Path:
        if not _NAME.fullmatch(switch):
            raise UserError(
                "switching",
                "{name} cannot be the name of a file. Call the switch by letters, numbers, dots and hyphens.",
                name=clean_text(switch)[:_SHOWN],
            )
        return self._repository / f"{switch}.cfg"

    def _begin(self) -> None:
        if not (self._repository / ".git").exists():
            self._repository.mkdir(mode=0o700, exist_ok=True)
            self._git("init", "--quiet", "--initial-branch=main")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _private(self.folder / "lock") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def _git(self, *words: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - the words are ours, names are checked
                ["git", "-C", str(self._repository), *words],  # noqa: S607 - wherever it is
                capture_output=True,
                check=False,
                timeout=_SECONDS,
                env=_environment(),
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UserError("switching", "git cannot be run: {why}", why=str(error)[:_SHOWN]) from error
        if done.returncode:
            raise UserError(
                "switching",
                "git refused in {folder}: {why}",
                folder=str(self._repository),
                why=clean_text(done.stderr.decode(errors="replace"))[:_SHOWN],
            )
        return done.stdout.decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    """Nothing of a person's own settings has a say: no hooks, no signing, no other folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "LC_ALL": "C.UTF-8"}


@contextmanager
def _private(path: Path) -> Iterator[int]:
    stream = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield stream
    finally:
        os.close(stream)
