"""Optional sections of the schema: a PC's document has none of a device's, and stays valid as it was."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts, inventory_digest, validate
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from tests.unit.facts.evidence_samples import expected_facts, recording


def test_a_pc_has_no_section_of_a_device() -> None:
    facts = build_facts(recording("evidence/laptop"))
    assert "device" not in facts["inventory"]
    assert "device" not in facts["state"]
    assert inventory_digest(facts) == inventory_digest(expected_facts("evidence/laptop"))


@pytest.mark.parametrize("probe", ["snmp", "ipp", "pjlink", "nut"])
def test_a_device_has_both(probe: str) -> None:
    facts = build_facts({"v": 1, "probe": probe})
    validate(facts)
    assert facts["inventory"]["device"]["kind"]
    assert facts["state"]["device"]["ports"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"device": None},
        {"device": {}},
        {"device": {"kind": "toaster"}},
        {"devices": []},
    ],
)
def test_a_section_that_is_not_as_the_schema_says_is_refused(change: dict[str, Any]) -> None:
    facts = copy.deepcopy(build_facts({"v": 1, "probe": "snmp"}))
    facts["inventory"] |= change
    with pytest.raises(UserError):
        validate(facts)
