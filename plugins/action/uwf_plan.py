# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Says by which commands a Windows PC is frozen, thawed or rid of it."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.desired.win_freeze import compile_win_freeze, plan
from ansible_collections.jifang.lab.plugins.plugin_utils.desired_action import DesiredAction


class ActionModule(DesiredAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "present": {"type": "dict", "required": True},
        "installing": {"type": "bool", "default": False},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        wish = compile_win_freeze(self.variables("win_freeze", task_vars))
        host, installing = task_vars["inventory_hostname"], arguments["installing"]
        made = plan(host, wish, arguments["present"], installing=installing)
        return {
            "changed": False,
            "commands": [list(command) for command in made.commands],
            "restart": made.restart,
        }
