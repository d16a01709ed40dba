"""What the search box and ``find.html`` find: every number on a label or a form, and the page that it leads to.

A label's QR code holds ``find.html#PC-001``, a form's ``find.html#loan:2026-0001``: the prefixes are those of the
history's subjects (``RegisterKind``, and ``attempt``).
"""

from __future__ import annotations

from collections.abc import Iterator

from .device_rows import host_of, identity_of
from .register_pages import RegisterViews
from .text import plain
from .views import Device, Views
from .words import Words

_KEY_CHARACTERS = 120


def find_head(words: Words) -> dict[str, object]:
    """The sentences of the script; it fills in the fields."""
    _ = words.translate
    return {
        "text": {
            "none": _("Nothing has the number {number}. Check the label, or try a part of it."),
            "several": _("{n} things have the number {number}. Choose one."),
            "some": _("{n} found. Arrow keys choose, Enter opens."),
        }
    }


def find_rows(views: Views, registers: RegisterViews, words: Words) -> Iterator[tuple[object, ...]]:
    """``(page, number, what it is, kind, other numbers)``; ``kind`` is empty for a device."""
    for device in views.devices:
        yield _device(device, words)
    for kind, row, sheet in registers.numbered():
        number = row.subject.partition(":")[2]
        title = " · ".join(part for part in (sheet.title, *row.assets[:1]) if part)
        keys = [plain(word, _KEY_CHARACTERS) for word in row.words]
        yield registers.place(row.subject), plain(number, _KEY_CHARACTERS), plain(title), kind, keys


def _device(device: Device, words: Words) -> tuple[object, ...]:
    asset, machine = device.asset, device.machine
    host, (_, _, serial) = host_of(device), identity_of(device)
    number = asset.asset_number if asset is not None else host
    name = asset.name if asset is not None else words.states[device.state]
    title = " · ".join((plain(name, 60), plain(words.place(device.room, device.seat), 60)))
    others = [
        asset.finance_card if asset is not None else None,
        serial,
        host if machine or device.sighting else None,
    ]
    keys = [plain(text, _KEY_CHARACTERS) for text in others if text and text != number]
    return device.page, plain(number, _KEY_CHARACTERS), title, "", keys
