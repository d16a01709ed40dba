"""Whether two configurations are the same, whatever the order and the remarks in which they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What a switch says about its configuration, or writes into it by itself.
_REMARK = re.compile(
    r"[!#]|$|Building configuration|Current configuration|Using \d+|(?:end|return)$|ntp clock-period"
)


def alike(one: str, other: str) -> bool:
    return frozenset(_lines(one)) == frozenset(_lines(other))


def _lines(text: str) -> Iterator[tuple[str, ...]]:
    """Each line with the sections that it stands in."""
    open_sections: list[tuple[int, str]] = []
    for raw in text.splitlines():
        line = raw.strip()
        if _REMARK.match(line):
            continue
        depth = len(raw) - len(raw.lstrip())
        while open_sections and open_sections[-1][0] >= depth:
            open_sections.pop()
        open_sections.append((depth, line))
        yield tuple(section for _, section in open_sections)
