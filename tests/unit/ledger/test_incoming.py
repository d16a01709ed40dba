import base64
import hashlib
import json
import zlib
from datetime import UTC, datetime

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.document import inventory_digest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import incoming
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.incoming import Header, Report, check, named
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import SightingStatus
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.ledger.ledger_samples import facts_of, header, missed, observed, pc_inventory

FACTS = facts_of(pc_inventory(1))


def test_a_header():
    assert check(header()) == Header(
        run="run-1", at=datetime(2026, 11, 23, 12, tzinfo=UTC), playbook="collect_facts.yml", actor="root"
    )


def test_a_host_that_did_not_answer():
    report = check(missed("pc07", kind="failed", message="sudo: \x1b[31ma password is required\n"))
    assert report == Report(
        run="run-1",
        host="pc07",
        status=SightingStatus.FAILED,
        at=datetime(2026, 11, 23, 12, 1, tzinfo=UTC),
        room="机房一",
        seat="07",
        message="sudo: [31ma password is required",
        facts=None,
    )


def test_an_observed_host():
    report = check(observed("pc01", FACTS))
    facts = report.facts
    assert report.status is SightingStatus.OBSERVED
    assert facts.digest == inventory_digest(FACTS) == hashlib.sha256(facts.inventory.encode()).hexdigest()
    assert dict(facts.keys.values)["system_serial"] == {"PC000001"}
    assert facts.features["product"] == "ThinkCentre M720q"
    assert hashlib.sha256(zlib.decompress(facts.evidence.data)).hexdigest() == facts.evidence.digest
    assert facts.evidence.size == len(zlib.decompress(facts.evidence.data))


@pytest.mark.parametrize(
    ("room", "seat", "kept"),
    [
        (None, None, (None, None)),
        ("", " ", (None, None)),
        ("机房一", 7, ("机房一", "7")),
        (" A\x07 ", "0\n1", ("A", "0 1")),
    ],
)
def test_a_place_is_cleaned(room, seat, kept):
    report = check({**missed("pc01"), "room": room, "seat": seat})
    assert (report.room, report.seat) == kept


def bomb():
    text = b"0" * (64 << 20)
    return {
        "evidence": base64.b64encode(zlib.compress(text)).decode(),
        "digest": hashlib.sha256(text).hexdigest(),
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"v": 2}, "version"),
        ({"run": "../../x"}, "run"),
        ({"run": "x" * 65}, "run"),
        ({"run": 7}, "run"),
        ({"kind": "exploded"}, "kind"),
        ({"kind": ["observed"]}, "kind"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-11-23T12:00:00"}, "at"),
        ({"at": "9999-12-31T23:59:59-23:59"}, "at"),
        ({"at": 1}, "at"),
        ({"host": ""}, "host"),
        ({"host": "x" * 256}, "host"),
        ({"host": "pc\x1b[0m01"}, "host"),
        ({"host": None}, "host"),
        ({"room": "x" * 256}, "room"),
        ({"seat": {"a": 1}}, "seat"),
        ({"seat": True}, "seat"),
        ({"facts": None}, "facts"),
        ({"facts": {**FACTS, "schema": "jifang.facts/9"}}, "facts"),
        ({"facts": {**FACTS, "inventory": {}}}, "facts"),
        ({"facts": {**FACTS, "raw": {"a": float("nan")}}}, "facts"),
        ({"evidence": "not base64!"}, "evidence"),
        ({"evidence": "中"}, "evidence"),
        ({"evidence": base64.b64encode(b"no zlib").decode()}, "evidence"),
        ({"evidence": 7}, "evidence"),
        ({"digest": None}, "evidence"),
        ({"digest": "0" * 64}, "digest"),
        (bomb(), "evidence is larger"),
    ],
)
def test_what_is_not_as_the_format_says_is_refused(change, says):
    with pytest.raises(UserError, match=says) as error:
        check({**observed("pc01", FACTS), **change})
    assert error.value.message.render("zh_CN") != str(error.value)


def evidence_only(evidence):
    record = observed("pc01", None, evidence=evidence)
    del record["facts"]
    return record


def test_evidence_without_facts_is_parsed():
    facts = check(evidence_only({"v": 1, "probe": "linux", "native": {"hostname": "pc01"}})).facts
    assert json.loads(facts.state)["hostname"] == "pc01"
    assert facts.evidence.size > 0


@pytest.mark.parametrize("evidence", [[], {"v": 7}, {"v": 1, "probe": "linux", "files": 1}])
def test_evidence_that_is_none_is_refused(evidence):
    with pytest.raises(UserError, match=r"evidence|probe"):
        check(evidence_only(evidence))


def test_a_parser_that_stumbles_refuses_that_record_only(monkeypatch):
    def stumble(_):
        raise IndexError("an odd machine")

    monkeypatch.setattr(incoming, "build_facts", stumble)
    with pytest.raises(UserError, match="IndexError: an odd machine") as error:
        check(evidence_only({"v": 1, "probe": "linux"}))
    assert error.value.message.render("zh_CN") != str(error.value)


@pytest.mark.parametrize("record", [None, [], "x", 7, {}, {"v": 1}, {"v": 1, "kind": "run"}])
def test_what_is_no_record_is_refused(record):
    with pytest.raises(UserError):
        check(record)


def test_a_refused_record_is_named_as_far_as_it_can_be():
    assert named({"run": "r\x1b1", "host": "h" * 500}) == ("r1", "h" * 80)
    assert named({"run": 7}) == (None, None)
    assert named(None) == (None, None)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, derandomize=True)
@given(st.sampled_from(sorted(observed("pc01", FACTS))), json_values)
def test_any_field_may_hold_anything(name, value):
    try:
        checked = check({**observed("pc01", FACTS), name: value})
    except UserError:
        return
    assert isinstance(checked, Header | Report)


@settings(max_examples=200, derandomize=True)
@given(json_values)
def test_anything_may_stand_in_a_line(value):
    try:
        check(value)
    except UserError:
        return
    raise AssertionError("a random value is no record")
