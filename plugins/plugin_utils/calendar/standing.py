"""What ran and what should have: the plan held against the kept runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .duties import plan
from .model import Calendar, Duty, Occurrence, Stopped

# A run without an exit code that began longer ago than this was cut off, by a power failure for example.
_LONGEST_RUN = timedelta(hours=24)
#: No late run makes sense after this (``duty_reading``); what is older is told of, and never started again.
LONGEST_LOOK_BACK = timedelta(days=31)


class Standing(StrEnum):
    PLANNED = "planned"
    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    LATE = "late"
    FAILED = "failed"
    MISSED = "missed"
    BY_HAND = "by_hand"
    UNKNOWN = "unknown"


#: Signs that differ without colour, from blocks that every Chinese system font has.
SIGNS = {
    Standing.PLANNED: "○",
    Standing.DUE: "▶",
    Standing.RUNNING: "▶",
    Standing.DONE: "✓",
    Standing.LATE: "✓",
    Standing.FAILED: "✕",
    Standing.MISSED: "✕",
    Standing.BY_HAND: "–",
    Standing.UNKNOWN: "?",
}
#: What is told red.
RED = frozenset({Standing.MISSED, Standing.FAILED})
_ENDED = frozenset({Standing.DONE, Standing.LATE, Standing.FAILED, Standing.MISSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A kept run. ``occurrences`` are what it was started for; a person's own run has none.

    ``code`` is its exit code, None while it runs or where it was cut off. ``whole`` is False for a dry run and for
    one that was limited to some hosts.
    """

    name: str
    playbook: str
    started: datetime
    code: int | None
    occurrences: tuple[Occurrence, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One occurrence with how it stands and the run that says so."""

    occurrence: Occurrence
    duty: Duty
    standing: Standing
    run: Run | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything between two instants, in order of time."""

    looked: tuple[Looked, ...]
    stopped: tuple[Stopped, ...] = ()


def look(  # noqa: PLR0913  # the calendar, two instants, the clock, and what is known
    calendar: Calendar,
    since: datetime,
    until: datetime,
    *,
    now: datetime,
    runs: Sequence[Run],
    kept_since: datetime | None,
    duties: Iterable[Duty] | None = None,
) -> Look:
    """How every occurrence in ``[since, until)`` stands at ``now``.

    ``kept_since`` is when the schedule was installed or from when on runs are kept, whichever is later; about what was
    due before it nothing is known. None: nothing was ever installed. A run of the future, which a clock that was
    wrong left behind, answers only for what it was started for.
    """
    planned = plan(calendar, since, until, duties)
    started_for: defaultdict[Occurrence, list[Run]] = defaultdict(list)
    by_playbook: defaultdict[str, list[Run]] = defaultdict(list)
    for run in runs:
        for occurrence in run.occurrences:
            started_for[occurrence].append(run)
        if not run.occurrences and run.whole:
            by_playbook[run.playbook].append(run)
    looked = []
    for occurrence in planned.occurrences:
        duty = calendar.duty(occurrence.duty)
        assert duty is not None  # noqa: S101  # the plan is made of the calendar's duties
        own = started_for.get(occurrence) or [
            run
            for run in by_playbook.get(duty.playbook or "", ())
            if occurrence.due <= run.started <= occurrence.due + duty.catch_up
        ]
        known = kept_since is not None and occurrence.due >= kept_since
        standing, shown = _standing(occurrence, duty, own, now, known=known)
        looked.append(Looked(occurrence=occurrence, duty=duty, standing=standing, run=shown))
    return Look(looked=tuple(looked), stopped=planned.stopped)


def _standing(  # noqa: PLR0911  # one return for each way to stand
    occurrence: Occurrence, duty: Duty, own: Sequence[Run], now: datetime, *, known: bool
) -> tuple[Standing, Run | None]:
    if duty.playbook is None:
        return Standing.BY_HAND, None
    if run := _newest(run for run in own if run.code == 0):
        on_time = run.started <= occurrence.due + duty.tolerance
        return (Standing.DONE if on_time else Standing.LATE), run
    if run := _newest(run for run in own if run.code is None and now - run.started < _LONGEST_RUN):
        return Standing.RUNNING, run
    if run := _newest(own):
        return Standing.FAILED, run
    if occurrence.due > now:
        return Standing.PLANNED, None
    if not known:
        return Standing.UNKNOWN, None
    return (Standing.DUE if now < occurrence.due + duty.tolerance else Standing.MISSED), None


def _newest(runs: Iterable[Run]) -> Run | None:
    return max(runs, key=lambda run: run.started, default=None)


def to_start(
    calendar: Calendar, duty: Duty, *, now: datetime, runs: Sequence[Run], kept_since: datetime | None
) -> tuple[list[Occurrence], tuple[Stopped, ...]]:
    """What of ``duty`` is to be started now: for each room the newest that is due, never ran and still makes sense.

    After three days without power the newest is made up for; those before it stay missed.
    """
    seen = look(
        calendar,
        now - duty.catch_up,
        now + timedelta(microseconds=1),
        now=now,
        runs=runs,
        kept_since=kept_since,
        duties=(duty,),
    )
    newest: dict[str, Looked] = {one.occurrence.room: one for one in seen.looked}
    wanted = [one.occurrence for one in newest.values() if one.standing in (Standing.DUE, Standing.MISSED)]
    return wanted, seen.stopped


def newest_ended(looked: Iterable[Looked]) -> Iterator[Looked]:
    """Of each duty and room the newest occurrence that ran or should have."""
    newest: dict[tuple[str, str], Looked] = {}
    for one in looked:
        if one.standing in _ENDED:
            newest[one.occurrence.duty, one.occurrence.room] = one
    yield from newest.values()
