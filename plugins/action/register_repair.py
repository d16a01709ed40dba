# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Takes a fault from its report to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    MACHINES = FINDINGS = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "act": {"type": "str", "required": True, "choices": ["open", "diagnose", "decide", "close"]},
        "asset": {"type": "str"},
        "number": {"type": "str"},
        "fault": {"type": "str"},
        "reported_by": {"type": "str"},
        "room": {"type": "str"},
        "seat": {"type": "str"},
        "sat_there": {"type": "str"},
        "finding": {"type": "str"},
        "broken_part": {"type": "str"},
        "cause": {"type": "str", "choices": ["wear", "damage", "unknown"], "default": "unknown"},
        "confirmers": {"type": "list", "elements": "str", "default": []},
        "note": {"type": "str"},
        "route": {"type": "str", "choices": ["warranty", "stock", "purchase", "no_parts", "scrap"]},
        "approved_by": {"type": "str"},
        "purchase_request": {"type": "str"},
        "scrap_request": {"type": "str"},
        "vendor_reference": {"type": "str"},
        "parts": {"type": "list", "elements": "str", "default": []},
        "receiver": {"type": "str"},
        "result": {"type": "str"},
        "cost": {"type": "str"},
        "accepted_by": {"type": "str"},
        "downtime_hours": {"type": "str"},
        "new_parts": {"type": "list", "elements": "str", "default": []},
        "day": {"type": "str"},
    }

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import (  # noqa: PLC0415
            repair_closing,
            repair_decision,
            repairs,
            stock_moves,
        )

        given = arguments
        match given["act"]:
            case "diagnose":
                diagnosis = repairs.DiagnosisRequest(
                    repair=given["number"],
                    broken_part=given["broken_part"],
                    cause=repairs.FaultCause(given["cause"]),
                    confirmers=given["confirmers"],
                    note=given["note"],
                    on=given["day"],
                )
                return repairs.diagnose(state, diagnosis)
            case "decide":
                decision = repair_decision.DecisionRequest(
                    repair=given["number"],
                    route=repairs.RepairRoute(given["route"]) if given["route"] else None,
                    approved_by=given["approved_by"],
                    purchase_request=given["purchase_request"],
                    scrap_request=given["scrap_request"],
                    vendor_reference=given["vendor_reference"],
                    parts=stock_moves.lines_of(given["parts"]),
                    receiver=given["receiver"],
                    on=given["day"],
                )
                return repair_decision.decide(state, decision)
            case "close":
                closing = repair_closing.ClosingRequest(
                    repair=given["number"],
                    result=given["result"],
                    cost=given["cost"],
                    accepted_by=given["accepted_by"],
                    downtime_hours=given["downtime_hours"],
                    new_parts=repair_closing.new_parts_of(given["new_parts"]),
                    parts=stock_moves.lines_of(given["parts"]),
                    receiver=given["receiver"],
                    on=given["day"],
                )
                return repair_closing.close(state, closing)
        names = ("asset", "fault", "reported_by", "room", "seat", "sat_there", "finding")
        request = repairs.RepairRequest(on=given["day"], **{name: given[name] for name in names})
        return repairs.open_repair(state, request)
