"""dnsmasq's configuration from the network: reservations, names and what else a computer is told.

One file holds all, so that a thousand reservations are one comparison and not a thousand tasks. Every value comes from
``reading``, which lets through nothing that means something to dnsmasq (names, addresses, numbers alone). Options:
dnsmasq(8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv6Network

from .model import Address, Network, Seat, Subnet

_LEASE = "12h"
_ROUTER = "option:router"


def dnsmasq_configuration(
    network: Network, upstream: Sequence[Address] = (), servers: Sequence[Address] = ()
) -> str:
    """The file. ``upstream``: who is asked about other names, by default whom the host itself asks; ``servers``: the
    name servers that DHCP tells, by default this dnsmasq."""
    return "".join(f"{line}\n" for line in _lines(network, upstream, servers))


def _lines(network: Network, upstream: Sequence[Address], servers: Sequence[Address]) -> Iterator[str]:
    yield "# Written by Jifang from lab_network; changes here are lost."
    yield from ("domain-needed", "bogus-priv", "stop-dns-rebind", "rebind-localhost-ok", "bind-dynamic")
    if network.firewall is not None:
        # What leads outside is never served, whatever else is written.
        yield from (f"except-interface={name}" for name in network.firewall.outside)
    yield f"domain={network.domain}"
    yield f"local=/{network.domain}/"
    yield f"rebind-domain-ok=/{network.domain}/"
    # The hosts file of this machine is about this machine: 127.0.1.1 is nobody's address elsewhere.
    yield "no-hosts"
    if upstream:
        yield "no-resolv"
        yield from (f"server={address}" for address in upstream)
    yield "dhcp-authoritative"
    if any(subnet.network.version == 6 for subnet in network.subnets):
        yield "enable-ra"
    for subnet in network.subnets:
        yield from _subnet(subnet)
    if four := [str(address) for address in servers if address.version == 4]:
        yield f"dhcp-option=option:dns-server,{','.join(four)}"
    if six := [f"[{address}]" for address in servers if address.version == 6]:
        yield f"dhcp-option=option6:dns-server,{','.join(six)}"
    for switch in network.switches:
        yield f"host-record={switch.name}.{network.domain},{switch.name},{switch.address}"
    for seat in network.seats:
        yield from _seat(seat, network.domain)


def _subnet(subnet: Subnet) -> Iterator[str]:
    net, tag = subnet.network, f"set:vlan{subnet.vlan}"
    if isinstance(net, IPv6Network):
        # "static": only who has a reservation gets an address; SLAAC is off (dnsmasq(8), dhcp-range).
        first = (
            f"{subnet.dynamic[0]},{subnet.dynamic[1]}" if subnet.dynamic else f"{net.network_address},static"
        )
        yield f"dhcp-range={tag},{first},{net.prefixlen},{_LEASE}"
        return
    first = f"{subnet.dynamic[0]},{subnet.dynamic[1]}" if subnet.dynamic else f"{net.network_address},static"
    yield f"dhcp-range={tag},{first},{net.netmask},{_LEASE}"
    yield f"dhcp-option=tag:vlan{subnet.vlan},{_ROUTER},{subnet.gateway}"


def _seat(seat: Seat, domain: str) -> Iterator[str]:
    if not seat.addresses:
        return
    written = [f"[{address}]" if address.version == 6 else str(address) for address in seat.addresses]
    if seat.mac is not None:
        yield f"dhcp-host={','.join((seat.mac, *written, seat.name, _LEASE))}"
    # host-record answers for both families and backwards (PTR).
    yield f"host-record={seat.name}.{domain},{seat.name},{','.join(map(str, seat.addresses))}"
