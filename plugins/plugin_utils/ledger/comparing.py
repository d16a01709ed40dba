"""The two sides of matching, ready to compare: what a machine says of itself and what the book says.

Everything is a key (``vocabulary``): two values agree when they are equal. ``matching`` decides what
agreement is enough.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .records import Asset, Machine
from .vocabulary import AssetKind, Place, brand, model_codes, models_agree, place, plain, serial_key

_CROWD = 16
_UUID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f])")
_MAC = re.compile(r"(?<![0-9a-f:-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![0-9a-f:-])")


class Key(StrEnum):
    """What a machine and an asset can agree in."""

    SERIAL = "serial"
    UUID = "uuid"
    MAC = "mac"
    TAG = "tag"
    SEAT = "seat"
    ROOM = "room"
    HISTORY = "history"
    MODEL = "model"
    BRAND = "brand"
    HOST = "host"


@dataclass(slots=True)
class Seen:
    """What a machine says of itself, ready to compare."""

    machine: Machine
    place: Place
    serials: frozenset[str]
    label_serials: frozenset[str]
    uuids: frozenset[str]
    macs: frozenset[str]
    tags: frozenset[str]
    models: tuple[str, ...]
    brand: str | None


@dataclass(slots=True)
class Booked:
    """What the book says of an asset, ready to compare."""

    asset: Asset
    place: Place
    serials: frozenset[str]
    uuids: frozenset[str]
    macs: frozenset[str]
    tag: str
    brand: str | None


def fact(inventory: Mapping[str, Any], section: str, name: str) -> str | None:
    """A text of the inventory, None where it is not there or not a text."""
    value = inventory.get(section)
    text = value.get(name) if isinstance(value, Mapping) else None
    return text if isinstance(text, str) and text else None


def fact_rows(inventory: Mapping[str, Any], section: str) -> list[Mapping[str, Any]]:
    """The rows of a list of the inventory."""
    rows = inventory.get(section)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, Sequence) else []


def machine_kind(machine: Machine) -> AssetKind:
    """What a machine is by its facts: a network device says so, everything else is a computer."""
    kind = fact(machine.inventory, "device", "kind")
    return AssetKind(kind) if kind in frozenset(AssetKind) else AssetKind.COMPUTER


def serials(machine: Machine) -> tuple[str, ...]:
    """The system, chassis and board serials as keys, in this order, without repetition."""
    keys = (serial_key(fact(machine.inventory, part, "serial")) for part in ("system", "chassis", "board"))
    return tuple(dict.fromkeys(key for key in keys if key))


def models(machine: Machine) -> tuple[str, ...]:
    """The firmware's texts that may hold the model: makers put it into product, version or family."""
    system = (fact(machine.inventory, "system", name) for name in ("product", "version", "family", "sku"))
    return tuple(text for text in (*system, fact(machine.inventory, "board", "product")) if text)


def model_text(machine: Machine) -> str | None:
    """The model as a person reads it: the product, and what else names one (Lenovo's product is a bare number)."""
    product = fact(machine.inventory, "system", "product")
    others = (fact(machine.inventory, "system", name) for name in ("version", "family"))
    named = next((text for text in others if model_codes(text) - model_codes(product)), None)
    return " / ".join(text for text in (product, named) if text) or None


def machine_brand(machine: Machine) -> str | None:
    """The maker that the firmware names, as a brand of ``brands.json``."""
    makers = (fact(machine.inventory, part, "manufacturer") for part in ("system", "board", "chassis"))
    return next((name for name in map(brand, makers) if name), None)


def asset_brand(asset: Asset) -> str | None:
    """The booked brand, also where it only stands in the model or the name (联想台式机)."""
    return next((name for name in map(brand, (asset.brand, asset.model, asset.name)) if name), None)


# --- both sides, ready to compare


def seen_side(machine: Machine) -> Seen:
    inventory = machine.inventory
    label = (serial_key(fact(inventory, part, "serial")) for part in ("system", "chassis"))
    macs = (row.get("permanent_mac") for row in fact_rows(inventory, "nics"))
    tags = (fact(inventory, part, "asset_tag") for part in ("chassis", "board"))
    return Seen(
        machine=machine,
        place=place(machine.room, machine.seat),
        serials=frozenset(serials(machine)),
        label_serials=frozenset(key for key in label if key),
        uuids=frozenset(_UUID.findall(plain(fact(inventory, "system", "uuid")))),
        macs=frozenset(mac.lower() for mac in macs if isinstance(mac, str)),
        tags=frozenset(_tag(tag) for tag in tags if tag),
        models=models(machine),
        brand=machine_brand(machine),
    )


def booked_side(asset: Asset) -> Booked:
    text = " ".join(plain(part) for part in (asset.serial, asset.specification, asset.notes) if part)
    if asset.quantity > 1:
        keys = [serial_key(part) for part in re.split(r"[,;、\s]+", plain(asset.serial))]
    else:
        keys = [serial_key(asset.serial)]
    return Booked(
        asset=asset,
        place=place(asset.room, asset.seat),
        serials=frozenset(key for key in keys if key),
        uuids=frozenset(_UUID.findall(text)),
        macs=frozenset(found.group().replace("-", ":") for found in _MAC.finditer(text)),
        tag=_tag(asset.asset_number),
        brand=asset_brand(asset),
    )


def _tag(text: str) -> str:
    return "".join(plain(text).split())


# --- comparing


class Index:
    """The booked computers by every key; ``shared`` are the serials that are none."""

    def __init__(self, rows: Iterable[Booked], shared: frozenset[str]) -> None:
        rows = list(rows)
        self._shared = shared
        self._id = {row.asset.id: row for row in rows}
        self._serial = _by(rows, lambda row: row.serials - shared)
        self._uuid = _by(rows, lambda row: row.uuids)
        self._mac = _by(rows, lambda row: row.macs)
        self._tag = _by(rows, lambda row: [row.tag])
        self._seat = _by(rows, lambda row: [row.place] if row.place.room and row.place.seat else [])

    def candidates(self, row: Seen, *, use_place: bool) -> list[Booked]:
        """Every asset that shares a key with the machine; without ``use_place`` only strong keys count."""
        found: dict[int, Booked] = {}
        lookups: list[tuple[Mapping[Any, list[Booked]], Iterable[Hashable]]] = [
            (self._serial, row.serials - self._shared),
            (self._uuid, row.uuids),
            (self._mac, row.macs),
            (self._tag, row.tags),
        ]
        if use_place:
            lookups.append((self._seat, [row.place]))
            previous = self._id.get(row.machine.asset_id or 0)
            if previous is not None:
                found[previous.asset.id] = previous
        for index, keys in lookups:
            for key in keys:
                entries = index.get(key, ())
                if len(entries) <= _CROWD:
                    found.update((entry.asset.id, entry) for entry in entries)
        return [found[i] for i in sorted(found)]


def _by(rows: Iterable[Booked], keys: Callable[[Booked], Iterable[Hashable]]) -> Mapping[Any, list[Booked]]:
    index: defaultdict[Hashable, list[Booked]] = defaultdict(list)
    for row in rows:
        for key in keys(row):
            index[key].append(row)
    return index


def reasons_for(entry: Booked, row: Seen, shared: frozenset[str]) -> frozenset[Key]:
    asset, machine = entry.asset, row.machine
    same_room = entry.place.room is not None and entry.place.room == row.place.room
    same_seat = same_room and entry.place.seat is not None and entry.place.seat == row.place.seat
    agree = {
        Key.SERIAL: not (entry.serials & row.serials).issubset(shared),
        Key.UUID: bool(entry.uuids & row.uuids),
        Key.MAC: bool(entry.macs & row.macs),
        Key.TAG: entry.tag in row.tags,
        Key.SEAT: same_seat,
        Key.ROOM: same_room and not same_seat,
        Key.HISTORY: machine.asset_id == asset.id,
        Key.MODEL: models_agree(asset.model or asset.specification, row.models) is True,
        Key.BRAND: entry.brand is not None and entry.brand == row.brand,
        Key.HOST: entry.tag == _tag(machine.host),
    }
    return frozenset(key for key, yes in agree.items() if yes)


def what_opposes(entry: Booked, row: Seen) -> bool:
    """Model or brand are known on both sides and differ."""
    brands_differ = entry.brand is not None and row.brand is not None and entry.brand != row.brand
    return brands_differ or models_agree(entry.asset.model, row.models) is False


def serials_oppose(entry: Booked, row: Seen, shared: frozenset[str]) -> bool:
    ours, theirs = entry.serials - shared, row.label_serials - shared
    return bool(ours and theirs and entry.asset.quantity == 1 and not ours & row.serials)
