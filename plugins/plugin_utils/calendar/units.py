"""The duties as systemd units: a timer and a service for each, and a watch that sees to what no timer did.

A timer knows hours alone. It asks ``lab due`` at every hour at which its duty may fall, and the calendar decides then
(docs/decisions/0028). Syntax: systemd.time(7), systemd.timer(5), systemd.service(5), of systemd 252 upward.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from ..i18n import Translator
from .model import Calendar, CalendarError
from .recurrence import Recurrence, scheduled_duties

PREFIX = "jifang-"
#: Every unit file of ours, and nothing else, has such a name.
PATTERN = re.compile(r"jifang-(?:duty-[a-z][a-z0-9_]*|watch)\.(?:timer|service)", re.ASCII)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WATCH = "jifang-watch"
# Timers of one minute start some seconds apart, in the order of the calendar, and then wait their turn.
_APART = 3
# What a run may last; the longest of the suite re-images a room.
_LONGEST_RUN = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFile:
    """``name`` with its ending; ``calendars`` are the OnCalendar expressions of a timer."""

    name: str
    content: str
    calendars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where the command is, who runs it, on which inventories; ``notices`` is the file of addresses."""

    command: str
    user: str
    inventories: tuple[str, ...]
    language: str
    notices: str


def compile_units(
    calendar: Calendar, installation: Installation, playbooks: Collection[str]
) -> tuple[UnitFile, ...]:
    """The unit files of every duty that has a playbook, in the order of the calendar, then those of the watch.

    Raises ``CalendarError`` for a duty whose playbook is not among ``playbooks`` or that could never fall.
    """
    scheduled = scheduled_duties(calendar, playbooks)
    units: list[UnitFile] = []
    for number, (duty, times) in enumerate(scheduled):
        calendars = tuple(on_calendar(calendar, times, second=number * _APART % 60))
        name = f"{PREFIX}duty-{duty.name}"
        title = duty.shown(installation.language)
        words = ("due", duty.name, "--run")
        units.append(
            UnitFile(name=f"{name}.service", content=_service(title, words, installation, duty.catch_up))
        )
        units.append(UnitFile(name=f"{name}.timer", content=_timer(title, calendars), calendars=calendars))
    _ = Translator("calendar", installation.language)
    title = _("What is due and was not started; what was missed is told")
    # Off the full minutes, so that it never races a duty's own timer.
    watch = ("*:07/15:40",)
    words = ("due", "--run", "--notify")
    longest = max((duty.catch_up for duty, _times in scheduled), default=timedelta(0))
    units.append(UnitFile(name=f"{_WATCH}.service", content=_service(title, words, installation, longest)))
    units.append(UnitFile(name=f"{_WATCH}.timer", content=_timer(title, watch), calendars=watch))
    return tuple(units)


def on_calendar(calendar: Calendar, times: Iterable[Recurrence], *, second: int) -> Iterator[str]:
    """The OnCalendar expressions of ``times``, that many seconds past the minute."""
    for one in times:
        yield f"{_days(one)} {one.at:%H:%M}:{second:02} {calendar.zone.key}"


def _days(recurrence: Recurrence) -> str:
    """The part of an expression that says the days, as narrow as systemd can tell them by itself."""
    if recurrence.weekdays:
        return f"{','.join(_WEEKDAYS[number - 1] for number in recurrence.weekdays)} *-*-*"
    if recurrence.month_day == -1:
        return "*-*~01"
    return "*-*-*" if recurrence.month_day is None else f"*-*-{recurrence.month_day:02}"


def _service(title: str, words: tuple[str, ...], installation: Installation, patience: timedelta) -> str:
    inventories = [word for path in installation.inventories for word in ("-i", path)]
    command = " ".join(_word(word) for word in (installation.command, *words, *inventories))
    environment = " ".join(
        _word(f"{name}={value}")
        for name, value in (
            ("LAB_LANGUAGE", installation.language),
            ("LAB_NOTICES", installation.notices),
        )
    )
    return f"""\
# Made by install_schedules.yml from the school calendar; changes are overwritten.
[Unit]
Description={_line(title)}
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=oneshot
User={_line(installation.user)}
Environment={environment}
# The school's own, for example where the vault's password is; absent as a rule.
EnvironmentFile=-/etc/jifang/environment
ExecStart={command}
Nice=5
# The command alone is told to stop: it ends Ansible in good order.
KillMode=mixed
TimeoutStartSec={int((patience + _LONGEST_RUN).total_seconds())}
TimeoutStopSec=90
"""


def _timer(title: str, calendars: tuple[str, ...]) -> str:
    lines = "\n".join(f"OnCalendar={_line(one)}" for one in calendars)
    return f"""\
# Made by install_schedules.yml from the school calendar; changes are overwritten.
[Unit]
Description={_line(title)}

[Timer]
{lines}
# After a power failure it fires once, and the calendar says what is to be made up for.
Persistent=true
AccuracySec=1s

[Install]
WantedBy=timers.target
"""


def _line(text: str) -> str:
    """One line of a unit file; percent signs are no specifiers (systemd.unit(5))."""
    return " ".join(text.split()).replace("%", "%%")


def _word(text: str) -> str:
    """One word of a command line (systemd.service(5), "Command lines"). Raises ``CalendarError``."""
    if not text or not text.isprintable():
        raise CalendarError(
            "{value} cannot stand in a unit file: it is empty or has control characters. Rename it.",
            value=repr(text)[:80],
        )
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if re.search(r"[\s\"'\\;]", text) else escaped
