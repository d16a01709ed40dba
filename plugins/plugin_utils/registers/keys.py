"""钥匙: every copy has one holder who signed for it, is not lent on (不能随意转借), and its loss is reported at once
(duty 4.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from ..i18n import Message, UserError
from .amounts import quantity
from .nouns import RegisterKind
from .state import Change, Plan, State, day, not_in_future, optional, required

_COPIES = 50
_TAG = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """``number`` is what is written on its tag; ``copies`` of it are numbered from 1."""

    kind: ClassVar[RegisterKind] = RegisterKind.KEY

    number: str
    room: str
    copies: int
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyIssue:
    """One copy with one holder. A copy that was lost and found again has both days."""

    kind: ClassVar[RegisterKind] = RegisterKind.KEY_ISSUE

    number: str
    key_number: str
    copy: int
    holder: str
    purpose: str | None = None
    issued_on: date
    returned_on: date | None = None
    received_by: str | None = None
    lost_on: date | None = None
    loss_reported_on: date | None = None
    loss_reported_by: str | None = None
    circumstances: str | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """As they were entered."""
        return tuple(int(part) for part in self.number.split("-"))

    @property
    def is_lost(self) -> bool:
        return self.lost_on is not None and self.returned_on is None

    @property
    def is_out(self) -> bool:
        """With its holder."""
        return self.lost_on is None and self.returned_on is None

    @property
    def ended_on(self) -> date | None:
        return self.returned_on or self.lost_on


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRequest:
    """As a person gave it: texts may be empty."""

    number: str | None
    room: str | None
    copies: str | int | None = 1
    notes: str | None = None


def add_key(state: State, request: KeyRequest) -> Plan:
    """Enter a key. Raises UserError where its tag is taken."""
    number = required(request.number, Message("keys", "The number on the tag"))
    copies = quantity(request.copies, Message("keys", "The number of copies"))
    if len(number) > _TAG or copies > _COPIES:
        raise UserError(
            "keys",
            "A key has at most {copies} copies and a tag of at most {tag} characters. Check both.",
            copies=_COPIES,
            tag=_TAG,
        )
    if number in state.all(Key):
        raise UserError(
            "keys",
            "Key {number} is in the register already, for {room}. Give the new one another tag.",
            number=number,
            room=state.all(Key)[number].room,
        )
    made = Key(
        number=number,
        room=required(request.room, Message("keys", "The room of the key")),
        copies=copies,
        notes=optional(request.notes),
    )
    return Plan(
        errand="add_key",
        changes=(Change("key.added", None, made),),
        message=Message(
            "keys",
            "Key {number} of {room} is entered, copies: {copies}.",
            {"number": number, "room": made.room, "copies": copies},
        ),
    )


def issues_of(state: State, key_number: str) -> list[KeyIssue]:
    """In the order of their numbers."""
    return [issue for issue in state.all(KeyIssue).values() if issue.key_number == key_number]


def issues_out(state: State) -> list[KeyIssue]:
    """Everything that is with a holder, the longest out first."""
    out = (issue for issue in state.all(KeyIssue).values() if issue.is_out)
    return sorted(out, key=lambda issue: (issue.issued_on, issue.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyIssueRequest:
    """As a person gave it. Without ``copy`` the first one in the cabinet is given out."""

    key: str | None
    holder: str | None
    purpose: str | None = None
    copy: str | int | None = None
    on: str | date | None = None


def issue_key(state: State, request: KeyIssueRequest) -> Plan:
    """Give a copy out against a signature. Raises UserError where it is with somebody else, or lost."""
    key = state.one(Key, request.key)
    holder = required(request.holder, Message("keys", "The holder who signs"))
    issues = issues_of(state, key.number)
    held = [issue for issue in issues if issue.is_out and issue.holder == holder]
    if held:
        raise UserError(
            "keys",
            "{holder} already has copy {copy} of key {key} since {since}. One person has one copy.",
            holder=holder,
            copy=held[0].copy,
            key=key.number,
            since=held[0].issued_on,
        )
    copy = _free_copy(key, issues, request.copy)
    on = day(request.on, Message("keys", "The day of issue"), state.today)
    not_in_future(on, state.today)
    ended = [issue.ended_on for issue in issues if issue.copy == copy and issue.ended_on is not None]
    if ended and on < max(ended):
        raise UserError(
            "keys",
            "Copy {copy} of key {key} was away until {back}: it cannot have been given out on {day}. Check the date.",
            copy=copy,
            key=key.number,
            back=max(ended),
            day=on,
        )
    made = KeyIssue(
        number=state.next_number(KeyIssue),
        key_number=key.number,
        copy=copy,
        holder=holder,
        purpose=optional(request.purpose),
        issued_on=on,
    )
    return Plan(
        errand="issue_key",
        changes=(Change("key_issue.issued", None, made),),
        message=Message(
            "keys",
            "{holder} has copy {copy} of key {key} ({room}) now. Have the register signed: number {number}.",
            {"holder": holder, "copy": copy, "key": key.number, "room": key.room, "number": made.number},
        ),
    )


def _free_copy(key: Key, issues: list[KeyIssue], given: str | int | None) -> int:
    away = {issue.copy: issue for issue in issues if issue.returned_on is None}
    if given in (None, ""):
        free = next((each for each in range(1, key.copies + 1) if each not in away), None)
        if free is None:
            raise UserError(
                "keys",
                "All copies of key {key} are out: {holders}. A key is not lent on: have one of them returned first.",
                key=key.number,
                holders=tuple(_whereabouts(away[copy]) for copy in sorted(away)),
            )
        return free
    copy = quantity(given, Message("keys", "The copy"))
    if copy > key.copies:
        raise UserError(
            "keys",
            "Key {key} has {copies} copies, there is no copy {copy}.",
            key=key.number,
            copies=key.copies,
            copy=copy,
        )
    if copy in away:
        raise UserError(
            "keys",
            "Copy {copy} of key {key} is out: {holder}. A key is not lent on: have it returned first.",
            copy=copy,
            key=key.number,
            holder=_whereabouts(away[copy]),
        )
    return copy


def _whereabouts(issue: KeyIssue) -> Message:
    if issue.is_lost:
        return Message("keys", "lost by {holder} on {day}", {"holder": issue.holder, "day": issue.lost_on})
    return Message("keys", "with {holder} since {day}", {"holder": issue.holder, "day": issue.issued_on})


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReturnRequest:
    """As a person gave it. ``copy`` or ``holder`` say which one, where several are out."""

    key: str | None
    received_by: str | None
    copy: str | int | None = None
    holder: str | None = None
    on: str | date | None = None


def return_key(state: State, request: KeyReturnRequest) -> Plan:
    """Enter that a copy is back, also one that was lost and found. Raises UserError where it is not out."""
    key = state.one(Key, request.key)
    issue = _away(state, key, request.copy, request.holder)
    on = _later_day(state, issue, request.on, Message("keys", "The day of return"))
    closed = replace(
        issue,
        returned_on=on,
        received_by=required(request.received_by, Message("keys", "The person who takes it back")),
    )
    return Plan(
        errand="return_key",
        changes=(Change("key_issue.returned", issue, closed),),
        message=Message(
            "keys",
            "Copy {copy} of key {key} is back from {holder}.",
            {"copy": issue.copy, "key": key.number, "holder": issue.holder},
        ),
    )


def _away(state: State, key: Key, copy: str | int | None, holder: str | None) -> KeyIssue:
    """The one that is out or lost. Raises UserError where none is, or several are."""
    away = [issue for issue in issues_of(state, key.number) if issue.returned_on is None]
    name = optional(holder)
    if copy not in (None, ""):
        wanted = quantity(copy, Message("keys", "The copy"))
        away = [issue for issue in away if issue.copy == wanted]
    if name is not None:
        away = [issue for issue in away if issue.holder == name]
    if not away:
        raise UserError(
            "keys",
            "No such copy of key {key} is out. Check the number on the tag, the copy and the holder.",
            key=key.number,
        )
    if len(away) > 1:
        raise UserError(
            "keys",
            "Several copies of key {key} are out: {holders}. Give key_copy or key_holder.",
            key=key.number,
            holders=tuple(_whereabouts(issue) for issue in away),
        )
    return away[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLossRequest:
    """As a person gave it. ``lost_on`` is the day on which the loss was noticed."""

    key: str | None
    reported_by: str | None
    circumstances: str | None
    copy: str | int | None = None
    holder: str | None = None
    lost_on: str | date | None = None


def report_loss(state: State, request: KeyLossRequest) -> Plan:
    """Enter that a copy is lost. Raises UserError where it is not out, or was reported lost already."""
    key = state.one(Key, request.key)
    issue = _away(state, key, request.copy, request.holder)
    if issue.is_lost:
        raise UserError(
            "keys",
            "Copy {copy} of key {key} was already reported lost on {day}.",
            copy=issue.copy,
            key=key.number,
            day=issue.loss_reported_on,
        )
    on = _later_day(state, issue, request.lost_on, Message("keys", "The day of the loss"))
    lost = replace(
        issue,
        lost_on=on,
        loss_reported_on=state.today,
        loss_reported_by=required(request.reported_by, Message("keys", "The person who reports the loss")),
        circumstances=required(request.circumstances, Message("keys", "How the key was lost")),
    )
    fields = {"copy": issue.copy, "key": key.number, "room": key.room, "days": (state.today - on).days}
    return Plan(
        errand="report_lost_key",
        changes=(Change("key_issue.lost", issue, lost),),
        message=Message(
            "keys",
            "Copy {copy} of key {key} is lost, reported {days} days late. Change the lock of {room}, and have it "
            "explained why it was not reported at once."
            if on < state.today
            else "Copy {copy} of key {key} is lost. Change the lock of {room}, then enter the new key.",
            fields,
        ),
    )


def _later_day(state: State, issue: KeyIssue, given: str | date | None, what: Message) -> date:
    on = day(given, what, state.today)
    not_in_future(on, state.today)
    since = issue.lost_on or issue.issued_on
    if on < since:
        raise UserError(
            "keys",
            "{what} {day} lies before {since}, since when the key is away. Check the date.",
            what=what,
            day=on,
            since=since,
        )
    return on


def contradictions(state: State) -> Iterator[Message]:
    """A copy that is there has one holder at a time, and a person one copy of a key."""
    keys = state.all(Key)
    copies: defaultdict[tuple[str, int], list[KeyIssue]] = defaultdict(list)
    held: set[tuple[str, str]] = set()
    for issue in state.all(KeyIssue).values():
        fields = {"key": issue.key_number, "copy": issue.copy, "holder": issue.holder}
        key = keys.get(issue.key_number)
        if key is None or not 1 <= issue.copy <= key.copies:
            yield Message("keys", "Copy {copy} of key {key} would be given out and not be there.", fields)
        copies[issue.key_number, issue.copy].append(issue)
        if issue.is_out:
            if (issue.key_number, issue.holder) in held:
                yield Message("keys", "{holder} would have two copies of key {key}.", fields)
            held.add((issue.key_number, issue.holder))
    for (number, copy), issues in copies.items():
        earlier = sorted(issues, key=lambda issue: issue.order)[:-1]
        if any(issue.returned_on is None for issue in earlier):
            fields = {"key": number, "copy": copy}
            yield Message("keys", "Copy {copy} of key {key} would be with two people.", fields)
