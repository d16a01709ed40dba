"""The documentation against the repository: what it names exists, and nothing speaks of one machine.

What a person reads in Chinese comes from the catalogues, the documentation and the school's own files: code
and templates hold no such text.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from lab_command import arguments, cli, testing

ROOT = Path(__file__).parents[2]
# A link or picture; an address elsewhere has a scheme, a place in the same page begins with "#".
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# Folders of the machine on which somebody worked, and hosts from which packages come.
FOREIGN = re.compile(
    r"(?<![\w.])/work/|(?<![\w.])/root/|\.pyenv/|\b(?:deb|security)\.debian\.org|\bpypi\.(?:org|python\.org)"
    r"|pythonhosted\.org|registry\.npmjs|\b(?:docker|quay|ghcr)\.io\b|galaxy\.ansible\.com"
)
# They quote what they look for.
QUOTING = {"LICENSE", "tests/unit/test_documentation_links.py"}
# Python that reads or makes Chinese text as data: words of property books and of systems, not messages.
CHINESE_DATA = {
    "demo/book.py",
    "demo/hardware.py",
    "plugins/plugin_utils/devices/kinds.py",
    "plugins/plugin_utils/facts/os_release.py",
    "plugins/plugin_utils/ledger/book/columns.py",
    "plugins/plugin_utils/ledger/book/entries.py",
    "plugins/plugin_utils/ledger/book/values.py",
    "plugins/plugin_utils/ledger/specification.py",
    "plugins/plugin_utils/ledger/vocabulary.py",
    "plugins/plugin_utils/reports/views.py",
}


def sources(*suffixes: str) -> list[str]:
    return [name for name in testing.sources() if not suffixes or name.endswith(suffixes)]


def is_test(name: str) -> bool:
    return name.startswith("tests/") or "/molecule/" in name


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8", errors="surrogateescape")


PAGES = sources(".md")
# The variables that every role of the house understands, where they are read or documented.
HOUSE_VARIABLES = {
    name
    for source in sources(".py", ".yml")
    if source.startswith(("plugins/", "roles/", "inventory/")) and not is_test(source)
    for name in re.findall(r"\blab_[a-z_]+\b", text_of(source))
}
PLAYBOOKS = arguments.playbooks()


def commands(page: str) -> Iterator[list[str]]:
    """The command lines that a page prints in its blocks of kind ``console``."""
    for block in BLOCK.findall(text_of(page)):
        yield from (shlex.split(line) for line in block.splitlines() if line.strip())


def test_pages_and_playbooks_are_there() -> None:
    assert {"README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= set(PAGES)
    assert "update_ledger" in PLAYBOOKS


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_of_the_repository(page: str) -> None:
    for target in LINK.findall(text_of(page)):
        if SCHEME.match(target) or target.startswith("#"):
            continue
        path = ((ROOT / page).parent / target.partition("#")[0]).resolve()
        assert path.exists(), f"{page} links to {target}, which is not there"
        assert path.is_relative_to(ROOT), f"{page} links to {target}, outside the repository"


@pytest.mark.parametrize("page", PAGES)
def test_playbooks_that_a_page_names_exist(page: str) -> None:
    named = re.findall(r"(?:playbooks/|\./lab run )([a-z][a-z_]*)", text_of(page))
    assert set(named) <= set(PLAYBOOKS)


def test_every_playbook_has_a_page_and_every_page_a_playbook() -> None:
    assert sorted(path.stem for path in (ROOT / "docs/errands").glob("*.md")) == PLAYBOOKS


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_a_page_says_the_same_in_both_languages(name: str) -> None:
    chinese, line, english = text_of(f"docs/errands/{name}.md").partition("\n---\n\n## English\n")
    assert line
    assert f"./lab run {name}" in chinese
    for heading in ("做什么", "会改动什么", "变量", "例子", "出了问题", "撤销"):
        assert f"\n## {heading}\n" in chinese
    for word in ("does", "changes", "trouble", "undo"):
        assert f"**{word}" in english.lower()


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_a_page_are_understood(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in commands(page):
        if words[0] == "./lab":
            rest = words[3:] if words[1:3] == ["--lang", "en"] else words[1:]
            options, unknown = cli._parser().parse_known_args(
                rest[:1] if rest[0] in {"run", "parse"} else rest
            )
            assert not unknown, shlex.join(words)
            assert options.command
        for word in words[1:]:
            if re.match(r"(?:tests|playbooks|requirements|inventory)/", word):
                assert (ROOT / word).exists(), word


@pytest.mark.parametrize("page", PAGES)
def test_names_that_begin_with_ledger_exist(page: str) -> None:
    defaults = yaml.safe_load(text_of("roles/ledger/defaults/main.yml"))
    plugins = {
        path.stem for kind in ("modules", "callback") for path in (ROOT / "plugins" / kind).glob("*.py")
    }
    for name in re.findall(r"`(ledger_[a-z_]+)", text_of(page)):
        assert name in defaults or name in plugins, f"{page} names {name}"
    for name in re.findall(r"`(lab_[a-z_]+)", text_of(page)):
        assert name in HOUSE_VARIABLES or (ROOT / name).is_dir(), f"{page} names {name}"


@pytest.mark.parametrize("name", [name for name in sources() if name not in QUOTING])
def test_no_file_speaks_of_one_machine_or_of_a_registry(name: str) -> None:
    found = FOREIGN.search(text_of(name))
    assert found is None, f"{name}: {found[0] if found else ''}"


@pytest.mark.parametrize(
    "name", sources(".html", ".js", ".css", ".svg", ".ps1", ".toml", ".cfg", ".j2", "lab")
)
def test_templates_and_scripts_hold_no_chinese(name: str) -> None:
    if not is_test(name):
        assert not IDEOGRAPH.search(text_of(name))


@pytest.mark.parametrize(
    "name",
    [name for name in sources(".yml") if name.startswith(("playbooks/", "roles/")) and not is_test(name)],
)
def test_tasks_hold_no_chinese(name: str) -> None:
    said = [line for line in text_of(name).splitlines() if not line.lstrip().startswith("#")]
    assert not IDEOGRAPH.search("\n".join(said))


def spoken(tree: ast.AST) -> Iterator[str]:
    """Every string of a program but its docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in sources(".py")
        # A module's file holds its documentation, which ansible-doc shows as it is.
        if not is_test(name) and not name.startswith("plugins/modules/")
    ],
)
def test_programs_say_nothing_in_chinese(name: str) -> None:
    chinese = [text for text in spoken(ast.parse(text_of(name))) if IDEOGRAPH.search(text)]
    if name in CHINESE_DATA:
        assert chinese, f"{name} needs no exception any more"
    else:
        assert not chinese
