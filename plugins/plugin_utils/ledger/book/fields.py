"""The fields of the asset card that a book can fill: what kind of value each is and how long it may be.

``model_specification``, ``location``, ``unit_price`` are columns of books but not fields of an asset: they
become model or specification, room and seat, and original value (``entries.py``), and are no longer than those.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ...i18n import Message


class Kind(StrEnum):
    TEXT = "text"
    CODE = "code"  # no blanks inside, full-width folded, must not have lost digits
    PERSON = "person"
    DATE = "date"
    LAST_DATE = "last_date"  # a month stands for its last day
    MONEY = "money"
    QUANTITY = "quantity"
    STATUS = "status"
    SEAT = "seat"


@dataclass(frozen=True, slots=True)
class Field:
    """``length`` is in characters. ``shared``: a cell merged over several rows holds for each of them."""

    name: str
    title: str
    kind: Kind
    length: int = 0
    shared: bool = True

    @property
    def message(self) -> Message:
        return Message("import", self.title)


_FIELDS = (
    Field("asset_number", "asset number", Kind.CODE, 64, shared=False),
    Field("name", "asset name", Kind.TEXT, 200),
    Field("finance_card", "finance card number", Kind.CODE, 64),
    Field("class_standard", "class standard", Kind.TEXT, 64),
    Field("class_code", "class code", Kind.CODE, 32),
    Field("brand", "brand", Kind.TEXT, 100),
    Field("model", "model", Kind.TEXT, 300),
    Field("serial", "serial number", Kind.CODE, 100, shared=False),
    Field("specification", "specification", Kind.TEXT, 500),
    Field("quantity", "quantity", Kind.QUANTITY, shared=False),
    Field("unit", "unit", Kind.TEXT, 20),
    Field("original_value", "original value", Kind.MONEY, shared=False),
    Field("booked_on", "book-in date", Kind.DATE),
    Field("purchased_on", "purchase date", Kind.DATE),
    Field("warranty_until", "warranty until", Kind.LAST_DATE),
    Field("supplier", "supplier", Kind.TEXT, 200),
    Field("room", "room", Kind.TEXT, 100),
    Field("seat", "seat", Kind.SEAT, 20, shared=False),
    Field("custodian", "custodian", Kind.PERSON, 100),
    Field("department", "department", Kind.TEXT, 100),
    Field("funding_source", "funding source", Kind.TEXT, 200),
    Field("status", "status", Kind.STATUS),
    Field("parent_number", "parent asset", Kind.CODE, 64),
    Field("notes", "notes", Kind.TEXT, 2000),
    Field("model_specification", "model and specification", Kind.TEXT, 300),
    Field("location", "location", Kind.TEXT, 100),
    Field("unit_price", "unit price", Kind.MONEY),
)
FIELDS = {field.name: field for field in _FIELDS}
BOOK_ONLY = frozenset({"model_specification", "location", "unit_price"})
ASSET_FIELDS = tuple(name for name in FIELDS if name not in BOOK_ONLY)
REQUIRED = frozenset({"asset_number", "name", "quantity", "status"})  # never emptied once set
