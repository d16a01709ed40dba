"""Where a paper is made: what stands on every one and is in no register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from ..i18n import DEFAULT_LANGUAGE
from ..registers.entries import Entry
from ..registers.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """``site_url`` is where the school serves the site, for example ``http://lab.school.example``; None where it
    does not: a code then holds the number alone."""

    school: str
    made_on: date
    site_url: str | None = None
    language: str = DEFAULT_LANGUAGE

    def code(self, name: str) -> str:
        """The text of a QR code that leads to ``name``: an asset's number, or a subject such as ``entry:2026-0001``."""
        if not self.site_url:
            return name
        return f"{self.site_url.rstrip('/')}/find.html#{quote(name, safe=':')}"

    def code_of_entry(self, state: State, subject: str) -> str:
        """The code that leads back to the newest entry about ``subject``, and so to its events in the history."""
        entries = [entry for entry in state.all(Entry).values() if subject in entry.subjects]
        newest = max(entries, key=lambda entry: entry.events, default=None)
        return self.code(subject if newest is None else f"entry:{newest.number}")
