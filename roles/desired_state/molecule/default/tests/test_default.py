"""What the role was asked for is there, and its own marks are as they must be after a whole run."""

from __future__ import annotations

from testinfra.host import Host


def test_the_file_is_there(host: Host) -> None:
    file = host.file("/etc/profile.d/jifang_lab_pc.sh")
    assert (file.user, file.group, file.mode) == ("root", "root", 0o644)
    assert "TMOUT=1200" in file.content_string


def test_no_mark_of_a_run_is_left(host: Host) -> None:
    assert host.file("/var/lib/jifang").is_directory
    assert not host.file("/var/lib/jifang/lab_pc.unfinished").exists


def test_root_was_not_asked_for_and_is_as_before(host: Host) -> None:
    with host.sudo():
        assert not host.check_output("getent shadow root").split(":")[1].startswith("!")
