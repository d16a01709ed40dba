"""The single things that switches say of themselves, whatever their platform."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Texts of neighbours are foreign: an LLDP frame is made by whoever sits at the other end.
TEXT_CHARACTERS = 80
_KINDS = {
    "gi": ("gi", "ge", "gige", "gigabitethernet"),
    "te": (
        "te",
        "ten",
        "xge",
        "xgigabitethernet",
        "tengigabitethernet",
        "ten-gigabitethernet",
        "tengige",
        "tfgigabitethernet",
    ),
    "fa": ("fa", "fastethernet"),
    "et": ("et", "eth", "ethernet"),
    "fo": ("fo", "fortygige", "fortygigabitethernet", "40ge"),
    "tw": ("tw", "twe", "twentyfivegige", "twentyfivegigabitethernet", "25ge"),
    "hu": ("hu", "hundredgige", "hundredgigabitethernet", "100ge"),
    "mg": ("mge", "multige", "m-gigabitethernet"),
}
_CANONICAL = {form: kind for kind, forms in _KINDS.items() for form in forms}
_NAME = re.compile(r"((?:25|40|100)ge|[a-z-]+)[ ]?(\d[\d/.:]*)")


def key_of_port(name: str) -> str:
    """``Gi1/0/1``, ``GE1/0/1`` and ``GigabitEthernet1/0/1`` are one port of one switch."""
    match = _NAME.fullmatch(name.strip().lower())
    return f"{_CANONICAL.get(match[1], match[1])}{match[2]}" if match else name.strip().lower()


@dataclass(frozen=True, slots=True)
class Part:
    """A fan or a power supply. ``works`` is None where it is not plugged in."""

    name: str
    works: bool | None


@dataclass(frozen=True, slots=True)
class PortState:
    """``closed``: switched off by the configuration. ``errors`` counts both directions since the counters began.

    ``flaps``: how often the link changed, where the platform counts it. ``load``: the busier direction's share of the
    line, 0 to 1, over five minutes.
    """

    name: str
    up: bool
    closed: bool
    errors: int | None
    flaps: int | None
    load: float | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Who says of himself that he is at ``port``, and whether he forwards frames of others and is a telephone."""

    port: str
    system: str
    chassis: str
    remote_port: str
    bridge: bool
    telephone: bool


@dataclass(frozen=True, slots=True)
class Station:
    """An address (``e0:be:03:00:01:11``) that was learned at ``port``; ``vlan`` 0 is unknown."""

    mac: str
    vlan: int
    port: str
