# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Gives a Windows role what is wanted of the registry, as plain data for its tasks."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.desired.win_usb_lockdown import (
    compile_win_usb_lockdown,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.desired_action import DesiredAction


class ActionModule(DesiredAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "build": {"type": "str"},
        "found": {"type": "list", "elements": "dict"},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        state = compile_win_usb_lockdown(self.variables("win_usb_lockdown", task_vars))
        if arguments["found"] is None:
            state.must_be_understood(arguments["build"])
            notes = [note.render(arguments["language"]) for note in state.notes]
            result: dict[str, Any] = {"changed": False, "asked": state.asked}
            return {**result, "msg": "\n".join(notes), "_ansible_verbose_always": True} if notes else result
        return {"changed": False, **state.online(dict(map(_key, arguments["found"])))}


def _key(told: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """One answer of ansible.windows.win_reg_stat in a loop over paths."""
    values = told.get("properties")
    there = told.get("exists") is True
    return str(told.get("item")), (values if isinstance(values, dict) else {}) if there else None
