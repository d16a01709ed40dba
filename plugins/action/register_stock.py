# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Moves parts and consumables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "act": {"type": "str", "required": True, "choices": ["add", "receive", "issue", "count"]},
        "item": {"type": "str"},
        "items": {"type": "list", "elements": "str", "default": []},
        "name": {"type": "str"},
        "model": {"type": "str"},
        "category": {"type": "str", "choices": ["part", "consumable"], "default": "part"},
        "unit": {"type": "str"},
        "minimum": {"type": "str"},
        "place": {"type": "str"},
        "quantity": {"type": "str"},
        "supplier": {"type": "str"},
        "price": {"type": "str"},
        "document": {"type": "str"},
        "receiver": {"type": "str"},
        "purpose": {"type": "str"},
        "asset": {"type": "str"},
        "counted": {"type": "str"},
        "counted_by": {"type": "str"},
        "count_reason": {"type": "str"},
        "day": {"type": "str"},
    }

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import (  # noqa: PLC0415
            stock,
            stock_moves,
        )

        given = arguments
        match given["act"]:
            case "add":
                item = stock.StockItemRequest(
                    name=given["name"],
                    model=given["model"],
                    category=stock.StockCategory(given["category"]),
                    unit=given["unit"],
                    minimum=given["minimum"],
                    place=given["place"],
                )
                return stock.add_item(state, item)
            case "receive":
                receipt = stock_moves.ReceiptRequest(
                    item=given["item"],
                    quantity=given["quantity"],
                    supplier=given["supplier"],
                    unit_price=given["price"],
                    document=given["document"],
                    on=given["day"],
                )
                return stock_moves.receive(state, receipt)
            case "count":
                counted = stock_moves.CountRequest(
                    item=given["item"],
                    counted=given["counted"],
                    counted_by=given["counted_by"],
                    reason=given["count_reason"],
                    on=given["day"],
                )
                return stock_moves.count(state, counted)
        issued = stock_moves.IssueRequest(
            lines=stock_moves.lines_of(given["items"]),
            receiver=given["receiver"],
            purpose=given["purpose"],
            asset=given["asset"],
            on=given["day"],
        )
        return stock_moves.issue(state, issued)
