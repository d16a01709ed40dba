# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks a network device in its own protocol, and hands what it answers to the spool as hardware_facts does."""

from __future__ import annotations

from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.facts_action import FactsAction, Reading
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator


class ActionModule(FactsAction):
    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if not task_vars.get("lab_device"):
            reason = Translator("devices", arguments["language"])("no device: the host has no lab_device")
            return {"changed": False, "skipped": True, "skip_reason": reason}
        return super().work(arguments, task_vars)

    def read(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> Reading:
        return self.read_device(task_vars)
