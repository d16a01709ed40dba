# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tells the callback where to put what a run will see."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction, this_run


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {"spool": {"type": "path", "required": True}}

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        this_run()
        return {"changed": False, "spool": arguments["spool"]}
