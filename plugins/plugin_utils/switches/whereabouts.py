"""Which computer is behind which port: LLDP and learned addresses held against the described outlets and seats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..i18n import Message
from ..network.model import Network, Outlet, Port, Seat
from ..network.port_duties import PortDuties, PortPlan
from .checks import Finding
from .read_tables import by_port
from .said import Neighbour, Station, key_of_port
from .states import SwitchState


@dataclass(frozen=True, slots=True)
class Place:
    """A described computer, seen at ``port``, to which ``outlet`` leads; ``meant``: where its own outlet leads."""

    seat: Seat
    port: Port
    outlet: Outlet | None
    meant: Port | None

    @property
    def is_right(self) -> bool | None:
        return None if self.meant is None else self.meant == self.port


def _say(text: str, **fields: object) -> Message:
    return Message("switches", text, fields)


class Whereabouts:
    """``states`` of the described switches, by their names. Ports that lead to switches are no place of a computer."""

    def __init__(self, network: Network, states: Mapping[str, SwitchState]) -> None:
        self._network = network
        self._states = {name: states[name] for name in sorted(states) if name in network.switch_by_name}
        self._plans = {
            name: {plan.number: plan for plan in PortDuties(network).of(network.switch_by_name[name])}
            for name in self._states
        }
        self._numbers = {
            switch.name: {key_of_port(one): number for number, one in enumerate(switch.interfaces, start=1)}
            for switch in network.switches
        }
        self._outlets = {outlet.port: outlet for outlet in network.outlets}
        self._far: dict[Port, Port] = {}
        for uplink in network.uplinks:
            self._far |= {uplink.near: uplink.far, uplink.far: uplink.near}

    @cached_property
    def _stations(self) -> Mapping[Port, list[Station]]:
        """At the ports where computers can be: no uplink, no trunk, no port with a switch behind it."""
        found: dict[Port, list[Station]] = {}
        for name, state in self._states.items():
            forwarding = {key_of_port(one.port) for one in state.neighbours if _is_switch(one)}
            for key, stations in by_port(state.stations).items():
                number = self._numbers[name].get(key)
                if number is None or key in forwarding:
                    continue
                port, plan = Port(name, number), self._plans[name].get(number)
                if port not in self._far and not (plan is not None and plan.is_trunk):
                    found[port] = stations
        return found

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every described computer at every port where it was seen, in the order of switches and ports."""
        seats = {seat.mac: seat for seat in self._network.seats if seat.mac is not None}
        found: dict[tuple[str, Port], Place] = {}
        for port, stations in self._stations.items():
            for station in stations:
                seat = seats.get(station.mac)
                if seat is None:
                    continue
                own = self._network.outlet_by_name[seat.outlet].port if seat.outlet is not None else None
                found[(seat.name, port)] = Place(seat, port, self._outlets.get(port), own)
        return tuple(found.values())

    def findings(self) -> Mapping[str, tuple[Finding, ...]]:
        """By the switch at which it was seen."""
        found: dict[str, list[Finding]] = {name: [] for name in self._states}
        for switch, finding in (*self._misplaced(), *self._hubs(), *self._switches()):
            found[switch].append(finding)
        return {name: tuple(findings) for name, findings in found.items()}

    def _interface(self, port: Port) -> str:
        interfaces = self._network.switch_by_name[port.switch].interfaces
        return interfaces[port.number - 1] if interfaces else str(port.number)

    def _misplaced(self) -> Iterator[tuple[str, Finding]]:
        # A switch remembers a computer that was moved for some minutes: where it is also right, it is right.
        right = {place.seat.name for place in self.places if place.is_right}
        for place in self.places:
            if place.meant is None or place.seat.name in right:
                continue
            interface = self._interface(place.port)
            yield (
                place.port.switch,
                Finding(
                    "wrong port",
                    interface,
                    _say(
                        "{seat} ({room}, seat {place}) is at port {port}, {outlet}. Its own outlet {own} leads to "
                        "{meant}. Put the cable back, or write the new outlet.",
                        seat=place.seat.name,
                        room=place.seat.room,
                        place=place.seat.seat,
                        port=f"{place.port.switch} {interface}",
                        outlet=_say("outlet {name}", name=place.outlet.name)
                        if place.outlet is not None
                        else _say("which no outlet leads to"),
                        own=place.seat.outlet,
                        meant=f"{place.meant.switch} {self._interface(place.meant)}",
                    ),
                ),
            )

    def _hubs(self) -> Iterator[tuple[str, Finding]]:
        for port, stations in self._stations.items():
            plan = self._plans[port.switch].get(port.number)
            addresses = sorted({station.mac for station in stations if not _of_telephone(station, plan)})
            if len(addresses) > _allowed(plan):
                interface = self._interface(port)
                yield (
                    port.switch,
                    Finding(
                        "hub",
                        interface,
                        _say(
                            "{n} computers are behind port {port}: {macs}. Look for a hub or a small switch there.",
                            n=len(addresses),
                            port=interface,
                            macs=tuple(addresses[:5]),
                        ),
                    ),
                )

    def _switches(self) -> Iterator[tuple[str, Finding]]:
        for name, state in self._states.items():
            for neighbour in state.neighbours:
                number = self._numbers[name].get(key_of_port(neighbour.port))
                port = Port(name, number) if number is not None else None
                far = self._far.get(port) if port is not None else None
                system = neighbour.system.split(".")[0].casefold()
                if far is not None:
                    yield from self._uplink(name, neighbour, far, system)
                elif _is_switch(neighbour) and not self._is_trunk(name, number):
                    yield (
                        name,
                        Finding(
                            "unknown switch",
                            neighbour.port,
                            _say(
                                "A switch or an access point that is not described is at port {port}: {system} "
                                "({chassis}). Describe it, or unplug it.",
                                port=neighbour.port,
                                system=neighbour.system or _say("without a name"),
                                chassis=neighbour.chassis,
                            ),
                        ),
                    )

    def _uplink(
        self, name: str, neighbour: Neighbour, far: Port, system: str
    ) -> Iterator[tuple[str, Finding]]:
        number = self._numbers[far.switch].get(key_of_port(neighbour.remote_port))
        if system == far.switch and number in (None, far.number):
            return
        yield (
            name,
            Finding(
                "wrong uplink",
                neighbour.port,
                _say(
                    "The uplink {port} leads to {system} {remote} and not to {far}. Put the cable back, or write it in "
                    "uplinks.",
                    port=neighbour.port,
                    system=neighbour.system or neighbour.chassis,
                    remote=neighbour.remote_port,
                    far=f"{far.switch} {self._interface(far)}",
                ),
            ),
        )

    def _is_trunk(self, name: str, number: int | None) -> bool:
        plan = self._plans[name].get(number) if number is not None else None
        return plan is not None and plan.is_trunk


def _is_switch(neighbour: Neighbour) -> bool:
    """A telephone forwards the frames of the computer behind it and is none all the same."""
    return neighbour.bridge and not neighbour.telephone


def _of_telephone(station: Station, plan: PortPlan | None) -> bool:
    return plan is not None and plan.duties.voice is not None and station.vlan == plan.duties.voice


def _allowed(plan: PortPlan | None) -> int:
    """Addresses that are no sign of a hub: one, as many as were allowed, and a telephone's before it knows its VLAN."""
    if plan is None:
        return 1
    return max(plan.duties.macs or 1, 1 + (plan.duties.voice is not None))
