"""What each port of a switch does, decided of its uplink, its outlet and seat, its entry and its profile."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

from .model import Duties, Network, Outlet, Port, PortEntry, Profile, Seat, Switch, Uplink

#: What a port with an outlet does where nothing is said: a computer is no switch, and everything else is left open.
_OF_OUTLET = Duties(storm=0, bpdu_guard=True, trusted=False, macs=0, dot1x=False, closed=False)
#: Between switches there is nothing to guard, and DHCP's answers come from there.
_OF_UPLINK = Duties(storm=0, bpdu_guard=False, trusted=True, macs=0, dot1x=False, closed=False)
_NAMES = tuple(one.name for one in fields(Duties))
_PRINTING = frozenset(string.digits + string.ascii_letters + string.punctuation + " ")


@dataclass(frozen=True, slots=True)
class PortPlan:
    """``duties`` leave nothing unsaid but ``poe``, where the switch is left as it is, and the VLANs that a trunk or a
    closed port has not. ``description``: outlet and seat, the note of the port, or the other end of the uplink.
    """

    number: int
    interface: str
    description: str
    duties: Duties

    @property
    def is_trunk(self) -> bool:
        return self.duties.trunk is not None


def merged(*said: Duties) -> Duties:
    """Of each duty, what the first says that says anything."""
    values = {}
    for name in _NAMES:
        values[name] = next((value for one in said if (value := getattr(one, name)) is not None), None)
    return Duties(**values)


def printing(text: str) -> bool:
    return _PRINTING.issuperset(text)


class PortDuties:
    """The ports of ``network``, found by number, without going through all of it for each."""

    def __init__(self, network: Network) -> None:
        self._network = network

    @cached_property
    def entries(self) -> Mapping[Port, PortEntry]:
        return {entry.port: entry for entry in self._network.ports}

    @cached_property
    def _outlets(self) -> Mapping[Port, Outlet]:
        return {outlet.port: outlet for outlet in self._network.outlets}

    @cached_property
    def _uplinks(self) -> Mapping[Port, tuple[Uplink, Port]]:
        """Each end with its uplink and the other end."""
        ends = {}
        for uplink in self._network.uplinks:
            ends[uplink.near] = (uplink, uplink.far)
            ends[uplink.far] = (uplink, uplink.near)
        return ends

    @cached_property
    def _vlan_of_room(self) -> Mapping[str, int | None]:
        """The VLAN of a room that has one; None for a room of several."""
        found: dict[str, int | None] = {}
        for vlan in self._network.vlans:
            for room in vlan.rooms:
                found[room] = None if room in found else vlan.id
        return found

    @cached_property
    def _every_vlan(self) -> tuple[int, ...]:
        return tuple(sorted(vlan.id for vlan in self._network.vlans))

    def of(self, switch: Switch, closed: Collection[Port] = ()) -> Iterator[PortPlan]:
        """The described ports of ``switch``, in order; those of ``closed`` are switched off besides."""
        for number, interface in enumerate(switch.interfaces, start=1):
            port = Port(switch.name, number)
            plan = self._plan(switch, port, interface)
            if plan is not None:
                off = replace(plan.duties, closed=True) if port in closed else plan.duties
                yield replace(plan, duties=off)

    def _plan(self, switch: Switch, port: Port, interface: str) -> PortPlan | None:
        if (link := self._uplinks.get(port)) is not None:
            uplink, other = link
            vlans = self._every_vlan if uplink.vlans is None else uplink.vlans
            duties = merged(Duties(trunk=vlans, native=uplink.native), _OF_UPLINK)
            return PortPlan(port.number, interface, f"{other.switch} {other.number}", duties)
        entry, outlet = self.entries.get(port), self._outlets.get(port)
        if entry is None and outlet is None:
            return None
        seat = self._network.seat_by_outlet.get(outlet.name) if outlet is not None else None
        said = [entry.duties] if entry is not None else []
        if (profile := self._profile(switch, entry)) is not None:
            said.append(profile.duties)
        duties = merged(*said, _OF_OUTLET)
        kind = next((one for one in said if one.trunk is not None or one.vlan is not None), None)
        if kind is not None and kind.trunk is not None:
            # Another switch or a telephone exchange may be there: it is guarded only where that was said.
            guard = bool(merged(*said).bpdu_guard)
            duties = replace(duties, bpdu_guard=guard, vlan=None, voice=None, macs=0, dot1x=False)
        elif duties.trunk is not None:
            # What says the VLAN goes before what says the trunk.
            duties = replace(duties, trunk=None, native=None)
        elif duties.vlan is None:
            duties = replace(duties, vlan=self._vlan(seat, outlet))
        return PortPlan(port.number, interface, _description(outlet, seat, entry), duties)

    def _profile(self, switch: Switch, entry: PortEntry | None) -> Profile | None:
        name = entry.profile if entry is not None and entry.profile is not None else switch.profile
        return self._network.profile_by_name.get(name) if name is not None else None

    def _vlan(self, seat: Seat | None, outlet: Outlet | None) -> int | None:
        if seat is not None and seat.vlan:
            return seat.vlan
        return self._vlan_of_room.get(outlet.room) if outlet is not None else None


def _description(outlet: Outlet | None, seat: Seat | None, entry: PortEntry | None) -> str:
    parts = (
        outlet.name if outlet is not None else "",
        seat.name if seat is not None else "",
        entry.note if entry is not None else "",
    )
    return " ".join(part for part in parts if part)


def ports_of_room(network: Network, room: str) -> frozenset[Port]:
    """The ports that the outlets of ``room`` lead to: what is closed for a lesson or an exam."""
    return frozenset(outlet.port for outlet in network.outlets if outlet.room == room)
