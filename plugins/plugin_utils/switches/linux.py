"""Linux bridges with VLAN filtering, read as a switch with a configuration and changed by iproute2's commands.

What the kernel knows of a port is written as a section like those of other platforms; its grammar is in ``grammars``.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..facts.shape import clean_text
from ..i18n import UserError
from .lines import vlan_numbers, written

#: IFNAMSIZ and IFALIASZ of the kernel (linux/if.h).
_NAME_CHARACTERS, _ALIAS_CHARACTERS = 15, 255
#: Lines of a port about VLANs, and what ``bridge vlan add`` says of each. The last two nobody means.
_FLAGS = {"pvid": "pvid untagged", "tagged": "", "untagged": "untagged", "pvid-tagged": "pvid"}
_WORDS = {flags: word for word, flags in _FLAGS.items()}
_MOST_CHARACTERS = 4_000_000


def running_config(links: str, vlans: str) -> str:
    """The configuration as text, of the answers to the two commands of ``LINUX_BRIDGE.show_running``.

    Raises ``UserError`` where they are not what iproute2 writes.
    """
    members = _vlans(entries(vlans))
    return "".join(f"{line}\n" for port in entries(links) for line in _section(port, members))


def entries(text: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text) if len(text) <= _MOST_CHARACTERS else None
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UserError(
            "switches",
            "The Linux bridge did not answer as iproute2 does. Look whether its commands ip and bridge are there.",
        )
    return found


def _vlans(entries: Iterable[Mapping[str, Any]]) -> Mapping[str, Mapping[str, set[int]]]:
    """Of each port the VLANs of each kind, by the words of ``_FLAGS``."""
    found: dict[str, dict[str, set[int]]] = {}
    for entry in entries:
        kinds = found.setdefault(str(entry.get("ifname", "")), {word: set() for word in _FLAGS})
        rows = entry.get("vlans")
        for row in rows if isinstance(rows, list) else ():
            if not isinstance(row, dict):
                continue
            flags = row.get("flags") or ()
            first, last = row.get("vlan"), row.get("vlanEnd", row.get("vlan"))
            if isinstance(first, int) and isinstance(last, int) and 1 <= first <= last <= 4094:
                said = ("pvid " if "PVID" in flags else "") + (
                    "untagged" if "Egress Untagged" in flags else ""
                )
                kinds[_WORDS[said.strip()]].update(range(first, last + 1))
    return found


def _section(port: Mapping[str, Any], members: Mapping[str, Mapping[str, set[int]]]) -> Iterator[str]:
    name = str(port.get("ifname", ""))
    info = port.get("linkinfo")
    if not isinstance(info, dict) or info.get("info_slave_kind") != "bridge" or not _is_name(name):
        return
    slave = info.get("info_slave_data")
    yield f"interface {name}"
    alias = clean_text(str(port.get("ifalias") or ""))[:_ALIAS_CHARACTERS]
    if alias:
        yield f" alias {alias}"
    for word, vlans in members.get(name, {}).items():
        if vlans:
            yield f" {word} {written(vlans)}"
    if isinstance(slave, dict) and slave.get("guard") is True:
        yield " guard"
    flags = port.get("flags")
    if not (isinstance(flags, list) and "UP" in flags):
        yield " down"
    yield "!"


def _is_name(name: str) -> bool:
    return 0 < len(name) <= _NAME_CHARACTERS and name.isprintable() and " " not in name


def commands(lines: Iterable[str]) -> Iterator[str]:
    """The shell's commands for the lines of a plan: ``interface swp1``, ``pvid 11``, ``no tagged 20``, ``exit``."""
    port = ""
    for line in lines:
        if line.startswith("interface "):
            port = shlex.quote(line.removeprefix("interface "))
        elif line != "exit":
            undone = line.startswith("no ")
            word, _, value = line.removeprefix("no ").partition(" ")
            yield from _commands(port, word, value, undone)


def _commands(port: str, word: str, value: str, undone: bool) -> Iterator[str]:
    if word == "alias":
        yield f"ip link set dev {port} alias {shlex.quote('' if undone else value)}"
    elif word == "guard":
        yield f"bridge link set dev {port} guard {'off' if undone else 'on'}"
    elif word == "down":
        yield f"ip link set dev {port} {'up' if undone else 'down'}"
    else:
        for first, last in _spans(value):
            vid = first if first == last else f"{first}-{last}"
            if undone:
                yield f"bridge vlan del dev {port} vid {vid}"
            else:
                yield f"bridge vlan add dev {port} vid {vid} {_FLAGS[word]}".rstrip()


def _spans(value: str) -> Iterator[tuple[str, str]]:
    for part in written(vlan_numbers(value)).split(","):
        first, _, last = part.partition("-")
        yield first, last or first
