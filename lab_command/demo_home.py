"""The folder that the demo school has for itself, whatever its machines are."""

from __future__ import annotations

from pathlib import Path

from demo.school import School


class DemoHome:
    """``home`` holds the book, the keys and the ledger of ``school``."""

    def __init__(self, home: Path, school: School) -> None:
        self.home = home
        self.school = school

    @property
    def book(self) -> Path:
        return self.home / "book.xlsx"

    @property
    def ssh_config(self) -> Path:
        """With it a person logs in by a machine's name: ``ssh -F <this> pc01``."""
        return self.home / "ssh_config"

    @property
    def environment(self) -> dict[str, str]:
        """What the ``hosts.yml`` of the demo's inventory has to know of this school."""
        return {"LAB_DEMO_HOME": str(self.home)}

    @property
    def ledger_url(self) -> str:
        return f"sqlite:///{self.home / 'ledger' / 'ledger.db'}"
