"""What the command says, in the reader's language (``LAB_LANGUAGE``, or ``--lang`` in front of all)."""

from __future__ import annotations

import os
import sys

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import (
    DEFAULT_LANGUAGE,
    SOURCE_LANGUAGE,
    Translator,
    UserError,
)

DOMAIN = "lab"


def language() -> str:
    """``zh_CN`` unless ``LAB_LANGUAGE`` asks for English."""
    wish = os.environ.get("LAB_LANGUAGE", DEFAULT_LANGUAGE)
    return SOURCE_LANGUAGE if wish.lower().startswith("en") else DEFAULT_LANGUAGE


def _(message: str, /, **fields: object) -> str:
    return Translator(DOMAIN, language())(message, **fields)


def trouble(message: str, /, **fields: object) -> UserError:
    """A failure that the reader can mend: one sentence of what, where and what to do next."""
    return UserError(DOMAIN, message, **fields)


def plain(text: str, limit: int = 2000) -> str:
    """Text from a PC or a tool, safe for a terminal: no control or escape characters, bounded length.

    Line ends and tabs stay. Bidirectional overrides (U+202A–E, U+2066–9) go as well: they can make a
    line read differently from what it says.
    """
    kept = "".join(
        character
        for character in text[: limit + 1]
        if character in "\n\t" or (character.isprintable() and not _is_bidi(character))
    )
    return kept if len(kept) <= limit else kept[:limit] + "…"


def _is_bidi(character: str) -> bool:
    return "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"


def say(text: str) -> None:
    """One line of news on standard error; standard output belongs to results."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
