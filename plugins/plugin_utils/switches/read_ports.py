"""Ports as ``show interfaces`` and ``display interface`` tell them: a line of name and state, and what is below.

The words differ less between the platforms than within one over its versions, so each is looked for in all its forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .said import PortState

_PORTS = 4_096
#: Comware writes the name alone and the state on the next line.
_BEGIN = re.compile(
    r"^(?P<name>[A-Z][A-Za-z-]{1,30} ?\d[\d/.:]{0,12})"
    r"(?: is (?P<state>[^,\n]{2,40}?) ?, line protocol.*| current state ?: ?(?P<vrp>[^\n]{2,60})"
    r"|\s*\n(?:Interface index.*\n)?Current state: (?P<comware>[^\n]{2,60}))",
    re.MULTILINE,
)
_VIRTUAL = re.compile(
    r"vlan|loop|null|inloop|nve|tunnel|meth|mgmt|management|console|eth-trunk|port-channel|bridge-agg|agg",
    re.I,
)
_BANDWIDTH = re.compile(r"\bBW (\d{1,12}) ?[Kk]bit|Bandwidth: (\d{1,12}) kbps", re.I)
_SPEED = re.compile(r"^\s*Speed ?: ?(\d{1,6}),", re.MULTILINE)
_ERRORS = re.compile(r"(\d{1,20}) (?:input|output) errors|Total Error ?: *(\d{1,20})")
_FLAPS = re.compile(r"(\d{1,12}) (?:link status changes|carrier transitions|interface resets)")
_RATES = re.compile(
    r"(?:5 minutes?|Last 300 seconds) (?:in|out)put rate:? *([\d.]{1,20}) *(bits/sec|bps|kbps|mbps|gbps)",
    re.I,
)
_PERCENT = re.compile(
    r"(?:Last 300 seconds (?:in|out)put: .{0,60}?|(?:In|Out)put bandwidth utilization *: *|\()(\d{1,3}(?:\.\d+)?)%"
)
_LOADS = re.compile(r"\b[rt]xload (\d{1,3})/255")
_UNITS = {"bits/sec": 1, "bps": 1, "kbps": 1_000, "mbps": 1_000_000, "gbps": 1_000_000_000}


def ports(text: str) -> tuple[PortState, ...]:
    """The real ports, in the order of the switch; VLAN interfaces and aggregations are left out."""
    return tuple(_ports(text))


def _ports(text: str) -> Iterator[PortState]:
    begins = list(_BEGIN.finditer(text))
    for index, match in enumerate(begins[:_PORTS]):
        if _VIRTUAL.match(match["name"]):
            continue
        end = begins[index + 1].start() if index + 1 < len(begins) else len(text)
        yield _port(match, text[match.end() : end])


def _port(match: re.Match[str], body: str) -> PortState:
    state = (match["state"] or match["vrp"] or match["comware"] or "").strip().lower()
    errors = [int(found[1] or found[2]) for found in _ERRORS.finditer(body)]
    flaps = _FLAPS.search(body)
    return PortState(
        name=match["name"],
        up=state.startswith("up"),
        closed="administratively" in state,
        errors=sum(errors) if errors else None,
        flaps=int(flaps[1]) if flaps else None,
        load=_load(body),
    )


def _load(body: str) -> float | None:
    percents = [float(found[1]) / 100 for found in _PERCENT.finditer(body)]
    if percents:
        return min(max(percents), 1.0)
    rates = [float(found[1]) * _UNITS[found[2].lower()] for found in _RATES.finditer(body)]
    bandwidth = _BANDWIDTH.search(body)
    speed = _SPEED.search(body)
    bits = (
        int(bandwidth[1] or bandwidth[2]) * 1_000 if bandwidth else int(speed[1]) * 1_000_000 if speed else 0
    )
    if rates and bits:
        return min(max(rates) / bits, 1.0)
    loads = [int(found[1]) / 255 for found in _LOADS.finditer(body)]
    return min(max(loads), 1.0) if loads else None
