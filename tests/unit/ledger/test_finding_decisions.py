"""What a person decides on a finding, what is refused, and what of it outlives the next nights."""

from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.finding_decisions import (
    Decision,
    DecisionKind,
    apply_decision,
    category_of,
    decide,
    finding_number,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import run_reconcile
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import EventRow, FindingRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    DecisionCategory,
    Finding,
    FindingKind,
    FindingStatus,
)
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.unit.ledger.ledger_samples import at, facts_of, module, pc_inventory, run_of

CONFIRM = Decision(
    kind=DecisionKind.CONFIRM, reason="内存条损坏，已更换", category=DecisionCategory.REPAIR_ORDER
)
DISMISS = Decision(kind=DecisionKind.DISMISS, reason="口头核实，无需处理")
REOPEN = Decision(kind=DecisionKind.REOPEN, reason="确认错了")
OPEN = Finding(
    kind=FindingKind.COMPONENT_CHANGED, key="component_changed:1:x", advice="component_changed", id=7
)
DAY = 24 * 60


def having(status):
    return replace(OPEN, status=status, closed_by="王老师")


# --- pure


@pytest.mark.parametrize(("text", "number"), [("12", 12), (" 7 ", 7), ("0", 0), ("999999999", 999999999)])
def test_a_number_is_read_as_a_person_writes_it(text, number):
    assert finding_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "十二", "１２", "²", "1.0", "-1", "1e3", "#f12", "9" * 10, "9" * 10_000, "12\n13", "\x1b[31m"],
)
def test_what_is_no_number_is_refused_in_the_persons_language(text):
    with pytest.raises(UserError) as refused:
        finding_number(text)
    said = refused.value.message.render("zh_CN")
    assert "不是事项编号" in said
    assert "未作任何改动" in said
    assert len(said) < 200
    assert said.isprintable()


@pytest.mark.parametrize(
    ("status", "decision", "becomes"),
    [
        (FindingStatus.OPEN, CONFIRM, FindingStatus.CONFIRMED),
        (FindingStatus.OPEN, DISMISS, FindingStatus.DISMISSED),
        (FindingStatus.CONFIRMED, REOPEN, FindingStatus.OPEN),
        (FindingStatus.DISMISSED, REOPEN, FindingStatus.OPEN),
    ],
)
def test_decisions(status, decision, becomes):
    after = decide(having(status), decision, actor="李老师", at=at())
    assert after.status is becomes
    decided = becomes is not FindingStatus.OPEN
    assert (after.closed_at, after.closed_by) == ((at(), "李老师") if decided else (None, None))
    assert after.closed_reason == (decision.reason if decided else None)
    assert after.category is decision.category


REFUSED = [
    (FindingStatus.CONFIRMED, CONFIRM, "已由 王老师 确认"),
    (FindingStatus.CONFIRMED, DISMISS, "已由 王老师 确认"),
    (FindingStatus.DISMISSED, CONFIRM, "已由 王老师 定为不处理"),
    (FindingStatus.DISMISSED, DISMISS, "已由 王老师 定为不处理"),
    (FindingStatus.RESOLVED, CONFIRM, "已办结"),
    (FindingStatus.RESOLVED, DISMISS, "已办结"),
    (FindingStatus.RESOLVED, REOPEN, "已办结"),
    (FindingStatus.OPEN, REOPEN, "没有可以撤回的决定"),
    *[(FindingStatus.OPEN, replace(one, reason=blank), "没有写理由")
      for one in (CONFIRM, DISMISS) for blank in ("", "  \t\n", "\u200b\x00")],
    (FindingStatus.CONFIRMED, replace(REOPEN, reason=" "), "没有写理由"),
    (FindingStatus.OPEN, replace(CONFIRM, category=None), "按哪一类确认"),
    (FindingStatus.OPEN, replace(DISMISS, category=DecisionCategory.OTHER), "只用于确认"),
    (FindingStatus.OPEN, replace(DISMISS, repair_number="BX-1"), "只用于确认"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "decision", "says"), REFUSED)
def test_refusals_say_why_in_chinese(status, decision, says):
    with pytest.raises(UserError) as error:
        decide(having(status), decision, actor="李老师", at=at())
    said = error.value.message.render("zh_CN")
    assert says in said
    assert "未作任何改动" in said
    assert "7" in said


@pytest.mark.parametrize("word", ["repair", "报修", "{category}", "REPAIR_ORDER"])
def test_a_category_that_is_none_is_refused(word):
    with pytest.raises(UserError, match="repair_order, upgrade, damage, other"):
        category_of(word, 7)
    assert category_of(" ", 7) is None
    assert category_of(" damage ", 7) is DecisionCategory.DAMAGE


@given(st.text(max_size=3000), st.text(max_size=300))
def test_what_a_person_writes_becomes_one_bounded_line(reason, number):
    decision = replace(CONFIRM, reason=reason, repair_number=number)
    try:
        after = decide(OPEN, decision, actor="李老师", at=at())
    except UserError:
        return
    assert after.closed_reason
    assert len(after.closed_reason) <= 500
    assert after.closed_reason == " ".join(after.closed_reason.split())
    assert after.repair_number is None or 0 < len(after.repair_number) <= 64


@given(st.lists(st.sampled_from([CONFIRM, DISMISS, REOPEN]), max_size=12))
def test_no_sequence_of_decisions_reaches_a_contradiction(sequence):
    finding = OPEN
    for decision in sequence:
        try:
            after = decide(finding, decision, actor="李老师", at=at())
        except UserError:
            continue
        assert (finding.status is FindingStatus.OPEN) != (after.status is FindingStatus.OPEN)
        assert (after.closed_reason is None) == (after.status is FindingStatus.OPEN)
        assert (after.category is not None) == (after.status is FindingStatus.CONFIRMED)
        finding = after


# --- in the ledger


def modules(*serials):
    return facts_of(
        pc_inventory(1, memory={"modules": [module(f"DIMM {n}", serial) for n, serial in enumerate(serials)]})
    )


def look(ledger, facts, night):
    commit_records(ledger, run_of({"pc01": facts}, run=f"night-{night}", minutes=night * DAY), actor="tester")
    return run_reconcile(ledger, actor="tester")


def stored(ledger):
    """Findings of parts in the order in which they were opened."""
    with ledger.read() as session:
        rows = session.scalars(select(FindingRow).order_by(FindingRow.id)).all()
        return [row.to_record() for row in rows if row.kind is FindingKind.COMPONENT_CHANGED]


def counted(ledger):
    with ledger.read() as session:
        return session.scalar(select(func.count()).select_from(EventRow))


def changed(ledger):
    """A module was replaced: the finding's number."""
    look(ledger, modules("AAAA1111", "BBBB2222"), 0)
    look(ledger, modules("AAAA1111", "CCCC3333"), 1)
    (finding,) = stored(ledger)
    return finding.id


def test_a_decision_is_an_event_with_person_and_reason(ledger):
    number = changed(ledger)
    decided = apply_decision(ledger, number, replace(CONFIRM, repair_number="BX-2026-0031"), actor="李老师")
    assert stored(ledger) == [decided.after]
    event = decided.event
    assert (event.action, event.subject, event.actor) == ("finding.confirmed", f"finding:{number}", "李老师")
    assert event.reason == CONFIRM.reason
    assert event.before == {"key": decided.after.key, "status": "open"}
    assert event.after == {
        "key": decided.after.key,
        "status": "confirmed",
        "category": "repair_order",
        "repair_number": "BX-2026-0031",
        "reason": CONFIRM.reason,
    }
    back = apply_decision(ledger, number, REOPEN, actor="王老师")
    assert (back.event.action, back.event.actor) == ("finding.reopened", "王老师")
    assert [row.status for row in stored(ledger)] == [FindingStatus.OPEN]
    assert apply_decision(ledger, number, DISMISS, actor="王老师").event.action == "finding.dismissed"
    with ledger.read() as session:
        assert verify(session).ok


@pytest.mark.parametrize("number", [0, -1, 999, 10**30])
def test_an_unknown_number_is_refused_and_nothing_is_written(ledger, number):
    changed(ledger)
    before = stored(ledger), counted(ledger)
    with pytest.raises(UserError) as error:
        apply_decision(ledger, number, CONFIRM, actor="李老师")
    assert "台帐中没有第" in error.value.message.render("zh_CN")
    assert (stored(ledger), counted(ledger)) == before


def test_a_refused_decision_and_a_dry_run_write_nothing(ledger):
    number = changed(ledger)
    before = stored(ledger), counted(ledger)
    with pytest.raises(UserError):
        apply_decision(ledger, number, replace(CONFIRM, reason=""), actor="李老师")
    apply_decision(ledger, number, CONFIRM, actor="李老师", dry_run=True)
    assert (stored(ledger), counted(ledger)) == before


@pytest.mark.parametrize("decision", [CONFIRM, DISMISS])
def test_a_decided_change_is_the_new_normal_and_a_later_one_is_told(ledger, decision):
    number = changed(ledger)
    apply_decision(ledger, number, decision, actor="李老师")
    decided = stored(ledger)
    for night in (2, 3):
        summary = look(ledger, modules("AAAA1111", "CCCC3333"), night)
        assert stored(ledger)[0].status is decided[0].status
        assert (summary.findings.opened, summary.findings.reopened) == (0, 0)
    # The module that was put in then is gone: of the decided change only half is left, and it stays decided.
    summary = look(ledger, modules("AAAA1111"), 4)
    first, second = stored(ledger)
    assert replace(first, last_seen_at=None) == replace(decided[0], last_seen_at=None)
    assert (second.status, summary.findings.reopened) == (FindingStatus.OPEN, 0)
    assert [(row.book is not None, row.fact) for row in second.differences] == [(True, None)]
    # The old ones are back: what was decided stays, what came later is told.
    look(ledger, modules("AAAA1111", "BBBB2222"), 5)
    assert stored(ledger)[0].status is decided[0].status
    assert FindingStatus.OPEN in {row.status for row in stored(ledger)[1:]}


def test_a_confirmed_room_does_not_come_back_computer_by_computer(ledger):
    """Half a year later most of the new modules were replaced once more, one at a time."""

    def room(*serials):
        return {
            f"pc{n:02}": facts_of(pc_inventory(n, memory={"modules": [module("DIMM 1", f"{serial}{n:04}")]}))
            for n, serial in enumerate(serials, start=1)
        }

    def night(number, hosts):
        commit_records(ledger, run_of(hosts, run=f"night-{number}", minutes=number * DAY), actor="tester")
        return run_reconcile(ledger, actor="tester")

    night(0, room("OLD", "OLD", "OLD", "OLD", "OLD"))
    night(1, room("NEW", "NEW", "NEW", "NEW", "NEW"))
    (whole,) = stored(ledger)
    assert whole.advice == "room_parts"
    apply_decision(ledger, whole.id, CONFIRM, actor="李老师")
    serials = ["NEW"] * 5
    for number, place in enumerate((0, 1, 2), start=10):
        serials[place] = "XXX"
        night(number, room(*serials))
    found = stored(ledger)
    assert [(row.advice, row.status) for row in found] == [
        ("room_parts", FindingStatus.CONFIRMED),
        *[("component_changed", FindingStatus.OPEN)] * 3,
    ]
    assert [row.hosts for row in found[1:]] == [("pc01",), ("pc02",), ("pc03",)]


def test_a_confirmed_swap_stays_and_swapping_back_is_told(ledger):
    def pair(first, second):
        return {
            "pc01": facts_of(pc_inventory(1, memory={"modules": [module("DIMM 1", first)]})),
            "pc02": facts_of(pc_inventory(2, memory={"modules": [module("DIMM 1", second)]})),
        }

    def swaps():
        with ledger.read() as session:
            rows = session.scalars(select(FindingRow).where(FindingRow.kind == FindingKind.SWAP_SUSPECTED))
            return [row.to_record() for row in rows]

    for night, hosts in enumerate([pair("AAAA1111", "BBBB2222"), pair("BBBB2222", "AAAA1111")]):
        commit_records(ledger, run_of(hosts, run=f"night-{night}", minutes=night * DAY), actor="tester")
        run_reconcile(ledger, actor="tester")
    (swap,) = swaps()
    apply_decision(ledger, swap.id, CONFIRM, actor="李老师")
    summary = run_reconcile(ledger, actor="tester")
    assert [row.status for row in swaps()] == [FindingStatus.CONFIRMED]
    assert summary.events == ()
    commit_records(ledger, run_of(pair("AAAA1111", "BBBB2222"), run="back", minutes=9 * DAY), actor="tester")
    run_reconcile(ledger, actor="tester")
    (again,) = swaps()
    assert (again.status, again.category, again.closed_reason) == (FindingStatus.OPEN, None, None)
