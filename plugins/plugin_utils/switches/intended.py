"""The configuration that a switch is meant to have, in its own words: a template for each platform.

The templates lie beside this code and not in a role: an action, a test and the site make the same text from them.
Every name goes through the filter ``line``, which lets none out of its line whatever the description's reader missed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..i18n import UserError
from ..network.issues import shown
from ..network.model import Network, Port
from ..network.port_duties import PortDuties
from .lines import written
from .platforms import PLATFORMS, Platform

_TEMPLATES = Path(__file__).parent / "templates"
#: What a command line gives a meaning to: quotes of all kinds, help, pipes, comments, escapes and what ends a banner.
_REFUSED = re.compile(r"""["'`?|!#^%\\;&<>$*~{}\[\]]""")


def intended_config(network: Network, switch_name: str, closed: Collection[Port] = ()) -> str:
    """The ports of ``closed`` are switched off besides, as for a lesson or an exam (``port_duties.ports_of_room``).

    Raises ``UserError`` where the switch is not described or has no platform, or a name cannot stand in a command.
    """
    switch = network.switch_by_name.get(switch_name)
    if switch is None or switch.platform is None:
        raise UserError(
            "switches",
            "{switch} is no switch with a platform. Write it in lab_network.switches with one of {platforms}.",
            switch=shown(switch_name),
            platforms=tuple(PLATFORMS),
        )
    platform = PLATFORMS[switch.platform]
    ports = tuple(PortDuties(network).of(switch, closed))
    text: str = (
        _environment(platform)
        .get_template(f"{platform.name}/switch.j2")
        .render(
            name=switch.name,
            vlans=sorted(network.vlans, key=lambda vlan: vlan.id),
            ports=ports,
            snooping=switch.dhcp_snooping,
            dot1x=any(port.duties.dot1x for port in ports),
            guard=any(port.duties.bpdu_guard for port in ports),
        )
    )
    return text


@cache
def _environment(platform: Platform) -> Environment:
    found = Environment(  # noqa: S701 - configurations, not HTML
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def line(value: object) -> str:
        text = str(value)
        harmless = text.isprintable() and text == " ".join(text.split()) and not _REFUSED.search(text)
        if not harmless or not (platform.unicode_descriptions or text.isascii()):
            raise UserError(
                "switches",
                "{value} cannot stand in a command of a switch. Write letters, numbers, spaces and . _ - / : only.",
                value=shown(text),
            )
        return text[: platform.description_characters].rstrip()

    def numbers(vlans: Iterable[int], separator: str = ",", to: str = "-") -> str:
        return written(vlans, separator, to)

    found.filters.update(line=line, numbers=numbers)
    return found
