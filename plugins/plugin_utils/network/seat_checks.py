"""Seats against rooms, outlets and subnets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..i18n import Message
from .draft import Draft, Once, Subnets, known, place_address, told
from .issues import Issues, Path, place
from .model import Outlet, Seat


def _say(text: str, **fields: object) -> Message:
    return Message("network", text, fields)


def placed_seats(draft: Draft, names: Once, issues: Issues) -> Iterator[Seat]:
    """The seats with the VLAN in which their addresses are."""
    rooms = set(draft.rooms)
    outlets = {outlet.name: outlet for _, outlet in draft.outlets}
    vlans = {vlan.id: vlan for _, vlan in draft.vlans}
    subnets = Subnets(draft)
    places: dict[tuple[str, str], tuple[int, Seat]] = {}
    for index, seat in draft.seats:
        path: Path = ("seats", index)
        if seat.room not in rooms:
            known(seat.room, rooms, (*path, "room"), issues, _say("room"))
        first, other = places.setdefault((seat.room, seat.seat), (index, seat))
        if other is not seat:
            _tell_same_place(seat, other, path, first, issues)
        if seat.mac is not None:
            names.take("mac", seat.mac, (*path, "mac"))
        if seat.outlet is not None:
            names.take("outlet of a seat", seat.outlet, (*path, "outlet"))
            _check_outlet(seat, outlets.get(seat.outlet), (*path, "outlet"), issues)
        found = []
        for step, address in enumerate(seat.addresses):
            at = (*path, "addresses", step)
            names.take("address", address, at)
            subnet = place_address(address, subnets, at, issues)
            if subnet is not None:
                found.append(subnet.vlan)
                vlan = vlans.get(subnet.vlan)
                if subnet.vlan != found[0]:
                    issues.add(
                        at,
                        _say(
                            "{address} belongs to VLAN {vlan}, the seat's first address to VLAN {first}. "
                            "A seat is in one.",
                            address=address,
                            vlan=subnet.vlan,
                            first=found[0],
                        ),
                    )
                elif vlan is not None and vlan.rooms and seat.room not in vlan.rooms:
                    issues.add(
                        at,
                        _say(
                            "{address} lies outside its subnet: VLAN {vlan} is not that of {room}.",
                            address=address,
                            vlan=vlan.id,
                            room=seat.room,
                        ),
                    )
        yield replace(seat, vlan=found[0]) if found else seat


def _tell_same_place(seat: Seat, other: Seat, path: Path, first: int, issues: Issues) -> None:
    at = place(("seats", first))
    if seat.outlet is not None and other.outlet is not None and seat.outlet != other.outlet:
        issues.add(
            (*path, "outlet"),
            _say(
                "Seat {seat} of {room} has two outlets: {outlet}, and {other} at {first}. Write the one "
                "its cable is in.",
                seat=seat.seat,
                room=seat.room,
                outlet=seat.outlet,
                other=other.outlet,
                first=at,
            ),
        )
    else:
        issues.add(
            (*path, "seat"),
            _say(
                "Seat {seat} of {room} is already described at {first}. Each is there once.",
                seat=seat.seat,
                room=seat.room,
                first=at,
            ),
        )


def _check_outlet(seat: Seat, outlet: Outlet | None, at: Path, issues: Issues) -> None:
    if outlet is None:
        if not told(issues, "outlets"):
            issues.add(at, _say("There is no outlet {outlet}. Describe it in outlets.", outlet=seat.outlet))
    elif outlet.room != seat.room:
        issues.add(
            at,
            _say(
                "Outlet {outlet} is in {room}, the seat in {other}. Write an outlet of the seat's room.",
                outlet=outlet.name,
                room=outlet.room,
                other=seat.room,
            ),
        )
