"""A plan for people: a line for each step, and both sides of ``--diff``. No value of a secret is in either."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..i18n import Message, Translator
from .kinds import called
from .model import Act, Change, JobPlan, Ref

_ACTS = {
    Act.CREATE: "{kind} {name}: made",
    Act.UPDATE: "{kind} {name}: {fields} changed",
    Act.REMOVE: "{kind} {name}: removed",
}
# A notification's address may hold a key, and its configuration a password.
_PRIVATE = frozenset({"notification_configuration"})
_SHOWN = 2_000


def step(change: Change, language: str) -> str:
    """One line."""
    fields = "*" if change.act is not Act.UPDATE else ", ".join(change.after)
    return Translator("jobs", language)(
        _ACTS[change.act], kind=called(change.kind).render(language), name=change.name, fields=fields
    )


def summary(plan: JobPlan, *, check: bool) -> Message:
    """What happened, or would, in one sentence."""
    counts = {act: sum(one.act is act for one in plan.changes) for act in Act}
    stale = tuple(one.name for one in plan.stale)
    if not plan.changes and not stale:
        return Message("jobs", "Everything on the server is as it must be.")
    if not plan.changes:
        return Message(
            "jobs",
            "Everything on the server is as it must be. Of Jifang, but no longer used: {stale}; jobs_prune removes it.",
            {"stale": stale},
        )
    fields: dict[str, object] = {
        "created": counts[Act.CREATE],
        "updated": counts[Act.UPDATE],
        "removed": counts[Act.REMOVE],
        "stale": stale,
    }
    if check:
        return Message("jobs", "Would make {created} objects, change {updated} and remove {removed}.", fields)
    return Message("jobs", "Made {created} objects, changed {updated}, removed {removed}.", fields)


def difference(changes: Iterable[Change]) -> dict[str, str]:
    """``before`` and ``after`` for ``--diff``: a line per field that differs."""
    sides: tuple[list[str], list[str]] = ([], [])
    for change in changes:
        for side, values in zip(sides, (_old(change), _new(change)), strict=True):
            side += [f"{change.kind} {change.name} {name}: {_shown(name, value)}\n" for name, value in values]
    return {"before": "".join(sides[0]), "after": "".join(sides[1])}


def _old(change: Change) -> list[tuple[str, Any]]:
    if change.act is Act.REMOVE:
        return [("name", change.name)]
    return sorted(change.before.items())


def _new(change: Change) -> list[tuple[str, Any]]:
    return sorted(change.after.items())


def _shown(name: str, value: Any) -> str:
    if name in _PRIVATE:
        return "…"
    return json.dumps(value, ensure_ascii=False, default=_plain, sort_keys=True)[:_SHOWN]


def _plain(value: Any) -> Any:
    if isinstance(value, Ref):
        return f"{value.kind} {value.name}"
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
