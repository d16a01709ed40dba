# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows what the looks of a play found, room by room, and keeps it for reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import ControlAction
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import table
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.files import replaced_file

# The group of hosts that are no PCs of a room.
SERVERS = "servers"


class ActionModule(ControlAction):
    BYPASS_HOST_LOOP = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "look": {"type": "str", "required": True},
        "path": {"type": "path"},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        hostvars = task_vars["hostvars"]
        hosts = {host: hostvars.raw_get(host) for host in task_vars["ansible_play_hosts_all"]}
        pcs = [
            self._looked(host, variables, arguments["look"])
            for host, variables in hosts.items()
            if not variables.get("lab_device") and SERVERS not in variables.get("group_names", ())
        ]
        data = table.as_data(pcs)
        changed = False
        if arguments["path"]:
            path, text = Path(arguments["path"]), json.dumps(data, ensure_ascii=False, indent=1) + "\n"
            changed = not path.is_file() or path.read_text(encoding="utf-8") != text
            if changed and not self._task.check_mode:
                with replaced_file(path) as new:
                    new.write_text(text, encoding="utf-8")
        message = table.render(pcs, arguments["language"])
        return {"changed": changed, "rooms": data, "msg": message, "_ansible_verbose_always": True}

    def _looked(self, host: str, variables: Mapping[str, Any], name: str) -> table.Looked:
        look = variables.get(name)
        known = isinstance(look, Mapping) and isinstance(look.get("items"), list)
        place = {part: self.variable(f"lab_{part}", dict(variables)) or "" for part in ("room", "seat")}
        return table.Looked(
            host,
            place["room"],
            place["seat"],
            look["items"] if known else None,
            look["notes"] if known else (),
        )
