"""Cards, register and labels of chosen assets: what is chosen, and each paper as one file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..i18n import Message, UserError
from ..ledger.records import Asset, AssetStatus, Event, Snapshot
from ..ledger.vocabulary import room_key
from ..registers.amounts import quantity
from .asset_card import asset_card
from .desk import Desk
from .labels import SHEETS, Sheet, asset_label, write_labels
from .pdf import write_pdf
from .register import register


def chosen(assets: Iterable[Asset], numbers: Sequence[str], rooms: Sequence[str]) -> list[Asset]:
    """The assets named by number (in that order), else those of the rooms, else all; scrapped ones only by number.

    Raises UserError for a number or a room that the ledger does not have, and where nothing is left.
    """
    by_number = {asset.asset_number: asset for asset in assets}
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if unknown := [number for number in wanted if number not in by_number]:
        raise UserError(
            "forms",
            "The ledger has no asset {numbers}. Check the numbers; the site lists all of them.",
            numbers=tuple(unknown[:10]),
        )
    if wanted:
        return [by_number[number] for number in wanted]
    standing = [asset for asset in by_number.values() if asset.status is not AssetStatus.SCRAPPED]
    keys = {room_key(room): room for room in rooms if room.strip()}
    if absent := keys.keys() - {room_key(asset.room) for asset in standing}:
        raise UserError(
            "forms",
            "No asset is booked in {rooms}. Write the room as the property book does.",
            rooms=tuple(sorted(keys[key] for key in absent)),
        )
    found = [asset for asset in standing if not keys or room_key(asset.room) in keys]
    if not found:
        raise UserError("forms", "The ledger has no asset yet. Import the property book first.")
    return found


def sheet_of(preset: str, geometry: Mapping[str, Any], used: str | None) -> Sheet:
    """The label paper: ``geometry`` (the fields of ``Sheet``) where it is given, else a preset by its name. ``used``
    are the labels of its first sheet that are gone. Raises UserError where either is not understood."""
    skip = quantity(used or 0, Message("forms", "The labels that are used up (label_skip)"), least=0)
    if not geometry:
        return replace(SHEETS[preset], skip=skip)
    whole = {"columns", "rows"}
    try:
        measures = {
            str(name): int(value) if name in whole else float(value) for name, value in geometry.items()
        }
        return Sheet(**measures, skip=skip)  # type: ignore[arg-type]  # told apart by name
    except (TypeError, ValueError) as error:
        raise UserError(
            "forms",
            "The label sheet is not understood. Give page_width_mm, page_height_mm, columns, rows, label_width_mm and "
            "label_height_mm as numbers, and as needed left_mm, top_mm, gap_x_mm and gap_y_mm.",
        ) from error


def write_cards(snapshot: Snapshot, assets: Sequence[Asset], desk: Desk, path: Path) -> None:
    """A card per asset, in one PDF."""
    machines = {machine.asset_id: machine for machine in snapshot.machines if machine.asset_id is not None}
    history: defaultdict[str, list[Event]] = defaultdict(list)
    for event in snapshot.events:
        history[event.subject].append(event)
    cards = [
        asset_card(asset, machines.get(asset.id), history[f"asset:{asset.asset_number}"], desk)
        for asset in assets
    ]
    write_pdf(cards, path)


def write_register(snapshot: Snapshot, assets: Sequence[Asset], desk: Desk, path: Path) -> None:
    """The 台帐. Its number is the day and the last event that it holds."""
    last = snapshot.events[-1].number if snapshot.events else 0
    number = f"{desk.made_on:%Y%m%d}-{last}"
    write_pdf(register(assets, desk, number=number), path)


def write_asset_labels(assets: Sequence[Asset], sheet: Sheet, desk: Desk, path: Path) -> None:
    labels = [asset_label(asset, desk) for asset in assets]
    write_labels(labels, sheet, path, language=desk.language)


#: What is made of a snapshot alone.
FROM_SNAPSHOT: Mapping[str, Callable[[Snapshot, Sequence[Asset], Desk, Path], None]] = {
    "cards": write_cards,
    "register": write_register,
}
