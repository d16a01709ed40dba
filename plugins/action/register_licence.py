# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Enters a software licence or ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "act": {"type": "str", "required": True, "choices": ["enter", "end"]},
        "number": {"type": "str"},
        "product": {"type": "str"},
        "edition": {"type": "str"},
        "publisher": {"type": "str"},
        "seats": {"type": "str"},
        "proof": {"type": "str"},
        "packages": {"type": "list", "elements": "str", "default": []},
        "valid_from": {"type": "str"},
        "valid_until": {"type": "str"},
        "rooms": {"type": "list", "elements": "str", "default": []},
        "departments": {"type": "list", "elements": "str", "default": []},
        "note": {"type": "str"},
        "end_reason": {"type": "str"},
        "ended_by": {"type": "str"},
        "ended_on": {"type": "str"},
    }

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import licences  # noqa: PLC0415

        if arguments["act"] == "end":
            ending = licences.LicenceEnd(
                number=arguments["number"],
                reason=arguments["end_reason"],
                ended_by=arguments["ended_by"],
                ended_on=arguments["ended_on"],
            )
            return licences.end(state, ending)
        same = (
            "product",
            "edition",
            "publisher",
            "seats",
            "proof",
            "valid_from",
            "valid_until",
            "rooms",
            "departments",
            "note",
        )
        owned = licences.NewLicence(
            patterns=arguments["packages"], **{name: arguments[name] for name in same}
        )
        return licences.enter(state, owned)
