"""Values of the ledger as papers print them: an empty text for what is not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ..i18n import DEFAULT_LANGUAGE, Translator
from ..ledger.records import Asset, Event
from ..reports.text import plain
from ..reports.words import Words
from .document import TEXT_CHARACTERS


def cell(value: str | int | None, limit: int = TEXT_CHARACTERS) -> str:
    """``value`` within the bounds of a form: one odd entry of a book must not keep all others from being printed."""
    return "" if value is None else plain(str(value), limit)


def amount(value: Decimal | None) -> str:
    """Money in CNY with two decimals: ``4,599.00``."""
    return "" if value is None else f"{value:,.2f}"


def iso_day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def place(asset: Asset) -> str:
    return " ".join(part for part in (asset.room, asset.seat) if part)


class PaperWords:
    """The words of papers in one language: ``translate`` speaks the domain ``forms``, ``shared`` the reports'."""

    def __init__(self, language: str = DEFAULT_LANGUAGE) -> None:
        self.translate = Translator("forms", language)
        self.shared = Words(language)

    def change(self, event: Event) -> tuple[str, str]:
        """Before and after of ``event``: the fields that it changed and that a person knows, with their names."""
        _ = self.translate
        before, after = event.before or {}, event.after or {}
        changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        known = [(name, label) for name in changed if (label := self.shared.event_field(name)) is not None]
        old, new = (
            _("; ").join(
                _("{name}: {value}", name=label, value=self.shared.event_value(name, side.get(name)))
                for name, label in known
                if side.get(name) is not None
            )
            for side in (before, after)
        )
        return cell(old), cell(new)
