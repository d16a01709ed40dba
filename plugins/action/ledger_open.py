# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the ledger ready for what a run will see."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction, this_run


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        "spool": {"type": "path", "required": True},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        this_run()
        with self.ledger(arguments):
            # Opening it is the test: 300 PCs are not asked for a ledger that cannot take the answer.
            return {"changed": False, "spool": arguments["spool"]}
