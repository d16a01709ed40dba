"""After check mode: nothing of it is there."""

from __future__ import annotations

import pytest
from testinfra.host import Host


@pytest.mark.parametrize(
    "path",
    ["/etc/overlayroot.local.conf", "/usr/local/lib/jifang/freeze", "/var/lib/jifang/freeze", "/etc/jifang"],
)
def test_no_file_was_made(host: Host, path: str) -> None:
    assert not host.file(path).exists


def test_the_package_was_not_installed(host: Host) -> None:
    assert not host.package("overlayroot").is_installed
