# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Locks the internet of rooms until an instant, or unlocks it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.firewall_action import FirewallAction
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator, UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.network.locking import (
    end_of,
    known_rooms,
    lock_entries,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import CHINA_STANDARD_TIME


class ActionModule(FirewallAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "state": {"type": "str", "required": True, "choices": ["locked", "unlocked"]},
        "rooms": {"type": "list", "elements": "str", "default": []},
        "until": {"type": "str"},
        "allow": {"type": "list", "elements": "str", "default": []},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        network = self.network(arguments, task_vars)
        check = ("--check",) if self._task.check_mode else ()
        _ = Translator("network", arguments["language"])
        if arguments["state"] == "unlocked":
            rooms = known_rooms(network, arguments["rooms"])
            changed = self.called(*check, "--entries", json.dumps(rooms), "unlock")
            return {"changed": changed, "msg": _("Internet is open again: {rooms}", rooms=", ".join(rooms))}
        if not arguments["until"]:
            raise UserError(
                "network",
                "No end is given. Write -e lock_until=… with a time like 11:35 or minutes like 45.",
            )
        until = end_of(arguments["until"], datetime.now(UTC).astimezone(CHINA_STANDARD_TIME))
        entries = lock_entries(network, arguments["rooms"], until, arguments["allow"])
        changed = self.called(*check, "--entries", json.dumps(entries), "lock")
        said = _(
            "Internet is locked until {until}: {rooms}",
            until=f"{until:%Y-%m-%d %H:%M}",
            rooms=", ".join(one["room"] for one in entries),
        )
        return {"changed": changed, "msg": said}
