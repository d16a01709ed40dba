"""What is wrong with the switches, as findings of the ledger: red until it is mended, or until a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from ..ledger.records import Difference, Finding, FindingKind
from ..school_time import CHINA_STANDARD_TIME
from .keeping import Kept, Maker, Repository
from .looks import Look, Trouble, read_look
from .said import key_of_port

#: A change that nobody has decided on is told for so long; git keeps it for ever.
TOLD = timedelta(days=90)
_PLACES = frozenset({"wrong port", "hub", "unknown switch", "wrong uplink"})
_COMMIT = 12


def network_findings(folder: Path, now: datetime) -> list[Finding]:
    """What the newest look and the kept configurations tell; nothing where there are none."""
    look = read_look(folder)
    return [
        *(of_look(look) if look is not None else ()),
        *of_changes(Repository(folder).changes(), now),
    ]


def of_look(look: Look) -> Iterator[Finding]:
    told: set[str] = set()
    for trouble in look.troubles:
        finding = _of_trouble(trouble)
        if finding.key not in told:
            told.add(finding.key)
            yield finding


def _of_trouble(trouble: Trouble) -> Finding:
    advice = {"silent": "network_silent"}.get(
        trouble.kind, "network_place" if trouble.kind in _PLACES else "network_health"
    )
    return Finding(
        kind=FindingKind.NETWORK,
        key=f"{FindingKind.NETWORK}:{trouble.switch}:{trouble.kind}:{key_of_port(trouble.port)}"[:200],
        advice=advice,
        room=trouble.room or None,
        differences=(
            Difference(field="switch", book=None, fact=f"{trouble.switch} {trouble.port}".strip()),
            Difference(field="said", book=None, fact=trouble.what),
        ),
    )


def of_changes(changes: Iterable[Kept], now: datetime) -> Iterator[Finding]:
    """A change that no errand of the suite made."""
    for kept in changes:
        if kept.maker is not Maker.UNKNOWN or now - kept.at > TOLD:
            continue
        at = kept.at.astimezone(CHINA_STANDARD_TIME)
        yield Finding(
            kind=FindingKind.NETWORK,
            key=f"{FindingKind.NETWORK}:{kept.switch}:changed:{kept.commit[:_COMMIT]}",
            advice="network_changed",
            differences=(
                Difference(field="switch", book=None, fact=kept.switch),
                Difference(field="changed_at", book=None, fact=f"{at:%Y-%m-%d %H:%M}"),
                Difference(field="commit", book=None, fact=kept.commit[:_COMMIT]),
            ),
        )
