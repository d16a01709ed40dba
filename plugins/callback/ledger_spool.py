# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes what hardware_facts saw to the spool, one line per host, and nothing else."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ledger_spool
type: notification
short_description: Put the results of hardware_facts into the ledger's spool
description:
  - Writes one line per host, flushed to disk, for each result of M(jifang.lab.hardware_facts) that names a
    spool folder. M(jifang.lab.ledger_commit) reads it.
  - It does no other work. Ansible turns an error in a callback into a warning, so trouble is kept for
    M(jifang.lab.ledger_commit), which fails the play and names it.
requirements:
  - Enabled in C(ansible.cfg) by C(callbacks_enabled = jifang.lab.ledger_spool).
author: Jifang contributors
"""

from ansible import context
from ansible.plugins.callback import CallbackBase

from ansible_collections.jifang.lab.plugins.plugin_utils import facts
from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import spool

ACTION = "jifang.lab.hardware_facts"


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "jifang.lab.ledger_spool"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook):
        name = getattr(playbook, "_file_name", "").rpartition("/")[2]
        # The workers are forked from this process: what is warm here costs no host anything.
        facts.preload()
        self._spool = spool.begin(name, actor(), dry=bool(context.CLIARGS.get("check")))

    def v2_runner_on_ok(self, result):
        self._put(result, "observed")

    def v2_runner_on_unreachable(self, result):
        self._put(result, "unreachable")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._put(result, "failed")

    def _put(self, result, kind):
        if result.task.resolved_action != ACTION:
            return
        host = result.host.get_name()
        told = result.result
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
        self._spool.add(note.get("directory"), host, line)
