"""Finds a role's compiler, its variables and their defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from ..i18n import UserError
from .state import DesiredState

_ROLES = Path(__file__).resolve().parents[3] / "roles"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


@cache
def defaults(role: str) -> Mapping[str, Any]:
    """The role's own defaults, every one of its variables by name."""
    path = _ROLES / role / "defaults" / "main.yml"
    if not _NAME.fullmatch(role) or not path.is_file():
        raise UserError(
            "desired",
            "There is no role {role} whose effect could be looked at. Check the name.",
            role=role[:40],
        )
    read: dict[str, Any] = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    return read


def compile_role(role: str, variables: Mapping[str, Any]) -> DesiredState:
    """``variables``: every variable of the role by its full name. Raises ``UserError`` for a value that is none."""
    defaults(role)
    module = import_module(f"{__package__}.{role}")
    state: DesiredState = getattr(module, f"compile_{role}")(variables)
    return state


def preload(*roles: str) -> None:
    """Loads now what each worker would load for itself; workers are forked from this process. A role that is none is
    passed over: the worker that asks for it says so."""
    for role in roles:
        if _NAME.fullmatch(role) and Path(__file__).with_name(f"{role}.py").is_file():
            defaults(role)
            import_module(f"{__package__}.{role}")
