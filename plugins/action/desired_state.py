# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Gives a role what is wanted on this host, as plain data for its ordinary tasks."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.desired import applying, comparing
from ansible_collections.jifang.lab.plugins.plugin_utils.desired_action import DesiredAction


class ActionModule(DesiredAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {"role": {"type": "str", "required": True}}

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        role = arguments["role"]
        state = self.compile(role, task_vars)
        answer = self.ask({role: state}, task_vars)
        return {
            "changed": False,
            "desired": applying.document(role, state, answer),
            "drifted": bool(comparing.compare(role, state, answer)),
            # The content of a secret file is for the task that writes it, and for no log.
            "_ansible_no_log": state.secret,
        }
