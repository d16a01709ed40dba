"""A person's decision on a finding: confirmed (that is how it is now), dismissed (it needs nothing), or open again.

``decide`` is pure; ``apply_decision`` writes it. Events: finding.confirmed, finding.dismissed, finding.reopened, each
with the person and the reason. A decision is never erased: opening the finding again is an event of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..facts.shape import clean_text
from ..i18n import UserError
from .database import Ledger
from .models import FindingRow
from .records import DecisionCategory, Event, Finding, FindingStatus

REASON_CHARACTERS = 500
NUMBER_CHARACTERS = 64


class DecisionKind(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    REOPEN = "reopen"


_BECOMES = {
    DecisionKind.CONFIRM: FindingStatus.CONFIRMED,
    DecisionKind.DISMISS: FindingStatus.DISMISSED,
    DecisionKind.REOPEN: FindingStatus.OPEN,
}
_ACTIONS = {
    DecisionKind.CONFIRM: "finding.confirmed",
    DecisionKind.DISMISS: "finding.dismissed",
    DecisionKind.REOPEN: "finding.reopened",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decides. ``category`` and ``repair_number`` belong to a confirmation."""

    kind: DecisionKind
    reason: str
    category: DecisionCategory | None = None
    repair_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The finding before and after, and the event that tells of it."""

    before: Finding
    after: Finding
    event: Event


def finding_number(text: str) -> int:
    """The number that a person wrote. Raises UserError where it is none."""
    digits = text.strip()
    # No column holds a larger one, and int() of thousands of digits takes its time.
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise UserError(
            "ledger",
            "“{text}” is no number of a finding. Give finding_id as the findings page shows it, for example 12; "
            "nothing was changed.",
            text=" ".join(clean_text(text[:NUMBER_CHARACTERS]).split()),
        )
    return int(digits)


def category_of(text: str, number: int) -> DecisionCategory | None:
    """The category that a person wrote, None where nothing was. Raises UserError on any other word."""
    word = text.strip()
    if not word:
        return None
    if word not in frozenset(DecisionCategory):
        raise _which_category(number)
    return DecisionCategory(word)


def _which_category(number: int | None) -> UserError:
    return UserError(
        "ledger",
        "Say why finding {number} is confirmed: {categories}. Nothing was changed.",
        number=number,
        categories=", ".join(DecisionCategory),
    )


def decide(finding: Finding, decision: Decision, *, actor: str, at: datetime) -> Finding:
    """The finding as the decision leaves it.

    Raises UserError where it is decided or open already, is closed because its cause is gone, or where
    the decision has no reason or a confirmation no category.
    """
    _allowed(finding, decision.kind)
    reason = _line(decision.reason, REASON_CHARACTERS)
    number = _line(decision.repair_number, NUMBER_CHARACTERS)
    if not reason:
        raise UserError(
            "ledger",
            "The decision on finding {number} has no reason. Write in a sentence why, for example what was "
            "repaired and by whom; nothing was changed.",
            number=finding.id,
        )
    if decision.kind is DecisionKind.CONFIRM and decision.category is None:
        raise _which_category(finding.id)
    if decision.kind is not DecisionKind.CONFIRM and (decision.category is not None or number):
        raise UserError(
            "ledger",
            "A category and a repair number belong to a confirmation only. Leave them out, or confirm finding "
            "{number}; nothing was changed.",
            number=finding.id,
        )
    decided = decision.kind is not DecisionKind.REOPEN
    return replace(
        finding,
        status=_BECOMES[decision.kind],
        closed_at=at if decided else None,
        closed_by=actor if decided else None,
        closed_reason=reason if decided else None,
        category=decision.category,
        repair_number=number or None,
    )


def _allowed(finding: Finding, kind: DecisionKind) -> None:
    fields: dict[str, Any] = {"number": finding.id, "person": finding.closed_by or "?"}
    if finding.status is FindingStatus.RESOLVED:
        raise UserError(
            "ledger",
            "Finding {number} is closed: its cause is gone. It opens again by itself when that comes back; nothing "
            "was changed.",
            **fields,
        )
    if kind is DecisionKind.REOPEN and finding.status is FindingStatus.OPEN:
        raise UserError(
            "ledger",
            "Finding {number} is open: there is no decision to take back. Nothing was changed.",
            **fields,
        )
    if kind is DecisionKind.REOPEN or finding.status is FindingStatus.OPEN:
        return
    if finding.status is FindingStatus.CONFIRMED:
        raise UserError(
            "ledger",
            "Finding {number} was already confirmed by {person}. To decide otherwise, open it again first "
            "(reopen_finding); nothing was changed.",
            **fields,
        )
    raise UserError(
        "ledger",
        "Finding {number} was already dismissed by {person}. To decide otherwise, open it again first "
        "(reopen_finding); nothing was changed.",
        **fields,
    )


def apply_decision(
    ledger: Ledger, number: int, decision: Decision, *, actor: str, dry_run: bool = False
) -> Decided:
    """Decide finding ``number`` in one transaction; ``dry_run`` takes it back.

    Raises UserError as ``decide`` and ``Ledger.write`` do, and where there is no such finding.
    """
    reason = _line(decision.reason, REASON_CHARACTERS)
    with ledger.write(actor=actor, reason=reason, dry_run=dry_run) as tx:
        # A number that no column holds is no finding either.
        row = tx.session.get(FindingRow, number) if 0 < number < 2**31 else None
        if row is None:
            raise UserError(
                "ledger",
                "There is no finding {number} in the ledger. The number stands on the findings page and in its "
                "address (#f{number}); nothing was changed.",
                number=number,
            )
        before = row.to_record()
        after = decide(before, decision, actor=actor, at=tx.at)
        for name in ("status", "closed_at", "closed_by", "closed_reason", "category", "repair_number"):
            setattr(row, name, getattr(after, name))
        tx.session.flush()
        event = tx.record(
            _ACTIONS[decision.kind],
            f"finding:{number}",
            _document(before),
            {**_document(after), "reason": reason},
        )
        return Decided(before=before, after=after, event=event)


def _document(finding: Finding) -> dict[str, Any]:
    """What an event tells of it: values that are there."""
    fields = {
        "key": finding.key,
        "status": finding.status,
        "category": finding.category,
        "repair_number": finding.repair_number,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _line(text: str, characters: int) -> str:
    return " ".join(clean_text(text[: 4 * characters]).split())[:characters].strip()
