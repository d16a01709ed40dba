"""What is wrong with a switch by what it says: the monthly check (7.5), against limits that a school can set."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from ..i18n import Message
from .said import Part, PortState, key_of_port
from .states import SwitchState


@dataclass(frozen=True, slots=True)
class Limits:
    """From which value on something is a finding.

    ``errors`` and ``flaps`` count from the last check where there was one, else from the start of the counters.
    ``temperature`` counts where the switch tells no limit of its own. ``load``: share of an uplink's line, 0 to 1.
    ``firmware``: the version wished for each model, as the switch writes both; other models are not checked.
    """

    errors: int = 100
    flaps: int = 10
    cpu: float = 80.0
    temperature: float = 65.0
    load: float = 0.7
    firmware: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """``kind`` is a word for machines, ``port`` the one it is about, in the switch's own name, or ``''``."""

    kind: str
    port: str
    what: Message


def _say(text: str, **fields: object) -> Message:
    return Message("switches", text, fields)


def check_switch(
    state: SwitchState,
    limits: Limits,
    *,
    uplinks: Collection[str] = (),
    earlier: SwitchState | None = None,
) -> tuple[Finding, ...]:
    """``uplinks``: ports whose load is looked at. ``earlier``: what the switch said at the last check."""
    return (*_health(state, limits), *_ports(state, limits, uplinks, earlier))


def _health(state: SwitchState, limits: Limits) -> Iterator[Finding]:
    if state.cpu is not None and state.cpu >= limits.cpu:
        yield Finding(
            "cpu", "", _say("The processor is at {percent} % over five minutes.", percent=round(state.cpu))
        )
    for name, degrees, own in state.temperatures:
        limit = own if own is not None else limits.temperature
        if degrees >= limit:
            yield Finding(
                "temperature",
                "",
                _say(
                    "{sensor} is at {degrees} °C, its limit is {limit}. Look at dust, fans and the room.",
                    sensor=name,
                    degrees=round(degrees),
                    limit=round(limit),
                ),
            )
    for part in _broken(state.fans):
        yield Finding("fan", "", _say("Fan {name} does not turn. Have it replaced.", name=part.name))
    for part in _broken(state.supplies):
        yield Finding(
            "power",
            "",
            _say("Power supply {name} does not work. Look at its cable and its socket.", name=part.name),
        )
    wanted = limits.firmware.get(state.model or "")
    if wanted is not None and state.version is not None and state.version != wanted:
        yield Finding(
            "firmware",
            "",
            _say("The firmware is {version}, wished is {wanted}.", version=state.version, wanted=wanted),
        )
    if state.unsaved:
        yield Finding("unsaved", "", _say("What runs is not saved: a power cut would take it away. Save it."))
    if state.refused:
        yield Finding(
            "refused", "", _say("The switch did not answer about: {what}.", what=tuple(state.refused))
        )


def _broken(parts: tuple[Part, ...]) -> list[Part]:
    return [part for part in parts if part.works is False]


def _ports(
    state: SwitchState, limits: Limits, uplinks: Collection[str], earlier: SwitchState | None
) -> Iterator[Finding]:
    before = {key_of_port(port.name): port for port in earlier.ports} if earlier is not None else {}
    keys = {key_of_port(name) for name in uplinks}
    for port in state.ports:
        key = key_of_port(port.name)
        old = before.get(key)
        errors = _since(port.errors, old.errors if old else None)
        if errors is not None and errors >= limits.errors:
            yield Finding(
                "errors",
                port.name,
                _say(
                    "{port} counted {n} errors. Replace the cable, then the outlet.", port=port.name, n=errors
                ),
            )
        flaps = _since(port.flaps, old.flaps if old else None)
        if flaps is not None and flaps >= limits.flaps:
            yield Finding(
                "flaps",
                port.name,
                _say(
                    "The link of {port} went up and down {n} times. Look at the plugs.",
                    port=port.name,
                    n=flaps,
                ),
            )
        if key in keys:
            yield from _uplink(port, limits)


def _uplink(port: PortState, limits: Limits) -> Iterator[Finding]:
    if not port.up:
        yield Finding("uplink down", port.name, _say("The uplink {port} is down.", port=port.name))
    elif port.load is not None and port.load >= limits.load:
        percent = round(port.load * 100)
        yield Finding(
            "uplink load",
            port.name,
            _say("The uplink {port} is at {percent} % of its line.", port=port.name, percent=percent),
        )


def _since(now: int | None, before: int | None) -> int | None:
    """What was counted since. A counter that fell began anew."""
    if now is None or before is None or now < before:
        return now
    return now - before
