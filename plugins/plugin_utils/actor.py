"""Who is at work: the name that the ledger's history and a run's lock show."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from typing import Any

_LONGEST = 64


def actor(task_vars: Mapping[str, Any] | None = None) -> str:
    """The person who started this run: the AWX user, the user behind sudo, or the log-in name."""
    name = (
        (task_vars or {}).get("awx_user_name")
        or (task_vars or {}).get("tower_user_name")
        or os.environ.get("SUDO_USER")
    )
    if not name:
        try:
            name = getpass.getuser()
        except (KeyError, OSError):  # an execution environment may run under a number without a name
            name = f"uid {os.getuid()}"
    return str(name)[:_LONGEST]
