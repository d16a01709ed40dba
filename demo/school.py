"""The demo school as values: ``school.yml`` read once, with the disagreements applied to the right side.

What a PC *is* (``Pc``) and what the book *says* (``book.py``) both come from here, so a test can name every
difference between them without knowing how either is written.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).with_name("school.yml")
_GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """A monitor as it is plugged in: ``kind`` is its entry under ``monitors``."""

    kind: Mapping[str, Any]
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pc:
    """One machine as it stands there.

    ``serial`` is what its firmware reports, ``memory`` GiB by slot (0 is empty), ``modules`` who makes a module of
    which size. Identifiers that no school would write down (UUID, MAC, serials of parts) follow from ``host``.
    """

    host: str
    number: int
    room: str
    seat: str
    model: Mapping[str, Any]
    os: str
    serial: str
    memory: tuple[int, ...]
    modules: Mapping[int, Mapping[str, str]]
    disk: Mapping[str, Any]
    monitor: Monitor | None
    powered: bool

    @property
    def uuid(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.host}.demo.jifang"))

    @property
    def mac(self) -> str:
        tail = self.code("mac", 6).lower()
        return ":".join((self.model["nic"]["prefix"], tail[0:2], tail[2:4], tail[4:6]))

    @property
    def board_serial(self) -> str:
        return "B" + self.code("board", 11)

    @property
    def disk_serial(self) -> str:
        return str(self.disk["prefix"]) + self.code("disk", 7)

    @property
    def memory_bytes(self) -> int:
        return sum(self.memory) * _GIB

    def code(self, part: str, digits: int) -> str:
        """A made-up identifier of ``part``: upper-case hex digits, the same every time."""
        return hashlib.sha256(f"{self.host} {part}".encode()).hexdigest()[:digits].upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """``data`` is the whole of ``school.yml``, for the book and the network."""

    name: str
    subnets: tuple[str, ...]
    pcs: tuple[Pc, ...]
    data: Mapping[str, Any]


def load(path: Path = DATA) -> School:
    """Reads the school. The file is part of the suite: a mistake in it raises ``KeyError``."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    swapped = dict(data["disagreements"]["swapped_monitors"])
    swapped |= {right: left for left, right in swapped.items()}
    return School(
        name=data["name"],
        subnets=tuple(data["subnets"]),
        pcs=tuple(_pc(host, entry, data, swapped.get(host, host)) for host, entry in data["pcs"].items()),
        data=data,
    )


def _pc(host: str, entry: Mapping[str, Any], data: Mapping[str, Any], monitor_of: str) -> Pc:
    model = data["models"][entry["model"]]
    slots = len(model["memory"]["slots"])
    monitor = data["pcs"][monitor_of].get("monitor")
    disagreements = data["disagreements"]
    return Pc(
        host=host,
        number=entry["number"],
        room=entry["room"],
        seat=entry["seat"],
        model=model,
        os=entry["os"],
        serial=disagreements["reported_serial"].get(host, entry["serial"]),
        memory=tuple([*entry["memory"], *[0] * slots][:slots]),
        modules=data["modules"],
        disk=data["disks"][entry["disk"]],
        monitor=monitor and Monitor(kind=data["monitors"][monitor["model"]], serial=monitor["serial"]),
        powered=host not in disagreements["switched_off"],
    )
