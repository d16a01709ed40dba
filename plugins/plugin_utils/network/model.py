"""The network as it is meant to be: VLANs, subnets, rooms, outlets, ports, seats, uplinks, zones, services, rules.

A ``Network`` is only made by ``reading.read_network``, which proves what the docstrings here promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Subnetwork = IPv4Network | IPv6Network

#: Zones that are always there: what lies behind the uplink to the provider, and the firewall itself.
INTERNET = "internet"
FIREWALL = "firewall"
PORT_NUMBERS = range(1, 65_536)


@dataclass(frozen=True, slots=True)
class Vlan:
    """``id`` is unique, 1 to 4094 (IEEE 802.1Q); ``interface`` is what the firewall calls it. Empty ``rooms``: any."""

    id: int
    name: str
    zone: str
    rooms: tuple[str, ...]
    interface: str


@dataclass(frozen=True, slots=True)
class Subnet:
    """Overlaps no other; ``gateway`` and ``dynamic`` (first and last address that DHCP gives away) lie within."""

    vlan: int
    network: Subnetwork
    gateway: Address
    dynamic: tuple[Address, Address] | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """``ports`` are numbered from 1, as on its front; ``address`` is the one it is cared for by.

    ``platform``: a key of ``switches.platforms.PLATFORMS``; without one, no configuration is made. ``interfaces``: the
    switch's own name of each port, in order, as many as ``ports`` where there is a platform.
    ``profile``: that of its outlets' ports where nothing else is said.
    """

    name: str
    room: str
    address: Address
    ports: int
    platform: str | None = None
    interfaces: tuple[str, ...] = ()
    profile: str | None = None
    dhcp_snooping: bool = False


@dataclass(frozen=True, slots=True)
class Port:
    switch: str
    number: int

    def __str__(self) -> str:
        return f"{self.switch}/{self.number}"


@dataclass(frozen=True, slots=True)
class Duties:
    """What a port does. None is what nothing is said of; a profile and then a default have the word there.

    ``vlan``: the VLAN of untagged frames, ``voice`` that of a telephone before the computer, ``trunk`` the VLANs let
    through with a tag (``native`` without one). ``storm``: broadcasts in percent of the line, 0 for any. ``macs``: the
    most stations behind the port, 0 for any. ``trusted``: DHCP may answer from there. ``closed``: switched off.
    """

    vlan: int | None = None
    voice: int | None = None
    trunk: tuple[int, ...] | None = None
    native: int | None = None
    poe: bool | None = None
    storm: int | None = None
    bpdu_guard: bool | None = None
    trusted: bool | None = None
    macs: int | None = None
    dot1x: bool | None = None
    closed: bool | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    duties: Duties


@dataclass(frozen=True, slots=True)
class PortEntry:
    """A port that does something else than its switch's profile says, or that leads to no outlet.

    ``note`` goes into its description and is printing ASCII.
    """

    port: Port
    profile: str | None
    note: str
    duties: Duties


@dataclass(frozen=True, slots=True)
class Uplink:
    """``vlans``: what both ends let through, None for every VLAN; ``native`` is among them and goes without a tag."""

    near: Port
    far: Port
    vlans: tuple[int, ...] | None = None
    native: int | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """A wall outlet; its port leads to no other outlet and no uplink."""

    name: str
    room: str
    port: Port


@dataclass(frozen=True, slots=True)
class Seat:
    """A computer with a fixed place, servers included. ``addresses`` lie in the subnets of ``vlan``."""

    name: str
    room: str
    seat: str
    outlet: str | None
    mac: str | None
    addresses: tuple[Address, ...]
    vlan: int


@dataclass(frozen=True, slots=True)
class Service:
    """Ports, and the hosts that offer them; without ``hosts`` every host of the rule's target zone does."""

    name: str
    hosts: tuple[str, ...]
    tcp: tuple[tuple[int, int], ...]
    udp: tuple[tuple[int, int], ...]
    ping: bool

    @property
    def everything(self) -> bool:
        """Whether it is any traffic at all, which is written as a service without ports."""
        return not self.tcp and not self.udp and not self.ping


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may reach what. ``rate``: new connections a minute of each source, 0 for no limit."""

    name: str
    sources: tuple[str, ...]
    target: str
    services: tuple[str, ...]
    rate: int


@dataclass(frozen=True, slots=True)
class Firewall:
    """``outside``: interfaces to the provider. ``nat6``: IPv6 is translated too, for unique local addresses."""

    outside: tuple[str, ...]
    nat6: bool
    new_per_minute: int


@dataclass(frozen=True)
class Network:
    domain: str
    zones: tuple[str, ...]
    rooms: tuple[str, ...]
    vlans: tuple[Vlan, ...]
    subnets: tuple[Subnet, ...]
    switches: tuple[Switch, ...]
    uplinks: tuple[Uplink, ...]
    outlets: tuple[Outlet, ...]
    seats: tuple[Seat, ...]
    services: tuple[Service, ...]
    rules: tuple[Rule, ...]
    firewall: Firewall | None
    profiles: tuple[Profile, ...] = ()
    ports: tuple[PortEntry, ...] = ()

    @cached_property
    def vlan_by_id(self) -> Mapping[int, Vlan]:
        return {vlan.id: vlan for vlan in self.vlans}

    @cached_property
    def seat_by_name(self) -> Mapping[str, Seat]:
        return {seat.name: seat for seat in self.seats}

    @cached_property
    def service_by_name(self) -> Mapping[str, Service]:
        return {service.name: service for service in self.services}

    @cached_property
    def outlet_by_name(self) -> Mapping[str, Outlet]:
        return {outlet.name: outlet for outlet in self.outlets}

    @cached_property
    def switch_by_name(self) -> Mapping[str, Switch]:
        return {switch.name: switch for switch in self.switches}

    @cached_property
    def profile_by_name(self) -> Mapping[str, Profile]:
        return {profile.name: profile for profile in self.profiles}

    @cached_property
    def seat_by_outlet(self) -> Mapping[str, Seat]:
        return {seat.outlet: seat for seat in self.seats if seat.outlet is not None}

    def subnets_of(self, vlan: int) -> tuple[Subnet, ...]:
        return tuple(subnet for subnet in self.subnets if subnet.vlan == vlan)

    def vlans_of_zone(self, zone: str) -> tuple[Vlan, ...]:
        return tuple(vlan for vlan in self.vlans if vlan.zone == zone)

    def vlans_of_room(self, room: str) -> tuple[Vlan, ...]:
        return tuple(vlan for vlan in self.vlans if room in vlan.rooms)
