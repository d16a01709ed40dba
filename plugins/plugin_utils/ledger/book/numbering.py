"""Asset numbers by a school's own rule, for assets that the book gives none. Pure.

A rule is text with names in braces: ``{year}{class}{sequence:04}``, ``{school}-{year}-{sequence:05}``. It is
parsed here, never by ``str.format``: a value cannot reach an attribute. ``year`` and ``month`` are of the
book-in date, else of the purchase date; ``class`` is the class code; other names come from the settings.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...i18n import UserError
from .fields import FIELDS

OWN_NAMES = frozenset({"year", "month", "class", "sequence"})
_PART = re.compile(r"\{([a-z_]{1,20})(?::0?([1-9]\d?))?\}|([^{}\x00-\x20]+)")
_LENGTH = FIELDS["asset_number"].length


@dataclass(frozen=True, slots=True)
class NumberingRule:
    """``before`` and ``after`` the sequence: (literal, name) pairs of which one is empty. ``width`` pads
    it.
    """

    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    width: int


def parse_rule(template: str, values: Mapping[str, str] | None = None) -> NumberingRule:
    """Raises UserError where the rule has no sequence or two, a name that nothing fills, or other
    characters.
    """
    known = OWN_NAMES | set(values or {})
    parts: list[tuple[str, str]] = []
    width, position, sequences = 1, 0, 0
    while position < len(template):
        match = _PART.match(template, position)
        name = match[1] if match else None
        if match is None or (name and name not in known) or (match[2] and name != "sequence"):
            raise UserError(
                "import",
                "The numbering rule “{rule}” is not understood from “{rest}” on. Names: {names}; write "
                "{example} for example.",
                rule=template[:80],
                rest=template[position : position + 20],
                names=", ".join(sorted(known)),
                example="{year}{class}{sequence:04}",
            )
        if name == "sequence":
            sequences += 1
            width = int(match[2] or 1)
        parts.append((match[3] or "", name or ""))
        position = match.end()
    if sequences != 1 or width > 12 or len(template) > 80:
        raise UserError(
            "import",
            "The numbering rule “{rule}” must hold {example} exactly once, with at most 12 digits.",
            rule=template[:80],
            example="{sequence:04}",
        )
    place = parts.index(("", "sequence"))
    return NumberingRule(tuple(parts[:place]), tuple(parts[place + 1 :]), width)


class Numbers:
    """Gives the next free number of a rule; never one that is or was given.

    ``taken``: every number of the ledger and of the book. The sequence goes on from the highest one that the
    same prefix and suffix have, so gaps stay gaps.
    """

    def __init__(
        self, rule: NumberingRule, taken: Iterable[str], values: Mapping[str, str] | None = None
    ) -> None:
        self._rule = rule
        self._values = dict(values or {})
        self._taken = {number.casefold() for number in taken}
        self._sorted = sorted(self._taken)
        self._last: dict[tuple[str, str], int] = {}

    def next(self, asset: Mapping[str, Any]) -> str:
        """The number of an asset with these field values. Raises UserError where the rule needs a field it
        lacks.
        """
        before, after = self._fill(self._rule.before, asset), self._fill(self._rule.after, asset)
        key = (before, after)
        sequence = self._last.get(key)
        if sequence is None:
            sequence = self._highest(before.casefold(), after.casefold())
        number = ""
        while not number or number.casefold() in self._taken:
            sequence += 1
            number = f"{before}{sequence:0{self._rule.width}}{after}"
        if len(number) > _LENGTH:
            raise UserError(
                "import",
                "The number “{number}” by the numbering rule is longer than {limit}.",
                number=number[:80],
                limit=_LENGTH,
            )
        self._last[key] = sequence
        self._taken.add(number.casefold())
        return number

    def _highest(self, before: str, after: str) -> int:
        highest = 0
        for index in range(bisect_left(self._sorted, before), len(self._sorted)):
            number = self._sorted[index]
            if not number.startswith(before):
                break
            digits = number[len(before) : len(number) - len(after)]
            # A sequence longer than its width would be another prefix's number.
            if (
                number.endswith(after)
                and digits.isascii()
                and digits.isdigit()
                and len(digits) == self._rule.width
            ):
                highest = max(highest, int(digits))
        return highest

    def _fill(self, parts: Iterable[tuple[str, str]], asset: Mapping[str, Any]) -> str:
        return "".join(literal or self._value(name, asset) for literal, name in parts)

    def _value(self, name: str, asset: Mapping[str, Any]) -> str:
        if name in self._values:
            return self._values[name]
        day: date | None = asset.get("booked_on") or asset.get("purchased_on")
        if name == "class" and asset.get("class_code"):
            return str(asset["class_code"])
        if name == "year" and day:
            return f"{day:%Y}"
        if name == "month" and day:
            return f"{day:%m}"
        needed = FIELDS["class_code" if name == "class" else "booked_on"].message
        raise UserError(
            "import",
            "The numbering rule needs the {field}, which the row does not have. Fill it in.",
            field=needed,
        )
