# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the site, the workbook and the export from one reading of the ledger."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from ansible_collections.jifang.lab.plugins.plugin_utils.network_action import planned_network
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import load_registers
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.export import export_json
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.summary import render_summary, summarize
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.workbook import write_workbook


class ActionModule(LedgerAction):
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
        paths = {
            "site": target / "site/index.html",
            "workbook": target / "ledger.xlsx",
            "export": target / "ledger.json",
        }
        if not self._task.check_mode:
            network = planned_network(self, task_vars, language) if "lab_network" in task_vars else None
            render_site(snapshot, target / "site", language=language, network=network)
            write_workbook(snapshot, paths["workbook"], language=language)
            export_json(snapshot, paths["export"])
        return {
            "changed": not self._task.check_mode,
            "msg": render_summary(summarize(snapshot), language, lines=arguments["summary_lines"]),
            **{name: str(path) for name, path in paths.items()},
        }
