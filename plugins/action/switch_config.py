# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Brings a switch to its intended configuration, by the fewest commands and with a way back that needs nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Message, UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.network.model import Network, Port
from ansible_collections.jifang.lab.plugins.plugin_utils.network.port_duties import ports_of_room
from ansible_collections.jifang.lab.plugins.plugin_utils.switch_action import (
    SwitchAction,
    Target,
    kept_text,
    repository_of,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.closing import Closings
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.commit import Outcome, commit
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.diff import ChangePlan, changes
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.intended import intended_config

_MINUTES = range(2, 60)


class ActionModule(SwitchAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "minutes": {"type": "int", "default": 5},
        "save_unsaved": {"type": "bool", "default": False},
        "home": {"type": "path", "required": True},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if arguments["minutes"] not in _MINUTES:
            raise UserError("switching", "minutes is {n}. Write 2 to 59.", n=arguments["minutes"])
        network = self.network(arguments, task_vars)
        target = self.target(network, task_vars)
        closed = _closed(network, Closings(Path(arguments["home"])))
        intended = intended_config(network, target.described.name, closed)
        if self._task.check_mode:
            plan = changes(target.platform.name, self.read(target), intended)
            return self._told(plan, arguments, changed=not plan.empty)
        outcome = commit(
            self.means(target, intended, minutes=arguments["minutes"], save_unsaved=arguments["save_unsaved"])
        )
        self._keep(target, outcome, arguments, task_vars)
        result = self._told(outcome.plan, arguments, changed=outcome.changed)
        return {
            **result,
            "failed": outcome.failed,
            "msg": outcome.message.render(arguments["language"]),
            "result": outcome.result.value,
        }

    def _keep(
        self, target: Target, outcome: Outcome, arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> None:
        """What ran before is written down as it was found, what runs now as the suite's own change."""
        repository = repository_of(arguments["home"])
        for running, ours in ((outcome.before, False), (outcome.after, True)):
            if running is not None:
                repository.keep(
                    target.described.name,
                    kept_text(target, running, repository),
                    made_by_suite=ours,
                    actor=actor(task_vars),
                )

    def _told(self, plan: ChangePlan, arguments: dict[str, Any], *, changed: bool) -> dict[str, Any]:
        language = arguments["language"]

        def rendered(messages: tuple[Message, ...]) -> list[str]:
            return [message.render(language) for message in messages]

        words, notes = rendered(plan.words), rendered(plan.notes)
        result: dict[str, Any] = {
            "changed": changed,
            "commands": list(plan.commands),
            "words": words,
            "notes": notes,
        }
        if self._task.diff:
            lines = [*words, *notes, "", *plan.commands] if plan.commands else notes
            result["diff"] = {"prepared": "".join(f"{line}\n" for line in lines)}
        return result


def _closed(network: Network, closings: Closings) -> frozenset[Port]:
    """Of the rooms whose time is not over; a room that is described no more closes nothing."""
    rooms = set(closings.at(datetime.now(UTC))).intersection(network.rooms)
    return frozenset().union(*(ports_of_room(network, room) for room in rooms))
