"""What is to be done with a PC that shall be frozen, thawed or rid of both, and what forbids it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..i18n import Message, UserError
from .situation import Situation
from .window import shown

DOMAIN = "freeze"
# The family that has overlayroot (facts/os_release.py); Ubuntu, Deepin, UOS and Kylin's desktops belong to it.
_FAMILY = "debian"


class Step(StrEnum):
    OPEN = "open"  # a maintenance window
    RESTART_THAWED = "restart_thawed"
    CONVERGE = "converge"  # to what the role has compiled
    ARM = "arm"  # the next start is a frozen one, on trial
    RESTART_FROZEN = "restart_frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``state``: frozen, thawed or absent; ``until``: the end of the window, aware; ``drifted``: not everything on the
    PC is as it must be; ``restart``: it may be restarted now; ``confirmed``: hosts whose users may lose their work."""

    state: str
    drifted: bool
    until: datetime | None = None
    keep: tuple[str, ...] = ()
    restart: bool = True
    confirmed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """``steps`` in their order; ``lines``: what a person should read before they are taken."""

    steps: tuple[Step, ...]
    lines: tuple[Message, ...]

    @property
    def restarts(self) -> bool:
        return Step.RESTART_THAWED in self.steps or Step.RESTART_FROZEN in self.steps


def concerns(room: str, here: str | None) -> bool:
    """Whether a PC whose ``lab_room`` is ``here`` is meant; ``*`` means every room. What is in no room is never meant:
    servers, switches. Raises ``UserError`` where no room was named."""
    if not room.strip():
        raise UserError(
            DOMAIN,
            "Say which room: -e freeze_room=, as lab_room has it, or freeze_room='*' for all rooms. Its PCs are "
            "restarted.",
        )
    return here is not None and room.strip() in {"*", here}


def plan(host: str, situation: Situation, wish: Wish) -> Plan:
    """Raises ``UserError``, naming the host, where it must not or cannot be done."""
    if situation.frozen is None:
        raise UserError(
            DOMAIN,
            "{host} does not say whether it is frozen (/proc/mounts cannot be read). Look at this PC.",
            host=host,
        )
    made = _plan(situation, wish)
    if made.steps:
        if Step.OPEN in made.steps and not situation.tool:
            raise UserError(
                DOMAIN,
                "{host} was not frozen by this suite. Start it once with overlayroot=disabled on the kernel's command "
                "line, take out what freezes it (/etc/overlayroot.conf), then run this again.",
                host=host,
            )
        if wish.state == "frozen":
            _must_be_able(host, situation)
        if made.restarts:
            _must_lose_nobodys_work(host, situation, wish)
    return made


def _plan(situation: Situation, wish: Wish) -> Plan:
    if wish.state == "thawed":
        return _thaw(situation, wish)
    opened = (Step.OPEN, Step.RESTART_THAWED) if situation.frozen else ()
    if wish.state == "absent":
        steps = (*opened, Step.CONVERGE) if situation.frozen or wish.drifted else ()
        return Plan(steps, (Message(DOMAIN, "will no longer be restored at a start"),) if steps else ())
    if situation.frozen and not wish.drifted:
        return Plan((), (Message(DOMAIN, "is frozen"),))
    ready = not wish.drifted and situation.window is None and situation.trial == "armed"
    if ready and not wish.restart:
        return Plan((), (Message(DOMAIN, "will be restored at each start from its next one on"),))
    return Plan(
        (
            *opened,
            *((Step.CONVERGE,) if wish.drifted else ()),
            Step.ARM,
            *((Step.RESTART_FROZEN,) if wish.restart else ()),
        ),
        tuple(_told(situation, wish)),
    )


def _thaw(situation: Situation, wish: Wish) -> Plan:
    if wish.until is None:
        raise ValueError("a window has an end")
    until = {"until": shown(wish.until)}
    if situation.frozen:
        restarted = Message(DOMAIN, "will be restarted and is thawed until {until}", until)
        return Plan((Step.OPEN, Step.RESTART_THAWED), (restarted,))
    if situation.window is None:
        return Plan((), (Message(DOMAIN, "is not frozen; there is nothing to thaw"),))
    if situation.window.until == wish.until:
        return Plan((), (Message(DOMAIN, "is thawed until {until}", until),))
    return Plan((Step.OPEN,), (Message(DOMAIN, "is thawed and stays so until {until}", until),))


def _told(situation: Situation, wish: Wish) -> list[Message]:
    lines = []
    if situation.frozen:
        lines.append(
            Message(
                DOMAIN, "is frozen with other settings: it is restarted thawed, changed, and restarted frozen"
            )
        )
    elif wish.restart:
        lines.append(Message(DOMAIN, "will be restarted and then restored at each start"))
    else:
        lines.append(Message(DOMAIN, "will be restored at each start from its next one on"))
    if wish.keep:
        lines.append(Message(DOMAIN, "outlasts a restart: {paths}", {"paths": wish.keep}))
    if situation.writable_mounts:
        lines.append(
            Message(DOMAIN, "stays writable all the same: {paths}", {"paths": situation.writable_mounts})
        )
    if situation.trial == "started":
        lines.append(
            Message(DOMAIN, "did not come up when it was last started frozen; watch its screen this time")
        )
    return lines


def _must_be_able(host: str, situation: Situation) -> None:
    if situation.container:
        raise UserError(
            DOMAIN, "{host} is a container and has no start of its own; only PCs can be frozen.", host=host
        )
    if situation.family != _FAMILY or not situation.initramfs_tools:
        raise UserError(
            DOMAIN,
            "{host} has {system}. Freezing needs overlayroot, which is for Debian and its kin with initramfs-tools; "
            "take this host out with --limit.",
            host=host,
            system=situation.system,
        )
    if not situation.busybox:
        raise UserError(
            DOMAIN,
            "{host} has no busybox, whose tools overlayroot needs in the start image. Install the package busybox "
            "(busybox-initramfs on Ubuntu), then run this again.",
            host=host,
        )
    if situation.switched_off:
        raise UserError(
            DOMAIN,
            "{host} was started with overlayroot=disabled. Take it out of the kernel's command line (in "
            "/etc/default/grub, then update-grub) or restart the PC, then run this again.",
            host=host,
        )
    missing = [
        name
        for name, there in (
            ("/etc/machine-id", situation.machine_id),
            ("/etc/ssh/ssh_host_*_key", situation.host_keys),
        )
        if not there
    ]
    if missing:
        raise UserError(
            DOMAIN,
            "{host} has no {names}: frozen, it would make new ones at each start and look like another PC each time. "
            "Make them with systemd-machine-id-setup and ssh-keygen -A, then run this again.",
            host=host,
            names=tuple(missing),
        )
    if situation.network_mounts:
        raise UserError(
            DOMAIN,
            "{host} mounts {paths} from the network in /etc/fstab; frozen, what is saved there would be lost. Mount it "
            "by an automount unit of systemd instead, then run this again.",
            host=host,
            paths=situation.network_mounts,
        )


def _must_lose_nobodys_work(host: str, situation: Situation, wish: Wish) -> None:
    if situation.users and host not in wish.confirmed:
        raise UserError(
            DOMAIN,
            "{users} is logged in on {host}, which would be restarted. Wait, or name the PC: -e freeze_confirm={host}.",
            users=situation.users,
            host=host,
        )
