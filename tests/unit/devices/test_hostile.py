"""Whatever a device answers, the document is valid by ``schema.json``, bounded, and takes no time of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.devices.ipp_message import parse
from ansible_collections.jifang.lab.plugins.plugin_utils.devices.snmp_oids import SYSTEM, WALKED
from ansible_collections.jifang.lab.plugins.plugin_utils.devices.target import Target, blotted, target_of
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts, validate
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.devices.device_samples import HUAWEI, LASERJET, evidence, ipp, nut, pjlink, snmp

BOUNDED = settings(max_examples=120, derandomize=True)
BYTES = st.binary(max_size=60).map(lambda data: data.decode("latin-1"))
VALUE = st.one_of(
    BYTES,
    st.integers(-(2**70), 2**70),
    st.none(),
    st.floats(allow_nan=False),
    st.lists(st.integers(), max_size=2),
    st.fixed_dictionaries({"oid": st.text(max_size=30)}),
    st.sampled_from(["x" * 5000, "\ud800", "长", "{{ 7*7 }}", "\x1b]0;x\x07", {"error": "timeout"}]),
)
OIDS = st.sampled_from([*SYSTEM.values(), *WALKED.values()])
ROW = st.sampled_from(["", ".0", ".1", ".1.1", ".0.1.1", ".4294967296.9", ".x", "." + "9" * 300])


def assert_valid(answers: dict[str, Any]) -> None:
    try:
        document = build_facts(answers)
    except UserError as error:
        assert error.message.render("zh_CN")
        return
    validate(document)
    assert len(json.dumps(document)) < 3_000_000


@BOUNDED
@given(st.dictionaries(st.builds(lambda oid, row: oid + row, OIDS, ROW), VALUE, max_size=40), VALUE, VALUE)
def test_any_snmp_answers(answers: dict[str, Any], kind: Any, faults: Any) -> None:
    assert_valid(evidence("snmp", answers, kind=kind))
    assert_valid(evidence("snmp", {**HUAWEI["answers"], **answers}, faults={"ifType": faults}))
    assert_valid(evidence("snmp", {**LASERJET["answers"], **answers}))


@BOUNDED
@given(st.binary(max_size=400))
def test_any_bytes_of_a_printer(data: bytes) -> None:
    parse(data)
    parse(b"\x01\x01\x00\x00\x00\x00\x00\x01\x04" + data)
    assert_valid(evidence("ipp", {"Get-Printer-Attributes": data.decode("latin-1")}))


@BOUNDED
@given(st.data())
def test_a_printers_answer_cut_and_changed_anywhere(data: st.DataObject) -> None:
    whole = ipp({"printer-device-id": ["MFG:x;SN:y"], "marker-levels": [1, 2], "marker-names": ["a"]})
    text = whole["answers"]["Get-Printer-Attributes"]
    place = data.draw(st.integers(0, len(text)))
    noise = data.draw(BYTES)
    changed = text[:place] + noise + text[place + data.draw(st.integers(0, 9)) :]
    assert_valid(evidence("ipp", {"Get-Printer-Attributes": changed}))


@BOUNDED
@given(st.dictionaries(st.sampled_from(["INF1", "LAMP", "ERST", "POWR", "NAME", "SNUM", "CLSS"]), VALUE))
def test_any_answers_of_a_projector(answers: dict[str, Any]) -> None:
    assert_valid(evidence("pjlink", answers))


@BOUNDED
@given(VALUE, st.text(max_size=200))
def test_any_lines_of_a_ups(value: Any, text: str) -> None:
    assert_valid(evidence("nut", {"LIST VAR": value}))
    assert_valid(evidence("nut", {"LIST VAR": f'VAR u battery.charge "{text}"'.encode().decode("latin-1")}))


@pytest.mark.parametrize("probe", ["snmp", "ipp", "pjlink", "nut"])
def test_no_answers_at_all(probe: str) -> None:
    document = build_facts({"v": 1, "probe": probe})
    validate(document)
    assert document["inventory"]["system"]["serial"] is None
    assert any(path in document["unknown"] for path in ("inventory.system", "inventory.system.serial"))


def test_a_flood_is_cut_and_noted() -> None:
    rows = {str(number): 6 for number in range(1, 2500)}
    document = build_facts(snmp(ifType=rows, ifDescr=dict.fromkeys(rows, "x" * 4000)))
    validate(document)
    assert len(document["inventory"]["nics"]) == 512
    # So many notes that all of the inventory counts as not fully known.
    assert document["unknown"]["inventory"]["reason"] == "truncated"
    assert len(document["unknown"]) <= 512


def test_backslashes_without_end_take_no_time_of_their_own() -> None:
    assert_valid(nut(ups_status="\\" * 200_001))
    assert_valid(pjlink(LAMP="1 1 " * 50_000))


# --- whom to ask


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"device": "telnet"}, "lab_device is telnet"),
        ({"device": "snmp"}, "no SNMP community"),
        ({"device": "snmp", "snmp_user": "u", "snmp_auth_key": "short"}, "lab_snmp_auth_key is shorter"),
        ({"device": "snmp", "snmp_user": "u", "snmp_priv_key": "12345678"}, "without lab_snmp_auth_key"),
        ({"device": "snmp", "snmp_community": "c", "snmp_auth_protocol": "ROT13"}, "ROT13"),
        ({"device": "ipp", "device_port": "0"}, "lab_device_port is 0"),
        ({"device": "ipp", "device_port": "99999"}, "lab_device_port"),
        ({"device": "ipp", "device_seconds": "forever"}, "lab_device_seconds"),
        ({"device": "ipp", "device_kind": "toaster"}, "lab_device_kind is toaster"),
    ],
)
def test_a_variable_that_cannot_be_is_named(variables: dict[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        target_of({"address": "10.0.0.1", **variables})
    for secret in ("short", "12345678"):
        assert secret not in refused.value.message.fields.values()


def test_a_target_does_not_show_its_secrets() -> None:
    target = target_of({"device": "snmp", "address": "::1", "snmp_community": "canary-community"})
    assert "canary" not in repr(target)
    assert target.shown == "[::1]:161"
    assert Target(protocol="ipp", address="a", port=1) == Target(protocol="ipp", address="a", port=1)


@pytest.mark.parametrize("secret", ["canary-1", "团体名称", "a.b*c+"])
def test_an_echoed_secret_is_blotted_out(secret: str) -> None:
    echo = f"x{secret}y{secret}".encode().decode("latin-1")
    answers = {"answers": {"1.3": echo, secret: [secret, {"oid": secret}]}}
    said = json.dumps(blotted(answers, {"community": secret}), ensure_ascii=False)
    assert secret not in said
    assert secret.encode().decode("latin-1") not in said
    assert said.count("[secret]") == 5


def test_a_secret_too_short_to_tell_from_text_is_left() -> None:
    assert blotted({"a": "abc"}, {"password": "b"}) == {"a": "abc"}
