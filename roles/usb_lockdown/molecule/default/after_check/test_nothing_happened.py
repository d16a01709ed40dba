"""After check mode: the PC is as it was."""

from __future__ import annotations

import os
from pathlib import Path

from testinfra.host import Host

SYSTEM = ("/etc/", "/boot/", "/usr/", "/var/lib/")


def test_check_mode_changed_no_file_of_the_system(host: Host) -> None:
    script = Path(
        os.environ["MOLECULE_PROJECT_DIRECTORY"], "../../.config/molecule/list_files.sh"
    ).read_text()
    with host.sudo():
        now = host.check_output(script)
    before = Path(
        os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], f"{host.backend.get_hostname()}.files"
    ).read_text()
    assert len(before.splitlines()) > 1000
    assert [
        line for line in set(now.splitlines()) ^ set(before.splitlines()) if line.startswith(SYSTEM)
    ] == []
