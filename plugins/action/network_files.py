# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Gives a role the configuration that the description of the network asks for."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.network.dnsmasq import dnsmasq_configuration
from ansible_collections.jifang.lab.plugins.plugin_utils.network.issues import shown
from ansible_collections.jifang.lab.plugins.plugin_utils.network.model import Address
from ansible_collections.jifang.lab.plugins.plugin_utils.network.ruleset import ruleset
from ansible_collections.jifang.lab.plugins.plugin_utils.network_action import NetworkAction


class ActionModule(NetworkAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "what": {"type": "str", "required": True, "choices": ["dnsmasq", "firewall"]},
        "upstream": {"type": "list", "elements": "str", "default": []},
        "servers": {"type": "list", "elements": "str", "default": []},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        network = self.network(arguments, task_vars)
        if arguments["what"] == "dnsmasq":
            upstream, servers = (_addresses(name, arguments[name]) for name in ("upstream", "servers"))
            content = dnsmasq_configuration(network, upstream, servers)
        else:
            content = ruleset(network)
        return {"changed": False, "content": content}


def _addresses(name: str, values: list[str]) -> list[Address]:
    found = []
    for value in values:
        try:
            found.append(ip_address(value))
        except ValueError as error:
            raise UserError(
                "network",
                "{value} among {name} is no IP address. Write one like 10.20.11.5 or fd20:11::5.",
                value=shown(value),
                name=name,
            ) from error
    return found
