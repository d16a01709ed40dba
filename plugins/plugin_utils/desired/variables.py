"""A role's variables, checked one by one as a compiler reads them.

Every refusal names the variable, says what is wrong with it and what to write instead; never the value of a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..facts.shape import clean_text
from ..i18n import Message, UserError

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Variables:
    values: Mapping[str, Any]

    def flag(self, name: str) -> bool:
        value = self.values[name]
        if isinstance(value, str):  # as ``-e`` on the command line gives it
            value = {"true": True, "yes": True, "false": False, "no": False}.get(value.lower(), value)
        if isinstance(value, bool):
            return value
        raise UserError("desired", "{name} is {value}. Write true or false.", name=name, value=shown(value))

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.values[name]
        if isinstance(value, str) and value in choices:
            return value
        raise UserError(
            "desired",
            "{name} is {value}. Write one of {choices}.",
            name=name,
            value=shown(value),
            choices=choices,
        )

    def number(self, name: str, low: int, high: int) -> int:
        """A whole number, 0 for none or else from ``low`` to ``high``."""
        value = self.values[name]
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and (value == 0 or low <= value <= high):
            return value
        raise UserError(
            "desired",
            "{name} is {value}. Write a whole number from {low} to {high}, or 0 to leave it alone.",
            name=name,
            value=shown(value),
            low=low,
            high=high,
        )

    def texts(self, name: str, pattern: re.Pattern[str], example: str) -> tuple[str, ...]:
        """A list of texts that each match ``pattern``, without repetitions, in their order."""
        return tuple(dict.fromkeys(checked_texts(name, self.values[name], pattern, example)))

    def mappings(self, name: str, keys: frozenset[str]) -> tuple[Mapping[str, Any], ...]:
        """A list of mappings with no other keys than these."""
        value = self.values[name]
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise UserError(
                "desired",
                "{name} is {value}. Write a list of entries with the keys {keys}.",
                name=name,
                value=shown(value),
                keys=tuple(sorted(keys)),
            )
        for place, one in enumerate(value, 1):
            if unknown := sorted(set(map(str, one)) - keys):
                raise UserError(
                    "desired",
                    "Entry {place} of {name} has the unknown key {key}. There are: {keys}.",
                    place=place,
                    name=name,
                    key=shown(unknown[0]),
                    keys=tuple(sorted(keys)),
                )
        return tuple(value)

    def secret(self, name: str, pattern: re.Pattern[str], what: Message) -> str:
        """A text that matches ``pattern``, or an empty one. ``what`` says how to make one."""
        value = self.values[name]
        if value in (None, ""):
            return ""
        if isinstance(value, str) and pattern.fullmatch(value.strip()):
            return value.strip()
        raise UserError("desired", "{name} is not what it must be: {what}.", name=name, what=what)


def checked_texts(name: str, value: object, pattern: re.Pattern[str], example: str) -> list[str]:
    if not isinstance(value, list):
        raise UserError(
            "desired",
            "{name} is {value}. Write a list, for example [{example}].",
            name=name,
            value=shown(value),
            example=example,
        )
    for one in value:
        if not isinstance(one, str) or not pattern.fullmatch(one):
            raise UserError(
                "desired",
                "{value} in {name} cannot be right. An example of what can: {example}.",
                value=shown(one),
                name=name,
                example=example,
            )
    return value


def shown(value: object) -> str:
    """A value in a message: short, without control characters."""
    return clean_text(str(value))[:_SHOWN] or "''"
