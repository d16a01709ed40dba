# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Refuses where no machine is backed up: a play over an empty group would end well."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.backup_action import CLIENTS, SCRATCH, BackupAction
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError


class ActionModule(BackupAction):
    BYPASS_HOST_LOOP = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {"scratch": {"type": "bool", "default": False}}

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        hosts = self.clients(task_vars)
        if not hosts:
            raise UserError(
                "backups",
                "No machine is backed up: the inventory has no host in the group {group}. Put the school's servers and"
                " the control node there, then run configure_backups.",
                group=CLIENTS,
            )
        servers = {host: self.server_of(host, task_vars) for host in hosts}
        if alone := [host for host, server in servers.items() if host == server]:
            raise UserError(
                "backups",
                "{host} would keep its own backups, which a fire or a thief takes together with it. Name"
                " another machine in the group backup_servers.",
                host=alone[0],
            )
        if arguments["scratch"] and not task_vars["groups"].get(SCRATCH):
            raise UserError(
                "backups",
                "There is no scratch machine: the inventory has no host in the group {group}. Name a"
                " container or a virtual machine there that holds nothing of worth.",
                group=SCRATCH,
            )
        return {"changed": False, "hosts": hosts}
