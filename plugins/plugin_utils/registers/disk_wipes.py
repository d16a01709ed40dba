"""Disk wipes: which disk was made unreadable, how, by whom and with what result. The newest of a disk counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from ..i18n import Message, UserError
from ..ledger.records import Asset, Component, ComponentKind, Machine
from ..ledger.vocabulary import serial_key
from .nouns import RegisterKind
from .state import Change, Plan, State, day, not_before_purchase, not_in_future, optional, required


class WipeMethod(StrEnum):
    """Clear, purge and destroy of NIST SP 800-88, by what a school can do."""

    OVERWRITE = "overwrite"  # 全盘覆写
    SECURE_ERASE = "secure_erase"  # 固件安全擦除 (ATA Secure Erase, NVMe Format)
    CRYPTO_ERASE = "crypto_erase"  # 加密擦除
    DEGAUSS = "degauss"  # 消磁
    DESTROY = "destroy"  # 物理销毁


class WipeResult(StrEnum):
    WIPED = "wiped"  # 已擦除
    FAILED = "failed"  # 失败


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskWipe:
    """``asset_number`` and ``host`` say what the disk is or was part of; at least one is known."""

    kind: ClassVar[RegisterKind] = RegisterKind.DISK_WIPE

    number: str
    disk_serial: str
    method: WipeMethod
    result: WipeResult
    wiped_by: str
    wiped_on: date
    asset_number: str | None = None
    host: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WipeRequest:
    """As a person gave it. Neither asset nor host are needed where a computer was seen with that disk."""

    disk_serial: str | None
    method: WipeMethod
    result: WipeResult
    wiped_by: str | None
    asset: str | None = None
    host: str | None = None
    wiped_on: str | date | None = None
    note: str | None = None


def record(state: State, request: WipeRequest) -> Plan:
    """Enter a wipe. Raises UserError. Looks at ``state.machines``."""
    serial = required(request.disk_serial, Message("requests", "The serial number of the disk"))
    asset_number, host = _belongs_to(state, serial, optional(request.asset), optional(request.host))
    wiped_on = day(request.wiped_on, Message("requests", "The day of the wipe"), state.today)
    not_in_future(wiped_on, state.today)
    if asset_number is not None:
        not_before_purchase(wiped_on, state.asset(asset_number))
    note = optional(request.note)
    if request.result is WipeResult.FAILED and note is None:
        raise UserError(
            "requests",
            "The wipe of disk {serial} failed, and what happened is not said. Describe it in wipe_note; such a "
            "disk does not leave the school before it is destroyed.",
            serial=serial,
        )
    wipe = DiskWipe(
        number=state.next_number(DiskWipe),
        disk_serial=serial,
        method=request.method,
        result=request.result,
        wiped_by=required(request.wiped_by, Message("requests", "Who wiped the disk")),
        wiped_on=wiped_on,
        asset_number=asset_number,
        host=host,
        note=note,
    )
    return Plan(
        errand="record_disk_wipe",
        changes=(Change("disk_wipe.recorded", None, wipe),),
        message=Message(
            "requests",
            "The wipe of disk {serial} of {owner} is recorded as number {number}.",
            {"serial": serial, "owner": asset_number or host, "number": wipe.number},
        ),
    )


def _belongs_to(
    state: State, serial: str, asset: str | None, host: str | None
) -> tuple[str | None, str | None]:
    """The asset's number and the host, from what is given and from the computers that were seen with the disk."""
    if host is not None and host not in {machine.host for machine in state.machines}:
        raise UserError(
            "requests",
            "The ledger has seen no computer {host}. Check the name, or collect its facts first.",
            host=host,
        )
    numbers = {each.id: number for number, each in state.assets.items()}
    if asset is not None:
        number = state.asset(asset).asset_number
        return number, host or next(
            (each.host for each in state.machines if numbers.get(each.asset_id or 0) == number), None
        )
    seen = [
        machine
        for machine in state.machines
        if (machine.host == host if host is not None else _has(machine, serial))
    ]
    if len(seen) == 1:
        return numbers.get(seen[0].asset_id or 0), seen[0].host
    raise UserError(
        "requests",
        "Which computer had the disk {serial} is not known. Give wipe_asset, the asset number on its label.",
        serial=serial,
    )


def _has(machine: Machine, serial: str) -> bool:
    wanted = serial_key(serial)
    return wanted is not None and any(serial_key(disk.serial) == wanted for disk in disks(machine))


def disks(machine: Machine) -> Iterator[Component]:
    """The disks that are in a machine as it was last seen."""
    return (
        part for part in machine.components if part.kind is ComponentKind.DISK and part.removed_at is None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskEvidence:
    """A disk of an asset and its newest wipe; a disk of unknown serial cannot be told to be wiped."""

    serial: str | None
    wipe: DiskWipe | None


def disk_serials(state: State, asset: Asset) -> tuple[str | None, ...]:
    """Of the disks that the asset was last seen with; None for one without a serial."""
    return tuple(disk.serial for each in state.machines if each.asset_id == asset.id for disk in disks(each))


def evidence(state: State, asset_number: str, serials: Iterable[str | None]) -> list[DiskEvidence]:
    """The disks of ``serials``, and others of the asset that were wiped."""
    newest: dict[str, DiskWipe] = {}
    for wipe in sorted(state.all(DiskWipe).values(), key=lambda wipe: (wipe.wiped_on, wipe.number)):
        newest[_key(wipe.disk_serial)] = wipe
    of_asset = [
        wipe.disk_serial for wipe in state.all(DiskWipe).values() if wipe.asset_number == asset_number
    ]
    given = tuple(serials)
    known = {_key(serial): serial for serial in reversed((*filter(None, given), *of_asset))}
    found = [
        DiskEvidence(serial=known[key], wipe=newest.get(key))
        for key in dict.fromkeys(map(_key, (*filter(None, given), *of_asset)))
    ]
    return found + [DiskEvidence(serial=None, wipe=None)] * given.count(None)


def _key(serial: str) -> str:
    return serial_key(serial) or serial.casefold()


def contradictions(state: State) -> Iterator[Message]:
    """A wipe belongs to an asset that is there."""
    for wipe in state.all(DiskWipe).values():
        if wipe.asset_number is not None and wipe.asset_number not in state.assets:
            yield Message(
                "requests",
                "{asset} would be gone, and the disk wipe {number} belongs to it.",
                {"asset": wipe.asset_number, "number": wipe.number},
            )
