"""A group of machines on a network of their own, told apart from everything else by one label."""

from __future__ import annotations

import hashlib
import io
import json
import socket
import subprocess
import tarfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import IPv4Network, ip_network
from pathlib import Path
from threading import Event

from ..speech import trouble
from .podman import Podman

LABEL = "jifang"
_SPEC = "jifang.spec"
# As many as start at once: more only wait for one another on a small host.
_PARALLEL = 4
_SSH_SECONDS = 90
_LOOK_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Content:
    """A file that a machine gets before its first start, owned by root."""

    data: bytes
    mode: int = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What one container is to be.

    ``number`` is its place in the network's host addresses (11 → x.y.z.11). ``mounts`` are host folders
    by where the machine sees them, read-only; ``version`` changes when what lies in them changes. With
    ``powered`` false the machine exists and is switched off.
    """

    name: str
    number: int
    files: Mapping[str, Content] = field(default_factory=dict)
    mounts: Mapping[str, Path] = field(default_factory=dict)
    version: str = ""
    powered: bool = True

    def digest(self, image: str, address: str) -> str:
        """Equal for two descriptions that make the same container."""
        parts = [
            image,
            self.name,
            address,
            self.version,
            [
                [path, content.mode, hashlib.sha256(content.data).hexdigest()]
                for path, content in self.files.items()
            ],
            [[target, str(source)] for target, source in self.mounts.items()],
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def free_subnet(candidates: Sequence[str], taken: Sequence[str]) -> IPv4Network:
    """The first candidate that overlaps none of ``taken`` (both CIDR). Raises ``UserError`` if there is none."""
    occupied = [ip_network(network, strict=False) for network in taken]
    for candidate in candidates:
        network = IPv4Network(candidate)
        if not any(other.version == 4 and network.overlaps(other) for other in occupied):
            return network
    raise trouble(
        "Every network that the demo may use is in use on this host ({networks})."
        " Give a free one: LAB_DEMO_SUBNET=10.99.0.0/24",
        networks=", ".join(candidates),
    )


def host_routes() -> list[str]:
    """The networks that this host has a route to, without its default route (iproute2's JSON)."""
    done = subprocess.run(["ip", "-json", "-4", "route"], capture_output=True, timeout=30, check=True)  # noqa: S607
    return [route["dst"] for route in json.loads(done.stdout or b"[]") if route["dst"] != "default"]


class MachineGroup:
    """The containers and the network that carry the label ``jifang=<name>``; nothing else is ever touched."""

    def __init__(self, name: str, podman: Podman) -> None:
        self.name = name
        self.podman = podman
        self.label = f"{LABEL}={name}"
        self.network = f"jifang-{name}"
        self._given_up = Event()

    def container(self, machine: str) -> str:
        return f"jifang-{self.name}-{machine}"

    def ensure_network(self, candidates: Sequence[str]) -> IPv4Network:
        """The group's network, made in the first free candidate subnet if there is none yet.

        It is internal: the machines reach this host and one another, and nothing beyond.
        """
        if self.podman.succeeds("network", "exists", self.network):
            return self._subnet()
        others = [
            subnet["subnet"]
            for network in self.podman.json("network", "inspect", *self._networks())
            for subnet in network.get("subnets") or []
        ]
        subnet = free_subnet(candidates, [*host_routes(), *others])
        self.podman(
            *("network", "create", "--internal", "--disable-dns", "--label", self.label),
            *("--subnet", str(subnet), "--gateway", str(subnet[1]), self.network),
        )
        return subnet

    def _subnet(self) -> IPv4Network:
        (network,) = self.podman.json("network", "inspect", self.network)
        return IPv4Network(network["subnets"][0]["subnet"])

    def _networks(self) -> list[str]:
        return [network["name"] for network in self.podman.json("network", "ls", "--format", "json")]

    def states(self) -> dict[str, dict[str, str]]:
        """Every container of the group by name: its ``state`` (podman's word) and ``spec`` digest."""
        rows = self.podman.json("ps", "--all", "--filter", f"label={self.label}", "--format", "json")
        return {
            row["Names"][0]: {"state": row["State"], "spec": (row["Labels"] or {}).get(_SPEC, "")}
            for row in rows
        }

    def ensure(
        self, machines: Sequence[Machine], image: str, subnet: IPv4Network, ready: Callable[[Machine], None]
    ) -> dict[str, str]:
        """Brings the group into the described state and gives each machine's address by name.

        What is as described is left alone; what differs is made anew. ``ready`` is called per machine,
        from several threads, once its SSH answers or it is switched off as asked.
        """
        addresses = {machine.name: str(subnet[machine.number]) for machine in machines}
        states = self.states()
        wanted = {self.container(machine.name) for machine in machines}
        self._remove_containers([name for name in states if name not in wanted])

        def bring(machine: Machine) -> None:
            self._bring(machine, image, addresses[machine.name], states.get(self.container(machine.name)))
            ready(machine)

        with ThreadPoolExecutor(_PARALLEL) as pool:
            self._given_up.clear()
            try:
                for _finished in pool.map(bring, machines):
                    pass
            except BaseException:
                self._given_up.set()
                pool.shutdown(cancel_futures=True)
                raise
        return addresses

    def _bring(self, machine: Machine, image: str, address: str, present: Mapping[str, str] | None) -> None:
        name = self.container(machine.name)
        digest = machine.digest(image, address)
        # One that was made and never started may lack its files: its making was interrupted.
        half_made = present and machine.powered and present["state"] == "created"
        if present and (half_made or present["spec"] != digest):
            self._remove_containers([name])
            present = None
        if not present:
            self._create(machine, image, address, digest)
        running = present is not None and present["state"] == "running"
        if machine.powered:
            if not running:
                self.podman("start", name)
            self._wait_for_ssh(address, machine.name)
        elif running:
            self.podman("stop", "--time", "10", name)

    def _create(self, machine: Machine, image: str, address: str, digest: str) -> None:
        name = self.container(machine.name)
        mounts = [
            word
            for target, source in machine.mounts.items()
            for word in ("--mount", f"type=bind,source={source},target={target},readonly")
        ]
        self.podman(
            *("create", "--name", name, "--hostname", machine.name),
            *("--label", self.label, "--label", f"{_SPEC}={digest}"),
            *("--network", self.network, "--ip", address),
            # For what a server of the network does there; neither reaches beyond the container's own network.
            *("--cap-add", "NET_ADMIN,NET_RAW"),
            *self.podman.engine.run_flags,
            *mounts,
            *(image, "/sbin/init"),
        )
        if machine.files:
            self.podman("cp", "-", f"{name}:/", stdin=_archive(machine.files))

    def remove(self) -> int:
        """Removes the group's containers and its network; gives the number of containers."""
        names = list(self.states())
        self._remove_containers(names)
        if self.podman.succeeds("network", "exists", self.network):
            self.podman("network", "rm", "--force", self.network)
        return len(names)

    def _remove_containers(self, names: Sequence[str]) -> None:
        if names:
            self.podman("rm", "--force", "--time", "2", "--volumes", *names)

    def _wait_for_ssh(self, address: str, name: str) -> None:
        """Returns once the SSH server greets (RFC 4253, section 4.2), or raises ``UserError``."""
        deadline = time.monotonic() + _SSH_SECONDS
        looked = time.monotonic()
        while time.monotonic() < deadline and not self._given_up.wait(0.2):
            if time.monotonic() - looked > _LOOK_SECONDS:
                looked = time.monotonic()
                self._must_run(name)
            try:
                with socket.create_connection((address, 22), timeout=5) as connection:
                    if connection.recv(4) == b"SSH-":
                        return
            except OSError:
                # Refused or without a route while the machine starts: that is what the waiting is for.
                continue
        raise trouble(
            "{name} was started but its SSH did not answer at {address} within {n} seconds."
            " Remove the machines with ./lab demo --down and start again.",
            name=name,
            address=address,
            n=_SSH_SECONDS,
        )

    def _must_run(self, name: str) -> None:
        """Raises ``UserError`` where a machine has ended by itself: then no waiting helps.

        systemd ends at once, without a word, where it gets no inotify instance (inotify(7)). It takes four, its
        services two more, and Debian allows a user 128, root's own services included.
        """
        if self.states().get(self.container(name), {}).get("state") == "running":
            return
        raise trouble(
            "{name} was started and has ended at once. Mostly this host's inotify instances are used up: raise the"
            " limit with sysctl fs.inotify.max_user_instances=512 and start the same command again.",
            name=name,
        )


def _archive(files: Mapping[str, Content]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size = len(content.data)
            entry.mode = content.mode
            archive.addfile(entry, io.BytesIO(content.data))
    return buffer.getvalue()
