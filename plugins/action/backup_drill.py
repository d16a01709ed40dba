# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Restores backups onto a scratch machine, proves them, and prints a page to sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.backup_action import BackupAction
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.borgmatic import (
    HOME,
    service_document,
    ssh_command,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.drill import Drilled, read_drilled, told
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import school_day

_PROGRAM = "jifang_drill"
#: The newest, and one from the middle of what is there: an error that crept in long ago shows.
_ARCHIVES = ("newest", "older")


class ActionModule(BackupAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "hosts": {"type": "list", "elements": "str", "default": []},
        "papers": {"type": "path", "required": True},
        "school": {"type": "str", "default": ""},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        scratch = task_vars["inventory_hostname"]
        everyone = self.clients(task_vars)
        if scratch in everyone or scratch in {self.server_of(host, task_vars) for host in everyone}:
            raise UserError(
                "backups",
                "{host} is a live machine. A drill needs a scratch machine that is in the group backup_scratch alone.",
                host=scratch,
            )
        if unknown := [host for host in arguments["hosts"] if host not in everyone]:
            raise UserError(
                "backups", "{host} is not backed up: it is not in the group backup_clients.", host=unknown[0]
            )
        if self._task.check_mode:
            return {"changed": True, "papers": []}
        drilled = [
            one for host in arguments["hosts"] or everyone for one in self._of_host(host, scratch, task_vars)
        ]
        language = arguments["language"]
        return {
            "changed": True,
            "failed": not all(one.proven for one in drilled),
            "papers": [str(self._page(drilled, scratch, arguments))],
            "msg": [told(one).render(language) for one in drilled],
            "_ansible_verbose_always": True,
        }

    def _of_host(self, host: str, scratch: str, task_vars: dict[str, Any]) -> Iterator[Drilled]:
        policy = self.policy(host, task_vars)
        for service in policy.services:
            seen = set()
            for archive in _ARCHIVES:
                now = datetime.now(UTC)
                wanted = {
                    "service": service_document(service),
                    "name": service.name,
                    "archive": archive,
                    "location": policy.location,
                    "passphrase": policy.passphrase,
                    "ssh_command": ssh_command(),
                    "dumps": f"{HOME}/dumps",
                    "known_hosts": self.known_host(host, policy.location, task_vars) or "",
                }
                one = read_drilled(self.ask(scratch, _PROGRAM, given=wanted), host, now)
                if one.archive not in seen:  # the only archive is its own older one
                    yield one
                seen.add(one.archive)

    @staticmethod
    def _page(drilled: list[Drilled], scratch: str, arguments: dict[str, Any]) -> Path:
        from ansible_collections.jifang.lab.plugins.plugin_utils.forms.desk import Desk  # noqa: PLC0415
        from ansible_collections.jifang.lab.plugins.plugin_utils.forms.pdf import write_pdf  # noqa: PLC0415
        from ansible_collections.jifang.lab.plugins.plugin_utils.forms.restore_drill import (  # noqa: PLC0415
            restore_drill,
        )

        made_on = school_day(datetime.now(UTC))
        desk = Desk(school=arguments["school"], made_on=made_on, language=arguments["language"])
        path = Path(arguments["papers"]) / f"restore-drill-{made_on:%Y%m%d}.pdf"
        write_pdf(restore_drill(drilled, scratch=scratch, desk=desk), path)
        return path
