"""The firewall's rules as one nftables file, loaded in one transaction: either all of it counts or nothing changed.

Only the table ``inet jifang`` is ours; others on the machine stay. What changes during lessons (locked rooms, what an
exam may reach) are sets, so that no rule is loaded again for them. Language: nft(8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..i18n import UserError
from .model import FIREWALL, INTERNET, Firewall, Network, Rule, Service, Vlan

#: The group of the netlink log to which new connections go; ``ulogd`` writes them down.
LOG_GROUP = 5
_INTERNET_CHAIN = "to_internet"
# What a host must be told to find its way and the size of packets: RFC 4890, 4.4.1.
_NEEDED6 = (
    "destination-unreachable, packet-too-big, time-exceeded, parameter-problem, nd-router-solicit, "
    "nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query, mld-listener-report, mld2-listener-report"
)


def ruleset(network: Network) -> str:
    """The file. Raises ``UserError`` where the description has no ``firewall``."""
    if network.firewall is None:
        raise UserError(
            "network",
            "lab_network.firewall is not described. Write at least outside: the interfaces that lead to the provider.",
        )
    return "".join(f"{line}\n" for line in _Ruleset(network, network.firewall).lines())


class _Ruleset:
    def __init__(self, network: Network, firewall: Firewall) -> None:
        self.network = network
        self.firewall = firewall
        self.zones = [zone for zone in network.zones if network.vlans_of_zone(zone)]

    def lines(self) -> Iterator[str]:
        yield "# Written by Jifang from lab_network; changes here are lost."
        # Added before it is deleted: the first time there is none to delete.
        yield "table inet jifang"
        yield "delete table inet jifang"
        yield "table inet jifang {"
        for line in (*self._sets(), *self._antispoof(), *self._forward(), *self._input(), *self._nat()):
            yield f"  {line}"
        yield "}"

    def _sets(self) -> Iterator[str]:
        network = self.network
        for version, kind in ((4, "ipv4_addr"), (6, "ipv6_addr")):
            subnets = [one for one in network.subnets if one.network.version == version]
            homes = [f'"{network.vlan_by_id[one.vlan].interface}" . {one.network}' for one in subnets]
            yield from _set(f"locked{version}", kind, "flags interval, timeout")
            yield from _set(f"allowed{version}", f"{kind} . {kind}", "flags interval, timeout")
            yield from _set(f"home{version}", f"ifname . {kind}", "flags interval", homes)
            yield from _set(f"inside{version}", kind, "flags interval", (str(one.network) for one in subnets))
            yield from _set(f"fresh{version}", kind, "size 65535; flags dynamic, timeout; timeout 2m")
            for index, rule in enumerate(network.rules):
                if rule.rate:
                    options = "size 65535; flags dynamic, timeout; timeout 2m"
                    yield from _set(f"rate{index}_{version}", kind, options)
        yield from _set("inside", "ifname", "", _interfaces(network.vlans))
        yield from _set("outside", "ifname", "", (f'"{name}"' for name in self.firewall.outside))
        for zone in self.zones:
            yield from _set(f"zone_{_name(zone)}", "ifname", "", _interfaces(network.vlans_of_zone(zone)))

    def _antispoof(self) -> Iterator[str]:
        """No computer speaks with an address that is not of its subnet, and nobody outside with one of ours."""
        yield "chain antispoof {"
        yield "  type filter hook prerouting priority raw; policy accept;"
        yield '  iifname "lo" accept'
        # A computer without an address asks for one: RFC 2131, 4.1; link-local and unspecified: RFC 4862.
        yield "  ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept"
        yield "  iifname @inside ip6 saddr { ::, fe80::/10 } accept"
        yield "  iifname . ip saddr @home4 accept"
        yield "  iifname . ip6 saddr @home6 accept"
        yield f'  iifname @inside limit rate 5/second log prefix "jifang spoofed " group {LOG_GROUP}'
        yield "  iifname @inside counter drop"
        yield "  iifname @outside ip saddr @inside4 counter drop"
        yield "  iifname @outside ip6 saddr @inside6 counter drop"
        yield "}"

    def _forward(self) -> Iterator[str]:
        yield "chain locked {"
        # What an exam may reach, the other rules still have a say in.
        for version, ip in ((4, "ip"), (6, "ip6")):
            yield f"  {ip} saddr . {ip} daddr @allowed{version} return"
            yield f"  {ip} daddr . {ip} saddr @allowed{version} return"
        yield "  counter reject with icmpx type admin-prohibited"
        yield "}"
        yield f"chain {_INTERNET_CHAIN} {{"
        yield f'  log prefix "jifang out " group {LOG_GROUP}'
        yield "  accept"
        yield "}"
        for zone in (*self.zones, INTERNET):
            yield f"chain from_{_name(zone)} {{"
            for index, rule in self._rules_from(zone, to_firewall=False):
                yield from (f"  {line}" for line in self._rule(index, rule))
            yield "}"
        yield "chain forward {"
        yield "  type filter hook forward priority filter; policy drop;"
        # Before what is established: a lock ends what its room has begun, and nothing of another room.
        for version, ip in ((4, "ip"), (6, "ip6")):
            yield f"  oifname @outside {ip} saddr @locked{version} jump locked"
            yield f"  iifname @outside {ip} daddr @locked{version} jump locked"
        yield from self._state()
        yield from self._dispatch("from_")
        yield f'  limit rate 5/second log prefix "jifang refused " group {LOG_GROUP}'
        yield "  counter"
        yield "}"

    def _input(self) -> Iterator[str]:
        for zone in (*self.zones, INTERNET):
            yield f"chain self_{_name(zone)} {{"
            for index, rule in self._rules_from(zone, to_firewall=True):
                yield from (f"  {line}" for line in self._rule(index, rule))
            yield "}"
        yield "chain input {"
        yield "  type filter hook input priority filter; policy drop;"
        yield '  iifname "lo" accept'
        yield f"  icmpv6 type {{ {_NEEDED6} }} accept"
        yield from self._state()
        yield from self._dispatch("self_")
        yield "  counter"
        yield "}"

    def _state(self) -> Iterator[str]:
        yield "  ct state established,related accept"
        yield "  ct state invalid counter drop"
        rate = self.firewall.new_per_minute
        for version, ip in ((4, "ip"), (6, "ip6")):
            limit = f"{{ {ip} saddr limit rate over {rate}/minute burst {rate} packets }}"
            yield f"  iifname @inside update @fresh{version} {limit} counter drop"

    def _dispatch(self, prefix: str) -> Iterator[str]:
        """To the chain of the zone from which a packet comes."""
        verdicts = [f'"{vlan.interface}" : jump {prefix}{_name(vlan.zone)}' for vlan in self.network.vlans]
        verdicts += [f'"{name}" : jump {prefix}{INTERNET}' for name in self.firewall.outside]
        yield f"  iifname vmap {{ {', '.join(verdicts)} }}"

    def _nat(self) -> Iterator[str]:
        yield "chain translate {"
        yield "  type nat hook postrouting priority srcnat; policy accept;"
        yield "  oifname @outside ip saddr @inside4 masquerade"
        if self.firewall.nat6:
            yield "  oifname @outside ip6 saddr @inside6 masquerade"
        yield "}"

    def _rules_from(self, zone: str, *, to_firewall: bool) -> Iterator[tuple[int, Rule]]:
        for index, rule in enumerate(self.network.rules):
            if zone in rule.sources and (rule.target == FIREWALL) is to_firewall:
                yield index, rule

    def _rule(self, index: int, rule: Rule) -> Iterator[str]:
        way = ""
        if rule.target == INTERNET:
            way = "oifname @outside "
        elif rule.target != FIREWALL:
            if rule.target not in self.zones:
                return
            way = f"oifname @zone_{_name(rule.target)} "
        for name in rule.services:
            for match in self._matches(self.network.service_by_name[name]):
                if rule.rate:
                    for version, ip in ((4, "ip"), (6, "ip6")):
                        limit = (
                            f"{{ {ip} saddr limit rate over {rule.rate}/minute burst {rule.rate} packets }}"
                        )
                        family = "ipv4" if version == 4 else "ipv6"
                        yield (
                            f"{way}{match}meta nfproto {family} update @rate{index}_{version} {limit} counter drop"
                        )
                verdict = f"goto {_INTERNET_CHAIN}" if rule.target == INTERNET else "accept"
                yield f"{way}{match}counter {verdict}"

    def _matches(self, service: Service) -> Iterator[str]:
        """A match for each family and protocol of a service, each with a space behind it."""
        hosts = [""]
        if service.hosts:
            addresses = [one for host in service.hosts for one in self.network.seat_by_name[host].addresses]
            hosts = [
                f"{ip} daddr {{ {', '.join(found)} }} "
                for version, ip in ((4, "ip"), (6, "ip6"))
                if (found := [str(one) for one in addresses if one.version == version])
            ]
        for host in hosts:
            if service.everything:
                yield host
            if service.tcp:
                yield f"{host}tcp dport {_ports(service.tcp)} "
            if service.udp:
                yield f"{host}udp dport {_ports(service.udp)} "
            if service.ping:
                if not host.startswith("ip6"):
                    yield f"{host}icmp type echo-request "
                if not host.startswith("ip "):
                    yield f"{host}icmpv6 type echo-request "


def _set(name: str, kind: str, options: str, elements: Iterable[str] = ()) -> Iterator[str]:
    # The options are statements, each with an end of its own.
    inner = f"type {kind};" + (f" {options};" if options else "")
    if found := list(elements):
        inner += f" elements = {{ {', '.join(found)} }};"
    yield f"set {name} {{ {inner} }}"


def _interfaces(vlans: Sequence[Vlan]) -> Iterator[str]:
    return (f'"{vlan.interface}"' for vlan in vlans)


def _name(zone: str) -> str:
    """A zone within nft's names, which know no hyphen at every place."""
    return zone.replace("-", "_")


def _ports(ranges: Sequence[tuple[int, int]]) -> str:
    return "{ " + ", ".join(str(start) if start == end else f"{start}-{end}" for start, end in ranges) + " }"
