"""What a change of a configuration does, in words: a sentence for each port, each VLAN and each global setting."""

from __future__ import annotations

from collections.abc import Iterator

from ..i18n import Message
from .claims import Claims, Part
from .lines import Grammar, written

#: Duties with a value, as they are called.
_VALUES = {
    "description": "description",
    "mode": "kind",
    "vlan": "VLAN",
    "native": "VLAN without a tag",
    "hybrid_vlan": "VLAN without a tag",
    "trunk": "VLANs let through",
    "tagged": "VLANs with a tag",
    "untagged": "VLANs without a tag",
    "voice": "VLAN of telephones",
    "macs": "most stations",
    "violation": "answer to too many stations",
    "storm": "most broadcasts in percent",
    "name": "name",
    "hostname": "name",
    "snooping_vlans": "VLANs with DHCP snooping",
    "host_mode": "stations that log in",
}
_FLAGS = {
    "edge": "start without waiting",
    "bpdu_guard": "guard against switches",
    "guard_system": "guard against switches",
    "security": "limit of stations",
    "poe": "power over Ethernet",
    "trusted": "DHCP may answer",
    "snooping": "DHCP snooping",
    "dhcp": "DHCP",
    "dot1x": "login with 802.1X",
    "dot1x_system": "login with 802.1X",
    "pae": "question for the login",
    "lldp": "LLDP",
    "vtp": "VLANs of its own",
    "voice_manual": "telephones by hand",
}
_NEGATIVE = ("no ", "undo ")


def _say(text: str, **fields: object) -> Message:
    return Message("switches", text, fields)


def words_of(grammar: Grammar, before: Claims, after: Claims) -> Iterator[Message]:
    for number, part in after.vlans.items():
        old = before.vlans.get(number)
        name = _shown(part, "name") or number
        if old is None:
            yield _say("VLAN {vlan} is made: {name}.", vlan=number, name=name)
        elif what := tuple(_changes(grammar, "vlan", old, part)):
            yield _say("VLAN {vlan}: {what}.", vlan=number, what=what)
    if what := tuple(_changes(grammar, "root", before.root, after.root)):
        yield _say("The whole switch: {what}.", what=what)
    for key, part in after.ports.items():
        if what := tuple(_changes(grammar, "port", before.ports[key], part)):
            yield _say("Port {port}: {what}.", port=part.header.removeprefix("interface "), what=what)
    for number in before.vlans:
        if number not in after.vlans:
            yield _say("VLAN {vlan} is removed. Nothing uses it any longer.", vlan=number)


def _changes(grammar: Grammar, section: str, before: Part, after: Part) -> Iterator[Message]:
    for kind in grammar.by_section[section]:
        duty = kind.duty
        old, new = before.lines.get(duty), after.lines.get(duty)
        if old == new:
            continue
        if duty == "closed":
            yield _say("port closed") if new else _say("port opened")
        elif duty in _FLAGS:
            yield _flag(duty, new)
        else:
            old_value, new_value = (_shown_value(grammar, section, duty, part) for part in (before, after))
            yield _say(
                "{what} {before} → {after}", what=_say(_VALUES[duty]), before=old_value, after=new_value
            )


def _flag(duty: str, new: str | None) -> Message:
    on = new is not None and not new.startswith(_NEGATIVE) and not new.endswith((" never", " disabled"))
    if duty == "poe" and new is not None and new.startswith("no poe disabled"):
        on = True
    if duty == "voice_manual":
        on = new is not None
    what = _say(_FLAGS[duty])
    return _say("{what} on", what=what) if on else _say("{what} off", what=what)


def _shown_value(grammar: Grammar, section: str, duty: str, part: Part) -> object:
    text = part.lines.get(duty)
    if text is None:
        return _say("unset")
    found = grammar.kind_of(section, text)
    if found is not None:
        return found[2]
    return written(part.vlans(duty) or ()) or _say("none")


def _shown(part: Part, duty: str) -> str:
    return part.lines.get(duty, "").partition(" ")[2]
