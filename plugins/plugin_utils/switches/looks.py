"""The monthly look at the switches as it is kept: what was wrong, and the counters that the next one starts from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..facts.shape import clean_text
from ..reports.files import replaced_file
from .said import Neighbour, Part, PortState, Station
from .states import SwitchState

FILE = "check.json"
_BYTES = 20_000_000
_TEXT = 500
_MOST = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A finding of ``checks`` or ``whereabouts`` in finished words. ``port`` may be empty."""

    switch: str
    room: str
    kind: str
    port: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``states`` by switch, of those that answered."""

    states: Mapping[str, SwitchState]
    troubles: tuple[Trouble, ...]


def as_data(state: SwitchState) -> dict[str, Any]:
    return asdict(state)


def state_of(data: Mapping[str, Any]) -> SwitchState:
    """What ``as_data`` made. Raises KeyError, TypeError or ValueError where it is something else."""

    def each(name: str) -> list[Any]:
        return list(data[name])[:_MOST]

    return SwitchState(
        version=data["version"],
        model=data["model"],
        cpu=data["cpu"],
        temperatures=tuple(
            (str(a), float(b), None if c is None else float(c)) for a, b, c in each("temperatures")
        ),
        fans=tuple(Part(**one) for one in each("fans")),
        supplies=tuple(Part(**one) for one in each("supplies")),
        ports=tuple(PortState(**one) for one in each("ports")),
        neighbours=tuple(Neighbour(**one) for one in each("neighbours")),
        stations=tuple(Station(**one) for one in each("stations")),
        unsaved=data["unsaved"],
        refused=tuple(map(str, each("refused"))),
    )


def write_look(folder: Path, look: Look) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = {
        "states": {name: as_data(state) for name, state in look.states.items()},
        "troubles": [asdict(trouble) for trouble in look.troubles],
    }
    with replaced_file(folder / FILE) as temporary:
        temporary.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def read_look(folder: Path) -> Look | None:
    """The newest look; None where there is none, or one that cannot be read."""
    try:
        with (folder / FILE).open("rb") as stream:
            data = json.loads(stream.read(_BYTES))
        return Look(
            states={str(name): state_of(state) for name, state in data["states"].items()},
            troubles=tuple(
                Trouble(**{str(key): clean_text(str(value))[:_TEXT] for key, value in one.items()})
                for one in data["troubles"][:_MOST]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
