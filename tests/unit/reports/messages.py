"""Every message id of the reports: from the templates' syntax trees and from the syntax trees of the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.jifang.lab.plugins.plugin_utils import reports
from ansible_collections.jifang.lab.plugins.plugin_utils.reports import (
    hardware,
    network_device,
    sheet_licences,
    sheet_loans,
    sheet_repairs,
    sheet_requests,
    sheet_stock,
    sheet_stocktakes,
    sheet_usb,
    words,
)
from jinja2 import Environment
from jinja2.ext import extract_from_ast

REPORTS = Path(reports.__file__).parent
TEMPLATES = sorted((REPORTS / "templates").glob("*.html"))
_TRANSLATING = {"_", "translate", "self.words.translate", "words.translate"}
_TABLES = (
    words.STATES,
    words.STATE_MEANINGS,
    words.KIND_MEANINGS,
    words.ASSET_STATUSES,
    words.COMPONENT_KINDS,
    words.FINDING_STATUSES,
    words.DECISION_CATEGORIES,
    words.SIGHTING_STATUSES,
    words.REASONS,
    words.EVENT_ACTIONS,
    words.ERRANDS,
    words.EVENT_FIELDS,
    words.ASSET_FIELDS,
    sheet_licences.LICENCE_STATES,
    sheet_loans.RETURN_CONDITIONS,
    sheet_repairs.DOUBTS,
    sheet_repairs.FAULT_CAUSES,
    sheet_repairs.REPAIR_ROUTES,
    sheet_repairs.REPAIR_STAGES,
    sheet_requests.WIPE_METHODS,
    sheet_requests.WIPE_RESULTS,
    sheet_stock.MOVE_CAUSES,
    sheet_stock.STOCK_CATEGORIES,
    sheet_stocktakes.COUNT_METHODS,
    sheet_usb.DEVICE_KINDS,
    hardware._FACTS,
    hardware._FACT_WORDS,
    network_device.DEVICE_KINDS,
    network_device.FACTS,
    network_device._COUNTS,
    network_device._BATTERY,
    network_device.STATUS_WORDS,
    network_device.CLASS_WORDS,
)


def template_messages(path: Path) -> Iterator[str]:
    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for _, _, message in extract_from_ast(tree, gettext_functions=("_", "ngettext")):
        yield from [message] if isinstance(message, str) else [text for text in message if text is not None]


def _is_message(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    return name in _TRANSLATING or name.endswith((".translate", "UserError"))


def code_messages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".translate.plural", "_.plural")):
            yield from (str(text.value) for text in node.args[:2] if isinstance(text, ast.Constant))
        elif isinstance(node, ast.Call) and _is_message(node) and node.args:
            text = node.args[1] if ast.unparse(node.func) == "UserError" else node.args[0]
            if isinstance(text, ast.Constant):
                yield str(text.value)


def all_messages() -> set[str]:
    found = {message for table in _TABLES for message in table.values()}
    for template in TEMPLATES:
        found.update(template_messages(template))
    for source in REPORTS.glob("*.py"):
        found.update(code_messages(source))
    return found
