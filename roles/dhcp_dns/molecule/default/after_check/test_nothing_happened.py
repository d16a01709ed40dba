"""After check mode: no file, and nobody answers."""

from __future__ import annotations

from testinfra.host import Host


def test_check_mode_wrote_nothing(host: Host) -> None:
    assert not host.file("/etc/dnsmasq.d/jifang.conf").exists
    assert not host.service("dnsmasq").is_running
