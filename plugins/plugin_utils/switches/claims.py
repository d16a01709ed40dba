"""The part of a configuration that the model claims, line by line, in one spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .lines import ALL_VLANS, Grammar, VlanList, vlan_numbers

#: VLANs that no configuration makes or removes.
_FIXED_VLANS = frozenset({1})
#: A range as wide as this means any VLAN and not these ones.
_ANY = 64
_NAMED = re.compile(r"vlan(?:[ -]?(?:interface|if))? ?(\d[\d,\- to]*)", re.IGNORECASE)
_NO_USE = ("spanning-tree ", "stp ", "ip dhcp snooping", "no ", "undo ")


@dataclass
class Part:
    """A section with its claimed lines by duty. ``others``: lines that are not claimed, as they stand."""

    header: str
    lines: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    def vlans(self, duty: str) -> frozenset[int] | None:
        text = self.lines.get(duty)
        return None if text is None else vlan_numbers(text.removeprefix(f"{duty} vlan"))


@dataclass
class Claims:
    """``ports`` by their key (``port_key``). ``used``: VLANs that kept lines name."""

    root: Part = field(default_factory=lambda: Part(""))
    vlans: dict[int, Part] = field(default_factory=dict)
    ports: dict[str, Part] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    @property
    def used(self) -> frozenset[int]:
        found: set[int] = set()
        for line in self.kept:
            if line.startswith(_NO_USE):
                continue
            for match in _NAMED.finditer(line):
                vlans = vlan_numbers(match[1])
                if len(vlans) <= _ANY:
                    found |= vlans
        return frozenset(found)


def port_key(header: str) -> str:
    """``interface GigabitEthernet 0/1`` and ``interface gigabitethernet0/1`` are one port."""
    return header.replace(" ", "").casefold()


def sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each line at the left with the lines below it, one level deep; deeper ones are given with their indentation left.

    After a separator a line may be indented and still stand alone: Comware writes its global commands so.
    """
    header, step = "", 0
    lines: list[str] = []
    for line in text.split("\n"):
        words = line.strip()
        if not words or words[0] in "!#":
            if line[:1] in ("!", "#"):
                if header:
                    yield header, lines
                header, lines, step = "", [], 0
            continue
        depth = len(line) - len(line.lstrip())
        if depth == 0:
            if header:
                yield header, lines
            header, lines, step = words, [], 0
        elif not header:
            yield words, []
        else:
            step = step or depth
            lines.append(words if depth <= step else " " * (depth - step) + words)
    if header:
        yield header, lines


def read_claims(grammar: Grammar, text: str) -> Claims:
    """``text`` as ``normal.normalised`` gives it."""
    claims = Claims()
    root: list[str] = []
    for header, lines in sections(text):
        if grammar.vlan is not None and (match := grammar.vlan.fullmatch(header)):
            for number in sorted(vlan_numbers(match[1])):
                part = claims.vlans.setdefault(number, Part(f"vlan {number}"))
                _read(grammar, "vlan", lines, part)
        elif grammar.port.fullmatch(header):
            part = claims.ports.setdefault(port_key(header), Part(header))
            _read(grammar, "port", lines, part)
        elif not lines and grammar.kind_of("root", header) is not None:
            root.append(header)
        else:
            claims.kept.append(header)
            claims.kept += lines
    _read(grammar, "root", root, claims.root)
    for number in _FIXED_VLANS:
        claims.vlans.pop(number, None)
    return claims


def _read(grammar: Grammar, section: str, lines: list[str], part: Part) -> None:
    sets: dict[str, frozenset[int] | None] = {}
    written: dict[str, list[tuple[str, frozenset[int]]]] = {}
    for line in lines:
        found = grammar.kind_of(section, line)
        if found is None:
            part.others.append(line)
            continue
        kind, operation, value = found
        if isinstance(kind, VlanList):
            written.setdefault(kind.duty, []).append((operation, vlan_numbers(value)))
            if operation == "set" and value == "all":
                written[kind.duty] = [("all", ALL_VLANS)]
        elif text := kind.spelled(line):
            part.lines[kind.duty] = text
        else:
            part.lines.pop(kind.duty, None)
    for kind in grammar.by_section[section]:
        if isinstance(kind, VlanList):
            sets[kind.duty] = _set_of(kind, written.get(kind.duty, ()), part.lines, lines)
        elif kind.evident is not None and kind.duty not in part.lines:
            proof, proved = kind.evident
            if any(proof.fullmatch(line) for line in lines):
                part.lines[kind.duty] = proved
    for kind in grammar.by_section[section]:
        if isinstance(kind, VlanList) and (vlans := sets[kind.duty]) is not None:
            part.lines[kind.duty] = kind.text(vlans)


def _set_of(
    kind: VlanList,
    written: list[tuple[str, frozenset[int]]] | tuple[()],
    lines: Mapping[str, str],
    every: list[str],
) -> frozenset[int] | None:
    if kind.implied is None:
        found: frozenset[int] | None = None
    elif not kind.mode or kind.mode in every or kind.mode in lines.values():
        found = kind.implied
    else:
        return None
    for operation, vlans in written:
        if operation == "all":
            found = None
        elif operation == "set":
            found = vlans
        elif operation == "except":
            found = ALL_VLANS - vlans
        elif operation == "add":
            found = (found or frozenset()) | vlans
        else:
            found = (ALL_VLANS if found is None else found) - vlans
    return found


def align(grammar: Grammar, running: Claims, intended: Claims) -> tuple[list[int], list[str]]:
    """Takes out of both what stays as it is.

    Gives the VLANs that are kept because something else names them, and the ports that belong to aggregations.
    """
    _align(grammar, "root", running.root, intended.root)
    members = [key for key in intended.ports if any(map(grammar.member.fullmatch, running.ports[key].others))]
    for key in members:
        del intended.ports[key]
    names = [running.ports[key].header.removeprefix("interface ") for key in members]
    for key, part in running.ports.items():
        if key not in intended.ports:
            running.kept += part.lines.values()
            running.kept += part.others
    running.ports = {key: running.ports[key] for key in intended.ports}
    for key, part in running.ports.items():
        running.kept += part.others
        intended.ports[key].header = part.header
        _align(grammar, "port", part, intended.ports[key])
    used = running.used
    kept = [number for number in running.vlans if number not in intended.vlans and number in used]
    for number in kept:
        del running.vlans[number]
    for number in running.vlans.keys() & intended.vlans.keys():
        _align(grammar, "vlan", running.vlans[number], intended.vlans[number])
    return kept, names


def _align(grammar: Grammar, section: str, running: Part, intended: Part) -> None:
    for kind in grammar.by_section[section]:
        duty = kind.duty
        if not kind.keep:
            continue
        if isinstance(kind, VlanList):
            if not intended.vlans(duty):
                running.lines.pop(duty, None)
                intended.lines.pop(duty, None)
        elif duty not in intended.lines:
            running.lines.pop(duty, None)
        elif duty not in running.lines and kind.default:
            running.lines[duty] = kind.default
