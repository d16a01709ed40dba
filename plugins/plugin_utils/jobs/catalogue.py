"""The errands of the repository and what each asks for: read off its playbooks and its roles' argument specifications.

A variable that begins with its role's name is a setting of the school; every other one belongs to one errand and
becomes a question. ``surveys.yml`` names the exceptions, and what an errand refuses to start without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ..i18n import Translator
from .model import Answer, Errand, Question

_OWN = Path(__file__).with_name("surveys.yml")
_PREFIX = "jifang.lab."
_CODE = re.compile(r"C\(([^)]*)\)")
_LAST = "entry_reason"


@cache
def exceptions() -> Mapping[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_OWN.read_text(encoding="utf-8"))
    return found


def read_catalogue(repository: Path, language: str) -> tuple[Errand, ...]:
    """Every errand that can be a job, in the order of its name. ``repository`` holds ``playbooks`` and ``roles``."""
    return tuple(
        _errand(path, repository / "roles", language)
        for path in sorted((repository / "playbooks").glob("*.yml"))
        if path.stem not in exceptions()["left_out"]
    )


def _errand(path: Path, roles: Path, language: str) -> Errand:
    plays = yaml.safe_load(path.read_text(encoding="utf-8"))
    title = Translator("lab", language)
    questions: dict[str, Question] = {}
    for role, entry in _entries(plays):
        for name, option in _options(roles, role, entry).items():
            if _is_asked(name, role) and (asked := _question(name, option, path.stem, language)) is not None:
                questions[name] = asked
    ordered = sorted(questions.values(), key=lambda one: (not one.required, one.variable == _LAST))
    return Errand(
        name=path.stem,
        title=" · ".join(title(play["name"]) for play in plays),
        questions=tuple(ordered),
        machines=any(play.get("hosts", "localhost") != "localhost" for play in plays),
    )


def _entries(plays: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The roles of the suite that a playbook's plays use, each with its entry point."""
    for play in plays:
        for task in play.get("tasks", ()):
            used = task.get("ansible.builtin.import_role") or task.get("ansible.builtin.include_role")
            if used and used["name"].startswith(_PREFIX):
                yield used["name"].removeprefix(_PREFIX), used.get("tasks_from", "main")


def _options(roles: Path, role: str, entry: str) -> Mapping[str, Any]:
    options: Mapping[str, Any] = _specifications(roles / role).get(entry, {}).get("options", {})
    return options


@cache
def _specifications(role: Path) -> Mapping[str, Any]:
    text = (role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)["argument_specs"]
    return found


def _is_asked(name: str, role: str) -> bool:
    if name in exceptions()["asked"]:
        return True
    return not name.startswith(f"{role}_") and name not in exceptions()["kept"]


def _question(name: str, option: Mapping[str, Any], errand: str, language: str) -> Question | None:
    """None where an empty answer would be refused: a mapping can be asked for only where it must be given."""
    required = name in exceptions()["required"].get(errand, ())
    kind, elements = option["type"], option.get("elements")
    if "dict" in (kind, elements) and not required:
        return None
    described = option["description"]
    text = " ".join(described) if isinstance(described, list) else described
    choices = ("true", "false") if kind == "bool" else tuple(option.get("choices", ()))
    answer = Answer.TEXT
    if choices:
        answer = Answer.SEVERAL if kind == "list" else Answer.ONE
    return Question(
        variable=name,
        text=_CODE.sub(r"\1", Translator("surveys", language)(text)),
        answer=answer,
        choices=choices,
        required=required,
    )
