"""Telling firmware's filler texts (``To be filled by O.E.M.``) from values.

What counts is data: ``placeholders.json`` lists exact texts and patterns, each with the kinds of field that
it is filler in and where it is known from. The kind matters: ``1.0`` is a version and no serial number.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Literal

Kind = Literal["serial", "asset_tag", "part_number", "name", "uuid", "mac"]

_DATA = Path(__file__).with_name("placeholders.json")
_LONGEST = 256  # the facts' bound on a string; no filler is longer than that and worth a look


def is_placeholder(kind: Kind, text: str) -> bool:
    """Whether this text stands for "nobody entered a value" in a field of this kind."""
    return classify(kind, text) is not None


def classify(kind: Kind, text: str) -> str | None:
    """The source that knows this text as filler in a field of this kind, None where it is a value.

    White space alone is filler; case and the amount of white space do not matter. Takes time in proportion
    to the text (at most 256 characters of it are looked at). ``KeyError`` on a kind that does not exist.
    """
    exact, patterns = _rules()[kind]
    plain = " ".join(text[: _LONGEST + 1].split()).casefold()
    if not plain:
        return "blank"
    if len(plain) > _LONGEST:
        return None
    if kind == "mac":
        plain = plain.replace("-", ":")
    if source := exact.get(plain):
        return source
    return next((source for pattern, source in patterns if pattern.fullmatch(plain)), None)


@cache
def _rules() -> dict[str, tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]]:
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    rules: dict[str, tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]] = {
        kind: ({}, []) for kind in ("serial", "asset_tag", "part_number", "name", "uuid", "mac")
    }
    for entry in data["exact"]:
        for kind in entry["kinds"]:
            rules[kind][0][entry["text"]] = entry["source"]
    for entry in data["patterns"]:
        pattern = re.compile(entry["pattern"])
        for kind in entry["kinds"]:
            rules[kind][1].append((pattern, entry["source"]))
    return rules
