"""What the actions on backups share: a host's policy out of its variables, and the programs on clients and server."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible.template import trust_as_template

from .backups.answers import read_answer
from .backups.model import Policy, Service
from .backups.policy import ROLE, read_policy, suite_service
from .control_action import ControlAction
from .desired import compilers
from .i18n import UserError

CLIENTS = "backup_clients"
SERVERS = "backup_servers"
SCRATCH = "backup_scratch"
_PROGRAMS = "/usr/local/lib/jifang-backup"
_SERVER_ROLE = "backup_server"
_SSH_PORT = 22
# The escrow's folder is an argument of its task.
_SUITE = (f"{ROLE}_suite_", f"{ROLE}_escrow")


class BackupAction(ControlAction):
    """An action that works over the connection of one host, client or server."""

    def policy(self, host: str, task_vars: dict[str, Any]) -> Policy:
        """Raises ``UserError`` where a variable is none, or no server is named."""
        values = self.role_variables(ROLE, host, task_vars)
        server = self.server_of(host, task_vars)
        there = self.role_variables(_SERVER_ROLE, server, task_vars)
        hostvars = task_vars["hostvars"][server]
        address = str(there["backup_server_address"] or hostvars.get("ansible_host") or server)
        port = int(there["backup_server_port"])
        location = f"ssh://{there['backup_server_user']}@{address}:{port}{there['backup_server_folder']}"
        suite = self._suite(values) if values["backup_client_suite"] else None
        return read_policy(host, values, server=location, suite=suite)

    def clients(self, task_vars: dict[str, Any]) -> list[str]:
        return sorted(task_vars["groups"].get(CLIENTS, ()))

    def server_of(self, host: str, task_vars: dict[str, Any]) -> str:
        """The host of the inventory that keeps the backups of ``host``."""
        servers = list(task_vars["groups"].get(SERVERS, ()))
        named = str(self.role_variable(ROLE, "backup_client_server", host, task_vars) or "")
        if named and named not in servers:
            raise UserError(
                "backups",
                "{host} is to be backed up on {server}, which is not in the group {group} of the inventory.",
                host=host,
                server=named,
                group=SERVERS,
            )
        if not servers:
            raise UserError(
                "backups",
                "The inventory has no host in the group {group}. Name the machine there that keeps the backups; it must"
                " be another than those that are backed up.",
                group=SERVERS,
            )
        return named or str(servers[0])

    def known_host(self, host: str, location: str, task_vars: dict[str, Any]) -> str | None:
        """The line of known_hosts for the server of ``host``; None in a run that did not ask the server: the line
        that is there stays."""
        server = task_vars["hostvars"][self.server_of(host, task_vars)]
        read = str((server.get("backup_server_host_key") or {}).get("stdout") or "").split()
        if len(read) < 2:
            return None
        kind, key = read[:2]
        parts = urlsplit(location)
        port = parts.port or _SSH_PORT
        name = parts.hostname if port == _SSH_PORT else f"[{parts.hostname}]:{port}"
        return f"{name} {kind} {key}\n"

    def role_variables(self, role: str, host: str, task_vars: dict[str, Any]) -> dict[str, Any]:
        """Every variable of the role by name, as that host has it; those of the suite where it is backed up there, as
        their defaults are templates of the control node's."""
        names = [name for name in compilers.defaults(role) if not name.startswith(_SUITE)]
        values = {name: self.role_variable(role, name, host, task_vars) for name in names}
        if values.get(f"{ROLE}_suite"):
            more = [name for name in compilers.defaults(role) if name.startswith(_SUITE[0])]
            values |= {name: self.role_variable(role, name, host, task_vars) for name in more}
        return values

    def role_variable(self, role: str, name: str, host: str, task_vars: dict[str, Any]) -> Any:
        hostvars = task_vars["hostvars"][host]
        return self.plain(hostvars[name] if name in hostvars else _own(compilers.defaults(role)[name]))

    def plain(self, value: Any) -> Any:
        """A variable as it is meant: templates filled in, vaulted values opened."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, list | tuple):
            return [self.plain(one) for one in value]
        if isinstance(value, Mapping):
            return {str(self.plain(name)): self.plain(one) for name, one in value.items()}
        filled = self._templar.template(value)
        return str(filled) if isinstance(filled, str) else self.plain(filled)

    def ask(
        self, host: str, program: str, *words: str, given: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        """What a program of the backup says on ``host``, which is that of this task. ``given`` goes by its standard
        input, where no list of processes and no log shows it. Raises ``UserError`` where it is not there or told of
        trouble."""
        command = " ".join(
            ("/usr/bin/python3", "-B", f"{_PROGRAMS}/{program}.py", *(shlex.quote(word) for word in words))
        )
        stdin = None if given is None else json.dumps(given).encode()
        done: dict[str, Any] = self._low_level_execute_command(command, in_data=stdin)
        return read_answer(str(done.get("stdout") or done.get("stderr") or ""), host)

    @staticmethod
    def _suite(values: Mapping[str, Any]) -> Service:
        return suite_service(
            ledger_url=values["backup_client_suite_ledger"],
            password=values["backup_client_suite_password"] or None,
            paths=list(values["backup_client_suite_paths"]),
        )


def _own(value: Any) -> Any:
    """A default of a role's own file, which may be a template; Ansible fills in none that it did not read itself."""
    return trust_as_template(value) if isinstance(value, str) else value
