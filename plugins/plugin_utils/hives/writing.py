"""Brings an image's hives to a wanted registry: asks, plans, replaces each hive whole and keeps the old one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ..desired.registry import Hive, RegistryState
from ..i18n import UserError
from . import image
from .plan import (
    Changes,
    Questions,
    build,
    build_question,
    changes,
    control_set,
    control_set_question,
    questions,
)

DOMAIN = "hives"
_PROGRAM = Path(__file__).with_name("hive_process.py")
# hivex is a library of the system: a virtual environment does not see it.
PYTHONS = ("/usr/bin/python3", "/usr/libexec/platform-python")
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Target:
    """One hive and what is wanted of it; ``prefix``: the control set, where the hive is SYSTEM."""

    hive: Hive
    path: Path
    prefix: str
    state: RegistryState

    def wanted_changes(self, path: Path) -> Changes:
        """What is not so yet in the file at ``path``, the hive or a copy of it."""
        return changes(
            self.state, self.hive, self.prefix, ask(path, questions(self.state, self.hive, self.prefix))
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """``backups``: the old hives, beside the new ones; empty in check mode and where nothing was to be changed."""

    changes: Mapping[Hive, Changes]
    backups: list[Path] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return any(self.changes.values())

    @property
    def diff(self) -> dict[str, str]:
        return {
            side: "".join(line for made in self.changes.values() for line in getattr(made, side))
            for side in ("before", "after")
        }


def bring_about(root: Path, state: RegistryState, *, now: datetime, check: bool) -> Outcome:
    """``root``: where the Windows partition is mounted. Raises ``UserError``; every hive is then as it was, or changed
    as a whole."""
    hives = image.hives_of(root)
    state.must_be_understood(build(ask(hives[Hive.SOFTWARE], build_question())))
    selected = control_set(ask(hives[Hive.SYSTEM], control_set_question()))
    if selected is None:
        raise UserError(
            DOMAIN,
            "{path} names no current control set; it is no SYSTEM hive of a PC.",
            path=hives[Hive.SYSTEM],
        )
    prefixes = {Hive.SOFTWARE: "", Hive.SYSTEM: f"{selected}\\"}
    targets = [Target(hive, path, prefixes[hive], state) for hive, path in hives.items()]
    outcome = Outcome({target.hive: target.wanted_changes(target.path) for target in targets})
    if check:
        return outcome
    for target in targets:
        made = outcome.changes[target.hive]
        if made:
            outcome.backups.append(_replace(target, made, now))
    return outcome


def ask(path: Path, asked: Questions) -> dict[str, Any]:
    return _run({"file": str(path), **asked.as_data()})


def _replace(target: Target, made: Changes, now: datetime) -> Path:
    """Changes a copy, looks at it, then puts it in the place of the hive. Gives the backup."""
    path = target.path
    new = path.with_name(f"{path.name}.jifang-new")
    backup = path.with_name(f"{path.name}.jifang-{now:%Y%m%dT%H%M%SZ}")
    security = image.security_of(path)
    try:
        for copy in (backup, new):
            shutil.copy2(path, copy)
            image.give_security(copy, security)
            _sync(copy)
        _run({"file": str(new), **made.as_data()})
        if target.wanted_changes(new):
            raise UserError(
                DOMAIN, "{path} did not take every change; the hive was left as it was.", path=path
            )
        _sync(new)
        new.replace(path)
    except (OSError, UserError) as error:
        for copy in (backup, new):
            copy.unlink(missing_ok=True)
        if isinstance(error, UserError):
            raise
        raise UserError(
            DOMAIN,
            "{path} cannot be written ({reason}). Mount the partition writable; the hive was left as it was.",
            path=path,
            reason=error.strerror or str(error),
        ) from error
    _sync(path.parent)
    return backup


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _run(errand: Mapping[str, Any], pythons: Sequence[str] = PYTHONS) -> dict[str, Any]:
    python = next((path for path in pythons if Path(path).exists()), None)
    done = python and subprocess.run(  # noqa: S603 - our own program, the hive's path is data
        [python, "-I", str(_PROGRAM)],
        input=json.dumps(errand),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if not done or "No module named 'hivex'" in done.stderr:
        raise UserError(
            DOMAIN,
            "hivex is missing on this machine. Install Debian's package python3-hivex, then try again.",
        )
    if done.returncode != 0:
        raise UserError(
            DOMAIN,
            "{path} cannot be read as a hive ({reason}); nothing was changed.",
            path=errand["file"],
            reason=(done.stderr.strip().splitlines() or ["?"])[-1][:200],
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
