# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Gives keys out, takes them back, reports a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "act": {"type": "str", "required": True, "choices": ["add", "issue", "return", "report_loss"]},
        "number": {"type": "str"},
        "room": {"type": "str"},
        "copies": {"type": "str"},
        "notes": {"type": "str"},
        "copy": {"type": "str"},
        "holder": {"type": "str"},
        "purpose": {"type": "str"},
        "received_by": {"type": "str"},
        "reported_by": {"type": "str"},
        "circumstances": {"type": "str"},
        "day": {"type": "str"},
    }

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import keys  # noqa: PLC0415

        given = arguments
        match given["act"]:
            case "add":
                key = keys.KeyRequest(
                    number=given["number"],
                    room=given["room"],
                    copies=given["copies"] or 1,
                    notes=given["notes"],
                )
                return keys.add_key(state, key)
            case "return":
                back = keys.KeyReturnRequest(
                    key=given["number"],
                    copy=given["copy"],
                    holder=given["holder"],
                    received_by=given["received_by"],
                    on=given["day"],
                )
                return keys.return_key(state, back)
            case "report_loss":
                loss = keys.KeyLossRequest(
                    key=given["number"],
                    copy=given["copy"],
                    holder=given["holder"],
                    reported_by=given["reported_by"],
                    circumstances=given["circumstances"],
                    lost_on=given["day"],
                )
                return keys.report_loss(state, loss)
        issue = keys.KeyIssueRequest(
            key=given["number"],
            holder=given["holder"],
            purpose=given["purpose"],
            copy=given["copy"],
            on=given["day"],
        )
        return keys.issue_key(state, issue)
