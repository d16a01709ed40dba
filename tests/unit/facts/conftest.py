"""Names of PCI devices come from a database of the tests' own, whatever this machine has installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import pci_ids

PCI_IDS = Path(__file__).parents[2] / "fixtures/pci.ids"


def forget_names() -> None:
    pci_ids._vendors.cache_clear()
    pci_ids.device_name.cache_clear()
    pci_ids.subsystem_name.cache_clear()


@pytest.fixture(autouse=True)
def pci_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(pci_ids, "DATABASES", (tmp_path / "none", PCI_IDS))
    forget_names()
    yield
    forget_names()
