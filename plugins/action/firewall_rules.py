# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Has the firewall load its new rules, and confirms them over a new connection."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from ansible.errors import AnsibleConnectionFailure
from ansible_collections.jifang.lab.plugins.plugin_utils.firewall_action import FirewallAction
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

# What the program ends with where the first new connection came about after it had taken the rules back.
_TAKEN_BACK = 3
_AFTER = 30.0  # seconds beyond the timer in which the former rules must be back


class ActionModule(FirewallAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {"seconds": {"type": "int", "default": 60}}

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        seconds = arguments["seconds"]
        if self._task.check_mode:
            code, said = self.call("pending")
            # Where the program is not there yet, everything is still to be done.
            return {"changed": code != 0 or said.startswith("changed")}
        start = time.monotonic()
        if not self.called("apply", "--seconds", str(seconds)):
            return {"changed": False}
        # What was connected before says nothing: the rules let an established connection go on.
        self._connection.reset()
        answer = self._answer(start + seconds, "confirm")
        if answer is None or answer[0] == _TAKEN_BACK:
            back = self._answer(start + seconds + _AFTER, "pending")
            raise UserError(
                "network",
                "The new rules let no new connection from this control node through. After {seconds} seconds the "
                "firewall went back to the former rules by itself. See that lab_network.rules lets this control "
                "node reach the zone firewall by ssh, then run again."
                if back is not None
                else "The new rules let no new connection from this control node through, and the firewall does not "
                "answer now either, though it takes the rules back after {seconds} seconds by itself. Go to it.",
                seconds=seconds,
            )
        code, said = answer
        if code:
            raise UserError("network", "The new rules were not confirmed: {said}", said=said)
        return {"changed": True}

    def _answer(self, deadline: float, word: str) -> tuple[int, str] | None:
        """What the program says over a new connection; None where none came about in time."""
        while time.monotonic() < deadline:
            try:
                return self.call(word)
            except AnsibleConnectionFailure:
                self._connection.reset()
                time.sleep(1)
        return None
