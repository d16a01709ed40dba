"""After check mode: no program, no unit, no rules."""

from __future__ import annotations

import pytest
from testinfra.host import Host


@pytest.mark.parametrize(
    "path",
    [
        "/usr/local/sbin/jifang-firewall",
        "/var/lib/jifang/firewall",
        "/etc/systemd/system/jifang-firewall.service",
        "/etc/jifang-connections.conf",
    ],
)
def test_check_mode_wrote_nothing(host: Host, path: str) -> None:
    assert not host.file(path).exists


def test_check_mode_loaded_nothing(host: Host) -> None:
    assert host.run("nft list ruleset").stdout == ""
