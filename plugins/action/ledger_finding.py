# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes a person's decision on a finding."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor
from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction, event_diff
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.finding_decisions import (
    Decision,
    DecisionKind,
    apply_decision,
    category_of,
    finding_number,
)

_DONE = {
    DecisionKind.CONFIRM: "Finding {number} confirmed: {reason}",
    DecisionKind.DISMISS: "Finding {number} dismissed: {reason}",
    DecisionKind.REOPEN: "Finding {number} is open again: {reason}",
}


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        "finding": {"type": "str", "required": True},
        "decision": {"type": "str", "required": True, "choices": [kind.value for kind in DecisionKind]},
        # Not required and without choices: what is missing or wrong is refused in the person's language.
        "category": {"type": "str", "default": ""},
        "reason": {"type": "str", "default": ""},
        "repair_number": {"type": "str", "default": ""},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        kind, number = DecisionKind(arguments["decision"]), finding_number(arguments["finding"])
        decision = Decision(
            kind=kind,
            reason=arguments["reason"],
            category=category_of(arguments["category"], number),
            repair_number=arguments["repair_number"],
        )
        with self.ledger(arguments, create=False) as ledger:
            decided = apply_decision(
                ledger,
                number,
                decision,
                actor=actor(task_vars),
                dry_run=self._task.check_mode,
            )
        result: dict[str, Any] = {
            "changed": True,
            "msg": Translator("ledger", arguments["language"])(
                _DONE[kind], number=number, reason=decided.event.reason
            ),
            "finding": {
                "id": number,
                "kind": decided.after.kind.value,
                "status": decided.after.status.value,
                "room": decided.after.room,
                "seat": decided.after.seat,
                "hosts": list(decided.after.hosts),
            },
        }
        if self._task.diff:
            result["diff"] = event_diff([decided.event])
        return result
