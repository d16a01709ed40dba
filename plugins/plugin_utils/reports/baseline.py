"""What the newest look at the baseline found (``check_baseline``), as its file in the reports' folder keeps it.

The file was written on this control node, but its texts come of what PCs answered: they are bounded and are text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..facts.shape import clean_text
from ..i18n import UserError
from ..ledger.records import Baseline, LookedAt

FILE = "baseline.json"
_BYTES = 16 * 1024 * 1024
_PCS = 5_000
_TEXTS = 50
_CHARACTERS = 300


def read_baseline(path: Path) -> Baseline | None:
    """The look that the file keeps; None where there is none.

    Raises UserError where the file is not what ``drift_table`` writes.
    """
    try:
        changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        with path.open("rb") as file:
            data = file.read(_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _misfit(path) from error
    try:
        rooms = json.loads(data) if len(data) <= _BYTES else None
        pcs = tuple(_pc for _, _pc in zip(range(_PCS), _pcs(rooms), strict=False))
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise _misfit(path) from error
    return Baseline(changed_at=changed_at, pcs=pcs)


def _pcs(rooms: Any) -> Iterator[LookedAt]:
    if not isinstance(rooms, list):
        raise TypeError("a list of rooms")
    for room in rooms:
        for pc in room["pcs"]:
            yield LookedAt(
                host=_text(pc["host"]),
                room=_text(room["room"]) or None,
                seat=_text(pc["seat"]) or None,
                looked=pc["looked"] is True,
                drift=tuple(_text(_mapping(item)["text"]) for item in pc["drift"][:_TEXTS]),
                notes=tuple(_text(note) for note in pc["notes"][:_TEXTS]),
            )


def _mapping(item: Any) -> Mapping[str, Any]:
    if not isinstance(item, dict):
        raise TypeError("an item of drift")
    return item


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text")
    return clean_text(value[: 4 * _CHARACTERS])[:_CHARACTERS]


def _misfit(path: Path) -> UserError:
    return UserError(
        "reports",
        "{path} is not what check_baseline writes, so the site has no page of it. Run check_baseline again.",
        path=path,
    )
