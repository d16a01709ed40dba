"""The variable ``lab_network`` as a ``Network``, or all its mistakes at once.

First every section is read by itself, then ``checking`` holds them against each other. What could not be read is left
out there, so that one mistake is told once and not again by all that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from ..i18n import Message
from .checking import check
from .draft import Draft
from .fields import DOMAIN_NAME, INTERFACE, LABEL, LIST_ENTRIES, OUTLET, VLAN_IDS, Fields, bad_name
from .issues import VARIABLE, Issues, Path, shown
from .model import (
    FIREWALL,
    INTERNET,
    Firewall,
    Network,
    Outlet,
    Rule,
    Seat,
    Service,
    Subnet,
    Vlan,
)
from .switch_reading import DUTIES, read_port, read_profile, read_switch, read_uplink

_T = TypeVar("_T")
_RATES = (1, 1_000_000)
_NEW_PER_MINUTE = 1_200
#: Sections that are lists of entries: the keys that an entry must have, and those that it may have.
SECTIONS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "vlans": (frozenset({"id", "name", "zone"}), frozenset({"rooms", "interface"})),
    "subnets": (frozenset({"vlan", "cidr"}), frozenset({"gateway", "dynamic"})),
    "switches": (
        frozenset({"name", "room", "address", "ports"}),
        frozenset({"platform", "interfaces", "profile", "dhcp_snooping"}),
    ),
    "uplinks": (frozenset({"from", "to"}), frozenset({"vlans", "native"})),
    "profiles": (frozenset({"name"}), DUTIES),
    "ports": (frozenset({"port"}), DUTIES | {"profile", "note"}),
    "outlets": (frozenset({"name", "room", "port"}), frozenset()),
    "seats": (frozenset({"name", "room", "seat"}), frozenset({"outlet", "mac", "addresses"})),
    "services": (frozenset({"name"}), frozenset({"hosts", "tcp", "udp", "ping"})),
    "rules": (frozenset({"name", "from", "to", "services"}), frozenset({"per_minute"})),
}
#: Sections whose entries are compared with each other.
_MOST: Mapping[str, int] = {"rules": 2_000}
_KEYS = frozenset(SECTIONS) | {"domain", "zones", "rooms", "firewall"}
_FIREWALL_KEYS = frozenset({"trunk", "outside", "nat6", "new_per_minute"})


def read_network(data: object) -> Network:
    """``data``: the variable as YAML has it. Raises ``ModelError`` with the mistakes."""
    issues = Issues()
    if not isinstance(data, Mapping) or not data:
        issues.add(
            (),
            _say(
                "The network is not described. {variable} is a mapping with the keys {keys}.",
                variable=VARIABLE,
                keys=tuple(sorted(_KEYS)),
            ),
        )
        issues.raise_any()
        raise AssertionError("raised above")
    _unknown(data, _KEYS, (), issues)
    top = Fields(data, (), issues)
    draft = Draft(
        domain=top.name("domain", DOMAIN_NAME, "lab.school.example") or "",
        zones=_zones(top),
        rooms=top.texts("rooms"),
        firewall=_firewall(data.get("firewall"), issues),
    )
    trunk = _trunk(data.get("firewall"))

    def read(section: str, one: Callable[[Fields], Any]) -> list[tuple[int, Any]]:
        return list(_entries(data, section, one, issues))

    draft.vlans = read("vlans", lambda fields: _vlan(fields, trunk))
    draft.subnets = read("subnets", _subnet)
    draft.switches = read("switches", read_switch)
    draft.uplinks = read("uplinks", read_uplink)
    draft.outlets = read("outlets", _outlet)
    draft.profiles = read("profiles", read_profile)
    draft.ports = read("ports", read_port)
    draft.seats = read("seats", _seat)
    draft.services = read("services", _service)
    draft.rules = read("rules", _rule)
    network = check(draft, issues)
    issues.raise_any()
    return network


def _say(text: str, **fields: object) -> Message:
    return Message("network", text, fields)


def _unknown(values: Mapping[str, Any], known: frozenset[str], path: Path, issues: Issues) -> None:
    if values.keys() <= known:
        return
    for key in sorted(map(str, values.keys() - known)):
        issues.add(
            (*path, key), _say("This key is not known here. There are: {keys}.", keys=tuple(sorted(known)))
        )


def _entries(
    data: Mapping[str, Any], section: str, read: Callable[[Fields], _T | None], issues: Issues
) -> Iterator[tuple[int, _T]]:
    """``(index, entry)`` of every entry of a section that can be read."""
    values = data.get(section)
    if values is None:
        return
    needed, possible = SECTIONS[section]
    known = needed | possible
    most = _MOST.get(section, LIST_ENTRIES)
    if not isinstance(values, list | tuple) or len(values) > most:
        issues.add(
            (section,),
            _say("{value} is no list of at most {most} entries. Write one.", value=shown(values), most=most),
        )
        return
    for index, value in enumerate(values):
        path: Path = (section, index)
        if not isinstance(value, Mapping):
            issues.add(
                path,
                _say(
                    "{value} is no entry with the keys {keys}.", value=shown(value), keys=tuple(sorted(known))
                ),
            )
            continue
        _unknown(value, known, path, issues)
        if missing := needed - value.keys():
            for key in sorted(missing):
                issues.add((*path, key), _say("This key is missing. Write it."))
            continue
        before = issues.count
        entry = read(Fields(value, path, issues))
        if entry is not None and issues.count == before:
            yield index, entry


def _zones(top: Fields) -> tuple[str, ...]:
    zones = top.names("zones", LABEL, "lab", needed=True)
    for index, zone in enumerate(zones):
        if zone in (INTERNET, FIREWALL):
            top.issues.add(
                ("zones", index),
                _say("The zone {zone} is always there and is not written here. Remove it.", zone=zone),
            )
    return zones


def _trunk(values: object) -> str:
    trunk = values.get("trunk") if isinstance(values, Mapping) else None
    return trunk if isinstance(trunk, str) else ""


def _firewall(values: object, issues: Issues) -> Firewall | None:
    if values is None:
        return None
    path: Path = ("firewall",)
    if not isinstance(values, Mapping):
        issues.add(
            path,
            _say(
                "{value} is no entry with the keys {keys}.",
                value=shown(values),
                keys=tuple(sorted(_FIREWALL_KEYS)),
            ),
        )
        return None
    _unknown(values, _FIREWALL_KEYS, path, issues)
    fields = Fields(values, path, issues)
    if "trunk" in values:
        fields.name("trunk", INTERFACE, "eth1")
    return Firewall(
        outside=fields.names("outside", INTERFACE, "eth0", needed=True),
        nat6=fields.flag("nat6"),
        new_per_minute=fields.number("new_per_minute", *_RATES, default=_NEW_PER_MINUTE) or _NEW_PER_MINUTE,
    )


def _vlan(fields: Fields, trunk: str) -> Vlan | None:
    number = fields.number("id", *VLAN_IDS)
    name = fields.name("name", LABEL, "room-1")
    zone = fields.name("zone", LABEL, "lab")
    rooms = fields.texts("rooms")
    # The kernel's own way to name a VLAN on a trunk: eth1.11 (vlan(8) of ifupdown, systemd.netdev(5)).
    interface = fields.values.get("interface", f"{trunk or 'trunk'}.{number}")
    if not isinstance(interface, str) or not INTERFACE.fullmatch(interface):
        fields.issues.add((*fields.path, "interface"), bad_name(interface, "eth1.11"))
        return None
    if number is None or name is None or zone is None:
        return None
    return Vlan(number, name, zone, rooms, str(interface))


def _subnet(fields: Fields) -> Subnet | None:
    vlan = fields.number("vlan", *VLAN_IDS)
    network = fields.subnetwork("cidr")
    if "gateway" not in fields.values:
        fields.issues.add(
            (*fields.path, "gateway"),
            _say(
                "VLAN {vlan} has no gateway in {subnet}. Write the address of the firewall there.",
                vlan=vlan,
                subnet=shown(network),
            ),
        )
        return None
    gateway = fields.address("gateway")
    dynamic = None
    if "dynamic" in fields.values:
        ends = fields.list("dynamic")
        found = [fields.as_address(one, (*fields.path, "dynamic", index)) for index, one in enumerate(ends)]
        if len(found) != 2:
            fields.issues.add(
                (*fields.path, "dynamic"),
                _say("{value} is no range. Write its first and its last address.", value=shown(ends)),
            )
        elif found[0] is not None and found[1] is not None:
            dynamic = (found[0], found[1])
    if vlan is None or network is None or gateway is None:
        return None
    return Subnet(vlan, network, gateway, dynamic)


def _outlet(fields: Fields) -> Outlet | None:
    name = fields.name("name", OUTLET, "A-01")
    room = fields.text("room")
    port = fields.port("port")
    return None if name is None or room is None or port is None else Outlet(name, room, port)


def _seat(fields: Fields) -> Seat | None:
    values = fields.values
    name = fields.name("name", LABEL, "pc01")
    room = fields.text("room")
    seat = fields.text("seat")
    outlet = None
    if (written := values.get("outlet")) is not None:
        if isinstance(written, list | tuple):
            fields.issues.add(
                (*fields.path, "outlet"),
                _say(
                    "The seat has {n} outlets: {value}. A seat has one; write the one its cable is in.",
                    n=len(written),
                    value=shown(written),
                ),
            )
            return None
        outlet = fields.name("outlet", OUTLET, "A-01")
    mac = fields.mac("mac") if values.get("mac") is not None else None
    addresses = []
    for index, value in enumerate(fields.list("addresses")):
        address = fields.as_address(value, (*fields.path, "addresses", index))
        if address is not None:
            addresses.append(address)
    if name is None or room is None or seat is None:
        return None
    return Seat(name, room, seat, outlet, mac, tuple(addresses), 0)


def _service(fields: Fields) -> Service | None:
    name = fields.name("name", LABEL, "web")
    hosts = fields.names("hosts", LABEL, "oa")
    tcp, udp = fields.ranges("tcp"), fields.ranges("udp")
    return None if name is None else Service(name, hosts, tcp, udp, fields.flag("ping"))


def _rule(fields: Fields) -> Rule | None:
    name = fields.text("name")
    sources = fields.names("from", LABEL, "lab", needed=True)
    target = fields.name("to", LABEL, "server")
    services = fields.names("services", LABEL, "web", needed=True)
    rate = fields.number("per_minute", *_RATES) if "per_minute" in fields.values else 0
    if name is None or target is None or rate is None:
        return None
    return Rule(name, sources, target, services, rate)
