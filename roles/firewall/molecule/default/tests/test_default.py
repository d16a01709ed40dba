"""The role was applied twice, over real SSH: the rules were confirmed, stay, and come back where others lock us out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from testinfra.host import Host

HOME = "/var/lib/jifang/firewall"
PROGRAM = "/usr/local/sbin/jifang-firewall"


def soon(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(1)
    return holds()


def test_the_rules_are_loaded_and_confirmed(host: Host) -> None:
    assert "policy drop" in host.run("nft list chain inet jifang forward").stdout
    assert host.file(f"{HOME}/rules.nft").content == host.file(f"{HOME}/candidate.nft").content
    assert not host.file(f"{HOME}/waiting").exists
    assert host.run(f"{PROGRAM} pending").stdout == "same\n"


def test_no_timer_is_left(host: Host) -> None:
    assert host.run("systemctl is-active jifang-firewall-rollback.timer").stdout.strip() == "inactive"


def test_the_services_start_with_the_machine(host: Host) -> None:
    assert host.service("jifang-firewall").is_enabled
    assert host.service("jifang-connections").is_enabled
    assert host.service("jifang-connections").is_running
    assert host.file("/var/log/jifang/connections.log").mode == 0o600


def test_the_start_of_the_machine_brings_the_rules_back(host: Host) -> None:
    assert host.run("nft flush ruleset").rc == 0
    assert host.run("systemctl restart jifang-firewall.service").rc == 0
    assert "policy drop" in host.run("nft list chain inet jifang forward").stdout


def test_the_timer_of_systemd_takes_rules_back_that_nobody_confirms(host: Host) -> None:
    """Nothing is asked of the machine in between: the connection that loaded them is gone."""
    kept = host.file(f"{HOME}/candidate.nft").content_string
    try:
        # The control node's way in is closed.
        bad = f"sed -i 's/dport {{ 22 }}/dport {{ 23 }}/' {HOME}/candidate.nft"
        assert host.run(bad).rc == 0
        assert host.file(f"{HOME}/candidate.nft").content_string != kept
        assert host.run(f"{PROGRAM} --seconds 5 apply").stdout == "changed\n"
        assert soon(lambda: host.run(f"test -e {HOME}/waiting").rc == 1)
        assert "dport 22 " in host.run("nft list chain inet jifang self_internet").stdout
        assert "confirmed in time" in host.run(f"{PROGRAM} confirm").stderr
    finally:
        host.run(f"cp {HOME}/rules.nft {HOME}/candidate.nft")


def test_a_lock_is_an_element_with_an_end(host: Host) -> None:
    until = float(host.run("date +%s").stdout) + 3600
    entry = {"room": "机房一", "until": until, "sources": ["10.99.11.0/24", "fd99:11::/64"], "allow": []}
    assert host.run(f"{PROGRAM} --entries %s lock", json.dumps([entry])).stdout == "changed\n"
    assert "10.99.11.0/24 timeout " in host.run("nft list set inet jifang locked4").stdout
    assert "fd99:11::/64 timeout " in host.run("nft list set inet jifang locked6").stdout
    assert host.run("systemctl restart jifang-firewall.service").rc == 0
    assert "10.99.11.0/24 timeout " in host.run("nft list set inet jifang locked4").stdout
    assert host.run(f"{PROGRAM} --entries %s unlock", json.dumps(["机房一"])).stdout == "changed\n"
    assert "elements" not in host.run("nft list set inet jifang locked4").stdout
