# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the settings of a machine's backup out of its variables."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.backup_action import BackupAction
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.borgmatic import documents

_FOLDER = "borgmatic/"


class ActionModule(BackupAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {}

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        host = task_vars["inventory_hostname"]
        policy = self.policy(host, task_vars)
        every = documents(policy)
        borgmatic = {
            name.removeprefix(_FOLDER): text for name, text in every.items() if name.startswith(_FOLDER)
        }
        files = {name: text for name, text in every.items() if not name.startswith(_FOLDER)}
        files["passphrase"] = f"{policy.passphrase}\n"
        if known := self.known_host(host, policy.location, task_vars):
            files["known_hosts"] = known
        return {"changed": False, "files": files, "borgmatic": borgmatic}
