# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks for a purchase, enters its approval, or what arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.purchases import NewPurchase
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "act": {"type": "str", "required": True, "choices": ["request", "approve", "receive"]},
        "number": {"type": "str"},
        "lines": {"type": "list", "elements": "dict", "default": []},
        "prefill": {
            "type": "list",
            "elements": "str",
            "choices": ["over_life", "fault", "shortage"],
            "default": [],
        },
        "why": {"type": "str"},
        "applicant": {"type": "str"},
        "department": {"type": "str"},
        "requested_on": {"type": "str"},
        "specification": {"type": "str"},
        "unit_price": {"type": "str"},
        "budget_source": {"type": "str"},
        "lives": {"type": "path"},
        "approved_by": {"type": "str"},
        "approved_on": {"type": "str"},
        "received_by": {"type": "str"},
        "received_on": {"type": "str"},
        "delivery_note": {"type": "str"},
    }
    MACHINES = FINDINGS = True

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import purchases  # noqa: PLC0415

        if arguments["act"] == "approve":
            approval = ("number", "approved_by", "approved_on")
            return purchases.approve(state, purchases.PurchaseApproval(**_some(arguments, approval)))
        if arguments["act"] == "receive":
            receipt = ("number", "received_by", "received_on", "delivery_note")
            return purchases.receive(state, purchases.PurchaseReceipt(**_some(arguments, receipt)))
        return purchases.ask(state, _new(state, arguments))


def _some(arguments: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: arguments[name] for name in names}


def _new(state: State, arguments: dict[str, Any]) -> NewPurchase:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.lives import (  # noqa: PLC0415
        load_lives,
    )
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.purchases import (  # noqa: PLC0415
        NewPurchase,
        PurchaseBasis,
    )
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.suggestions import (  # noqa: PLC0415
        suggest,
    )

    bases = {PurchaseBasis(each) for each in arguments["prefill"]}
    same = (
        "lines",
        "applicant",
        "department",
        "requested_on",
        "specification",
        "unit_price",
        "budget_source",
    )
    return NewPurchase(
        reason=arguments["why"],
        suggested=suggest(state, load_lives(arguments["lives"]), bases, language=arguments["language"]),
        **_some(arguments, same),
    )
