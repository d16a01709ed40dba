from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts, inventory_digest, validate
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.document import Document
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.shape import MAX_NOTES, clean_text
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from tests.unit.facts.evidence_samples import RECORDINGS, expected_facts, linux


def document(inventory: dict[str, Any] | None = None, state: dict[str, Any] | None = None) -> dict[str, Any]:
    builder = Document("linux", simulated=False)
    builder.inventory.update(inventory or {})
    builder.state.update(state or {})
    return builder.finish()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("ThinkCentre M720t", "ThinkCentre M720t"),
        ("  a\tb\r\nc  ", "a b c"),
        ("a\x00\x1b[31mb\x7f\x9b", "a[31mb"),
        ("\u202eabc\u2066\u200f\ufeff", "abc"),
        ("机房一\u2028二", "机房一 二"),
        ("\ud800x\udfff", "x"),
        ("{{ lookup('pipe','id') }}", "{{ lookup('pipe','id') }}"),
        ("\u3000全角\u3000", "全角"),
        ("😀 a\u00a0b", "😀 a\u00a0b"),
        (" \n ", ""),
    ],
)
def test_control_characters_are_dropped(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_an_empty_document_is_whole() -> None:
    facts = document()
    assert validate(facts) is facts
    assert facts["inventory"]["system"] == dict.fromkeys(
        ("manufacturer", "product", "version", "serial", "uuid", "sku", "family")
    )
    assert facts["inventory"]["tpm"] is None
    assert facts["inventory"]["disks"] == []


def test_a_placeholder_becomes_null_and_keeps_its_text() -> None:
    facts = document({"system": {"serial": "To be filled by O.E.M.", "product": "M720t"}})
    assert facts["inventory"]["system"]["serial"] is None
    assert facts["raw"] == {"inventory.system.serial": "To be filled by O.E.M."}
    assert facts["unknown"] == {}


@pytest.mark.parametrize(
    ("section", "field", "value", "reason"),
    [
        ("system", "uuid", "not-a-uuid", "unreadable"),
        ("bios", "release_date", "2021-13-01", "unreadable"),
        ("bios", "firmware_type", "coreboot", "unreadable"),
    ],
)
def test_a_value_of_the_wrong_form_is_kept_as_raw(section: str, field: str, value: str, reason: str) -> None:
    facts = document({section: {field: value}})
    path = f"inventory.{section}.{field}"
    assert facts["inventory"][section][field] is None
    assert facts["raw"] == {path: value}
    assert facts["unknown"] == {path: {"reason": reason, "detail": None}}


@pytest.mark.parametrize(
    ("inventory", "path"),
    [
        ({"system": {"product": 5}}, "inventory.system.product"),
        ({"system": []}, "inventory.system"),
        ({"disks": "x"}, "inventory.disks"),
        ({"disks": [{"size_bytes": -1}]}, "inventory.disks[0].size_bytes"),
        ({"disks": [{"size_bytes": 2**60}]}, "inventory.disks[0].size_bytes"),
        ({"disks": [{"size_bytes": True}]}, "inventory.disks[0].size_bytes"),
        ({"disks": [{"removable": 1}]}, "inventory.disks[0].removable"),
        ({"monitors": [{"native_refresh_hz": float("nan")}]}, "inventory.monitors[0].native_refresh_hz"),
    ],
)
def test_a_value_of_the_wrong_type_is_unknown(inventory: dict[str, Any], path: str) -> None:
    facts = document(inventory)
    assert facts["unknown"] == {path: {"reason": "unreadable", "detail": None}}
    validate(facts)


def test_long_texts_and_lists_are_cut_and_noted() -> None:
    long = "abcde " * 60
    facts = document({"system": {"product": long}, "optical": [{"name": f"sr{n}"} for n in range(600)]})
    assert facts["inventory"]["system"]["product"] == long[:256].rstrip()
    assert len(facts["inventory"]["optical"]) == 512
    assert facts["unknown"] == {
        "inventory.system.product": {"reason": "truncated", "detail": None},
        "inventory.optical": {"reason": "truncated", "detail": None},
    }


def test_the_whole_document_is_bounded() -> None:
    flood = [dict.fromkeys(("name", "version", "architecture"), "x" * 256) for _ in range(20_000)]
    facts = document({"packages": flood}, {"hostname": "pc01"})
    validate(facts)
    assert facts["state"]["hostname"] == "pc01"
    assert facts["unknown"]["inventory"]["reason"] == "truncated"
    assert len(json.dumps(facts)) < 4_000_000


def test_too_many_notes_make_all_nulls_unknown() -> None:
    builder = Document("linux", simulated=False)
    for place in range(MAX_NOTES + 100):
        builder.unknown(f"inventory.disks[{place}].serial", "no_permission")
    facts = builder.finish()
    validate(facts)
    assert len(facts["unknown"]) <= MAX_NOTES
    assert facts["unknown"]["inventory"]["reason"] == "truncated"


def test_the_first_reason_stays_and_details_are_bounded() -> None:
    builder = Document("linux", simulated=True)
    builder.unknown("inventory.os", "timeout", "x\n" * 500)
    builder.unknown("inventory.os", "no_tool")
    facts = builder.finish()
    assert facts["simulated"] is True
    assert facts["unknown"]["inventory.os"]["reason"] == "timeout"
    assert len(facts["unknown"]["inventory.os"]["detail"]) <= 256
    validate(facts)


def test_the_digest_covers_the_inventory_only() -> None:
    facts = document({"system": {"product": "电脑"}}, {"hostname": "a"})
    digest = inventory_digest(facts)
    assert digest == "86880edfdd4270cb70814d130551fb83c4ac82b03613fba15df52801c2edba9f"
    assert inventory_digest({**facts, "state": {}, "unknown": {}}) == digest
    turned = json.loads(json.dumps(facts, sort_keys=True))
    assert inventory_digest(turned) == digest
    turned["inventory"]["system"]["product"] = "电脑2"
    assert inventory_digest(turned) != digest


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_facts_are_valid(name: str) -> None:
    facts = expected_facts(name)
    assert validate(facts) is facts


def _changed(path: list[Any], value: Any) -> dict[str, Any]:
    facts = copy.deepcopy(expected_facts("evidence/desktop"))
    target = facts
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return facts


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (["schema"], "jifang.facts/2", "schema"),
        (["platform"], "macos", "platform"),
        (["simulated"], None, "simulated"),
        (["extra"], 1, "$"),
        (["inventory"], None, "inventory"),
        (["inventory", "system"], {}, "inventory.system"),
        (["inventory", "system", "serial"], 5, "inventory.system.serial"),
        (["inventory", "system", "serial"], "", "inventory.system.serial"),
        (["inventory", "system", "serial"], "x" * 257, "inventory.system.serial"),
        (["inventory", "system", "serial"], "a\x1b[2J", "inventory.system.serial"),
        (["inventory", "system", "serial"], "\ud800", "inventory.system.serial"),
        (["inventory", "system", "uuid"], "x", "inventory.system.uuid"),
        (["inventory", "nics", 0, "permanent_mac"], "AA:BB:CC:DD:EE:FF", "inventory.nics[0].permanent_mac"),
        (["inventory", "disks"], {}, "inventory.disks"),
        (["inventory", "disks"], [None] * 513, "inventory.disks"),
        (["inventory", "disks", 0], None, "inventory.disks[0]"),
        (["inventory", "disks", 0, "size_bytes"], True, "inventory.disks[0].size_bytes"),
        (["inventory", "disks", 0, "size_bytes"], 1.5, "inventory.disks[0].size_bytes"),
        (["inventory", "disks", 0, "bus"], "floppy", "inventory.disks[0].bus"),
        (["inventory", "secure_boot"], "no", "inventory.secure_boot"),
        (["state", "addresses", 0, "ipv4"], ["::1"], "state.addresses[0].ipv4[0]"),
        (["unknown"], [], "unknown"),
        (["unknown"], {"../../x": {"reason": "timeout", "detail": None}}, "unknown"),
        (["unknown"], {"state.smart": {"reason": "why not", "detail": None}}, "unknown[state.smart].reason"),
        (["unknown"], {"state.smart": "timeout"}, "unknown[state.smart]"),
        (["raw"], {f"inventory.disks[{n}].serial": "x" for n in range(513)}, "raw"),
        (["raw"], {"inventory.system.serial": None}, "raw[inventory.system.serial]"),
    ],
)
def test_a_document_that_is_not_valid_is_refused(path: list[Any], value: Any, where: str) -> None:
    with pytest.raises(UserError) as raised:
        validate(_changed(path, value))
    assert raised.value.message.fields["path"] == where
    assert "采集" in raised.value.message.render("zh_CN")


@pytest.mark.parametrize("value", [None, [], "facts", 5])
def test_what_is_no_document_is_refused(value: object) -> None:
    with pytest.raises(UserError, match="not in the format"):
        validate(value)


def test_simulated_is_what_has_another_root() -> None:
    assert build_facts(linux(root="/srv/hardware"))["simulated"] is True
    assert build_facts(linux())["simulated"] is False
