"""Drift in the words of the person who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..i18n import Message
from .comparing import Drift

# Of a list that stands in one sentence.
_NAMED = 8


_LINES = {
    "file": "file {subject}: {why}",
    "absent": "file {subject}: {why}",
    "link": "link {subject}: {why}",
    "package": "package {subject}: {why}",
    "unit": "service {subject}: {why}",
    "module": "kernel module {subject}: {why}",
    "account": "account {subject}: {why}",
    "built": "build result {subject}: {why}",
    "boot_order": "boot order {subject}: {why}",
}


def as_data(drift: Drift, language: str) -> dict[str, Any]:
    """A drift for a playbook and for reports; ``text`` says all of it in one line."""
    why = drift.why.render(language)
    text = Message("desired", _LINES[drift.kind], {"subject": drift.subject, "why": why})
    return {
        "kind": drift.kind,
        "subject": drift.subject,
        "why": why,
        "known": drift.known,
        "text": text.render(language),
    }


def not_settled(lines: Sequence[str]) -> Message:
    """Said after a run that should have brought everything about."""
    return Message(
        "desired",
        "{count} things are still not as wanted after the run: {items}. Look at this PC: something there changes them "
        "back, or keeps them from being changed.",
        {"count": len(lines), "items": "; ".join(lines[:_NAMED])},
    )
