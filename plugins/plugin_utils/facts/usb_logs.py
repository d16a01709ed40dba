"""What a PC's logs say of USB devices that were plugged in: one pure parser for each log.

Each gives the attempts that it can tell, in the order of the log; lines that are none are passed over. Nothing in a log
is believed to be well-formed: pupils choose the names of their sticks, and a line may be cut by a crash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

REFUSED, ALLOWED = "refused", "allowed"
ROLE, USBGUARD, KERNEL = "role", "usbguard", "kernel"

#: What a device is for; the role's own words (``docs/usb-attempts.md``).
KINDS = ("storage", "phone", "keyboard_with_storage", "card", "other")
# USB class codes (usb.org, "Defined Class Codes").
_INPUT, _IMAGE, _STORAGE, _HUB = "03", "06", "08", "09"
#: What the kernel finds so soon after its start was plugged in all along: a built-in card reader, say.
_STARTING_SECONDS = 120
_LINE_CHARACTERS = 8192
_LATEST = 4102444800  # the year 2100
_ID = re.compile(r"[0-9a-f]{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A device that somebody plugged in. ``at`` is in seconds since 1970 (UTC), ids are four lower-case hex digits,
    ``kind`` is one of ``KINDS``. ``users`` None: the log does not say who was logged in."""

    at: float
    action: str
    source: str
    vendor_id: str | None = None
    product_id: str | None = None
    serial: str | None = None
    name: str | None = None
    kind: str | None = None
    port: str | None = None
    users: tuple[str, ...] | None = None


def parse_role_log(text: str) -> Iterator[Attempt]:
    """The log that the role usb_lockdown has a PC keep: a JSON object a line (``docs/usb-attempts.md``)."""
    for line in text.splitlines():
        if not line or len(line) > _LINE_CHARACTERS:
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        at = _instant(record.get("at")) if isinstance(record, dict) else None
        if at is None or record.get("action") not in (REFUSED, ALLOWED):
            continue
        yield Attempt(
            at=at,
            action=record["action"],
            source=ROLE,
            vendor_id=_id(record.get("vendor")),
            product_id=_id(record.get("product")),
            serial=_text(record.get("serial")),
            name=_text(record.get("name")),
            kind=record["class"] if record.get("class") in KINDS else None,
            port=_text(record.get("port")),
            users=_texts(record.get("users")),
        )


# "[1680306232.389] (A) uid=0 pid=17 type='Device.Insert' device.rule='block id 0781:5567 …' result='SUCCESS' ":
# usbguard's Audit.cpp; its keys come in any order, and a value holds what it likes within double quotes.
_AUDIT_LINE = re.compile(r"\[(\d{9,10}(?:\.\d{1,3})?)\] \(A\) ")
_AUDIT_KEY = re.compile(r"([a-z.]{1,20}(?:_name)?)='((?:\"(?:\\.|[^\"\\])*\"|[^'\"])*)'")
_RULE_ID = re.compile(r"\bid ([0-9a-f]{4}):([0-9a-f]{4})\b")
_RULE_TEXT = re.compile(r"\b(serial|name) \"((?:\\.|[^\"\\])*)\"")
_RULE_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"")
_RULE_INTERFACES = re.compile(r"\bwith-interface (?:\w+ )?\{?((?: ?[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2})+)")
_RULE_PORT = re.compile(r"\bvia-port \"(\d[\d.-]{0,40})\"")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|(.))", re.DOTALL)
# "Present" is a device that was there when the daemon started; what it refuses then is an attempt too.
_PLUGGED = {"Device.Insert": True, "Device.Present": False}
_VERDICT_SECONDS = 10
_REFUSING = frozenset({"block", "reject"})


def parse_usbguard_log(text: str) -> Iterator[Attempt]:
    """USBGuard's file audit (``AuditBackend=FileAudit``): a device and, in another line, what was decided."""
    plugged: dict[str, _Plugged] = {}
    for line in text.splitlines():
        begin = _AUDIT_LINE.match(line)
        if begin is None or len(line) > _LINE_CHARACTERS:
            continue
        keys = dict(_AUDIT_KEY.findall(line, begin.end()))
        kind, device, at = keys.get("type", ""), keys.get("device.system_name", ""), float(begin[1])
        if kind in _PLUGGED:
            if device in plugged:
                yield from plugged.pop(device).told()
            plugged[device] = _of_rule(keys.get("device.rule", ""), at, _PLUGGED[kind])
        elif kind == "Policy.Device.Update" and device in plugged:
            before = plugged.pop(device)
            target = keys.get("target.new") if at - before.attempt.at <= _VERDICT_SECONDS else None
            yield from before.told(target)
    for one in plugged.values():
        yield from one.told()


@dataclass(frozen=True, slots=True)
class _Plugged:
    """``fresh``: somebody has just plugged it in; else it was there when the daemon started."""

    attempt: Attempt
    classes: frozenset[str]
    fresh: bool

    def told(self, target: str | None = None) -> Iterator[Attempt]:
        """Of what was refused all but hubs; of what was allowed storage that somebody has just plugged in."""
        attempt = self.attempt
        if target is not None:
            attempt = replace(attempt, action=REFUSED if target in _REFUSING else ALLOWED)
        if attempt.action == ALLOWED and (not self.fresh or attempt.kind == "other"):
            return
        if self.classes != {_HUB}:
            yield attempt


def _of_rule(rule: str, at: float, fresh: bool) -> _Plugged:
    texts = {name: _unescaped(value) for name, value in reversed(_RULE_TEXT.findall(rule))}
    bare = _RULE_QUOTED.sub('""', rule)  # what a device calls itself must not pass for a rule's own words
    ids, interfaces = _RULE_ID.search(bare), _RULE_INTERFACES.search(bare)
    port = _RULE_PORT.search(rule)
    classes = frozenset(code[:2] for code in interfaces[1].split()) if interfaces else frozenset[str]()
    attempt = Attempt(
        at=at,
        action=REFUSED if bare.split(" ", 1)[0] in _REFUSING else ALLOWED,
        source=USBGUARD,
        vendor_id=ids[1] if ids else None,
        product_id=ids[2] if ids else None,
        serial=_text(texts.get("serial")),
        name=_text(texts.get("name")),
        kind=_kind(classes),
        port=port[1] if port else None,
    )
    return _Plugged(attempt, classes, fresh)


def _kind(classes: frozenset[str]) -> str:
    if _STORAGE in classes:
        return "keyboard_with_storage" if _INPUT in classes else "storage"
    return "phone" if _IMAGE in classes else "other"


def _unescaped(text: str) -> str:
    r"""A string of a rule: ``\"``, and ``\xe5`` for a byte that is no ASCII."""
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
    try:
        return plain.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:  # written as it is by a version that does not escape
        return plain


_KERNEL_RECORD = re.compile(r"\d{1,4},\d{1,20},(\d{1,16}),[^;]{0,200};(.*)")
_KERNEL_FOUND = re.compile(
    r"usb (\d[\d.-]{0,40}): New USB device found, idVendor=([0-9a-f]{4}), idProduct=([0-9a-f]{4})"
)
_KERNEL_TEXT = re.compile(r"usb (\d[\d.-]{0,40}): (Product|Manufacturer|SerialNumber): (.*)")
_KERNEL_REFUSED = re.compile(r"usb (\d[\d.-]{0,40}): Device is not authorized for usage")
_KERNEL_STORAGE = re.compile(
    r"usb-storage (\d[\d.-]{0,40}):\d{1,3}\.\d{1,3}: USB Mass Storage device detected"
)
_ESCAPED_BYTE = re.compile(r"\\x([0-9a-f]{2})")


def parse_kernel_log(text: str, booted: int | None) -> Iterator[Attempt]:
    """Records of ``/dev/kmsg`` (Documentation/ABI/testing/dev-kmsg), whose times are microseconds since the start.

    ``booted`` is that start, in seconds since 1970; without it nothing can be told. The kernel says what storage it
    took, and what it was not allowed to use; of other devices it does not say what they are for, and they are left out.
    """
    if booted is None:
        return
    found: dict[str, dict[str, Any]] = {}
    for line in text.splitlines():
        record = _KERNEL_RECORD.match(line)
        if record is None:
            continue
        words = record[2]
        if device := _KERNEL_FOUND.match(words):
            seconds = int(record[1]) / 1_000_000
            found[device[1]] = {
                "port": device[1],
                "seconds": seconds,
                "vendor_id": device[2],
                "product_id": device[3],
            }
        elif named := _KERNEL_TEXT.match(words):
            found.get(named[1], {})[named[2]] = _kernel_text(named[3])
        elif refused := _KERNEL_REFUSED.match(words):
            yield from _of_kernel(found.pop(refused[1], None), booted, REFUSED)
        elif storage := _KERNEL_STORAGE.match(words):
            device_found = found.pop(storage[1], None)
            if device_found is not None and device_found["seconds"] >= _STARTING_SECONDS:
                yield from _of_kernel(device_found, booted, ALLOWED)


def _of_kernel(found: Mapping[str, Any] | None, booted: int, action: str) -> Iterator[Attempt]:
    if found is None or not 0 < booted + found["seconds"] < _LATEST:
        return
    yield Attempt(
        at=booted + found["seconds"],
        action=action,
        source=KERNEL,
        vendor_id=found["vendor_id"],
        product_id=found["product_id"],
        serial=found.get("SerialNumber"),
        name=_text(" ".join(filter(None, (found.get("Manufacturer"), found.get("Product"))))),
        kind="storage" if action == ALLOWED else None,
        port=found["port"],
    )


def _kernel_text(text: str) -> str | None:
    r"""The kernel writes bytes beyond ASCII as ``\xe5``."""
    raw = _ESCAPED_BYTE.sub(lambda found: chr(int(found[1], 16)), text)
    try:
        return _text(raw.encode("latin-1").decode("utf-8", "replace"))
    except UnicodeEncodeError:
        return _text(raw)


def _instant(value: object) -> float | None:
    """Seconds since 1970 of an ISO time with its zone."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
        if at is None or at.tzinfo is None:
            return None
        seconds = at.astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < _LATEST else None


def _id(value: object) -> str | None:
    text = value.lower().removeprefix("0x") if isinstance(value, str) else ""
    return text if _ID.fullmatch(text) else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...] | None:
    """The texts of a list; None where it is no list."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    return tuple(text for each in value[:32] if (text := _text(each)) is not None)
