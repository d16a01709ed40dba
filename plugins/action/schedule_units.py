# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compiles the school calendar into systemd units."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import CalendarError
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.reading import FILE
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.units import (
    Installation,
    compile_units,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar_action import CalendarAction

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"


class ActionModule(CalendarAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "command": {"type": "path", "required": True},
        "user": {"type": "str", "required": True},
        "inventories": {"type": "list", "elements": "str", "default": []},
        "notices": {"type": "path", "required": True},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        calendar = self.calendar(task_vars)
        if calendar is None:
            raise CalendarError(
                "There is no school calendar: calendar_terms is empty. Enter the terms in {file} first;"
                " docs/calendar.md says how.",
                file=FILE,
            )
        for room in calendar.rooms:
            if room.key not in task_vars["groups"]:
                raise CalendarError(
                    "calendar_timetable.{room} in {file} is no group of the inventory. Name each room as its group of"
                    " machines is named there.",
                    room=room.key,
                    file=FILE,
                )
        installation = Installation(
            command=arguments["command"],
            user=arguments["user"],
            inventories=tuple(arguments["inventories"]),
            language=arguments["language"],
            notices=arguments["notices"],
        )
        units = compile_units(calendar, installation, {path.stem for path in PLAYBOOKS.glob("*.yml")})
        return {
            "changed": False,
            "units": [{"name": unit.name, "content": unit.content} for unit in units],
            "timers": [unit.name for unit in units if unit.calendars],
            "calendars": sorted({one for unit in units for one in unit.calendars}),
        }
