"""Where a paper is made: what stands on every one and is in no register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from ..i18n import DEFAULT_LANGUAGE
from ..registers.entries import Entry
from ..registers.nouns import Noun, subject_of
from ..registers.state import State
from .document import TITLE_CHARACTERS, Block, Form
from .words import cell


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

    def form(
        self,
        title: str,
        number: str,
        blocks: Sequence[Block],
        *,
        code: str | None = None,
        landscape: bool = False,
    ) -> Form:
        """A form with what this desk puts on every paper. ``code`` is the text of its QR code, None for none."""
        return Form(
            title=title,
            number=number,
            school=cell(self.school, TITLE_CHARACTERS),
            language=self.language,
            made_on=self.made_on,
            code=code,
            landscape=landscape,
            blocks=tuple(blocks),
        )

    def form_of(
        self, state: State, noun: Noun, title: str, blocks: Sequence[Block], *, landscape: bool = False
    ) -> Form:
        """The form of something that was entered, under its own number."""
        return self.form(
            title, noun.number, blocks, code=self.code_of_entry(state, noun), landscape=landscape
        )

    def code_of_entry(self, state: State, noun: Noun) -> str:
        """The code that leads back to the newest entry about ``noun``, and so to its events in the history."""
        subject = subject_of(noun)
        entries = [entry for entry in state.all(Entry).values() if subject in entry.subjects]
        newest = max(entries, key=lambda entry: entry.events, default=None)
        return self.code(subject if newest is None else f"entry:{newest.number}")
