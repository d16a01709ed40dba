"""What a switch says of itself, read from the answers to ``Platform.facts``: hardware, ports, neighbours, addresses.

None is what it did not say. Small parsers of our own: ntc-templates has none for Ruijie and few for the health of
Comware and VRP, and a template of TextFSM gives nothing at all where one line is new to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import linux_state, read_health, read_ports, read_tables
from .normal import normalised
from .platforms import LINUX_BRIDGE, PLATFORMS
from .said import Neighbour, Part, PortState, Station

#: What a stack of eight full switches answers to one command is far below.
_MOST_CHARACTERS = 4_000_000


@dataclass(frozen=True, slots=True)
class SwitchState:
    """``cpu``: percent over five minutes. ``temperatures`` in degrees Celsius with the switch's own limit, where said.

    ``unsaved``: whether what runs is not what it starts with. ``refused``: what it did not answer, by its name in
    ``facts``.
    """

    version: str | None
    model: str | None
    cpu: float | None
    temperatures: tuple[tuple[str, float, float | None], ...]
    fans: tuple[Part, ...]
    supplies: tuple[Part, ...]
    ports: tuple[PortState, ...]
    neighbours: tuple[Neighbour, ...]
    stations: tuple[Station, ...]
    unsaved: bool | None
    refused: tuple[str, ...] = ()


def read_state(platform: str, answers: Mapping[str, str], running: str) -> SwitchState:
    """``answers`` by the names of ``PLATFORMS[platform].facts``; ``running`` as for ``diff.changes``."""
    traits = PLATFORMS[platform]
    heard, refused = {}, []
    for name in traits.facts:
        text = answers.get(name, "")[:_MOST_CHARACTERS]
        if not text.strip() or any(error.search(text[:400]) for error in traits.errors):
            refused.append(name)
        else:
            heard[name] = text
    if traits is LINUX_BRIDGE:
        return SwitchState(
            version=heard.get("version", "").strip()[:80] or None,
            model=None,
            cpu=None,
            temperatures=(),
            fans=(),
            supplies=(),
            ports=linux_state.ports(heard.get("interfaces", "")),
            neighbours=(),
            stations=linux_state.stations(heard.get("macs", "")),
            unsaved=None,
            refused=tuple(refused),
        )
    environment = heard.get("environment", "")
    return SwitchState(
        version=read_health.version(heard.get("version", "")),
        model=read_health.model(heard.get("version", "")),
        cpu=read_health.cpu(heard.get("cpu", "")),
        temperatures=read_health.temperatures(heard.get("temperature", environment)),
        fans=read_health.fans(heard.get("fans", environment)),
        supplies=read_health.supplies(heard.get("power", environment)),
        ports=read_ports.ports(heard.get("interfaces", "")),
        neighbours=read_tables.neighbours(heard.get("lldp", "")),
        stations=read_tables.stations(heard.get("macs", "")),
        unsaved=_is_unsaved(platform, running, heard.get("unsaved")),
        refused=tuple(refused),
    )


def _is_unsaved(platform: str, running: str, startup: str | None) -> bool | None:
    if startup is None:
        return None
    return normalised(platform, running) != normalised(platform, startup)
