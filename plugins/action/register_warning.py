# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes a warning slip of a USB attempt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    FINDINGS = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "attempt": {"type": "str"},
        "finding": {"type": "str"},
        "rule": {"type": "str"},
        "pupil": {"type": "str"},
        "pupil_class": {"type": "str"},
        "measure": {"type": "str"},
        "issued_on": {"type": "str"},
    }

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.attempt_model import (  # noqa: PLC0415
            load_some_attempts,
        )
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import warning_slips  # noqa: PLC0415

        names = ("attempt", "finding", "rule", "pupil", "pupil_class", "measure", "issued_on")
        given = {name: arguments[name] for name in names}
        rule = given["rule"] or warning_slips.standard_rule().render(arguments["language"])
        request = warning_slips.WarningRequest(**{**given, "rule": rule})
        found = load_some_attempts(session, warning_slips.wanted(state, request))
        return warning_slips.issue(replace(state, attempts=tuple(found.values())), request)
