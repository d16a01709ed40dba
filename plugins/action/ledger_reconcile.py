# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares the register with what was seen and keeps the findings."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor
from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction, event_diff
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import run_reconcile


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = LedgerAction.LEDGER_ARGUMENTS

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        with self.ledger(arguments) as ledger:
            summary = run_reconcile(ledger, actor=actor(task_vars), dry_run=self._task.check_mode)
        result: dict[str, Any] = {
            "changed": bool(summary.events),
            "summary": {
                **asdict(summary.findings),
                "assets": summary.assets,
                "machines": summary.machines,
                "open_by_kind": {kind.value: count for kind, count in summary.open_by_kind.items()},
            },
        }
        if self._task.diff:
            result["diff"] = event_diff(summary.events)
        return result
