"""What a probe sent back, checked and typed. Format: "Evidence" in ``docs/architecture.md``.

Everything here was said by a PC that pupils sit at, so nothing is believed: sizes are bounded before
anything is unpacked, and a shape that the format does not have is refused.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..i18n import UserError

DECODED_BYTES = 4 * 1024 * 1024
"""Default limit of the unpacked JSON, twice what the probe's plan lets it read."""

# Evidence error -> reason in the facts document. "absent" has none: there is nothing that could be known.
_REASONS = {
    "denied": "no_permission",
    "timeout": "timeout",
    "too_large": "truncated",
    "failed": "unreadable",
    "unreadable": "unreadable",
    "not_requested": "not_requested",
}

DEVICE_PROBES = ("snmp", "ipp", "pjlink", "nut")
"""Protocols that a device is asked in; their evidence has ``answers`` and ``faults`` (``devices``)."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """One value that the probe was sent for. ``value`` is None where nothing came; ``error`` may stand
    beside a value that is not whole (``too_large``, ``timeout``) or of a command that failed."""

    value: T | None
    error: str | None = None
    detail: str | None = None

    @property
    def reason(self) -> str | None:
        """Why it is unknown, as a reason of the facts document; None where it is known or absent."""
        return _REASONS.get(self.error, "unreadable") if self.error and self.error != "absent" else None


def _refuse(where: str) -> UserError:
    return UserError(
        "facts",
        "the evidence is not in the format that the probe writes ({where}); collect facts again, "
        "and look at that PC if it happens again",
        where=where,
    )


def _section(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = document.get(name, {})
    if not isinstance(section, dict):
        raise _refuse(name)
    return section


def unpack(blob: bytes, cap: int = DECODED_BYTES) -> bytes:
    """Decompress zlib or gzip data (the Windows probe has only gzip) to at most ``cap`` bytes.

    Raises ``UserError`` for more than that, for damaged data and for data that is cut off.
    """
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        data = inflater.decompress(blob, cap + 1)
    except zlib.error as error:
        raise UserError("facts", "the evidence cannot be unpacked; collect facts again") from error
    if len(data) > cap:
        raise UserError(
            "facts",
            "the evidence is larger than {limit} MB when unpacked; look at that PC: its probe does not "
            "send that much",
            limit=cap // 1024**2,
        )
    if not inflater.eof:
        raise UserError("facts", "the evidence is cut off; collect facts again")
    return data


class Evidence:
    """Typed access to checked evidence. Every accessor gives a :class:`Reading` and never raises.

    What the probe did not reach before its time was over reads as ``timeout``; what it was not sent for as
    ``not_requested``.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Raises ``UserError`` where ``document`` is not evidence of version 1."""
        if not isinstance(document, dict):
            raise _refuse("$")
        if document.get("v") != 1:
            raise UserError(
                "facts", "the evidence has a format that this version does not know; update the suite"
            )
        probe, root, uid = document.get("probe"), document.get("root", "/"), document.get("uid")
        if probe not in ("linux", "windows", *DEVICE_PROBES):
            raise _refuse("probe")
        if not isinstance(root, str):
            raise _refuse("root")
        if uid is not None and type(uid) is not int:
            raise _refuse("uid")
        self.probe: str = probe
        self.root: str = root
        self.uid: int | None = uid
        self._missing = "timeout" if document.get("cut") else "not_requested"
        self._files = _section(document, "files")
        self._globs = _section(document, "globs")
        self._links = _section(document, "links")
        self._commands = _section(document, "commands")
        self.native = _Native(_section(document, "native"))
        self._cim = _section(document, "cim")
        self._registry = _section(document, "registry")
        self.kind = document.get("kind")
        self._answers = _section(document, "answers")
        self._faults = _section(document, "faults")

    @classmethod
    def decode(cls, blob: bytes, cap: int = DECODED_BYTES) -> Evidence:
        """Evidence from what travelled: compressed JSON. Raises ``UserError`` where it is not that."""
        return cls(parse_json(unpack(blob, cap)))

    @property
    def simulated(self) -> bool:
        return self.root != "/"

    def data(self, path: str) -> Reading[bytes]:
        """The bytes of a file."""
        return self._bytes(self._files.get(path))

    def text(self, path: str) -> Reading[str]:
        """A file as UTF-8 text; bytes that are none become U+FFFD."""
        return _decoded(self._bytes(self._files.get(path)))

    def word(self, path: str) -> str | None:
        """A file of one short line, stripped; None where it is not there or empty."""
        entry = self._files.get(path)
        if not isinstance(entry, str):
            return None
        if not entry.isascii():
            entry = _decoded(self._bytes(entry)).value or ""
        return entry.strip(" \t\r\n\0") or None

    def number(self, path: str) -> int | None:
        """A file of one decimal number; None where it is not there or no number."""
        text = self.word(path)
        return int(text) if text and len(text) <= 20 and text.isascii() and text.isdigit() else None

    def names(self, pattern: str) -> Reading[list[str]]:
        """The entries of a folder that ``globs`` asked for."""
        entry = self._globs.get(pattern)
        if isinstance(entry, list):
            return Reading([name for name in entry if isinstance(name, str)])
        error = self._bytes(entry)
        return Reading(None, error.error or "unreadable", error.detail)

    def link(self, path: str) -> str | None:
        """The target of a symbolic link; None where it is no link or could not be read."""
        entry = self._links.get(path)
        return entry if isinstance(entry, str) else None

    def command(self, name: str) -> Reading[str]:
        """What a command wrote to its standard output, as UTF-8 text; ``detail`` holds its standard error.

        A command that ended with a code other than 0 has ``failed``; its output is still the value.
        """
        entry = self._commands.get(name)
        if isinstance(entry, dict) and "error" not in entry:
            rc, err = entry.get("rc"), entry.get("err")
            read = _decoded(self._bytes(entry.get("out")))
            failed = None if rc == 0 else "failed"
            return Reading(read.value, read.error or failed, err if isinstance(err, str) else None)
        return _decoded(self._bytes(entry))

    def rows(self, name: str) -> Reading[list[Mapping[str, Any]]]:
        """The instances of a CIM class. One instance alone counts as a list of one."""
        entry = self._cim.get(name)
        if isinstance(entry, list):
            return Reading([row for row in entry if isinstance(row, dict)])
        if isinstance(entry, dict) and "error" not in entry:
            return Reading([entry])
        problem = self._bytes(entry)
        return Reading(None, problem.error or "unreadable", problem.detail)

    def registry(self, key: str, name: str) -> object:
        """A registry value: a string, a number, or bytes as base64 text; None where it is not there."""
        values = self._registry.get(key)
        return values.get(name) if isinstance(values, dict) else None

    def answers(self) -> Mapping[str, Any]:
        """What a device answered, by question: a string of bytes (latin-1), a number, or ``{"oid": "1.3.6"}``."""
        return self._answers

    def answer(self, question: str) -> Reading[bytes]:
        """The bytes that a device answered to one question; ``error`` where it gave none, or not all."""
        fault = self._bytes(self._faults[question]) if question in self._faults else Reading(None)
        given = self._answers.get(question)
        value = self._bytes(given).value if isinstance(given, str) else None
        return Reading(value, fault.error if fault.error or value is not None else "absent", fault.detail)

    def fault(self, question: str) -> Reading[Any]:
        """Why a device's answer to ``question`` (for SNMP, a column) is missing or not whole."""
        entry = self._faults.get(question)
        return Reading(None) if entry is None else self._bytes(entry)

    def _bytes(self, entry: object) -> Reading[bytes]:
        if isinstance(entry, str):
            try:
                return Reading(entry.encode("latin-1"))
            except UnicodeEncodeError:
                return Reading(None, "unreadable", "not bytes")
        if entry is None:
            return Reading(None, self._missing)
        if not isinstance(entry, dict):
            return Reading(None, "unreadable")
        error, detail, out = entry.get("error"), entry.get("detail", entry.get("err")), entry.get("out")
        return Reading(
            self._bytes(out).value if isinstance(out, str) else None,
            error if isinstance(error, str) else "unreadable",
            detail if isinstance(detail, str) else None,
        )


class _Native:
    """What only a system call tells: host name, permanent MACs, IPv4 addresses."""

    def __init__(self, section: Mapping[str, Any]) -> None:
        self.hostname = self._string(section.get("hostname"))
        self.machine = self._string(section.get("machine"))
        self.permaddr = {
            name: mac for name, mac in _section(section, "permaddr").items() if isinstance(mac, str)
        }
        self.addresses = {
            name: [address for address in many if isinstance(address, str)]
            for name, many in _section(section, "addresses").items()
            if isinstance(many, list)
        }

    @staticmethod
    def _string(value: object) -> str | None:
        return value if isinstance(value, str) else None


def _decoded(read: Reading[bytes]) -> Reading[str]:
    if read.value is None:
        return Reading(None, read.error, read.detail)
    return Reading(read.value.decode("utf-8", "replace"), read.error, read.detail)


def _no_constant(name: str) -> float:
    raise ValueError(name)


def parse_json(data: bytes) -> dict[str, Any]:
    """A JSON object of UTF-8 bytes. Raises ``UserError`` for anything else, also for NaN, for nesting deeper
    than Python's stack and for numbers of thousands of digits."""
    try:
        document = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _refuse("JSON") from error
    if not isinstance(document, dict):
        raise _refuse("$")
    return document
