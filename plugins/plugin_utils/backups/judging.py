"""What is wrong with a host's backups: a valid set is there, whole, of today, and nobody took anything out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median

from .model import Archive, ClientRecord, ClientRun, Copied, Fault, FaultKind, Look, Policy

#: A clock that is further off than this makes ages, and with them the retention, wrong.
CLOCK_OFF = timedelta(hours=1)
#: A run or a lock that is older than this does not go on any more.
GOES_ON = timedelta(hours=24)
_BEFORE = 5  # archives before the newest that it is compared with

# What borg 1.2 and ssh say, by its cause: borg/errors, borg/crypto/key.py, borg/locking.py of Debian's package.
_CAUSES = (
    (
        FaultKind.FULL,
        re.compile(r"No space left on device|Insufficient free space|Disk quota exceeded|quota", re.I),
    ),
    (
        FaultKind.WRONG_KEY,
        re.compile(r"passphrase supplied .* is incorrect|passphrase.*incorrect|No key file for", re.I),
    ),
    (FaultKind.LOCKED, re.compile(r"Failed to create/acquire the lock|LockTimeout", re.I)),
    (FaultKind.LOST, re.compile(r"Repository \S+ does not exist|is not a valid repository", re.I)),
)


def judge(
    policy: Policy, look: Look, record: ClientRecord | None, *, now: datetime, min_free_percent: int
) -> list[Fault]:
    """Every fault, the worst first. ``now`` is the control node's clock. ``record`` None: the client did not answer;
    the server's own word is enough to tell whether there is a valid set."""
    found = [*_of_server(policy, look, min_free_percent), *_of_clock(policy, look, record, now)]
    if look.there and look.listed == 0:
        found += _of_archives(policy, look, now)
    if record is not None:
        found += _of_client(policy, look, record)
        found += _of_copies(policy, record, now)
    order = list(FaultKind)
    unique = {one.kind: one for one in reversed(found)}
    return sorted(unique.values(), key=lambda one: order.index(one.kind))


def may_prune(faults: list[Fault], look: Look) -> bool:
    """Whether old archives may go: only where nothing at all is wrong, and all that is there was read."""
    return not faults and look.there and look.check == 0 and look.listed == 0 and not look.locks


def cause_of(said: str) -> FaultKind | None:
    """What borg's words mean, where they are among those that have a sentence of their own."""
    return next((kind for kind, pattern in _CAUSES if pattern.search(said)), None)


def whole(look: Look) -> list[Archive]:
    """The archives that came to their end, the oldest first."""
    return sorted((one for one in look.archives if not one.checkpoint), key=lambda one: one.at)


# --- the server's word


def _of_server(policy: Policy, look: Look, min_free_percent: int) -> Iterator[Fault]:
    host = policy.host
    if not look.there:
        yield Fault(FaultKind.LOST, host)
        return
    if look.total and look.free * 100 < look.total * min_free_percent:
        yield Fault(
            FaultKind.FULL, host, {"free": look.free // 1024**2, "percent": look.free * 100 // look.total}
        )
    held = [one for one in look.locks if not one.alive or one.age >= GOES_ON]
    going_on = [one for one in look.locks if one.alive and one.age < GOES_ON]
    for code, said in ((look.check, look.said), (look.listed, look.listed_said)):
        if not code:
            continue
        kind = cause_of(said)
        if kind is FaultKind.LOCKED or (kind is None and held):
            if held:
                hours = int(held[0].age.total_seconds() // 3600)
                yield Fault(FaultKind.LOCKED, host, {"holder": held[0].holder or "?", "hours": hours})
            elif not going_on:
                yield Fault(FaultKind.UNCHECKED, host, {"said": said or "?"})
        elif kind is None:
            damaged = code == 1 or re.search(
                r"integrity|corrupt|checksum|missing|not found|invalid|truncated", said, re.I
            )
            yield Fault(FaultKind.DAMAGED if damaged else FaultKind.UNCHECKED, host, {"said": said or "?"})
        else:
            yield Fault(
                kind, host, {"free": look.free // 1024**2, "percent": look.free * 100 // max(1, look.total)}
            )


def _of_clock(policy: Policy, look: Look, record: ClientRecord | None, now: datetime) -> Iterator[Fault]:
    if abs(look.at - now) > CLOCK_OFF:
        yield _clock("server", look.at, now, policy.host)
    if record is not None and abs(record.at - now) > CLOCK_OFF:
        yield _clock("client", record.at, now, policy.host)
    archives = sorted(look.archives, key=lambda one: one.at)
    if archives and archives[-1].at - look.at > CLOCK_OFF:
        yield _clock("archive", archives[-1].at, look.at, policy.host)


def _clock(whose: str, shown: datetime, truly: datetime, host: str) -> Fault:
    days = abs(shown - truly).days
    return Fault(
        FaultKind.CLOCK,
        host,
        {
            "whose": whose,
            "shown": f"{shown:%Y-%m-%d %H:%M}",
            "truly": f"{truly:%Y-%m-%d %H:%M}",
            "days": days,
        },
    )


def _of_archives(policy: Policy, look: Look, now: datetime) -> Iterator[Fault]:
    host = policy.host
    if look.gone:
        newest = max(look.gone, key=lambda one: one.at)
        yield Fault(FaultKind.GONE, host, {"count": len(look.gone), "archive": newest.name})
    archives = whole(look)
    if unfinished := [
        one for one in look.archives if one.checkpoint and (not archives or one.at > archives[-1].at)
    ]:
        yield Fault(FaultKind.INTERRUPTED, host, {"started": f"{unfinished[-1].at:%Y-%m-%d %H:%M}"})
    if not archives:
        yield Fault(FaultKind.NEVER, host)
        return
    newest = archives[-1]
    if now - newest.at > policy.max_age:
        yield Fault(
            FaultKind.MISSED,
            host,
            {
                "newest": f"{newest.at:%Y-%m-%d %H:%M}",
                "days": (now - newest.at).days,
                "allowed": policy.max_age.days,
            },
        )
    # A client whose clock is behind writes now what it calls old.
    if (
        look.written_at is not None
        and look.written_at - newest.at > policy.max_age
        and now - look.written_at < policy.max_age
    ):
        yield _clock("archive", newest.at, look.written_at, host)
    yield from _of_content(policy, newest, archives[-1 - _BEFORE : -1])


def _of_content(policy: Policy, newest: Archive, before: list[Archive]) -> Iterator[Fault]:
    host = policy.host
    if newest.files is None or newest.bytes is None:
        return
    # The proof is always there; whatever a service has comes beside it.
    rest = newest.files - len([name for name in newest.parts if name == "proof.json"])
    if rest <= 0 or newest.bytes - newest.parts.get("proof.json", 0) <= 0:
        yield Fault(FaultKind.EMPTY, host, {"archive": newest.name})
        return
    if missing := [part for part in policy.parts if not newest.parts.get(part)]:
        yield Fault(
            FaultKind.INCOMPLETE, host, {"archive": newest.name, "part": missing[0], "count": len(missing)}
        )
    known = [one.bytes for one in before if one.bytes]
    usual = median(known) if known else 0
    if newest.bytes * 100 < usual * policy.shrunken_percent:
        yield Fault(
            FaultKind.SHRUNKEN,
            host,
            {"archive": newest.name, "megabytes": _megabytes(newest.bytes), "usual": _megabytes(usual)},
        )


def _megabytes(size: float) -> str:
    return f"{size / 1024**2:.1f}"


# --- the client's word


def _of_client(policy: Policy, look: Look, record: ClientRecord) -> Iterator[Fault]:
    if not record.runs:
        return
    last = record.runs[-1]
    if last.ended is None:
        if not record.running:
            yield Fault(FaultKind.INTERRUPTED, policy.host, {"started": f"{last.started:%Y-%m-%d %H:%M}"})
        return
    yield from run_faults(policy.host, last, (look.free, look.total))


def run_faults(host: str, last: ClientRun, space: tuple[int, int] | None = None) -> Iterator[Fault]:
    """What is wrong with a run that ended. ``space``: free and all bytes of the server, where they are known."""
    if not last.code:
        return
    broken = next((one for one in last.repositories if one.code), None)
    said = broken.said if broken else last.said
    kind = cause_of(said) or FaultKind.FAILED
    fields: dict[str, str | int] = {"started": f"{last.started:%Y-%m-%d %H:%M}", "said": said or "?"}
    if kind is FaultKind.FULL:
        free, total = space or (0, 0)
        fields |= {"free": free // 1024**2, "percent": free * 100 // max(1, total)}
    elif kind is FaultKind.LOCKED:
        fields |= {"holder": "?", "hours": 0}
    yield Fault(kind, host, fields)


def _of_copies(policy: Policy, record: ClientRecord, now: datetime) -> Iterator[Fault]:
    for copy in policy.copies:
        done = [run for run in record.runs for one in run.repositories if _good(one, copy.name)]
        newest = max((run.started for run in done), default=None)
        if newest is None or now - newest > copy.max_age:
            shown = "—" if newest is None else f"{newest:%Y-%m-%d %H:%M}"
            yield Fault(
                FaultKind.COPY,
                policy.host,
                {"copy": copy.name, "newest": shown, "allowed": copy.max_age.days},
            )


def _good(one: Copied, name: str) -> bool:
    return one.name == name and one.code == 0
