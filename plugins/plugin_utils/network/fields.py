"""Single values of the description: each is taken as it is meant, or refused with what to write instead.

Values come from a person's YAML: a number may be text and a text a number, and nothing has a bounded size.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from ..facts.shape import clean_text
from ..i18n import Message
from .issues import Issues, Path, shown
from .model import PORT_NUMBERS, Address, Port, Subnetwork

DOMAIN = "network"

#: A label of a host name: RFC 1123, 2.1, in lower case, as dnsmasq and switches compare them.
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
DOMAIN_NAME = re.compile(r"(?=.{1,200}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{2,63}")
#: What Linux takes as the name of an interface (IFNAMSIZ is 16 with the final zero), without what nft would quote.
INTERFACE = re.compile(r"[A-Za-z0-9_.-]{1,15}")
OUTLET = re.compile(r"[\w.-]{1,40}")
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_PORT = re.compile(r"([a-z0-9-]{1,63})/([1-9][0-9]{0,3})")
_RANGE = re.compile(r"([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?")
TEXT_CHARACTERS = 60
LIST_ENTRIES = 20_000
PORTS_OF_SWITCH = 1_024
VLAN_IDS = (1, 4094)


class Fields:
    """One entry of the description at ``path``. Every reader gives None (or an empty tuple) where it refused."""

    __slots__ = ("issues", "path", "values")

    def __init__(self, values: Mapping[str, Any], path: Path, issues: Issues) -> None:
        self.values = values
        self.path = path
        self.issues = issues

    def name(self, key: str, pattern: re.Pattern[str] = LABEL, example: str = "pc01") -> str | None:
        value = self.values.get(key)
        if isinstance(value, str) and pattern.fullmatch(value):
            return str(value)
        self.issues.add((*self.path, key), bad_name(value, example))
        return None

    def text(self, key: str) -> str | None:
        """Short text for people; a number, as YAML reads ``seat: 7``, is one too."""
        value = self.values.get(key)
        # Ansible reads a number as one of its own kind, with the place that it was read at.
        if isinstance(value, int) and not isinstance(value, bool):
            return str(int(value))
        if isinstance(value, str) and 0 < len(value) <= TEXT_CHARACTERS and clean_text(value) == value:
            return str(value)
        self.issues.add(
            (*self.path, key),
            Message(
                DOMAIN,
                "{value} is no text of 1 to {most} characters. Write one.",
                {"value": shown(value), "most": TEXT_CHARACTERS},
            ),
        )
        return None

    def number(self, key: str, low: int, high: int, default: int | None = None) -> int | None:
        value = self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return int(value)
        self.issues.add(
            (*self.path, key),
            Message(
                DOMAIN,
                "{value} is no whole number from {low} to {high}. Write one.",
                {"value": shown(value), "low": low, "high": high},
            ),
        )
        return None

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if isinstance(value, bool):
            return value
        self.issues.add(
            (*self.path, key),
            Message(DOMAIN, "{value} is neither true nor false. Write one of them.", {"value": shown(value)}),
        )
        return False

    def list(self, key: str) -> list[Any]:
        """A list, empty where the key is missing. A single text counts as a list of one."""
        value = self.values.get(key)
        if value is None:
            return []
        if isinstance(value, list | tuple) and len(value) <= LIST_ENTRIES:
            return list(value)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return [value]
        self.issues.add(
            (*self.path, key),
            Message(
                DOMAIN,
                "{value} is no list of at most {most} entries. Write one.",
                {"value": shown(value), "most": LIST_ENTRIES},
            ),
        )
        return []

    def names(
        self, key: str, pattern: re.Pattern[str] = LABEL, example: str = "pc01", *, needed: bool = False
    ) -> tuple[str, ...]:
        found = []
        values = self.list(key)
        for index, value in enumerate(values):
            if isinstance(value, str) and pattern.fullmatch(value):
                found.append(str(value))
            else:
                self.issues.add((*self.path, key, index), bad_name(value, example))
        if needed and not values:
            self.issues.add(
                (*self.path, key),
                Message(
                    DOMAIN,
                    "Nothing is written here. Write at least one, for example {example}.",
                    {"example": example},
                ),
            )
        return tuple(found)

    def texts(self, key: str) -> tuple[str, ...]:
        found = []
        for index, value in enumerate(self.list(key)):
            text = Fields({"": value}, (*self.path, key, index), self.issues)
            one = text.text("")
            if one is not None:
                found.append(one)
        return tuple(found)

    def address(self, key: str) -> Address | None:
        return self.as_address(self.values.get(key), (*self.path, key))

    def as_address(self, value: Any, path: Path) -> Address | None:
        """An address alone, without a prefix length or a zone index."""
        if isinstance(value, str) and len(value) <= 45:  # INET6_ADDRSTRLEN - 1, RFC 4291
            try:
                found = ip_address(value)
            except ValueError:
                pass
            else:
                if "%" not in value:
                    return found
        self.issues.add(
            path,
            Message(
                DOMAIN,
                "{value} is no IP address. Write one like 10.20.11.5 or fd20:11::5.",
                {"value": shown(value)},
            ),
        )
        return None

    def subnetwork(self, key: str) -> Subnetwork | None:
        value = self.values.get(key)
        if isinstance(value, str) and len(value) <= 50 and "/" in value:  # an address and a length
            try:
                return ip_network(value)
            except ValueError:
                pass
        self.issues.add(
            (*self.path, key),
            Message(
                DOMAIN,
                "{value} is no subnet. Write its first address and length, like 10.20.11.0/24 or fd20:11::/64.",
                {"value": shown(value)},
            ),
        )
        return None

    def vlans(self, key: str) -> tuple[int, ...]:
        """Numbers of VLANs, in order, each once."""
        found = set()
        for index, value in enumerate(self.list(key)):
            number = Fields({"": value}, (*self.path, key, index), self.issues).number("", *VLAN_IDS)
            if number is not None:
                found.add(number)
        return tuple(sorted(found))

    def mac(self, key: str) -> str | None:
        value = self.values.get(key)
        if isinstance(value, str):
            text = value.lower().replace("-", ":")
            # The lowest bit of the first byte marks a group of stations (IEEE 802): no computer has such an address.
            if _MAC.fullmatch(text) and not int(text[:2], 16) & 1 and text != "00:00:00:00:00:00":
                return str(text)
        self.issues.add(
            (*self.path, key),
            Message(
                DOMAIN,
                "{value} is no MAC address of a computer. Write one like e0:be:03:00:01:11.",
                {"value": shown(value)},
            ),
        )
        return None

    def port(self, key: str) -> Port | None:
        value = self.values.get(key)
        match = _PORT.fullmatch(value) if isinstance(value, str) else None
        if match:
            return Port(match[1], int(match[2]))
        self.issues.add(
            (*self.path, key),
            Message(
                DOMAIN,
                "{value} is no port of a switch. Write the switch and the number, like sw1/7.",
                {"value": shown(value)},
            ),
        )
        return None

    def ranges(self, key: str) -> tuple[tuple[int, int], ...]:
        """Ports of a service: numbers and ranges like ``5900-5910``, in order, none twice."""
        found: list[tuple[int, int]] = []
        for index, value in enumerate(self.list(key)):
            match = _RANGE.fullmatch(str(value)) if isinstance(value, str | int) else None
            first = int(match[1]) if match else 0
            last = int(match[2] or first) if match else 0
            if first in PORT_NUMBERS and last in PORT_NUMBERS and first <= last:
                if any(first <= end and start <= last for start, end in found):
                    self.issues.add(
                        (*self.path, key, index),
                        Message(
                            DOMAIN,
                            "{value} is already among these ports. Remove it.",
                            {"value": shown(value)},
                        ),
                    )
                found.append((first, last))
            else:
                self.issues.add(
                    (*self.path, key, index),
                    Message(
                        DOMAIN,
                        "{value} is no port. Write a number from 1 to 65535 or a range like 5900-5910.",
                        {"value": shown(value)},
                    ),
                )
        return tuple(sorted(found))


def bad_name(value: object, example: str) -> Message:
    return Message(
        DOMAIN,
        "{value} cannot be used as a name here. An example of what can: {example}.",
        {"value": shown(value), "example": example},
    )
