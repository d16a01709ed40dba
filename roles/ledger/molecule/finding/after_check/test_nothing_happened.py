"""Check mode: nothing is decided yet."""

from __future__ import annotations

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import FindingStatus, Snapshot


def test_the_finding_is_still_open(snapshot: Snapshot) -> None:
    assert [finding.status for finding in snapshot.findings] == [FindingStatus.OPEN] * 2
    assert not [event for event in snapshot.events if event.action == "finding.confirmed"]
