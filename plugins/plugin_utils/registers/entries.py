"""An entry: one errand of one person, with everything that it changed; and how it is taken back.

An entry is undone by another that puts back what was there before, never by removing anything. The undoing is
an entry like others and can be undone too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from ..i18n import Message, UserError
from ..ledger.records import Asset, Event
from .nouns import Noun, RegisterKind, asset_from, document_of, noun_from
from .state import Change, Plan, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``events`` are the numbers of its events in the history, ``subjects`` what they are about, in that order."""

    kind: ClassVar[RegisterKind] = RegisterKind.ENTRY

    number: str
    errand: str
    at: datetime
    actor: str
    reason: str
    subjects: tuple[str, ...]
    events: tuple[int, ...]
    undoes: str | None = None
    undone_by: str | None = None


def undo(
    state: State, number: str | None, events: Sequence[Event], nouns: Mapping[RegisterKind, type[Noun]]
) -> Plan:
    """Take the entry back. ``events`` are those that it names, in their order.

    Raises UserError where there is no such entry, it is undone already, or what it changed was changed again since.
    """
    entry = state.one(Entry, number)
    if entry.undone_by is not None:
        raise UserError(
            "registers",
            "Entry {number} was already undone by entry {other}. Undo that one to bring it back.",
            number=entry.number,
            other=entry.undone_by,
        )
    changes = []
    for event in reversed(events):
        now = _now(state, event.subject)
        if (None if now is None else document_of(now)) != event.after:
            raise UserError(
                "registers",
                "Entry {number} cannot be undone: {subject} was changed again since, by {later}. Undo that first.",
                number=entry.number,
                subject=event.subject,
                later=_later(state, entry, event.subject),
            )
        changes.append(Change(f"{event.action}.undone", now, _then(event, now, nouns)))
    changes.append(
        Change("entry.undone", entry, replace(entry, undone_by=state.next_number(Entry))),
    )
    return Plan(
        errand="undo_entry",
        changes=tuple(changes),
        message=Message(
            "registers",
            "Entry {number} ({errand}) is undone.",
            {"number": entry.number, "errand": entry.errand},
        ),
        undoes=entry.number,
    )


def _now(state: State, subject: str) -> Noun | Asset | None:
    kind, _, number = subject.partition(":")
    if kind == "asset":
        return state.assets.get(number)
    found: Noun | None = state.registers.get(RegisterKind(kind), {}).get(number)
    return found


def _then(
    event: Event, now: Noun | Asset | None, nouns: Mapping[RegisterKind, type[Noun]]
) -> Noun | Asset | None:
    if event.before is None:
        return None
    kind = event.subject.partition(":")[0]
    if kind == "asset":
        return asset_from(dict(event.before), now.id if isinstance(now, Asset) else 0)
    return noun_from(nouns[RegisterKind(kind)], event.before)


def _later(state: State, entry: Entry, subject: str) -> Message:
    """Who changed it last: an entry of ours, or the import of a book."""
    later = [
        other
        for other in state.all(Entry).values()
        if subject in other.subjects and other.events[-1:] > entry.events[-1:]
    ]
    if not later:
        return Message("registers", "the import of a property book")
    last = max(later, key=lambda other: other.events)
    return Message("registers", "entry {number} ({errand})", {"number": last.number, "errand": last.errand})
