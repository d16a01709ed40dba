# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints a paper of the registers again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction
from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import (
    PAPER_ARGUMENTS,
    desk_at,
    put_on_paper,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import school_day


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        **PAPER_ARGUMENTS,
        "papers": {"type": "path", "required": True},
        "kind": {"type": "str", "required": True},
        "number": {"type": "str", "required": True},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        from ansible_collections.jifang.lab.plugins.plugin_utils.forms.papers import (  # noqa: PLC0415
            OF_MACHINES,
            form_of,
        )
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Paper  # noqa: PLC0415
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import (  # noqa: PLC0415
            load_history,
            load_state,
        )

        paper = Paper(arguments["kind"], arguments["number"])
        with self.ledger(arguments, create=False) as ledger, ledger.read() as session:
            today = school_day(datetime.now(UTC))
            state = load_state(session, today, machines=paper.kind in OF_MACHINES)
            state = replace(state, history=load_history(session, [paper.number]))
        if self._task.check_mode:
            form_of(state, paper, desk_at(state.today, arguments))
            return {"changed": True, "papers": []}
        return {"changed": True, "papers": put_on_paper(state, [paper], arguments)}
