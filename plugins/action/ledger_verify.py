# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proves the history, or names the first line that does not agree."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        "expected_head": {"type": "str", "default": ""},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        with self.ledger(arguments, create=False) as ledger, ledger.read() as session:
            proof = verify(session, arguments["expected_head"] or None)
        result: dict[str, Any] = {
            "changed": False,
            "failed": not proof.ok,
            "count": proof.count,
            "head": proof.head,
        }
        if proof.reason is not None:
            result.update(msg=proof.reason.render(arguments["language"]), first_bad=proof.first_bad)
        else:
            result["msg"] = Translator("ledger", arguments["language"])(
                "The history is whole: {count} events. Keep its last hash off this machine: {head}",
                count=proof.count,
                head=proof.head,
            )
        return result
