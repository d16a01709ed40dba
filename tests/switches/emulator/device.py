"""A switch: what runs, what it would start with, its clock's promises, and whether anyone reaches it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from . import vlans
from .dialects import DIALECTS, Dialect
from .grammar import Rule, grammar
from .tree import Node, parsed, rendered


class Refused(Exception):  # noqa: N818 - the switch's own word
    """A command that this switch does not take; its text is what the switch says."""


@dataclass
class Device:
    """``minute``: how many seconds its minutes last. ``reached_by``: the VLAN and port by which people come, none for
    a console that nothing cuts off. ``hook`` sees each line before the switch does, and may cut or alter it.
    """

    platform: str
    ports: int = 10
    running: Node = field(default_factory=lambda: Node(""))
    minute: float = 60.0
    boot_seconds: float = 0.05
    password: str = "let-me-in"
    enable_password: str = ""
    reached_by: tuple[int, int] | None = None
    answers: dict[str, str] = field(default_factory=dict)
    hook: Callable[[str], str | None] = lambda line: line
    log: list[str] = field(default_factory=list)
    always_pages: bool = False
    reboots: int = 0
    pending: dict[str, Node] = field(default_factory=dict)
    up: bool = True

    def __post_init__(self) -> None:
        self.startup = self.running.copy()
        self.before_trial = self.running.copy()
        self.trial: str | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.on_cut: list[Callable[[], None]] = []

    @classmethod
    def of(cls, platform: str, text: str, **more: object) -> Device:
        device = cls(platform, **more)  # type: ignore[arg-type]
        device.running = parsed(
            re.sub(r"^(interface \D+) (?=\d)", r"\1", text, flags=re.M), device.dialect.comments
        )
        _plain(device)
        for number in range(1, device.ports + 1):
            device.running.child(f"interface {device.dialect.physical.format(n=number)}")
        device.startup = device.running.copy()
        return device

    @property
    def dialect(self) -> Dialect:
        return DIALECTS[self.platform]

    @property
    def grammar(self) -> Rule:
        return grammar(self.platform)

    @property
    def interfaces(self) -> re.Pattern[str]:
        return re.compile(self.dialect.interfaces)

    @property
    def name(self) -> str:
        return self.running.value(self.dialect.name_command) or "Switch"

    @property
    def unsaved(self) -> bool:
        return self.text(self.running) != self.text(self.startup)

    def text(self, root: Node) -> str:
        if self.platform == "vrp":  # that there is a VLAN stands in ``vlan batch``
            shown = {
                line: node
                for line, node in root.children.items()
                if node.children or not re.fullmatch(r"vlan \d+", line)
            }
            root = Node(root.line, shown)
        text = rendered(root, self.dialect.indent, self.dialect.separator, self.dialect.closing)
        if self.platform == "ruijie":  # it writes a blank there, and takes it without
            text = re.sub(r"^(interface (?:\w*Ethernet|VLAN))(?=\d)", r"\1 ", text, flags=re.MULTILINE)
        return text

    def has_port(self, name: str) -> bool:
        return f"interface {name}" in self.running.children

    # --- what time does

    def after(self, minutes: float, what: Callable[[], None]) -> None:
        self.cancel()
        self.timer = asyncio.get_running_loop().call_later(minutes * self.minute, what)

    def cancel(self) -> bool:
        waiting = self.timer is not None
        if self.timer is not None:
            self.timer.cancel()
        self.timer = None
        return waiting

    def trial_failed(self) -> None:
        """EOS: what was committed on trial is taken back; nobody's session ends."""
        self.cancel()
        self.running = self.before_trial.copy()
        self.trial = None

    def reboot(self) -> None:
        """It starts again with what was saved; every session ends."""
        self.cancel()
        self.trial = None
        self.reboots += 1
        self.running = self.startup.copy()
        self.up = False
        self.cut()
        asyncio.get_running_loop().call_later(self.boot_seconds, self._booted)

    def _booted(self) -> None:
        self.up = True

    def cut(self) -> None:
        """Ends every session, as a power cut does."""
        for end in list(self.on_cut):
            end()

    # --- who reaches it

    @property
    def reachable(self) -> bool:
        """Whether a packet of the management VLAN comes in: the interface has an address, the uplink is open."""
        if not self.up:
            return False
        if self.reached_by is None:
            return True
        vlan, port = self.reached_by
        inner = self.running.children.get(f"interface {self.dialect.virtual.format(vlan=vlan)}")
        outer = self.running.children.get(f"interface {self.dialect.physical.format(n=port)}")
        if inner is None or outer is None or inner.value("ip address") is None:
            return False
        if "shutdown" in inner.children or "shutdown" in outer.children:
            return False
        return vlans.carries(self.platform, outer, vlan)


def _plain(device: Device) -> None:
    """What a saved configuration writes for many VLANs at once, as the switch keeps it: one by one, and lists whole."""
    lines: dict[str, Node] = {}
    for line, node in device.running.children.items():
        found = re.fullmatch(r"vlan (?:range )?(\d+(?:[,-]| to | )\d.*)", line)
        for name in [f"vlan {one}" for one in sorted(vlans.read(found[1]))] if found else [line]:
            lines[name] = Node(name, {child: one.copy() for child, one in node.children.items()})
    device.running.children = lines
    prefix = "switchport trunk allowed vlan"
    for node in lines.values():
        for line in [one for one in node.children if re.match(rf"{prefix} (?:add|remove) ", one)]:
            del node.children[line]
            word, _, listed = line.removeprefix(f"{prefix} ").partition(" ")
            now = vlans.read((node.value(prefix) or "all").removeprefix("only "))
            new = now | vlans.read(listed) if word == "add" else now - vlans.read(listed)
            for old in [one for one in node.children if one.startswith(prefix)]:
                del node.children[old]
            only = "only " if device.platform == "ruijie" else ""
            node.child(f"{prefix} {only}{vlans.write(device.platform, new)}")
