"""A finding of USB attempts in a real ledger: opened, decided, opened again by a further attempt, settled by a slip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.attempt_model import load_some_attempts
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger, open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.finding_decisions import (
    Decision,
    DecisionKind,
    apply_decision,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import (
    ReconcileSummary,
    run_reconcile,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import FindingRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    DecisionCategory,
    Finding,
    FindingKind,
    FindingStatus,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import (
    entered_findings,
    load_state,
    write_plan,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.warning_slips import (
    WarningRequest,
    issue,
    wanted,
)
from sqlalchemy import select

from tests.unit.ledger.ledger_samples import NOON, at, facts_of, header, observed, pc_inventory
from tests.unit.ledger.test_attempts import told


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path}/ledger.db", clock=lambda: NOON + timedelta(hours=3))
    yield opened
    opened.close()


def look(ledger: Ledger, run: int, *items: dict[str, Any]) -> None:
    facts = facts_of(pc_inventory(1), state={"usb_attempts": list(items)})
    records = [header(f"run-{run}", run), observed("pc01", facts, run=f"run-{run}", minutes=60 + run)]
    commit_records(ledger, records, actor="tester")


def reconciled(ledger: Ledger) -> ReconcileSummary:
    return run_reconcile(ledger, actor="tester", entered=entered_findings)


def finding(ledger: Ledger) -> Finding:
    with ledger.read() as session:
        assert verify(session).ok
        return (
            session.scalars(select(FindingRow).where(FindingRow.kind == FindingKind.USB_ATTEMPT))
            .one()
            .to_record()
        )


def test_from_the_first_attempt_to_the_slip(ledger: Ledger) -> None:
    look(ledger, 1, told(1), told(2, serial="OTHER"))
    reconciled(ledger)
    opened = finding(ledger)
    assert (opened.status, opened.stands_for) == (FindingStatus.OPEN, ("attempt:1", "attempt:2"))
    assert [login.user for login in opened.logins] == ["student"]
    assert reconciled(ledger).events == ()

    assert opened.id is not None
    confirm = Decision(kind=DecisionKind.CONFIRM, reason="老师准许的课件盘", category=DecisionCategory.OTHER)
    apply_decision(ledger, opened.id, confirm, actor="王老师")
    assert reconciled(ledger).events == ()
    assert finding(ledger).status is FindingStatus.CONFIRMED

    look(ledger, 2, told(1), told(30))
    reconciled(ledger)
    again = finding(ledger)
    assert (again.id, again.status) == (opened.id, FindingStatus.OPEN)
    assert again.stands_for == ("attempt:1", "attempt:2", "attempt:3")

    with ledger.write(actor="王老师") as tx:
        state = load_state(tx.session, at().date(), findings=True)
        request = WarningRequest(finding=str(opened.id), rule="不得接入 U 盘。", pupil="陈敏")
        found = load_some_attempts(tx.session, wanted(state, request))
        state = replace(state, attempts=tuple(found.values()))
        write_plan(tx, state, issue(state, request))
    reconciled(ledger)
    assert finding(ledger).status is FindingStatus.RESOLVED
    assert reconciled(ledger).events == ()
