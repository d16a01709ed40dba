"""The append-only history: a chain in which each event carries the digest of the one before it.

``digest`` is the SHA-256, in lower-case hex, of the UTF-8 text of the canonical JSON array
``[number, at, actor, reason, action, subject, before, after, previous]``, where ``at`` is
``2026-11-23T08:15:00.000000Z`` and ``before`` and ``after`` are strings that hold canonical JSON, or null.
Numbers run from 1 without a gap; the first ``previous`` is ``GENESIS``. So changing, removing, inserting or
re-ordering any row breaks the chain at that row; cutting its end off is seen against a digest kept elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ..i18n import Message
from .attempt_model import AttemptRow, attempt_document
from .column_types import canonical_json, utc_text
from .models import AssetRow, EventRow, RegisterRow
from .records import Asset, Event, RegisterKind
from .row_records import asset_record, event_record

GENESIS = "0" * 64
_REGISTERS = frozenset(kind.value for kind in RegisterKind)
ASSET_FIELDS = frozenset(field.name for field in fields(Asset)) - {"id"}
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Verification:
    """``count`` events are good up to ``head``, the digest of the last of them. Where ``ok`` is False,
    ``first_bad`` is the number of the event at fault (None where no single event is), ``reason`` says what is
    wrong.
    """

    ok: bool
    count: int
    head: str
    first_bad: int | None = None
    reason: Message | None = None


class Line(NamedTuple):
    """An event as the database holds it: the columns of EventRow."""

    number: int
    at: datetime
    actor: str
    reason: str
    action: str
    subject: str
    before: str | None
    after: str | None
    previous: str
    digest: str


def asset_document(asset: Asset) -> dict[str, Any]:
    """An asset as its events carry it: every field but the database's own id."""
    return {name: getattr(asset, name) for name in sorted(ASSET_FIELDS)}


def event_digest(row: Any) -> str:
    """The digest that belongs to a row: a Line, an EventRow, or a result row with these columns."""
    text = canonical_json(
        [
            row.number,
            utc_text(row.at),
            row.actor,
            row.reason,
            row.action,
            row.subject,
            row.before,
            row.after,
            row.previous,
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()


class Chain:
    """The writing end of the history within one transaction, which alone may write at that time."""

    def __init__(self, session: Session) -> None:
        last = session.execute(
            select(EventRow.number, EventRow.digest).order_by(EventRow.number.desc()).limit(1)
        ).first()
        self._number: int = last.number if last else 0
        self._head: str = last.digest if last else GENESIS
        self.lines: list[Line] = []

    def append(self, event: Mapping[str, Any]) -> Event:
        """Link ``event`` (at, actor, reason, action, subject, before, after) to the end of the chain.

        Raises ValueError where the event of an asset lacks fields of it: verification needs them all.
        """
        before, after = event["before"], event["after"]
        if event["subject"].startswith("asset:") and after is not None and set(after) != ASSET_FIELDS:
            raise ValueError("the event of an asset carries the whole asset: see asset_document()")
        line = Line(
            number=self._number + 1,
            at=event["at"],
            actor=_storable(event["actor"]),
            reason=_storable(event["reason"]),
            action=event["action"],
            subject=_storable(event["subject"]),
            before=None if before is None else canonical_json(before),
            after=None if after is None else canonical_json(after),
            previous=self._head,
            digest="",
        )
        line = line._replace(digest=event_digest(line))
        self._number, self._head = line.number, line.digest
        self.lines.append(line)
        return event_record(line)


def _storable(text: str) -> str:
    """Without what PostgreSQL (NUL) or either database (lone surrogates) cannot store."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def verify(session: Session, expected_head: str | None = None) -> Verification:
    """Prove the history and that every asset, USB attempt and entry of a register is as its newest event left it.

    ``expected_head`` is a head that was noted earlier, away from this database: it must still be in the
    chain. Reads in batches; memory grows with the number of assets and entries (about 300 bytes each), not of events.
    """
    number, head, wanted = 0, GENESIS, expected_head
    assets: dict[str, tuple[int, str | None]] = {}
    entered: dict[str, tuple[int, str | None]] = {}
    attempts: dict[str, tuple[int, str | None]] = {}
    for row in _events(session):
        fault = _fault(row, number, head)
        if fault is not None:
            return Verification(False, number, head, row.number, fault)
        number, head = row.number, row.digest
        if head == wanted:
            wanted = None
        if row.subject.startswith("asset:"):
            assets[row.subject] = (number, _fingerprint(row.after))
        elif row.subject.partition(":")[0] in _REGISTERS:
            entered[row.subject] = (number, _fingerprint(row.after))
        elif row.subject.startswith("attempt:"):
            attempts[row.subject] = (number, _fingerprint(row.after))
    if wanted is not None:
        gone = _message(
            "The history no longer contains the digest {digest} that was noted earlier: its end was cut off "
            "or it was rewritten. Restore the ledger from a backup.",
            digest=wanted,
        )
        return Verification(False, number, head, None, gone)
    bad, reason = _asset_fault(session, assets)
    if reason is None:
        bad, reason = _register_fault(session, entered)
    if reason is None:
        bad, reason = _attempt_fault(session, attempts)
    return Verification(reason is None, number, head, bad, reason)


def _events(session: Session) -> Iterator[Any]:
    statement = select(EventRow.__table__).order_by(EventRow.number)
    yield from session.execute(statement.execution_options(yield_per=_BATCH))


def _fault(row: Any, number: int, head: str) -> Message | None:
    """What is wrong with ``row`` as the successor of event ``number`` whose digest is ``head``."""
    if row.number != number + 1:
        return _message(
            "After event {previous} comes event {number}: what was between them was removed.",
            previous=number,
            number=row.number,
        )
    if event_digest(row) != row.digest:
        return _message(
            "Event {number} ({action}, {subject}) was altered: it no longer fits its own digest.",
            number=row.number,
            action=row.action,
            subject=row.subject,
        )
    if row.previous != head:
        return _message(
            "Event {number} ({action}, {subject}) does not follow the event before it: events were replaced "
            "or put in another order.",
            number=row.number,
            action=row.action,
            subject=row.subject,
        )
    return None


def _asset_fault(
    session: Session, assets: dict[str, tuple[int, str | None]]
) -> tuple[int | None, Message | None]:
    """The newest event of the first asset that is not as that event left it, and what is wrong.

    ``assets`` maps a subject to the number of its newest event and the fingerprint of its ``after``; it is
    used up.
    """
    parent = aliased(AssetRow)
    statement = (
        select(AssetRow.__table__, parent.asset_number.label("parent_number"))
        .join(parent, AssetRow.parent_id == parent.id, isouter=True)
        .order_by(AssetRow.id)
    )
    for row in session.execute(statement.execution_options(yield_per=_BATCH)):
        number, expected = assets.pop(f"asset:{row.asset_number}", (None, None))
        present = _fingerprint(canonical_json(asset_document(asset_record(row, row.parent_number))))
        if expected != present:
            return number, _message(
                "Asset {number} is not as the history left it: it was changed without the ledger. Compare it "
                "with its last event and enter the right values again.",
                number=row.asset_number,
            )
    for subject, (number, expected) in assets.items():
        if expected is not None:
            return number, _message(
                "Asset {number} is in the history but no longer in the register: it was removed without the "
                "ledger. Restore it from a backup.",
                number=subject.removeprefix("asset:"),
            )
    return None, None


def _register_fault(
    session: Session, entered: dict[str, tuple[int, str | None]]
) -> tuple[int | None, Message | None]:
    """As ``_asset_fault``, for the registers."""
    statement = select(RegisterRow.__table__).order_by(RegisterRow.kind, RegisterRow.number)
    for row in session.execute(statement.execution_options(yield_per=_BATCH)):
        subject = f"{row.kind}:{row.number}"
        number, expected = entered.pop(subject, (None, None))
        if expected != _fingerprint(canonical_json(row.document)):
            return number, _message(
                "{subject} is not as the history left it: it was changed without the ledger. Restore it from a backup.",
                subject=subject,
            )
    for subject, (number, expected) in entered.items():
        if expected is not None:
            return number, _message(
                "{subject} is in the history but no longer in its register: it was removed without the ledger. "
                "Restore it from a backup.",
                subject=subject,
            )
    return None, None


def _attempt_fault(
    session: Session, recorded: dict[str, tuple[int, str | None]]
) -> tuple[int | None, Message | None]:
    """As ``_asset_fault``, for USB attempts and who was logged in at them."""
    statement = select(AttemptRow.__table__).order_by(AttemptRow.id)
    for row in session.execute(statement.execution_options(yield_per=_BATCH)):
        number, expected = recorded.pop(f"attempt:{row.id}", (None, None))
        if expected != _fingerprint(canonical_json(attempt_document(row._mapping))):
            return number, _message(
                "USB attempt {number} is not as the history left it: it was changed without the ledger. Restore it "
                "from a backup.",
                number=row.id,
            )
    for subject, (number, _) in recorded.items():
        return number, _message(
            "USB attempt {number} is in the history but no longer in the ledger: it was removed without it. Restore it "
            "from a backup.",
            number=subject.removeprefix("attempt:"),
        )
    return None, None


def _fingerprint(document: str | None) -> str | None:
    return None if document is None else hashlib.sha256(document.encode()).hexdigest()


def _message(text: str, **fields: object) -> Message:
    return Message("ledger", text, fields)
