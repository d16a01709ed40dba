# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares the register with what was seen and keeps the findings."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor
from ansible_collections.jifang.lab.plugins.plugin_utils.backup_action import CLIENTS
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.findings import backup_findings
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.status import read_status
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.findings import missed_run_findings
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.standing import LONGEST_LOOK_BACK, look
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar_action import CalendarAction
from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction, event_diff
from ansible_collections.jifang.lab.plugins.plugin_utils.devices.kinds import KINDS
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import run_reconcile
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reconcile.scope import Scope
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Finding
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.vocabulary import AssetKind
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import entered_findings
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.findings import network_findings

# What counts until a device has answered. What is asked in SNMP is a switch more often than anything else.
_OF_PROTOCOL = {
    "snmp": AssetKind.SWITCH,
    "ipp": AssetKind.PRINTER,
    "pjlink": AssetKind.PROJECTOR,
    "nut": AssetKind.UPS,
}


class ActionModule(CalendarAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        "hosts": {"type": "list", "elements": "str", "default": []},
        "backups": {"type": "path"},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        inventory = self._places(task_vars)
        # A play on the control node alone (reconcile_ledger.yml) has no machine to be limited to.
        limited = [host for host in arguments["hosts"] if host in inventory]
        devices = self._devices(task_vars)
        whole = Scope(inventory=inventory, devices=devices)
        scope = Scope.limited(limited, inventory, devices) if limited else whole
        with self.ledger(arguments) as ledger:
            summary = run_reconcile(
                ledger,
                actor=actor(task_vars),
                scope=scope,
                dry_run=self._task.check_mode,
                entered=lambda tx: [
                    *entered_findings(tx),
                    *self._missed(tx.at, task_vars),
                    *self._network(tx.at, task_vars),
                    *self._backups(tx.at, arguments, task_vars),
                ],
            )
        result: dict[str, Any] = {
            "changed": bool(summary.events),
            "summary": {
                **asdict(summary.findings),
                "assets": summary.assets,
                "machines": summary.machines,
                "open_by_kind": {kind.value: count for kind, count in summary.open_by_kind.items()},
            },
        }
        if self._task.diff:
            result["diff"] = event_diff(summary.events)
        return result

    def _missed(self, now: datetime, task_vars: dict[str, Any]) -> list[Finding]:
        """Duties of the calendar whose newest time passed without a good run; none where nothing is scheduled here."""
        history = self.history(task_vars)
        calendar = self.calendar(task_vars) if history.since is not None else None
        if calendar is None:
            return []
        seen = look(
            calendar,
            now - LONGEST_LOOK_BACK,
            now,
            now=now,
            runs=history.runs,
            kept_since=history.since,
        )
        return list(missed_run_findings(calendar, seen.looked))

    def _network(self, now: datetime, task_vars: dict[str, Any]) -> list[Finding]:
        """What the switches' errands have kept; none where there are no switches."""
        home = self.variable("switches_home", task_vars)
        ledger = self.variable("ledger_home", task_vars)
        if home is None and ledger is None:
            return []
        return network_findings(Path(home or f"{ledger}/switches"), now)

    @staticmethod
    def _backups(now: datetime, arguments: dict[str, Any], task_vars: dict[str, Any]) -> list[Finding]:
        """What the newest check of the backups found; none where nothing is to be backed up."""
        hosts = task_vars["groups"].get(CLIENTS, ())
        if not hosts or not arguments["backups"]:
            return []
        return list(backup_findings(read_status(Path(arguments["backups"])), hosts, now))

    @staticmethod
    def _places(task_vars: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
        """Host of the inventory → its room and seat. A room counts as seen when all of its hosts answered."""
        hostvars = task_vars["hostvars"]
        return {
            host: (_text(hostvars[host].get("lab_room")), _text(hostvars[host].get("lab_seat")))
            for host in task_vars["groups"]["all"]
        }

    @staticmethod
    def _devices(task_vars: dict[str, Any]) -> dict[str, AssetKind]:
        """The hosts that are asked as devices → what they are, by the inventory or by their protocol."""
        hostvars = task_vars["hostvars"]
        found: dict[str, AssetKind] = {}
        for host in task_vars["groups"]["all"]:
            if protocol := _text(hostvars[host].get("lab_device")):
                kind = _text(hostvars[host].get("lab_device_kind"))
                found[host] = (
                    AssetKind(kind) if kind in KINDS else _OF_PROTOCOL.get(protocol, AssetKind.OTHER)
                )
        return found


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)
