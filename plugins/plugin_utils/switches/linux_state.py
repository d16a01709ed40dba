"""Ports and learned addresses of a Linux bridge, of iproute2's JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .linux import entries
from .said import PortState, Station

_STATIONS = 32_768


def ports(text: str) -> tuple[PortState, ...]:
    return tuple(_ports(text)) if text else ()


def _ports(text: str) -> Iterator[PortState]:
    for link in entries(text):
        name, flags = link.get("ifname"), link.get("flags")
        if not isinstance(name, str) or "master" not in link or not isinstance(flags, list):
            continue
        yield PortState(
            name=name[:15],
            up="LOWER_UP" in flags,
            closed="UP" not in flags,
            errors=_errors(link.get("stats64") or link.get("stats")),
            flaps=None,
            load=None,
        )


def _errors(counters: object) -> int | None:
    if not isinstance(counters, Mapping):
        return None
    found = [
        side.get("errors") for side in (counters.get("rx"), counters.get("tx")) if isinstance(side, Mapping)
    ]
    numbers = [one for one in found if isinstance(one, int)]
    return sum(numbers) if numbers else None


def stations(text: str) -> tuple[Station, ...]:
    return tuple(_stations(text)) if text else ()


def _stations(text: str) -> Iterator[Station]:
    for row in entries(text)[:_STATIONS]:
        mac, port, vlan = row.get("mac"), row.get("ifname"), row.get("vlan", 0)
        if isinstance(mac, str) and isinstance(port, str) and isinstance(vlan, int) and _is_learned(row):
            yield Station(mac.lower()[:17], vlan if 0 <= vlan <= 4094 else 0, port[:15])


def _is_learned(row: Mapping[str, Any]) -> bool:
    return row.get("state", "") in ("", "reachable", "stale") and "master" in row
