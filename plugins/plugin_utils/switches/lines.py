"""Kinds of lines that the model claims in a section, and how each is written, replaced and taken back.

A line of no kind here is the switch's own: it is kept and never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

ALL_VLANS = frozenset(range(1, 4095))
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Line:
    """One line for one duty; a new one replaces the former.

    ``pattern`` matches the whole line, its first group is the value. ``undo`` takes it back. ``default``: what it means
    when nothing is written; a line that says so is as good as none. ``keep``: where the model says nothing the switch's
    own line stays; the model then says ``default`` where it means that. ``spelling``: what all its forms are read as.
    ``evident``: a line of the section that proves this one, and what is proved, where the switch does not write it.
    """

    duty: str
    pattern: re.Pattern[str]
    undo: str
    default: str = ""
    keep: bool = False
    spelling: str = ""
    evident: tuple[re.Pattern[str], str] | None = None

    def spelled(self, text: str) -> str:
        """One of its forms for all of them; ``''`` where it says what goes without saying."""
        text = self.spelling or text
        return "" if text == self.default and not self.keep else text


@dataclass(frozen=True, slots=True)
class VlanList:
    """Lines that together are a set of VLANs.

    ``reads``: patterns with the numbers as first group, and whether they set, add or remove them, or set all others.
    ``whole`` writes the set where it replaces what was there, ``undo`` lets everything through again; without them
    all is added and removed. ``implied`` is the set where nothing is written and the line ``mode`` is there (or always,
    without one). ``keep`` as for a ``Line``. ``separator`` and ``to`` write numbers.
    """

    duty: str
    reads: tuple[tuple[re.Pattern[str], str], ...]
    add: str
    remove: str
    keep: bool = False
    whole: str = ""
    undo: str = ""
    implied: frozenset[int] | None = None
    mode: str = ""
    separator: str = ","
    to: str = "-"

    def text(self, vlans: Iterable[int]) -> str:
        """How the set stands in a tree that is compared: one line, whatever the switch makes of it."""
        return f"{self.duty} vlan {written(vlans)}".rstrip()

    def commands(
        self, before: frozenset[int] | None, after: frozenset[int] | None
    ) -> tuple[list[str], list[str]]:
        """What leads from one set to the other: what removes, and what adds. None: nothing is written."""
        if self.whole and after is None:
            return [self.undo], []
        if self.whole and before is None:
            parts = list(self._parts(after or frozenset())) or ["none"]
            return [], [self.whole.format(parts[0]), *(self.add.format(part) for part in parts[1:])]
        implied = self.implied or frozenset()
        old = implied if before is None else before
        new = implied if after is None else after
        return (
            [self.remove.format(part) for part in self._parts(old - new)],
            [self.add.format(part) for part in self._parts(new - old)],
        )

    def _parts(self, vlans: frozenset[int]) -> Iterator[str]:
        """Few enough at a time for a command line: Comware and VRP take ten numbers or ranges."""
        spans = list(ranges(vlans))
        for start in range(0, len(spans), 10):
            yield written_spans(spans[start : start + 10], self.separator, self.to)


Kind = Line | VlanList


@dataclass(frozen=True)
class Grammar:
    """What the model claims of a platform's configuration.

    ``port`` and ``vlan`` match the headers of their sections; the numbers of ``vlan`` may be several. ``member`` is a
    line of a port that belongs to an aggregation: its VLANs are the aggregation's.
    """

    port: re.Pattern[str]
    vlan: re.Pattern[str] | None
    member: re.Pattern[str]
    root_lines: tuple[Kind, ...]
    vlan_lines: tuple[Kind, ...]
    port_lines: tuple[Kind, ...]
    by_section: Mapping[str, tuple[Kind, ...]] = field(init=False)

    def __post_init__(self) -> None:
        tables = {"root": self.root_lines, "vlan": self.vlan_lines, "port": self.port_lines}
        object.__setattr__(self, "by_section", tables)

    def __hash__(self) -> int:
        return id(self)

    def kind_of(self, section: str, text: str) -> tuple[Kind, str, str] | None:
        """``(kind, operation, value)`` of a line; the operation is ``set`` but for lists."""
        return _kind_of(self, section, text)

    def rank(self, section: str, duty: str) -> int:
        return _ranks(self, section)[duty]


@lru_cache(maxsize=16_384)
def _kind_of(grammar: Grammar, section: str, text: str) -> tuple[Kind, str, str] | None:
    for kind in grammar.by_section[section]:
        if isinstance(kind, VlanList):
            for pattern, operation in kind.reads:
                if match := pattern.fullmatch(text):
                    return kind, operation, match[1]
        elif match := kind.pattern.fullmatch(text):
            return kind, "set", match[1] if match.re.groups and match[1] is not None else ""
    return None


@lru_cache(maxsize=64)
def _ranks(grammar: Grammar, section: str) -> Mapping[str, int]:
    return {kind.duty: rank for rank, kind in enumerate(grammar.by_section[section], start=1)}


def vlan_numbers(text: str) -> frozenset[int]:
    """The numbers of ``10,20-22`` or ``10 20 to 22``; what is none is left out."""
    if text.strip() == "all":
        return ALL_VLANS
    found: set[int] = set()
    for word in re.split(r"[\s,]+", re.sub(r"\s+(?:to|-)\s+", "-", text.strip())):
        if match := _RANGE.fullmatch(word):
            first, last = int(match[1]), int(match[2] or match[1])
            found.update(range(max(first, 1), min(last, 4094) + 1))
    return frozenset(found)


def ranges(vlans: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = 0
    for number in sorted(vlans):
        if first and number == last + 1:
            last = number
            continue
        if first:
            yield first, last
        first = last = number
    if first:
        yield first, last


def written_spans(spans: Iterable[tuple[int, int]], separator: str = ",", to: str = "-") -> str:
    return separator.join(str(first) if first == last else f"{first}{to}{last}" for first, last in spans)


def written(vlans: Iterable[int], separator: str = ",", to: str = "-") -> str:
    return written_spans(ranges(vlans), separator, to)
