"""What locks a Windows PC's removable media: registry values, the same for a running PC and for an image.

Sources, all Microsoft's: the ADMX files RemovableStorage and DeviceInstallation ("Prevent installation of devices that
match any of these device IDs", "Apply layered order of evaluation"), "Standard USB identifiers" for the compatible ids
of interfaces, KB2516445 for Thunderbolt controllers, and ``Start`` of drivers (4: disabled). What is barred is barred
by what it is (mass storage, still image, MTP), never as "removable device": a keyboard is a removable device, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ..i18n import Message, UserError
from .registry import Hive, RegistryList, RegistryState, RegistryValue
from .usb_policy import POLICY_VARIABLES, AllowEntry, UsbPolicy, usb_policy

DOMAIN = "win_usb"
LAYERED_BUILD = 19041
"""Windows 10 2004: the oldest with the update (2021-07) that lets an allowed device stand above a barred kind."""

_PREFIX = "win_usb_lockdown_"
_DISABLED = 4
# Each driver's Start as Windows is delivered: 0 at boot, 1 system, 3 on demand.
_DRIVERS: Mapping[str, Mapping[str, int]] = {
    "usb_storage": {"USBSTOR": 3, "UASPStor": 3},
    "optical": {"cdrom": 1},
    "firewire": {"1394ohci": 3, "sbp2port": 0},
}
# Compatible ids that are barred: USB interfaces by class, PCI controllers by class code.
_DEVICE_IDS: Mapping[str, tuple[str, ...]] = {
    "usb_storage": ("USB\\Class_08",),
    "mtp_ptp": ("USB\\Class_06", "USB\\MS_COMP_MTP"),
    "thunderbolt": ("PCI\\CC_0C0A",),
}
_STORAGE = "Policies\\Microsoft\\Windows\\RemovableStorageDevices"
_INSTALL = "Policies\\Microsoft\\Windows\\DeviceInstall\\Restrictions"
_EXPLORER = "Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer"
_DMA = "Policies\\Microsoft\\Windows\\Kernel DMA Protection"
# Volumes on removable media: sticks and cards alike.
_REMOVABLE = "{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}"
_CLASSES: Mapping[str, tuple[str, ...]] = {
    "usb_storage": (_REMOVABLE,),
    "card_readers": (_REMOVABLE,),
    "optical": ("{53f56308-b6bf-11d0-94f2-00a0c91efb8b}",),
    "mtp_ptp": ("{6AC27878-A6FA-4155-BA85-F98F491D4F33}", "{F33FDC04-D1AC-4E8E-9A30-19BBD4B108AE}"),
}
_ALL = frozenset({"usb_storage", "optical", "card_readers", "mtp_ptp"})
# Windows takes a serial into the instance id only where every sign of it is one of these ("Device instance IDs").
_USABLE_SERIAL = re.compile(r"[!-+\--~]+")


def compile_win_usb_lockdown(variables: Mapping[str, Any]) -> RegistryState:
    """``variables``: those of the role by their full names. Raises ``UserError`` naming the variable."""
    policy = usb_policy({name: variables[_PREFIX + name.removeprefix("usb_")] for name in POLICY_VARIABLES})
    state = variables[f"{_PREFIX}state"]
    if state not in ("present", "absent"):
        raise UserError(
            DOMAIN, 'win_usb_lockdown_state is "{value}". Write present or absent.', value=str(state)[:40]
        )
    if state == "absent":
        return _state(UsbPolicy(closed=()), ())
    today, room = _today(variables[f"{_PREFIX}today"]), str(variables[f"{_PREFIX}room"] or "")
    return _state(policy, tuple(entry for entry in policy.allowed_in(room) if not entry.ended(today)))


def _today(value: object) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise UserError(
            DOMAIN,
            'win_usb_lockdown_today is "{value}". Write a day such as 2026-12-31.',
            value=str(value)[:40],
        ) from None


def _state(policy: UsbPolicy, allowed: tuple[AllowEntry, ...]) -> RegistryState:
    sticks = tuple(entry for entry in allowed if _USABLE_SERIAL.fullmatch(entry.serial))
    unusable = tuple(entry.serial for entry in allowed if entry not in sticks)
    if not policy.closes("usb_storage"):
        sticks, unusable = (), ()
    notes = []
    if unusable:
        notes.append(
            Message(
                DOMAIN,
                "Windows cannot know these sticks by their serial (a blank or comma in it) and refuses them: {serials}",
                {"serials": unusable},
            )
        )
    if sticks and policy.closes("card_readers"):
        notes.append(
            Message(
                DOMAIN,
                "As sticks are allowed here, cards in built-in slots can be read on Windows: it tells volumes of both "
                "apart by nothing.",
            )
        )
    barred = tuple(one for channel, ids in _DEVICE_IDS.items() if policy.closes(channel) for one in ids)
    lists = (
        RegistryList(Hive.SOFTWARE, f"{_INSTALL}\\DenyDeviceIDs", barred),
        RegistryList(Hive.SOFTWARE, f"{_INSTALL}\\AllowInstanceIDs", tuple(map(instance_id, sticks))),
    )
    values = (*_drivers(policy, sticks), *_classes(policy, sticks), *_policies(policy, barred, sticks))
    return RegistryState(values, lists, LAYERED_BUILD if sticks else 0, tuple(notes))


def instance_id(entry: AllowEntry) -> str:
    """The device's instance id, as Windows makes it of vendor, product and serial."""
    return f"USB\\VID_{entry.vendor.upper()}&PID_{entry.product.upper()}\\{entry.serial.upper()}"


def _drivers(policy: UsbPolicy, sticks: tuple[AllowEntry, ...]) -> Iterator[RegistryValue]:
    for channel, drivers in _DRIVERS.items():
        # An allowed stick needs its driver; the others are kept out by what they are.
        closed = policy.closes(channel) and not (channel == "usb_storage" and sticks)
        for driver, usual in drivers.items():
            yield RegistryValue(
                Hive.SYSTEM, f"Services\\{driver}", "Start", _DISABLED if closed else usual, driver=True
            )


def _classes(policy: UsbPolicy, sticks: tuple[AllowEntry, ...]) -> Iterator[RegistryValue]:
    """Policies on access hold for what is already in and has its driver, too; they know no exceptions."""
    everything = all(map(policy.closes, _ALL)) and not sticks
    yield RegistryValue(Hive.SOFTWARE, _STORAGE, "Deny_All", 1 if everything else None)
    for guid in dict.fromkeys(guid for guids in _CLASSES.values() for guid in guids):
        closed = any(policy.closes(channel) and guid in guids for channel, guids in _CLASSES.items())
        if guid == _REMOVABLE and (sticks or not policy.closes("usb_storage")):
            closed = False
        # Portable devices cannot execute.
        rights = ("Deny_Read", "Deny_Write", *(() if guid in _CLASSES["mtp_ptp"] else ("Deny_Execute",)))
        for right in rights:
            yield RegistryValue(Hive.SOFTWARE, f"{_STORAGE}\\{guid}", right, 1 if closed else None)


def _policies(
    policy: UsbPolicy, barred: tuple[str, ...], sticks: tuple[AllowEntry, ...]
) -> Iterator[RegistryValue]:
    switches = {
        "DenyDeviceIDs": bool(barred),
        "DenyDeviceIDsRetroactive": bool(barred),
        "AllowInstanceIDs": bool(sticks),
        "AllowDenyLayered": bool(sticks),
    }
    for name, on in switches.items():
        yield RegistryValue(Hive.SOFTWARE, _INSTALL, name, 1 if on else None)
    yield RegistryValue(Hive.SOFTWARE, _EXPLORER, "NoCDBurning", 1 if policy.closes("optical") else None)
    # 0: devices that cannot be kept in memory of their own are not started at all.
    thunderbolt = 0 if policy.closes("thunderbolt") else None
    yield RegistryValue(Hive.SOFTWARE, _DMA, "DeviceEnumerationPolicy", thunderbolt)
