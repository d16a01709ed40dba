# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the settings of a machine's backup out of its variables."""

from __future__ import annotations

import base64
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ansible_collections.jifang.lab.plugins.plugin_utils.backup_action import BackupAction
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.borgmatic import documents

_FOLDER = "borgmatic/"
_SSH_PORT = 22


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
        if known := self._known_host(host, policy.location, task_vars):
            files["known_hosts"] = known
        return {"changed": False, "files": files, "borgmatic": borgmatic}

    def _known_host(self, host: str, location: str, task_vars: dict[str, Any]) -> str | None:
        """The server's line of known_hosts; None in a run that did not ask the server: the line that is there stays."""
        server = task_vars["hostvars"][self.server_of(host, task_vars)]
        read = server.get("backup_server_host_key") or {}
        if not read.get("content"):
            return None
        kind, key = base64.b64decode(read["content"]).decode("ascii", "replace").split()[:2]
        parts = urlsplit(location)
        port = parts.port or _SSH_PORT
        name = parts.hostname if port == _SSH_PORT else f"[{parts.hostname}]:{port}"
        return f"{name} {kind} {key}\n"
