"""A school of network namespaces: a firewall in the middle, a host on each of its legs, and one far outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_interface
from pathlib import Path

REACHING = Path(__file__).with_name("reaching.py")
#: host: (leg of the firewall, the host's addresses, the firewall's there)
LEGS = {
    "pc1": ("v11", ("10.0.11.1/24", "fd20:11::1/64"), ("10.0.11.254/24", "fd20:11::fe/64")),
    "pc2": ("v12", ("10.0.12.1/24", "fd20:12::1/64"), ("10.0.12.254/24", "fd20:12::fe/64")),
    "oa": ("v20", ("10.0.20.20/24", "fd20:20::20/64"), ("10.0.20.254/24", "fd20:20::fe/64")),
    "admin": ("v99", ("10.0.99.5/24", "fd20:99::5/64"), ("10.0.99.254/24", "fd20:99::fe/64")),
    "far": ("wan", ("203.0.113.1/24", "2001:db8:113::1/64"), ("203.0.113.2/24", "2001:db8:113::2/64")),
}


def network() -> dict[str, object]:
    """The description of this school."""
    vlans = {"pc1": (11, "lab"), "pc2": (12, "lab"), "oa": (20, "server"), "admin": (99, "management")}
    rooms = {"pc1": "机房一", "pc2": "机房二", "oa": "中心机房", "admin": "中心机房"}
    return {
        "domain": "lab.example",
        "zones": ["lab", "server", "management"],
        "rooms": ["机房一", "机房二", "中心机房"],
        "vlans": [
            {
                "id": number,
                "name": f"v{number}",
                "zone": zone,
                "interface": f"v{number}",
                "rooms": [rooms[host]],
            }
            for host, (number, zone) in vlans.items()
        ],
        "subnets": [
            {
                "vlan": vlans[host][0],
                "cidr": str(ip_interface(gateway).network),
                "gateway": gateway.partition("/")[0],
            }
            for host in vlans
            for gateway in LEGS[host][2]
        ],
        "seats": [
            {
                "name": host,
                "room": rooms[host],
                "seat": host,
                "addresses": [address.partition("/")[0] for address in LEGS[host][1]],
            }
            for host in vlans
        ],
        "services": [
            {"name": "oa-web", "hosts": ["oa"], "tcp": [80]},
            {"name": "dns", "hosts": ["oa"], "udp": [53]},
            {"name": "web", "tcp": [80, 443]},
            {"name": "ssh", "tcp": [22]},
        ],
        "rules": [
            {"name": "OA", "from": ["lab"], "to": "server", "services": ["oa-web", "dns"]},
            {"name": "browsing", "from": ["lab"], "to": "internet", "services": ["web"], "per_minute": 600},
            {"name": "administration", "from": ["management"], "to": "firewall", "services": ["ssh"]},
            {"name": "care", "from": ["management"], "to": "lab", "services": ["ssh"]},
        ],
        "firewall": {"outside": ["wan"], "nat6": True},
    }


def run(
    *words: str, text: str | None = None, check: bool = True, seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, input=text, capture_output=True, text=True, timeout=seconds, check=check)


@dataclass
class Namespaces:
    prefix: str
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def inside(self, host: str, *words: str, text: str | None = None, check: bool = True) -> str:
        return run("ip", "netns", "exec", f"{self.prefix}{host}", *words, text=text, check=check).stdout

    def start(self, host: str, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            ["ip", "netns", "exec", f"{self.prefix}{host}", *words],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def serve(self, host: str, *doors: str) -> None:
        process = self.start(host, sys.executable, "-I", str(REACHING), "serve", *doors)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    def ask(self, host: str, questions: Sequence[tuple[str, str, int]]) -> list[bool]:
        said = self.inside(host, sys.executable, "-I", str(REACHING), "ask", text=json.dumps(questions))
        answers: list[bool] = json.loads(said)
        return answers

    def _build(self) -> None:
        for host in ("fw", *LEGS):
            run("ip", "netns", "add", f"{self.prefix}{host}")
            self.inside(host, "ip", "link", "set", "lo", "up")
            # A forwarding host asks for neighbours from its link-local address, which is not there while it is being
            # looked for twice (RFC 4862, 5.4): the first second would see packets lost that no rule refuses.
            dad = [f"net.ipv6.conf.{which}.accept_dad=0" for which in ("all", "default")]
            self.inside(host, "sysctl", "-qw", *dad)
        for host, (leg, addresses, gateways) in LEGS.items():
            ends = [("fw", leg, gateways), (host, "eth0", addresses)]
            fw, other = f"{self.prefix}fw", f"{self.prefix}{host}"
            run(*f"ip link add {leg} netns {fw} type veth peer name eth0 netns {other}".split())
            for where, interface, own in ends:
                for address in own:
                    extra = ["nodad"] if ":" in address else []
                    self.inside(where, "ip", "address", "add", address, "dev", interface, *extra)
                self.inside(where, "ip", "link", "set", interface, "up")
            for gateway in gateways:
                family = "-6" if ":" in gateway else "-4"
                via = gateway.partition("/")[0]
                self.inside(host, "ip", family, "route", "add", "default", "via", via)
        # The provider would send nothing back to addresses that are the school's own: only what was translated returns.
        for family in ("-4", "-6"):
            self.inside("far", "ip", family, "route", "del", "default")
        self.inside("fw", "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")


@contextmanager
def namespaces() -> Iterator[Namespaces]:
    made = Namespaces(f"jf{os.getpid()}-")
    try:
        made._build()
        yield made
    finally:
        for process in made.processes:
            process.kill()
            process.wait()
        for host in ("fw", *LEGS):
            run("ip", "netns", "delete", f"{made.prefix}{host}", check=False)
