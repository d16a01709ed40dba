# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes what hardware_facts and device_facts saw to the spool, one line per host, and nothing else."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ledger_spool
type: notification
short_description: Put the results of hardware_facts and device_facts into the ledger's spool
description:
  - Writes one line per host, flushed to disk, for each result of M(jifang.lab.hardware_facts) or
    M(jifang.lab.device_facts) that is meant for the ledger, to the folder that M(jifang.lab.ledger_open) named.
    M(jifang.lab.ledger_commit) reads it.
  - It does no other work. Ansible turns an error in a callback into a warning, so trouble is kept for
    M(jifang.lab.ledger_commit), which fails the play and names it.
requirements:
  - Enabled in C(ansible.cfg) by C(callbacks_enabled = jifang.lab.ledger_spool).
author: Jifang contributors
"""

import gc
from pathlib import Path

from ansible import context
from ansible.playbook.task import Task
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import become_loader, connection_loader, shell_loader
from ansible_collections.jifang.lab.plugins.plugin_utils import facts, i18n
from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import spool
from ansible_collections.jifang.lab.plugins.plugin_utils.probe import sending

OPEN = "jifang.lab.ledger_open"
DRIFT = "jifang.lab.drift"
FACTS = frozenset({"jifang.lab.hardware_facts", "jifang.lab.device_facts"})


def _tasks(play):
    for part in play.get_tasks():
        yield from (one for one in (part if isinstance(part, list) else [part]) if isinstance(one, Task))


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "jifang.lab.ledger_spool"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook):
        name = getattr(playbook, "_file_name", "").rpartition("/")[2]
        self._warm_up()
        self._spool = spool.begin(name, actor(), dry=bool(context.CLIARGS.get("check")))

    def v2_playbook_on_play_start(self, play):
        roles = {
            role for task in _tasks(play) if task.action == DRIFT for role in task.args.get("roles") or ()
        }
        if roles:
            # As in _warm_up, but most errands look at nothing.
            from ansible_collections.jifang.lab.plugins.plugin_utils.desired import (  # noqa: PLC0415
                applying,  # noqa: F401
                compilers,
                wording,  # noqa: F401
            )

            compilers.preload(*roles)
            sending.preload_state()
            i18n.preload("desired")
            gc.freeze()

    def v2_runner_on_ok(self, result):
        self._put(result, "observed")

    def v2_runner_on_unreachable(self, result):
        self._put(result, "unreachable")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._put(result, "failed")

    def _put(self, result, kind):
        action, told = result.task.resolved_action, result.result
        if action == OPEN and kind == "observed":
            self._spool.directory = Path(told["spool"])
        if action not in FACTS or not result.task.args.get("ledger"):
            return
        host = result.host.get_name()
        note = told.get("spool") or {}
        line = note.get("line") or spool.record_line(
            kind,
            self._spool.run,
            {
                "host": host,
                "room": note.get("room"),
                "seat": note.get("seat"),
                "message": str(told.get("msg", ""))[:1000],
            },
        )
        self._spool.add(host, line)

    @staticmethod
    def _warm_up():
        """Loads here what each worker would load for itself: workers are forked from this process, so what is
        ready now costs no host anything. It is about a third of the control node's work for a host."""
        facts.preload()
        sending.preload()
        for loader, name in ((connection_loader, "ssh"), (shell_loader, "sh"), (become_loader, "sudo")):
            loader.get(name, class_only=True)
        # All of this lives until the end. The collector then neither walks it here nor, in a worker, writes to
        # pages that it shares with this process and that the kernel would have to copy.
        gc.freeze()
