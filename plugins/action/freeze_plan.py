# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks a PC whether it is frozen, and says what is to be done to freeze or thaw it, or why that must not be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.desired import comparing
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.freeze import keep_paths
from ansible_collections.jifang.lab.plugins.plugin_utils.desired_action import DesiredAction
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.evidence import Evidence, parse_json, unpack
from ansible_collections.jifang.lab.plugins.plugin_utils.freeze import plan as planning
from ansible_collections.jifang.lab.plugins.plugin_utils.freeze.situation import (
    PLAN,
    Situation,
    read_situation,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.freeze.window import closing
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.probe import sending

# A PC that is thawed to be changed freezes by itself, should the run be cut off.
_CHANGING = timedelta(hours=2)
_NOTHING: dict[str, Any] = {"changed": False, "frozen": None, "steps": [], "until": 0}


class ActionModule(DesiredAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "room": {"type": "str", "required": True},
        "state": {"type": "str", "required": True, "choices": ["frozen", "thawed", "absent"]},
        "until": {"type": "str"},
        "confirm": {"type": "list", "elements": "str"},
        "restart": {"type": "bool", "default": True},
        "expect": {"type": "str", "choices": ["frozen", "thawed"]},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        host, language = task_vars["inventory_hostname"], arguments["language"]
        if not planning.concerns(arguments["room"], self.variable("lab_room", task_vars)):
            return _NOTHING
        now = datetime.now(UTC)
        wanted = arguments["state"]
        until = closing(arguments["until"], now) if wanted == "thawed" else None
        state = self.compile("freeze", task_vars)
        variables = self.variables("freeze", task_vars)
        situation = self._situation(task_vars)
        if arguments["expect"]:
            return self._met(host, situation, arguments["expect"])
        drifted = wanted != "thawed" and bool(
            comparing.compare("freeze", state, self.ask({"freeze": state}, task_vars))
        )
        wish = planning.Wish(
            state=wanted,
            drifted=drifted,
            until=until,
            keep=keep_paths(variables),
            restart=arguments["restart"],
            confirmed=frozenset(arguments["confirm"] or ()),
        )
        plan = planning.plan(host, situation, wish)
        return {
            "changed": False,
            "frozen": situation.frozen,
            "steps": [step.value for step in plan.steps],
            "until": int((until or now + _CHANGING).timestamp()),
            "msg": "\n".join(f"{host}: {line.render(language)}" for line in plan.lines),
            # What is going to be restarted is read before it is, also without ./lab.
            "_ansible_verbose_always": True,
        }

    def _situation(self, task_vars: dict[str, Any]) -> Situation:
        errand = sending.linux_errand(
            PLAN,
            root="/",
            python=self.interpreter(task_vars),
            through_stdin=self._connection.is_pipelining_enabled(),
        )
        evidence = Evidence(parse_json(unpack(sending.unframe(self.execute(errand, sudoable=True)))))
        return read_situation(
            evidence, login=self.variable("ansible_user", task_vars, self._play_context.remote_user)
        )

    @staticmethod
    def _met(host: str, situation: Situation, expected: str) -> dict[str, Any]:
        """After a restart: whether the PC came up as it should have."""
        frozen = expected == "frozen"
        if situation.frozen is not frozen or (frozen and situation.trial is not None):
            raise UserError(
                "freeze",
                "{host} was to come up frozen and did not: it started as an ordinary PC, or its SSH server not at all. "
                "Read /run/initramfs/overlayroot.log there."
                if frozen
                else "{host} was to come up thawed and is still frozen. Compare its clock with yours: a window counts "
                "by the PC's own clock.",
                host=host,
            )
        return {**_NOTHING, "frozen": situation.frozen}
