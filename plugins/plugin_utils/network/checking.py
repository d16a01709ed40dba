"""The sections of the description held against each other. One pass over each; nothing is compared pair by pair."""

from __future__ import annotations

from ..i18n import Message
from .draft import Draft, Once, Subnets, check_host, in_range, known, place_address, told
from .issues import Issues, Path, place
from .model import Network, Port
from .rule_checks import check_rules
from .seat_checks import placed_seats
from .switch_checks import check_switches


def check(draft: Draft, issues: Issues) -> Network:
    """The network of ``draft``. It may only be used where ``issues`` are none."""
    names = Once(issues)
    _check_names(draft, names)
    _check_vlans(draft, names, issues)
    _check_subnets(draft, names, issues)
    _check_cabling(draft, names, issues)
    seats = tuple(placed_seats(draft, names, issues))
    check_rules(draft, {seat.name: seat for seat in seats}, issues)
    network = Network(
        domain=draft.domain,
        zones=draft.zones,
        rooms=draft.rooms,
        vlans=tuple(one for _, one in draft.vlans),
        subnets=tuple(one for _, one in draft.subnets),
        switches=tuple(one for _, one in draft.switches),
        uplinks=tuple(one for _, one in draft.uplinks),
        outlets=tuple(one for _, one in draft.outlets),
        seats=seats,
        services=tuple(one for _, one in draft.services),
        rules=tuple(one for _, one in draft.rules),
        firewall=draft.firewall,
        profiles=tuple(one for _, one in draft.profiles),
        ports=tuple(one for _, one in draft.ports),
    )
    check_switches(draft, network, names, issues)
    return network


def _say(text: str, **fields: object) -> Message:
    return Message("network", text, fields)


def _check_names(draft: Draft, names: Once) -> None:
    for index, zone in enumerate(draft.zones):
        names.take("zone", zone, ("zones", index))
    for index, room in enumerate(draft.rooms):
        names.take("room", room, ("rooms", index))
    for section, entries in (
        ("services", draft.services),
        ("rules", draft.rules),
        ("outlets", draft.outlets),
        ("profiles", draft.profiles),
    ):
        for index, entry in entries:
            names.take(section, entry.name, (section, index, "name"))
    # Computers and switches share the domain's names.
    for index, switch in draft.switches:
        names.take("host", switch.name, ("switches", index, "name"))
    for index, seat in draft.seats:
        names.take("host", seat.name, ("seats", index, "name"))


def _check_vlans(draft: Draft, names: Once, issues: Issues) -> None:
    zones, rooms = set(draft.zones), set(draft.rooms)
    used = {subnet.vlan for _, subnet in draft.subnets}
    for index, vlan in draft.vlans:
        path: Path = ("vlans", index)
        names.take("vlan", vlan.id, (*path, "id"))
        names.take("vlan name", vlan.name, (*path, "name"))
        names.take("interface", vlan.interface, (*path, "interface"))
        if draft.firewall is not None and vlan.interface in draft.firewall.outside:
            issues.add(
                (*path, "interface"),
                _say("{value} leads outside. A VLAN has an interface of its own.", value=vlan.interface),
            )
        known(vlan.zone, zones, (*path, "zone"), issues, _say("zone"))
        for place_of_room, room in enumerate(vlan.rooms):
            known(room, rooms, (*path, "rooms", place_of_room), issues, _say("room"))
        # A subnet that could not be read was told already and may be the missing one.
        if vlan.id not in used and not told(issues, "subnets"):
            issues.add(
                path, _say("VLAN {vlan} has no subnet and so no gateway. Describe its subnets.", vlan=vlan.id)
            )


def _check_subnets(draft: Draft, names: Once, issues: Issues) -> None:
    vlans = {vlan.id for _, vlan in draft.vlans}
    for index, subnet in draft.subnets:
        path: Path = ("subnets", index)
        if subnet.vlan not in vlans and not told(issues, "vlans"):
            issues.add(
                (*path, "vlan"), _say("There is no VLAN {vlan}. Describe it in vlans.", vlan=subnet.vlan)
            )
        check_host(subnet.gateway, subnet, (*path, "gateway"), issues)
        names.take("address", subnet.gateway, (*path, "gateway"))
        if subnet.dynamic is not None:
            first, last = subnet.dynamic
            for step, end in enumerate(subnet.dynamic):
                check_host(end, subnet, (*path, "dynamic", step), issues)
            if first.version == last.version and int(first) > int(last):
                issues.add(
                    (*path, "dynamic"),
                    _say("{first} lies behind {last}. Exchange them.", first=first, last=last),
                )
            elif in_range(subnet.gateway, subnet):
                issues.add(
                    (*path, "dynamic"),
                    _say(
                        "The gateway {address} lies within this range. Move one of them.",
                        address=subnet.gateway,
                    ),
                )
    _check_overlaps(draft, issues)


def _check_overlaps(draft: Draft, issues: Issues) -> None:
    networks = {index: subnet.network for index, subnet in draft.subnets}
    for version in (4, 6):
        spans = sorted(
            (int(network.network_address), int(network.broadcast_address), index)
            for index, network in networks.items()
            if network.version == version
        )
        reach, holder = -1, -1
        for start, end, index in spans:
            if start <= reach:
                issues.add(
                    ("subnets", index, "cidr"),
                    _say(
                        "{subnet} overlaps {other} of {place}. Give it other addresses.",
                        subnet=networks[index],
                        other=networks[holder],
                        place=place(("subnets", holder, "cidr")),
                    ),
                )
            if end > reach:
                reach, holder = end, index


def _check_cabling(draft: Draft, names: Once, issues: Issues) -> None:
    rooms = set(draft.rooms)
    switches = {switch.name: switch for _, switch in draft.switches}
    subnets = Subnets(draft)
    for index, switch in draft.switches:
        path: Path = ("switches", index)
        known(switch.room, rooms, (*path, "room"), issues, _say("room"))
        names.take("address", switch.address, (*path, "address"))
        place_address(switch.address, subnets, (*path, "address"), issues)

    def use(port: Port, at: Path) -> None:
        switch = switches.get(port.switch)
        if switch is None:
            if not told(issues, "switches"):
                issues.add(
                    at, _say("There is no switch {switch}. Describe it in switches.", switch=port.switch)
                )
        elif port.number > switch.ports:
            issues.add(
                at,
                _say(
                    "{switch} has {n} ports, and none of the number {port}. Write the right one.",
                    switch=port.switch,
                    n=switch.ports,
                    port=port.number,
                ),
            )
        names.take("port", port, at)

    for index, uplink in draft.uplinks:
        use(uplink.near, ("uplinks", index, "from"))
        use(uplink.far, ("uplinks", index, "to"))
    for index, outlet in draft.outlets:
        known(outlet.room, rooms, ("outlets", index, "room"), issues, _say("room"))
        use(outlet.port, ("outlets", index, "port"))
