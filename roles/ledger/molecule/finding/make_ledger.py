"""A ledger in which one computer lost a memory module overnight, and has no line in the book."""

from __future__ import annotations

import sys

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.findings import run_reconcile

from tests.unit.ledger.ledger_samples import facts_of, module, pc_inventory, run_of

if __name__ == "__main__":
    less = {"memory": {"total_bytes": 8 << 30, "modules": [module("DIMM 1", "0001A1B2")]}}
    ledger = open_ledger(sys.argv[1])
    commit_records(ledger, run_of({"pc01": facts_of(pc_inventory(1))}), actor="molecule")
    later = run_of({"pc01": facts_of(pc_inventory(1, **less))}, run="run-2", minutes=60)
    commit_records(ledger, later, actor="molecule")
    run_reconcile(ledger, actor="molecule")
    ledger.close()
