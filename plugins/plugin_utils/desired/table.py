"""What a look at many PCs found, room by room: a table for a person, plain data for reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unicodedata import east_asian_width

from ..i18n import Message, Translator

_NOWHERE = "-"


@dataclass(frozen=True, slots=True)
class Looked:
    """One PC. ``items`` is None where it could not be looked at, else what drifted, as ``wording.as_data`` has it."""

    host: str
    room: str
    seat: str
    items: Sequence[Mapping[str, Any]] | None
    notes: Sequence[str] = field(default=())


def by_room(pcs: Sequence[Looked]) -> dict[str, list[Looked]]:
    """Rooms by name, in each the PCs by seat and host."""
    rooms: dict[str, list[Looked]] = {}
    for pc in sorted(pcs, key=lambda pc: (pc.room, pc.seat, pc.host)):
        rooms.setdefault(pc.room, []).append(pc)
    return rooms


def as_data(pcs: Sequence[Looked]) -> list[dict[str, Any]]:
    return [
        {
            "room": room,
            "pcs": [
                {
                    "host": pc.host,
                    "seat": pc.seat,
                    "looked": pc.items is not None,
                    "drift": [dict(item) for item in pc.items or ()],
                    "notes": list(pc.notes),
                }
                for pc in inside
            ],
        }
        for room, inside in by_room(pcs).items()
    ]


def render(pcs: Sequence[Looked], language: str) -> str:
    """The table, and below it what drifted, a line for each thing that is so on the same PCs."""
    _ = Translator("desired", language)
    head = [_("Room"), _("PCs"), _("As wanted"), _("Drifted"), _("Not looked at")]
    rows = [head]
    for room, inside in by_room(pcs).items():
        silent = sum(pc.items is None for pc in inside)
        drifted = sum(bool(pc.items) for pc in inside)
        counts = (len(inside), len(inside) - silent - drifted, drifted, silent)
        rows.append([room or _NOWHERE, *map(str, counts)])
    widths = [max(_width(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    for room, inside in by_room(pcs).items():
        where: dict[str, list[str]] = {}
        for pc in inside:
            for text in (*(str(item["text"]) for item in pc.items or ()), *pc.notes):
                where.setdefault(text, []).append(pc.host)
        for text, hosts in where.items():
            said = Message(
                "desired",
                "{room} ({count}): {text} [{hosts}]",
                {"room": room or _NOWHERE, "count": len(hosts), "text": text, "hosts": tuple(hosts)},
            )
            lines.append(said.render(language))
    return "\n".join(lines)


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
