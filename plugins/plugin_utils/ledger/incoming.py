"""Spool records on their way in: checked, bounded, and reduced to what the ledger writes.

Format: "Spool record" in ``docs/architecture.md``. A record was written on this control node, but what is in
it was said by a PC that pupils sit at: nothing in it is believed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..facts import build_facts
from ..facts.document import validate
from ..facts.evidence import parse_json, unpack
from ..facts.shape import clean_text
from ..i18n import UserError
from .column_types import JsonText, canonical_json
from .keys import Keys, machine_features, machine_keys
from .records import SightingStatus

NAME_CHARACTERS = 255
MESSAGE_CHARACTERS = 2000
EVIDENCE_BYTES = 4 * 1024 * 1024

_RUN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a run says of itself."""

    run: str
    at: datetime
    playbook: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """``data`` is the evidence as it travelled (zlib), ``size`` its unpacked length in bytes."""

    digest: str
    data: bytes
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A valid facts document, as the texts that go into the database. ``digest`` is that of the inventory; ``attempts``
    are of its state, which goes without them: they are rows of their own."""

    digest: str
    simulated: bool
    inventory: JsonText
    state: JsonText
    unknown: JsonText
    raw: JsonText
    keys: Keys
    features: Mapping[str, str]
    attempts: tuple[Mapping[str, Any], ...]
    evidence: Evidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run says of one host. ``facts`` is there exactly where it was observed."""

    run: str
    host: str
    status: SightingStatus
    at: datetime
    room: str | None
    seat: str | None
    message: str
    facts: Facts | None


def check(record: object) -> Header | Report:
    """Raises UserError for a record that is not as the format says, or larger than it may be."""
    if not isinstance(record, dict):
        raise UserError("ledger", "The record is no JSON object, or its line is longer than 8 MB.")
    if record.get("v") != 1:
        raise UserError(
            "ledger", "The record has a version that this program does not know. Update Jifang and try again."
        )
    kind = record.get("kind")
    run = record.get("run")
    if not isinstance(run, str) or not _RUN.fullmatch(run):
        raise _misfit("run")
    at = _time(record.get("at"))
    if kind == "run":
        return Header(
            run=run,
            at=at,
            playbook=_text(record.get("playbook"))[:NAME_CHARACTERS],
            actor=_text(record.get("actor"))[:NAME_CHARACTERS],
        )
    if not isinstance(kind, str) or kind not in frozenset(SightingStatus):
        raise _misfit("kind")
    status = SightingStatus(kind)
    return Report(
        run=run,
        host=_host(record.get("host")),
        status=status,
        at=at,
        room=_place(record.get("room"), "room"),
        seat=_place(record.get("seat"), "seat"),
        message=_text(record.get("message"))[:MESSAGE_CHARACTERS],
        facts=_facts(record) if status is SightingStatus.OBSERVED else None,
    )


def named(record: object) -> tuple[str | None, str | None]:
    """Run and host of a record that was refused, as far as it has any, for the message."""
    if not isinstance(record, dict):
        return None, None
    run, host = (clean_text(value)[:80] if isinstance(value, str) else None
                 for value in (record.get("run"), record.get("host")))  # fmt: skip
    return run or None, host or None


def read_facts(document: object, evidence: Evidence | None) -> Facts:
    """The parts of a facts document that the ledger keeps. Raises UserError where it is not valid."""
    valid = validate(document)
    inventory = canonical_json(valid["inventory"])
    state = {name: value for name, value in valid["state"].items() if name != "usb_attempts"}
    return Facts(
        digest=hashlib.sha256(inventory.encode()).hexdigest(),
        simulated=valid["simulated"],
        inventory=inventory,
        state=canonical_json(state),
        unknown=canonical_json(valid["unknown"]),
        raw=canonical_json(valid["raw"]),
        keys=machine_keys(valid["inventory"]),
        features=machine_features(valid["inventory"]),
        attempts=tuple(valid["state"].get("usb_attempts", ())),
        evidence=evidence,
    )


def _facts(record: Mapping[str, Any]) -> Facts:
    """From the record's evidence, or as the record gives them: then the evidence is only kept."""
    encoded = record.get("evidence")
    if encoded is None:
        return read_facts(record.get("facts"), None)
    evidence, unpacked = _evidence(encoded, record.get("digest"))
    return read_facts(record["facts"] if "facts" in record else _parsed(unpacked), evidence)


def _parsed(unpacked: bytes) -> dict[str, Any]:
    try:
        return build_facts(parse_json(unpacked))
    except UserError:
        raise
    except Exception as error:
        # A parser that stumbles over one odd machine must not keep all others out of the ledger.
        raise UserError(
            "ledger",
            "This version of Jifang cannot read the evidence of this PC ({reason}). Update Jifang and collect facts "
            "again; if it stays, report the record.",
            reason=f"{type(error).__name__}: {error}"[:200],
        ) from error


def _evidence(encoded: object, digest: object) -> tuple[Evidence, bytes]:
    if not isinstance(encoded, str) or not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise _misfit("evidence")
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise _misfit("evidence") from None
    unpacked = unpack(data, EVIDENCE_BYTES)
    if hashlib.sha256(unpacked).hexdigest() != digest:
        raise UserError(
            "ledger", "The evidence does not have the digest that the record gives. Collect facts again."
        )
    return Evidence(digest=digest, data=data, size=len(unpacked)), unpacked


def _host(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= NAME_CHARACTERS or clean_text(value) != value:
        raise _misfit("host")
    return value


def _place(value: object, name: str) -> str | None:
    """A room or seat; YAML makes numbers of ``seat: 7``."""
    if value is None or value == "":
        return None
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or len(text) > NAME_CHARACTERS:
        raise _misfit(name)
    return clean_text(text) or None


def _time(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is not None and at.tzinfo is not None and _EARLIEST < at < _LATEST:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _misfit("at")


def _text(value: object) -> str:
    return clean_text(value[: 4 * MESSAGE_CHARACTERS]) if isinstance(value, str) else ""


def _misfit(name: str) -> UserError:
    return UserError(
        "ledger", "The field {field} of the record is missing or not as the format says.", field=name
    )
