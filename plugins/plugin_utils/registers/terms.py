"""第一学期, 第二学期: the half of a school year that a day belongs to.

The first term runs from September to January, the second from February to the end of the summer (August).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..i18n import Message

_SEPTEMBER = 9
_JANUARY = 1


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """``year`` is the calendar year in which the school year begins: 2026 for 2026–2027学年; ``half`` is 1 or 2."""

    year: int
    half: int

    def message(self) -> Message:
        fields = {"first": self.year, "last": self.year + 1}
        if self.half == 1:
            return Message("repairs", "School year {first}–{last}, first term", fields)
        return Message("repairs", "School year {first}–{last}, second term", fields)


def term_of(when: date) -> Term:
    if when.month >= _SEPTEMBER:
        return Term(when.year, 1)
    if when.month == _JANUARY:
        return Term(when.year - 1, 1)
    return Term(when.year - 1, 2)
