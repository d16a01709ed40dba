"""A Linux bridge as a switch, on a real kernel: frames go where the description lets them, and nowhere else.

The virtual machine is the switch and, in namespaces of its own, the computers at its ports: real veth pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.bridge import BridgeSwitch

from lab_command.machines.vm.machine import VirtualMachine
from tests.samples.network import small_network
from tests.vm.conftest import Done, RunPlaybook

pytestmark = pytest.mark.vm

#: Namespaces that stand for computers: at which port, and with which VLAN they tag their frames (0: none).
COMPUTERS = {"a": (1, 0), "b": (2, 0), "c": (3, 0), "s": (8, 20), "t": (8, 11)}
_PLAY = """
- name: Bring the bridge to its configuration
  hosts: all
  gather_facts: false
  become: true
  tasks:
    - name: Bring the bridge to its configuration
      ansible.builtin.import_role:
        name: jifang.lab.switches
"""


def school(*, swapped: bool = False) -> dict[str, Any]:
    """Ports 1 and 2 in VLAN 11, port 3 in VLAN 20, port 8 a trunk with both; ``swapped``: port 2 in VLAN 20 too."""
    data = small_network()
    data["seats"][1]["seat"] = "02"
    data["switches"][0] = {
        "name": "sw1",
        "room": "机房一",
        "address": "10.0.20.1",
        "ports": 8,
        "platform": "linux_bridge",
    }
    data["profiles"] = []
    data["ports"] = [{"port": "sw1/3", "vlan": 20}]
    if swapped:
        data["outlets"] = [one for one in data["outlets"] if one["name"] != "A-02"]
        del data["seats"][1]
        data["ports"].append({"port": "sw1/2", "vlan": 20})
    return data


def at(port: int, tag: int) -> tuple[str, str]:
    """The namespace of a computer and its interface."""
    return (f"n{port}v{tag}", f"eth0.{tag}") if tag else (f"n{port}", "eth0")


@pytest.fixture(scope="module")
def bridge(virtual_machine: VirtualMachine) -> Iterator[VirtualMachine]:
    """A bridge with eight ports, all of them without a VLAN, and the computers behind them."""
    lines = ["set -e", "modprobe bridge", "modprobe veth", "modprobe 8021q"]
    lines += ["ip link add br0 type bridge vlan_filtering 1 vlan_default_pvid 0", "ip link set br0 up"]
    for number in range(1, 9):
        lines += [
            f"ip netns add n{number}",
            f"ip link add port{number} type veth peer name eth0 netns n{number}",
            f"ip link set port{number} master br0 up",
            f"ip -n n{number} link set eth0 up",
        ]
    for number, (port, tag) in enumerate(COMPUTERS.values(), 1):
        place, leg = at(port, tag)
        if tag:
            # A namespace of its own: one host would answer for all of its addresses, whichever way a question comes.
            lines += [
                f"ip netns add {place}",
                f"ip -n n{port} link add link eth0 name {leg} type vlan id {tag}",
                f"ip -n n{port} link set {leg} netns {place}",
            ]
        lines += [
            f"ip -n {place} address add 192.0.2.{number}/24 dev {leg}",
            f"ip -n {place} link set {leg} up",
        ]
    virtual_machine.run("\n".join(lines))
    yield virtual_machine
    virtual_machine.run(
        "ip link del br0; for n in $(ip netns | cut -d' ' -f1); do ip netns del $n; done", check=False
    )


def reached(machine: VirtualMachine, source: str, target: str) -> bool:
    """Whether an echo comes back: by address resolution and ICMP, frames of both kinds must pass both ways."""
    (port, tag), number = COMPUTERS[source], list(COMPUTERS).index(target) + 1
    place, leg = at(port, tag)
    command = f"ip netns exec {place} ping -c 1 -W 4 -I {leg} 192.0.2.{number}"
    return machine.run(command, check=False).returncode == 0


@pytest.fixture
def play(bridge: VirtualMachine, run_playbook: RunPlaybook, tmp_path: Path) -> Any:
    path = tmp_path / "bridge.yml"
    path.write_text(_PLAY)

    def run(data: dict[str, Any], *arguments: str) -> Done:
        return run_playbook(
            str(path),
            bridge,
            arguments=arguments,
            lab_switch="sw1",
            lab_network=data,
            switches_home=str(tmp_path / "switches"),
        )

    return run


def test_frames_go_where_the_description_lets_them(bridge: VirtualMachine, play: Any) -> None:
    assert not reached(bridge, "a", "b")
    done = play(school(), "--check", "--diff")
    assert done.code == 0, done.said
    assert "bridge vlan add dev port1 vid 11 pvid untagged" in done.said
    assert not reached(bridge, "a", "b")
    done = play(school())
    assert (done.code, done.changed) == (0, 1), done.said
    seen = {
        f"{source}{target}"
        for source in COMPUTERS
        for target in COMPUTERS
        if source < target and reached(bridge, source, target)
    }
    # VLAN 11: a, b, and t behind the trunk. VLAN 20: c, and s behind the trunk.
    assert seen == {"ab", "at", "bt", "cs"}
    # Nothing waits on the machine any more to take it back.
    said = bridge.run("systemctl list-timers --all; ls /run/jifang-switch-undo.sh", check=False).stdout
    assert "jifang" not in said
    again = play(school())
    assert (again.code, again.changed) == (0, 0), again.said


def test_a_port_that_moves_to_another_vlan_is_cut_from_its_former_one(
    bridge: VirtualMachine, play: Any
) -> None:
    done = play(school(swapped=True))
    assert (done.code, done.changed) == (0, 1), done.said
    assert not reached(bridge, "a", "b")
    assert reached(bridge, "b", "c")


def test_a_refused_command_leaves_the_bridge_as_it_was(bridge: VirtualMachine, play: Any) -> None:
    before = bridge.run("bridge vlan show").stdout
    # Whatever has this port now is no bridge's: its VLANs are refused.
    bridge.run(
        'mv /sbin/bridge /sbin/bridge.real; printf \'#!/bin/sh\\ncase "$*" in *"vid 11 pvid"*) '
        'echo Error: refused >&2; exit 1;; esac\\nexec /sbin/bridge.real "$@"\\n\' > /sbin/bridge; '
        "chmod 755 /sbin/bridge"
    )
    done = play(school())
    bridge.run("mv /sbin/bridge.real /sbin/bridge")
    assert done.code == 2, done.said
    assert "taken back at once" in done.said
    assert bridge.run("bridge vlan show").stdout == before


def test_without_the_control_node_the_bridge_goes_back_by_itself(bridge: VirtualMachine) -> None:
    """The control node is gone after the change; the machine's own timer is brought forward, not waited for."""

    def run(command: str) -> tuple[int, str]:
        done = bridge.run(command, check=False)
        return done.returncode, done.stdout

    before = bridge.run("bridge vlan show").stdout
    switch = BridgeSwitch(run)
    switch.arm(5, ("bridge vlan del dev port4 vid 20",))
    switch.apply(("bridge vlan add dev port4 vid 20 pvid untagged",))
    assert bridge.run("bridge vlan show").stdout != before
    assert "jifang-switch-undo" in bridge.run("systemctl list-timers --no-pager").stdout
    bridge.run("systemctl start jifang-switch-undo.service")
    assert bridge.run("bridge vlan show").stdout == before
    bridge.run("systemctl stop jifang-switch-undo.timer")
    # And a change that was confirmed has no timer left.
    switch.arm(5, ("bridge vlan del dev port4 vid 20",))
    switch.disarm()
    assert "jifang-switch-undo" not in bridge.run("systemctl list-timers --no-pager").stdout
