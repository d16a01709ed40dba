"""Entries of the description about switches: what they are, and what their ports do."""

from __future__ import annotations

import re

from ..i18n import Message
from ..switches.platforms import PLATFORMS
from .fields import LABEL, PORTS_OF_SWITCH, VLAN_IDS, Fields
from .issues import shown
from .model import Duties, PortEntry, Profile, Switch, Uplink

_FLAGS = ("poe", "bpdu_guard", "trusted", "dot1x", "closed")
DUTIES = frozenset(_FLAGS) | {"vlan", "voice", "trunk", "native", "storm", "macs"}
_PERCENT = (0, 100)
#: What the smallest of the platforms takes (Comware, mac-address max-mac-count; IOS takes 3072).
_MACS = (0, 1_024)
#: A name of ports with the numbers of the first and the last: ``GigabitEthernet1/0/1-48``.
_INTERFACES = re.compile(r"([A-Za-z][A-Za-z0-9/.: -]{0,40}?)([0-9]{1,4})(?:-([0-9]{1,4}))?")
#: Printing ASCII without what a command line of a switch gives a meaning: quotes, ``?``, ``|``, ``!``, ``#``, ``^``.
NOTE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/:()+,=@-]{0,38}[A-Za-z0-9).])?")


def _say(text: str, **fields: object) -> Message:
    return Message("network", text, fields)


def read_switch(fields: Fields) -> Switch | None:
    name = fields.name("name", LABEL, "sw1")
    room = fields.text("room")
    address = fields.address("address")
    ports = fields.number("ports", 1, PORTS_OF_SWITCH)
    profile = fields.name("profile", LABEL, "pc") if fields.values.get("profile") is not None else None
    snooping = fields.flag("dhcp_snooping")
    platform = _platform(fields)
    if name is None or room is None or address is None or ports is None:
        return None
    interfaces = _interfaces(fields, platform, ports)
    return Switch(name, room, address, ports, platform, interfaces, profile, snooping)


def _platform(fields: Fields) -> str | None:
    value = fields.values.get("platform")
    if value is None:
        return None
    if isinstance(value, str) and value in PLATFORMS:
        return str(value)
    fields.issues.add(
        (*fields.path, "platform"),
        _say(
            "{value} is no platform of switches. Write one of {platforms}.",
            value=shown(value),
            platforms=tuple(PLATFORMS),
        ),
    )
    return None


def _interfaces(fields: Fields, platform: str | None, ports: int) -> tuple[str, ...]:
    if platform is None:
        return ()
    if "interfaces" not in fields.values:
        pattern = PLATFORMS[platform].interface
        return tuple(pattern.format(n=number) for number in range(1, ports + 1))
    found: list[str] = []
    before = fields.issues.count
    for index, value in enumerate(fields.list("interfaces")):
        match = _INTERFACES.fullmatch(value) if isinstance(value, str) else None
        first = int(match[2]) if match else 0
        last = int(match[3] or first) if match else -1
        if match is None or not first <= last < first + PORTS_OF_SWITCH:
            fields.issues.add(
                (*fields.path, "interfaces", index),
                _say(
                    "{value} are no names of ports. Write the name with the first and the last number, "
                    "like GigabitEthernet1/0/1-48.",
                    value=shown(value),
                ),
            )
        elif len(found) <= PORTS_OF_SWITCH:
            found += [f"{match[1]}{number}" for number in range(first, last + 1)]
    if fields.issues.count == before and (len(found) != ports or len(set(found)) != ports):
        fields.issues.add(
            (*fields.path, "interfaces"),
            _say(
                "These are {n} names for {ports} ports. Name each port once, in the order of their numbers.",
                n=len(set(found)),
                ports=ports,
            ),
        )
    return tuple(found)


def read_uplink(fields: Fields) -> Uplink | None:
    near, far = fields.port("from"), fields.port("to")
    vlans = fields.vlans("vlans") if fields.values.get("vlans") is not None else None
    native = _vlan(fields, "native")
    return None if near is None or far is None else Uplink(near, far, vlans, native)


def read_profile(fields: Fields) -> Profile | None:
    name = fields.name("name", LABEL, "pc")
    duties = _duties(fields)
    return None if name is None else Profile(name, duties)


def read_port(fields: Fields) -> PortEntry | None:
    port = fields.port("port")
    profile = fields.name("profile", LABEL, "pc") if fields.values.get("profile") is not None else None
    note = ""
    if "note" in fields.values:
        note = fields.name("note", NOTE, "camera at the door") or ""
    duties = _duties(fields)
    return None if port is None else PortEntry(port, profile, note, duties)


def _vlan(fields: Fields, key: str) -> int | None:
    return fields.number(key, *VLAN_IDS) if fields.values.get(key) is not None else None


def _duties(fields: Fields) -> Duties:
    values = fields.values
    flags = {key: fields.flag(key) for key in _FLAGS if values.get(key) is not None}
    return Duties(
        vlan=_vlan(fields, "vlan"),
        voice=_vlan(fields, "voice"),
        trunk=fields.vlans("trunk") if values.get("trunk") is not None else None,
        native=_vlan(fields, "native"),
        storm=fields.number("storm", *_PERCENT) if values.get("storm") is not None else None,
        macs=fields.number("macs", *_MACS) if values.get("macs") is not None else None,
        **flags,
    )
