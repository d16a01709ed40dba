# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Has a computer try which services it reaches, and holds that against the rules."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator, UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.network import matrix, reaching
from ansible_collections.jifang.lab.plugins.plugin_utils.network.issues import shown
from ansible_collections.jifang.lab.plugins.plugin_utils.network_action import NetworkAction


class ActionModule(NetworkAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {"outside": {"type": "list", "elements": "str", "default": []}}

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        network = self.network(arguments, task_vars)
        name = task_vars["inventory_hostname"]
        seat = network.seat_by_name.get(name)
        if seat is None or not seat.vlan:
            said = Translator("network", arguments["language"])
            return {"skipped": True, "msg": said("{host} has no address in lab_network.", host=name)}
        outside = []
        for value in arguments["outside"]:
            try:
                outside.append(ip_address(value))
            except ValueError as error:
                raise UserError(
                    "network",
                    "{value} is no IP address. Write one like 10.20.11.5 or fd20:11::5.",
                    value=shown(value),
                ) from error
        source = network.vlan_by_id[seat.vlan].zone
        wanted = [
            target
            for target in matrix.targets(network, outside)
            if target.protocol == "tcp" and target.host != name
        ][: reaching.DOORS]
        python = str(task_vars.get("ansible_python_interpreter") or "python3")
        done = self._low_level_execute_command(
            reaching.command(python if python.startswith("/") else "python3", wanted)
        )
        seen = reaching.answers(str(done.get("stdout", "")).strip(), wanted)
        if seen is None:
            raise UserError(
                "network",
                "{host} could not try: {said}",
                host=name,
                said=shown(done.get("stderr") or done.get("stdout")),
            )
        found = matrix.looks(network, [source], wanted, {(source, one): each for one, each in seen.items()})
        told = matrix.told(found, arguments["language"])
        return {
            "changed": False,
            "failed": any(look.seen != look.expected for look in found),
            "msg": told.splitlines(),
        }
