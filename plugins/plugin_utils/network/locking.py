"""Which rooms lose the internet, until when, and what an exam may still reach."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import collapse_addresses, ip_network
from typing import Any

from ..i18n import UserError
from .issues import shown
from .model import Network

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")
#: A lock that nobody remembers should end on its own before the next lesson of the week.
LONGEST = timedelta(hours=24)
ALLOWED = 200


def lock_entries(
    network: Network, rooms: Sequence[str], until: datetime, allow: Sequence[str]
) -> list[dict[str, Any]]:
    """What the firewall is told, per room: ``room``, ``until`` (seconds since 1970), ``sources``, ``allow``.

    A room that has its VLANs alone is its subnets, guests included; where several rooms share one, it is the addresses
    of its seats. Raises ``UserError`` for an unknown room, one without addresses, or an ``allow`` that is no address.
    """
    allowed = _allowed(allow)
    return [
        {
            "room": room,
            "until": int(until.timestamp()),
            "sources": _sources(network, room),
            "allow": allowed,
        }
        for room in known_rooms(network, rooms)
    ]


def known_rooms(network: Network, rooms: Sequence[str]) -> list[str]:
    if not rooms:
        raise UserError(
            "network", "No room is named. Write -e lock_rooms=… with one of: {rooms}.", rooms=network.rooms
        )
    for room in rooms:
        if room not in network.rooms:
            raise UserError(
                "network",
                "There is no room {room} in lab_network. Write one of: {rooms}.",
                room=shown(room),
                rooms=network.rooms,
            )
    return sorted(set(rooms))


def end_of(until: str, now: datetime) -> datetime:
    """``until`` as an instant after ``now``: a time of day (``11:35``), minutes (``45``), or a date with a time.

    ``now`` is in the school's time zone, and so is what is written.
    """
    text = until.strip()
    if match := _CLOCK.fullmatch(text):
        end = now.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
    elif re.fullmatch(r"[1-9][0-9]{0,3}", text):
        end = now + timedelta(minutes=int(text))
    else:
        try:
            end = datetime.fromisoformat(text)
        except ValueError as error:
            raise UserError(
                "network",
                "{until} is no end. Write a time like 11:35, minutes like 45, or a date with a time like "
                "2026-11-25T11:35.",
                until=shown(text),
            ) from error
        end = end if end.tzinfo is not None else end.replace(tzinfo=now.tzinfo)
    if not now < end <= now + LONGEST:
        raise UserError(
            "network",
            "{until} is not within the next {hours} hours. A lock ends by itself; write when.",
            until=shown(text),
            hours=int(LONGEST.total_seconds() // 3600),
        )
    return end


def _sources(network: Network, room: str) -> list[str]:
    own = {vlan.id for vlan in network.vlans if vlan.rooms == (room,)}
    nets = [subnet.network for subnet in network.subnets if subnet.vlan in own]
    nets += [
        ip_network(address)
        for seat in network.seats
        if seat.room == room and seat.vlan not in own
        for address in seat.addresses
    ]
    if not nets:
        raise UserError(
            "network",
            "Room {room} has neither a VLAN of its own nor a seat with an address. Describe one in lab_network.",
            room=room,
        )
    return [
        str(net)
        for version in (4, 6)
        for net in collapse_addresses(one for one in nets if one.version == version)  # type: ignore[type-var]
    ]


def _allowed(values: Sequence[str]) -> list[str]:
    if len(values) > ALLOWED:
        raise UserError(
            "network",
            "{n} addresses are to stay reachable, {most} are possible. Write subnets.",
            n=len(values),
            most=ALLOWED,
        )
    nets = []
    for value in values:
        try:
            nets.append(ip_network(value.strip()))
        except ValueError as error:
            raise UserError(
                "network",
                "{value} among what stays reachable is no address and no subnet. Write one like 203.0.113.5 or "
                "203.0.113.0/24.",
                value=shown(value),
            ) from error
    return [
        str(net)
        for version in (4, 6)
        for net in collapse_addresses(one for one in nets if one.version == version)  # type: ignore[type-var]
    ]
