# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks by one probe whether a host is as its roles want it, and names what is not."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.desired import comparing, wording
from ansible_collections.jifang.lab.plugins.plugin_utils.desired_action import DesiredAction


class ActionModule(DesiredAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "roles": {"type": "list", "elements": "str", "required": True},
        "settled": {"type": "bool", "default": False},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        language = arguments["language"]
        states = {role: self.compile(role, task_vars) for role in arguments["roles"]}
        answer = self.ask(states, task_vars)
        drifts = {role: comparing.compare(role, state, answer) for role, state in states.items()}
        notes = [
            note.render(language) for state in states.values() for note in comparing.notes(state, answer)
        ]
        items = [
            {"role": role, **wording.as_data(drift, language)}
            for role, found in drifts.items()
            for drift in found
        ]
        result: dict[str, Any] = {
            "changed": False,
            "drifted": bool(items),
            "roles": [role for role, found in drifts.items() if found],
            "items": items,
            "notes": notes,
        }
        lines = [item["text"] for item in items]
        if arguments["settled"] and items:
            return {**result, "failed": True, "msg": wording.not_settled(lines).render(language)}
        if lines or notes:
            # Ansible's own output then shows it without -v, too.
            result |= {"msg": "\n".join([*lines, *notes]), "_ansible_verbose_always": True}
        return result
