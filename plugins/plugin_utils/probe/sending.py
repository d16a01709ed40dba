"""How the probe travels: the command that starts it on a PC, and its framed answer.

The probe goes in through standard input where the connection can do that (SSH with pipelining), else inside
the command line; the code is the same. ``sudo`` then logs one short line instead of kilobytes.
"""

from __future__ import annotations

import ast
import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

from ..i18n import UserError
from .plan import linux_plan

NO_PYTHON = "JIFANG-NO-PYTHON"
# A frame of 12 MB holds far more than the probe's own caps allow; beyond it somebody is not our probe.
FRAME_BYTES = 12 * 1024 * 1024
_FRAME = re.compile(r"JIFANG<([A-Za-z0-9+/=\s]*)>GNAFIJ")
# RHEL-family systems without a public Python still carry the platform's own.
_PYTHONS = ("python3", "/usr/bin/python3", "/usr/libexec/platform-python", "/usr/local/bin/python3")
_HERE = Path(__file__).parent


def preload() -> None:
    """Make the usual program now, so that processes forked later share it."""
    _linux_program(repr(linux_plan(packages=False)), "/")


def preload_state() -> None:
    """The same for the look at what is wanted; the questions differ from host to host."""
    _state_source()


class Errand(NamedTuple):
    """What to execute on the PC; ``stdin`` is None where everything is in the command."""

    command: str
    stdin: bytes | None


@cache
def _source(name: str, leave_out: frozenset[str] = frozenset()) -> str:
    """A payload without comments, docstrings, the functions of ``leave_out`` and imports from beside it: the PC
    compiles what it is sent at every start."""
    tree = ast.parse((_HERE / name).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            continue
        assert isinstance(body, list)  # noqa: S101 - tells the type checker what these three have
        if ast.get_docstring(node) is not None:
            body[:1] = [] if len(body) > 1 else [ast.Pass()]
        body[:] = [
            one
            for one in body
            if not (isinstance(one, ast.FunctionDef) and one.name in leave_out)
            and not (isinstance(one, ast.ImportFrom) and one.level)
        ]
    return ast.unparse(tree)


def _packed(source: str) -> str:
    # Its answer given, Python need not take itself apart: 2 ms of the PC's.
    whole = f"{source}\nsys.stdout.flush()\nos._exit(0)\n"
    packed = base64.b64encode(zlib.compress(whole.encode(), 9)).decode()
    return f'import zlib,binascii;exec(zlib.decompress(binascii.a2b_base64("{packed}")))'


@cache
def _linux_program(plan: str, root: str) -> str:
    return _packed(f"{_source('linux_payload.py')}\nmain({plan}, {root!r})")


@cache
def _state_source() -> str:
    inherited = _source("linux_payload.py", frozenset({"native", "globs", "links", "files", "run", "main"}))
    return f"{inherited}\n{_source('state_payload.py')}"


@cache
def _state_program(plan: str) -> str:
    return _packed(f"{_state_source()}\nlook({plan})")


def linux_errand(plan: Mapping[str, Any], *, root: str, python: str | None, through_stdin: bool) -> Errand:
    """The command that reads a Linux PC's hardware.

    ``python`` is the interpreter that the inventory names, or None to take the first that is there.
    """
    return _python_errand(_linux_program(repr(plan), root), python, through_stdin=through_stdin)


def state_errand(plan: Mapping[str, Any], *, python: str | None, through_stdin: bool) -> Errand:
    """The command that answers the questions of ``plan``, which ``desired/asking.py`` makes."""
    return _python_errand(_state_program(repr(plan)), python, through_stdin=through_stdin)


def _python_errand(program: str, python: str | None, *, through_stdin: bool) -> Errand:
    """The command for a login shell of any kind: where a POSIX shell is needed, it names it."""
    # -B: Python would otherwise write the bytecode of a module that it finds uncompiled, and a PC is only read.
    arguments = "-B -I -S -" if through_stdin else f"-B -I -S -c {quote(program)}"
    stdin = f"{program}\n".encode() if through_stdin else None
    if python:
        return Errand(f"{quote(python)} {arguments}", stdin)
    search = " ".join(_PYTHONS)
    find = f'for p in {search}; do command -v "$p" >/dev/null 2>&1 && exec "$p" {arguments}; done'
    search_all = f"{find}; echo {NO_PYTHON} >&2; exit 127"
    return Errand(f"/bin/sh -c {quote(search_all)}", stdin)


def windows_errand(*, packages: bool) -> Errand:
    """The command line that lets PowerShell 5.1 read the probe's script from its pipeline input.

    The script is larger than a Windows command line may be (8,191 characters through cmd.exe).
    """
    script = (_HERE / "windows.ps1").read_text(encoding="utf-8")
    starter = '$s = @($input) -join "`n"; & ([ScriptBlock]::Create($s))'
    if packages:
        starter += " -Packages"
    encoded = base64.b64encode(starter.encode("utf-16-le")).decode()
    command = f"PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand {encoded}"
    return Errand(command, script.encode("utf-8"))


def unframe(stdout: str) -> bytes:
    """The compressed evidence between the markers, without what a log-in banner or a terminal put around it.

    Raises ``UserError`` where there is no whole frame.
    """
    if len(stdout) > FRAME_BYTES:
        raise UserError(
            "facts", "the answer of the PC is larger than {limit} MB", limit=FRAME_BYTES // 1024**2
        )
    frame = _FRAME.search(stdout)
    if frame is None:
        raise UserError(
            "facts", "the PC did not send a whole answer; run again with -vvv to see what it sent"
        )
    try:
        return binascii.a2b_base64(frame.group(1).encode("ascii"))
    except binascii.Error as error:
        raise UserError("facts", "the answer of the PC was damaged on the way; run again") from error
