"""USB devices that somebody plugged in (``state.usb_attempts``): what several logs say of one attempt, as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ..probe.plan import ATTEMPT_LOGS, KERNEL_LOG, USBGUARD_LOG
from .document import Document
from .evidence import Evidence, Reading
from .usb_logs import KERNEL, ROLE, USBGUARD, Attempt, parse_kernel_log, parse_role_log, parse_usbguard_log

#: Logs tell of one attempt within so many seconds; the same device again within them is one attempt too.
SAME_SECONDS = 5
#: Of more than these the newest are kept, and the rest is noted as truncated.
KEPT = 200
_PATH = "state.usb_attempts"
# Who knows best: the role's own log names the users, USBGuard what it decided, the kernel what was there.
_ORDER = {ROLE: 0, USBGUARD: 1, KERNEL: 2}


def usb_attempts(evidence: Evidence, document: Document, booted: int | None, *, container: bool) -> None:
    """Set ``state.usb_attempts``, the oldest first. ``booted`` is the start of the machine in seconds since 1970."""
    own = [evidence.text(path) for path in reversed(ATTEMPT_LOGS)]
    usbguard = evidence.text(USBGUARD_LOG)
    # A container reads the log of the machine that it runs on.
    kernel: Reading[str] = Reading(None, "absent") if container else evidence.text(KERNEL_LOG)
    found = [attempt for reading in own for attempt in parse_role_log(reading.value or "")]
    found += parse_usbguard_log(usbguard.value or "")
    found += parse_kernel_log(kernel.value or "", booted)
    merged = list(merge(found))
    document.state["usb_attempts"] = [_document(attempt, sources) for attempt, sources in merged[-KEPT:]]
    if len(merged) > KEPT:
        document.unknown(_PATH, "truncated")
    readings = [*own, usbguard, kernel]
    if all(reading.value is None for reading in readings):
        # No log at all is no proof that nothing was plugged in.
        document.unknown_unless_absent(_PATH, *readings)
        document.unknown(_PATH, "no_tool")
    else:
        cut = (reading for reading in (*own, usbguard, kernel) if reading.error in ("too_large", "timeout"))
        document.unknown_unless_absent(_PATH, *cut)


def merge(attempts: Iterable[Attempt]) -> Iterator[tuple[Attempt, tuple[str, ...]]]:
    """Each attempt once, in the order of time, with the logs that tell of it.

    One device (ids and serial) within ``SAME_SECONDS`` of the first word of it is one attempt. It has the time, the
    action and the words of the log that knows best, and of the others what that one lacks.
    """
    groups: list[list[Attempt]] = []
    open_groups: dict[tuple[str | None, ...], list[Attempt]] = {}
    for attempt in sorted(attempts, key=_by_time):
        key = attempt.vendor_id, attempt.product_id, _serial_key(attempt.serial)
        group = open_groups.get(key)
        if group is None or attempt.at - group[0].at > SAME_SECONDS:
            group = open_groups[key] = []
            groups.append(group)
        group.append(attempt)
    for group in groups:
        best, *others = sorted(group, key=lambda each: _ORDER[each.source])
        for other in others:
            best = replace(
                best,
                serial=best.serial or other.serial,
                name=best.name or other.name,
                kind=best.kind or other.kind,
                port=best.port or other.port,
                users=other.users if best.users is None else best.users,
            )
        yield (
            replace(best, at=group[0].at),
            tuple(sorted({each.source for each in group}, key=_ORDER.__getitem__)),
        )


def _by_time(attempt: Attempt) -> tuple[float, int, str]:
    return attempt.at, _ORDER[attempt.source], repr(attempt)


def _serial_key(serial: str | None) -> str | None:
    """udev writes an underscore for what is no letter; the kernel writes it as it is."""
    return "".join(filter(str.isalnum, serial.casefold())) if serial else None


def _document(attempt: Attempt, sources: tuple[str, ...]) -> dict[str, Any]:
    return {
        "at": datetime.fromtimestamp(int(attempt.at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "action": attempt.action,
        "vendor_id": attempt.vendor_id,
        "product_id": attempt.product_id,
        "serial": attempt.serial,
        "name": attempt.name,
        "kind": attempt.kind,
        "port": attempt.port,
        "users": list(attempt.users or ()),
        "users_recorded": attempt.users is not None,
        "sources": list(sources),
    }
