# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Enters an asset by hand, or corrects one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "act": {"type": "str", "required": True, "choices": ["enter", "correct"]},
        "number": {"type": "str"},
        "fields": {"type": "dict", "default": {}},
        "number_rule": {"type": "str", "default": ""},
    }

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import assets  # noqa: PLC0415

        rules = assets.Rules(numbering=arguments["number_rule"] or None)
        if arguments["act"] == "enter":
            return assets.enter(state, assets.EnterRequest(fields=arguments["fields"], rules=rules))
        correction = assets.CorrectRequest(
            asset=arguments["number"], fields=arguments["fields"], reason=arguments["reason"], rules=rules
        )
        return assets.correct(state, correction)
