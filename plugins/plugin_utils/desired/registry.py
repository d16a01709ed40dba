"""What is wanted of a Windows registry, as data: written online through ansible.windows, or into an image's hive files.

A key is written below its hive, and below the current control set where the hive is SYSTEM: ``Services\\\\USBSTOR``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..i18n import Message, UserError

DOMAIN = "hives"


class Hive(StrEnum):
    """The hive files of ``Windows\\\\System32\\\\config`` that hold a PC's own settings."""

    SOFTWARE = "SOFTWARE"
    SYSTEM = "SYSTEM"

    @property
    def online(self) -> str:
        return "HKLM:\\SYSTEM\\CurrentControlSet" if self is Hive.SYSTEM else "HKLM:\\SOFTWARE"


@dataclass(frozen=True, slots=True)
class RegistryValue:
    """``data``: an int (REG_DWORD), a text (REG_SZ), None: no such value. ``driver``: the key is a driver's, and one
    that this Windows does not have must not be made."""

    hive: Hive
    key: str
    name: str
    data: int | str | None
    driver: bool = False

    @property
    def path(self) -> str:
        return f"{self.hive.online}\\{self.key}"

    def as_data(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "name": self.name,
            "type": "string" if isinstance(self.data, str) else "dword",
            "data": self.data,
            "state": "absent" if self.data is None else "present",
            "driver": self.driver,
        }


@dataclass(frozen=True, slots=True)
class RegistryList:
    """A key that holds exactly these texts, named ``1``, ``2`` and so on; without any there is no such key."""

    hive: Hive
    key: str
    texts: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{self.hive.online}\\{self.key}"

    @property
    def values(self) -> dict[str, str]:
        return {str(number): text for number, text in enumerate(self.texts, start=1)}


@dataclass(frozen=True, slots=True)
class RegistryState:
    """``build``: the oldest Windows build that understands all of it; 0: any."""

    values: tuple[RegistryValue, ...]
    lists: tuple[RegistryList, ...] = ()
    build: int = 0
    notes: tuple[Message, ...] = ()

    def must_be_understood(self, build_number: str | None) -> None:
        """Raises ``UserError`` where that Windows is older than this needs, or does not say how old it is."""
        text = (build_number or "")[:8]
        if self.build and not (text.isascii() and text.isdecimal() and int(text) >= self.build):
            raise UserError(
                DOMAIN,
                "This Windows is build {found}; allowing single sticks needs {needed} or later. Take them out of "
                "usb_allow for these PCs, or update Windows.",
                found=text or "?",
                needed=self.build,
            )

    @property
    def asked(self) -> list[str]:
        """The keys that a running PC is asked for before anything is written: drivers' and lists'."""
        return [value.path for value in self.values if value.driver] + [one.path for one in self.lists]

    def online(self, found: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Any]:
        """What is to be written and taken away on a running PC: ``found`` has, by path, the values of each key that was
        asked for, None where there is no such key. In what cannot be read as that, nothing is taken away."""
        written = [
            value.as_data() for value in self.values if not value.driver or found.get(value.path) is not None
        ]
        extra = []
        for one in self.lists:
            there = found.get(one.path) or {}
            extra += [
                {"path": one.path, "name": str(name)}
                for name in there
                if one.values and name not in one.values
            ]
            written += [
                {
                    "path": one.path,
                    "name": name,
                    "type": "string",
                    "data": text,
                    "state": "present",
                    "driver": False,
                }
                for name, text in one.values.items()
            ]
        return {"values": written, "extra": extra, "gone": [one.path for one in self.lists if not one.values]}
