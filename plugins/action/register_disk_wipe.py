# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Records that a disk was made unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State


class ActionModule(RegisterAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "disk_serial": {"type": "str", "required": True},
        "asset": {"type": "str"},
        "host": {"type": "str"},
        "method": {
            "type": "str",
            "required": True,
            "choices": ["overwrite", "secure_erase", "crypto_erase", "degauss", "destroy"],
        },
        "result": {"type": "str", "choices": ["wiped", "failed"], "default": "wiped"},
        "wiped_by": {"type": "str"},
        "wiped_on": {"type": "str"},
        "note": {"type": "str"},
    }
    MACHINES = True

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import disk_wipes  # noqa: PLC0415

        same = ("disk_serial", "asset", "host", "wiped_by", "wiped_on", "note")
        request = disk_wipes.WipeRequest(
            method=disk_wipes.WipeMethod(arguments["method"]),
            result=disk_wipes.WipeResult(arguments["result"]),
            **{name: arguments[name] for name in same},
        )
        return disk_wipes.record(state, request)
