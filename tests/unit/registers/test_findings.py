"""What the registers give to be settled, in a real ledger: it opens, changes and resolves as the stock does."""

from __future__ import annotations

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Message
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import (
    ReconcileSummary,
    run_reconcile,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import FindingRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reconcile import Scope
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Difference,
    Finding,
    FindingKind,
    FindingStatus,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Change, Plan
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock import MoveCause as Cause
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock import StockCategory as Category
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stock import StockItem, StockMove
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import (
    entered_findings,
    load_state,
    write_plan,
)
from sqlalchemy import select

from tests.samples.registers import TODAY

ITEM = StockItem(
    number="2026-0001", name="内存条", model="DDR4 8GB", category=Category.PART, unit="条", minimum=2
)


def enter(ledger: Ledger, thing: StockItem | StockMove) -> None:
    with ledger.write(actor="test") as tx:
        state = load_state(tx.session, TODAY)
        plan = Plan(errand="test", changes=(Change("test", None, thing),), message=Message("stock", "test"))
        write_plan(tx, state, plan)


def arrived(number: int, quantity: int) -> StockMove:
    return StockMove(
        number=f"2026-{number:04}",
        item_number=ITEM.number,
        cause=Cause.RECEIPT,
        quantity=quantity,
        moved_on=TODAY,
        slip=f"2026-{number:04}",
    )


def reconciled(ledger: Ledger, scope: Scope | None = None) -> ReconcileSummary:
    return run_reconcile(ledger, actor="test", scope=scope, entered=entered_findings)


def low(ledger: Ledger) -> list[Finding]:
    with ledger.read() as session:
        rows = session.scalars(select(FindingRow).where(FindingRow.kind == FindingKind.LOW_STOCK))
        return [row.to_record() for row in rows]


def test_low_stock_opens_changes_and_resolves(ledger: Ledger) -> None:
    enter(ledger, ITEM)
    reconciled(ledger)
    (opened,) = low(ledger)
    assert (opened.status, opened.advice) == (FindingStatus.OPEN, "low_stock")
    assert opened.differences == (Difference(field="stock", book="内存条 DDR4 8GB ≥ 2 条", fact="0 条"),)
    assert reconciled(ledger).events == ()

    enter(ledger, arrived(1, 1))
    assert reconciled(ledger).findings.changed == 1
    enter(ledger, arrived(2, 1))
    reconciled(ledger)
    (settled,) = low(ledger)
    assert settled.status is FindingStatus.RESOLVED


def test_a_run_limited_to_some_hosts_says_nothing_of_the_store(ledger: Ledger) -> None:
    enter(ledger, ITEM)
    limited = Scope.limited(["pc01"], {"pc01": ("机房一", "01")})
    reconciled(ledger, limited)
    assert low(ledger) == []
    reconciled(ledger)
    reconciled(ledger, limited)
    assert [finding.status for finding in low(ledger)] == [FindingStatus.OPEN]
