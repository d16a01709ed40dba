"""What a school decides about the import of its book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .reading import Limits
from .values import LOCATION_PATTERNS


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """- ``sheet``: name of the sheet; by default the first visible one that holds anything.
    - ``mapping``: header text or column letter → field (``fields.py``) or ``ignore``; the rest is recognised.
    - ``header_row``: its number, where recognition fails.
    - ``class_standard``: the standard of the book's class codes, such as ``GB/T 14885-2022``. Without it, and
      without one named in the book itself, class codes are left out: the same code differs between editions.
    - ``date_system``: 1900 or 1904, for serial dates; by default what the file says.
    - ``combined``: where a column such as 规格型号 goes: ``model``, ``specification``, or ``auto``: the
      model, and also the specification where its text names a size (8G, 512GB, 1T) and the book has no column
      for that.
    - ``location_patterns``: regular expressions with groups ``room`` and ``seat`` that split 存放地点.
    - ``seat_width``: digits of a numeric seat; 2 makes 3 and 3号 into 03.
    - ``statuses``: the school's own status words → state (``in_use``, ``idle``, …).
    - ``erase_empty``: whether an empty cell empties the field in the ledger. Off: it says nothing.
    - ``numbering``: rule for assets without a number (``numbering.py``), such as
      ``{year}{class}{sequence:04}``; ``numbering_values`` fills names of its own, such as ``{"school":
      "YC"}``.
    """

    sheet: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    header_row: int | None = None
    class_standard: str | None = None
    date_system: Literal[1900, 1904] | None = None
    combined: Literal["auto", "model", "specification"] = "auto"
    location_patterns: tuple[str, ...] = LOCATION_PATTERNS
    seat_width: int = 2
    statuses: Mapping[str, str] = field(default_factory=dict)
    erase_empty: bool = False
    numbering: str | None = None
    numbering_values: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
