# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares installed packages with the licences that the school owns."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Message
from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import PAPER_ARGUMENTS, desk_at
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import school_day


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        **PAPER_ARGUMENTS,
        "within_days": {"type": "str"},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        from ansible_collections.jifang.lab.plugins.plugin_utils.forms.licence import (  # noqa: PLC0415
            licence_table,
        )
        from ansible_collections.jifang.lab.plugins.plugin_utils.forms.papers import (  # noqa: PLC0415
            write_form,
        )
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers.amounts import (  # noqa: PLC0415
            quantity,
        )
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers.licence_report import (  # noqa: PLC0415
            EXPIRING_DAYS,
            compare,
            summary,
        )
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import (  # noqa: PLC0415
            load_state,
        )

        days = quantity(
            arguments["within_days"] or EXPIRING_DAYS,
            Message("licences", "The number of days (licence_within_days)"),
            least=0,
        )
        with self.ledger(arguments, create=False) as ledger, ledger.read() as session:
            state = load_state(session, school_day(datetime.now(UTC)), machines=True)
        report = compare(state, within_days=days)
        form = licence_table(report, desk_at(state.today, arguments))
        written = bool(arguments["papers"])
        papers: list[Path] = []
        if written and not self._task.check_mode:
            name = f"licences-{state.today.isoformat()}"
            papers = write_form(form, Path(arguments["papers"]), name, editable=True)
        return {
            "changed": written,
            "msg": summary(report).render(arguments["language"]),
            "papers": [str(path) for path in papers],
        }
