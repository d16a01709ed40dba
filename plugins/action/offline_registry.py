# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes a Windows role's registry into the hive files of a mounted image."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.desired.win_usb_lockdown import (
    compile_win_usb_lockdown,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.desired_action import DesiredAction
from ansible_collections.jifang.lab.plugins.plugin_utils.hives.writing import bring_about


class ActionModule(DesiredAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {"path": {"type": "path", "required": True}}

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        state = compile_win_usb_lockdown(self.variables("win_usb_lockdown", task_vars))
        outcome = bring_about(
            Path(arguments["path"]), state, now=datetime.now(UTC), check=self._task.check_mode
        )
        result: dict[str, Any] = {
            "changed": outcome.changed,
            "backups": [str(backup) for backup in outcome.backups],
        }
        if self._task.diff:
            result["diff"] = outcome.diff
        if state.notes:
            result["msg"] = "\n".join(note.render(arguments["language"]) for note in state.notes)
            result["_ansible_verbose_always"] = True
        return result
