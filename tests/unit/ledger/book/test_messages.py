"""Every sentence of the import has a Chinese one with the same fields, and none is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book import reading
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.fields import FIELDS
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus
from babel.messages.pofile import read_po

PACKAGE = Path(reading.__file__).parent
ACTION = PACKAGE.parents[2] / "action" / "ledger_import.py"
CATALOGUE = PACKAGE.parents[1] / "locale" / "zh_CN" / "import.po"
FIELD = re.compile(r"\{(\w+)\}")


def _in_code() -> Iterator[str]:
    """String constants that stand right behind the domain, or where a planner's error takes its text."""
    for path in (*PACKAGE.glob("*.py"), ACTION):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                constants = [item.value if isinstance(item, ast.Constant) else None for item in node.args]
                for domain, text in pairwise(constants):
                    if domain == "import" and isinstance(text, str):
                        yield text
                if (
                    isinstance(node.func, ast.Attribute)
                    and node.func.attr == "_error"
                    and len(constants) == 4
                ):
                    yield from (text for text in constants[3:] if isinstance(text, str))


def test_the_catalogue_is_complete_and_true() -> None:
    with CATALOGUE.open("rb") as file:
        translations = {message.id: message.string for message in read_po(file) if message.id}
    used = {
        *_in_code(),
        *reading._REFUSALS.values(),
        *(field.title for field in FIELDS.values()),
        *AssetStatus,
    }
    assert used == set(translations)
    for text, translation in translations.items():
        assert isinstance(translation, str)
        assert re.search("[一-鿿]", translation), text
        assert set(FIELD.findall(text)) == set(FIELD.findall(translation)), text
