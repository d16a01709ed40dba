"""Every sentence of the command has a Chinese translation with the same fields."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from lab_command.paths import ROOT

PO = ROOT / "plugins" / "plugin_utils" / "locale" / "zh_CN" / "lab.po"
# Callables whose first text is a msgid, and keyword arguments that hold one.
SPEAKERS = {"_", "trouble", "BusyError", "UserError"}
KEYWORDS = {"failure"}


def msgids_of(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        if getattr(node.func, "id", "") in SPEAKERS:
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            found |= set(texts[:1])
        found |= {
            k.value.value for k in node.keywords if k.arg in KEYWORDS and isinstance(k.value, ast.Constant)
        }
    return found


def python_msgids() -> set[str]:
    return set().union(*(msgids_of(path.read_text("utf-8")) for path in (ROOT / "lab_command").rglob("*.py")))


def ansible_names() -> set[str]:
    """The names of the suite's own plays, tasks and handlers: the progress lines translate them."""
    parts = ("playbooks/*.yml", "roles/*/tasks/*.yml", "roles/*/handlers/*.yml")
    files = [path for part in parts for path in ROOT.glob(part)]
    return set().union(*(names_in(yaml.safe_load(path.read_text("utf-8"))) for path in files))


def names_in(items: list[dict[str, Any]]) -> set[str]:
    found = {item["name"] for item in items if "name" in item}
    return found.union(
        *(
            names_in(item[part])
            for item in items
            for part in ("tasks", "block", "rescue", "always")
            if part in item
        )
    )


def shell_msgids() -> set[str]:
    sentence = r'\b(?:say|fail|text|explain "\$log") "([^"$][^"]*)"'
    return set(re.findall(sentence, (ROOT / "lab").read_text("utf-8")))


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with PO.open("rb") as stream:
        return read_po(stream)


def test_every_sentence_is_translated(catalogue: Catalog) -> None:
    wanted = python_msgids() | shell_msgids() | ansible_names()
    assert len(wanted) > 60
    translated = {message.id for message in catalogue if message.id and message.string}
    assert sorted(wanted - translated) == []


def test_no_translation_without_its_sentence(catalogue: Catalog) -> None:
    used = python_msgids() | shell_msgids() | ansible_names()
    assert sorted(message.id for message in catalogue if message.id and message.id not in used) == []


def test_translations_keep_the_fields(catalogue: Catalog) -> None:
    field = re.compile(r"\{[a-z_]*\}|%[sd]")
    for message in catalogue:
        if message.id:
            assert sorted(field.findall(message.string)) == sorted(field.findall(message.id)), message.id


@pytest.mark.parametrize("message", sorted(shell_msgids()))
def test_the_bootstrap_finds_each_of_its_sentences(message: str) -> None:
    """The bootstrap reads the catalogue by lines: each of its entries must be two plain lines."""
    lines = PO.read_text("utf-8").splitlines()
    place = lines.index(f'msgid "{message}"')
    assert re.fullmatch(r'msgstr ".+"', lines[place + 1])
    assert "\\" not in lines[place + 1]


def test_a_chinese_sentence_of_the_bootstrap(tmp_path: Path) -> None:
    """The text function, on its own, gives the translation and fills it in."""
    script = (ROOT / "lab").read_text("utf-8")
    function = script[script.index("text() {") : script.index("say() {")]
    run = f'home={ROOT}\nLAB_LANGUAGE=$1\n{function}\ntext "%s s" 7'
    chinese, english = (
        subprocess.run(
            ["bash", "-c", run, "bash", language], capture_output=True, text=True, check=True
        ).stdout
        for language in ("zh_CN", "en")
    )
    assert (chinese, english) == ("7 秒\n", "7 s\n")
