# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lends an asset or takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "act": {"type": "str", "required": True, "choices": ["lend", "return"]},
        "asset": {"type": "str"},
        "borrower": {"type": "str"},
        "principal": {"type": "str"},
        "leader": {"type": "str"},
        "purpose": {"type": "str"},
        "contact": {"type": "str"},
        "accessories": {"type": "str"},
        "lent_on": {"type": "str"},
        "due_on": {"type": "str"},
        "returned_on": {"type": "str"},
        "condition": {"type": "str", "choices": ["intact", "incomplete", "damaged"], "default": "intact"},
        "condition_note": {"type": "str"},
        "received_by": {"type": "str"},
    }

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import loans  # noqa: PLC0415

        if arguments["act"] == "return":
            back = loans.ReturnRequest(
                asset=arguments["asset"],
                condition=loans.ReturnCondition(arguments["condition"]),
                received_by=arguments["received_by"],
                note=arguments["condition_note"],
                returned_on=arguments["returned_on"],
            )
            return loans.give_back(state, back)
        names = (
            "asset",
            "borrower",
            "principal",
            "leader",
            "purpose",
            "due_on",
            "lent_on",
            "contact",
            "accessories",
        )
        return loans.lend(state, loans.LoanRequest(**{name: arguments[name] for name in names}))
