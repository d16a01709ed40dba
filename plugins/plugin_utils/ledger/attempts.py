"""USB attempts on their way into the ledger: which are new, who was logged in, where it was. Pure functions.

A PC's logs are read anew each night, so one attempt comes many times: it is the same where the same device (ids and
serial) was plugged into the same machine within ``SAME_SECONDS``, as the parser merges what several logs tell
(``facts/usb_attempts.py``). The first telling stays.

The history forgets nothing, and who was logged in are pupils: an event carries not the names but ``who``, the digest of
the names with a secret of the row. So ``verify`` proves the names too, and they could still be forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ..facts.usb_attempts import SAME_SECONDS
from .column_types import canonical_json, utc_text
from .records import AttemptUsers

_SAME = timedelta(seconds=SAME_SECONDS)
#: A look that saw somebody so long before or after it still says something: a school day.
NEAREST = timedelta(hours=12)
_FIELDS = ("action", "vendor_id", "product_id", "serial", "name", "kind", "port", "sources")

Told = Mapping[str, Any]
"""An item of ``state.usb_attempts`` (``facts/schema.json``)."""
Seen = tuple[str | None, str | None, str | None, datetime]
"""Vendor, product, serial and time of an attempt that a machine has already."""


def at(told: Told) -> datetime:
    return datetime.fromisoformat(told["at"])


def fresh(told: Iterable[Told], known: Iterable[Seen]) -> Iterator[Told]:
    """Those of one machine that it does not have yet, in their order."""
    times: dict[tuple[str | None, ...], list[datetime]] = {}
    for *device, when in known:
        times.setdefault(tuple(device), []).append(when)
    for one in told:
        if one["at"] is None or one["action"] is None:
            continue
        when = at(one)
        held = times.setdefault((one["vendor_id"], one["product_id"], one["serial"]), [])
        if all(abs(when - other) > _SAME for other in held):
            held.append(when)
            yield one


def digest(told: Told) -> str:
    """What tells it apart among a machine's: SHA-256, in hex, of what its logs say of it."""
    text = canonical_json({"at": utc_text(at(told)), **{name: told[name] for name in _FIELDS}})
    return hashlib.sha256(text.encode()).hexdigest()


def who(told: Told, logins: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], AttemptUsers]:
    """Who was logged in when it happened, and how that is known.

    ``logins`` are sightings of sessions at that machine (``logins.py``). Where the log itself does not say: whose
    session began before it and was still seen after it; else who was seen nearest to it within ``NEAREST``.
    """
    if told["users_recorded"]:
        return tuple(told["users"]), AttemptUsers.RECORD
    when = at(told)
    spans = [
        (_time(row["since"]) or _time(row["seen_at"]), _time(row["seen_at"]), row["user"]) for row in logins
    ]
    known = [(since, until, user) for since, until, user in spans if since is not None and until is not None]
    there = sorted({user for since, until, user in known if since <= when <= until})
    if there:
        return tuple(there), AttemptUsers.SESSION
    gaps = [(max(since - when, when - until), user) for since, until, user in known]
    least = min((gap for gap, _ in gaps), default=NEAREST)
    nearest = sorted({user for gap, user in gaps if gap == least and gap < NEAREST})
    return tuple(nearest), AttemptUsers.NEAREST if nearest else AttemptUsers.UNKNOWN


def _time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).astimezone(UTC)
