# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Brings an AWX to the suite's jobs: what differs is read here, and changed by the modules of awx.awx."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.awx import (
    KINDS,
    compile_awx,
    module_arguments,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.awx_reading import read_awx
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.client import Client
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.model import Change, Definition, Found, Wanted
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs_action import JobsAction

_COLLECTION = "awx.awx"
_SHOWN = 600


class ActionModule(JobsAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **JobsAction.JOB_ARGUMENTS,
        "image": {"type": "str", "default": ""},
        "image_credential": {"type": "str", "default": ""},
    }
    PRODUCT = "AWX"
    KEY_VARIABLE = "jobs_awx_token"
    KEY_ENVIRONMENT = "CONTROLLER_OAUTH_TOKEN"
    KINDS = KINDS

    def wanted(self, definition: Definition) -> Sequence[Wanted]:
        if find_spec(f"ansible_collections.{_COLLECTION}") is None:
            raise UserError(
                "jobs",
                "The collection {collection} is not installed here. It comes with the Python package ansible:"
                " pip install --require-hashes -r requirements/execution.txt",
                collection=_COLLECTION,
            )
        return compile_awx(definition)

    def found(self, client: Client, arguments: dict[str, Any]) -> Sequence[Found]:
        return read_awx(client, arguments["organization"])

    def make(self, change: Change, arguments: dict[str, Any], task_vars: dict[str, Any]) -> None:
        token = self.token(task_vars)
        shown = self._task.no_log
        # A module writes its arguments to the system's log otherwise.
        self._task.no_log = True
        try:
            done = self._execute_module(
                module_name=f"{_COLLECTION}.{change.kind}",
                module_args={
                    **module_arguments(change, arguments["organization"]),
                    "controller_host": arguments["url"],
                    "controller_oauthtoken": token,
                    "validate_certs": True,
                    "request_timeout": 60,
                },
                task_vars=task_vars,
            )
        finally:
            self._task.no_log = shown
        if done.get("failed"):
            said = f"{done.get('msg', '')} {done.get('response', {}).get('json', '')}"
            raise UserError(
                "jobs",
                "AWX refuses it: {said}",
                said=" ".join(said.replace(token, "…").split())[:_SHOWN],
            )
