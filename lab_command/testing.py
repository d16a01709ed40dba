"""``lab test``: every check and every test, and at the end in one place what could not run here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from .paths import LOGS, ROOT
from .progress import run_logged, step
from .speech import _, language, say

_CHECK_SECONDS = 900
_SHOWN_LINES = 60
_COLLECTION = "ansible_collections.jifang.lab.plugins"
SLOW_MARKERS = ("containers", "postgresql", "browser", "vm")
# Read by the pytest plugin ``outcome``: a JSON list of the checks that failed.
FAILED_CHECKS = "LAB_FAILED_CHECKS"


@dataclass(frozen=True, slots=True)
class Check:
    """A tool that judges the sources, and its words."""

    name: str
    command: tuple[str, ...]


def checks(files: Sequence[str]) -> list[Check]:
    """Every check over the repository's own ``files``."""
    tools = Path(sys.executable).parent

    def tool(name: str, *words: str) -> Check:
        return Check(name, (str(tools / name), *words))

    yaml = [name for name in files if name.endswith((".yml", ".yaml"))]
    shell = [name for name in files if _is_shell(ROOT / name)]
    return [
        tool("ruff", "check", "."),
        Check("ruff format", (str(tools / "ruff"), "format", "--check", ".")),
        tool("mypy", *(word for package in _typed_packages(files) for word in ("-p", package))),
        tool("yamllint", "--strict", *yaml),
        tool("ansible-lint", "--offline", "--profile", "production", "-q"),
        Check("shellcheck", ("shellcheck", *shell)),
    ]


def _typed_packages(files: Sequence[str]) -> list[str]:
    """The packages that mypy judges, without those in which there is no Python yet: git keeps no empty folder."""
    folders = {f"{_COLLECTION}.{name}": f"plugins/{name}/" for name in ("plugin_utils", "module_utils")}
    folders |= {name: f"{name}/" for name in ("lab_command", "demo")}
    python = [name for name in files if name.endswith(".py")]
    return [package for package, folder in folders.items() if any(name.startswith(folder) for name in python)]


def command(arguments: Sequence[str], *, fast: bool = False) -> int:
    """Runs all checks and all tests; given ``arguments``, pytest with them alone. Gives an exit code.

    Virtual machines are slow, but keep one core at most busy: their tests run beside everything else, and where there
    are two cores two files at a time, so that both are busy until the end.
    """
    quick = ["-m", " and ".join(f"not {marker}" for marker in SLOW_MARKERS)] if fast else []
    if arguments or fast:
        return _pytest([*arguments, *quick], [] if arguments else _failed()).wait()
    log = LOGS / "vm-tests.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        virtual = _pytest(
            ["-m", "vm", "-n", str(min(2, os.cpu_count() or 1)), "--dist", "loadfile"], output=output
        )
        try:
            code = _pytest(["-m", "not vm"], _failed()).wait()
            with step(_("Tests in virtual machines")):
                virtual.wait()
        finally:
            virtual.terminate()
    sys.stdout.write(log.read_text(encoding="utf-8", errors="replace"))
    return code or virtual.returncode


def _failed() -> list[str]:
    """The names of the checks that found something."""
    return [check.name for check in checks(sources()) if not _passes(check)]


def _pytest(
    arguments: Sequence[str], failed: Sequence[str] = (), output: BinaryIO | None = None
) -> subprocess.Popen[bytes]:
    sys.stdout.flush()
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "pytest", "-p", "lab_command.outcome", *arguments],
        cwd=ROOT,
        env={**os.environ, FAILED_CHECKS: json.dumps(list(failed))},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
    )


def _passes(check: Check) -> bool:
    log = LOGS / f"check-{check.name.replace(' ', '-')}.log"
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "NO_COLOR": "1"}
    environment.pop("PYTHONPATH", None)
    try:
        with step(check.name):
            run_logged(
                check.command,
                log,
                seconds=_CHECK_SECONDS,
                failure="The check found something. All of it: {log}",
                environment=environment,
                cwd=ROOT,
            )
    except UserError as error:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()[-_SHOWN_LINES:]:
            say(f"    {line}")
        say(f"✘ {check.name}: {error.message.render(language())}")
        return False
    return True


def sources() -> list[str]:
    """The repository's own files, without what it ignores.

    Asked of an empty repository over the same folder: a copy without its history, or a clone that another user
    owns and that git therefore refuses, gives the same answer.
    """
    with tempfile.TemporaryDirectory() as empty:
        subprocess.run(["git", "init", "--quiet", "--bare", empty], check=True)  # noqa: S603, S607
        listed = subprocess.run(  # noqa: S603
            [
                *("git", f"--git-dir={empty}", f"--work-tree={ROOT}"),
                *("ls-files", "-z", "--others", "--exclude-standard"),
            ],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    names = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
    return sorted(
        name for name in names if name and (ROOT / name).is_file() and not (ROOT / name).is_symlink()
    )


def _is_shell(path: Path) -> bool:
    with path.open("rb") as stream:
        first = stream.readline(64)
    return first.startswith(b"#!") and (b"bash" in first or b"/sh" in first)
