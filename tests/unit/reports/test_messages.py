"""Every sentence of the reports is Chinese by default, and no template has words of its own."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils import i18n
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import wording
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import FindingKind
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.words import EVENT_ACTIONS, Words
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.nodes import TemplateData

from tests.unit.reports.messages import REPORTS, TEMPLATES, all_messages

PO = Path(i18n.__file__).parent / "locale" / "zh_CN" / "reports.po"
CHINESE = re.compile("[\u3400-\u9fff]")
SPOKEN_ATTRIBUTES = re.compile(r'\b(?:aria-label|alt|title|placeholder)="([^"]*)"')
# The same in both languages: abbreviations, and marks without words.
ALIKE = {
    "UUID",
    "; ",
    "{counted} of {total}",
    "{fault}: {stage}, {days}",
    "{part} {serial}: {doubt}",
    "[{kind}] {where}: {sides}",
}


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _catalogue() -> dict[str, str]:
    with PO.open("rb") as file:
        catalogue = read_po(file)
    entries: dict[str, str] = {}
    for entry in catalogue:
        ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        text = entry.string if isinstance(entry.string, str) else entry.string[0]
        entries.update({identifier: text for identifier in ids if identifier})
    return entries


def test_every_message_has_a_chinese_translation_and_none_is_stale() -> None:
    catalogue = _catalogue()
    assert all_messages() == set(catalogue)
    assert [
        message for message, text in catalogue.items() if message not in ALIKE and not CHINESE.search(text)
    ] == []


def test_translations_name_the_same_fields() -> None:
    assert [message for message, text in _catalogue().items() if _fields(message) != _fields(text)] == []


def test_chinese_sentences_use_chinese_punctuation() -> None:
    mixed = re.compile("[\u3400-\u9fff][,;:()!?]|[,;:(][\u3400-\u9fff]")
    assert [text for text in _catalogue().values() if mixed.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_no_words_of_their_own(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not CHINESE.search(source)
    tree = Environment(autoescape=True).parse(source)
    literal = "".join(
        data.data if isinstance(data, TemplateData) else "" for data in tree.find_all(TemplateData)
    )
    # Markup that an expression splits is closed by the next piece: drop tags across the joined text.
    outside_tags = re.sub(r"<[^>]*>", " ", re.sub(r"<!doctype html>", "", literal))
    assert re.findall(r"[A-Za-z]{2,}", outside_tags) == []
    assert [
        spoken for spoken in SPOKEN_ATTRIBUTES.findall(source) if spoken and not spoken.startswith("{")
    ] == []


def test_the_script_has_no_words_of_its_own() -> None:
    script = (REPORTS / "templates" / "devices.js").read_text(encoding="utf-8")
    assert not CHINESE.search(script)
    assert re.findall(r"(?:textContent|title|placeholder) = [\"'`][^\"'`]", script) == []


def test_every_action_that_the_ledger_records_has_words() -> None:
    action = re.compile(r'"((?:asset|component|finding|import|machine|observation|run)\.[a-z]+ed)"')
    sources = (REPORTS.parent / "ledger").rglob("*.py")
    recorded = {name for source in sources for name in action.findall(source.read_text(encoding="utf-8"))}
    assert {"asset.created", "machine.linked", "finding.opened"} <= recorded
    assert recorded - set(EVENT_ACTIONS) == set()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_findings_have_titles_advice_and_field_names(language: str) -> None:
    words = Words(language)
    assert len(set(words.kinds.values())) == len(FindingKind)
    spoken = [*words.kinds.values(), *map(words.advice, wording.ADVICE), *map(words.field, wording.FIELDS)]
    assert all(bool(CHINESE.search(text)) is (language == "zh_CN") for text in spoken)
