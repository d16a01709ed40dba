"""Messages for people, in Chinese by default and in English by setting.

Code holds English message ids; ``locale/<language>/<domain>.po`` holds the translations. The catalogues
are read as they are (no compiled copy that could go stale), once per process and domain, at first use.
"""

from __future__ import annotations

import gettext as _gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DEFAULT_LANGUAGE = "zh_CN"
SOURCE_LANGUAGE = "en"
LANGUAGES = (DEFAULT_LANGUAGE, SOURCE_LANGUAGE)
_LOCALE = Path(__file__).parent / "locale"


@cache
def _catalogue(domain: str, language: str) -> _gettext.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return _gettext.NullTranslations()
    # Babel is a second of imports away from nothing: only pay for it where a message is shown.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with (_LOCALE / language / f"{domain}.po").open("rb") as po:
        catalogue = read_po(po, domain=domain)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def preload(domain: str) -> None:
    """Reads the domain's catalogue now, so that processes forked later share it."""
    _catalogue(domain, DEFAULT_LANGUAGE)


class Translator:
    """The messages of one domain in one language.

    ``_ = Translator("ledger", "en"); _("{host} did not answer", host="pc01")`` fills named fields
    after translation. A field's value is data: it is never formatted again.
    """

    def __init__(self, domain: str, language: str = DEFAULT_LANGUAGE) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language {language!r} is not one of {', '.join(LANGUAGES)}")
        self.domain = domain
        self.language = language

    def __call__(self, message: str, /, **fields: object) -> str:
        text = _catalogue(self.domain, self.language).gettext(message)
        return text.format(**fields) if fields else text

    def plural(self, one: str, many: str, count: int, /, **fields: object) -> str:
        """The form for ``count``; Chinese has one form for all numbers. ``{n}`` is the count."""
        text = _catalogue(self.domain, self.language).ngettext(one, many, count)
        return text.format(n=count, **fields)


@dataclass(frozen=True)
class Message:
    """A sentence for people that is not yet in any language: what pure code returns and raises."""

    domain: str
    text: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def render(self, language: str = DEFAULT_LANGUAGE) -> str:
        fields = {name: _rendered(value, language) for name, value in self.fields.items()}
        return Translator(self.domain, language)(self.text, **fields)


def _rendered(value: object, language: str) -> object:
    """A field that is itself a message, or a tuple of them, in the same language."""
    if isinstance(value, Message):
        return value.render(language)
    if isinstance(value, tuple):
        return ("、" if language == DEFAULT_LANGUAGE else ", ").join(
            str(_rendered(item, language)) for item in value
        )
    return value


class UserError(Exception):
    """Something a person can mend: says what, where and what to do next, in their language.

    ``raise UserError("ledger", "The ledger {url} is locked by another run. Try again.", url=url)``.
    The edge (action plugin, command) shows ``error.message.render(language)``.
    """

    def __init__(self, domain: str, text: str, /, **fields: object) -> None:
        self.message = Message(domain, text, fields)
        super().__init__(self.message.render(SOURCE_LANGUAGE))
