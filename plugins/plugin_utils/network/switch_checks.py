"""Switches, profiles and ports against the VLANs, the outlets and what the platform of each switch can do."""

from __future__ import annotations

from collections.abc import Iterator

from ..i18n import Message
from ..switches.platforms import PLATFORMS, Platform
from .draft import Draft, Once, told
from .issues import Issues, Path
from .model import Duties, Network, Port
from .port_duties import PortDuties, PortPlan, printing

#: What is for a port of computers only.
_NOT_ON_TRUNKS = ("vlan", "voice", "macs", "dot1x")
#: VRP takes 31, all others 32.
_VLAN_NAME_CHARACTERS = 31
#: IOS keeps these for FDDI and Token Ring and lets nobody change them.
_TOKEN_RING = range(1002, 1006)


def _say(text: str, **fields: object) -> Message:
    return Message("network", text, fields)


def check_switches(draft: Draft, network: Network, names: Once, issues: Issues) -> None:
    vlans = {vlan.id for _, vlan in draft.vlans}
    for index, profile in draft.profiles:
        _check_duties(profile.duties, ("profiles", index), vlans, issues)
    _check_uplinks(draft, vlans, issues)
    _check_profiles_used(draft, issues)
    _check_entries(draft, vlans, names, issues)
    if not issues.count:
        _check_plans(draft, network, issues)


def _check_vlan(vlan: int, vlans: set[int], path: Path, issues: Issues) -> None:
    if vlan not in vlans and not told(issues, "vlans"):
        issues.add(path, _say("There is no VLAN {vlan}. Describe it in vlans.", vlan=vlan))


def _check_duties(duties: Duties, path: Path, vlans: set[int], issues: Issues) -> None:
    for key in ("vlan", "voice", "native"):
        vlan = getattr(duties, key)
        if vlan is not None:
            _check_vlan(vlan, vlans, (*path, key), issues)
    for vlan in duties.trunk or ():
        _check_vlan(vlan, vlans, (*path, "trunk"), issues)
    for key, words in _contradictions(duties):
        issues.add((*path, key), words)


def _contradictions(duties: Duties) -> Iterator[tuple[str, Message]]:
    if duties.trunk is None:
        if duties.native is not None:
            yield "native", _say("Only a trunk has a native VLAN. Write trunk, or vlan instead of native.")
        if duties.voice is not None and duties.voice == duties.vlan:
            yield (
                "voice",
                _say(
                    "VLAN {vlan} is that of the computer too. Give telephones their own.", vlan=duties.voice
                ),
            )
        return
    for key in _NOT_ON_TRUNKS:
        if getattr(duties, key):
            yield key, _say("A trunk has no {key}. Remove one of both.", key=key)
    if not duties.trunk:
        yield "trunk", _say("A trunk that lets nothing through is a closed port. Write closed: true.")
    elif duties.native is not None and duties.native not in duties.trunk:
        yield (
            "native",
            _say("VLAN {vlan} is not among those of the trunk. Write it there too.", vlan=duties.native),
        )


def _check_uplinks(draft: Draft, vlans: set[int], issues: Issues) -> None:
    for index, uplink in draft.uplinks:
        path: Path = ("uplinks", index)
        for vlan in uplink.vlans or ():
            _check_vlan(vlan, vlans, (*path, "vlans"), issues)
        if uplink.vlans is not None and not uplink.vlans:
            issues.add(
                (*path, "vlans"), _say("An uplink that lets nothing through is none. Write its VLANs.")
            )
        if uplink.native is not None:
            _check_vlan(uplink.native, vlans, (*path, "native"), issues)
            if uplink.vlans is not None and uplink.native not in uplink.vlans:
                issues.add(
                    (*path, "native"),
                    _say(
                        "VLAN {vlan} is not among those of the trunk. Write it there too.", vlan=uplink.native
                    ),
                )


def _check_profiles_used(draft: Draft, issues: Issues) -> None:
    profiles = {profile.name for _, profile in draft.profiles}
    used = [(("switches", index, "profile"), switch.profile) for index, switch in draft.switches]
    used += [(("ports", index, "profile"), entry.profile) for index, entry in draft.ports]
    for path, name in used:
        if name is not None and name not in profiles and not told(issues, "profiles"):
            issues.add(path, _say("There is no profile {name}. Describe it in profiles.", name=name))


def _check_entries(draft: Draft, vlans: set[int], names: Once, issues: Issues) -> None:
    switches = {switch.name: switch for _, switch in draft.switches}
    ends = {end: index for index, uplink in draft.uplinks for end in (uplink.near, uplink.far)}
    for index, entry in draft.ports:
        path: Path = ("ports", index)
        port = entry.port
        switch = switches.get(port.switch)
        names.take("entry of a port", port, (*path, "port"))
        _check_duties(entry.duties, path, vlans, issues)
        if switch is None:
            if not told(issues, "switches"):
                issues.add(
                    (*path, "port"),
                    _say("There is no switch {switch}. Describe it in switches.", switch=port.switch),
                )
        elif port.number > switch.ports:
            issues.add(
                (*path, "port"),
                _say(
                    "{switch} has {n} ports, and none of the number {port}. Write the right one.",
                    switch=port.switch,
                    n=switch.ports,
                    port=port.number,
                ),
            )
        if port in ends:
            issues.add(
                (*path, "port"),
                _say(
                    "{port} is an uplink. Write what it lets through in uplinks[{n}].",
                    port=port,
                    n=ends[port],
                ),
            )


def _check_plans(draft: Draft, network: Network, issues: Issues) -> None:
    """What can only be seen when everything about a port is put together."""
    _check_vlan_names(draft, issues)
    duties = PortDuties(network)
    outlets = {outlet.port: index for index, outlet in draft.outlets}
    entries = {entry.port: index for index, entry in draft.ports}
    for index, switch in draft.switches:
        if switch.platform is None:
            continue
        platform = PLATFORMS[switch.platform]
        _check_lacks(draft, network, index, issues)
        for plan in duties.of(switch):
            port = Port(switch.name, plan.number)
            place: Path = ("switches", index)
            if port in entries:
                place = ("ports", entries[port])
            elif port in outlets:
                place = ("outlets", outlets[port])
            _check_plan(plan, platform, place, issues)


def _check_vlan_names(draft: Draft, issues: Issues) -> None:
    platforms = {switch.platform for _, switch in draft.switches if switch.platform is not None}
    if not platforms - {"linux_bridge"}:
        return
    for index, vlan in draft.vlans:
        if len(vlan.name) > _VLAN_NAME_CHARACTERS:
            issues.add(
                ("vlans", index, "name"),
                _say(
                    "{value} is longer than {most} characters, the most that switches take. Write a shorter one.",
                    value=vlan.name,
                    most=_VLAN_NAME_CHARACTERS,
                ),
            )
        if "ios" in platforms and vlan.id in _TOKEN_RING:
            issues.add(
                ("vlans", index, "id"),
                _say(
                    "VLAN {vlan} is reserved on switches of {platform}. Write another.",
                    vlan=vlan.id,
                    platform="ios",
                ),
            )


def _tell_lack(platform: Platform, key: str, path: Path, issues: Issues) -> None:
    issues.add(
        path, _say("Switches of {platform} have no {key}. Remove it.", platform=platform.name, key=key)
    )


def _check_lacks(draft: Draft, network: Network, index: int, issues: Issues) -> None:
    """What is said where it stands: at the profile of the switch and at the entries of its ports."""
    switch = network.switches[index]
    platform = PLATFORMS[switch.platform or ""]
    if switch.dhcp_snooping and "dhcp_snooping" in platform.lacks:
        _tell_lack(platform, "dhcp_snooping", ("switches", index, "dhcp_snooping"), issues)

    def tell(name: str | None, path: Path) -> None:
        if name is not None:
            for key in _lacking(platform, network.profile_by_name[name].duties):
                _tell_lack(platform, f"{key} ({name})", path, issues)

    tell(switch.profile, ("switches", index, "profile"))
    for at, entry in draft.ports:
        if entry.port.switch == switch.name:
            tell(entry.profile, ("ports", at, "profile"))
            for key in _lacking(platform, entry.duties):
                _tell_lack(platform, key, ("ports", at, key), issues)


def _lacking(platform: Platform, duties: Duties) -> list[str]:
    return [key for key in sorted(platform.lacks) if getattr(duties, key, None)]


def _check_plan(plan: PortPlan, platform: Platform, place: Path, issues: Issues) -> None:
    done = plan.duties
    if done.trunk is None and done.vlan is None and not done.closed:
        issues.add(
            place,
            _say(
                "The VLAN of {port} is not known: its outlet has no seat with an address, and its room has not "
                "exactly one VLAN. Write it in ports.",
                port=plan.interface,
            ),
        )
    for key, words in _contradictions(done):
        issues.add((*place, key), words)
    if not platform.unicode_descriptions and not printing(plan.description):
        issues.add(
            place,
            _say(
                "{value} cannot be the description of a port: switches of {platform} are only certain of printing "
                "ASCII. Give the outlet such a name, like D01-07.",
                value=plan.description,
                platform=platform.name,
            ),
        )
