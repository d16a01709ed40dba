"""A restore in place: what it would do, the word that confirms exactly that, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..i18n import Message, UserError
from ..school_time import CHINA_STANDARD_TIME
from .answers import clean

_ITEMS = 1_000
_WORD = 8
_KINDS = {
    "path": "folder or file",
    "postgresql": "PostgreSQL database",
    "mysql": "MySQL database",
    "sqlite": "SQLite file",
}


@dataclass(frozen=True, slots=True)
class Item:
    """``there``: something is in its place now, which is then kept under another name."""

    kind: str
    target: str
    there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    host: str
    service: str
    archive: str
    archive_id: str
    at: datetime
    items: tuple[Item, ...]


def read_plan(answer: Mapping[str, Any], host: str) -> Plan:
    """What the program on the machine says it would do. Raises ``UserError`` where it said something else."""
    try:
        archive = answer["archive"]
        return Plan(
            host=host,
            service=clean(answer["service"]),
            archive=clean(archive["name"]),
            archive_id=str(archive["id"]),
            at=datetime.fromisoformat(archive["at"]).astimezone(UTC),
            items=tuple(
                Item(one["kind"], clean(one["target"]), one["there"] is True)
                for one in answer["items"][:_ITEMS]
                if one["kind"] in _KINDS
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            "backups",
            "{host} did not answer as the backup's program does: {said}. Run configure_backups first, then again.",
            host=host,
            said="—",
        ) from error


def confirming_word(plan: Plan) -> str:
    """Eight hex digits that stand for this service of this machine out of this archive, and nothing else."""
    return hashlib.sha256(f"{plan.host}\n{plan.service}\n{plan.archive_id}".encode()).hexdigest()[:_WORD]


def is_confirmed(plan: Plan, word: str) -> bool:
    """Raises ``UserError`` where a word is given that stands for something else."""
    given = word.strip().lower()
    if given and given != confirming_word(plan):
        raise UserError(
            "backups",
            "{word} does not confirm this restore: a newer backup came, or it is of another machine or service. Look at"
            " the plan again; nothing was changed.",
            word=clean(word),
        )
    return bool(given)


def plan_lines(plan: Plan) -> list[Message]:
    """What would be done, and how it is confirmed."""
    head = Message(
        "backups",
        "{host}: the service {service} would be restored from {archive}, made at {at}.",
        {
            "host": plan.host,
            "service": plan.service,
            "archive": plan.archive,
            "at": f"{plan.at.astimezone(CHINA_STANDARD_TIME):%Y-%m-%d %H:%M}",
        },
    )
    tail = Message(
        "backups",
        "Nothing was changed. To do this, run it again with restore_confirm={word}.",
        {"word": confirming_word(plan)},
    )
    return [head, *map(_line, plan.items), tail]


def _line(item: Item) -> Message:
    return Message(
        "backups",
        "{kind} {target}: put in place; what is there now is kept under another name"
        if item.there
        else "{kind} {target}: put in place; nothing is there now",
        {"kind": Message("backups", _KINDS[item.kind]), "target": item.target},
    )


def result_lines(plan: Plan, answer: Mapping[str, Any]) -> tuple[list[Message], tuple[str, ...], bool | None]:
    """What was done, where what was there is kept, and whether the service answers (None: nobody said how to ask)."""
    try:
        kept = tuple(clean(name) for name in answer["kept"][:_ITEMS])
        rows = sum(int(one["rows"]) for one in answer["databases"])
        files, seconds = int(answer["files"]["files"]), float(answer["seconds"])
        answered = answer["answered"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            "backups",
            "{host} did not answer as the backup's program does: {said}. Run configure_backups first, then again.",
            host=plan.host,
            said="—",
        ) from error
    fields = {"host": plan.host, "service": plan.service, "archive": plan.archive}
    lines = [
        Message(
            "backups",
            "{host}: the service {service} was restored from {archive} in {seconds} s: {files} files, {rows} rows, all"
            " proven.",
            {**fields, "seconds": f"{seconds:.0f}", "files": files, "rows": rows},
        )
    ]
    if kept:
        lines.append(Message("backups", "What was there is kept: {kept}.", {"kept": kept}))
    if answered is False:
        lines.append(
            Message("backups", "{host}: the service {service} does not answer. Read its log.", fields)
        )
    return lines, kept, None if answered is None else answered is True
