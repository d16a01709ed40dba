"""The role was applied twice: the finding is confirmed once, with person and reason, and the other is not touched."""

from __future__ import annotations

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    DecisionCategory,
    FindingStatus,
    Snapshot,
)


def test_the_finding_is_confirmed_with_its_reason(snapshot: Snapshot) -> None:
    finding = snapshot.findings[0]
    assert finding.status is FindingStatus.CONFIRMED
    assert (finding.category, finding.repair_number) == (DecisionCategory.REPAIR_ORDER, "BX-2026-0031")
    assert finding.closed_by
    assert finding.closed_reason
    assert finding.closed_reason.startswith("内存条损坏")


def test_the_history_has_the_decision_once(snapshot: Snapshot) -> None:
    (event,) = [event for event in snapshot.events if event.action == "finding.confirmed"]
    assert event.subject == "finding:1"
    assert event.actor == snapshot.findings[0].closed_by
    assert event.reason == snapshot.findings[0].closed_reason


def test_the_other_finding_is_untouched(snapshot: Snapshot) -> None:
    assert snapshot.findings[1].status is FindingStatus.OPEN
