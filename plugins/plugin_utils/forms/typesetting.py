"""Typst at work: a template of this package, data as JSON, no file and no network besides."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pypdf import PdfWriter

from .fonts import typefaces
from .typesetting_process import answer

_TEMPLATES = Path(__file__).parent / "templates"
_SCISSORS = "scissors.svg"
_PROCESS = Path(__file__).with_name("typesetting_process.py")
# Typst remembers what it has set and forgets late. A process that has grown to this size is replaced.
_PROCESS_KB = 450_000


class Typesetter:
    """Sets one template again and again. ``made_on`` is the date in the file.

    With ``apart`` the work is done in a child process that is replaced whenever it has grown large: for long papers.
    To be used as a context. Raises UserError where the typefaces are missing.
    """

    def __init__(self, template: str, made_on: date, *, apart: bool) -> None:
        self._apart = apart
        self._process: subprocess.Popen[bytes] | None = None
        self._job = {
            "timestamp": int(datetime.combine(made_on, time(), UTC).timestamp()),
            "fonts": [str(folder) for folder in typefaces().folders],
        }
        self._fixed = {
            "main.typ": (_TEMPLATES / template).read_text(encoding="utf-8"),
            _SCISSORS: (_TEMPLATES / _SCISSORS).read_text(encoding="utf-8"),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def pdf(self, data: dict[str, Any]) -> bytes:
        return self._answer(data, None)

    def ask(self, data: dict[str, Any], selector: str) -> dict[str, Any]:
        """The value of the one piece of metadata that ``selector`` finds in what ``data`` gives."""
        found: dict[str, Any] = json.loads(self._answer(data, selector))
        return found

    def _answer(self, data: dict[str, Any], selector: str | None) -> bytes:
        files = {**self._fixed, "data.json": json.dumps(data, ensure_ascii=False, separators=(",", ":"))}
        job = {**self._job, "files": files, "selector": selector}
        return self._elsewhere(job) if self._apart else answer(job)

    def _elsewhere(self, job: dict[str, Any]) -> bytes:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and file
                [sys.executable, "-P", str(_PROCESS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        to, back = self._process.stdin, self._process.stdout
        assert to is not None and back is not None  # noqa: S101  both are pipes, a line above
        to.write(json.dumps(job).encode() + b"\n")
        to.flush()
        line = back.readline()
        if not line:
            raise RuntimeError(f"the typesetting process ended with code {self._process.wait()}")
        told = json.loads(line)
        made = back.read(told["bytes"])
        if told["used_kb"] > _PROCESS_KB:
            self._end()
        return made

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def joined(documents: Iterable[bytes]) -> bytes:
    """One PDF of several, with the particulars of the first."""
    first, *others = documents
    if not others:
        return first
    writer = PdfWriter(clone_from=io.BytesIO(first))
    for document in others:
        writer.append(io.BytesIO(document), import_outline=False)
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()
