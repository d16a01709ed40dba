"""What a job hands on to the command that it starts: variables and passwords, in a folder that is gone afterwards."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# What the job's own runner set up for its one ansible-playbook: the command's runner sets up its own.
_RUNNERS = re.compile(
    r"ANSIBLE_(?:CALLBACK_PLUGINS|STDOUT_CALLBACK|CALLBACKS_ENABLED|CONFIG|FORCE_COLOR)"
    r"|AWX_ISOLATED_DATA_DIR|RUNNER_\w+|PYTHONPATH"
)
# Asked of the job alone; the command would take it for a duty of its own.
_JOBS_OWN = frozenset({"duty_name"})


def inherited_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Everything but what belongs to the job's own runner: the agent of SSH keys and PGPASSWORD stay."""
    return {name: value for name, value in environment.items() if not _RUNNERS.fullmatch(name)}


def write_inventory(folder: Path, variables: Mapping[str, Any]) -> Path:
    """An inventory without machines in ``folder`` that holds ``variables``; gives its file.

    AWX makes an inventory of what it knows, without the files beside the school's own; the command reads the calendar
    from such files (docs/decisions/0029).
    """
    inventory = folder / "hosts.yml"
    inventory.write_text("all: {}\n", encoding="utf-8")
    beside = folder / "group_vars" / "all"
    beside.mkdir(parents=True)
    kept = {str(name): value for name, value in variables.items() if name not in _JOBS_OWN}
    _write(beside / "job.yml", json.dumps(kept, ensure_ascii=False, default=str).encode())
    return inventory


def write_secrets(
    folder: Path, *, vaults: Iterable[tuple[str, bytes]], become: str | None, connection: str | None
) -> dict[str, str]:
    """Each secret in a file of its owner alone; gives the environment that names the files (ansible-core 2.12 on)."""
    environment: dict[str, str] = {}
    identities = []
    for number, (name, secret) in enumerate(vaults):
        path = folder / f"vault-{number}"
        _write(path, secret)
        identities.append(f"{name or 'default'}@{path}")
    if identities:
        environment["ANSIBLE_VAULT_IDENTITY_LIST"] = ",".join(identities)
    for variable, password in (
        ("ANSIBLE_BECOME_PASSWORD_FILE", become),
        ("ANSIBLE_CONNECTION_PASSWORD_FILE", connection),
    ):
        if password:
            path = folder / variable.lower()
            _write(path, str(password).encode())
            environment[variable] = str(path)
    return environment


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
