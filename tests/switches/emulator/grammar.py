"""What a platform's configuration takes, read from ``grammars/<platform>.txt``.

One line a command, indented below the section in which it counts. Words are literal, or:

``WORD`` one word · ``LINE`` the rest of the line · ``<1-4094>`` a number · ``{a|b}`` one of these ·
``IFACE`` an interface of this switch or a virtual one · ``VLANS`` a list of VLANs · ``IP`` an address · ``MAC``

After ``;;`` stands what is unusual: ``many`` (each value is a line of its own; else a new value takes the place of
the old), ``key=N`` (the first N words tell lines apart), ``list`` (VLANs add up), ``exists`` (the VLAN must be
there), ``section``, ``default`` (how it is anyway, and so not shown).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "grammars"
_RANGE = re.compile(r"<(\d+)-(\d+)>")
_PLACEHOLDERS = {"WORD", "LINE", "IFACE", "VLANS", "IP", "MAC"}
_IP = re.compile(r"\d+\.\d+\.\d+\.\d+(/\d+)?|[0-9a-fA-F:]+(/\d+)?")
_MAC = re.compile(r"[0-9a-f]{4}([.-])[0-9a-f]{4}\1[0-9a-f]{4}")
_VLANS = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*|all|none")


@dataclass
class Rule:
    words: tuple[str, ...]
    traits: frozenset[str] = frozenset()
    children: list[Rule] = field(default_factory=list)

    @property
    def section(self) -> bool:
        return bool(self.children) or "section" in self.traits

    def takes(self, words: list[str], interfaces: re.Pattern[str], *, whole: bool = True) -> bool:
        """Whether these words are this command; with ``whole`` False, whether they are how it begins."""
        for index, rule in enumerate(self.words):
            if index >= len(words):
                return not whole and index > 0
            if rule == "LINE" or (rule == "VLANS" and len(words) > index + 1):
                return rule == "LINE" or all(re.fullmatch(r"\d+|to", word) for word in words[index:])
            if not _word_takes(rule, words[index], interfaces):
                return False
        return len(words) == len(self.words)

    def undone_by(self, words: list[str], interfaces: re.Pattern[str]) -> bool:
        """Whether these words, after the word for undoing, take this command back: all of it, its beginning, or all but
        its values."""
        if self.takes(words, interfaces) or self.takes(words, interfaces, whole=False):
            return True
        return len(words) > 1 and words == [word for word in self.words if not _is_placeholder(word)]

    def key(self, words: list[str]) -> str:
        """What tells lines of this command apart."""
        for trait in self.traits:
            if trait.startswith("key="):
                return " ".join(words[: int(trait[4:])])
        if self.section or "many" in self.traits:
            return " ".join(words)
        fixed = 0
        while fixed < len(self.words) and not _is_placeholder(self.words[fixed]):
            fixed += 1
        return " ".join(words[:fixed])


def _is_placeholder(word: str) -> bool:
    return word in _PLACEHOLDERS or word[0] in "<{"


def _word_takes(rule: str, word: str, interfaces: re.Pattern[str]) -> bool:
    if found := _RANGE.fullmatch(rule):
        return word.isdigit() and int(found[1]) <= int(word) <= int(found[2])
    if rule.startswith("{"):
        return word in rule[1:-1].split("|")
    if rule == "IFACE":
        return interfaces.fullmatch(word) is not None
    patterns = {"WORD": re.compile(r"\S+"), "IP": _IP, "MAC": _MAC, "VLANS": _VLANS}
    return patterns[rule].fullmatch(word) is not None if rule in patterns else rule == word


@cache
def grammar(platform: str) -> Rule:
    root = Rule(())
    open_rules: list[tuple[int, Rule]] = [(-1, root)]
    for raw in (_FOLDER / f"{platform}.txt").read_text("utf-8").splitlines():
        if not raw.strip() or raw.startswith("//"):
            continue
        depth = len(raw) - len(raw.lstrip())
        text, _, traits = raw.partition(";;")
        while open_rules[-1][0] >= depth:
            open_rules.pop()
        rule = Rule(tuple(text.split()), frozenset(traits.split()))
        open_rules[-1][1].children.append(rule)
        open_rules.append((depth, rule))
    return root
