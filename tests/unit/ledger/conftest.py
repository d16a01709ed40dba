"""The ledger under test. ``tests/integration/test_postgresql_ledger.py`` runs the same tests on PostgreSQL."""

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger


@pytest.fixture
def ledger_url(tmp_path):
    return f"sqlite:///{tmp_path / 'ledger' / 'ledger.sqlite'}"


@pytest.fixture
def ledger(ledger_url):
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()


@pytest.fixture
def empty_ledger_url(tmp_path):
    """Where no ledger is yet."""
    return f"sqlite:///{tmp_path / 'new' / 'ledger.sqlite'}"
