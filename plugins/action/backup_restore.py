# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows what a restore would do, and does it where exactly that is confirmed."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.backup_action import BackupAction
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.restoring import (
    Plan,
    confirming_word,
    is_confirmed,
    plan_lines,
    read_plan,
    result_lines,
)

_CLIENT = "jifang_restore"


class ActionModule(BackupAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "service": {"type": "str", "required": True},
        "archive": {"type": "str", "default": "newest"},
        "confirm": {"type": "str", "default": ""},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        host = task_vars["inventory_hostname"]
        wanted = {"service": arguments["service"], "archive": arguments["archive"] or "newest"}
        plan: Plan = read_plan(self.ask(host, _CLIENT, "plan", given=wanted), host)
        result: dict[str, Any] = {
            "changed": False,
            "plan": [item.target for item in plan.items],
            "confirm": confirming_word(plan),
            "kept": [],
            "_ansible_verbose_always": True,
        }
        language = arguments["language"]
        if not is_confirmed(plan, arguments["confirm"]) or self._task.check_mode:
            return {**result, "msg": [one.render(language) for one in plan_lines(plan)]}
        expected = {**wanted, "expected": plan.archive_id}
        done = self.ask(host, _CLIENT, "restore", given=expected)
        lines, kept, answered = result_lines(plan, done)
        return {
            **result,
            "changed": True,
            "failed": answered is False,
            "kept": list(kept),
            "msg": [one.render(language) for one in lines],
        }
