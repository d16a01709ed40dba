"""Neighbours by LLDP and learned addresses, in the forms of all platforms.

What a neighbour says is foreign text: it is bounded and cleaned, and only compared.
"""

from __future__ import annotations

import re

from ..facts.shape import clean_text
from .said import TEXT_CHARACTERS, Neighbour, Station, key_of_port

_NEIGHBOURS = 2_048
#: A core switch of a large school learns some thousands.
_STATIONS = 32_768
_NAME = r"[A-Za-z][A-Za-z-]{0,30} ?\d[\d/.:]{0,12}"
_PORT = (
    re.compile(rf"^Local (?:Intf|Interface|Port)[^:]{{0,20}}: *({_NAME})", re.IGNORECASE),
    re.compile(rf"^Interface ({_NAME}) detected \d+ LLDP neighbors"),
    re.compile(rf"^LLDP neighbor-information of port (?:\d+ ?)?\[({_NAME})\]"),
    re.compile(rf"^({_NAME}) has \d+ neighbors?(?:\(s\))?"),
)
_FIELD = re.compile(r"^[\s-]*([A-Za-z][A-Za-z ]{3,40}?) *: *(\S.*)?$")
_TELEPHONES = re.compile(r"\b(?:telephone|t)\b", re.IGNORECASE)
_BRIDGES = re.compile(r"\b(?:bridge|router|b|r)\b", re.IGNORECASE)
_MAC = re.compile(
    r"\b([0-9a-f]{4})[.-]([0-9a-f]{4})[.-]([0-9a-f]{4})\b|\b((?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(rf"(?<![\w/])({_NAME})(?![\w/])")
_VLAN = re.compile(r"(?<![\w/.-])(\d{1,4})(?![\w.-])(?!/\d)")
#: Addresses of the switch itself.
_OWN = re.compile(r"\b(?:static|cpu|self|system|management|blackhole)\b", re.IGNORECASE)


def neighbours(text: str) -> tuple[Neighbour, ...]:
    found: list[Neighbour] = []
    port = ""
    fields: dict[str, str] = {}

    def end() -> None:
        if port and "chassis id" in fields and len(found) < _NEIGHBOURS:
            found.append(_neighbour(port, fields))
        fields.clear()

    for line in text.splitlines():
        begun = next((match for pattern in _PORT if (match := pattern.match(line))), None)
        if begun is not None:
            end()
            port = begun[1]
        elif (match := _FIELD.match(line)) is not None:
            name, value = match[1].strip().lower(), (match[2] or "").strip().strip('"')
            # A second neighbour of the same port begins with its chassis.
            if name == "chassis id" and name in fields:
                end()
            fields.setdefault(name, clean_text(value)[:TEXT_CHARACTERS])
    end()
    return tuple(found)


def _neighbour(port: str, fields: dict[str, str]) -> Neighbour:
    able = fields.get("enabled capabilities") or fields.get("system capabilities enabled") or ""
    chassis = fields["chassis id"]
    match = _MAC.search(chassis)
    return Neighbour(
        port=port,
        system=fields.get("system name", ""),
        chassis=mac_of(match) if match else chassis,
        remote_port=fields.get("port id", ""),
        bridge=_BRIDGES.search(able) is not None,
        telephone=_TELEPHONES.search(able) is not None,
    )


def mac_of(match: re.Match[str]) -> str:
    digits = re.sub(r"[^0-9a-f]", "", match[0].lower())
    return ":".join(digits[start : start + 2] for start in range(0, 12, 2))


def stations(text: str) -> tuple[Station, ...]:
    """The learned addresses: not the switch's own, and none of groups."""
    found: list[Station] = []
    for line in text.splitlines()[: 2 * _STATIONS]:
        match = _MAC.search(line[:300])
        if match is None or _OWN.search(line[:300]):
            continue
        mac = mac_of(match)
        before, after = line[: match.start()], line[match.end() : 300]
        port = _BEHIND.search(after)
        if port is None or int(mac[:2], 16) & 1:
            continue
        number = (
            _VLAN.search(before) or _VLAN.search(after[: port.start()]) or re.match(r"\s*(\d{1,4})/", after)
        )
        vlan = int(number[1]) if number else 0
        found.append(Station(mac, vlan if vlan <= 4094 else 0, port[1]))
    return tuple(found[:_STATIONS])


def by_port(found: tuple[Station, ...]) -> dict[str, list[Station]]:
    ports: dict[str, list[Station]] = {}
    for station in found:
        ports.setdefault(key_of_port(station.port), []).append(station)
    return ports
