"""After check mode: the key that was there before, and nothing else."""

from __future__ import annotations

from testinfra.host import Host


def test_check_mode_wrote_no_settings(host: Host) -> None:
    with host.sudo():
        assert sorted(host.file("/etc/jifang/backup").listdir()) == [
            "borgmatic",
            "id_ed25519",
            "id_ed25519.pub",
            "known_hosts",
        ]
        assert host.file("/etc/jifang/backup/borgmatic").listdir() == []
    assert not host.file("/var/lib/jifang/backup").exists


def test_check_mode_made_no_repository(host: Host) -> None:
    with host.sudo():
        assert host.file("/srv/jifang-backup").listdir() == []
