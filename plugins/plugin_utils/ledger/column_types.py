"""How values are kept in a column, the same on SQLite and PostgreSQL, and the canonical JSON of the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar, cast

from sqlalchemy import DateTime, Numeric, Table, Text, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

_FEN = Decimal("0.01")
_MONEY_LIMIT = Decimal(10) ** 12
_Choice = TypeVar("_Choice", bound=StrEnum)
_ChunkItem = TypeVar("_ChunkItem")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in the ledger's JSON")


def utc_text(at: datetime) -> str:
    """``2026-11-23T08:15:00.000000Z``: one length for all, so that text order is time order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class JsonText(str):
    """Text that ``canonical_json`` made: a column of type Json takes it as it is."""

    __slots__ = ()


def canonical_json(value: object) -> JsonText:
    """The one JSON text of a value: sorted keys, no spaces, not escaped to ASCII.

    Lone surrogates, which no database stores, become ``?``. Decimals and dates become strings.
    Raises ValueError on NaN and infinity, TypeError on anything that JSON has no form for.
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
    )
    return JsonText(text.encode("utf-8", "replace").decode("utf-8"))


class Json(TypeDecorator[Any]):
    """Canonical JSON as text on both databases: what is read is, byte for byte, what was written."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None or isinstance(value, JsonText):
            return value
        return canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        if value == "[]":  # most lists are empty, and a thousand machines have many
            return []
        return None if value is None else json.loads(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. SQLite has no time zones: there it is written and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """CNY as NUMERIC(14, 2). SQLite keeps it as a double, which holds 15 digits exactly."""

    impl = Numeric(14, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        # Numeric(asdecimal=True) would warn on SQLite that Decimal is not native: the rounding here is exact.
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Numeric(14, 2, asdecimal=False))
        return dialect.type_descriptor(Numeric(14, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not value.is_finite() or abs(value) >= _MONEY_LIMIT or value != value.quantize(_FEN):
            raise ValueError(f"{value} is not an amount of money with 12 digits before the point and 2 after")
        return float(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(f"{value:.2f}") if dialect.name == "sqlite" else value


class Choice(TypeDecorator[_Choice]):
    """A StrEnum by its value. Reading a word that this version does not know raises ValueError."""

    impl = Text
    cache_ok = True

    def __init__(self, enum: type[_Choice]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: _Choice | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> _Choice | None:  # noqa: ARG002
        return None if value is None else self.enum(value)


def bulk_insert(session: Session, row: type[DeclarativeBase], values: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows in one statement. All of ``values`` have the same keys.

    An insert by the mapped class would make one statement per pattern of nulls.
    """
    if values:
        session.execute(insert(cast(Table, row.__table__)), values)


def in_chunks(values: Iterable[_ChunkItem], size: int = 500) -> Iterator[list[_ChunkItem]]:
    """``values`` in lists that fit into one ``IN (…)`` of either database."""
    ordered = list(values)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
