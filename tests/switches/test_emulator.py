"""The emulated switches do what real ones do, without any of the product."""

from __future__ import annotations

import asyncio

import pytest

from tests.switches.conftest import PLATFORM_NAMES, start
from tests.switches.emulator.device import Device
from tests.switches.emulator.shell import Shell

_CONFIGURE = {"eos": "configure terminal", "comware": "system-view", "vrp": "system-view"}


def typing(device: Device, *lines: str) -> list[str]:
    shell = Shell(device)
    return [
        shell.enter(line).text for line in (_CONFIGURE.get(device.platform, "configure terminal"), *lines)
    ]


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_what_a_platform_does_not_take_is_refused_in_its_own_words(platform: str) -> None:
    words = {
        "ios": "% Invalid input detected",
        "ruijie": "% Invalid input detected",
        "eos": "% Invalid input",
        "comware": "% Unrecognized command found",
        "vrp": "Error: Unrecognized command found",
    }
    device = start(platform)
    before = device.text(device.running)
    # The others' words, and a port that is not there.
    foreign = "sysname x" if platform in ("ios", "ruijie", "eos") else "hostname x"
    port = device.dialect.physical.format(n=99)
    for said in typing(device, foreign, f"interface {port}", "colour blue")[1:]:
        assert words[platform] in said
    assert device.text(device.running) == before


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_what_was_not_saved_is_gone_after_a_restart(platform: str) -> None:
    async def through_a_restart() -> Device:
        device = start(platform, boot_seconds=0)
        port = device.dialect.physical.format(n=1)
        typing(device, f"interface {port}", "description gone")
        assert "gone" in device.text(device.running)
        assert device.unsaved
        device.reboot()
        assert not device.reachable
        await asyncio.sleep(0.01)
        return device

    device = asyncio.run(through_a_restart())
    assert device.reachable
    assert not device.unsaved
    assert "gone" not in device.text(device.running)


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_a_wrong_uplink_locks_everybody_out(platform: str) -> None:
    device = start(platform)
    assert device.reachable
    typing(device, f"interface {device.dialect.physical.format(n=10)}", "shutdown")
    assert not device.reachable
    undo = device.dialect.undo
    typing(device, f"interface {device.dialect.physical.format(n=10)}", f"{undo} shutdown")
    assert device.reachable


@pytest.mark.parametrize(
    ("platform", "said"), [("vrp", "Error: The VLAN does not exist."), ("comware", "VLAN does not exist")]
)
def test_a_vlan_that_is_not_there_is_refused_where_it_is_on_the_switch(platform: str, said: str) -> None:
    device = start(platform)
    access = {"vrp": "port default vlan 77", "comware": "port access vlan 77"}[platform]
    assert said in typing(device, f"interface {device.dialect.physical.format(n=1)}", access)[-1]
