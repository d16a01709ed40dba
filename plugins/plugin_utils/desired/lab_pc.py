"""The baseline of a lab PC: what a pupil may not change, and which packages a room has.

Every file has a name of its own beside the distribution's, so that removing the role's effect is removing them. Where a
PC has none of what a setting is about (no GRUB, no desktop), the setting wants nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from ..i18n import UserError
from . import lab_pc_boot, lab_pc_desktop, lab_pc_network
from .state import AbsentFile, Account, Built, DesiredState, File, Item, Package
from .variables import Variables, checked_texts, shown

# Names as dpkg and rpm allow them. A pattern would be an option of their tools or a wish that nobody can compare.
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]{0,127}")
# sudoers(5): a user or %group; a command with its arguments. No comma, colon, equals sign or quoting of its own.
_WHO = re.compile(r"%?[a-z_][a-z0-9_-]{0,31}")
_COMMAND = re.compile(r"ALL|/[A-Za-z0-9@%_./+-]+( [A-Za-z0-9@%_./+-]+)*")
SUDOERS = "/etc/sudoers.d/jifang_lab_pc"


# Everything switched on, to know every file that this role may have written on some day.
_ALL_ON: Mapping[str, Any] = {
    "lab_pc_packages": [],
    "lab_pc_forbidden_packages": [],
    "lab_pc_removable_boot": False,
    "lab_pc_boot_password_hash": f"grub.pbkdf2.sha512.10000.{'0' * 128}.{'0' * 128}",
    "lab_pc_root_password_login": False,
    "lab_pc_time_sync": True,
    "lab_pc_time_servers": ["time.example"],
    "lab_pc_dns_servers": ["192.0.2.1"],
    "lab_pc_dns_search": [],
    "lab_pc_sudoers": [{"who": "root", "commands": ["ALL"]}],
    "lab_pc_screen_lock_minutes": 1,
    "lab_pc_logout_minutes": 1,
}
# Files of the distribution or of nobody in particular: they are left where the setting is off.
_SHARED = re.compile(r"(?!.*jifang_lab_pc)")
# Nobody can work without; a DHCP client or an administrator writes it anew.
_KEPT = "/etc/resolv.conf"


def compile_lab_pc(variables: Mapping[str, Any]) -> DesiredState:
    """Raises ``UserError`` for a variable that cannot be meant so, whatever the state is."""
    given = Variables(variables)
    state = given.choice("lab_pc_state", ("present", "absent"))
    wanted = tuple(_items(given))
    notes = tuple(lab_pc_boot.notes(given)) if state == "present" else ()
    undone = tuple(item for one in wanted for item in _undone(one))
    if state == "absent":
        wanted = ()
    paths = {item.path for item in (*wanted, *undone) if isinstance(item, File | AbsentFile)}
    built = {item.name for item in wanted if isinstance(item, Built)}
    left = tuple(
        item
        for item in _undone_of_all()
        if (isinstance(item, AbsentFile) and item.path not in paths and not _SHARED.match(item.path))
        or (isinstance(item, Built) and item.name not in built)
    )
    items = _once((*wanted, *left) if wanted else (*undone, *left))
    return DesiredState(items, notes)


@cache
def _undone_of_all() -> tuple[Item, ...]:
    return tuple(item for one in _items(Variables(_ALL_ON)) for item in _undone(one))


def _items(given: Variables) -> Iterator[Item]:
    for part in (_packages, lab_pc_boot.items, _root, lab_pc_network.items, _sudoers, lab_pc_desktop.items):
        yield from part(given)


def _undone(item: Item) -> Iterator[Item]:
    """What takes an item's effect away. Packages, time service and boot order stay as they are: nobody knows how they
    were, and each is harmless."""
    match item:
        case File(path=path, notify=notify) if path != _KEPT:
            yield AbsentFile(path, notify=notify)
        case Account(password_locked=True):
            yield replace(item, password_locked=False)
        case Built():
            # Only where it was ever built by us: a PC that the role never touched is left alone.
            yield replace(item, when=(*item.when, item.stamp))


def _once(items: Iterable[Item]) -> tuple[Item, ...]:
    """Without repetitions; absent files come before what is built from the rest."""
    unique = list(dict.fromkeys(items))
    return tuple(sorted(unique, key=lambda item: isinstance(item, Built)))


def _packages(given: Variables) -> Iterator[Item]:
    wanted = given.texts("lab_pc_packages", _PACKAGE, "geany")
    barred = given.texts("lab_pc_forbidden_packages", _PACKAGE, "telnet")
    if both := sorted(set(wanted) & set(barred)):
        raise UserError(
            "desired",
            "{package} is both in lab_pc_packages and in lab_pc_forbidden_packages. Take it out of one.",
            package=both[0],
        )
    yield from (Package(name, present=False) for name in barred)
    yield from (Package(name) for name in wanted)


def _root(given: Variables) -> Iterator[Item]:
    # A locked password closes terminals, log-in screens and su alike, on every distribution; keys stay open, as sshd
    # with PAM does not look at the lock. pam_securetty would close terminals alone, and Debian no longer has it.
    if not given.flag("lab_pc_root_password_login"):
        yield Account("root", password_locked=True)


def _sudoers(given: Variables) -> Iterator[Item]:
    entries = given.mappings("lab_pc_sudoers", frozenset({"who", "commands", "password"}))
    lines = [_sudoers_line(place, entry) for place, entry in enumerate(entries, 1)]
    if len({entry["who"] for entry in entries}) < len(lines):
        raise UserError("desired", "lab_pc_sudoers names somebody twice. Put all commands into one entry.")
    if lines:
        yield Package("sudo")
        content = "# Written by Ansible, role lab_pc: the next run writes it again.\n" + "".join(lines)
        yield File(SUDOERS, content, mode="0440", check="/usr/sbin/visudo -cf %s")


def _sudoers_line(place: int, entry: Mapping[str, Any]) -> str:
    who = entry.get("who")
    if not isinstance(who, str) or not _WHO.fullmatch(who):
        raise UserError(
            "desired",
            "Entry {place} of lab_pc_sudoers: who is {value}. Write a user, or % and a group, for example %teachers.",
            place=place,
            value=shown(who),
        )
    name = f"lab_pc_sudoers[{place}].commands"
    commands = checked_texts(name, entry.get("commands"), _COMMAND, "/usr/sbin/poweroff")
    if not commands:
        raise UserError("desired", "Entry {place} of lab_pc_sudoers has no commands. Name some.", place=place)
    password = entry.get("password", True)
    if not isinstance(password, bool):
        raise UserError(
            "desired",
            "Entry {place} of lab_pc_sudoers: password is {value}. Write true or false.",
            place=place,
            value=shown(password),
        )
    return f"{who} ALL=(root) {'' if password else 'NOPASSWD: '}{', '.join(commands)}\n"
