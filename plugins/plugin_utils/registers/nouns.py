"""What every noun of the registers has in common, and how it is kept as a document.

A document is JSON's own types only: it is the text of the ledger's row and, before and after, of its events.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

from pydantic import TypeAdapter

from ..ledger.events import ASSET_FIELDS
from ..ledger.records import Asset, RegisterKind


@runtime_checkable
class Noun(Protocol):
    """A frozen dataclass with a ``number`` that is unique in its register, such as ``2026-0001``."""

    kind: ClassVar[RegisterKind]

    @property
    def number(self) -> str: ...


__all__ = ["N", "Noun", "RegisterKind", "asset_from", "document_of", "noun_from", "subject_of"]

N = TypeVar("N", bound=Noun)


@cache
def _adapter(of: Any) -> TypeAdapter[Any]:
    return TypeAdapter(of)


def subject_of(thing: Noun | Asset) -> str:
    """What the history calls it."""
    return f"asset:{thing.asset_number}" if isinstance(thing, Asset) else f"{thing.kind}:{thing.number}"


def document_of(thing: Noun | Asset) -> dict[str, Any]:
    """Everything of it but the database's own id."""
    of: Any = type(thing)
    document: dict[str, Any] = _adapter(of).dump_python(thing, mode="json")
    if isinstance(thing, Asset):
        return {name: document[name] for name in sorted(ASSET_FIELDS)}
    return document


def noun_from(noun: type[N], document: object) -> N:
    """Raises ``pydantic.ValidationError`` where the document is not one of this noun."""
    found: N = _adapter(noun).validate_python(document)
    return found


def asset_from(document: dict[str, Any], identifier: int) -> Asset:
    """The asset of an event; ``identifier`` is the database's id, 0 for one that is yet to be made."""
    found: Asset = _adapter(Asset).validate_python({**document, "id": identifier})
    return found
