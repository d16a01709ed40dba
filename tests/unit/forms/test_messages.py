"""Every sentence of the forms is Chinese by default, and no template has words of its own."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.jifang.lab.plugins.plugin_utils import forms, i18n
from babel.messages.pofile import read_po

FORMS = Path(forms.__file__).parent
PO = Path(i18n.__file__).parent / "locale" / "zh_CN" / "forms.po"
CHINESE = re.compile("[\u3400-\u9fff]")
OTHER_DOMAIN = re.compile(r'Translator\("(?!forms")')
TRANSLATING = {"_", "self.translate"}
# Marks without words.
ALIKE = {":", "; ", "{name}: {value}"}


def _messages(path: Path) -> Iterator[str]:
    """A maker that speaks in its register's domain is judged with that (tests/unit/plugins)."""
    source = path.read_text(encoding="utf-8")
    if OTHER_DOMAIN.search(source):
        return
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = ast.unparse(node.func)
        if name in {"UserError", "Message"} and ast.unparse(node.args[0]) == "'forms'":
            yield str(ast.literal_eval(node.args[1]))
        elif name in TRANSLATING or name == "translate":
            yield str(ast.literal_eval(node.args[0]))


def _catalogue() -> dict[str, str]:
    with PO.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_message_has_a_chinese_translation_and_none_is_stale() -> None:
    found = {message for source in FORMS.glob("*.py") for message in _messages(source)}
    catalogue = _catalogue()
    assert found == set(catalogue)
    assert [
        message for message, text in catalogue.items() if message not in ALIKE and not CHINESE.search(text)
    ] == []


def test_translations_name_the_same_fields() -> None:
    assert [message for message, text in _catalogue().items() if _fields(message) != _fields(text)] == []


def test_chinese_sentences_use_chinese_punctuation() -> None:
    mixed = re.compile("[\u3400-\u9fff][,;:()!?]|[,;:(][\u3400-\u9fff]")
    assert [text for text in _catalogue().values() if mixed.search(text)] == []


def test_templates_have_no_words_of_their_own() -> None:
    for template in (FORMS / "templates").glob("*.typ"):
        assert not CHINESE.search(template.read_text(encoding="utf-8")), template.name
