"""Data for the site's scripts: values that stay data, whatever they say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path


def script_json(value: object) -> str:
    """JSON that stays data inside a script: no ``<``, ``>``, ``&`` or line separator that HTML or JavaScript reads
    (ECMA-262 before 2019 ends a line at U+2028)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        if character in text:
            text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def write_data(path: Path, name: str, head: Mapping[str, object], rows: Iterable[object]) -> None:
    """A classic script that assigns ``head`` with its ``rows`` to ``window.<name>``; one row is in memory at a time."""
    with path.open("w", encoding="utf-8", errors="replace") as script:
        script.write(f'window.{name}={script_json(head)[:-1]},"rows":[\n')
        for position, row in enumerate(rows):
            script.write(",\n" if position else "")
            script.write(script_json(row))
        script.write("\n]};\n")
