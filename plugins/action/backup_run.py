# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Backs a machine up now, or asks it for its record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.backup_action import BackupAction
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.answers import read_record, read_run
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.judging import run_faults
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.model import ClientRun
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.sentences import sentence
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Message, UserError

_CLIENT = "jifang_backup"


class ActionModule(BackupAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "what": {"type": "str", "choices": ["run", "record"], "default": "run"}
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        host = task_vars["inventory_hostname"]
        if arguments["what"] == "record" or self._task.check_mode:
            answer = self.ask(host, _CLIENT, "record")
            read_record(answer, host)
            return {"changed": arguments["what"] == "run", "record": dict(answer)}
        run = _run(self.ask(host, _CLIENT, "run"), host)
        faults = list(run_faults(host, run))
        if faults:
            said = sentence(faults[0])
        else:
            said = Message(
                "backups",
                "{host}: {files} files, {megabytes} MB backed up in {seconds} s; not there now: {absent}.",
                {
                    "host": host,
                    "files": run.files or 0,
                    "megabytes": f"{(run.bytes or 0) / 1024**2:.1f}",
                    "seconds": run.seconds or 0,
                    "absent": tuple(one.name for one in run.repositories if one.code is None) or "—",
                },
            )
        return {
            "changed": True,
            "failed": bool(faults),
            "msg": said.render(arguments["language"]),
            "seconds": run.seconds,
            "_ansible_verbose_always": True,
        }


def _run(answer: Mapping[str, Any], host: str) -> ClientRun:
    try:
        return read_run(answer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            "backups",
            "{host} did not answer as the backup's program does: {said}. Run configure_backups first, then again.",
            host=host,
            said="—",
        ) from error
