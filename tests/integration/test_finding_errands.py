"""A module is taken out; a person confirms, is refused, takes it back and dismisses: the errands themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Finding,
    FindingKind,
    FindingStatus,
)

from demo.hardware import tree, write_tree
from tests.integration.support import PCS, School

WHY = "finding_reason=内存条损坏，报修后由供应商更换"
HOST = "pc01"


@pytest.fixture
def school(tmp_path: Path) -> School:
    made = School(tmp_path)
    root = made.add(HOST)
    assert (done := made.run("collect_facts")).code == 0, done.said
    (size, *rest) = PCS[HOST].memory
    write_tree(tree(replace(PCS[HOST], memory=(*(0 for _ in rest), size))), root)
    for errand in ("collect_facts", "reconcile_ledger"):
        assert (done := made.run(errand)).code == 0, done.said
    return made


def the_change(school: School) -> Finding:
    (finding,) = [row for row in school.snapshot().findings if row.kind is FindingKind.COMPONENT_CHANGED]
    return finding


def extra(**variables: str | int) -> list[str]:
    return [word for name, value in variables.items() for word in ("-e", f"{name}={value}")]


def test_a_finding_from_the_change_to_its_decisions(school: School) -> None:
    change = the_change(school)
    assert (change.hosts, change.status) == ((HOST,), FindingStatus.OPEN)
    assert change.last_whole_at is not None
    assert [(login.user, login.host) for login in change.logins] == [("student", HOST)]
    number = extra(finding_id=change.id or 0)
    confirm = [
        *number,
        "-e",
        WHY,
        *extra(finding_category="repair_order", finding_repair_number="BX-2026-0031"),
    ]

    tried = school.run("confirm_finding", "--check", "--diff", *confirm)
    assert tried.code == 0, tried.said
    assert 'category: "repair_order"' in tried.said
    assert the_change(school) == change

    done = school.lab_run("confirm_finding", *confirm)
    assert done.code == 0, done.said
    decided = the_change(school)
    assert (decided.status, decided.repair_number) == (FindingStatus.CONFIRMED, "BX-2026-0031")

    for errand in ("collect_facts", "reconcile_ledger"):
        assert school.run(errand).code == 0
    assert the_change(school).status is FindingStatus.CONFIRMED

    assert school.lab_run("reopen_finding", *number, "-e", "finding_reason=另一台").code == 0
    assert the_change(school).status is FindingStatus.OPEN
    assert school.lab_run("dismiss_finding", *number, "-e", "finding_reason=口头核实").code == 0
    assert the_change(school).status is FindingStatus.DISMISSED
    told = [event.action for event in school.snapshot().events if event.subject == f"finding:{change.id}"]
    assert told == ["finding.opened", "finding.confirmed", "finding.reopened", "finding.dismissed"]


REFUSED: list[tuple[str, dict[str, str | int], str]] = [
    (
        "confirm_finding",
        {"finding_id": 999, "finding_reason": "x", "finding_category": "other"},
        "没有第 999 号事项",
    ),
    ("dismiss_finding", {"finding_id": "十二", "finding_reason": "x"}, "“十二”不是事项编号"),
    ("dismiss_finding", {"finding_id": "", "finding_reason": "x"}, "不是事项编号"),
    ("confirm_finding", {"finding_reason": "", "finding_category": "other"}, "没有写理由"),
    ("confirm_finding", {"finding_reason": "x"}, "按哪一类确认"),
    ("confirm_finding", {"finding_reason": "x", "finding_category": "soup"}, "按哪一类确认"),
    ("dismiss_finding", {}, "没有写理由"),
    ("reopen_finding", {"finding_reason": "x"}, "没有可以撤回的决定"),
]


def test_refusals_say_why_and_change_nothing(school: School) -> None:
    before = school.snapshot()
    number = the_change(school).id or 0
    for errand, variables, says in REFUSED:
        done = school.run(errand, *extra(**{"finding_id": number, "lab_language": "zh_CN", **variables}))
        assert done.code != 0, errand
        assert says in done.said
        assert "未作任何改动" in done.said
        assert "Traceback" not in done.said
        assert replace(school.snapshot(), taken_at=before.taken_at) == before
