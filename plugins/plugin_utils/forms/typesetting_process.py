"""One job of Typst, in this process or, run as a program, one after the other from standard input.

A job and its answer are each a line of JSON; the bytes of the answer follow its line. As a program this file stands
alone: it imports nothing of the collection.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import UTC, datetime
from functools import cache
from typing import Any

import typst


@cache
def _fonts(folders: tuple[str, ...]) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))


def answer(job: dict[str, Any]) -> bytes:
    """A PDF, or the JSON of the one piece of metadata that ``job["selector"]`` finds."""
    files: Any = {name: text.encode() for name, text in job["files"].items()}  # its stub knows no dictionary
    fonts = _fonts(tuple(job["fonts"]))
    if job["selector"] is not None:
        return str(typst.query(files, job["selector"], field="value", one=True, font_paths=fonts)).encode()
    moment = datetime.fromtimestamp(job["timestamp"], UTC)
    made: bytes = typst.compile(files, font_paths=fonts, timestamp=moment, pdf_tags=False)
    return made


def main() -> None:
    """Serves jobs until standard input ends; says with each how many kB it has needed so far."""
    for line in sys.stdin.buffer:
        made = answer(json.loads(line))
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sys.stdout.buffer.write(json.dumps({"bytes": len(made), "used_kb": used}).encode() + b"\n")
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
