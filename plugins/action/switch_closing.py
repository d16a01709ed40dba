# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes down which rooms' ports are switched off until when; ``switch_config`` then switches them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator, UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.network.locking import end_of, known_rooms
from ansible_collections.jifang.lab.plugins.plugin_utils.network_action import NetworkAction
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import CHINA_STANDARD_TIME
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.closing import Closings


class ActionModule(NetworkAction):
    BYPASS_HOST_LOOP = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "state": {"type": "str", "required": True, "choices": ["closed", "open"]},
        "rooms": {"type": "list", "elements": "str", "default": []},
        "until": {"type": "str"},
        "home": {"type": "path", "required": True},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        network = self.network(arguments, task_vars)
        now = datetime.now(UTC)
        closings = Closings(Path(arguments["home"]))
        _ = Translator("switching", arguments["language"])
        if arguments["state"] == "open":
            rooms = known_rooms(network, arguments["rooms"]) if arguments["rooms"] else []
            changed = False if self._task.check_mode else closings.open(rooms, now)
            left = ", ".join(sorted(set(closings.at(now)) - set(rooms)))
            said = _("Still closed: {rooms}", rooms=left) if left else _("No room is closed now.")
            return {"changed": changed, "msg": said}
        if not arguments["rooms"] or not arguments["until"]:
            raise UserError(
                "switching",
                "No room or no end is given. Write -e close_rooms=… -e close_until=… with a time like 11:35 or minutes "
                "like 45. Rooms are: {rooms}.",
                rooms=network.rooms,
            )
        rooms = known_rooms(network, arguments["rooms"])
        until = end_of(arguments["until"], now.astimezone(CHINA_STANDARD_TIME))
        changed = False if self._task.check_mode else closings.close(rooms, until, now)
        return {
            "changed": changed,
            "until": f"{until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
            "msg": _(
                "Ports are switched off until {until}: {rooms}",
                until=f"{until:%Y-%m-%d %H:%M}",
                rooms=", ".join(rooms),
            ),
        }
