"""Check mode: systemd was asked about each unit, and the machine is as it was."""

from __future__ import annotations


def test_the_machine_is_untouched(touched: set[str]) -> None:
    assert touched == set()
