"""USB 违规: what was refused and nobody has dealt with, as findings: one for a machine and a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from ..ledger.logins import KEPT
from ..ledger.records import Attempt, AttemptAction, Difference, Finding, FindingKind, Login
from ..school_time import CHINA_STANDARD_TIME, school_day
from .state import State
from .warning_slips import slips_by_attempt

#: Half a year from when it was collected: what nobody decided on until then is history, and stays listed as that.
CURRENT = timedelta(days=183)
_DEVICES_NAMED = 4
_NAME_CHARACTERS = 80


def attempt_findings(state: State, assets: Mapping[int, str]) -> Iterator[Finding]:
    """The findings of ``state.attempts``; ``assets`` gives machines (ids) their asset numbers.

    What is on a warning slip is dealt with. A finding stands for its attempts: once a person has decided on it, only a
    further attempt of that day opens it again.
    """
    settled = slips_by_attempt(state)
    days: dict[tuple[int, date], list[Attempt]] = {}
    for attempt in state.attempts:
        if attempt.action is AttemptAction.REFUSED and attempt.id not in settled:
            days.setdefault((attempt.machine_id, school_day(attempt.at)), []).append(attempt)
    for (machine, day), unordered in days.items():
        attempts = sorted(unordered, key=lambda each: (each.at, each.id))
        last = attempts[-1]
        number = assets.get(machine)
        yield Finding(
            kind=FindingKind.USB_ATTEMPT,
            key=f"{FindingKind.USB_ATTEMPT}:{machine}:{day}",
            advice="usb_attempt",
            room=last.room,
            seat=last.seat,
            asset_numbers=() if number is None else (number,),
            hosts=(last.host,),
            differences=tuple(_devices(attempts)),
            logins=tuple(_logins(attempts))[:KEPT],
            stands_for=tuple(f"attempt:{each.id}" for each in attempts),
        )


def device_text(attempt: Attempt) -> str:
    """``Kingston DataTraveler 3.0 0951:1666 S/N 001A92053B6A``: what is known of a device, on one line."""
    ids = f"{attempt.vendor_id}:{attempt.product_id}" if attempt.vendor_id and attempt.product_id else None
    serial = f"S/N {attempt.serial[:_NAME_CHARACTERS]}" if attempt.serial else None
    name = attempt.name[:_NAME_CHARACTERS] if attempt.name else None
    return " ".join(filter(None, (name, ids, serial))) or (attempt.kind or attempt.port or "USB")


def _devices(attempts: list[Attempt]) -> Iterator[Difference]:
    """Each device with the time of its first attempt and how often it was tried."""
    first: dict[str, Attempt] = {}
    for attempt in attempts:
        first.setdefault(device_text(attempt), attempt)
    counts = Counter(map(device_text, attempts))
    for text in list(first)[:_DEVICES_NAMED]:
        at = first[text].at.astimezone(CHINA_STANDARD_TIME)
        often = f" ×{counts[text]}" if counts[text] > 1 else ""
        yield Difference(field="usb", book=None, fact=f"{at:%Y-%m-%d %H:%M} {text}{often}")


def _logins(attempts: list[Attempt]) -> Iterator[Login]:
    """Who was logged in, each once, the last first."""
    seen: set[str] = set()
    for attempt in reversed(attempts):
        for user in attempt.users:
            if user not in seen:
                seen.add(user)
                yield Login(user=user, host=attempt.host, seen_at=attempt.at)
