"""What the role usb_lockdown wants of a Linux PC. Why it is made so: decision 22.

Three layers, each of which holds where the next one fails: no driver for storage can be loaded; udev rules authorise
interface by interface, also in the initramfs; USBGuard decides over whole devices.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..i18n import UserError
from . import usb_files, usbguard_rules
from .state import AbsentFile, Built, DesiredState, File, Item, Package, Unit
from .usb_policy import POLICY_VARIABLES, UsbPolicy, check_names, usb_policy

_PROGRAMS = Path(__file__).parent / "pc"
_PREFIX = "usb_lockdown_"
_LIB = "/usr/local/lib/jifang"
_MODPROBE = "/etc/modprobe.d/jifang-usb.conf"
_UDEV = "/etc/udev/rules.d/51-jifang-usb.rules"
_UDEV_ENROLLED = "/etc/udev/rules.d/50-jifang-usb-enrolled.rules"
_POLKIT = "/etc/polkit-1/rules.d/10-jifang-usb.rules"
_HOOK = "/etc/initramfs-tools/hooks/jifang-usb"
_DRACUT = "/etc/dracut.conf.d/jifang-usb.conf"
_UNITS = "/etc/systemd/system"
_TIMER = "jifang-usb-gate.timer"
_WATCH = "jifang-usb-watch.service"
_DROP_IN = f"{_UNITS}/usbguard.service.d/jifang.conf"
_GUARD = "/etc/usbguard"
_GUARD_ENROLLED = f"{_GUARD}/rules.d/20-jifang-enrolled.conf"
_ENROLMENT = "/var/lib/jifang/usb_enrolment"
# A container has no USB devices of its own; systemd names it there.
_MACHINE = ("!/run/systemd/container",)
_INITRAMFS_TOOLS = ("/usr/sbin/update-initramfs",)
_DRACUT_HERE = ("/usr/bin/dracut",)
_MOST_ENROLMENT = 40
# Interface classes of the channels that a device can have besides what it is for.
_CLOSED_CLASSES = {"usb_storage": "08", "mtp_ptp": "06"}


def compile_usb_lockdown(variables: Mapping[str, Any]) -> DesiredState:
    """``variables``: those of the role by their full names. Raises ``UserError`` naming the variable."""
    check_names(variables[f"{_PREFIX}names"], variables)
    shared = {name: variables[_PREFIX + name.removeprefix("usb_")] for name in POLICY_VARIABLES}
    policy = usb_policy(shared)
    usbguard_rules.check_rules(policy.rules)
    state = variables[f"{_PREFIX}state"]
    if state not in ("present", "absent"):
        raise UserError(
            "usb", 'usb_lockdown_state is "{value}". Write present or absent.', value=str(state)[:40]
        )
    if state == "absent":
        return DesiredState(_nothing())
    room = str(variables[f"{_PREFIX}room"] or "")
    return DesiredState(_locked(policy, room, _enrolment(variables[f"{_PREFIX}enrolment"])))


def _enrolment(value: Any) -> str:
    text = str(value)
    if text and len(text) <= _MOST_ENROLMENT and text.isascii() and text.isprintable():
        return text
    raise UserError(
        "usb", "usb_enrolment must be a number or a short word in Latin letters, such as 2026-09."
    )


@cache
def _program(name: str) -> str:
    return (_PROGRAMS / name).read_text(encoding="utf-8")


def _locked(policy: UsbPolicy, room: str, enrolment: str) -> tuple[Item, ...]:
    entries = policy.allowed_in(room)
    units = ("reload_systemd",)
    closed = ",".join(number for channel, number in _CLOSED_CLASSES.items() if policy.closes(channel))
    return (
        Package("usbguard", when=_MACHINE),
        File(f"{_LIB}/usb-gate", _program("usb_gate.sh"), mode="0755"),
        File(f"{_LIB}/usb-attempt", _program("usb_attempt.py"), mode="0755"),
        File(f"{_LIB}/usb-enrol", _program("usb_enrol.py"), mode="0755"),
        File(_MODPROBE, usb_files.modprobe_policy(policy)),
        File(_UDEV, usb_files.udev_rules(policy, entries)),
        File(_POLKIT, usb_files.polkit_rules(entries), when=("/etc/polkit-1/rules.d",)),
        File(_HOOK, usb_files.INITRAMFS_HOOK, mode="0755", when=_INITRAMFS_TOOLS),
        File(_DRACUT, usb_files.DRACUT, when=_DRACUT_HERE),
        File(f"{_UNITS}/jifang-usb-gate.service", usb_files.GATE_SERVICE, notify=units),
        File(f"{_UNITS}/{_TIMER}", usb_files.GATE_TIMER, notify=units),
        File(_ENROLMENT, f"{enrolment}\n"),
        *_guard_files(policy, usbguard_rules.first_rules(policy, entries)),
        Unit(_TIMER, enabled=True, active=True, masked=None),
        Built(
            "usb_enrolment",
            (f"{_LIB}/usb-enrol", closed),
            (_ENROLMENT,),
            # Lost or broken, they are made again: without them USBGuard does not start.
            (_GUARD_ENROLLED, _UDEV_ENROLLED),
            when=_MACHINE,
        ),
        *_initramfs(),
        Built("usb_lock", (usb_files.GATE, "relock"), _lock_sources()),
        Built(
            "usbguard",
            (usb_files.GATE, "guard"),
            (f"{_GUARD}/usbguard-daemon.conf", f"{_GUARD}/rules.d/*.conf", _DROP_IN),
            when=_MACHINE,
        ),
    )


def _guard_files(policy: UsbPolicy, first: str) -> tuple[Item, ...]:
    units = ("reload_systemd",)
    rules = f"{_GUARD}/rules.d"
    return (
        File(_DROP_IN, usb_files.USBGUARD_DROP_IN, notify=units, when=_MACHINE),
        File(f"{_UNITS}/{_WATCH}", usb_files.WATCH_SERVICE, notify=units, when=_MACHINE),
        File(f"{_GUARD}/usbguard-daemon.conf", usbguard_rules.DAEMON, mode="0600", when=_MACHINE),
        File(f"{rules}/10-jifang-first.conf", first, mode="0600", when=_MACHINE),
        File(f"{rules}/30-jifang-last.conf", usbguard_rules.last_rules(policy), mode="0600", when=_MACHINE),
        AbsentFile(f"{_GUARD}/IPCAccessControl.d/:plugdev", when=_MACHINE),
        Unit("usbguard-dbus.service", enabled=False, active=False, masked=None, when=_MACHINE),
        Unit("usbguard.service", enabled=True, active=True, masked=None, when=_MACHINE),
        Unit(_WATCH, enabled=True, active=True, masked=None, when=_MACHINE),
    )


def _lock_sources() -> tuple[str, ...]:
    # The flag and the record of an open window are sources: while a room is open, its lock is not as wanted.
    return (_MODPROBE, _UDEV, f"{_LIB}/usb-gate", usb_files.FLAG, usb_files.RECORD)


def _initramfs() -> tuple[Item, ...]:
    sources = (_MODPROBE, _UDEV, _UDEV_ENROLLED, _HOOK, _DRACUT)
    return (
        Built("usb_initramfs", ("update-initramfs", "-u", "-k", "all"), sources, when=_INITRAMFS_TOOLS),
        Built(
            "usb_initramfs_dracut",
            ("dracut", "--force", "--regenerate-all"),
            sources,
            when=(*_DRACUT_HERE, f"!{_INITRAMFS_TOOLS[0]}"),
        ),
    )


def _nothing() -> tuple[Item, ...]:
    """The effect taken back. What was recorded of attempts stays: it is evidence."""
    guard = (
        f"{_GUARD}/usbguard-daemon.conf",
        f"{_GUARD}/rules.d/10-jifang-first.conf",
        _GUARD_ENROLLED,
        f"{_GUARD}/rules.d/30-jifang-last.conf",
    )
    links = (
        f"{_UNITS}/timers.target.wants/{_TIMER}",
        f"{_UNITS}/multi-user.target.wants/{_WATCH}",
    )
    files = (
        *(f"{_LIB}/usb-gate", f"{_LIB}/usb-attempt", f"{_LIB}/usb-enrol"),
        *(
            _MODPROBE,
            _UDEV,
            _UDEV_ENROLLED,
            _POLKIT,
            _HOOK,
            _DRACUT,
            _ENROLMENT,
            usb_files.RECORD,
            *guard,
            *links,
            _DROP_IN,
        ),
        *(f"{_UNITS}/jifang-usb-gate.service", f"{_UNITS}/{_TIMER}", f"{_UNITS}/{_WATCH}"),
    )
    return (
        Package("usbguard", present=False, when=_MACHINE),
        *(AbsentFile(path) for path in files),
        *_initramfs(),
        Built("usb_lock", ("/bin/sh", "-c", _program("usb_release.sh")), _lock_sources()),
    )
