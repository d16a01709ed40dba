"""Typed access to SNMP answers: scalars by OID, columns as row index → value. Nothing raises."""

from __future__ import annotations

from typing import Any

from ..facts.evidence import Evidence
from .snmp_oids import WALKED
from .values import text_of

_MOST_ROWS = 2048


class Tables:
    def __init__(self, evidence: Evidence) -> None:
        self._answers = evidence.answers()
        self._columns: dict[str, dict[str, Any]] = {}
        # Sorted once; a row index of numbers in their own order (2 before 10).
        for oid in sorted((oid for oid in self._answers if _is_oid(oid)), key=_order):
            for column in _COLUMNS:
                if oid.startswith(column):
                    row = self._columns.setdefault(column, {})
                    if len(row) < _MOST_ROWS:
                        row[oid[len(column) :]] = self._answers[oid]

    def under(self, oid: str) -> dict[str, Any]:
        """The answers below ``oid`` by the rest of theirs."""
        for column, rows in self._columns.items():
            if f"{oid}." == column:
                return rows
            if f"{oid}.".startswith(column):
                rest = f"{oid}."[len(column) :]
                return {row[len(rest) :]: value for row, value in rows.items() if row.startswith(rest)}
        return {}

    def raw(self, oid: str) -> bytes | None:
        return _bytes(self._answers.get(oid))

    def text(self, oid: str) -> str | None:
        return text_of(self.raw(oid))

    def number(self, oid: str) -> int | None:
        return _number(self._answers.get(oid))

    def oid(self, oid: str) -> str | None:
        value = self._answers.get(oid)
        given = value.get("oid") if isinstance(value, dict) else None
        return given if isinstance(given, str) else None

    def bytes(self, name: str) -> dict[str, bytes]:
        rows = {row: _bytes(value) for row, value in self.under(WALKED[name]).items()}
        return {row: value for row, value in rows.items() if value}

    def texts(self, name: str) -> dict[str, str]:
        rows = {row: text_of(value) for row, value in self.bytes(name).items()}
        return {row: text.strip() for row, text in rows.items() if text and text.strip()}

    def numbers(self, name: str) -> dict[str, int]:
        rows = {row: _number(value) for row, value in self.under(WALKED[name]).items()}
        return {row: value for row, value in rows.items() if value is not None}


_COLUMNS = tuple(f"{oid}." for oid in WALKED.values())


def _is_oid(oid: str) -> bool:
    return len(oid) <= 256 and oid.isascii() and all(part.isdigit() for part in oid.split("."))


def _order(oid: str) -> tuple[int, ...]:
    return tuple(int(part) for part in oid.split("."))


def _bytes(value: object) -> bytes | None:
    if not isinstance(value, str):
        return None
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _number(value: object) -> int | None:
    return value if type(value) is int else None
