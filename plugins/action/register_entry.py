# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Takes an entry of the registers back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Message
from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "undo": {"type": "str", "required": True},
    }

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import state as words  # noqa: PLC0415
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import plan_undo  # noqa: PLC0415

        # An errand says by itself why it was done; an undoing does not.
        words.required(arguments["reason"], Message("registers", "The reason"))
        return plan_undo(session, state, arguments["undo"])
