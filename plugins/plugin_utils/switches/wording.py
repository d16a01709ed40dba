"""What a change of a configuration does, in words: a sentence for each port, each VLAN and each global setting."""

from __future__ import annotations

from collections.abc import Iterator

from ..i18n import Message
from .claims import Claims, Part
from .lines import Grammar, written


def _say(text: str, **fields: object) -> Message:
    return Message("switches", text, fields)


#: Duties with a value, as they are called.
_VALUES = {
    "description": _say("description"),
    "mode": _say("kind"),
    "vlan": _say("VLAN"),
    "native": _say("VLAN without a tag"),
    "hybrid_vlan": _say("VLAN without a tag"),
    "trunk": _say("VLANs let through"),
    "tagged": _say("VLANs with a tag"),
    "untagged": _say("VLANs without a tag"),
    "pvid_tagged": _say("VLAN of all frames, with a tag"),
    "voice": _say("VLAN of telephones"),
    "macs": _say("most stations"),
    "violation": _say("answer to too many stations"),
    "storm": _say("most broadcasts in percent"),
    "name": _say("name"),
    "hostname": _say("name"),
    "snooping_vlans": _say("VLANs with DHCP snooping"),
    "host_mode": _say("stations that log in"),
}
_FLAGS = {
    "edge": _say("start without waiting"),
    "bpdu_guard": _say("guard against switches"),
    "guard_system": _say("guard against switches"),
    "security": _say("limit of stations"),
    "poe": _say("power over Ethernet"),
    "trusted": _say("DHCP may answer"),
    "snooping": _say("DHCP snooping"),
    "dhcp": _say("DHCP"),
    "dot1x": _say("login with 802.1X"),
    "dot1x_system": _say("login with 802.1X"),
    "pae": _say("question for the login"),
    "lldp": _say("LLDP"),
    "vtp": _say("VLANs of its own"),
    "voice_manual": _say("telephones by hand"),
}
_NEGATIVE = ("no ", "undo ")


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
            yield _say("{what} {before} → {after}", what=_VALUES[duty], before=old_value, after=new_value)


def _flag(duty: str, new: str | None) -> Message:
    on = new is not None and not new.startswith(_NEGATIVE) and not new.endswith((" never", " disabled"))
    if duty == "poe" and new is not None and new.startswith("no poe disabled"):
        on = True
    if duty == "voice_manual":
        on = new is not None
    what = _FLAGS[duty]
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
