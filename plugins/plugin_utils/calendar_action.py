"""What actions that ask the calendar share: the school's calendar out of its variables, and the kept runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .calendar.kept_runs import History, read_history
from .calendar.model import Calendar
from .calendar.pages import calendar_of
from .calendar.reading import FILE, VARIABLES
from .control_action import LedgerAction


class CalendarAction(LedgerAction):
    """An action on the control node that knows what runs when and what ran."""

    def calendar(self, task_vars: dict[str, Any]) -> Calendar | None:
        """The calendar of the variables ``calendar_…``; None where the school keeps none. Raises ``UserError``."""
        given = {name: task_vars[name] for name in VARIABLES if name in task_vars}
        variables = self._templar.template(given) if given else {}
        folder = Path(task_vars.get("inventory_dir") or task_vars.get("playbook_dir") or ".")
        return calendar_of(variables, folder=folder / Path(FILE).parent, file=FILE)

    def history(self, task_vars: dict[str, Any]) -> History:
        """The runs that ``lab run`` kept: in ``lab_runs``, or where the command of this playbook keeps them."""
        given = self.variable("lab_runs", task_vars)
        folder = Path(str(task_vars.get("playbook_dir") or ".")).resolve().parent / "reports/runs"
        return read_history(Path(given) if given else folder)
