"""The lock in a container: what has no kernel of its own to ask. The rest is in tests/vm/test_usb_lockdown.py."""

from __future__ import annotations

from testinfra.host import Host


def test_no_storage_driver_can_be_loaded(host: Host) -> None:
    policy = host.file("/etc/modprobe.d/jifang-usb.conf").content_string
    assert "install usb-storage " in policy
    assert "install sr_mod " in policy


def test_the_allowed_stick_is_known_by_its_serial(host: Host) -> None:
    rules = host.file("/etc/udev/rules.d/51-jifang-usb.rules").content_string
    assert 'ATTR{serial}=="001A92053B6A"' in rules


def test_the_clock_is_watched_for_open_windows(host: Host) -> None:
    assert host.service("jifang-usb-gate.timer").is_running
    assert host.service("jifang-usb-gate.timer").is_enabled


def test_a_container_gets_no_usbguard(host: Host) -> None:
    assert not host.package("usbguard").is_installed
    assert not host.file("/etc/usbguard").exists
