"""After check mode: no user, no folder, no program."""

from __future__ import annotations

import pytest
from testinfra.host import Host


def test_check_mode_made_no_user(host: Host) -> None:
    assert not host.user("jifang-backup").exists


@pytest.mark.parametrize(
    "path", ["/srv/jifang-backup", "/var/lib/jifang-backup", "/usr/local/lib/jifang-backup"]
)
def test_check_mode_made_no_folder(host: Host, path: str) -> None:
    assert not host.file(path).exists
