# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks every repository of a backup server, keeps what is found, and thins out what was found good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.backup_action import BackupAction
from ansible_collections.jifang.lab.plugins.plugin_utils.backups import status
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.answers import read_look, read_record
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.judging import judge, may_prune
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.model import ClientRecord, Policy
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.sentences import sentence
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.status import Checked
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Message, UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.files import replaced_file

_STORE = "jifang_backup_store"
#: The variable in which role backup_client leaves the client's answer.
_RECORD = "backup_client_record"
_PERIODS = ("daily", "weekly", "monthly", "yearly")


class ActionModule(BackupAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "folder": {"type": "path", "required": True},
        "user": {"type": "str", "required": True},
        "min_free_percent": {"type": "int", "default": 10},
        "verify_days": {"type": "int", "default": 7},
        "prune": {"type": "bool", "default": True},
        "keep": {"type": "dict", "default": {}},
        "accept": {"type": "list", "elements": "str", "default": []},
        "unlock": {"type": "list", "elements": "str", "default": []},
        "path": {"type": "path", "required": True},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        server = task_vars["inventory_hostname"]
        everyone = self.clients(task_vars)
        mine = [host for host in everyone if self.server_of(host, task_vars) == server]
        keep = _keep(arguments["keep"])
        looked, lines = [], []
        for host in mine:
            found, said = self._check(self.policy(host, task_vars), keep, arguments, task_vars)
            looked.append(found)
            lines += [one.render(arguments["language"]) for one in said]
        path = Path(arguments["path"])
        if not self._task.check_mode:
            whole = status.merged(status.read_status(path), looked, everyone)
            with replaced_file(path) as new:
                new.write_text(status.write_status(whole), encoding="utf-8")
        return {
            "changed": any(one.pruned for one in looked),
            "red": sorted(one.host for one in looked if one.faults),
            "msg": lines,
            "_ansible_verbose_always": True,
        }

    def _check(
        self, policy: Policy, keep: Mapping[str, int], arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> tuple[Checked, list[Message]]:
        server, host = task_vars["inventory_hostname"], policy.host
        words = ("--user", arguments["user"], "--folder", arguments["folder"])
        secret = {"passphrase": policy.passphrase}
        if host in arguments["unlock"] and not self._task.check_mode:
            self.ask(server, _STORE, *words, "unlock", host, given=secret)
        accept = host in arguments["accept"] and not self._task.check_mode
        wanted = {**secret, "verify_days": arguments["verify_days"], "accept": accept}
        look = read_look(self.ask(server, _STORE, *words, "look", host, given=wanted), host)
        now = datetime.now(UTC)
        faults = judge(
            policy,
            look,
            _record(host, task_vars),
            now=now,
            min_free_percent=arguments["min_free_percent"],
        )
        pruned: list[Any] = []
        if arguments["prune"] and may_prune(faults, look) and not self._task.check_mode:
            wanted = {**secret, "keep": keep, "expected": [one.id for one in look.archives]}
            pruned = self.ask(server, _STORE, *words, "prune", host, given=wanted)["pruned"]
        found = status.checked(look, faults, now=now, pruned=len(pruned))
        if faults:
            return found, [sentence(one) for one in faults]
        good = Message(
            "backups",
            "{host}: good. {archives} archives, the newest of {newest}; {pruned} old ones were pruned.",
            {
                "host": host,
                "archives": found.archives - len(pruned),
                "newest": f"{found.newest:%Y-%m-%d %H:%M}",
                "pruned": len(pruned),
            },
        )
        return found, [good]


def _record(host: str, task_vars: dict[str, Any]) -> ClientRecord | None:
    """What the client said of itself in this run; None where it did not answer."""
    answer = (task_vars["hostvars"][host].get(_RECORD) or {}).get("record")
    return read_record(answer, host) if isinstance(answer, Mapping) else None


def _keep(given: Mapping[str, Any]) -> dict[str, int]:
    """How many archives of each period stay. Raises ``UserError`` where none would."""
    try:
        keep = {name: int(given.get(name, 0)) for name in _PERIODS}
    except (TypeError, ValueError):
        keep = {}
    if set(given) - set(_PERIODS) or min(keep.values(), default=-1) < 0 or not any(keep.values()):
        raise UserError(
            "backups",
            "backup_server_keep must be whole numbers for {periods}, at least one of them above 0.",
            periods=_PERIODS,
        )
    return keep
