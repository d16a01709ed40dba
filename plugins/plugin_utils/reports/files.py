"""Writing a report so that a reader only ever meets the whole old one or the whole new one."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..i18n import UserError

MARKER = ".jifang-site"


def _failure(path: Path, error: OSError) -> UserError:
    return UserError(
        "reports",
        "{path} could not be written: {reason}. Nothing was changed; free some space or mend the permissions, "
        "then render the reports again.",
        path=path,
        reason=error.strerror or error,
    )


@contextmanager
def _held(folder: Path, path: Path) -> Iterator[None]:
    """One writer of ``path``'s folder at a time: the kernel lets go of the lock if the writer is killed."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                "reports", "Another run is writing {path}. Wait until it is done, then try again.", path=path
            ) from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def replaced_file(path: Path) -> Iterator[Path]:
    """Yields a temporary sibling to write; puts it in ``path``'s place, synced, when the block ends well.

    What a killed run left behind is cleaned up by the next. Raises UserError when the disk refuses or
    another run is writing; the file that was there stays.
    """
    temporary = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _held(path.parent, path):
            temporary.unlink(missing_ok=True)
            try:
                yield temporary
                with temporary.open("rb") as written:
                    os.fsync(written.fileno())
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
    except OSError as error:
        raise _failure(path, error) from error


@contextmanager
def scratch_folder(path: Path) -> Iterator[Path]:
    """Yields an empty folder beside ``path`` for what is needed on the way; it is gone afterwards.

    To be used inside ``replaced_file``, whose lock keeps a second writer out.
    """
    folder = path.with_name(f"{path.name}.parts")
    _remove(folder)
    folder.mkdir()
    try:
        yield folder
    finally:
        _remove(folder)


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """Yields an empty sibling folder to fill; swaps it with ``target`` when the block ends well.

    The old folder is moved aside and removed only once the new one stands in its place. What a killed run
    left behind is cleaned up by the next. Raises UserError when the disk refuses, another run
    is writing, or ``target`` holds something that is not a site of ours.
    """
    target = target.resolve()
    new, old = (target.with_name(f".{target.name}.{suffix}") for suffix in ("new", "old"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _held(target.parent, target):
            if old.exists() and not target.exists():
                old.rename(target)
            _refuse_foreign(target)
            _remove(new, old)
            try:
                new.mkdir()
                yield new
                (new / MARKER).touch()
                if target.exists():
                    target.rename(old)
                try:
                    new.rename(target)
                except OSError:
                    if old.exists():
                        old.rename(target)
                    raise
            finally:
                _remove(new)
            _remove(old)
    except OSError as error:
        raise _failure(target, error) from error


def _remove(*folders: Path) -> None:
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)


def _refuse_foreign(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir() or (any(target.iterdir()) and not (target / MARKER).exists()):
        raise UserError(
            "reports",
            "{path} holds something that is not a Jifang site, so it is left alone. "
            "Choose an empty folder for the site or move that one away.",
            path=target,
        )
