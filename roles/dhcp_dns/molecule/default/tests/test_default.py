"""The role was applied twice: a thousand reservations are there, and the server answers for both families."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from testinfra.host import Host

# One question to the server, as a computer asks it (RFC 1035): prints the answer's last bytes, the address.
_ASK = (
    "import socket,struct;"
    "n=b''.join(bytes([len(x)])+x.encode() for x in '{name}'.split('.'))+b'\\0';"
    "s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.settimeout(10);"
    "s.sendto(struct.pack('!6H',7,256,1,0,0,0)+n+struct.pack('!2H',{kind},1),('127.0.0.1',53));"
    "print(s.recv(512)[-{size}:].hex())"
)


def test_the_server_runs_now_and_after_a_restart_of_the_machine(host: Host) -> None:
    service = host.service("dnsmasq")
    assert service.is_running
    assert service.is_enabled


def test_all_reservations_are_there(host: Host) -> None:
    content = host.file("/etc/dnsmasq.d/jifang.conf").content_string
    assert content.count("\ndhcp-host=") == 1000
    assert host.run("dnsmasq --test --conf-file=/etc/dnsmasq.d/jifang.conf").rc == 0


# Room 19 has VLAN 29 (hexadecimal 1d), seat 50 the address 50 (hexadecimal 32).
@pytest.mark.parametrize(("kind", "address"), [(1, "10.0.19.50"), (28, "fd20:0:0:1d::32")], ids=["A", "AAAA"])
def test_the_last_computer_has_its_name(host: Host, kind: int, address: str) -> None:
    packed = ip_address(address).packed
    asked = host.run(f'python3 -c "{_ASK.format(name="pc00999.lab.example", kind=kind, size=len(packed))}"')
    assert asked.stdout.strip() == packed.hex(), asked.stderr
