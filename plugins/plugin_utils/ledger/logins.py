"""Who was logged in at a machine: kept for as long as it may say who changed its parts. Pure functions.

A machine's row holds, as JSON, the newest sighting of each account: ``{"user", "host", "seen_at", "since"}``
with times as ``column_types.utc_text``. A session that began and ended between two looks is not seen at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from .column_types import canonical_json, utc_text
from .records import Login

#: So many accounts a machine, and so many a finding remembers.
KEPT = 8
_USER_CHARACTERS = 64

Document = Mapping[str, Any]


def seen(before: Sequence[Document], state: Mapping[str, Any], host: str, at: datetime) -> list[Document]:
    """What a machine's row holds after a look at ``at``: the sessions of ``state`` (``facts/schema.json``), then
    those of ``before``, the newest of each account, at most ``KEPT``."""
    newest: dict[str, Document] = {}
    for row in (*sightings(state, host, at), *before):
        newest.setdefault(row["user"], row)
    return list(newest.values())[:KEPT]


def sightings(state: Mapping[str, Any], host: str, at: datetime) -> list[Document]:
    """The sessions that a look at ``at`` saw, the youngest first."""
    now: list[Document] = []
    sessions = state.get("sessions")
    for session in sessions if isinstance(sessions, list) else ():
        user = session.get("user") if isinstance(session, Mapping) else None
        if isinstance(user, str) and user:
            since = _time(session.get("since"))
            now.append(
                {
                    "user": user[:_USER_CHARACTERS],
                    "host": host,
                    "seen_at": utc_text(at),
                    "since": utc_text(since) if since else None,
                }
            )
    now.sort(key=lambda row: row["since"] or "", reverse=True)
    return now


def at_or_after(rows: Iterable[Document], whole_at: datetime | None) -> list[Document]:
    """Those who were seen when it was last whole, or later; nobody where that is not known."""
    return [] if whole_at is None else [row for row in rows if row["seen_at"] >= utc_text(whole_at)]


def logins(rows: Iterable[Document]) -> tuple[Login, ...]:
    """The rows as plain values. Raises KeyError or ValueError on what this module did not write."""
    return tuple(
        Login(
            user=row["user"],
            host=row["host"],
            seen_at=datetime.fromisoformat(row["seen_at"]),
            since=None if row["since"] is None else datetime.fromisoformat(row["since"]),
        )
        for row in rows
    )


def document(login: Login) -> dict[str, Any]:
    """A login as a row keeps it."""
    return {
        "user": login.user,
        "host": login.host,
        "seen_at": utc_text(login.seen_at),
        "since": None if login.since is None else utc_text(login.since),
    }


def names_digest(salt: str, users: Iterable[str]) -> str:
    """What proves names without telling them: SHA-256, in hex, of a secret and of them. The history carries it."""
    return hashlib.sha256(canonical_json([salt, list(users)]).encode()).hexdigest()


def newest(rows: Iterable[Login]) -> tuple[Login, ...]:
    """Who was logged in last first, each account of each host once, at most ``KEPT``."""
    ordered = sorted(rows, key=lambda row: (row.user, row.host))
    ordered.sort(key=lambda row: (row.seen_at, row.since or row.seen_at), reverse=True)
    found: dict[tuple[str, str], Login] = {}
    for row in ordered:
        found.setdefault((row.user, row.host), row)
    return tuple(found.values())[:KEPT]


def _time(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
