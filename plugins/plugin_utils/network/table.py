"""The address and port table: who sits where, on which outlet and port, with which addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..forms.document import Block, Column, Form, Text
from ..forms.document import Table as FormTable
from ..i18n import Message
from .model import Network, Seat


@dataclass(frozen=True, slots=True)
class Table:
    """Finished words: ``rows`` have a cell for each column."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def _say(text: str) -> Message:
    return Message("network", text)


_SEATS = _say("Seats")
_ADDRESSES = (
    _say("Room"),
    _say("Seat"),
    _say("Computer"),
    _say("Outlet"),
    _say("Switch and port"),
    _say("VLAN"),
    _say("MAC address"),
    _say("IPv4"),
    _say("IPv6"),
)
_SUBNETS = (
    _say("VLAN"),
    _say("Name"),
    _say("Zone"),
    _say("Rooms"),
    _say("Subnet"),
    _say("Gateway"),
    _say("Given away by DHCP"),
)
_PORTS = (_say("Switch"), _say("Port"), _say("Leads to"), _say("Room"), _say("Computer"), _say("VLAN"))
#: Weights of the columns on paper.
_WIDTHS = (10.0, 8.0, 12.0, 9.0, 12.0, 7.0, 17.0, 15.0, 24.0)


def tables(network: Network, language: str) -> tuple[Table, ...]:
    """Seats, VLANs with their subnets, ports: everything that somebody with a cable in hand asks for."""
    return (
        Table(_SEATS.render(language), _words(_ADDRESSES, language), tuple(_seat_rows(network))),
        Table(
            _say("VLANs and subnets").render(language),
            _words(_SUBNETS, language),
            tuple(_subnet_rows(network)),
        ),
        Table(_say("Ports").render(language), _words(_PORTS, language), tuple(_port_rows(network))),
    )


def table_form(network: Network, *, school: str, made_on: date, language: str) -> Form:
    """The tables as one sheet to print and to keep in the rack."""
    blocks: list[Block] = []
    for table in tables(network, language):
        widths = _WIDTHS if len(table.columns) == len(_WIDTHS) else (1.0,) * len(table.columns)
        columns = [Column(title, width) for title, width in zip(table.columns, widths, strict=True)]
        blocks += [Text(heading=table.title), FormTable(columns, table.rows)]
    return Form(
        title=_say("Address and port table").render(language),
        number="",
        school=school,
        made_on=made_on,
        blocks=blocks,
        language=language,
        landscape=True,
    )


def _words(messages: Sequence[Message], language: str) -> tuple[str, ...]:
    return tuple(message.render(language) for message in messages)


def _seat_rows(network: Network) -> list[tuple[str, ...]]:
    order = {room: index for index, room in enumerate(network.rooms)}
    return [
        (
            seat.room,
            seat.seat,
            seat.name,
            seat.outlet or "",
            str(network.outlet_by_name[seat.outlet].port) if seat.outlet is not None else "",
            str(seat.vlan or ""),
            seat.mac or "",
            _addresses(seat, 4),
            _addresses(seat, 6),
        )
        for seat in sorted(network.seats, key=lambda one: (order[one.room], one.seat))
    ]


def _addresses(seat: Seat, version: int) -> str:
    return " ".join(str(address) for address in seat.addresses if address.version == version)


def _subnet_rows(network: Network) -> list[tuple[str, ...]]:
    return [
        (
            str(vlan.id),
            vlan.name,
            vlan.zone,
            " ".join(vlan.rooms),
            str(subnet.network),
            str(subnet.gateway),
            " – ".join(map(str, subnet.dynamic or ())),
        )
        for vlan in network.vlans
        for subnet in network.subnets_of(vlan.id)
    ]


def _port_rows(network: Network) -> list[tuple[str, ...]]:
    seats = {seat.outlet: seat for seat in network.seats if seat.outlet is not None}
    rows: dict[tuple[str, int], tuple[str, ...]] = {}
    for outlet in network.outlets:
        seat = seats.get(outlet.name)
        who = (seat.name, str(seat.vlan or "")) if seat is not None else ("", "")
        rows[outlet.port.switch, outlet.port.number] = (outlet.name, outlet.room, *who)
    for uplink in network.uplinks:
        for one, other in ((uplink.near, uplink.far), (uplink.far, uplink.near)):
            rows[one.switch, one.number] = (f"→ {other}", "", "", "")
    return [(switch, str(number), *cells) for (switch, number), cells in sorted(rows.items())]
