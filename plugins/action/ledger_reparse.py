# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the kept evidence with today's parsers."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor
from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reparse import reparse


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = LedgerAction.LEDGER_ARGUMENTS

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        with self.ledger(arguments, create=False) as ledger:
            changes = reparse(ledger, actor=actor(task_vars), dry_run=self._task.check_mode)
        unreadable = [change for change in changes if change.error is not None]
        result: dict[str, Any] = {
            "changed": len(changes) > len(unreadable),
            "summary": {"changed": len(changes) - len(unreadable), "unreadable": len(unreadable)},
            "warnings": [
                f"{change.host}: {change.error.render(arguments['language'])}"
                for change in unreadable
                if change.error is not None
            ],
        }
        if self._task.diff:
            sides: list[list[str]] = [[], []]
            for change in changes:
                for path, *values in change.differences:
                    for side, value in zip(sides, values, strict=True):
                        side.append(f"{change.host} {path}: {json.dumps(value, ensure_ascii=False)}\n")
            result["diff"] = {"before": "".join(sides[0]), "after": "".join(sides[1])}
        return result
