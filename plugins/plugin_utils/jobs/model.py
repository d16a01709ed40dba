"""The nouns of jobs: what is asked, what runs when, and the objects of a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from ..calendar.recurrence import Recurrence

#: The end of the description of everything that the suite made: by it, it knows its own.
MARK = "[jifang]"


class Answer(StrEnum):
    TEXT = "text"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One variable of an errand. ``text`` is in the language of the people who are asked."""

    variable: str
    text: str
    answer: Answer = Answer.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A playbook that a person starts. ``machines``: it works on the machines, so that a limit makes sense."""

    name: str
    title: str
    questions: tuple[Question, ...] = ()
    machines: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """What the server starts by itself. ``duty`` is empty for the watch, which sees to every duty."""

    duty: str
    title: str
    recurrences: tuple[Recurrence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the school says of its server; no secret is in it. Names of credentials are those that the server has."""

    organization: str
    project_url: str
    project_branch: str
    inventory: str
    """The inventory's path within the project."""
    variables: Mapping[str, Any]
    project_credential: str = ""
    image: str = ""
    image_credential: str = ""
    machine_credential: str = ""
    vault_credential: str = ""
    notifications: tuple[Mapping[str, Any], ...] = ()
    language: str = "zh_CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """Everything that a server is to have, in no product's words."""

    settings: Settings
    errands: tuple[Errand, ...]
    timers: tuple[Timer, ...]
    zone: ZoneInfo | None


@dataclass(frozen=True, slots=True)
class Ref:
    """Another object, by its kind and name; a server wants its number."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An object that the server must have.

    ``once`` are fields that only its making sets. To mappings named in ``partial`` the server adds defaults of its own.
    ``shared``: one of that name is used as it is, whoever made it. ``given``: it is never made, because it holds a
    secret that is a person's to enter.
    """

    kind: str
    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    once: Mapping[str, Any] = field(default_factory=dict)
    partial: frozenset[str] = frozenset()
    shared: bool = False
    given: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An object that the server has, its fields in the shape of those wanted; ``ours``: the suite made it."""

    kind: str
    name: str
    id: int
    fields: Mapping[str, Any]
    ours: bool
    raw: Mapping[str, Any] = field(default_factory=dict)
    """As the server said it."""


class Act(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step. ``before`` are the fields that differ, as they are; ``wanted`` is None for a removal. ``name`` is that
    on the server; where ``wanted`` has another, it is renamed."""

    act: Act
    kind: str
    name: str
    wanted: Wanted | None = None
    id: int | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlan:
    """``changes`` in the order in which they can be made. ``stale`` are ours that nobody wants any more."""

    changes: tuple[Change, ...]
    stale: tuple[Found, ...] = ()
