"""IPP messages (RFC 8010): the one request that is sent, and reading what comes back. Pure.

The standard library is enough for one operation: the living IPP library brings an HTTP stack of ten packages
(``docs/decisions/0015-devices-are-asked-in-their-own-protocols.md``).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

GET_PRINTER_ATTRIBUTES = 0x000B
_OPERATION_ATTRIBUTES, _PRINTER_ATTRIBUTES, _END = 0x01, 0x04, 0x03
_LAST_DELIMITER = 0x0F
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_CHARSET, _LANGUAGE, _URI, _KEYWORD = 0x47, 0x48, 0x45, 0x44
_OUT_OF_BAND = range(0x10, 0x20)  # unsupported, unknown, no-value
_TEXT_WITH_LANGUAGE, _NAME_WITH_LANGUAGE = 0x35, 0x36
_MOST_VALUES = 4096

Value = int | bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """``attributes`` of the printer by name. ``whole`` is False where the message was cut or is damaged."""

    status: int
    attributes: dict[str, list[Value]]
    whole: bool


def request(uri: str, attributes: Sequence[str]) -> bytes:
    """A Get-Printer-Attributes request of IPP 1.1, which every printer since 2000 knows."""
    message = struct.pack(">BBHIB", 1, 1, GET_PRINTER_ATTRIBUTES, 1, _OPERATION_ATTRIBUTES)
    message += _attribute(_CHARSET, "attributes-charset", "utf-8")
    message += _attribute(_LANGUAGE, "attributes-natural-language", "en")
    message += _attribute(_URI, "printer-uri", uri)
    for number, name in enumerate(attributes):
        message += _attribute(_KEYWORD, "" if number else "requested-attributes", name)
    return message + bytes([_END])


def _attribute(tag: int, name: str, value: str) -> bytes:
    key, data = name.encode(), value.encode()
    return struct.pack(">BH", tag, len(key)) + key + struct.pack(">H", len(data)) + data


def parse(data: bytes) -> Answer | None:
    """The answer in ``data``; None where it is none at all. Never raises; what comes after damage is left out."""
    if len(data) < 9 or data[0] not in (1, 2):
        return None
    attributes: dict[str, list[Value]] = {}
    status = int.from_bytes(data[2:4], "big")
    values: list[Value] = []
    group, place = 0, 8
    for _ in range(_MOST_VALUES):
        if place >= len(data):
            break
        tag = data[place]
        place += 1
        if tag == _END:
            return Answer(status, attributes, whole=True)
        if tag <= _LAST_DELIMITER:
            group = tag
            continue
        name, place = _field(data, place)
        value, place = _field(data, place)
        if name is None or value is None:
            break
        if name:
            values = []
            if group == _PRINTER_ATTRIBUTES:
                values = attributes.setdefault(name.decode("ascii", "replace"), values)
        if (read := _value(tag, value)) is not None:
            values.append(read)
    return Answer(status, attributes, whole=False)


def _field(data: bytes, place: int) -> tuple[bytes | None, int]:
    """Two bytes of length and that many bytes; None where the message ends before."""
    start = place + 2
    end = start + int.from_bytes(data[place:start], "big")
    return (data[start:end] if start <= len(data) and end <= len(data) else None), end


def _value(tag: int, data: bytes) -> Value | None:
    if tag in _OUT_OF_BAND:
        return None
    if tag in (_INTEGER, _ENUM):
        return int.from_bytes(data, "big", signed=True) if len(data) == 4 else None
    if tag == _BOOLEAN:
        return None
    if tag in (_TEXT_WITH_LANGUAGE, _NAME_WITH_LANGUAGE):
        _language, place = _field(data, 0)
        text, _end = _field(data, place)
        return text
    return data
