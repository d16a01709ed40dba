# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the address and port table and the drawing of the network."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.forms.xlsx import write_xlsx
from ansible_collections.jifang.lab.plugins.plugin_utils.network.drawing import topology_svg
from ansible_collections.jifang.lab.plugins.plugin_utils.network.table import table_form
from ansible_collections.jifang.lab.plugins.plugin_utils.network_action import NetworkAction
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.files import replaced_file
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import school_day


class ActionModule(NetworkAction):
    BYPASS_HOST_LOOP = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "papers": {"type": "path", "required": True},
        "school": {"type": "str", "default": ""},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        network = self.network(arguments, task_vars)
        table, drawing = (Path(arguments["papers"], f"network.{ending}") for ending in ("xlsx", "svg"))
        if not self._task.check_mode:
            school, language = arguments["school"], arguments["language"]
            today = school_day(datetime.now(UTC))
            write_xlsx(table_form(network, school=school, made_on=today, language=language), table)
            with replaced_file(drawing) as temporary:
                text = topology_svg(network, school=school, language=language)
                temporary.write_bytes(text.encode("utf-8", "replace"))
        return {"changed": not self._task.check_mode, "papers": [str(table), str(drawing)]}
