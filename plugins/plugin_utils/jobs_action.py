"""What the actions that set up a server of jobs share: the definition out of arguments, the plan for people."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from .calendar_action import CalendarAction
from .i18n import UserError
from .jobs.catalogue import read_catalogue
from .jobs.client import Client
from .jobs.definition import define
from .jobs.kinds import called
from .jobs.model import Change, Definition, Found, JobPlan, Settings, Wanted
from .jobs.planning import plan, removal
from .jobs.wording import difference, step, summary

REPOSITORY = Path(__file__).resolve().parents[2]
_MOST_NOTIFICATIONS = 20
_KEYS = {"name", "type", "configuration"}


class JobsAction(CalendarAction):
    """Brings a server of jobs to what the definition says. A subclass knows one product."""

    JOB_ARGUMENTS: ClassVar[dict[str, Any]] = {
        "url": {"type": "str", "required": True},
        "ca_file": {"type": "path"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "prune": {"type": "bool", "default": False},
        "organization": {"type": "str", "required": True},
        "project_url": {"type": "str", "required": True},
        "project_branch": {"type": "str", "default": "main"},
        "project_credential": {"type": "str", "default": ""},
        "inventory": {"type": "str", "default": "inventory/hosts.yml"},
        "machine_credential": {"type": "str", "default": ""},
        "vault_credential": {"type": "str", "default": ""},
        "variables": {"type": "dict", "default": {}},
        "errands": {"type": "list", "elements": "str", "default": []},
    }
    PRODUCT: ClassVar[str]
    #: Where the token is looked for. It is no argument of the task: those are shown and kept by callbacks.
    KEY_VARIABLE: ClassVar[str]
    KEY_ENVIRONMENT: ClassVar[str]
    KINDS: ClassVar[Sequence[str]]

    def wanted(self, definition: Definition) -> Sequence[Wanted]:
        raise NotImplementedError

    def found(self, client: Client, arguments: dict[str, Any]) -> Sequence[Found]:
        """What the server has; called once, before ``make``."""
        raise NotImplementedError

    def make(self, change: Change, arguments: dict[str, Any], task_vars: dict[str, Any]) -> None:
        raise NotImplementedError

    def token(self, task_vars: dict[str, Any]) -> str:
        """The server's token, from a (vaulted) variable or the environment; empty where there is none."""
        return self.variable(self.KEY_VARIABLE, task_vars) or os.environ.get(self.KEY_ENVIRONMENT, "")

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        language = arguments["language"]
        wanted = self.wanted(self._definition(arguments, task_vars))
        client = Client(
            arguments["url"], self.token(task_vars), product=self.PRODUCT, ca_file=arguments["ca_file"]
        )
        found = self.found(client, arguments)
        if arguments["state"] == "absent":
            planned = removal(found, self.KINDS)
        else:
            planned = plan(wanted, found, prune=arguments["prune"])
        check = self._task.check_mode
        if not check:
            self._make_all(planned, arguments, task_vars)
        steps = [step(one, language) for one in planned.changes]
        result: dict[str, Any] = {
            "changed": bool(planned.changes),
            "msg": "\n".join((summary(planned, check=check).render(language), *steps)),
            "steps": steps,
            "stale": [one.name for one in planned.stale],
        }
        if self._task.diff:
            result["diff"] = difference(planned.changes)
        return result

    def _make_all(self, planned: JobPlan, arguments: dict[str, Any], task_vars: dict[str, Any]) -> None:
        for number, change in enumerate(planned.changes):
            try:
                self.make(change, arguments, task_vars)
            except UserError as error:
                raise UserError(
                    "jobs",
                    "{kind} {name}: {detail} Of {all} steps {done} are done; they stay, and the next run goes on from"
                    " there.",
                    kind=called(change.kind),
                    name=change.name,
                    detail=error.message,
                    all=len(planned.changes),
                    done=number,
                ) from None

    def _definition(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> Definition:
        settings = Settings(
            organization=arguments["organization"],
            project_url=arguments["project_url"],
            project_branch=arguments["project_branch"],
            project_credential=arguments["project_credential"],
            inventory=arguments["inventory"],
            image=arguments.get("image", ""),
            image_credential=arguments.get("image_credential", ""),
            machine_credential=arguments["machine_credential"],
            vault_credential=arguments["vault_credential"],
            variables=arguments["variables"],
            # No argument either, for the same reason: a notification's address may be a secret.
            notifications=tuple(
                _notifications(self._templar.template(task_vars.get("jobs_notifications", [])))
            ),
            language=arguments["language"],
        )
        return define(
            settings,
            read_catalogue(REPOSITORY, arguments["language"]),
            self.calendar(task_vars),
            chosen=arguments["errands"],
            playbooks={path.stem for path in (REPOSITORY / "playbooks").glob("*.yml")},
        )


def _notifications(given: Sequence[Any]) -> Sequence[dict[str, Any]]:
    """Raises ``UserError`` without showing what was given: an address of a notification may be a secret."""
    for number, one in enumerate(given):
        if not isinstance(one, dict) or set(one) != _KEYS or not isinstance(one["configuration"], dict):
            raise UserError(
                "jobs",
                "jobs_notifications[{n}] needs name, type and configuration, as AWX calls them.",
                n=number,
            )
    if len(given) > _MOST_NOTIFICATIONS:
        raise UserError("jobs", "jobs_notifications can have {limit} entries.", limit=_MOST_NOTIFICATIONS)
    return given
