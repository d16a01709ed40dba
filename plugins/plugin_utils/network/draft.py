"""The description while it is checked: what could be read, and the questions that several checks ask of it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from ..i18n import Message
from .issues import Issues, Path, place
from .model import (
    Address,
    Firewall,
    Outlet,
    PortEntry,
    Profile,
    Rule,
    Seat,
    Service,
    Subnet,
    Switch,
    Uplink,
    Vlan,
)


@dataclass
class Draft:
    """What could be read, each entry with its index in its section."""

    domain: str
    zones: tuple[str, ...]
    rooms: tuple[str, ...]
    firewall: Firewall | None
    vlans: list[tuple[int, Vlan]] = field(default_factory=list)
    subnets: list[tuple[int, Subnet]] = field(default_factory=list)
    switches: list[tuple[int, Switch]] = field(default_factory=list)
    uplinks: list[tuple[int, Uplink]] = field(default_factory=list)
    outlets: list[tuple[int, Outlet]] = field(default_factory=list)
    profiles: list[tuple[int, Profile]] = field(default_factory=list)
    ports: list[tuple[int, PortEntry]] = field(default_factory=list)
    seats: list[tuple[int, Seat]] = field(default_factory=list)
    services: list[tuple[int, Service]] = field(default_factory=list)
    rules: list[tuple[int, Rule]] = field(default_factory=list)


def _say(text: str, **fields: object) -> Message:
    return Message("network", text, fields)


class Once:
    """Things that may be there once, by kind; a second one is told with the place of the first."""

    def __init__(self, issues: Issues) -> None:
        self._issues = issues
        self._first: dict[Hashable, Path] = {}

    def take(self, kind: str, value: Hashable, path: Path) -> None:
        first = self._first.setdefault((kind, value), path)
        if first is not path:
            self._issues.add(
                path,
                _say(
                    "{value} is already used at {first}. Each may be there once.",
                    value=str(value),
                    first=place(first),
                ),
            )


def known(value: str, values: set[str], path: Path, issues: Issues, what: Message) -> None:
    if value not in values:
        issues.add(
            path,
            _say(
                "There is no {what} {value}. Write one that is described, or describe it.",
                what=what,
                value=value,
            ),
        )


def told(issues: Issues, section: str) -> bool:
    return any(issue.path[:1] == (section,) for issue in issues.told)


def check_host(address: Address, subnet: Subnet, path: Path, issues: Issues) -> None:
    """Whether a host of ``subnet`` can have ``address``."""
    network = subnet.network
    if address.version != network.version or address not in network:
        issues.add(
            path,
            _say(
                "{address} lies outside its subnet {subnet}. Write an address within.",
                address=address,
                subnet=network,
            ),
        )
    elif network.num_addresses > 2 and (
        address == network.network_address
        or (isinstance(network, IPv4Network) and address == network.broadcast_address)
    ):
        issues.add(
            path,
            _say(
                "{address} is the first or the last of {subnet}, which no host can have. Write another.",
                address=address,
                subnet=network,
            ),
        )


def in_range(address: Address, subnet: Subnet) -> bool:
    return subnet.dynamic is not None and int(subnet.dynamic[0]) <= int(address) <= int(subnet.dynamic[1])


class Subnets:
    """Finds the subnet of an address among few candidates, by whole numbers."""

    def __init__(self, draft: Draft) -> None:
        self._spans: dict[int, list[tuple[int, int, Subnet]]] = {4: [], 6: []}
        for _, subnet in draft.subnets:
            network = subnet.network
            self._spans[network.version].append(
                (int(network.network_address), int(network.broadcast_address), subnet)
            )

    def of(self, address: Address) -> Subnet | None:
        number = int(address)
        for start, end, subnet in self._spans[address.version]:
            if start <= number <= end:
                return subnet
        return None


def place_address(address: Address, subnets: Subnets, path: Path, issues: Issues) -> Subnet | None:
    subnet = subnets.of(address)
    if subnet is None:
        if not told(issues, "subnets"):
            issues.add(
                path,
                _say(
                    "{address} lies in no subnet. Write an address of one, or describe its subnet.",
                    address=address,
                ),
            )
        return None
    check_host(address, subnet, path, issues)
    if in_range(address, subnet):
        issues.add(
            path,
            _say("{address} lies in the range that DHCP gives away. Write another address.", address=address),
        )
    return subnet
