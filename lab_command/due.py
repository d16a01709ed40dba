"""``lab due``: what of the calendar is due now. With ``--run`` it is started, with ``--notify`` misses are told.

The timers of role ``schedules`` call this. A timer knows the hour alone; whether the duty falls on this day, for which
rooms, and whether it has already been done, the calendar says at that moment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.duties import plan
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.kept_runs import History, read_history
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import Calendar, Duty, Stopped
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.national import deciding_year
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.standing import (
    LONGEST_LOOK_BACK,
    RED,
    SIGNS,
    Look,
    look,
    newest_ended,
    to_start,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.view import STANDINGS
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator

from .locking import BusyError, exclusive
from .notices import NOTICES, Notice, tell
from .paths import LOCKS, RUNS
from .run import BUSY, Started, default_inventories, run_playbook
from .school import School, read_school
from .speech import _, language, say, trouble

_INSTANT = timedelta(microseconds=1)
# So long before a year that nobody has entered it is told: time to read the notice and enter it.
_AHEAD = timedelta(days=21)


def command(  # noqa: PLR0913  # the words of the command line
    duty: str | None,
    inventories: Sequence[str],
    *,
    run: bool,
    notify: bool,
    runs: Path = RUNS,
    notices: Path | None = None,
) -> int:
    """Gives 0, 1 where something was missed or cannot be told, or the exit code of the worst run."""
    school = read_school(inventories or default_inventories())
    calendar = school.calendar()
    chosen = calendar.duties if duty is None else (_named(calendar, duty),)
    codes = [0]
    if run:
        codes += [
            _start(calendar, one, inventories, runs, asked=duty is not None) for one in chosen if one.playbook
        ]
    seen = _look(calendar, chosen, read_history(runs))
    if notify:
        codes.append(_notify(school, calendar, seen, runs, notices or _notices()))
    if not run and not notify:
        codes.append(_list(calendar, seen))
    return max(codes)


def _named(calendar: Calendar, name: str) -> Duty:
    if (found := calendar.duty(name)) is None:
        raise trouble(
            "The calendar has no duty {name}. It has: {all}",
            name=name[:40],
            all=", ".join(duty.name for duty in calendar.duties),
        )
    return found


def _start(calendar: Calendar, duty: Duty, inventories: Sequence[str], runs: Path, *, asked: bool) -> int:
    try:
        with exclusive([f"duty:{duty.name}"], duty.playbook or "", LOCKS):
            return _start_held(calendar, duty, inventories, runs)
    except BusyError as error:
        # It is being done by another start of this command: that is what was asked for.
        if asked:
            say(error.message.render(language()))
        return 0


def _start_held(calendar: Calendar, duty: Duty, inventories: Sequence[str], runs: Path) -> int:
    now = datetime.now(UTC)
    history = read_history(runs)
    wanted, stopped = to_start(calendar, duty, now=now, runs=history.runs, kept_since=history.since)
    for stop in stopped:
        say(f"✘ {_reason(calendar, stop)}")
    if not wanted:
        return 1 if stopped else 0
    words = [word for inventory in inventories for word in ("-i", inventory)] + list(duty.arguments)
    if duty.each_room:
        words += ["--limit", ",".join(one.room for one in wanted)]
    newest = max(one.due for one in wanted)
    started = Started(duty.name, wanted, max(0.0, (newest + duty.catch_up - now).total_seconds()))
    say(_("{title}, due {due}", title=duty.shown(language()), due=_local(calendar, newest)))
    try:
        return run_playbook(duty.playbook or "", words, runs=runs, duty=started)
    except BusyError as error:
        say(f"✘ {error.message.render(language())}")
        return BUSY


def _look(calendar: Calendar, duties: Sequence[Duty], history: History) -> Look:
    now = datetime.now(UTC)
    return look(
        calendar,
        now - LONGEST_LOOK_BACK,
        now + _INSTANT,
        now=now,
        runs=history.runs,
        kept_since=history.since,
        duties=duties,
    )


def _list(calendar: Calendar, seen: Look) -> int:
    """A line for the newest time of each duty; 1 where one is red or nobody knows."""
    newest = {(one.duty.name, one.occurrence.room): one for one in seen.looked}
    calendar_words = Translator("calendar", language())
    for one in sorted(newest.values(), key=lambda one: one.occurrence):
        title = one.duty.shown(language())
        where = f" · {_room(calendar, one.occurrence.room)}" if one.occurrence.room else ""
        standing = f"{SIGNS[one.standing]} {calendar_words(STANDINGS[one.standing])}"
        sys.stdout.write(f"{_local(calendar, one.occurrence.due)}  {title}{where}  {standing}\n")
    for stop in seen.stopped:
        say(f"✘ {_reason(calendar, stop)}")
    return int(bool(seen.stopped) or any(one.standing in RED for one in newest_ended(seen.looked)))


def _notify(school: School, calendar: Calendar, seen: Look, runs: Path, notices: Path) -> int:
    said = Translator("calendar", language())
    now = datetime.now(UTC)
    found = [
        Notice(
            key=f"{one.occurrence.duty}/{one.occurrence.room}/{one.occurrence.due.isoformat()}/{one.standing.value}",
            line=_(
                "{due} {title}: {standing}",
                due=_local(calendar, one.occurrence.due),
                title=" · ".join(
                    part
                    for part in (one.duty.shown(language()), _room(calendar, one.occurrence.room))
                    if part
                ),
                standing=said(STANDINGS[one.standing]),
            ),
        )
        for one in seen.looked
        if one.standing in RED
    ]
    ahead = plan(calendar, now, now + _AHEAD).stopped
    stopped = {stop.duty: stop for stop in (*ahead, *seen.stopped)}
    found += [
        Notice(
            key=f"{stop.duty}/{deciding_year(stop.day)}/stopped",
            line=_reason(calendar, stop),
        )
        for stop in stopped.values()
    ]
    return tell(found, school=school.name, urls=notices, told=runs / "told.json")


def _reason(calendar: Calendar, stop: Stopped) -> str:
    return _(
        "{title}: {reason}",
        title=_named(calendar, stop.duty).shown(language()),
        reason=stop.reason.render(language()),
    )


def _local(calendar: Calendar, moment: datetime) -> str:
    return f"{moment.astimezone(calendar.zone):%Y-%m-%d %H:%M}"


def _room(calendar: Calendar, key: str) -> str:
    return next((room.name for room in calendar.rooms if room.key == key), key)


def _notices() -> Path:
    return Path(os.environ.get("LAB_NOTICES") or NOTICES)
