"""How the calendar grows: one to ten years, five to fifty rooms.

    python tests/benchmarks/calendar_growth.py [--rounds 3]

CPU seconds of ``plan``, of ``look`` over as many kept runs as there are occurrences, and of the iCalendar export, for
rooms with a full timetable. Prints them, per year and room as well, and exits non-zero where a year or a room
costs more at the largest size than a growth no worse than linear allows.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "collections"), str(ROOT)]

from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.duties import plan  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.ics_writing import write_ics  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import Calendar  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.reading import read_calendar  # noqa: E402
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.standing import Run, look  # noqa: E402

# (years, rooms): the last is ten times the first in both.
SIZES = ((1, 5), (1, 50), (10, 5), (10, 50))
# A year of a room at the largest size may cost this many times one at the smallest: a margin for a shared machine.
BOUND = 1.3
FIRST = 2016


def calendar_of(years: int, rooms: int) -> Calendar:
    """Two terms a year, every room in use for each period of each day, odd and even weeks."""
    terms: list[dict[str, Any]] = []
    for year in range(FIRST, FIRST + years):
        terms.append({"name": f"{year} II", "starts": date(year, 2, 20), "ends": date(year, 7, 3)})
        terms.append({"name": f"{year} I", "starts": date(year, 9, 1), "ends": date(year + 1, 1, 20)})
    lessons = [
        {"weekday": weekday, "periods": period, "weeks": ("all", "odd", "even")[period % 3]}
        for weekday in range(1, 6)
        for period in range(1, 9)
    ]
    # The one make-up day in term of these years of which the library does not say what it pays for.
    own = [{"days": "2018-02-24", "kind": "school_day", "follows": "2018-02-21"}]
    return read_calendar(
        {
            "calendar_terms": terms,
            "calendar_days": own,
            "calendar_timetable": {f"room_{n}": {"lessons": lessons} for n in range(rooms)},
        }
    )


def works(calendar: Calendar, years: int) -> dict[str, Callable[[], object]]:
    since = datetime(FIRST, 1, 1, tzinfo=UTC)
    until = since + timedelta(days=365 * years)
    planned = plan(calendar, since, until)
    if planned.stopped:
        raise SystemExit(f"not planned to the end: {planned.stopped}")
    runs = [
        Run(name="x", playbook="x", started=one.due, code=0, occurrences=(one,))
        for one in planned.occurrences
    ]
    return {
        "plan": lambda: plan(calendar, since, until),
        "look": lambda: look(calendar, since, until, now=until, runs=runs, kept_since=since),
        "ics": lambda: write_ics(calendar, since, until, now=until, language="en"),
    }


def measure(work: Callable[[], object], rounds: int) -> float:
    """The least CPU seconds of ``rounds``."""
    costs = []
    for _round in range(rounds):
        started = time.process_time()
        work()
        costs.append(time.process_time() - started)
    return min(costs)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args(arguments).rounds
    each: dict[str, dict[tuple[int, int], float]] = {}
    for years, rooms in SIZES:
        for name, work in works(calendar_of(years, rooms), years).items():
            seconds = measure(work, rounds)
            cost = seconds / years / rooms
            each.setdefault(name, {})[years, rooms] = cost
            print(f"{name:5} {years:3} years {rooms:3} rooms {seconds:8.3f} s {cost * 1000:8.3f} ms each")
    worst = 0
    for name, costs in each.items():
        growth = costs[SIZES[-1]] / costs[SIZES[0]]
        fine = growth <= BOUND
        worst |= not fine
        print(
            f"{name:5} ten years of fifty rooms cost {growth:.2f} times as much each: {'fine' if fine else 'TOO MUCH'}"
        )
    return int(worst)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
