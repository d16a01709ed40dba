# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the site, the workbook and the export from one reading of the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.pages import CalendarPage, calendar_page
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar_action import CalendarAction
from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from ansible_collections.jifang.lab.plugins.plugin_utils.network_action import planned_network
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import load_registers
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.baseline import FILE as BASELINE_FILE
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.baseline import read_baseline
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.export import export_json
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.summary import render_summary, summarize
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.workbook import write_workbook


class ActionModule(CalendarAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        "target": {"type": "path", "required": True},
        "school": {"type": "str", "default": ""},
        "summary_lines": {"type": "int", "default": 20},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        language, target = arguments["language"], Path(arguments["target"])
        with self.ledger(arguments, create=False) as ledger, ledger.read() as session:
            snapshot = replace(
                load_snapshot(session, school=arguments["school"]), registers=load_registers(session)
            )
        result: dict[str, Any] = {}
        try:
            snapshot = replace(snapshot, baseline=read_baseline(target / BASELINE_FILE))
        except UserError as error:
            result["warnings"] = [error.message.render(language)]
        calendar = self._calendar(snapshot.taken_at, arguments, task_vars)
        paths = {
            "site": target / "site/index.html",
            "workbook": target / "ledger.xlsx",
            "export": target / "ledger.json",
        }
        if not self._task.check_mode:
            network = planned_network(self, task_vars, language) if "lab_network" in task_vars else None
            render_site(snapshot, target / "site", language=language, calendar=calendar, network=network)
            write_workbook(snapshot, paths["workbook"], language=language)
            export_json(snapshot, paths["export"])
        return {
            **result,
            "changed": not self._task.check_mode,
            "msg": render_summary(summarize(snapshot), language, lines=arguments["summary_lines"]),
            **{name: str(path) for name, path in paths.items()},
        }

    def _calendar(
        self, now: datetime, arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> CalendarPage | None:
        calendar = self.calendar(task_vars)
        if calendar is None:
            return None
        return calendar_page(
            calendar,
            self.history(task_vars),
            now=now,
            language=arguments["language"],
            school=arguments["school"],
        )
