"""How SQLite finds rows: what a night costs must not grow with the nights before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import run_reconcile
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from sqlalchemy import event

from tests.unit.ledger.ledger_samples import facts_of, module, pc_inventory, run_of

#: Tables that get rows every night, or with every change; and machines, of which each has rows in them.
_GROWING = ("observation", "sighting", "event", "evidence", "component")


def night(ledger: Ledger, number: int) -> None:
    memory = {"total_bytes": 8 << 30, "modules": [module("DIMM 1", f"{number:08}")]}
    hosts = {f"pc{n:02}": facts_of(pc_inventory(n, memory=memory)) for n in range(3)}
    commit_records(ledger, run_of(hosts, run=f"night-{number}", minutes=number * 24 * 60), actor="tester")
    run_reconcile(ledger, actor="tester")


@contextmanager
def plans_of(ledger: Ledger) -> Iterator[dict[str, list[str]]]:
    """The plan of every statement while it is open, by its text."""
    plans: dict[str, list[str]] = {}

    def explain(
        connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if statement.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "DELETE", "WITH"):
            raw = connection.connection.driver_connection
            rows = raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters[0] if many else parameters)
            plans[statement] = [row[-1] for row in rows]

    event.listen(ledger.engine, "before_cursor_execute", explain)
    yield plans
    event.remove(ledger.engine, "before_cursor_execute", explain)


def test_a_night_reads_through_indexes_what_grows_with_the_nights(ledger: Ledger) -> None:
    """Parts are read as a whole by the reconciliation: they grow with what was plugged in, not with the nights."""
    night(ledger, 0)
    night(ledger, 1)
    with plans_of(ledger) as plans:
        night(ledger, 2)
        night(ledger, 3)
    scans = {
        step
        for steps in plans.values()
        for step in steps
        if step.startswith("SCAN") and step.split()[1] in _GROWING and "component" not in step
    }
    # The newest event is the last entry of the index of their numbers: one step, not a walk.
    assert scans <= {"SCAN event USING INDEX sqlite_autoindex_event_1"}


def test_a_current_observation_is_found_among_all_that_a_machine_ever_had(ledger: Ledger) -> None:
    """SQLite takes the partial index only where its condition is written as the index has it."""
    night(ledger, 0)
    with plans_of(ledger) as plans:
        night(ledger, 1)
        with ledger.read() as session:
            load_snapshot(session, school="示范中学")
    steps = [step for steps in plans.values() for step in steps if " observation " in f"{step} "]
    by_machine = [step for step in steps if "machine_id" in step]
    assert len(by_machine) >= 3  # commit, reconciliation, snapshot
    assert all("observation_current" in step for step in by_machine)
