"""What an errand asks for can be asked by a survey of AWX or Semaphore: texts, choices, and lists of them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from lab_command.paths import ROOT

# What a question gives: a text, one of several, several of several.
PLAIN = {("str", None), ("path", None), ("bool", None), ("list", "str")}
# What is asked for as a text of one line, with an answer and what comes of it (docs/jobs.md).
BY_TEXT: dict[str, tuple[str, Any]] = {
    "asset_fields": (
        "name=投影仪 room=机房一 notes='靠窗 第一排'",
        {"name": "投影仪", "room": "机房一", "notes": "靠窗 第一排"},
    ),
    "label_geometry": (
        "columns=3 rows=8 page_width_mm=210",
        {"columns": "3", "rows": "8", "page_width_mm": "210"},
    ),
    "ledger_book_columns": ('{"设备编码": "asset_number"}', {"设备编码": "asset_number"}),
    "purchase_lines": (
        "item=硬盘 quantity=2 unit=块, item=鼠标 quantity=10",
        [{"item": "硬盘", "quantity": "2", "unit": "块"}, {"item": "鼠标", "quantity": "10"}],
    ),
    "stocktake_choices": ("all=move+quantity PC-003=settle", {"all": "move+quantity", "PC-003": "settle"}),
    "stocktake_items": (
        "asset=2021-0203 seat=05, name=音箱 quantity=2",
        [{"asset": "2021-0203", "seat": "05"}, {"name": "音箱", "quantity": "2"}],
    ),
}


# Kept in the inventory, and no survey's business.
KEPT = {"usb_allow"}


def options() -> dict[str, dict[str, Any]]:
    """Every variable of every entry point of the role; one of the same name is the same everywhere."""
    path = ROOT / "roles" / "ledger" / "meta" / "argument_specs.yml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values()
    return {name: option for entry in entries for name, option in entry["options"].items()}


def test_every_variable_has_a_question() -> None:
    shaped = {name: (option["type"], option.get("elements")) for name, option in options().items()}
    odd = {name for name, shape in shaped.items() if shape not in PLAIN} - KEPT
    assert odd == set(BY_TEXT), "ask for a text, a choice or a list of them, or show here how a text gives it"
    assert {shaped[name] for name in odd} == {("dict", None), ("list", "dict")}


@pytest.mark.parametrize("name", sorted(BY_TEXT))
def test_a_text_gives_what_is_asked_for(name: str) -> None:
    """By the validator that runs before the errand does."""
    answer, value = BY_TEXT[name]
    checked = ArgumentSpecValidator({name: options()[name]}).validate({name: answer})
    assert checked.error_messages == []
    assert checked.validated_parameters[name] == value


def test_the_page_of_jobs_names_them() -> None:
    page = (ROOT / "docs" / "jobs.md").read_text(encoding="utf-8")
    for name in BY_TEXT:
        assert page.count(f"`{name}`") >= 2, name
