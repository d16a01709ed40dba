"""What a server must have against what it has: the fewest steps, in an order in which each can be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..i18n import UserError
from .kinds import called
from .model import Act, Change, Found, JobPlan, Wanted

#: How servers show what they do not show.
HIDDEN = "$encrypted$"
_TITLED = frozenset({"job_template", "template"})


def plan(wanted: Sequence[Wanted], found: Sequence[Found], *, prune: bool = False) -> JobPlan:
    """``wanted`` in an order in which each may refer to those before it.

    What an earlier run left half done is completed: only what differs is a step. What is not the suite's own is never
    changed or removed; with ``prune`` what is its own and no longer wanted goes, in the reverse order of kinds. Raises
    ``UserError`` where a name is taken by something of somebody else's, and where something is missing that a person
    has to enter.
    """
    there = {(one.kind, one.name): one for one in found}
    renamed = {key: one for one in found if one.ours and (key := _identity(one.kind, one.fields)) is not None}
    missing = tuple(one.name for one in wanted if one.given and (one.kind, one.name) not in there)
    if missing:
        raise UserError(
            "jobs",
            "The server lacks what holds a secret and is yours to enter: {missing}. Make it there under exactly this"
            " name, then start again; nothing has been changed.",
            missing=missing,
        )
    changes = []
    kept = set()
    for one in wanted:
        identity = _identity(one.kind, one.fields)
        before = there.get((one.kind, one.name)) or (renamed.get(identity) if identity else None)
        if before is not None:
            kept.add((before.kind, before.id))
        if (change := _step(one, before)) is not None:
            changes.append(change)
    stale = tuple(one for one in found if one.ours and (one.kind, one.id) not in kept)
    if prune:
        order = {one.kind: number for number, one in enumerate(wanted)}
        gone = sorted(stale, key=lambda one: -order.get(one.kind, len(order)))
        # A kind that nobody wants any more is used by nothing that stays, but may use what goes.
        gone.sort(key=lambda one: one.kind in order)
        # Only now does nothing refer to them any more.
        return JobPlan(changes=(*changes, *(_removal(one) for one in gone)))
    return JobPlan(changes=tuple(changes), stale=stale)


def removal(found: Sequence[Found], order: Sequence[str]) -> JobPlan:
    """Everything that is the suite's own, what refers before what is referred to; ``order`` are kinds as they are
    made."""
    ours = sorted((one for one in found if one.ours), key=lambda one: -order.index(one.kind))
    return JobPlan(changes=tuple(_removal(one) for one in ours))


def _identity(kind: str, fields: Mapping[str, Any]) -> tuple[str, str] | None:
    """What a template is of, whatever it is called: titles change with the language and from version to version."""
    return (kind, str(fields.get("description"))) if kind in _TITLED else None


def _removal(one: Found) -> Change:
    return Change(act=Act.REMOVE, kind=one.kind, name=one.name, id=one.id, before=one.fields)


def _step(one: Wanted, there: Found | None) -> Change | None:
    if there is None:
        return Change(
            act=Act.CREATE, kind=one.kind, name=one.name, wanted=one, after={**one.fields, **one.once}
        )
    if one.shared or one.given:
        return None
    if not there.ours:
        raise UserError(
            "jobs",
            "There is a {kind} {name} on the server that Jifang did not make. Rename one of the two; nothing has been"
            " changed.",
            kind=called(one.kind),
            name=one.name,
        )
    differing = [
        name
        for name, value in one.fields.items()
        if not same(value, there.fields.get(name), partial=name in one.partial)
    ]
    before = {name: there.fields.get(name) for name in differing}
    after = {name: one.fields[name] for name in differing}
    if there.name != one.name:
        before["name"], after["name"] = there.name, one.name
    if not after:
        return None
    return Change(
        act=Act.UPDATE, kind=one.kind, name=there.name, wanted=one, id=there.id, before=before, after=after
    )


def same(wanted: Any, there: Any, *, partial: bool = False) -> bool:
    """Whether a value is as it must be. What the server hides is taken for it; ``partial`` mappings may hold more."""
    if there == HIDDEN:
        return True
    if isinstance(wanted, Mapping) and isinstance(there, Mapping):
        names = wanted if partial else {*wanted, *there}
        return all(same(wanted.get(name), there.get(name), partial=partial) for name in names)
    return bool(wanted == there)
