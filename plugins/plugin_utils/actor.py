"""Who is at work: the name that the ledger's history and a run's lock show."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from typing import Any

_LONGEST = 64


def actor(task_vars: Mapping[str, Any] | None = None) -> str:
    """The person who started this run: the user of AWX or Semaphore, the user behind sudo, or the log-in name."""
    given = task_vars or {}
    name = (
        given.get("awx_user_name")
        or given.get("tower_user_name")
        or _user_of_semaphore(given.get("semaphore_vars"))
        or os.environ.get("SUDO_USER")
    )
    if not name:
        try:
            name = getpass.getuser()
        except (KeyError, OSError):  # an execution environment may run under a number without a name
            name = f"uid {os.getuid()}"
    return str(name)[:_LONGEST]


def _user_of_semaphore(variables: object) -> str | None:
    """Semaphore gives every task ``semaphore_vars.task_details.username``."""
    details = variables.get("task_details") if isinstance(variables, Mapping) else None
    name = details.get("username") if isinstance(details, Mapping) else None
    return name if isinstance(name, str) else None
