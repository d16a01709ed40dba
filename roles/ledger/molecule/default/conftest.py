"""What the tests before and after the role both look at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from testinfra.host import Host


@pytest.fixture(scope="session")
def scratch() -> Path:
    """The scenario's own folder on the control node, where ``molecule.yml`` puts the ledger."""
    return Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])


@pytest.fixture
def touched(host: Host, scratch: Path) -> set[str]:
    """The lines of ``list_files.sh`` that differ from those before the role: files made, changed or removed."""
    script = Path(
        os.environ["MOLECULE_PROJECT_DIRECTORY"], "../../.config/molecule/list_files.sh"
    ).read_text()
    with host.sudo():
        now = host.check_output(script)
    before = (scratch / f"{host.backend.get_hostname()}.files").read_text()
    assert len(before.splitlines()) > 1000
    return set(now.splitlines()) ^ set(before.splitlines())
