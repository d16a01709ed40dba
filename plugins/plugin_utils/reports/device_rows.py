"""The rows of the site's table of devices, for its script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..ledger.records import Machine, SightingStatus
from .network_device import device_kind
from .text import plain
from .views import Device, Views, natural
from .words import STATE_SIGNS, Words

SHOWN_COLUMNS = ("number", "name", "model", "serial", "place", "host", "status", "state")
_ROW = (
    "page",
    "number",
    "name",
    "model",
    "serial",
    "room",
    "seat",
    "host",
    "status",
    "state",
    "kinds",
    "seen",
    "simulated",
)


def column_titles(words: Words) -> list[tuple[str, str]]:
    _ = words.translate
    titles = {
        "number": _("Asset number"),
        "name": _("Name"),
        "model": _("Brand and model"),
        "serial": _("Serial"),
        "place": _("Place"),
        "host": _("Host"),
        "status": _("Status"),
        "state": _("Newest look"),
    }
    return [(column, titles[column]) for column in SHOWN_COLUMNS]


def device_head(views: Views, words: Words) -> dict[str, object]:
    """What the script needs beside the rows."""
    _ = words.translate
    return {
        "columns": _ROW,
        "rooms": [plain(room.name) for room in views.rooms],
        "statuses": words.asset_statuses,
        "states": {state: {"name": name, "sign": STATE_SIGNS[state]} for state, name in words.states.items()},
        "kinds": words.kinds,
        "text": {
            # The script fills in the numbers that it alone knows.
            "found": _("{found} of {all} devices"),
            "nothing": _("No device matches. Use fewer words or clear the filters."),
            "printed": _("Printed are the first {n}. The workbook holds all."),
            "simulated": _("Simulated"),
            "unbooked": _("not booked"),
        },
    }


def device_rows(views: Views, words: Words) -> Iterator[tuple[object, ...]]:
    """By room, seat and then whether it is booked; values in the order of ``columns``."""
    for device in sorted(views.devices, key=lambda d: (natural(d.room), natural(d.seat), d.asset is None)):
        yield _row(views, words, device)


def _row(views: Views, words: Words, device: Device) -> tuple[object, ...]:
    asset, machine = device.asset, device.machine
    seen_by = device.seen_by
    maker, model, serial = identity_of(device)
    return (
        device.page,
        plain(asset.asset_number) if asset else "",
        plain(asset.name if asset else device_kind(machine, words) or host_of(device)),
        plain(" ".join(part for part in (maker, model) if part)),
        plain(serial or ""),
        (views.room_number(device.room) or 0) - 1,
        plain(device.seat or ""),
        plain(host_of(device)),
        asset.status if asset else "",
        device.state,
        [finding.kind for finding in device.findings],
        int(asset is not None and seen_by is not None and seen_by.last_status is SightingStatus.OBSERVED),
        int(device.simulated),
    )


def identity_of(device: Device) -> tuple[str | None, str | None, str | None]:
    """Maker, model and serial: the book's, for an unbooked machine what the firmware says."""
    if device.asset is not None:
        return device.asset.brand, device.asset.model, device.asset.serial
    system = device.machine.inventory.get("system") if isinstance(device.machine, Machine) else None
    if not isinstance(system, Mapping):
        return None, None, None
    maker, product, serial = (system.get(name) for name in ("manufacturer", "product", "serial"))
    return (
        maker if isinstance(maker, str) else None,
        product if isinstance(product, str) else None,
        serial if isinstance(serial, str) else None,
    )


def host_of(device: Device) -> str:
    if device.seen_by is not None:
        return device.seen_by.host
    return device.sighting.host if device.sighting is not None else ""
