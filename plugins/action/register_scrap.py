# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks to scrap assets, enters the approval, or their disposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "act": {"type": "str", "required": True, "choices": ["request", "approve", "dispose"]},
        "number": {"type": "str"},
        "assets": {"type": "list", "elements": "str", "default": []},
        "why": {"type": "str"},
        "early_reason": {"type": "str"},
        "applicant": {"type": "str"},
        "appraisers": {"type": "list", "elements": "str", "default": []},
        "opinion": {"type": "str"},
        "requested_on": {"type": "str"},
        "lives": {"type": "path"},
        "approved_by": {"type": "str"},
        "approved_on": {"type": "str"},
        "document_number": {"type": "str"},
        "disposed_to": {"type": "str"},
        "disposed_on": {"type": "str"},
        "proceeds": {"type": "str"},
    }
    MACHINES = True

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import lives, scrap  # noqa: PLC0415

        if arguments["act"] == "approve":
            approval = ("number", "approved_by", "approved_on", "appraisers", "opinion")
            return scrap.approve(state, scrap.ScrapApproval(**{name: arguments[name] for name in approval}))
        if arguments["act"] == "dispose":
            disposal = ("number", "document_number", "disposed_to", "disposed_on", "proceeds")
            return scrap.dispose(state, scrap.ScrapDisposal(**{name: arguments[name] for name in disposal}))
        asked = ("assets", "early_reason", "applicant", "appraisers", "opinion", "requested_on")
        request = scrap.NewScrap(reason=arguments["why"], **{name: arguments[name] for name in asked})
        return scrap.ask(state, request, lives.load_lives(arguments["lives"]))
