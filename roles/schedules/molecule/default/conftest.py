"""What the tests before and after the role both look at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from testinfra.host import Host


@pytest.fixture
def touched(host: Host) -> set[str]:
    """The lines of ``list_files.sh`` that differ from those before the role: files made, changed or removed.

    Ansible's modules run in the machine's Python, which keeps what it compiled.
    """
    script = Path(
        os.environ["MOLECULE_PROJECT_DIRECTORY"], "../../.config/molecule/list_files.sh"
    ).read_text()
    with host.sudo():
        now = host.check_output(script)
    listed = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], f"{host.backend.get_hostname()}.files")
    before = listed.read_text().splitlines()
    assert len(before) > 1000
    return {line for line in set(now.splitlines()) ^ set(before) if "/__pycache__/" not in line}
