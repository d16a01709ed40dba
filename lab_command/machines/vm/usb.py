"""USB devices that QEMU can plug in while the machine runs.

QEMU's own devices carry its vendor (46f4) and its product numbers; a chosen vendor and product need a device that
the system's own kernel plays (``gadget.py``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

BUS = "usb.0"
# Vendor and product as lsusb shows them (QEMU, hw/usb/dev-storage.c, dev-uas.c, dev-mtp.c, dev-hid.c).
STORAGE, UAS, MTP, KEYBOARD = "46f4:0001", "46f4:0003", "46f4:0004", "0627:0001"


def storage(identity: str, node: str, serial: str, *, uas: bool = False) -> list[dict[str, Any]]:
    """The ``device_add`` arguments of a stick over block node ``node``; UAS is a controller with a disk behind it."""
    if not uas:
        return [
            {
                "driver": "usb-storage",
                "id": identity,
                "bus": BUS,
                "drive": node,
                "serial": serial,
                "removable": True,
            }
        ]
    return [
        {"driver": "usb-uas", "id": identity, "bus": BUS, "serial": serial},
        {
            "driver": "scsi-hd",
            "id": f"{identity}-disk",
            "bus": f"{identity}.0",
            "drive": node,
            "serial": serial,
        },
    ]


def keyboard(identity: str, serial: str) -> list[dict[str, Any]]:
    return [{"driver": "usb-kbd", "id": identity, "bus": BUS, "serial": serial}]


def mtp(identity: str, folder: Path, label: str) -> list[dict[str, Any]]:
    """A phone that shows ``folder``, read-only."""
    return [
        {
            "driver": "usb-mtp",
            "id": identity,
            "bus": BUS,
            "rootdir": str(folder),
            "desc": label,
            "readonly": True,
        }
    ]


# Keys of a US keyboard by QEMU's names (qapi/ui.json, QKeyCode); the right column is with Shift.
_KEYS = {
    " ": "spc", "\n": "ret", "\t": "tab", "-": "minus", "=": "equal", "[": "bracket_left", "]": "bracket_right",
    ";": "semicolon", "'": "apostrophe", "`": "grave_accent", "\\": "backslash", ",": "comma", ".": "dot", "/": "slash",
}  # fmt: skip
_SHIFTED = dict(zip('_+{}:"~|<>?!@#$%^&*()', "-=[];'`\\,./1234567890", strict=True))


def keys(character: str) -> list[str]:
    """What is held down together for one character. Raises ``KeyError`` where a US keyboard has no such key."""
    if character in _SHIFTED:
        return ["shift", *keys(_SHIFTED[character])]
    if character.isascii() and character.isalnum():
        lower = character.lower()
        return [lower] if lower == character else ["shift", lower]
    return [_KEYS[character]]
