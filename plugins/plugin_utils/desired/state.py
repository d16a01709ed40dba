"""The things that can be wanted of a PC. A ``DesiredState`` holds them in the order in which they are brought about.

Every item has ``when``: paths that decide on the PC itself whether it is wanted there. All must exist; one that begins
with ``!`` must not. So one compiled state serves apt and dnf, GRUB in ``/boot/grub`` and ``/boot/grub2``, and nobody
has to collect facts first. Take paths that the role itself neither makes nor removes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from ..i18n import Message

# Kept on the PC: what was built from what, and whether a run was broken off.
HOME = "/var/lib/jifang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What all items share. ``subject`` is what a person calls the item."""

    kind: ClassVar[str]
    when: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        raise NotImplementedError

    def as_data(self) -> dict[str, Any]:
        data = {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }
        return {"kind": self.kind, "subject": self.subject, **data}


@dataclass(frozen=True, slots=True)
class File(Wanted):
    """A regular file with exactly this content. ``secret`` keeps it out of every log, diff and result.

    ``notify``: handlers of the role ``desired_state`` to run when it changed; ``check``: a command with ``%s`` that
    must accept the content before it is put in place.
    """

    kind: ClassVar[str] = "file"
    path: str
    content: str
    mode: str = "0644"
    owner: str = "root"
    group: str = "root"
    notify: tuple[str, ...] = ()
    secret: bool = False
    check: str | None = None

    @property
    def subject(self) -> str:
        return self.path

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AbsentFile(Wanted):
    """Nothing at this path: no file, link or folder."""

    kind: ClassVar[str] = "absent"
    path: str
    notify: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class Link(Wanted):
    """A symbolic link with exactly this target."""

    kind: ClassVar[str] = "link"
    path: str
    target: str
    notify: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class Package(Wanted):
    """A package of dpkg or rpm, by its real name, not one that others provide."""

    kind: ClassVar[str] = "package"
    name: str
    present: bool = True

    @property
    def subject(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Unit(Wanted):
    """A systemd unit with its suffix. None: not ours to say."""

    kind: ClassVar[str] = "unit"
    name: str
    enabled: bool | None = None
    active: bool | None = None
    masked: bool | None = None

    @property
    def subject(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Module(Wanted):
    """A kernel module that is loaded now, or is not. One built into the kernel counts as not loaded."""

    kind: ClassVar[str] = "module"
    name: str
    loaded: bool = False

    @property
    def subject(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Built(Wanted):
    """Something that a command makes out of files: an initramfs, a boot menu, a compiled dconf database.

    ``sources`` and ``artefacts`` are paths in which ``*`` stands for anything within one segment. After ``command``
    their fingerprint (digests of the sources; size and time of the artefacts) is kept at ``stamp``; it is stale where
    the fingerprint differs. No comparison of times: a PC with an empty battery believes that it is 2010.
    """

    kind: ClassVar[str] = "built"
    name: str
    command: tuple[str, ...]
    sources: tuple[str, ...]
    artefacts: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return self.name

    @property
    def stamp(self) -> str:
        return f"{HOME}/built/{self.name}"

    def as_data(self) -> dict[str, Any]:
        # super() finds no class in a dataclass with slots: the decorator makes a second one.
        return {**Wanted.as_data(self), "stamp": self.stamp}


@dataclass(frozen=True, slots=True)
class Account(Wanted):
    """A local account. ``password_locked`` closes log-in by password and keeps log-in by key."""

    kind: ClassVar[str] = "account"
    name: str
    password_locked: bool | None = None
    shell: str | None = None

    @property
    def subject(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class BootOrder(Wanted):
    """The firmware starts from internal disks only. ``barred``: classes of ``boot_order.py`` that must not be asked."""

    kind: ClassVar[str] = "boot_order"
    barred: tuple[str, ...]

    @property
    def subject(self) -> str:
        return "BootOrder"


Item = File | AbsentFile | Link | Package | Unit | Module | Built | Account | BootOrder
KINDS: tuple[type[Wanted], ...] = (
    *(File, AbsentFile, Link, Package, Unit, Module, Built, Account, BootOrder),
)


@dataclass(frozen=True, slots=True)
class DesiredState:
    """``notes`` are for the person: what was asked for and cannot be had so, for example."""

    items: tuple[Item, ...]
    notes: tuple[Message, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Plain JSON: every kind with its items, an empty list where there are none."""
        data: dict[str, Any] = {kind.kind: [] for kind in KINDS}
        for item in self.items:
            data[item.kind].append(item.as_data())
        return data

    @property
    def secret(self) -> bool:
        return any(isinstance(item, File) and item.secret for item in self.items)

    def only(self, holds: Sequence[bool]) -> DesiredState:
        """The items for which ``holds`` is true, in the same order."""
        kept = tuple(item for item, wanted in zip(self.items, holds, strict=True) if wanted)
        return DesiredState(kept, self.notes)


def unfinished(role: str) -> str:
    """The mark of a run of ``role`` that has begun to change something and has not come to its end."""
    return f"{HOME}/{role}.unfinished"
