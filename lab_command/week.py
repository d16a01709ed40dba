"""``lab calendar``: the week with what ran, what is due and what was missed; and the calendar for a phone."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.ics_writing import write_ics
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.kept_runs import read_history
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.standing import Standing
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.view import (
    ShownItem,
    ShownWeek,
    monday_of,
    show_week,
)

from .paths import RUNS
from .run import default_inventories
from .school import read_school
from .speech import _, language, say, trouble

_ICS_BACK = timedelta(days=31)
_ICS_AHEAD = timedelta(days=200)
_COLOURS = {
    Standing.DONE: "green",
    Standing.LATE: "yellow",
    Standing.RUNNING: "cyan",
    Standing.DUE: "cyan",
    Standing.FAILED: "bold red",
    Standing.MISSED: "bold red",
    Standing.PLANNED: "default",
    Standing.BY_HAND: "default",
    Standing.UNKNOWN: "dim",
}
_RELATIVE = re.compile(r"[+-]\d{1,3}", re.ASCII)
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)


def command(
    inventories: Sequence[str], *, week: str, as_json: bool, ics: Path | None, runs: Path = RUNS
) -> int:
    """Prints a week, or writes the calendar to the file ``ics``. Raises ``UserError`` where there is no calendar."""
    school = read_school(inventories or default_inventories())
    calendar = school.calendar()
    now = datetime.now(UTC)
    today = now.astimezone(calendar.zone).date()
    if ics is not None:
        content = write_ics(
            calendar, now - _ICS_BACK, now + _ICS_AHEAD, now=now, language=language(), school=school.name
        )
        ics.write_bytes(content)
        say(
            _(
                "Written: {path}. Send it to a phone and open it there, or serve it for subscription.",
                path=ics,
            )
        )
        return 0
    history = read_history(runs)
    shown = show_week(
        calendar,
        _monday(week, today),
        now=now,
        runs=history.runs,
        kept_since=history.since,
        language=language(),
    )
    if as_json:
        sys.stdout.write(json.dumps(as_data(shown), ensure_ascii=False, indent=1) + "\n")
    else:
        _print(shown, installed=history.since is not None)
    return 0


def _monday(week: str, today: date) -> date:
    """``0`` or ``+1`` weeks from this one, ``2026-W48``, or any day of the week."""
    if _RELATIVE.fullmatch(week) or week == "0":
        return monday_of(today) + timedelta(weeks=int(week))
    try:
        if match := _ISO_WEEK.fullmatch(week):
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return monday_of(date.fromisoformat(week))
    except ValueError:
        raise trouble(
            "{week} is no week. Write +1, -1, a day such as 2026-11-25, or a week such as 2026-W48.",
            week=week[:40],
        ) from None


def as_data(shown: ShownWeek) -> dict[str, object]:
    """The week as plain data for other programs; times are ISO 8601 in UTC."""
    return {
        "monday": shown.monday.isoformat(),
        "title": shown.title,
        "missed_or_failed": shown.red,
        "days": [
            {
                "day": day.day.isoformat(),
                "kind": day.kind,
                "known": day.known,
                "works": day.works,
                "lessons": day.lessons,
                "duties": [
                    {
                        "due": item.due.isoformat(),
                        "duty": item.duty,
                        "title": item.title,
                        "rooms": list(item.rooms),
                        "standing": item.standing.value,
                        "playbook": item.by or None,
                        "run": item.run,
                        "exit_code": item.code,
                    }
                    for item in day.items
                ],
            }
            for day in shown.days
        ],
        "stopped": [{"duties": titles, "reason": reason} for titles, reason in shown.stopped],
    }


def _print(shown: ShownWeek, *, installed: bool) -> None:
    from rich import box  # noqa: PLC0415  # a tenth of a second that other commands need not pay
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=False)
    console.print(Text(shown.title, style="bold"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in (_("Day"), _("Time"), _("Duty"), _("Standing")):
        table.add_column(heading, overflow="fold")
    for day in shown.days:
        label = Text(day.label, style="bold cyan" if day.today else "" if day.works else "dim")
        if day.kind:
            label.append(f"\n{day.kind}", style="dim" if day.known else "bold red")
        if day.lessons:
            label.append("\n" + _("{n} lessons", n=day.lessons), style="dim")
        first = True
        for item in day.items:
            table.add_row(
                label if first else "", item.time, _title(item), Text(_said(item), _COLOURS[item.standing])
            )
            first = False
        if first:
            table.add_row(label, "", "", "")
        table.add_section()
    console.print(table)
    for titles, reason in shown.stopped:
        console.print(Text(f"✕ {titles}: {reason}", style="bold red"))
    if not installed:
        console.print(
            _(
                "No schedule is installed on this machine: nothing runs by itself. ./lab run install_schedules does it."
            )
        )
    elif shown.red:
        console.print(Text(_("Missed or failed this week: {n}", n=shown.red), style="bold red"))


def _title(item: ShownItem) -> str:
    return f"{item.title} · {item.where}" if item.rooms else item.title


def _said(item: ShownItem) -> str:
    said = f"{item.sign} {item.said}"
    return said if item.code in (None, 0) else f"{said} ({item.code})"
