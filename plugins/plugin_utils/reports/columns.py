"""A column of the workbook, and what its cells hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in characters of the default font (a Chinese character takes two); ``form`` names the cell format."""

    title: str
    width: float
    form: str = "text"
