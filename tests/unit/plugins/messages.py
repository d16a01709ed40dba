"""Every sentence of the plugins and of the shared code that no other area's test collects, by its domain."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from lab_command.paths import ROOT

PLUGINS = ROOT / "plugins"
CATALOGUES = PLUGINS / "plugin_utils" / "locale" / "zh_CN"
# Their own tests collect the messages of these: test_messages.py of tests/unit/reports and tests/unit/ledger/book.
ELSEWHERE = (PLUGINS / "plugin_utils" / "reports", PLUGINS / "plugin_utils" / "ledger" / "book")


# Errors that speak in one domain alone: their first argument is the sentence.
SPEAKING_ERRORS = {"CalendarError": "calendar", "UnknownYearError": "calendar"}


def sources() -> list[Path]:
    found = [
        path for folder in ("action", "callback", "plugin_utils") for path in (PLUGINS / folder).rglob("*.py")
    ]
    return sorted(path for path in found if not any(path.is_relative_to(folder) for folder in ELSEWHERE))


def messages() -> set[tuple[str, str]]:
    """(domain, msgid)"""
    return {message for path in sources() for message in _of(ast.parse(path.read_text(encoding="utf-8")))}


def catalogue(domain: str) -> dict[str, str]:
    with (CATALOGUES / f"{domain}.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def _of(tree: ast.Module) -> Iterator[tuple[str, str]]:
    constants = _constants(tree)
    translators = {**dict(_translators(tree)), **dict(_speakers(tree))}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name in ("UserError", "Message") and len(node.args) >= 2:
            domain, text = node.args[:2]
            if isinstance(domain, ast.Name):
                domain = constants.get(domain.id, domain)
            if isinstance(domain, ast.Constant):
                yield from ((str(domain.value), each) for each in _texts(text, tree, constants))
        elif name in SPEAKING_ERRORS and node.args:
            yield from ((SPEAKING_ERRORS[name], each) for each in _texts(node.args[0], tree, constants))
        elif name in translators and node.args:
            yield from ((translators[name], each) for each in _texts(node.args[0], tree, constants))
        elif name.startswith("Translator(") and isinstance(node.func, ast.Call):
            for spoken in _strings(node.func.args[:1]):
                yield from ((spoken, each) for each in _texts(node.args[0], tree, constants))


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    return {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _translators(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """``_ = Translator("ledger", …)``: the name, and the domain that it speaks in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call = node.value
            if ast.unparse(call.func) == "Translator":
                for domain in _strings(call.args[:1]):
                    yield ast.unparse(node.targets[0]), domain


def _speakers(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Functions that make a message of their first argument, and the domain that they speak in."""
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.args.args:
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Call)
                    and ast.unparse(node.func) == "Message"
                    and len(node.args) > 1
                    and ast.unparse(node.args[1]) == function.args.args[0].arg
                ):
                    yield from ((function.name, domain) for domain in _strings(node.args[:1]))


def _texts(text: ast.expr, tree: ast.Module, constants: dict[str, ast.expr]) -> Iterator[str]:
    """The sentence, the branches of a choice, or, where it is looked up, all that the module may look up."""
    if isinstance(text, ast.Constant):
        yield from _strings([text])
    elif isinstance(text, ast.IfExp):
        yield from _texts(text.body, tree, constants)
        yield from _texts(text.orelse, tree, constants)
    elif isinstance(text, ast.Name) and isinstance(constants.get(text.id), ast.Constant):
        yield from _strings([constants[text.id]])
    else:
        for value in constants.values():
            if isinstance(value, ast.Dict):
                yield from _values(value)
            elif isinstance(value, ast.Constant):
                yield from (each for each in _strings([value]) if each.count(" ") > 2)


def _values(table: ast.Dict) -> Iterator[str]:
    for value in table.values:
        yield from _values(value) if isinstance(value, ast.Dict) else _strings([value])


def _strings(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
