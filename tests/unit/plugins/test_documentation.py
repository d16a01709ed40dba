"""What the documentation of modules and role says is what the code takes, and every sentence of the plugins is
Chinese by default."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import string
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LANGUAGE_OPTION, LedgerAction
from ansible_collections.jifang.lab.plugins.plugin_utils.firewall_action import FirewallAction
from ansible_collections.jifang.lab.plugins.plugin_utils.network_action import NetworkAction

from lab_command.paths import ROOT
from tests.unit.plugins.messages import CATALOGUES, PLUGINS, catalogue, messages

COLLECTION = "jifang.lab"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py") if path.stem != "__init__")
# The role that works on the ledger; the variables that its entry points share begin with its name.
ROLES = ("ledger",)
ENTRY_POINTS = [
    (role, path.stem) for role in ROLES for path in sorted((ROOT / "roles" / role / "tasks").glob("*.yml"))
]
# Of an option, as DOCUMENTATION and an argument specification both have it.
_COMPARED = ("type", "default", "required", "choices", "elements")
_TYPES = {"str": str, "path": str, "bool": bool, "int": int, "list": list, "dict": dict}
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
# The others have tests of their own: lab_command, tests/unit/reports, tests/unit/forms, tests/unit/jobs and
# tests/unit/ledger/book.
_DOMAINS = sorted(
    {path.stem for path in CATALOGUES.glob("*.po")} - {"forms", "import", "lab", "reports", "surveys"}
)


@cache
def documented(kind: str, *names: str) -> dict[str, Any]:
    """What ``ansible-doc`` reads, fragments and all."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-doc")), "--json", "--type", kind, *names],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def module(name: str) -> dict[str, Any]:
    entry: dict[str, Any] = documented("module", *(f"{COLLECTION}.{one}" for one in MODULES))[
        f"{COLLECTION}.{name}"
    ]
    return entry


def action(name: str) -> Any:
    return importlib.import_module(f"ansible_collections.jifang.lab.plugins.action.{name}").ActionModule


def option(specification: dict[str, Any]) -> dict[str, Any]:
    """The compared parts, each as Ansible takes it where nothing is said."""
    usual = {"type": "str", "default": None, "required": False, "choices": None, "elements": None}
    return {part: specification.get(part, usual[part]) for part in _COMPARED}


def test_every_module_has_its_action_and_every_action_its_module() -> None:
    actions = sorted(path.stem for path in (PLUGINS / "action").glob("*.py") if path.stem != "__init__")
    assert actions == MODULES
    assert len(MODULES) >= 7


@pytest.mark.parametrize("name", MODULES)
def test_options_are_what_the_action_takes(name: str) -> None:
    taken = {**action(name).ARGUMENTS, "language": LANGUAGE_OPTION}
    told = module(name)["doc"]["options"]
    assert {one: option(spec) for one, spec in told.items()} == {
        one: option(spec) for one, spec in taken.items()
    }


@pytest.mark.parametrize("name", MODULES)
def test_examples_run_with_documented_options(name: str) -> None:
    options = module(name)["doc"]["options"]
    tasks = yaml.safe_load(module(name)["examples"])
    shown = [task[f"{COLLECTION}.{name}"] or {} for task in tasks if f"{COLLECTION}.{name}" in task]
    assert shown, "no example calls the module"
    for task in tasks:
        assert task["name"][0].isupper(), task
    for arguments in shown:
        assert set(arguments) <= set(options)
        assert {one for one, spec in options.items() if spec.get("required")} <= set(arguments)
        for one, value in arguments.items():
            if not (isinstance(value, str) and "{{" in value):
                assert isinstance(value, _TYPES[options[one].get("type", "str")]), (one, value)
                chosen = value if isinstance(value, list) else [value]
                assert all(each in options[one].get("choices", chosen) for each in chosen)


@pytest.mark.parametrize("name", MODULES)
def test_returned_values_are_described(name: str) -> None:
    values = module(name)["return"]
    assert values
    for one, entry in values.items():
        assert {"description", "returned", "type"} <= set(entry), one
        if "sample" in entry:
            assert isinstance(entry["sample"], _TYPES[entry["type"]]), one


@pytest.mark.parametrize("name", MODULES)
def test_attributes_are_those_of_the_action(name: str) -> None:
    attributes = module(name)["doc"]["attributes"]
    assert (attributes["check_mode"]["support"] == "full") is action(name)._supports_check_mode
    own = (one for one in action(name).__mro__ if one.__module__.startswith("ansible_collections.jifang"))
    source = "".join(map(inspect.getsource, own))
    assert (attributes["diff_mode"]["support"] == "full") is ('result["diff"]' in source)
    on_control_node = attributes["platform"]["platforms"] == "control node"
    local, reach = (LedgerAction, NetworkAction), action("network_reach")
    assert on_control_node is (
        issubclass(action(name), local) and not issubclass(action(name), (FirewallAction, reach))
    )


@pytest.mark.parametrize("name", MODULES)
def test_what_is_named_exists(name: str) -> None:
    text = json.dumps(module(name), ensure_ascii=False)
    assert set(re.findall(r"M\(jifang\.lab\.(\w+)\)", text)) <= set(MODULES)
    assert {entry["module"] for entry in module(name)["doc"].get("seealso", [])} <= {
        f"{COLLECTION}.{one}" for one in MODULES
    }
    options = module(name)["doc"]["options"]
    assert {one.partition("=")[0] for one in re.findall(r"\bO\(([^)]+)\)", text)} <= set(options)


def test_the_callback_is_documented() -> None:
    entry = documented("callback", f"{COLLECTION}.ledger_spool")[f"{COLLECTION}.ledger_spool"]["doc"]
    assert entry["name"] == "ledger_spool"
    assert entry["type"] == "notification"


def text_of(role: str, path: str) -> str:
    return (ROOT / "roles" / role / path).read_text(encoding="utf-8")


def specifications(role: str) -> dict[str, Any]:
    entries: dict[str, Any] = yaml.safe_load(text_of(role, "meta/argument_specs.yml"))["argument_specs"]
    return entries


@pytest.mark.parametrize("role", ROLES)
def test_entry_points_of_the_role_are_its_task_files(role: str) -> None:
    files = [entry for one, entry in ENTRY_POINTS if one == role]
    assert sorted(specifications(role)) == files
    told = documented("role", f"{COLLECTION}.{role}")[f"{COLLECTION}.{role}"]["entry_points"]
    assert sorted(told) == files
    assert all(entry["short_description"] for entry in told.values())


def names_in(role: str, text: str) -> set[str]:
    """Variables of the role within expressions."""
    expressions = re.findall(r"{{(.*?)}}", text, re.DOTALL)
    return {name for found in expressions for name in re.findall(rf"\b{role}_\w+", found)}


def given_in(role: str, entry: str) -> set[str]:
    """Variables that a person gives to one errand; they have no default to keep."""
    return set(re.findall(r"{{ ([a-z]+_\w+) \| default\(", text_of(role, f"tasks/{entry}.yml")))


@pytest.mark.parametrize(("role", "entry"), ENTRY_POINTS)
def test_an_entry_points_arguments_are_the_variables_that_it_uses(role: str, entry: str) -> None:
    defaults = yaml.safe_load(text_of(role, "defaults/main.yml"))
    used = names_in(role, text_of(role, f"tasks/{entry}.yml"))
    reached = used | {name for variable in used for name in names_in(role, str(defaults[variable]))}
    told = specifications(role)[entry]["options"]
    given = given_in(role, entry)
    assert used <= set(told) - given <= reached
    assert given == {name for name in told if name not in defaults}
    for name, specification in told.items():
        assert {"description", "type"} <= set(specification), name
        assert name in given or specification.get("default", defaults[name]) == defaults[name], name


@pytest.mark.parametrize("role", ROLES)
def test_defaults_and_arguments_have_the_same_names(role: str) -> None:
    told = {name for entry in specifications(role).values() for name in entry["options"]}
    given = {name for one, entry in ENTRY_POINTS if one == role for name in given_in(role, entry)}
    assert told - given == set(yaml.safe_load(text_of(role, "defaults/main.yml")))


@pytest.mark.parametrize("role", ROLES)
def test_every_default_says_why_one_would_change_it(role: str) -> None:
    lines = text_of(role, "defaults/main.yml").splitlines()
    bare = [line for above, line in pairwise(lines) if re.match(r"\w+:", line) and not above.startswith("# ")]
    assert bare == []


@pytest.mark.parametrize(("role", "entry"), ENTRY_POINTS)
def test_every_argument_of_a_task_is_one_of_its_module(role: str, entry: str) -> None:
    for task in yaml.safe_load(text_of(role, f"tasks/{entry}.yml")):
        (called,) = (name for name in task if name.startswith(f"{COLLECTION}."))
        assert set(task[called]) <= set(module(called.rpartition(".")[2])["doc"]["options"])


def test_every_sentence_of_the_plugins_is_translated_and_none_is_stale() -> None:
    used = messages()
    assert len(used) > 100
    missing = [message for message in sorted(used) if message[1] not in catalogue(message[0])]
    assert missing == []
    for domain in _DOMAINS:
        assert sorted(set(catalogue(domain)) - {text for one, text in used if one == domain}) == []


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("domain", _DOMAINS)
def test_translations_keep_the_fields_and_speak_chinese(domain: str) -> None:
    half_width = re.compile(r"[\u3400-\u9fff][,;:()!?]|[,;:(][\u3400-\u9fff]")
    for text, translation in catalogue(domain).items():
        assert _fields(translation) == _fields(text), text
        assert _IDEOGRAPH.search(translation), text
        assert not half_width.search(translation), translation
