"""Who reaches what: as the rules mean it, beside what was seen when it was really sent.

What is expected is worked out from the rules as a person reads them, not from the rule set that nft loads: the two
meet only in what the packets do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..i18n import Message
from .model import FIREWALL, INTERNET, Address, Network, Service


@dataclass(frozen=True, slots=True)
class Target:
    """One address and port that offers ``service``. ``protocol``: tcp or udp."""

    service: str
    zone: str
    host: str
    address: Address
    protocol: str
    port: int


@dataclass(frozen=True, slots=True)
class Look:
    """``seen`` is None where nobody sent."""

    source: str
    target: Target
    expected: bool
    seen: bool | None


def targets(network: Network, outside: Sequence[Address] = ()) -> list[Target]:
    """Each port of each service at each host that offers it; where the service names none, at one host of every VLAN,
    at the firewall, and at the addresses ``outside``."""
    found = []
    for service in network.services:
        for zone, host, address in _places(network, service, outside):
            for protocol, ranges in (("tcp", service.tcp), ("udp", service.udp)):
                found += [Target(service.name, zone, host, address, protocol, first) for first, _ in ranges]
    return found


def _places(
    network: Network, service: Service, outside: Sequence[Address]
) -> Iterable[tuple[str, str, Address]]:
    zone_of = {vlan.id: vlan.zone for vlan in network.vlans}
    if service.hosts:
        seats = [network.seat_by_name[host] for host in service.hosts]
    else:
        # One of each VLAN: rooms of one zone are kept apart too.
        seats = list({seat.vlan: seat for seat in reversed(network.seats) if seat.addresses}.values())
        yield from ((INTERNET, INTERNET, address) for address in outside)
        yield from (
            (FIREWALL, FIREWALL, subnet.gateway) for subnet in network.subnets if network.firewall is not None
        )
    for seat in seats:
        yield from ((zone_of[seat.vlan], seat.name, address) for address in seat.addresses)


def allowed(network: Network, source: str, target: Target) -> bool:
    """Whether a rule lets a computer of the zone ``source`` begin a connection to ``target``."""
    return any(
        source in rule.sources
        and rule.target == target.zone
        and any(_offers(network.service_by_name[name], target) for name in rule.services)
        for rule in network.rules
    )


def _offers(service: Service, target: Target) -> bool:
    if service.hosts and target.host not in service.hosts:
        return False
    ranges = service.tcp if target.protocol == "tcp" else service.udp
    return service.everything or any(first <= target.port <= last for first, last in ranges)


def looks(
    network: Network,
    sources: Iterable[str],
    wanted: Sequence[Target],
    seen: Mapping[tuple[str, Target], bool],
) -> list[Look]:
    return [
        Look(source, target, allowed(network, source, target), seen.get((source, target)))
        for source in sources
        for target in wanted
    ]


def told(found: Sequence[Look], language: str) -> str:
    """A line for each look, those first that are not as they should be; then how many agree."""
    say = {True: _say("reached"), False: _say("refused"), None: _say("not sent")}
    lines = []
    for look in sorted(found, key=lambda one: one.seen == one.expected):
        sign = "✔" if look.seen == look.expected else "?" if look.seen is None else "✘"
        target = look.target
        lines.append(
            f"{sign} {look.source} → {target.zone}: {target.host} {target.service} {target.protocol}/{target.port} "
            f"{target.address}: {say[look.expected].render(language)} × {say[look.seen].render(language)}"
        )
    agree = sum(look.seen == look.expected for look in found)
    total = Message(
        "network", "{n} of {all} ways are as the rules mean them.", {"n": agree, "all": len(found)}
    )
    return "\n".join((*lines, total.render(language)))


def _say(text: str) -> Message:
    return Message("network", text)
