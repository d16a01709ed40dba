# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks a switch how it is: ports, neighbours, learned addresses, fans, temperatures. It is only read."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.switch_action import SwitchAction, Target
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.commit import reason
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.looks import as_data
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.session import Refused, SessionError
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.states import SwitchState, read_state


class ActionModule(SwitchAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {}

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        network = self.network(arguments, task_vars)
        target = self.target(network, task_vars)
        name = target.described.name
        try:
            state: dict[str, Any] | None = as_data(self._ask(target))
            silent = None
        except (SessionError, Refused) as error:
            # A switch that does not answer is what the check is for: it is told with the others.
            state, silent = None, reason(error).render(arguments["language"])
        except UserError as error:
            state, silent = None, error.message.render(arguments["language"])
        return {"changed": False, "switch": name, "state": state, "silent": silent}

    def _ask(self, target: Target) -> SwitchState:
        answers: dict[str, str] = {}
        switch = self.connect(target)
        try:
            running = switch.running()
            for name, command in target.platform.facts.items():
                try:
                    answers[name] = switch.ask(command)
                except Refused:
                    answers[name] = ""  # ``read_state`` tells what was not answered
        finally:
            switch.close()
        return read_state(target.platform.name, answers, running)
