# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Brings a Semaphore to the suite's jobs, through its REST API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.client import Client
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.model import Change, Definition, Found, Wanted
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.semaphore import KINDS, compile_semaphore
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.semaphore_server import SemaphoreServer
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs_action import JobsAction


class ActionModule(JobsAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = JobsAction.JOB_ARGUMENTS
    PRODUCT = "Semaphore"
    KEY_VARIABLE = "jobs_semaphore_token"
    KEY_ENVIRONMENT = "SEMAPHORE_TOKEN"
    KINDS = KINDS
    _server: SemaphoreServer

    def wanted(self, definition: Definition) -> Sequence[Wanted]:
        return compile_semaphore(definition)

    def found(self, client: Client, arguments: dict[str, Any]) -> Sequence[Found]:
        self._server = SemaphoreServer(client, arguments["organization"])
        return self._server.read()

    def make(self, change: Change, arguments: dict[str, Any], task_vars: dict[str, Any]) -> None:
        self._server.apply(change)
