"""Check mode: nothing is written, neither here nor there."""

from __future__ import annotations

from pathlib import Path


def test_there_is_no_ledger_yet(scratch: Path) -> None:
    assert not (scratch / "ledger" / "ledger.db").exists()
    assert not list((scratch / "ledger").glob("spool/*.jsonl"))


def test_the_machine_is_untouched(touched: set[str]) -> None:
    assert touched == set()
