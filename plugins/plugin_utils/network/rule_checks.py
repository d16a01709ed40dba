"""Services and rules against the rest: nothing unknown, and no rule that another has already said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..i18n import Message
from .draft import Draft, told
from .issues import Issues, Path, place
from .model import FIREWALL, INTERNET, Rule, Seat, Service


def check_rules(draft: Draft, seats: Mapping[str, Seat], issues: Issues) -> None:
    """``seats`` by name, with their VLANs."""
    known = {service.name: service for _, service in draft.services}
    zones = {vlan.id: vlan.zone for _, vlan in draft.vlans}
    zone_of = {seat.name: zones[seat.vlan] for seat in seats.values() if seat.vlan in zones}
    for index, service in draft.services:
        for step, host in enumerate(service.hosts):
            seat = seats.get(host)
            at: Path = ("services", index, "hosts", step)
            if seat is None:
                if not told(issues, "seats"):
                    issues.add(at, _say("There is no host {host} in seats. Describe it.", host=host))
            elif not seat.addresses:
                issues.add(
                    at,
                    _say(
                        "{host} has no address, so nobody can reach the service. Give it one in seats.",
                        host=host,
                    ),
                )
    seen: list[tuple[int, Rule, list[Service]]] = []
    for index, rule in draft.rules:
        if _check_names(index, rule, draft.zones, known, issues):
            _check_hosts(index, rule, known, zone_of, issues)
            mine = [known[name] for name in rule.services]
            _check_shadow(index, rule, mine, seen, issues)
            seen.append((index, rule, mine))


def _say(text: str, **fields: object) -> Message:
    return Message("network", text, fields)


def _check_names(
    index: int, rule: Rule, zones: Sequence[str], services: Mapping[str, Service], issues: Issues
) -> bool:
    before = issues.count
    for step, zone in enumerate(rule.sources):
        if zone not in zones and zone != INTERNET:
            issues.add(("rules", index, "from", step), _no_zone(zone, (*zones, INTERNET)))
    if rule.target not in zones and rule.target not in (INTERNET, FIREWALL):
        issues.add(("rules", index, "to"), _no_zone(rule.target, (*zones, INTERNET, FIREWALL)))
    for step, name in enumerate(rule.services):
        if name not in services:
            issues.add(
                ("rules", index, "services", step),
                _say("There is no service {service}. Describe it in services.", service=name),
            )
    return issues.count == before


def _no_zone(zone: str, zones: tuple[str, ...]) -> Message:
    return _say(
        "There is no zone {zone}. Write one of {zones}, or describe it in zones.", zone=zone, zones=zones
    )


def _check_hosts(
    index: int, rule: Rule, services: Mapping[str, Service], zone_of: Mapping[str, str], issues: Issues
) -> None:
    """A service of certain hosts is only offered in their zone."""
    for step, name in enumerate(rule.services):
        for host in services[name].hosts:
            zone = zone_of.get(host, rule.target)
            if zone != rule.target:
                issues.add(
                    ("rules", index, "services", step),
                    _say(
                        "{service} is offered by {host}, which is in the zone {zone}. Write to: {zone}.",
                        service=name,
                        host=host,
                        zone=zone,
                    ),
                )


def _check_shadow(
    index: int,
    rule: Rule,
    services: Sequence[Service],
    seen: Sequence[tuple[int, Rule, Sequence[Service]]],
    issues: Issues,
) -> None:
    """Whether one earlier rule lets everything through, or limits everything, that this one is about."""
    for other_index, other, other_services in seen:
        if (
            other.target == rule.target
            and set(rule.sources) <= set(other.sources)
            and all(any(_covers(wide, narrow) for wide in other_services) for narrow in services)
        ):
            issues.add(
                ("rules", index),
                _say(
                    "The rule {rule} never counts: {other} at {place} says it all before. Remove or narrow one.",
                    rule=rule.name,
                    other=other.name,
                    place=place(("rules", other_index)),
                ),
            )
            return


def _covers(wide: Service, narrow: Service) -> bool:
    """Whether all traffic of ``narrow`` is traffic of ``wide``."""
    if wide.hosts and not (narrow.hosts and set(narrow.hosts) <= set(wide.hosts)):
        return False
    if wide.everything:
        return True
    return (
        not narrow.everything
        and _within(narrow.tcp, wide.tcp)
        and _within(narrow.udp, wide.udp)
        and (wide.ping or not narrow.ping)
    )


def _within(narrow: Sequence[tuple[int, int]], wide: Sequence[tuple[int, int]]) -> bool:
    return all(any(start <= first and last <= end for start, end in wide) for first, last in narrow)
