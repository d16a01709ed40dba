"""Whatever the evidence, the document is valid by schema.json, and ``validate`` agrees with a full validator."""

from __future__ import annotations

import copy
import fnmatch
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts, validate
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import shape as shape_module
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.evidence import Evidence
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.shape import clean_text
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.probe import plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.unit.facts.evidence_samples import FIXTURES, RECORDINGS, expected_facts, linux, recording

SCHEMA = json.loads(Path(shape_module.__file__).with_name("schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
BOUNDED = settings(max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def fields(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, field in node.get("properties", {}).items():
        yield f"{path}.{name}", field
        yield from fields(field, f"{path}.{name}")
    if "items" in node:
        yield f"{path}[]", node["items"]
        yield from fields(node["items"], f"{path}[]")


def test_the_schema_is_a_schema_and_describes_every_field() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert [path for path, field in fields(SCHEMA) if not field.get("description")] == []


def test_the_schema_uses_only_what_the_light_check_knows() -> None:
    known = {
        *(
            "$schema",
            "$id",
            "$defs",
            "$ref",
            "title",
            "description",
            "x-placeholder",
            "type",
            "const",
            "enum",
        ),
        *("minimum", "maximum", "minLength", "maxLength", "pattern", "properties", "required"),
        *("additionalProperties", "propertyNames", "maxProperties", "items", "maxItems"),
    }
    used = {key for _, field in fields(SCHEMA) for key in field} | SCHEMA.keys()
    used |= {key for field in SCHEMA["$defs"].values() for key in field}
    assert used <= known


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_gives_the_facts_that_a_person_checked(name: str) -> None:
    facts = build_facts(recording(name))
    assert facts == expected_facts(name)
    VALIDATOR.validate(facts)


@pytest.mark.parametrize("path", sorted((FIXTURES / "dmidecode").glob("*.txt")), ids=lambda path: path.stem)
def test_every_recorded_table_makes_a_valid_document(path: Path) -> None:
    table = path.read_bytes().decode("latin-1")
    facts = build_facts(linux(commands={"dmidecode": {"rc": 0, "out": table}}))
    VALIDATOR.validate(facts)
    assert facts["inventory"]["memory"]["modules"]


def is_valid(facts: Any) -> bool:
    try:
        validate(facts)
    except UserError:
        return False
    return True


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["absent", "denied", "x" * 300, "\ud800", "\x1b[2J", "{{ x }}", "ID=uos\n"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield (*path, key)
        yield from places(node[key], (*path, key))


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


PLACES = {name: list(places(recording(name))) for name in RECORDINGS}
FACT_PLACES = list(places(expected_facts("evidence/laptop")))


def assert_document_or_refusal(evidence: Any) -> None:
    try:
        facts = build_facts(evidence)
    except UserError as error:
        assert error.message.render("zh_CN")
        return
    VALIDATOR.validate(facts)
    validate(facts)
    assert len(json.dumps(facts)) < 8_000_000


@BOUNDED
@given(data=st.data())
def test_any_change_to_evidence_gives_a_valid_document_or_a_refusal(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(RECORDINGS))
    evidence = recording(name)
    for path in data.draw(st.lists(st.sampled_from(PLACES[name]), min_size=1, max_size=4)):
        value = data.draw(JSON)
        try:
            put(evidence, path, value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    assert_document_or_refusal(evidence)


@BOUNDED
@given(data=st.data())
def test_any_bytes_in_files_and_commands_give_a_valid_document(data: st.DataObject) -> None:
    """Every text of a recording cut, repeated or with bytes changed: what a PC can say without breaking the format."""
    name = data.draw(st.sampled_from(RECORDINGS[:3]))
    evidence = recording(name)
    texts = [path for path in PLACES[name] if path[0] in {"files", "commands", "links", "native"}]
    for path in data.draw(st.lists(st.sampled_from(texts), min_size=1, max_size=6)):
        old = evidence
        for step in path:
            old = old[step]
        if isinstance(old, str):
            cut = data.draw(st.integers(0, len(old)))
            noise = data.draw(st.binary(max_size=40)).decode("latin-1")
            put(evidence, path, old[:cut] + noise + data.draw(st.sampled_from(["", old[cut:], old])))
    facts = build_facts(evidence)
    VALIDATOR.validate(facts)
    validate(facts)


@BOUNDED
@given(document=st.dictionaries(st.sampled_from([*linux(), "files", "globs", "cim", "native", "cut"]), JSON))
def test_arbitrary_evidence(document: dict[str, Any]) -> None:
    assert_document_or_refusal({"v": 1, "probe": "linux", **document})
    assert_document_or_refusal({"v": 1, **document, "probe": "windows"})


@BOUNDED
@given(data=st.data())
def test_the_light_check_agrees_with_a_full_validator(data: st.DataObject) -> None:
    facts = copy.deepcopy(expected_facts("evidence/laptop"))
    put(facts, data.draw(st.sampled_from(FACT_PLACES)), data.draw(JSON))
    light = is_valid(facts)
    if light:
        assert VALIDATOR.is_valid(facts)
    else:
        # The light check is stricter: texts must be clean, and a whole number must be written as one.
        leaves = list(values(facts))
        clean = all(clean_text(text) == text for text in leaves if isinstance(text, str))
        whole_floats = any(isinstance(number, float) and number.is_integer() for number in leaves)
        assert not VALIDATOR.is_valid(facts) or not clean or whole_floats


def values(node: Any) -> Iterator[Any]:
    if isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from values(child)
    else:
        yield node


class Spy(Evidence):
    """Notes every path that the parsers ask for."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__(document)
        self.asked: set[tuple[str, str]] = set()

    def data(self, path: str) -> Any:
        self.asked.add(("files", path))
        return super().data(path)

    def text(self, path: str) -> Any:
        self.asked.add(("files", path))
        return super().text(path)

    def word(self, path: str) -> Any:
        self.asked.add(("files", path))
        return super().word(path)

    def names(self, pattern: str) -> Any:
        self.asked.add(("globs", pattern))
        return super().names(pattern)

    def link(self, path: str) -> Any:
        self.asked.add(("links", path))
        return super().link(path)

    def command(self, name: str) -> Any:
        self.asked.add(("commands", name))
        return super().command(name)

    def rows(self, name: str) -> Any:
        self.asked.add(("cim", name))
        return super().rows(name)


def matches(pattern: str, path: str) -> bool:
    want, have = pattern.split("/"), path.split("/")
    return len(want) == len(have) and all(fnmatch.fnmatchcase(b, a) for a, b in zip(want, have, strict=True))


def test_the_plan_covers_what_the_parsers_read_and_nothing_else() -> None:
    asked: set[tuple[str, str]] = set()
    bare = linux(globs={"/sys/block/*": ["sda", "sdb", "sdc", "sdd"]})
    for evidence in (bare, *(recording(name) for name in RECORDINGS[:3])):
        spy = Spy(evidence)
        build_facts(spy)
        asked |= spy.asked
    commands = {*plan.LINUX_PLAN["commands"], *plan.PACKAGES_COMMANDS}
    patterns = {kind: plan.LINUX_PLAN[kind] for kind in ("globs", "links")}
    logs = (*plan.LINUX_PLAN["logs"], *plan.LINUX_PLAN["kernel_logs"])
    patterns["files"] = (*plan.LINUX_PLAN["files"], *logs)
    unplanned = {
        (kind, path)
        for kind, path in asked
        if not (
            path in commands or path.startswith("smartctl /dev/")
            if kind == "commands"
            else path in patterns[kind] or any(matches(pattern, path) for pattern in patterns[kind])
        )
    }
    # Recordings may hold lspci's output; the probe itself sends numbers and the control node has the names.
    assert unplanned == {("commands", "lspci")}
    unread = {
        pattern
        for kind, many in patterns.items()
        for pattern in many
        if not any(k == kind and (p == pattern or matches(pattern, p)) for k, p in asked)
    }
    assert unread == set()


def test_the_windows_probe_dumps_what_the_parsers_read_and_changes_nothing() -> None:
    script = Path(plan.__file__).with_name("windows.ps1").read_text(encoding="utf-8")
    dumped = set(re.findall(r"^Read-Class (\w+)", script, re.MULTILINE))
    dumped |= set(re.findall(r"\$cim\['(\w+)'\] = @\(", script))
    spies = [Spy(evidence) for evidence in (recording("cim/windows_10"), recording("cim/windows_7"))]
    for spy in spies:
        build_facts(spy)
    assert {name for spy in spies for kind, name in spy.asked if kind == "cim"} == dumped
    changing = r"\b(?:Set|Remove|Invoke|Start|Stop|Clear|Rename|Restart|Enable|Disable|Out)-(?!StrictMode)\w+"
    assert re.findall(changing, script) == []
