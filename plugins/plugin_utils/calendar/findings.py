"""A duty whose newest time passed without a good run, as a finding: red until it ran, or until a person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..ledger.records import Difference, Finding, FindingKind
from .model import Calendar
from .standing import RED, Looked, Standing, newest_ended

_MOST_ROOMS = 8


def missed_run_findings(calendar: Calendar, looked: Iterable[Looked]) -> Iterator[Finding]:
    """错过执行: one finding for each duty, whatever the number of its rooms."""
    red: defaultdict[str, list[Looked]] = defaultdict(list)
    for one in newest_ended(looked):
        if one.standing in RED:
            red[one.occurrence.duty].append(one)
    rooms = {room.key: room.name for room in calendar.rooms}
    for name, missed in red.items():
        newest = max(missed, key=lambda one: one.occurrence.due)
        due = newest.occurrence.due.astimezone(calendar.zone)
        failed = newest.standing is Standing.FAILED
        differences = [
            Difference(field="duty", book=name, fact=newest.standing.value),
            Difference(
                field="due",
                book=f"{due:%Y-%m-%d %H:%M}",
                fact=f"{newest.run.name} ({newest.run.code})" if failed and newest.run else None,
            ),
        ]
        if named := [rooms.get(one.occurrence.room, "") for one in missed if one.occurrence.room]:
            more = "…" if len(named) > _MOST_ROOMS else ""
            differences.append(
                Difference(field="rooms", book=", ".join(named[:_MOST_ROOMS]) + more, fact=None)
            )
        yield Finding(
            kind=FindingKind.MISSED_RUN,
            key=f"{FindingKind.MISSED_RUN}:{name}",
            advice="run_failed" if failed else "run_missed",
            differences=tuple(differences),
        )
