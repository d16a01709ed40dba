"""Hostile text becomes one harmless line."""

from __future__ import annotations

import unicodedata

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.text import _SUSPECT, REPLACEMENT, plain
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("机房一", "机房一"),
        ("a\tb\r\nc", "a b c"),
        ("a\u2028b", "a b"),
        ("\x1b[2Jx\x07", f"{REPLACEMENT}[2Jx{REPLACEMENT}"),
        ("\x9b31m", f"{REPLACEMENT}31m"),
        ("\u202egnp.exe", f"{REPLACEMENT}gnp.exe"),
        ("\u2066x\u2069", f"{REPLACEMENT}x{REPLACEMENT}"),
        ("\ud800", REPLACEMENT),
        ("a\x00b", f"a{REPLACEMENT}b"),
        ("\ufeffa\uffff", f"{REPLACEMENT}a{REPLACEMENT}"),
        ("", ""),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert plain("长" * 301) == "长" * 299 + "…"
    assert plain("长" * 300) == "长" * 300
    assert plain("abcdef", 4) == "abc…"


@given(st.text(st.characters(), max_size=400), st.integers(1, 50))
def test_plain_holds_for_any_text(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(character) for character in shown} & {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"
    }  # fmt: skip
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert plain(shown, limit) == shown


def test_what_is_printable_to_python_is_never_suspect() -> None:
    """``plain`` asks ``str.isprintable`` first."""
    suspect = [chr(code) for code in range(0x110000) if _SUSPECT.search(chr(code))]
    assert len(suspect) > 2000
    assert [hex(ord(character)) for character in suspect if character.isprintable()] == []
